//! What a manifest must be, beyond its JSON.

use std::collections::BTreeSet;

use huizong_core::Declared;
use huizong_schema::findings::Message;
use huizong_schema::protocol::{CAPABILITIES, Manifest, Op, PROTOCOL, SCHEMA_VERSION};
use huizong_schema::read_strictly;
use semver::{Version, VersionReq};

use crate::failure::{Failure, Violation};

/// Why a plugin is not run although it could be loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit(pub(crate) Message);

impl Unfit {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Message { zh: zh.into(), en: en.into() })
    }
}

/// Reads a manifest.
pub(crate) fn read(bytes: &[u8]) -> Result<Manifest, Failure> {
    let faulty = |why: String| Failure::Violation(Violation::NotAManifest(why));
    let text = std::str::from_utf8(bytes).map_err(|error| faulty(error.to_string()))?;
    let value = read_strictly(text).map_err(|error| faulty(error.to_string()))?;
    let manifest: Manifest = serde_json::from_value(value).map_err(|error| faulty(error.to_string()))?;
    is_consistent(&manifest).map_err(faulty)?;
    Ok(manifest)
}

/// Whether everything in a manifest is called as it should be, and once.
fn is_consistent(manifest: &Manifest) -> Result<(), String> {
    let id = &manifest.plugin.id;
    if !is_kebab(id) {
        return Err(format!("plugin.id {id:?} is not kebab-case of at most 64 characters"));
    }
    if let Err(error) = Version::parse(&manifest.plugin.version) {
        return Err(format!("plugin.version {:?}: {error}", manifest.plugin.version));
    }
    if manifest.ops.iter().any(|op| Op::of(*op).is_none()) {
        return Err(format!("ops {:?}: a number is not known", manifest.ops));
    }
    let mut seen = BTreeSet::new();
    let rules = manifest.rules.iter().map(|rule| &rule.id);
    for of in rules.chain(manifest.aggregates.iter().map(|aggregate| &aggregate.id)) {
        let name = of.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
        if !name.is_some_and(is_kebab) {
            return Err(format!("{of:?} is not {id}/ and a name in kebab-case"));
        }
        if !seen.insert(of) {
            return Err(format!("{of:?} is declared twice"));
        }
    }
    for rule in &manifest.rules {
        for (what, text) in [("title", &rule.title), ("message", &rule.message)] {
            if text.zh.trim().is_empty() || text.en.trim().is_empty() {
                return Err(format!("{}: {what} is empty in a language", rule.id));
            }
        }
        let declared = declared(manifest, rule);
        if let Some(name) = declared.mismatched_argument() {
            return Err(format!("{}: the message names {{{name}}}, which args does not declare", rule.id));
        }
    }
    for pointer in manifest.reads.iter().chain(&manifest.set_reads).flatten() {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(format!("reads {pointer:?} is no JSON Pointer"));
        }
    }
    Ok(())
}

fn declared(manifest: &Manifest, rule: &huizong_schema::protocol::RuleDeclaration) -> Declared {
    Declared {
        declaration: rule.clone(),
        plugin: manifest.plugin.clone(),
        reads: manifest.reads.clone().unwrap_or_default(),
    }
}

/// The rules that a manifest declares.
pub(crate) fn rules(manifest: &Manifest) -> Vec<Declared> {
    manifest.rules.iter().map(|rule| declared(manifest, rule)).collect()
}

fn is_kebab(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// Whether this version can give the plugin what it requires.
pub(crate) fn is_served(manifest: &Manifest) -> Result<(), Unfit> {
    if manifest.protocol != PROTOCOL {
        let protocol = manifest.protocol;
        return Err(Unfit::new(
            format!("插件说的是协议 {protocol}，本程序只会协议 {PROTOCOL}；请用相应版本的插件"),
            format!("it speaks protocol {protocol}; this tool speaks {PROTOCOL}"),
        ));
    }
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
            format!("it requires the capability {unknown}, which this version has not"),
        ));
    }
    Ok(())
}

/// Whether a configuration is one that the plugin takes.
pub(crate) fn takes(manifest: &Manifest, config: &serde_json::Value) -> Result<(), Unfit> {
    let Some(schema) = &manifest.config_schema else {
        if config.as_object().is_some_and(serde_json::Map::is_empty) {
            return Ok(());
        }
        return Err(Unfit::new("插件没有可设置的内容，请删去 config", "it takes no configuration"));
    };
    let validator = jsonschema::draft202012::new(schema).map_err(|error| {
        Unfit::new(
            format!("插件的 config_schema 有误：{error}"),
            format!("its config_schema is faulty: {error}"),
        )
    })?;
    match validator.iter_errors(config).next() {
        None => Ok(()),
        Some(error) => {
            let at = error.instance_path().as_str().to_owned();
            Err(Unfit::new(
                format!("设置 config{at} 不合插件的要求：{error}"),
                format!("config{at} is not as it wants it: {error}"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

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
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn names_are_checked_and_unique() {
        assert_eq!(said(|_| {}), "");
        assert_eq!(said(|m| m["news"] = json!(1)), "");
        assert!(said(|m| m["plugin"]["id"] = json!("Demo")).contains("plugin.id"));
        assert!(said(|m| m["plugin"]["version"] = json!("1")).contains("plugin.version"));
        assert!(said(|m| m["rules"][0]["id"] = json!("other/a")).contains("is not demo/"));
        assert!(said(|m| m["rules"][0]["id"] = json!("demo/a--b")).contains("kebab"));
        assert!(said(|m| m["rules"] = json!([m["rules"][0], m["rules"][0]])).contains("twice"));
        assert!(said(|m| m["rules"][0]["message"]["en"] = json!("{x}")).contains("{x}"));
        assert!(said(|m| m["rules"][0]["title"]["zh"] = json!(" ")).contains("title"));
        assert!(said(|m| m["ops"] = json!([9])).contains("ops"));
        assert!(said(|m| m["reads"] = json!(["a"])).contains("reads"));
        assert!(read(b"{\"protocol\":1,\"protocol\":1}").is_err());
        assert!(read("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn what_is_required_must_be_there() {
        let unfit = |change: fn(&mut Value)| {
            let mut manifest = manifest();
            change(&mut manifest);
            is_served(&serde_json::from_value(manifest).unwrap()).err().map(|unfit| unfit.0.en)
        };
        assert_eq!(unfit(|_| {}), None);
        assert!(unfit(|m| m["protocol"] = json!(2)).unwrap().contains("protocol 2"));
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
        assert!(takes(&manifest, &json!({})).is_ok());
        assert!(takes(&manifest, &json!({"a": 1})).is_err());
        manifest.config_schema = Some(json!({"properties": {"a": {"type": "string"}}}));
        assert!(takes(&manifest, &json!({"a": "1"})).is_ok());
        let unfit = takes(&manifest, &json!({"a": 1})).unwrap_err();
        assert!(unfit.0.en.contains("config/a"), "{unfit:?}");
        manifest.config_schema = Some(json!({"type": "strang"}));
        assert!(takes(&manifest, &json!({})).unwrap_err().0.en.contains("faulty"));
    }
}
