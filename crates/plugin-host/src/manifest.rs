//! Validates manifests beyond their JSON.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use huizong_core::PluginRule;
use huizong_schema::findings::Message;
use huizong_schema::protocol::{CAPABILITIES, Manifest, Of, Op, PROTOCOL, SCHEMA_VERSION};
use huizong_schema::{Pointer, publish, read_strictly};
use semver::{Version, VersionReq};
use serde_json::Value;

use crate::failure::{Failure, Violation};
use crate::refused::Refused;

/// Why a plugin is not run although it could be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit(Message);

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit.0)
    }
}

impl Unfit {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Message { zh: zh.into(), en: en.into() })
    }
}

/// Parses and validates a manifest.
pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, Refused> {
    let faulty = |why: String| Failure::Violation(Violation::NotAManifest(why));
    let text = std::str::from_utf8(bytes).map_err(|error| faulty(error.to_string()))?;
    let value = read_strictly(text).map_err(|error| faulty(error.to_string()))?;
    // A manifest of another protocol may have any other form, so nothing else is checked.
    if let Some(protocol) = value.get("protocol").and_then(Value::as_u64)
        && protocol != u64::from(PROTOCOL)
    {
        return Err(Unfit::new(
            format!("插件使用协议 {protocol}，本程序只支持协议 {PROTOCOL}；请用相应版本的插件"),
            format!("it speaks protocol {protocol}; this tool speaks {PROTOCOL}"),
        )
        .into());
    }
    // Parse from text, not from the value, so that errors name the line.
    let manifest: Manifest = serde_json::from_str(text).map_err(|error| faulty(error.to_string()))?;
    is_consistent(&manifest).map_err(faulty)?;
    matches_schema(&value).map_err(faulty)?;
    Ok(manifest)
}

/// Checks a manifest against its published schema, which third parties check it against too.
fn matches_schema(manifest: &Value) -> Result<(), String> {
    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        jsonschema::draft202012::new(publish::MANIFEST.schema()).expect("the published schema is a schema")
    });
    match VALIDATOR.iter_errors(manifest).next() {
        None => Ok(()),
        Some(error) => {
            let at = Pointer::parse(error.instance_path().as_str());
            Err(format!("{at}: {}", huizong_core::shown_text(&error.to_string())))
        }
    }
}

/// Members of a manifest that its schema does not name: allowed, as a newer version may define them, but they
/// may be typos.
pub(crate) fn unknown_members(bytes: &[u8]) -> Vec<String> {
    let mut unknown = Vec::new();
    if let Ok(value) = serde_json::from_slice(bytes) {
        list_unknown(&value, publish::MANIFEST.schema(), &Pointer::root(), &mut unknown);
    }
    unknown
}

fn list_unknown(value: &Value, schema: &Value, at: &Pointer, unknown: &mut Vec<String>) {
    let schema = publish::MANIFEST.resolve(schema);
    match value {
        Value::Object(members) => {
            let Some(known) = schema["properties"].as_object() else { return };
            for (name, member) in members.iter().filter(|(name, _)| *name != "$schema") {
                match known.get(name) {
                    Some(schema) => list_unknown(member, schema, &at.member(name), unknown),
                    None => unknown.push(at.member(name).as_str().to_owned()),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list_unknown(item, &schema["items"], &at.item(index), unknown);
            }
        }
        _ => {}
    }
}

/// Checks what a schema cannot say: that names begin with the plugin's id and are declared once, and that messages name
/// declared arguments. What a schema says badly is checked here too, for a better message.
fn is_consistent(manifest: &Manifest) -> Result<(), String> {
    let id = &manifest.plugin.id;
    if !is_kebab(id) {
        return Err(format!("plugin.id {id:?} is not kebab-case of at most 64 characters"));
    }
    if let Err(error) = Version::parse(&manifest.plugin.version) {
        return Err(format!("plugin.version {:?}: {error}", manifest.plugin.version));
    }
    let does = |op: Op| manifest.ops.contains(&op.number());
    if does(Op::SetFeed) != does(Op::SetFinish) {
        return Err("ops: 2 and 3 go together".to_owned());
    }
    let needs_set =
        !manifest.aggregates.is_empty() || manifest.rules.iter().any(|rule| rule.scope == Of::Set);
    if needs_set && !does(Op::SetFeed) {
        return Err("a rule about the set or an aggregate needs ops 2 and 3".to_owned());
    }
    if manifest.rules.iter().any(|rule| rule.scope == Of::Document) && !does(Op::CheckDocuments) {
        return Err("a rule about documents needs op 1".to_owned());
    }
    let mut seen = BTreeSet::new();
    let rules = manifest.rules.iter().map(|rule| &rule.id);
    for of in rules.chain(manifest.aggregates.iter().map(|aggregate| &aggregate.id)) {
        let name = of.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
        if name.is_none_or(str::is_empty) {
            return Err(format!("{of:?} is not {id}/ and a name in kebab-case"));
        }
        if !seen.insert(of) {
            return Err(format!("{of:?} is declared twice"));
        }
    }
    for rule in &manifest.rules {
        if let Some(name) = declared(manifest, rule).mismatched_argument() {
            return Err(format!("{}: the message names {{{name}}}, which args does not declare", rule.id));
        }
    }
    Ok(())
}

fn declared(manifest: &Manifest, rule: &huizong_schema::protocol::RuleDeclaration) -> PluginRule {
    PluginRule {
        declaration: rule.clone(),
        plugin: manifest.plugin.clone(),
        reads: match rule.scope {
            Of::Document => manifest.reads.clone(),
            Of::Set => manifest.set_reads.clone().or_else(|| manifest.reads.clone()),
        },
    }
}

/// The rules that a manifest declares.
pub(crate) fn rules(manifest: &Manifest) -> Vec<PluginRule> {
    manifest.rules.iter().map(|rule| declared(manifest, rule)).collect()
}

/// Whether a name is valid for a plugin or one of its rules: kebab-case, at most 64 characters.
pub fn is_kebab(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// Checks that this version provides what the plugin requires.
pub(crate) fn is_served(manifest: &Manifest) -> Result<(), Unfit> {
    let range = &manifest.requires.schema;
    let known = Version::parse(SCHEMA_VERSION)
        .is_ok_and(|version| VersionReq::parse(range).is_ok_and(|range| range.matches(&version)));
    if !known {
        return Err(Unfit::new(
            format!("插件要求表的结构版本为 {range}，本程序的是 {SCHEMA_VERSION}"),
            format!("it requires the document's schema {range}; this tool has {SCHEMA_VERSION}"),
        ));
    }
    if let Some(unknown) =
        manifest.requires.capabilities.iter().find(|name| !CAPABILITIES.contains(&name.as_str()))
    {
        return Err(Unfit::new(
            format!("插件要求本程序没有的功能 {unknown}；请升级本程序"),
            format!("it requires the capability {unknown}, which this version does not have"),
        ));
    }
    Ok(())
}

/// Checks that a plugin accepts a configuration; `hold` validates it against the plugin's schema.
pub(crate) fn takes(
    manifest: &Manifest,
    config: &Value,
    hold: impl FnOnce(&Value, &Value) -> Result<(), String>,
) -> Result<(), Unfit> {
    match &manifest.config_schema {
        None if config.as_object().is_some_and(serde_json::Map::is_empty) => Ok(()),
        None => Err(Unfit::new("插件没有可设置的内容，请删去 config", "it takes no configuration")),
        Some(schema) => hold(schema, config).map_err(|why| {
            let why = huizong_core::shown_text(&why);
            Unfit::new(
                format!("设置 config 不合插件的要求：{why}"),
                format!("config does not match its schema: {why}"),
            )
        }),
    }
}

/// Validates a configuration against a schema. Either can make this take too long.
///
/// # Errors
/// Returns the first error in the schema or in the configuration.
#[cfg(target_os = "linux")]
pub(crate) fn hold(schema: &Value, config: &Value) -> Result<(), String> {
    let validator =
        jsonschema::draft202012::new(schema).map_err(|error| format!("config_schema: {error}"))?;
    match validator.iter_errors(config).next() {
        None => Ok(()),
        Some(error) => Err(format!("{} {error}", error.instance_path().as_str()).trim_start().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn manifest() -> Value {
        json!({
            "protocol": 1, "plugin": {"id": "demo", "version": "1.0.0"}, "ops": [1],
            "rules": [{"id": "demo/a-b", "severity": "info", "title": {"zh": "甲", "en": "A"},
                       "message": {"zh": "{n}", "en": "{n}"}, "args": {"n": "count"}}],
        })
    }

    fn said(change: impl FnOnce(&mut Value)) -> String {
        let mut manifest = manifest();
        change(&mut manifest);
        match read(manifest.to_string().as_bytes()) {
            Ok(_) => String::new(),
            Err(refused) => refused.message().en,
        }
    }

    #[test]
    fn names_are_checked_and_unique() {
        assert_eq!(said(|_| {}), "");
        assert_eq!(said(|m| m["news"] = json!(1)), "");
        assert!(said(|m| m["plugin"]["id"] = json!("Demo")).contains("plugin.id"));
        assert!(said(|m| m["plugin"]["version"] = json!("1")).contains("plugin.version"));
        assert!(said(|m| m["rules"][0]["id"] = json!("other/a")).contains("is not demo/"));
        assert!(said(|m| m["rules"][0]["id"] = json!("demo/a--b")).contains("/rules/0/id"));
        assert!(said(|m| m["rules"] = json!([m["rules"][0], m["rules"][0]])).contains("twice"));
        assert!(said(|m| m["rules"][0]["message"]["en"] = json!("{x}")).contains("{x}"));
        assert!(said(|m| m["rules"][0]["title"]["zh"] = json!("　 ")).contains("/rules/0/title/zh"));
        assert_eq!(said(|m| m["ops"] = json!([1, 9])), "");
        assert!(said(|m| m["ops"] = json!([1, 3])).contains("go together"));
        assert!(said(|m| m["ops"] = json!([2, 3])).contains("needs op 1"));
        assert!(said(|m| m["rules"][0]["scope"] = json!("set")).contains("needs ops 2 and 3"));
        assert!(said(|m| m["plugin"]["vendor"] = json!("a\u{1b}[2K")).contains("/plugin/vendor"));
        assert!(said(|m| m["plugin"]["vendor"] = json!("a\nb")).contains("/plugin/vendor"));
        assert!(said(|m| *m = json!({"protocol": 2, "other": 1})).contains("protocol 2"));
        assert!(said(|m| m["reads"] = json!(["a"])).contains("reads"));
        assert!(read(b"{\"protocol\":1,\"protocol\":1}").is_err());
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }

    /// The published schema and this crate agree about every manifest, except where a schema cannot say it.
    #[test]
    fn the_published_schema_agrees() {
        let message = json!({"zh": "共 {n} 项", "en": "{n} items"});
        let whole = json!({
            "protocol": 1, "plugin": {"id": "demo", "version": "1.0.0-rc.1+5", "vendor": "示范区", "license": "MIT"},
            "requires": {"schema": ">=1.0, <2.0", "capabilities": ["set"]}, "ops": [1, 2, 3],
            "reads": ["/budget/initial_budget", "/tasks/*/name"], "set_reads": [""],
            "config_schema": {"type": "object"},
            "rules": [
                {"id": "demo/a-b", "since": "1.0.0", "status": "stable", "severity": "info", "scope": "document",
                 "title": message, "summary": message, "docs": message, "basis": message, "message": message,
                 "args": {"n": "count"},
                 "examples": [{"input": {}, "config": {}, "expect": [{"pointer": "/a", "args": {"n": 1}, "documents": ["1"]}]}]},
                {"id": "demo/c", "severity": "error", "scope": "set", "title": message, "message": message, "args": {"n": "count"}}],
            "aggregates": [{"id": "demo/m", "title": message, "unit": "CNY", "scale": 6, "docs": message}]
        });
        let strange = [
            json!(null),
            json!(true),
            json!(0),
            json!(1),
            json!(1.0),
            json!(2.0),
            json!(2),
            json!(3),
            json!(6),
            json!(7),
            json!(-1),
            json!(1.5),
            json!(4_294_967_295_u64),
            json!(4_294_967_296_u64),
            json!(1e30),
            json!([]),
            json!({}),
            json!([1]),
            json!(["/a", "b"]),
            json!([[]]),
            json!([{}]),
            json!(""),
            json!(" "),
            json!("　"),
            json!("a"),
            json!("demo/x"),
            json!("demo/x\n"),
            json!("a\n"),
            json!("a\u{1b}"),
            json!("a\u{85}"),
            json!("1.0"),
            json!("1.0.0"),
            json!("01.0.0"),
            json!("1.0.0-01"),
            json!("1.0.0+a_b"),
            json!("99999999999999999999.0.0"),
            json!("demo/A"),
            json!("demo/a/b"),
            json!("{n}"),
            json!("{n"),
            json!("{{n} }"),
            json!("{}"),
            json!("{"),
            json!("/a/~0/~1"),
            json!("/a/~2"),
            json!("/".repeat(64)),
            json!("/".repeat(65)),
            json!("/".to_owned() + &"a".repeat(1024)),
            json!("字".repeat(2000)),
            json!("字".repeat(2001)),
            json!("a".repeat(64)),
            json!("a".repeat(65)),
            json!({"zh": "甲", "en": "a"}),
            json!({"zh": "甲"}),
            json!({"zh": "甲", "en": ""}),
            json!(["甲", "a"]),
            json!("stable"),
            json!("set"),
            json!("document"),
            json!("warning"),
            json!("CNY_10K"),
            json!("text"),
            json!("/a"),
            json!([1, 2, 3, 9]),
            json!([2, 3]),
            json!([1]),
            json!([1, 2]),
        ];
        let validator = jsonschema::draft202012::new(publish::MANIFEST.schema()).unwrap();
        let mut places = Vec::new();
        pointers(&whole, String::new(), &mut places);
        let (mut tried, mut refused, mut beyond) = (0, 0, 0);
        let mut compare = |manifest: &Value| {
            let said = read(manifest.to_string().as_bytes()).err().map(|refused| refused.message().en);
            let is_valid = validator.is_valid(manifest);
            tried += 1;
            refused += usize::from(!is_valid);
            let Some(why) = said else {
                return assert!(is_valid, "only the schema refuses {manifest}");
            };
            if is_valid {
                // What no schema can say.
                let cannot_say = ["a name in kebab-case", "is declared twice", "which args does not declare"];
                assert!(cannot_say.iter().any(|text| why.contains(text)), "{why}: {manifest}");
                beyond += 1;
            }
        };
        compare(&whole);
        for at in &places {
            for value in &strange {
                let mut manifest = whole.clone();
                *manifest.pointer_mut(at).unwrap() = value.clone();
                compare(&manifest);
            }
            // Without the member.
            let mut manifest = whole.clone();
            if let Some((parent, last)) = at.rsplit_once('/') {
                match manifest.pointer_mut(parent).unwrap() {
                    Value::Object(members) => drop(members.remove(last)),
                    Value::Array(items) => drop(items.remove(last.parse().unwrap())),
                    _ => unreachable!("it has members"),
                }
                compare(&manifest);
            }
        }
        assert!(
            tried > 2000 && refused > 1000 && tried - refused > 500 && beyond > 5,
            "{tried}, {refused}, {beyond}"
        );
    }

    fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| pointers(member, format!("{at}/{name}"), found));
            }
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, item)| pointers(item, format!("{at}/{index}"), found));
            }
            _ => {}
        }
        found.push(at);
    }

    #[test]
    fn manifests_with_unknown_requirements_are_refused() {
        let unfit = |change: fn(&mut Value)| {
            let mut manifest = manifest();
            change(&mut manifest);
            is_served(&serde_json::from_value(manifest).unwrap()).err().map(|unfit| unfit.0.en)
        };
        assert_eq!(unfit(|_| {}), None);
        assert!(unfit(|m| m["requires"] = json!({"schema": ">=2"})).unwrap().contains(">=2"));
        assert!(unfit(|m| m["requires"] = json!({"schema": "nonsense"})).is_some());
        assert!(unfit(|m| m["requires"] = json!({"capabilities": ["x"]})).unwrap().contains("capability x"));
        assert_eq!(
            unfit(|m| m["requires"] = json!({"schema": ">=1.0, <2.0", "capabilities": ["set"]})),
            None
        );
    }

    #[test]
    fn a_configuration_fits_its_schema() {
        let mut manifest: Manifest = serde_json::from_value(manifest()).unwrap();
        let takes = |manifest: &Manifest, config| takes(manifest, &config, hold);
        assert!(takes(&manifest, json!({})).is_ok());
        assert!(takes(&manifest, json!({"a": 1})).is_err());
        manifest.config_schema = Some(json!({"properties": {"a": {"type": "string"}}}));
        assert!(takes(&manifest, json!({"a": "1"})).is_ok());
        let unfit = takes(&manifest, json!({"a": 1})).unwrap_err();
        assert!(unfit.0.en.contains("/a 1 is not"), "{unfit:?}");
        manifest.config_schema = Some(json!({"type": "strang"}));
        assert!(takes(&manifest, json!({})).unwrap_err().0.en.contains("config_schema"));
    }
}
