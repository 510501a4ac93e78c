"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const keep = (name, value) => { try { localStorage.setItem("huizong-" + name, value); } catch { /* a file share may forbid it */ } };
  const kept = (name) => { try { return localStorage.getItem("huizong-" + name); } catch { return null; } };

  // Both languages stand in the page; one is shown.
  const english = () => root.dataset.lang === "en";
  const title = document.title;
  function speak(language) {
    root.dataset.lang = language;
    root.lang = language === "en" ? "en" : "zh-CN";
    const other = $("language");
    if (other) {
      other.textContent = language === "en" ? "中文" : "English";
      other.lang = language === "en" ? "zh-CN" : "en";
    }
    for (const option of document.querySelectorAll("[data-zh]")) option.textContent = option.dataset[language];
    const shown = document.querySelector("h1 [lang=en]");
    document.title = language === "en" && shown ? shown.textContent : title;
    if ($("table")) tell();
    if ($("finding-search")) tellFindings();
  }
  $("language")?.addEventListener("click", () => {
    const language = english() ? "zh" : "en";
    keep("lang", language);
    speak(language);
  });
  const isDark = () => root.dataset.colours ? root.dataset.colours === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  function colour() {
    const [zh, en] = isDark() ? ["浅色", "Light"] : ["深色", "Dark"];
    $("colours")?.replaceChildren(say(zh, en));
  }
  $("colours")?.addEventListener("click", () => {
    root.dataset.colours = isDark() ? "light" : "dark";
    keep("colours", root.dataset.colours);
    colour();
  });

  function make(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  function say(zh, en) {
    const both = document.createDocumentFragment();
    both.append(make("span", { lang: "zh-CN" }, zh), make("span", { lang: "en" }, en));
    return both;
  }
  const pick = ([zh, en]) => english() ? en : zh;

  // Money is counted in millionths of a yuan; no amount here is ever a float.
  function millionths(text, tenThousands) {
    const negative = text.startsWith("-");
    const [whole, part = ""] = (negative ? text.slice(1) : text).split(".");
    const count = BigInt(whole + part) * 10n ** BigInt(6 + (tenThousands ? 4 : 0) - part.length);
    return negative ? -count : count;
  }
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  function yuan(count) {
    const sign = count < 0n ? "-" : "";
    const digits = (count < 0n ? -count : count).toString().padStart(7, "0");
    const part = digits.slice(-6).replace(/0{1,4}$/, "");
    return sign + grouped(digits.slice(0, -6)) + "." + part;
  }
  // Hundredths of 万元, rounded half away from zero, and how they are shown.
  const hundredths = (count) => (count < 0n ? -1n : 1n) * (((count < 0n ? -count : count) + 50_000_000n) / 100_000_000n);
  function wan(size) {
    const digits = (size < 0n ? -size : size).toString().padStart(3, "0");
    return (size < 0n ? "-" : "") + grouped(digits.slice(0, -2)) + "." + digits.slice(-2);
  }

  // What is behind the figures is read when it is first asked for.
  const lazily = (id) => { let read; return () => read ??= JSON.parse($(id).textContent); };
  const figures = lazily("figures");
  const leaves = lazily("leaves");

  // The table of departments.
  const table = $("table");
  const body = table?.tBodies[0];
  const rows = body ? [...body.rows] : [];
  const of = new Map(rows.map((row) => [row, Number(row.querySelector("[data-row]").dataset.row)]));
  function keyOf(sort) {
    const [kind, at] = [sort[0], Number(sort.slice(1))];
    return (row) => {
      const entry = figures().rows[of.get(row)];
      if (kind === "f") return entry.figures[at] === null ? null : millionths(entry.figures[at]);
      if (kind === "r") return entry.rates[at] === null ? null : Number(entry.rates[at]);
      if (kind === "c") return entry.counts[at];
      if (kind === "s") return entry.findings[at];
      return row.cells[at].textContent || null;
    };
  }
  function sort(button) {
    const heading = button.parentElement;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
    const key = keyOf(button.dataset.sort);
    const keyed = rows.map((row) => [key(row), row]);
    keyed.sort(([a], [b]) => {
      // What was not reported is last either way.
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "string" ? collator.compare(a, b) : a < b ? -1 : a > b ? 1 : 0;
      return down ? -order : order;
    });
    body.replaceChildren(...keyed.map(([, row]) => row));
  }
  const words = new Map();
  function filter() {
    const search = $("search").value.trim().toLowerCase();
    const chosen = [...document.querySelectorAll("[data-column]")].filter((select) => select.value);
    const faults = $("faults").value;
    for (const row of rows) {
      let fits = true;
      if (search) {
        if (!words.has(row)) {
          const { name, code, document: from } = figures().rows[of.get(row)];
          words.set(row, `${name} ${code ?? ""} ${from}`.toLowerCase());
        }
        fits = words.get(row).includes(search);
      }
      fits &&= chosen.every((select) => row.cells[Number(select.dataset.column)].textContent === select.value);
      if (fits && faults) {
        const [error, warning] = figures().rows[of.get(row)].findings;
        fits = faults === "error" ? error > 0 : faults === "warning" ? warning > 0 : error + warning === 0;
      }
      row.hidden = !fits;
    }
    sums();
    tell();
  }
  function tell() {
    const shown = rows.filter((row) => !row.hidden).length;
    $("shown").textContent = english() ? `${shown} of ${rows.length} departments` : `列出 ${shown} / ${rows.length} 个部门`;
  }
  function sums() {
    const listed = rows.filter((row) => !row.hidden).map((row) => figures().rows[of.get(row)]);
    for (const cell of $("sums").querySelectorAll("[data-sum]")) {
      const at = Number(cell.dataset.sum);
      const values = listed.map((entry) => entry.figures[at]).filter((value) => value !== null).map((value) => millionths(value));
      const sum = hundredths(values.reduce((sum, value) => sum + value, 0n));
      cell.textContent = values.length ? wan(sum) : "—";
      // What the amounts as they are shown lack of their sum as it is shown.
      const left = sum - values.reduce((sum, value) => sum + hundredths(value), 0n);
      const place = $("left")?.querySelector(`[data-left="${at}"]`);
      if (place) place.textContent = left === 0n ? "" : wan(left);
    }
    if ($("left")) $("left").hidden = [...$("left").querySelectorAll("[data-left]")].every((cell) => !cell.textContent);
    for (const cell of $("sums").querySelectorAll("[data-count]")) {
      const [list, at] = [cell.dataset.count[0] === "c" ? "counts" : "findings", Number(cell.dataset.count.slice(1))];
      cell.textContent = listed.reduce((sum, entry) => sum + entry[list][at], 0);
    }
    for (const cell of $("sums").querySelectorAll("[data-rate]")) cell.textContent = rows.length === listed.length ? cell.dataset.all : "";
  }
  if (table) {
    for (const button of table.tHead.querySelectorAll("button")) button.addEventListener("click", () => sort(button));
    body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-row]");
      if (button) open({ row: Number(button.dataset.row) });
    });
    for (const input of [$("search"), $("faults"), ...document.querySelectorAll("[data-column]")]) input.addEventListener("input", filter);
  }

  // The list of findings.
  const found = [...document.querySelectorAll(".findings > li")];
  function filterFindings() {
    const search = $("finding-search").value.trim().toLowerCase();
    const [severity, rule] = [$("finding-severity").value, $("finding-rule").value];
    for (const item of found) {
      item.hidden = (severity && item.dataset.severity !== severity) || (rule && item.dataset.rule !== rule)
        || (search && !item.textContent.toLowerCase().includes(search)) || false;
    }
    tellFindings();
  }
  function tellFindings() {
    const shown = found.filter((item) => !item.hidden).length;
    $("finding-shown").textContent = english() ? `${shown} of ${found.length}` : `列出 ${shown} / ${found.length} 处`;
  }
  if ($("finding-search")) {
    for (const id of ["finding-search", "finding-severity", "finding-rule"]) $(id).addEventListener("input", filterFindings);
  }

  // From a total down to the cells.
  const way = [];
  const drill = $("drill");
  function open(step) {
    way.push(step);
    if (!drill.open) drill.showModal();
    drawn();
    drill.scrollTop = 0;
    $("drill-title").focus();
  }
  $("drill-close").addEventListener("click", () => drill.close());
  $("drill-back").addEventListener("click", () => {
    way.pop();
    if (way.length) { drawn(); $("drill-title").focus(); } else drill.close();
  });
  drill.addEventListener("close", () => { way.length = 0; });
  document.querySelector("main").addEventListener("click", (event) => {
    const button = event.target.closest(".cell[data-figure]");
    if (button) open({ of: button.dataset.of, figure: button.dataset.figure });
  });

  const labelOf = (figure) => {
    const { figures: sums, rates, counts } = figures();
    const at = Number(figure.slice(1));
    return { f: sums, r: rates, c: counts }[figure[0]][at].label;
  };
  const group = (of) => of === "all" ? figures().all : figures().groups[Number(of.slice(1))];
  const rowsOf = (of) => of === "all" ? figures().rows.map((_, index) => index) : group(of).rows;
  function drawn() {
    const step = way[way.length - 1];
    const content = document.createDocumentFragment();
    const title = step.row === undefined ? ofAll(step, content) : step.figure === undefined ? ofRow(step, content) : ofCells(step, content);
    $("drill-title").textContent = title;
    $("drill-body").replaceChildren(content);
  }
  function tableOf(label, headings, lines) {
    const head = make("tr", {}, ...headings.map(([zh, en, right]) => make("th", right ? { scope: "col", class: "n" } : { scope: "col" }, say(zh, en))));
    const line = (cells) => make("tr", {}, ...cells.map((cell, at) => make("td", headings[at][2] ? { class: "n" } : {}, cell ?? "—")));
    const made = make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines.map(line)));
    return make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": label }, made);
  }
  function opener(text, step) {
    const button = make("button", { class: "open" }, text);
    button.addEventListener("click", () => open(step));
    return button;
  }
  function proof(content, sum, whole) {
    const agrees = sum === whole;
    content.append(make("p", { class: "proof" }, say(
      `逐项相加 = ${yuan(sum)} 元，与汇总${agrees ? "一致" : `的 ${yuan(whole)} 元不一致`}。`,
      `Added up: ${yuan(sum)} yuan, which ${agrees ? "is the figure" : `is not the figure, ${yuan(whole)}`}.`)));
  }
  /// A figure of all departments or of a group: who it is made of.
  function ofAll({ of, figure }, content) {
    const named = group(of);
    const name = pick(labelOf(figure)) + (of === "all" ? "" : (english() ? ", " : "，") + pick(named.label));
    const at = Number(figure.slice(1));
    const entries = rowsOf(of).map((index) => [index, figures().rows[index]]);
    if (figure[0] === "r") {
      const [over, under] = figures().rates[at].of;
      content.append(make("p", {}, say(
        `${named.rates[at]}%，由下面两个数重算，只计两个数都报了的部门，四舍五入到两位小数。`,
        `${named.rates[at]}%, worked out from the two figures below over the departments that report both, rounded half away from zero to two decimals.`)));
      const both = entries.filter(([, entry]) => entry.figures[over] !== null && entry.figures[under] !== null);
      for (const part of [over, under]) parts(both, "f" + part, null, content, pick(labelOf("f" + part)));
      return name;
    }
    parts(entries, figure, figure[0] === "f" ? named.figures[at] : null, content, null);
    return name;
  }
  function parts(entries, figure, whole, content, heading) {
    const at = Number(figure.slice(1));
    const isMoney = figure[0] === "f";
    const value = (entry) => isMoney ? entry.figures[at] : entry.counts[at];
    const reporting = entries.filter(([, entry]) => value(entry) !== null && value(entry) !== 0);
    const size = (entry) => isMoney ? millionths(value(entry)) : BigInt(value(entry));
    const sum = reporting.reduce((sum, [, entry]) => sum + size(entry), 0n);
    reporting.sort(([, a], [, b]) => size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0);
    if (heading) content.append(make("h3", {}, heading));
    if (whole !== null && !figures().beyond) proof(content, sum, millionths(whole));
    else content.append(make("p", { class: "proof" }, "= " + (isMoney ? yuan(sum) + (english() ? " yuan" : " 元") : sum)));
    if (figures().beyond) content.append(make("p", {}, say("本页只列出一部分部门；全部见 departments.csv。", "This page lists some departments; departments.csv has all.")));
    content.append(tableOf(heading ?? "部门 / Departments", [["部门", "Department"], ["文件", "Document"], isMoney ? ["元", "Yuan", true] : ["数量", "Number", true]],
      reporting.map(([index, entry]) => [entry.name, entry.document, opener(isMoney ? yuan(size(entry)) : String(value(entry)), { row: index, figure })])));
  }
  /// A department: its figures.
  function ofRow({ row }, content) {
    const entry = figures().rows[row];
    const [error, warning, info] = entry.findings;
    content.append(make("p", {}, say("文件：", "Document: "), file(entry), say(
      `；错误 ${error} 处，警告 ${warning} 处，提示 ${info} 处。`, `; ${error} errors, ${warning} warnings, ${info} remarks.`)));
    if (error + warning + info > 0 && found.length) {
      const link = make("a", { href: "#findings" }, say("看它的问题", "See its findings"));
      link.addEventListener("click", () => {
        drill.close();
        for (const id of ["finding-search", "finding-severity", "finding-rule"]) $(id).value = "";
        for (const item of found) item.hidden = item.dataset.document !== entry.document;
        tellFindings();
      });
      content.append(make("p", {}, link));
    }
    const lines = [];
    figures().figures.forEach((figure, at) => {
      if (entry.figures[at] !== null) lines.push([pick(figure.label), opener(yuan(millionths(entry.figures[at])), { row, figure: "f" + at })]);
    });
    content.append(tableOf("金额 / Amounts", [["项目", "Figure"], ["元", "Yuan", true]], lines));
    const more = figures().rates.map((rate, at) => [pick(rate.label), entry.rates[at] === null ? null : entry.rates[at] + "%"]);
    figures().counts.forEach((count, at) => more.push([pick(count.label), entry.counts[at] ? opener(String(entry.counts[at]), { row, figure: "c" + at }) : "0"]));
    content.append(tableOf("比率与数量 / Rates and counts", [["重算的比率与数量", "Rates worked out, and counts"], ["值", "Value", true]], more));
    return entry.name;
  }
  function file(entry) {
    return entry.href ? make("a", { href: entry.href }, entry.document) : document.createTextNode(entry.document);
  }
  function placed(place) {
    if (!place) return "";
    if (typeof place[0] === "string") return place.join("!");
    if (place.length === 3) return english() ? `table ${place[0]}, row ${place[1]}, column ${place[2]}` : `表格 ${place[0]} 第 ${place[1]} 行第 ${place[2]} 列`;
    return english() ? `line ${place[0]}, column ${place[1]}` : `第 ${place[0]} 行第 ${place[1]} 字`;
  }
  const HOW = [["加", "plus"], ["减", "minus"], ["加绝对值", "plus its absolute value"]];
  /// A figure of one document: its cells.
  function ofCells({ row, figure }, content) {
    const entry = figures().rows[row];
    const { figures: sums } = figures();
    const at = figure[0] === "f" ? Number(figure.slice(1)) : sums.length + Number(figure.slice(1));
    const name = `${entry.name}${english() ? ": " : "："}${pick(labelOf(figure))}`;
    content.append(make("p", {}, say("文件：", "Document: "), file(entry)));
    const of = leaves()[row];
    if (!of) {
      content.append(make("p", {}, say("本页没有带上这份表的每一格；见 lineage.csv，或用 huizong explain。", "This page does not carry the cells of this document: see lineage.csv, or use huizong explain.")));
      return name;
    }
    const cells = of.filter((leaf) => leaf[0] === at);
    if (figure[0] !== "f") {
      content.append(tableOf("各处 / Places", [["位置", "Place"], ["字段", "Member"]], cells.map(([, pointer, place]) => [placed(place), make("code", {}, pointer)])));
      return name;
    }
    const value = ([, , , printed, unit, how]) => {
      const count = millionths(printed, unit === 1);
      return how === 1 ? -count : how === 2 && count < 0n ? -count : count;
    };
    proof(content, cells.reduce((sum, leaf) => sum + value(leaf), 0n), millionths(entry.figures[at]));
    content.append(tableOf(
      "各格 / Cells",
      [["位置", "Place"], ["表上的数", "As printed", true], ["单位", "Unit"], ["计入方式", "Counted"], ["计入（元）", "Yuan", true], ["字段", "Member"]],
      cells.map((leaf) => [placed(leaf[2]), leaf[3], leaf[4] === 1 ? "万元" : "元", pick(HOW[leaf[5]]), yuan(value(leaf)), make("code", {}, leaf[1])])));
    return name;
  }

  const colours = kept("colours");
  if (colours === "dark" || colours === "light") root.dataset.colours = colours;
  colour();
  if (kept("lang") === "en") speak("en"); else if (table) tell();
  if ($("finding-search")) tellFindings();
})();
