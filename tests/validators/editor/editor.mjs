// editor.mjs SCHEMA MODULES -- what an editor makes of the schema (vscode-json-languageservice, installed under MODULES): for every
// member its own label on hover and in completion, its values, and one error for one mistake.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const [schemaPath, modules] = process.argv.slice(2);
const require = createRequire(path.resolve(modules) + "/");
const { getLanguageService, TextDocument } = require("vscode-json-languageservice");
const schema = JSON.parse(fs.readFileSync(schemaPath, "utf8"));
const service = getLanguageService({});
service.configure({ validate: true, schemas: [{ uri: schema.$id, fileMatch: ["*"], schema }] });

const smallest = () => ({
  schema_version: "1.0", department: { name: "示范区档案馆" }, fiscal_year: 2023, unit: "CNY_10K",
  budget: { initial_budget: "100.00", adjusted_budget: "120.00", actual_expenditure: "90.00" },
});

function open(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const document = TextDocument.create("file:///a.json", "json", 1, text);
  return { document, json: service.parseJSONDocument(document), text };
}

// Every member of the schema: its path, and how the schema labels it there.
function members(part, at, found) {
  const definition = part.$ref ? schema.$defs[part.$ref.split("/").pop()] : part;
  for (const [name, member] of Object.entries(definition.properties ?? {})) {
    found.push({ path: [...at, name], title: member.title, description: member.description });
    members(member, [...at, name], found);
    if (member.items) members(member.items, [...at, name, 0], found);
  }
  return found;
}

function resolve(steps) {
  let part = schema;
  for (const step of steps) {
    const definition = part.$ref ? schema.$defs[part.$ref.split("/").pop()] : part;
    part = typeof step === "number" ? definition.items : definition.properties[step];
  }
  return part.$ref ? { ...schema.$defs[part.$ref.split("/").pop()], ref: part.$ref.split("/").pop() } : part;
}

// The smallest document with a value at a path.
function withValue(steps, value) {
  const document = smallest();
  let at = document;
  steps.slice(0, -1).forEach((step, index) => {
    if (at[step] === undefined) at[step] = typeof steps[index + 1] === "number" ? [] : {};
    at = at[step];
  });
  at[steps.at(-1)] = value;
  if (document.department?.units?.[0] && steps.includes("code")) document.department.units[0].name = "一分馆";
  return document;
}

function good(steps) {
  const part = resolve(steps);
  if (steps.join() === "$schema") return schema.$id;
  if (part.enum) return part.enum[0];
  if (part.pattern) return "1";
  if (part.type === "integer") return 2023;
  if (part.type === "array") return [];
  if (part.properties) return steps.join() === "budget" ? smallest().budget : steps.join() === "department" ? smallest().department : {};
  return part.type === "object" ? {} : "甲";
}

const wanted = members(schema, [], []);
assert(wanted.length > 90, `${wanted.length} members`);
let hovers = 0, completions = 0, mistakes = 0;
for (const { path: steps, title, description } of wanted) {
  const place = "/" + steps.join("/");
  // Hover: over the name, the member's own label, in both languages, with how its value is written.
  const name = steps.at(-1);
  const { document, json, text } = open(withValue(steps, good(steps)));
  assert.deepEqual(await service.doValidation(document, json), [], place);
  const parent = text.lastIndexOf(JSON.stringify(name) + ":");
  let offset = -1;
  // The name may occur at other paths too: the one whose path is ours.
  for (let from = 0; (from = text.indexOf(JSON.stringify(name) + ":", from)) >= 0; from += 1) {
    let node = json.getNodeFromOffset(from + 1), own = [];
    for (let child = node; child.parent; child = child.parent) {
      if (child.parent.type === "property" && child.parent.valueNode === child) own.unshift(child.parent.keyNode.value);
      if (child.parent.type === "array") own.unshift(child.parent.items.indexOf(child));
    }
    if (JSON.stringify([...own, name]) === JSON.stringify(steps)) offset = from + 1;
  }
  assert(offset >= 0, `${place}: ${parent}`);
  const hover = await service.doHover(document, document.positionAt(offset), json);
  const said = hover.contents.map((part) => (typeof part === "string" ? part : part.value)).join("\n");
  const unescaped = said.replace(/\\([\\`*_{}[\]()#+\-.!<>|])/g, "$1").replace(/&nbsp;/g, " ");
  assert(unescaped.includes(title), `${place}: hover says ${said}, not ${title}`);
  assert(/[\u4e00-\u9fff]/.test(said) && /[a-z]{4}/.test(said), `${place}: ${said}`);
  hovers += 1;

  // Completion: the member is offered with its own description where it is missing.
  const before = withValue(steps, good(steps));
  let object = before;
  steps.slice(0, -1).forEach((step) => (object = object[step]));
  delete object[name];
  object["§"] = 0;
  const opened = open(before);
  const cursor = opened.text.indexOf('"§": 0');
  const without = opened.text.slice(0, cursor) + '""' + opened.text.slice(cursor + '"§": 0'.length);
  const typed = open(without);
  const list = await service.doComplete(typed.document, typed.document.positionAt(cursor + 1), typed.json);
  const item = list.items.find((item) => item.label === name);
  assert(item, `${place}: not offered among ${list.items.map((item) => item.label)}`);
  const documentation = item.documentation?.value ?? item.documentation;
  assert.equal(documentation, description, place);
  completions += 1;

  // Mistakes: each is one error, at the value. An editor does not look at `$schema` as at other members.
  if (name === "$schema") continue;
  const part = resolve(steps);
  const wrong = [null, 2000.5, true, part.type === "array" ? {} : []];
  if (part.pattern) wrong.push("1,280.19", "6.23万元", "", "0.0000001");
  if (part.enum) wrong.push("万元", "");
  if (part.minLength) wrong.push("");
  if (part.type === "integer") wrong.push(1989, 2101, "2023");
  for (const value of wrong) {
    const { document, json } = open(withValue(steps, value));
    const errors = await service.doValidation(document, json);
    assert.equal(errors.length, 1, `${place} = ${JSON.stringify(value)}: ${errors.map((error) => error.message)}`);
    mistakes += 1;
  }
  if (part.enum) {
    const { document, json, text } = open(withValue(steps, ""));
    const at = text.indexOf(`"${name}": ""`) + name.length + 5;
    const offered = (await service.doComplete(document, document.positionAt(at), json)).items.map((item) => JSON.parse(item.label));
    for (const value of part.enum) assert(offered.includes(value), `${place}: ${value} is not offered among ${offered}`);
  }
}
for (const name of Object.keys(smallest())) {
  const value = smallest();
  delete value[name];
  const { document, json } = open(value);
  assert.equal((await service.doValidation(document, json)).length, 1, `without ${name}`);
  const { document: strange, json: parsed } = open({ ...smallest(), [`${name}s`]: 1 });
  assert.equal((await service.doValidation(strange, parsed)).length, 1, `with ${name}s`);
  mistakes += 2;
}
console.log(`${hovers} members on hover, ${completions} in completion, ${mistakes} mistakes of one error each`);
