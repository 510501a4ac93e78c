// ajv.mjs MODULES FILE -- FILE holds {"schema", "texts"}; prints one verdict a line
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(path.resolve(process.argv[2]) + "/");
const Ajv = require("ajv/dist/2020.js").default;
const { schema, texts } = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
// Its strict mode refuses schemas that only look right. "json-pointer" and other formats are annotations.
const validate = new Ajv({ strict: true, allowUnionTypes: true, validateFormats: false }).compile(schema);
for (const text of texts) {
  let verdict;
  try {
    verdict = validate(JSON.parse(text)) ? "valid" : "invalid";
  } catch {
    verdict = "not-json";
  }
  console.log(verdict);
}
