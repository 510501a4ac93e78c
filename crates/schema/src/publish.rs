//! The published JSON Schemas (draft 2020-12), derived from the types.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::check_report::{CheckRecord, CheckReport};
use crate::consolidation::Consolidation;
use crate::difference::Difference;
use crate::evaluation::Draft;
use crate::findings::Finding;
use crate::lineage::Lineage;
use crate::partial::PartialLine;
use crate::protocol::{Answer, Manifest, Op, Request};
use crate::receipt::Receipt;
use crate::rule_list::RuleList;

/// A published schema.
pub struct Published {
    /// Its name, as `huizong schema NAME` takes it.
    pub name: &'static str,
    major: u8,
    schema: LazyLock<Value>,
}

impl Published {
    /// The schema itself.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// The schema that a part of this one refers to, or the part itself.
    pub fn resolve<'s>(&'s self, mut part: &'s Value) -> &'s Value {
        while let Some(target) = part["$ref"].as_str() {
            part = self.schema().pointer(&target[1..]).unwrap_or(&Value::Null);
        }
        part
    }

    /// The path of its file from the top of the repository.
    pub fn path(&self) -> String {
        format!("schemas/v{}/{}.schema.json", self.major, self.name)
    }

    /// The contents of the schema's file, with a line break at the end.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self.schema()).expect("a value can be printed");
        text.push('\n');
        text
    }
}

/// The document's schema.
pub static EVALUATION: Published = Published {
    name: "evaluation",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<Draft<'static>>("v1:evaluation", SchemaSettings::for_deserialize, |schema| {
            closed(schema);
            document(schema);
        })
    }),
};
static CONSOLIDATION: Published = Published {
    name: "consolidation",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<Consolidation>("v1:consolidation", SchemaSettings::for_serialize, closed)
    }),
};
static RECEIPT: Published = Published {
    name: "receipt",
    major: 2,
    schema: LazyLock::new(|| derive::<Receipt>("v2:receipt", SchemaSettings::for_serialize, closed)),
};
static PARTIAL_LINE: Published = Published {
    name: "partial-line",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<PartialLine<'static>>("v1:partial-line", SchemaSettings::for_serialize, closed)
    }),
};
static LINEAGE: Published = Published {
    name: "lineage",
    major: 1,
    schema: LazyLock::new(|| derive::<Lineage>("v1:lineage", SchemaSettings::for_serialize, closed)),
};
static DIFFERENCE: Published = Published {
    name: "difference",
    major: 1,
    schema: LazyLock::new(|| derive::<Difference>("v1:difference", SchemaSettings::for_serialize, closed)),
};
static FINDINGS: Published = Published {
    name: "findings",
    major: 1,
    schema: LazyLock::new(|| derive::<CheckReport>("v1:findings", SchemaSettings::for_serialize, closed)),
};
static FINDINGS_LINE: Published = Published {
    name: "findings-line",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<CheckRecord<'static>>("v1:findings-line", SchemaSettings::for_serialize, closed)
    }),
};
static RULES: Published = Published {
    name: "rules",
    major: 1,
    schema: LazyLock::new(|| derive::<RuleList>("v1:rules", SchemaSettings::for_serialize, closed)),
};
static FINDING: Published = Published {
    name: "finding",
    major: 1,
    schema: LazyLock::new(|| derive::<Finding>("v1:finding", SchemaSettings::for_serialize, closed)),
};

/// The schema of a plugin's manifest.
pub static MANIFEST: Published = Published {
    name: "plugin-manifest",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<Manifest>("v1:plugin-manifest", SchemaSettings::for_deserialize, |schema| {
            one_paragraph(schema);
            schema.insert("allOf".into(), work_of_rules());
        })
    }),
};
static REQUEST: Published = Published {
    name: "plugin-request",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<Request<'static>>("v1:plugin-request", SchemaSettings::for_deserialize, one_paragraph)
    }),
};
static ANSWER: Published = Published {
    name: "plugin-answer",
    major: 1,
    schema: LazyLock::new(|| {
        derive::<Answer>("v1:plugin-answer", SchemaSettings::for_deserialize, one_paragraph)
    }),
};

/// Every published schema.
pub static ALL: [&Published; 13] = [
    &EVALUATION,
    &CONSOLIDATION,
    &RECEIPT,
    &PARTIAL_LINE,
    &LINEAGE,
    &DIFFERENCE,
    &FINDINGS,
    &FINDINGS_LINE,
    &FINDING,
    &RULES,
    &MANIFEST,
    &REQUEST,
    &ANSWER,
];

type Contract = fn(SchemaSettings) -> SchemaSettings;

fn derive<T: JsonSchema>(id: &str, contract: Contract, finish: fn(&mut Schema)) -> Value {
    let mut schema = contract(SchemaSettings::draft2020_12()).into_generator().into_root_schema_for::<T>();
    RecursiveTransform(|schema: &mut Schema| {
        schema.remove("default");
        // Remove the widths of Rust's types, for which JSON Schema has no formats.
        if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
            schema.remove("format");
        }
    })
    .transform(&mut schema);
    finish(&mut schema);
    schema.insert("$id".into(), format!("urn:huizong:schema:{id}").into());
    schema.to_value()
}

/// For documents and our own results: allows only the members named.
fn closed(schema: &mut Schema) {
    RecursiveTransform(|schema: &mut Schema| {
        if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".into(), false.into());
        }
    })
    .transform(schema);
}

/// The ops that a manifest's rules and aggregates need.
fn work_of_rules() -> Value {
    let does = |op: Op| json!({ "properties": { "ops": { "contains": { "const": op.number() } } } });
    let has_rule =
        |rule: Value| json!({ "properties": { "rules": { "contains": rule } }, "required": ["rules"] });
    let about_set = json!({ "properties": { "scope": { "const": "set" } }, "required": ["scope"] });
    let measures = json!({ "properties": { "aggregates": { "minItems": 1 } }, "required": ["aggregates"] });
    let needs = |what: Value, op: Op| json!({ "if": what, "then": does(op) });
    json!([
        needs(does(Op::SetFeed), Op::SetFinish),
        needs(does(Op::SetFinish), Op::SetFeed),
        needs(has_rule(about_set.clone()), Op::SetFeed),
        needs(measures, Op::SetFeed),
        needs(has_rule(json!({ "not": about_set })), Op::CheckDocuments),
    ])
}

/// Makes a description one paragraph, as the source wraps its lines.
fn one_paragraph(schema: &mut Schema) {
    RecursiveTransform(|schema: &mut Schema| {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace("\n\n", "\u{0}").replace('\n', " ").replace('\u{0}', "\n\n");
        }
    })
    .transform(schema);
}

/// For documents only: no member is null, and an example comes last.
fn document(schema: &mut Schema) {
    RecursiveTransform(|schema: &mut Schema| {
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|t| t != "null");
            if let [only] = &types[..] {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(mut choices)) = schema.remove("anyOf") {
            choices.retain(|choice| choice.get("type") != Some(&json!("null")));
            if let [Value::Object(only)] = &choices[..] {
                for (key, value) in only {
                    schema.insert(key.clone(), value.clone());
                }
            }
        }
        if let Some(Value::Array(options)) = schema.get_mut("enum") {
            options.retain(|option| !option.is_null());
        }
        // The types mark the required members; in a schema, `required` is one level up.
        let mut required: Vec<Value> = Vec::new();
        for (name, member) in
            schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
        {
            if member.as_object_mut().is_some_and(|member| member.remove("must").is_some()) {
                required.push(name.clone().into());
            }
        }
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
    })
    .transform(schema);
    one_paragraph(schema);
    label_members(schema);
    let about = "What one department reports about its whole budget of one year: the form 部门整体支出绩效自评表 as data. \
                 All amounts are decimal strings in the document's `unit`; all rates are decimal strings in percent.\n\n\
                 一个部门一年整体支出的自评情况，即《部门整体支出绩效自评表》的数据形式。金额都写成十进制字符串，单位见 `unit`；\
                 比率都写成十进制字符串，单位为百分之一（%）。";
    schema.insert("description".into(), about.into());
    schema.insert("examples".into(), json!([sample()]));
}

/// Moves labels from definitions to the members and items that refer to them.
///
/// Editors show the label of a definition in place of the member's own, and every amount would be an "Amount".
fn label_members(schema: &mut Schema) {
    let mut labels: BTreeMap<String, (Option<Value>, String)> = BTreeMap::new();
    for (name, definition) in schema.get_mut("$defs").and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(definition) = definition.as_object_mut() else { continue };
        let about = definition.remove("description");
        let about = about.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        labels.insert(format!("#/$defs/{name}"), (definition.remove("title"), about));
    }
    RecursiveTransform(|schema: &mut Schema| {
        let of = schema.get("$ref").and_then(Value::as_str).and_then(|target| labels.get(target));
        let Some((title, about)) = of else { return };
        match (title, schema.get("description").and_then(Value::as_str)) {
            (Some(title), None) => {
                schema.insert("title".into(), title.clone());
                schema.insert("description".into(), about.clone().into());
            }
            // How a decimal is written belongs to what it is.
            (None, Some(own)) if !about.is_empty() => {
                // The English paragraph comes first, and Chinese has no spaces between sentences.
                let both = own.split("\n\n").zip(about.split("\n\n")).zip([" ", ""]);
                let both: Vec<_> = both.map(|((own, how), space)| format!("{own}{space}{how}")).collect();
                schema.insert("description".into(), both.join("\n\n").into());
            }
            _ => {}
        }
    })
    .transform(schema);
}

/// A small finished document: the example of the published schema.
pub fn sample() -> Value {
    json!({
        "schema_version": "1.0",
        "department": { "name": "示范区科学技术协会", "scope": "consolidated" },
        "fiscal_year": 2022,
        "unit": "CNY_10K",
        "budget": {
            "initial_budget": "339.04", "adjusted_budget": "280.19", "actual_expenditure": "280.19",
            "budget_adjustment": "58.85",
            "by_source": { "general_public_budget": { "actual_expenditure": "280.19" } },
            "completion_rate": "100", "adjustment_rate": "17.35"
        },
        "goal": { "expected": ["办好科普活动。"], "achieved": ["全年办了九场。"] },
        "tasks": [{
            "name": "科普活动", "expected": ["办六场。"], "achieved": ["办了九场。"],
            "indicators": [{ "name": "活动场数(场)", "target": "≥6", "result": "9" }],
            "funds": "21.61"
        }],
        "key_projects": [{
            "name": "科普经费", "level": "二级项目", "budget_requested": "13", "funds_used": "8.54", "outcomes": ["服务三千人次。"]
        }],
        "narrative": { "performance": ["任务都已完成。"], "problems": ["联系企业不多。"], "improvements": ["每季走访一次。"] }
    })
}

#[cfg(test)]
mod tests;
