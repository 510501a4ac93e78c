// Installs the package as it is packed into a project of its own: the schemas validate, the types compile and refuse a wrong document.
//
//     node test.mjs huizong-schemas-0.1.0.tgz
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "huizong-npm-"));
const run = (...command) => execFileSync(command[0], command.slice(1), { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
run("npm", "install", "--silent", resolve(process.argv[2]), "ajv@8", "typescript@7");
const good = `{ schema_version: "1.0", department: { name: "示范局" }, fiscal_year: 2022, unit: "CNY_10K",
  budget: { initial_budget: "1", adjusted_budget: "1", actual_expenditure: "1" } }`;
writeFileSync(
  join(folder, "a.mjs"),
  `import Ajv from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { schemas } from "huizong-schemas";
const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schemas.evaluation);
if (!validate(${good}) || validate({ ...${good}, unit: "万元" })) throw new Error("validates wrongly");
const suite = new URL(import.meta.resolve("huizong-schemas/v1/conformance/README.md"));
console.log(Object.keys(schemas).length, "schemas,", readFileSync(suite, "utf8").length > 1000 ? "the suite is there" : "no suite");
`,
);
writeFileSync(join(folder, "good.ts"), `import { schemas, type Evaluation } from "huizong-schemas";\nexport const a: Evaluation = ${good};\nexport const b = schemas["plugin-manifest"];\n`);
writeFileSync(join(folder, "wrong.ts"), `import type { Evaluation } from "huizong-schemas";\nexport const a: Evaluation = { ...${good}, unit: "万元" };\n`);
console.log(run("node", "a.mjs").trim());
const tsc = ["node_modules/.bin/tsc", "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", ""];
run(...tsc, "good.ts");
let refused = false;
try {
  run(...tsc, "wrong.ts");
} catch (error) {
  refused = error.stdout.includes("unit") || error.stdout.includes("万元");
}
if (!refused) throw new Error("a wrong document was accepted");
console.log("the types compile, and refuse a wrong document");
rmSync(folder, { recursive: true });
