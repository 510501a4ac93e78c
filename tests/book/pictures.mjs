// Takes the book's pictures: the report page and a form that goes back in Chromium; the workbook and a blank form as LibreOffice prints them.
//
//     node tests/book/pictures.mjs COMMAND FOLDER_OF_PLAYWRIGHT
//
// Needs chromium, soffice, pdftoppm and a Chinese font. The pictures are committed: look at each before you do.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [command, tools] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const top = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const pictures = join(top, "crates/book/pictures");
const folder = mkdtempSync(join(tmpdir(), "huizong-pictures-"));
const district = join(folder, "district");
cpSync(join(top, "examples/district"), district, { recursive: true });
mkdirSync(pictures, { recursive: true });

const huizong = (...asked) => {
  try {
    execFileSync(command, ["--lang", "zh", ...asked], { cwd: district, stdio: "pipe" });
  } catch (error) {
    if (![1, 3].includes(error.status)) throw error;
  }
};
huizong("consolidate", "2021", "--year", "2021", "--roster", "2021/roster.csv", "-o", "last", "--fail-on", "never");
huizong("consolidate", "forms", "-o", "result", "--previous", "last", "--fail-on", "never");
huizong("annotate", "forms/03-weijian.txt", "-o", "returned.html");
huizong("template", "-o", "blank.xlsx");

// The first page of a file, as it is printed, without its margins.
const printed = (file, name, dpi) => {
  execFileSync("soffice", ["--headless", "--convert-to", "pdf", "--outdir", folder, join(district, file)], { stdio: "pipe" });
  const pdf = join(folder, file.split("/").at(-1).replace(/\.[a-z]+$/, ".pdf"));
  execFileSync("pdftoppm", ["-png", "-r", dpi, "-f", "1", "-l", "1", pdf, join(folder, name)]);
  const made = readdirSync(folder).find((entry) => entry.startsWith(`${name}-`) && entry.endsWith(".png"));
  renameSync(join(folder, made), join(pictures, `${name}.png`));
};
printed("result/consolidation.xlsx", "workbook", "80");
printed("blank.xlsx", "template", "80");

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
await page.goto(pathToFileURL(join(district, "result/report.html")).href);
await page.screenshot({ path: join(pictures, "report.png") });
// A form that goes back as a page shows its notes; a note of Word or Excel is seen only when it is pointed at.
await page.goto(pathToFileURL(join(district, "returned.html")).href);
await page.screenshot({ path: join(pictures, "annotated.png") });
await browser.close();
rmSync(folder, { recursive: true });
console.log(readdirSync(pictures).join(" "));
