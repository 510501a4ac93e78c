//! Rules that a plugin's manifest declares: checked by the plugin, reported like the built-in ones.

use std::collections::BTreeMap;

use huizong_schema::findings::{Arg, Args, Finding, Message, Severity};
use huizong_schema::protocol::{ArgKind, Given, Of, PluginInfo, RuleDeclaration};
use huizong_schema::{Draft, Pointer, Unit};
use rust_decimal::Decimal;

use crate::Lang;
use crate::identity::{Fingerprints, digest};
use crate::message::fill;
use crate::set::{DepartmentIndex, departments_and_years};

/// A rule that a plugin declares.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginRule {
    /// The rule as the manifest declares it.
    pub declaration: RuleDeclaration,
    /// The plugin that it belongs to.
    pub plugin: PluginInfo,
    /// The members that the plugin reads for it; `None` where it reads whole documents.
    pub reads: Option<Vec<String>>,
}

/// An error in the arguments that a plugin gave for a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BadArgs {
    /// The rule declares no argument of that name.
    Undeclared(String),
    /// The rule declares one that was not given.
    Missing(String),
    /// The value is not of the declared kind; holds the argument's name and that kind.
    WrongKind(String, ArgKind),
}

/// The number of characters of a plugin's text that are shown.
const LONGEST_TEXT: usize = 500;

impl PluginRule {
    /// Its id.
    pub fn id(&self) -> &str {
        &self.declaration.id
    }

    /// Whether it is about the set.
    pub fn is_about_set(&self) -> bool {
        self.declaration.scope == Of::Set
    }

    /// The name of an argument that its message uses and that it does not declare, if there is one.
    pub fn mismatched_argument(&self) -> Option<String> {
        let Message { zh, en } = &self.declaration.message;
        let declared: Vec<&str> = self.declaration.args.keys().map(String::as_str).collect();
        [zh, en].into_iter().find_map(|template| {
            let named = crate::message::names(template);
            named.iter().find(|name| !declared.contains(name)).map(|name| (*name).to_owned())
        })
    }

    /// Converts a plugin's arguments to the kinds that the rule declares; amounts are in `unit`.
    ///
    /// # Errors
    /// Returns [`BadArgs`] if an argument is missing, is not declared, or is of another kind than declared.
    pub fn args<'g, N>(&self, given: &'g BTreeMap<N, Given>, unit: Unit) -> Result<Args, BadArgs>
    where
        N: AsRef<str> + Ord,
    {
        let declared = &self.declaration.args;
        if let Some(name) = given.keys().find(|name| !declared.contains_key(name.as_ref())) {
            return Err(BadArgs::Undeclared(shown_text(name.as_ref())));
        }
        let given: BTreeMap<&str, &'g Given> =
            given.iter().map(|(name, value)| (name.as_ref(), value)).collect();
        let mut args = Args::new();
        for (name, kind) in declared {
            let given = given.get(&**name).ok_or_else(|| BadArgs::Missing(name.clone()))?;
            let arg = argument(*kind, given, unit).ok_or_else(|| BadArgs::WrongKind(name.clone(), *kind))?;
            args.insert(name.clone(), arg);
        }
        Ok(args)
    }

    fn finding(&self, pointer: Pointer, args: Args, severity: Option<Severity>) -> Finding {
        let template = &self.declaration.message;
        Finding {
            rule: self.declaration.id.clone().into(),
            severity: severity.unwrap_or(self.declaration.severity).min(self.declaration.severity),
            document: None,
            documents: Vec::new(),
            department: None,
            pointer,
            location: None,
            related: Vec::new(),
            message: Message {
                zh: bounded(fill(&template.zh, &args, Lang::Zh)),
                en: bounded(fill(&template.en, &args, Lang::En)),
            },
            args,
            fingerprint: String::new(),
        }
    }

    /// Creates a finding about the set; `documents` are the indexes of the documents concerned.
    pub fn finding_about_set(
        &self,
        departments: &DepartmentIndex<'_>,
        documents: &[usize],
        pointer: Pointer,
        args: Args,
        severity: Option<Severity>,
    ) -> Finding {
        let entries = departments.entries();
        let mut finding = self.finding(pointer, args, severity);
        finding.documents = documents.iter().map(|&index| entries[index].document.to_string()).collect();
        let one = documents.iter().all(|&index| departments.of(index) == departments.of(documents[0]));
        finding.department = documents
            .first()
            .filter(|_| one)
            .and_then(|&index| entries[index].name.as_deref().map(str::to_owned));
        let (departments, years) = departments_and_years(departments, documents);
        finding.fingerprint =
            digest(&[self.id(), &departments, &years, finding.pointer.as_str()], &finding.args);
        finding
    }
}

fn argument(kind: ArgKind, given: &Given, unit: Unit) -> Option<Arg> {
    let decimal = plain_decimal;
    Some(match (kind, given) {
        (ArgKind::Amount, Given::Text(text)) => Arg::Amount(decimal(text)?, unit),
        (ArgKind::Percent, Given::Text(text)) => Arg::Percent(decimal(text)?),
        (ArgKind::Points, Given::Text(text)) => Arg::Points(decimal(text)?),
        (ArgKind::Count, Given::Count(count)) => Arg::Count(*count),
        (ArgKind::Text, Given::Text(text)) => Arg::Text(shown_text(text)),
        _ => return None,
    })
}

/// Reads a decimal as documents write it: digits, an optional minus sign and an optional point.
pub fn plain_decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    // A longer text would be rounded.
    let is_plain = are_digits(whole) && are_digits(part) && text.len() <= 28;
    is_plain.then(|| Decimal::from_str_exact(text).ok())?
}

/// The number of bytes of a message that are shown: a template may repeat its arguments.
const LONGEST_MESSAGE: usize = 4096;

fn bounded(mut message: String) -> String {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
    }
    message
}

/// A foreign text that is safe to show: without control characters, and cut after 500 characters.
pub fn shown_text(text: &str) -> String {
    let mut shown: String =
        text.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST_TEXT).is_some() {
        shown.push('…');
    }
    shown
}

/// Makes findings of declared rules about one document.
pub struct DocumentFindings<'d> {
    document: &'d str,
    draft: &'d Draft<'d>,
    fingerprints: Fingerprints<'d>,
}

impl<'d> DocumentFindings<'d> {
    /// Prepares findings about the document with this id.
    pub fn new(document: &'d str, draft: &'d Draft<'d>) -> Self {
        Self { document, draft, fingerprints: Fingerprints::new(draft) }
    }

    /// Creates a rule's finding in the document.
    pub fn finding(
        &self,
        rule: &PluginRule,
        pointer: Pointer,
        args: Args,
        severity: Option<Severity>,
    ) -> Finding {
        let mut finding = rule.finding(pointer, args, severity);
        finding.document = Some(self.document.to_owned());
        let department = self.draft.department.as_ref();
        finding.department = department.and_then(|department| department.name.as_deref()).map(str::to_owned);
        finding.fingerprint = self.fingerprints.of(rule.id(), &finding.pointer, &finding.args);
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> PluginRule {
        let declaration = serde_json::from_value(serde_json::json!({
            "id": "demo/thing", "severity": "warning", "title": {"zh": "事", "en": "Thing"},
            "message": {"zh": "得 {a}，{n} 次：{t}", "en": "{a} {n} {t}"},
            "args": {"a": "amount", "n": "count", "t": "text"}
        }));
        let plugin = PluginInfo {
            id: "demo".into(),
            version: "1.0.0".into(),
            vendor: String::new(),
            license: String::new(),
        };
        PluginRule { declaration: declaration.unwrap(), plugin, reads: None }
    }

    #[test]
    fn a_finding_is_told_as_a_built_in_rule_s_is() {
        let draft: Draft<'_> =
            serde_json::from_str(r#"{"department": {"name": "示范局"}, "fiscal_year": 2023}"#).unwrap();
        let given = BTreeMap::from([
            ("a", Given::Text("1.50".into())),
            ("n", Given::Count(3)),
            ("t", Given::Text("甲\u{1b}[2J\n乙".into())),
        ]);
        let rule = rule();
        let args = rule.args(&given, Unit::Cny10k).unwrap();
        let finding = DocumentFindings::new("a.json", &draft).finding(
            &rule,
            Pointer::parse("/budget"),
            args,
            Some(Severity::Error),
        );
        assert_eq!(finding.message.zh, "得 1.50 万元，3 次：甲 [2J 乙");
        assert_eq!(finding.department.as_deref(), Some("示范局"));
        assert_eq!(finding.fingerprint.len(), 32);
        // Never above what is declared.
        assert_eq!(finding.severity, Severity::Warning);
    }

    #[test]
    fn arguments_are_those_declared() {
        let of = |given: &[(&'static str, Given)]| rule().args(&given.iter().cloned().collect(), Unit::Cny);
        let text = |text: &str| Given::Text(text.into());
        let sound = [("a", text("1")), ("n", Given::Count(1)), ("t", text("x"))];
        assert!(of(&sound).is_ok());
        assert_eq!(of(&sound[..2]), Err(BadArgs::Missing("t".into())));
        let with = |name, given| [sound.as_slice(), &[(name, given)]].concat();
        assert_eq!(of(&with("z", text(""))), Err(BadArgs::Undeclared("z".into())));
        for wrong in [
            text("1e5"),
            text(" 1"),
            text("1_000"),
            text("+5"),
            text("5."),
            text("NaN"),
            Given::Count(1),
            text(&"1".repeat(40)),
        ] {
            assert_eq!(of(&with("a", wrong)), Err(BadArgs::WrongKind("a".into(), ArgKind::Amount)));
        }
        assert_eq!(of(&with("n", text("1"))), Err(BadArgs::WrongKind("n".into(), ArgKind::Count)));
    }

    #[test]
    fn messages_name_what_is_declared() {
        assert_eq!(rule().mismatched_argument(), None);
        let mut other = rule();
        other.declaration.message.en = "{{a} {b}".into();
        assert_eq!(other.mismatched_argument(), Some("b".into()));
    }
}
