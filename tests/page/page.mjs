// page.mjs HUIZONG MODULES [--departments 2000] [--rounds 7] [--shots DIR] -- tests a result's page in Chromium.
//
// MODULES is the folder where playwright-core and axe-core are installed; Chromium must be on the PATH. The page is opened as a
// file, as officials do. Any console message, any other request and any violation that axe-core reports is a failure.
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [program, modules, ...flags] = process.argv.slice(2);
const flag = (name, otherwise) => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : otherwise);
const huizong = path.resolve(program);
const require = createRequire(path.resolve(modules) + "/");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const root = path.resolve(import.meta.dirname, "../..");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
const which = (name) => execFileSync("which", [name], { encoding: "utf8" }).trim();
const shots = flag("--shots", null);

function consolidate(inputs, out, cwd, ...more) {
  execFileSync(huizong, ["consolidate", inputs, "-o", out, "--fail-on", "never", ...more], { cwd, encoding: "utf8", stdio: ["ignore", "ignore", "inherit"] });
  return path.join(out, "report.html");
}

const browser = await chromium.launch({ executablePath: which("chromium"), args: ["--no-sandbox"] });
let said = 0;

/// Opens a page; fails if it logs to the console or requests anything else.
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complain = (what) => assert.fail(`${path.basename(file)}: ${what}`);
  page.on("console", (message) => { said += 1; complain(`console: ${message.text()}`); });
  page.on("pageerror", (error) => complain(`error: ${error.message}`));
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) complain(`asks for ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

async function accessible(page, where) {
  // The page's policy blocks foreign scripts; the debugger can still run one.
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run(document));
  const told = violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
  assert.deepEqual(told, [], where);
  return passes.length;
}

const texts = (page, selector) => page.$$eval(selector, (all) => all.map((one) => one.innerText.trim()));
const shown = (page, column) => page.$$eval("#table tbody tr:not([hidden])", (rows, at) => rows.map((row) => row.cells[at].innerText.trim()), column);
const number = (text) => Number(text.replaceAll(",", "").replace("%", ""));

async function district() {
  const books = path.join(work, "books.csv");
  fs.writeFileSync(books, "部门,实际支出,金额单位\n云溪区教育局,53871.20,万元\n云溪区民政局,7266.50,万元\n");
  const folder = path.join(root, "examples/district");
  const file = consolidate("forms", path.join(work, "district"), folder, "--books", books);
  const result = JSON.parse(fs.readFileSync(path.join(work, "district/consolidation.json"), "utf8"));
  const total = result.totals.actual_expenditure.value;

  let page = await open(file);
  let passed = 0;
  passed += await accessible(page, "Chinese, light, 1280");
  if (shots) await page.screenshot({ path: path.join(shots, "1280.png"), fullPage: true });

  // The sections that a bureau looks at first.
  assert.match((await texts(page, "#books tbody tr")).join(), /云溪区民政局[\s\S]*7,266\.05[\s\S]*7,266\.50/);

  // Sort: by a figure, both ways, then by name.
  const rows = result.departments.length;
  const heading = (text) => page.locator("#table thead button", { hasText: text }).first();
  await heading("实际支出").click();
  const at = await page.$$eval("#table thead th", (all) => all.findIndex((one) => one.innerText.includes("实际支出")));
  const rising = (await shown(page, at)).map(number);
  assert.equal(rising.length, rows);
  assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
  await heading("实际支出").click();
  assert.deepEqual((await shown(page, at)).map(number), [...rising].reverse());
  assert.equal(await page.locator("#table th[aria-sort=descending]").count(), 1);
  await heading("部门").click();
  const names = await shown(page, 0);
  assert.deepEqual(names, [...names].sort(new Intl.Collator("zh-Hans-CN", { numeric: true }).compare));

  // Search, filter, and the sum of the rows listed.
  await page.fill("#search", "教育");
  assert.deepEqual(await shown(page, 0), ["云溪区教育局"]);
  assert.equal((await texts(page, "#sums > *"))[at], (await shown(page, at))[0]);
  assert.match(await page.innerText("#shown"), new RegExp(`1 / ${rows}`));
  await page.fill("#search", "");
  await page.selectOption("#faults", "error");
  const faulty = result.departments.filter((row) => row.findings.error > 0).map((row) => row.name).sort();
  assert.deepEqual((await shown(page, 0)).sort(), faulty);
  await page.selectOption("#faults", "");
  await page.locator("label", { hasText: "类别" }).locator("select").selectOption("群团");
  assert.equal((await shown(page, 0)).length, result.groups.find((group) => group.by["类别"] === "群团").departments);
  await page.locator("label", { hasText: "类别" }).locator("select").selectOption("");

  // From a total down to a cell, checking the sum at each level.
  const grouped = total.replace(/\B(?=(\d{3})+(?!\d)(?=.*\.))/g, ",");
  await page.locator("#totals tr", { hasText: "实际支出" }).first().locator(".cell").click();
  assert.match(await page.innerText("#drill"), new RegExp(`${grouped.replaceAll(".", "\\.")} 元，与汇总一致`));
  assert.equal(await page.locator("#drill tbody tr").count(), rows);
  passed += await accessible(page, "a total opened");
  await page.locator("#drill tbody tr", { hasText: "云溪区民政局" }).locator("button").click();
  const cells = await page.innerText("#drill");
  assert.match(cells, /04-minzheng\.xlsx/);
  assert.match(cells, /!C\d+\s+7266\.05\s+万元\s+加\s+72,660,500\.00\s+\/budget\/actual_expenditure/);
  assert.match(cells, /与汇总一致/);
  passed += await accessible(page, "cells opened");
  if (shots) await page.screenshot({ path: path.join(shots, "cells.png") });
  await page.click("#drill-back");
  assert.equal(await page.locator("#drill tbody tr").count(), rows);
  await page.click("#drill-close");
  assert.equal(await page.locator("#drill[open]").count(), 0);
  // Every total, rate and count, and every figure of a group, can be opened and adds up.
  const openers = await page.locator("main .cell[data-figure]").count();
  for (let index = 0; index < openers; index += 1) {
    await page.locator("main .cell[data-figure]").nth(index).click();
    const text = await page.innerText("#drill-body");
    assert.ok(!text.includes("不一致") && !text.includes("undefined") && !text.includes("NaN"), text);
    const figure = await page.locator("main .cell[data-figure]").nth(index).getAttribute("data-figure");
    // A sum states that it adds up, a rate shows its two figures, a count its number.
    assert.match(text, figure.startsWith("f") ? /与汇总一致/ : figure.startsWith("r") ? /由下面两个数重算/ : /^= \d+/);
    await page.keyboard.press("Escape");
  }
  // Every figure of every department, down to its cells.
  let leaves = 0;
  for (let index = 0; index < rows; index += 1) {
    await page.locator("#table [data-row]").nth(index).click();
    const figures = await page.locator("#drill .open").count();
    for (let figure = 0; figure < figures; figure += 1) {
      await page.locator("#drill .open").nth(figure).click();
      const text = await page.innerText("#drill-body");
      assert.ok(!text.includes("不一致") && !text.includes("undefined"), text);
      assert.ok(text.includes("与汇总一致") || !text.includes("表上的数"), text);
      leaves += await page.locator("#drill tbody tr").count();
      await page.click("#drill-back");
    }
    await page.click("#drill-close");
  }
  assert.ok(leaves > 100, String(leaves));

  // Filter findings by severity and by text.
  await page.selectOption("#finding-severity", "error");
  assert.equal(await page.locator(".findings > li:not([hidden])").count(), result.findings.error);
  await page.selectOption("#finding-severity", "");
  await page.fill("#finding-search", "超出 13.25 万元");
  assert.equal(await page.locator(".findings > li:not([hidden])").count(), 1);
  await page.fill("#finding-search", "");

  // Switch to English and back.
  await page.click("#language");
  assert.match(await page.title(), /consolidated, 云溪区, 2022/);
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.deepEqual((await texts(page, "main h2")).slice(0, 3), ["Differs from the bureau's books", "Totals", "Who has reported"]);
  const left = await page.$$eval("main h2, main h3, main thead button, #findings .where .tag", (all) =>
    all.map((one) => one.innerText).filter((text) => /[\u4e00-\u9fff]/.test(text)));
  // The roster's column names come from the district and stay Chinese.
  assert.deepEqual(left.filter((text) => !/^(层级|类别)/.test(text)), []);
  passed += await accessible(page, "English");
  await page.click("#language");
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.context().close();

  // By keyboard only: to the table, sort, search, open, down to a cell, and back.
  page = await open(file);
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /跳到正文/);
  await page.keyboard.press("Enter");
  const reach = async (selector, limit = 400) => {
    for (let step = 0; step < limit; step += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    assert.fail(`no way to ${selector} by keyboard`);
  };
  await reach("#totals .cell");
  await page.keyboard.press("Enter");
  await reach("#drill .open");
  await page.keyboard.press("Enter");
  assert.match(await page.innerText("#drill"), /逐项相加/);
  assert.match(await page.innerText("#drill-title"), /：年初预算/);
  await page.keyboard.press("Escape");
  assert.ok(await page.evaluate(() => document.activeElement.matches("#totals .cell")), "focus goes back to where it was");
  await reach("#search");
  await page.keyboard.type("档案");
  assert.deepEqual(await shown(page, 0), ["云溪区档案馆"]);
  await reach("#table thead th:nth-child(5) button");
  await page.keyboard.press("Space");
  assert.equal(await page.getAttribute("#table thead th:nth-child(5)", "aria-sort"), "ascending");
  await reach("#table [data-row]");
  await page.keyboard.press("Enter");
  assert.equal(await page.innerText("#drill-title"), "云溪区档案馆");
  passed += await accessible(page, "a department opened");
  await page.locator("#drill a[href='#findings']").click();
  assert.equal(await page.locator(".findings > li:not([hidden])").count(), 2);
  await page.context().close();

  for (const [where, options] of [["dark", { colorScheme: "dark" }], ["390", { viewport: { width: 390, height: 844 } }]]) {
    page = await open(file, options);
    passed += await accessible(page, where);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `${where}: the page is ${wider} pixels too wide`);
    if (shots) await page.screenshot({ path: path.join(shots, `${where}.png`), fullPage: true });
    await page.context().close();
  }

  // Without scripts the page can still be read.
  page = await open(file, { javaScriptEnabled: false });
  assert.match(await page.innerText("#departments"), /云溪区教育局/);
  await page.context().close();

  page = await open(file);
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  if (shots) fs.writeFileSync(path.join(shots, "page.pdf"), pdf);
  await page.context().close();
  console.log(`district: ${openers} figures opened, ${leaves} cells behind those of departments, axe-core: 0 violations, ${passed} rules passed; PDF of ${pdf.length} bytes`);
}

/// Names and texts that would become markup, script or an address if they were not escaped.
async function hostile() {
  const evil = `</script><script>document.title="x"</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'"&`;
  const lines = [evil, "示范区<b>局</b>", "\u2028\u202e局"].map((name, index) => JSON.stringify({
    schema_version: "1.0", department: { name, code: String(100001 + index) }, fiscal_year: 2023, unit: "CNY_10K",
    budget: { initial_budget: "1.00", adjusted_budget: "1.00", actual_expenditure: "2.00" },
    tasks: [{ name: evil, funds: "1.00" }],
  }));
  const input = path.join(work, "evil<i>&#1.ndjson");
  fs.writeFileSync(input, lines.join("\n") + "\n");
  const page = await open(consolidate(input, path.join(work, "hostile"), work, "--formats", "html"));
  assert.match(await page.title(), /^2023年度/);
  assert.equal(await page.locator("main img, main b, main i").count(), 0);
  assert.ok((await shown(page, 0)).includes(evil), "the name is shown as it is");
  await page.locator("#table [data-row]").first().click();
  assert.equal(await page.innerText("#drill-title"), evil);
  assert.match(await page.getAttribute("#drill a", "href"), /^(\.\.?)\/.*evil/);
  await page.context().close();
  console.log("hostile names stay text");
}

/// The same rows in a minimal table that sorts by the text of its cells.
function bare(rows) {
  const cells = rows.map((row) => `<tr>${row.map((text) => `<td>${text}</td>`).join("")}</tr>`).join("\n");
  return `<!DOCTYPE html><meta charset="utf-8"><title>x</title><table><thead><tr>${rows[0].map((_, at) => `<th><button>${at}</button></th>`).join("")}</tr></thead>
<tbody>${cells}</tbody></table><script>
const body = document.querySelector("tbody"); let down = false;
document.querySelectorAll("button").forEach((button, at) => button.addEventListener("click", () => {
  const value = (row) => parseFloat(row.cells[at].textContent.replaceAll(",", "")) || 0;
  body.replaceChildren(...[...body.rows].sort((a, b) => down ? value(b) - value(a) : value(a) - value(b))); down = !down;
}));</script>`;
}

async function large(count, rounds) {
  const input = path.join(work, "large.ndjson");
  let state = 7;
  const random = (below) => { state = (state * 1103515245 + 12345) % 2147483648; return state % below; };
  const amount = () => `${random(90000) + 100}.${String(random(100)).padStart(2, "0")}`;
  const lines = [];
  for (let index = 0; index < count; index += 1) {
    lines.push(JSON.stringify({
      schema_version: "1.0", department: { name: `示范区第${index}局`, code: String(100000 + index) }, fiscal_year: 2023, unit: "CNY_10K",
      budget: { initial_budget: amount(), adjusted_budget: amount(), actual_expenditure: amount(), by_source: { general_public_budget: { actual_expenditure: amount() } } },
      tasks: [1, 2, 3].map((task) => ({ name: `任务${task}`, funds: amount(), indicators: [{ name: "数量", target: "≥5", result: "6" }] })),
      key_projects: [{ name: "项目", budget_requested: amount(), funds_used: amount() }],
    }));
  }
  fs.writeFileSync(input, lines.join("\n") + "\n");
  const file = consolidate(input, path.join(work, "large"), work, "--formats", "html");
  let page = await open(file);
  const rows = await page.$$eval("#table tbody tr", (all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
  assert.equal(rows.length, count);
  await page.context().close();
  const plain = path.join(work, "bare.html");
  fs.writeFileSync(plain, bare(rows));
  const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
  const sortAt = rows[0].findIndex((text) => /\.\d\d$/.test(text));
  const measure = async (which, selector) => {
    page = await open(which);
    const load = await page.evaluate(() => {
      document.body.getBoundingClientRect();
      const { responseStart, loadEventEnd } = performance.getEntriesByType("navigation")[0];
      return loadEventEnd - responseStart;
    });
    const sort = await page.evaluate(([selector, at]) => {
      const button = document.querySelectorAll(selector)[at];
      const times = [];
      for (let round = 0; round < 3; round += 1) {
        const begin = performance.now();
        button.click();
        document.body.getBoundingClientRect();
        times.push(performance.now() - begin);
      }
      return times.sort((a, b) => a - b)[1];
    }, [selector, sortAt]);
    await page.context().close();
    return { load, sort };
  };
  const times = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    times.ours.push(await measure(file, "#table thead button"));
    times.bare.push(await measure(plain, "button"));
  }
  const ratio = (what) => median(times.ours.map((one) => one[what])) / median(times.bare.map((one) => one[what]));
  const [load, sort] = [ratio("load"), ratio("sort")];
  console.log(`${count} departments: load x ${load.toFixed(2)}, sort x ${sort.toFixed(2)} of a bare table of the same rows (page of ${fs.statSync(file).size} bytes)`);
  assert.ok(load <= 3 && sort <= 3, "more than 3 times a bare table");
}

try {
  if (shots) fs.mkdirSync(shots, { recursive: true });
  await district();
  await hostile();
  await large(Number(flag("--departments", "2000")), Number(flag("--rounds", "7")));
  assert.equal(said, 0);
} finally {
  await browser.close();
  fs.rmSync(work, { recursive: true, force: true });
}
