//! Formats findings for other programs: SARIF 2.1.0, and annotations of a GitHub workflow.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use huizong_core::file_of;
use huizong_core::{Lang, Legend};
use huizong_schema::findings::{Finding, Location, Notice, Severity};
use serde_json::{Value, json};

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

/// Builds the SARIF log of one run. Files are named by their ids, relative to the paths given.
pub fn log(findings: &[Finding], notices: &[Notice], legend: &Legend, lang: Lang) -> Value {
    let mut rules: Vec<&str> = findings.iter().map(|finding| &*finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(index, rule)| (*rule, index)).collect();
    let rule = |id: &&str| {
        let (zh, en) = legend.title(id).unwrap_or((id, id));
        json!({ "id": id, "shortDescription": { "text": lang.pick(zh, en) } })
    };
    let notifications: Vec<Value> = notices.iter().map(|notice| notification(notice, lang)).collect();
    let is_complete = notices.iter().all(|notice| !notice.incomplete);
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "huizong",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": is_complete,
                "toolExecutionNotifications": notifications,
            }],
            "results": findings.iter().map(|finding| result(finding, &index, lang)).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding, index: &BTreeMap<&str, usize>, lang: Lang) -> Value {
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
        location(&Location { file: file.to_owned(), ..Location::default() }, None, lang)
    });
    let own = finding.location.as_ref();
    let own = own.map(|at| {
        location(
            at,
            Some(format!("{}{}", finding.document.as_deref().unwrap_or_default(), finding.pointer.as_str())),
            lang,
        )
    });
    let locations: Vec<Value> = own.into_iter().chain(of_set).collect();
    if !locations.is_empty() {
        result["locations"] = locations.into();
    }
    let related = finding.related.iter().filter_map(|related| {
        let mut related_at =
            location(related.location.as_ref()?, Some(related.pointer.as_str().to_owned()), lang);
        related_at["message"] = json!({ "text": related.value });
        Some(related_at)
    });
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(at: &Location, name: Option<String>, lang: Lang) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&at.file) } });
    if let (Some(line), Some(column)) = (at.line, at.column) {
        physical["region"] = json!({ "startLine": line, "startColumn": column });
    }
    let mut location = json!({ "physicalLocation": physical });
    // A cell is not a line: its name is the logical location.
    let cell = place(at, lang);
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

/// Percent-encodes a file's id as a relative reference.
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

fn notification(notice: &Notice, lang: Lang) -> Value {
    let mut notification = json!({
        "descriptor": { "id": notice.notice },
        "level": if notice.incomplete { "error" } else { "note" },
        "message": { "text": lang.of(&notice.message) },
    });
    let file = notice.location.as_ref().map(|at| at.file.clone());
    let document = notice.document.as_ref().map(|id| file_of(id).to_owned());
    if let Some(file) = file.filter(|file| !file.is_empty()).or(document).filter(|file| !file.is_empty()) {
        let at = Location { file, ..notice.location.clone().unwrap_or_default() };
        notification["locations"] = json!([location(&at, None, lang)]);
    }
    notification
}

/// Writes the annotations of a GitHub workflow, one to a line; GitHub shows each next to the file.
pub fn github(findings: &[Finding], lang: Lang) -> String {
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
            properties.push(format!("file={}", property(&at.file)));
            match (at.line, at.column) {
                (Some(line), Some(column)) => properties.push(format!("line={line},col={column}")),
                _ => message = format!("{} {message}", place(at, lang)),
            }
        } else if let Some(first) = finding.documents.first() {
            properties.push(format!("file={}", property(file_of(first))));
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
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(escaped("92.55%：甲\n乙"), "92.55%25：甲%0A乙");
    }
}
