// hyperjump.mjs MODULES FILE -- FILE holds {"schema", "texts"}; prints one verdict a line
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const module = path.resolve(process.argv[2], "node_modules/@hyperjump/json-schema/draft-2020-12/index.js");
const { registerSchema, validate } = await import(pathToFileURL(module));
const { schema, texts } = JSON.parse(fs.readFileSync(process.argv[3], "utf8"));
registerSchema(schema, schema.$id);
const check = await validate(schema.$id);
for (const text of texts) {
  let verdict;
  try {
    verdict = check(JSON.parse(text)).valid ? "valid" : "invalid";
  } catch {
    verdict = "not-json";
  }
  console.log(verdict);
}
