//! The published JSON Schemas (draft 2020-12), derived from the types.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::consolidation::Consolidation;
use crate::difference::Difference;
use crate::evaluation::Draft;
use crate::findings::{CheckReport, Finding};
use crate::lineage::Lineage;
use crate::protocol::{Answer, Manifest, Request};
use crate::receipt::Receipt;

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
        derive::<Manifest>("v1:plugin-manifest", SchemaSettings::for_deserialize, one_paragraph)
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
pub static ALL: [&Published; 10] = [
    &EVALUATION,
    &CONSOLIDATION,
    &RECEIPT,
    &LINEAGE,
    &DIFFERENCE,
    &FINDINGS,
    &FINDING,
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
    let about = "What one department reports about its whole budget of one year: the form 部门整体支出绩效自评表 as data. \
                 All amounts are decimal strings in the document's `unit`; all rates are decimal strings in percent.";
    schema.insert("description".into(), about.into());
    schema.insert("examples".into(), json!([sample()]));
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
mod tests {
    use super::*;

    fn is_chinese(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    #[test]
    fn every_member_says_what_it_is_in_both_languages() {
        fn walk(value: &Value, path: &str, seen: &mut usize) {
            for (name, member) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let text = |key: &str| member.get(key).and_then(Value::as_str).unwrap_or_default();
                let title = text("title");
                let (zh, en) = title.split_once(" / ").unwrap_or_default();
                assert!(
                    zh.chars().all(is_chinese) && !zh.is_empty() && !en.is_empty(),
                    "{path}/{name}: title {title:?}"
                );
                assert!(text("description").len() > 10, "{path}/{name}: description");
                // In a list or block, the members name the sources.
                let is_block = member.get("items").is_some() || text("description").contains("by_source");
                assert!(is_block || text("description").contains("Source: "), "{path}/{name}: source");
                let is_amount = member["$ref"].as_str().is_some_and(|r| r.ends_with("Amount"));
                assert!(
                    !is_amount || text("description").contains("the document's unit"),
                    "{path}/{name}: unit"
                );
                *seen += 1;
            }
        }
        let schema = EVALUATION.schema();
        let mut seen = 0;
        walk(schema, "", &mut seen);
        for (name, def) in schema["$defs"].as_object().unwrap() {
            walk(def, name, &mut seen);
        }
        assert!(seen > 70, "{seen} members");
    }

    #[test]
    fn the_schema_stands_alone_and_its_examples_hold() {
        for published in ALL {
            assert!(jsonschema::meta::is_valid(published.schema()), "{}", published.name);
            let text = published.text();
            assert!(!text.contains("\"$ref\": \"http"), "{}", published.name);
            let id = format!("urn:huizong:schema:v{}:{}", published.major, published.name);
            assert_eq!(published.schema()["$id"], id);
        }
        let validator = jsonschema::validator_for(EVALUATION.schema()).unwrap();
        assert!(validator.is_valid(&sample()));
        assert!(crate::parse(&sample().to_string()).is_ok());
        assert!(!EVALUATION.text().contains("null"));
    }
}
