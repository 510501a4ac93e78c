// check.mjs SCHEMA MODULES DOCUMENT... -- checks that ajv (installed under MODULES) accepts each document and rejects broken
// copies of it.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [schema, modules, ...documents] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + "/");
const Ajv = require("ajv/dist/2020.js").default;
const validate = new Ajv({ strict: false }).compile(JSON.parse(fs.readFileSync(schema, "utf8")));
const breaks = [
  (d) => delete d.fiscal_year,
  (d) => (d.remark = "x"),
  (d) => (d.budget.initial_budget = "0339.00"),
  (d) => (d.budget.initial_budget = "1\n"),
  (d) => (d.budget.actual_expenditure = 280.19),
  (d) => (d.budget.completion_rate = "100%"),
  (d) => (d.budget.budget_adjustment = "-0.00"),
  (d) => (d.unit = "万元"),
  (d) => (d.department.name = ""),
];
for (const file of documents) {
  const text = fs.readFileSync(file, "utf8");
  if (!validate(JSON.parse(text))) throw new Error(`${file}: ${JSON.stringify(validate.errors)}`);
  breaks.forEach((spoil, number) => {
    const document = JSON.parse(text);
    spoil(document);
    if (validate(document)) throw new Error(`${file}: accepted with break ${number}`);
  });
}
console.log(`ajv: ${documents.length} documents accepted, each refused with ${breaks.length} breaks`);
