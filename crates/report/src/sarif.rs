//! Formats findings for other programs: SARIF 2.1.0, and annotations of a GitHub workflow.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use huizong_core::file_of;
use huizong_core::{Lang, RuleIndex};
use huizong_schema::findings::{Finding, Location, Notice, Severity};
use serde_json::{Value, json};

use crate::page;
use crate::terminal::visible;
use crate::words::place;

/// The schema that the log conforms to.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Where files are.
pub struct Whereabouts<'w> {
    /// The working directory, absolute.
    pub directory: String,
    /// The path of a file by its id: from the working directory, or absolute if it is not below that.
    pub path_of: &'w dyn Fn(&str) -> String,
}

/// The name of the working directory in a log.
const BASE: &str = "WORKINGDIR";

/// What a log is made of, besides findings and notices.
pub struct Run<'r> {
    /// The rules of the run.
    pub rule_index: &'r RuleIndex,
    /// Where files are.
    pub whereabouts: &'r Whereabouts<'r>,
    /// The digest of the built-in rules.
    pub rules_digest: &'r str,
    /// The language of messages.
    pub lang: Lang,
}

/// Builds the SARIF log of one run. Files are named from the working directory.
pub fn log(findings: &[Finding], notices: &[Notice], run: &Run<'_>) -> Value {
    let &Run { rule_index, lang, .. } = run;
    let mut rules: Vec<&str> = findings.iter().map(|finding| &*finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(index, rule)| (*rule, index)).collect();
    let rule = |id: &&str| {
        let Some(rule) = rule_index.find(id) else { return json!({ "id": id }) };
        let (zh, en) = rule.title();
        let page = page::page(rule, lang);
        json!({
            "id": id,
            "shortDescription": { "text": lang.pick(zh, en) },
            "fullDescription": { "text": page::summary(&page) },
            "help": { "text": page, "markdown": page },
            "defaultConfiguration": { "level": level(rule.severity()) },
        })
    };
    let notifications: Vec<Value> = notices.iter().map(|notice| notification(notice, run)).collect();
    let is_complete = notices.iter().all(|notice| !notice.incomplete);
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "huizong",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "properties": { "rules_digest": run.rules_digest },
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { BASE: { "uri": format!("{}/", file_uri(&run.whereabouts.directory)) } },
            "invocations": [{
                "executionSuccessful": is_complete,
                "toolExecutionNotifications": notifications,
            }],
            "results": findings.iter().map(|finding| result(finding, &index, run)).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>, run: &Run<'_>) -> Value {
    let lang = run.lang;
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": index.get(&*finding.rule),
        "level": level(finding.severity),
        "message": { "text": lang.of(&finding.message) },
        "partialFingerprints": { "huizong/v1": finding.fingerprint },
        "properties": { "pointer": finding.pointer, "args": finding.args },
    });
    if let Some(department) = &finding.department {
        result["properties"]["department"] = department.clone().into();
    }
    let of_set = finding.documents.iter().map(|document| {
        let file = file_of(document);
        location(&Location { file: file.to_owned(), ..Location::default() }, None, run)
    });
    let own = finding.location.as_ref();
    let own = own.map(|at| {
        location(
            at,
            Some(format!("{}{}", finding.document.as_deref().unwrap_or_default(), finding.pointer.as_str())),
            run,
        )
    });
    let locations: Vec<Value> = own.into_iter().chain(of_set).collect();
    if !locations.is_empty() {
        result["locations"] = locations.into();
    }
    let related = finding.related.iter().filter_map(|related| {
        let mut related_at =
            location(related.location.as_ref()?, Some(related.pointer.as_str().to_owned()), run);
        related_at["message"] = json!({ "text": related.value });
        Some(related_at)
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(at: &Location, name: Option<String>, run: &Run<'_>) -> Value {
    let path = (run.whereabouts.path_of)(&at.file);
    let artifact = if is_absolute(&path) {
        json!({ "uri": file_uri(&path) })
    } else {
        json!({ "uri": uri(&path), "uriBaseId": BASE })
    };
    let mut physical = json!({ "artifactLocation": artifact });
    if let (Some(line), Some(column)) = (at.line, at.column) {
        physical["region"] = json!({ "startLine": line, "startColumn": column });
    }
    let mut location = json!({ "physicalLocation": physical });
    // A cell is not a line: its name is the logical location.
    let cell = place(at, run.lang);
    let mut logical = Vec::new();
    if at.line.is_none() && !cell.is_empty() {
        logical.push(json!({ "name": cell, "kind": "element" }));
    }
    if let Some(name) = name {
        logical.push(json!({ "fullyQualifiedName": name, "kind": "member" }));
    }
    if !logical.is_empty() {
        location["logicalLocations"] = logical.into();
    }
    location
}

/// Whether a path with slashes begins at a root: `/` or `C:/`.
fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path.get(1..3) == Some(":/")
}

/// The URI of an absolute path.
fn file_uri(path: &str) -> String {
    match path.get(..2) {
        // A drive's colon is part of the URI.
        Some(drive) if drive.ends_with(':') => format!("file:///{drive}{}", uri(&path[2..])),
        _ => format!("file://{}", uri(path)),
    }
}

/// Percent-encodes a path as a relative reference.
fn uri(file: &str) -> String {
    let mut uri = String::new();
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

fn notification(notice: &Notice, run: &Run<'_>) -> Value {
    let mut notification = json!({
        "descriptor": { "id": notice.notice },
        "level": if notice.incomplete { "error" } else { "note" },
        "message": { "text": run.lang.of(&notice.message) },
    });
    let file = notice.location.as_ref().map(|at| at.file.clone());
    let document = notice.document.as_ref().map(|id| file_of(id).to_owned());
    if let Some(file) = file.filter(|file| !file.is_empty()).or(document).filter(|file| !file.is_empty()) {
        let at = Location { file, ..notice.location.clone().unwrap_or_default() };
        notification["locations"] = json!([location(&at, None, run)]);
    }
    notification
}

/// Writes the annotations of a GitHub workflow, one to a line; GitHub shows each next to the file. Files are named from the
/// working directory.
pub fn github(findings: &[Finding], whereabouts: &Whereabouts<'_>, lang: Lang) -> String {
    let file = |id: &str| format!("file={}", property(&(whereabouts.path_of)(id)));
    let mut text = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut properties = vec![format!("title={}", property(&finding.rule))];
        let mut message = lang.of(&finding.message).to_owned();
        if let Some(at) = &finding.location {
            properties.push(file(&at.file));
            match (at.line, at.column) {
                (Some(line), Some(column)) => properties.push(format!("line={line},col={column}")),
                _ => message = format!("{} {message}", place(at, lang)),
            }
        } else if let Some(first) = finding.documents.first() {
            properties.push(file(file_of(first)));
        }
        let _ = writeln!(text, "::{command} {}::{}", properties.join(","), escaped(&visible(message.trim())));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(uri("表 #1/a.xlsx"), "%E8%A1%A8%20%231/a.xlsx");
        assert_eq!(file_uri("/表/a b"), "file:///%E8%A1%A8/a%20b");
        assert_eq!(file_uri("C:/a"), "file:///C:/a");
        assert!(is_absolute("C:/a") && is_absolute("/a") && !is_absolute("a/b"));
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(escaped("92.55%：甲\n乙"), "92.55%25：甲%0A乙");
    }
}
