// Fills the package: the schemas of the repository, types for TypeScript, and a module that has them all.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "../..");
for (const made of ["v1", "v2", "types", "index.js", "index.d.ts"]) rmSync(join(here, made), { recursive: true, force: true });
for (const version of ["v1", "v2"]) cpSync(join(top, "schemas", version), join(here, version), { recursive: true });
for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(top, licence), join(here, licence));
mkdirSync(join(here, "types"));

// The newest version of each schema.
const newest = new Map();
for (const version of ["v1", "v2"]) {
  for (const file of readdirSync(join(here, version)).filter((file) => file.endsWith(".schema.json"))) {
    newest.set(file.replace(".schema.json", ""), `${version}/${file}`);
  }
}
const names = [...newest.keys()].sort();
const typeOf = (name) => name.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());
const types = [];
const texts = [];
for (const name of names) {
  const schema = JSON.parse(readFileSync(join(here, newest.get(name)), "utf8"));
  texts.push(`  ${JSON.stringify(name)}: ${JSON.stringify(schema)},`);
  const options = { bannerComment: "", additionalProperties: true, format: false };
  const text = await compile({ ...schema, title: typeOf(name) }, typeOf(name), options);
  writeFileSync(join(here, "types", `${name}.d.ts`), text);
  types.push(`export type { ${typeOf(name)} } from "./types/${name}.js";`);
}
const list = names.map((name) => JSON.stringify(name)).join(" | ");
writeFileSync(join(here, "index.js"), `/** The published schemas, by their names. */\nexport const schemas = {\n${texts.join("\n")}\n};\n`);
writeFileSync(
  join(here, "index.d.ts"),
  `${types.join("\n")}\n\n/** The name of a published schema. */\nexport type SchemaName = ${list};\n\n/** The published schemas, by their names. */\nexport const schemas: Record<SchemaName, Record<string, unknown>>;\n`,
);
