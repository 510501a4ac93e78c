//! Profiles: the meaning of a form's labels, as data.

mod layout;
mod matrix;
mod member;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use crate::label::{Comparable, LONGEST_LABEL, Meanings};
use huizong_core::{CompletionBase, Traits};
use huizong_schema::findings::Message;
use regex::Regex;
use serde::{Deserialize, Deserializer, de};

pub(crate) use layout::{Block, Layout, LayoutCell, LayoutColumn, Style};
pub(crate) use matrix::Matrix;
use member::{fits, may_be};
pub(crate) use table::{Table, TableColumn};

/// The meaning of a form's labels: the member that each leads to, and how title, unit, tasks and projects are found.
///
/// Written in TOML; the chapter `profiles` of the book explains every entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name on the command line.
    pub id: String,
    /// Its name for people.
    pub name: Name,
    #[serde(default, deserialize_with = "base")]
    completion_base: CompletionBase,
    #[serde(default)]
    sources_complete: bool,
    pub(crate) recognise_by: usize,
    pub(crate) begins_with: String,
    pub(crate) title: Pattern,
    pub(crate) unit: Pattern,
    pub(crate) notes: Pattern,
    /// The names of rows that add up the others.
    #[serde(default)]
    pub(crate) totals: Option<Pattern>,
    /// The names of rows that add up some of the others: no figure is read from them.
    #[serde(default)]
    pub(crate) subtotals: Option<Pattern>,
    /// Lines between the rows of a block that belong to the paper.
    #[serde(default)]
    pub(crate) furniture: Option<Pattern>,
    /// Cells of a blank form's rows that ask for nothing more: ……, 任务4.
    #[serde(default)]
    pub(crate) unfilled: Option<Pattern>,
    /// Lines after the form's texts that belong to none of them: signatures, a seal, a date.
    #[serde(default)]
    pub(crate) foot: Option<Pattern>,
    /// The beginning of an annex below a form: neither its line nor what follows belongs to the form.
    #[serde(default)]
    pub(crate) annex: Option<Pattern>,
    /// The heading of a form about another year: neither its line nor what follows belongs to the form.
    #[serde(default)]
    pub(crate) other_year: Option<Pattern>,
    /// The headings of blocks that are not about the form's year or figures.
    #[serde(default)]
    pub(crate) foreign: Option<Pattern>,
    /// Labels of values that documents do not have: they end the value before them.
    #[serde(default)]
    pub(crate) others: Vec<String>,
    #[serde(default)]
    pub(crate) placeholders: Vec<Pattern>,
    #[serde(rename = "label", default)]
    pub(crate) labels: Vec<Label>,
    pub(crate) matrix: Option<Matrix>,
    pub(crate) table: Option<Table>,
    pub(crate) projects: Option<Projects>,
    pub(crate) layout: Option<Layout>,
    #[serde(skip)]
    by_label: Meanings<Found>,
}

/// A profile's name in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl From<Name> for Message {
    fn from(name: Name) -> Self {
        Self { zh: name.zh, en: name.en }
    }
}

/// The meaning of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Found {
    /// A label with a value, by index.
    Label(usize),
    /// A column of the table, by index.
    Column(usize),
    /// A row of the matrix, by index.
    Row(usize),
    /// The label of the projects.
    Projects,
    /// The label of a value that documents do not have.
    Other,
}

/// A label in all its wordings, and the member that its value goes to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    labels: Vec<String>,
    pub(crate) member: String,
    pub(crate) kind: ValueKind,
    #[serde(default)]
    pub(crate) value: Side,
    /// Members that the label itself sets.
    #[serde(default)]
    pub(crate) sets: BTreeMap<String, String>,
    /// Whether any other label of the member counts before this one.
    #[serde(default)]
    pub(crate) weak: bool,
}

impl Label {
    /// The label as it is printed.
    pub(crate) fn text(&self) -> Option<&str> {
        self.labels.first().map(String::as_str)
    }
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ValueKind {
    /// None: the label heads a block.
    Heading,
    /// Words.
    Text,
    /// Paragraphs.
    Paragraphs,
    /// Money.
    Amount,
    /// A rate in percent.
    Percent,
    /// Points of a scorecard.
    Points,
    /// A year.
    Year,
}

/// A part of a text with several labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'t> {
    /// Its label; [`None`] if it is a value alone.
    pub(crate) label: Option<Found>,
    /// All of it.
    pub(crate) text: &'t str,
    /// Its value, which may be blank.
    pub(crate) value: &'t str,
}

/// The longest text that is searched for several labels: a longer one is a paragraph.
const LONGEST_PARTS: usize = 600;

/// The side of its label on which a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Side {
    /// To the right.
    #[default]
    Right,
    /// In the row below.
    Below,
}

/// Projects described in prose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Projects {
    pub(crate) labels: Vec<String>,
    pub(crate) member: String,
    pub(crate) begins: Pattern,
    pub(crate) requested: Pattern,
    pub(crate) used: Pattern,
    pub(crate) outcomes: Pattern,
    /// How projects are written, if forms are written by this profile.
    pub(crate) print: Option<PrintProject>,
}

/// The wording of a project in prose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrintProject {
    /// Its beginning, with `{level}` and `{name}` filled in.
    pub(crate) begins: String,
    /// The level of a project that has none.
    pub(crate) level: String,
    /// The amount requested, with `{amount}` and `{unit}` filled in.
    pub(crate) requested: String,
    /// The amount used, with the same two filled in.
    pub(crate) used: String,
    /// The words before the outcomes.
    pub(crate) outcomes: String,
}

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Pattern(pub(crate) Regex);

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Regex::new(&text).map(Self).map_err(de::Error::custom)
    }
}

fn base<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CompletionBase, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "adjusted" => Ok(CompletionBase::Adjusted),
        "initial" => Ok(CompletionBase::Initial),
        other => Err(de::Error::custom(format!("completion_base is adjusted or initial, not {other}"))),
    }
}

/// The error for a text that is not a profile.
#[derive(Debug)]
pub struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProfileError {}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Returns an error if the text is not TOML, or has an entry that profiles do not have, a pattern that is not a
    /// regular expression, a member that no document has, or a label with two meanings.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let mut profile: Self = toml::from_str(text).map_err(|error| ProfileError(error.to_string()))?;
        let mut by_label = Meanings::default();
        let mut add = |labels: &[String], found: Found| {
            for label in labels {
                if !by_label.add(label, found) {
                    return Err(ProfileError(format!("the label {label} means two things")));
                }
            }
            Ok(())
        };
        for (index, label) in profile.labels.iter().enumerate() {
            add(&label.labels, Found::Label(index))?;
            fits(&label.member, label.kind)?;
            label.sets.iter().try_for_each(|(member, value)| may_be(member, value))?;
        }
        add(&profile.others, Found::Other)?;
        if let Some(matrix) = &mut profile.matrix {
            matrix.prepare()?;
            for (index, row) in matrix.rows.iter().enumerate() {
                add(&row.labels, Found::Row(index))?;
            }
        }
        if let Some(table) = &profile.table {
            let columns = || table.columns.iter().map(|column| &*column.member);
            let named = table.item.iter().chain(table.total.iter().map(|total| &total.column));
            if let Some(strange) = named.into_iter().find(|name| columns().all(|column| column != **name)) {
                return Err(ProfileError(format!("no column of the table leads to {strange}")));
            }
            if let Some(total) = &table.total {
                fits(&total.member, ValueKind::Points)?;
            }
            for (index, column) in table.columns.iter().enumerate() {
                add(&column.labels, Found::Column(index))?;
                fits(&format!("{}/*/{}", table.member, column.member), column.kind)?;
            }
        }
        if let Some(projects) = &profile.projects {
            add(&projects.labels, Found::Projects)?;
            for (member, kind) in [
                ("name", ValueKind::Text),
                ("level", ValueKind::Text),
                ("budget_requested", ValueKind::Amount),
                ("funds_used", ValueKind::Amount),
                ("outcomes", ValueKind::Paragraphs),
            ] {
                fits(&format!("{}/*/{member}", projects.member), kind)?;
            }
            names_groups("begins", &projects.begins, &["level"])?;
            names_groups("requested", &projects.requested, &["amount", "unit"])?;
            names_groups("used", &projects.used, &["amount", "unit"])?;
        }
        names_groups("unit", &profile.unit, &["unit"])?;
        if !profile.labels.iter().any(|label| label.member == profile.begins_with) {
            return Err(ProfileError(format!(
                "no label leads to {}, with which a form begins",
                profile.begins_with
            )));
        }
        profile.by_label = by_label;
        if let Some(layout) = &profile.layout {
            layout.fits(&profile)?;
        }
        Ok(profile)
    }

    /// The meaning of a cell's text as a label.
    pub(crate) fn found(&self, text: &(impl Comparable + ?Sized)) -> Option<Found> {
        self.by_label.of(text)
    }

    /// A label with its value after a colon in the same cell, such as 部门名称：示范局, and where the value begins.
    pub(crate) fn found_with_value(&self, text: &str) -> Option<(Found, usize)> {
        let (found, value) = self.leads(text)?;
        (!text[value..].trim().is_empty()).then_some((found, value))
    }

    /// The label at the beginning of a text, up to a colon, and where its value begins; the value may be blank.
    fn leads(&self, text: &str) -> Option<(Found, usize)> {
        let marks = text.char_indices().take_while(|(at, c)| *at < LONGEST_LABEL && *c != '\n');
        // 其中：一般公共预算：280.19 has two.
        let colons = marks.filter(|(_, c)| matches!(c, ':' | '：')).map(|(at, _)| at).take(2);
        let colons: Vec<usize> = colons.collect();
        colons.into_iter().rev().find_map(|at| {
            let found = self.found(&text[..at])?;
            let value = at + text[at..].chars().next().map_or(0, char::len_utf8);
            let has_value = match found {
                Found::Label(index) => {
                    let label = &self.labels[index];
                    label.kind != ValueKind::Heading && label.value == Side::Right
                }
                Found::Other => true,
                Found::Column(_) | Found::Row(_) | Found::Projects => false,
            };
            has_value.then_some((found, value))
        })
    }

    /// The parts of a text that holds several labels with their values, as 部门名称：甲局  年度：2023年 does.
    ///
    /// A part without a label is a value that labels follow. [`None`] if no label but one at the beginning is in it.
    pub(crate) fn parts<'t>(&self, text: &'t str) -> Option<Vec<Part<'t>>> {
        if !text.contains([':', '：']) || text.len() > LONGEST_PARTS {
            return None;
        }
        let mut starts: Vec<(usize, Option<(Found, usize)>)> = vec![(0, self.leads(text))];
        let separates = |c: char| c.is_whitespace() || matches!(c, ';' | '；' | ',' | '，');
        let mut is_gap = false;
        for (at, c) in text.char_indices() {
            let begins = is_gap && !c.is_whitespace();
            is_gap = separates(c);
            // What is before the first label's value, such as its number, begins no other one.
            let last = starts.last().and_then(|(_, label)| *label);
            let is_within = last.is_some_and(|(_, value)| at < value);
            if begins
                && !is_within
                && let Some((found, value)) = self.leads_soon(&text[at..])
            {
                starts.push((at, Some((found, at + value))));
            }
        }
        if starts.len() < 2 {
            return None;
        }
        let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
        let parts = starts.iter().zip(ends).map(|((at, label), end)| {
            let from = label.map_or(*at, |(_, value)| value);
            Part {
                label: label.map(|(found, _)| found),
                text: text[*at..end].trim(),
                value: text[from..end].trim_matches(separates),
            }
        });
        Some(parts.collect())
    }

    /// Like [`Self::leads`], for a label within a text: nothing that is written with white space in it.
    fn leads_soon(&self, text: &str) -> Option<(Found, usize)> {
        let colon = text.find([':', '：'])?;
        let label = &text[..colon];
        (!label.contains(char::is_whitespace)).then(|| self.leads(text))?
    }

    /// The kind of the value that a text asks for, if it is a label with one.
    pub(crate) fn label_kind(&self, text: &(impl Comparable + ?Sized)) -> Option<ValueKind> {
        match self.found(text)? {
            Found::Label(index) => Some(self.labels[index].kind),
            _ => None,
        }
    }

    /// Whether a label is the one with which a form begins.
    pub(crate) fn begins(&self, found: Found) -> bool {
        matches!(found, Found::Label(index) if self.labels[index].member == self.begins_with)
    }

    /// Whether a label leads to a member or to something in it.
    pub(crate) fn leads_into(&self, found: Found, member: &str) -> bool {
        let of = match found {
            Found::Label(index) => &self.labels[index].member,
            Found::Row(index) => match &self.matrix {
                Some(matrix) => &matrix.rows[index].member,
                None => return false,
            },
            _ => return false,
        };
        of.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The profile's settings for the rules.
    pub fn traits(&self) -> Traits {
        Traits { completion_base: self.completion_base, sources_are_complete: self.sources_complete }
    }
}

fn names_groups(entry: &str, pattern: &Pattern, groups: &[&str]) -> Result<(), ProfileError> {
    let has = |group: &&str| pattern.0.capture_names().flatten().any(|name| name == *group);
    match groups.iter().find(|group| !has(group)) {
        Some(group) => {
            Err(ProfileError(format!("the pattern {entry} names no group {group}: (?<{group}>…)")))
        }
        None => Ok(()),
    }
}

/// The profiles that come with the tool.
pub fn built_in() -> &'static [Profile] {
    static BUILT_IN: LazyLock<Vec<Profile>> = LazyLock::new(|| {
        let parse = |text| Profile::parse(text).expect("built-in profiles are tested");
        vec![
            parse(include_str!("../profiles/guangzhou-tianhe.toml")),
            parse(include_str!("../profiles/mof-general.toml")),
        ]
    });
    &BUILT_IN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_are_sound() {
        assert_eq!(built_in()[0].id, "guangzhou-tianhe");
    }

    #[test]
    fn labels_are_compared_as_people_write_them() {
        let profile = &built_in()[0];
        for label in ["部门名称（汇总）", "部门名称(汇总)", " 部门名称\n（ 汇总 ）：", "部门名称（汇总）:"]
        {
            assert_eq!(profile.found(label), Some(Found::Label(0)), "{label:?}");
        }
        assert_eq!(profile.found("其中：一般公共预算"), profile.found("一般公共预算"));
        for (text, parts) in [
            ("1. 部门名称（汇总）：甲局", 0),
            ("- 部门名称：甲局 年度：2023年", 2),
            ("* 3. 实际支出数：276.50", 0),
            ("部门名称：甲局 1. 年度：2023年", 2),
        ] {
            assert_eq!(profile.parts(text).map_or(0, |parts| parts.len()), parts, "{text}");
        }
        assert_eq!(profile.found("预期目标"), Some(Found::Column(1)));
        assert_eq!(profile.found("280.19"), None);
        for label in ["1.实际支出数", "（2）实际支出数", "三、实际支出数：", "其中:1、实际支出数"]
        {
            assert_eq!(profile.found(label), profile.found("实际支出数"), "{label}");
        }
    }

    #[test]
    fn faulty_profiles_are_refused_with_a_reason() {
        let text = include_str!("../profiles/guangzhou-tianhe.toml");
        for (from, to, reason) in [
            ("/budget/initial_budget", "/budget/first_budget", "no member /budget/first_budget"),
            ("kind = \"heading\"", "kind = \"title\"", "title"),
            ("labels = [\"基本支出\"", "labels = [\"项目支出\"", "means two things"),
            ("completion_base = \"adjusted\"", "completion_base = \"last\"", "completion_base"),
            ("unit = '(", "unit = '((", "regex"),
            ("recognise_by", "recognize_by", "recognize_by"),
            ("kind = \"year\"", "kind = \"text\"", "/fiscal_year holds no value of the kind Text"),
            ("= \"consolidated\" }", "= \"all\" }", "/department/scope cannot be all"),
            ("/submission/date", "/extensions/Bad Name/date", "no member of an extension"),
            ("/submission/date", "/extensions/tianhe", "no member of an extension"),
            ("(?<amount>", "(?<amt>", "names no group amount"),
            (
                "begins_with = \"/department/name\"",
                "begins_with = \"/budget/by_nature\"",
                "with which a form begins",
            ),
        ] {
            let error = Profile::parse(&text.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        let extended = text.replace("/submission/date", "/extensions/tianhe/date");
        assert!(Profile::parse(&extended).is_ok());
    }
}
