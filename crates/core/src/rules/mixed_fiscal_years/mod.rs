//! `mixed-fiscal-years`: the documents do not all report the same year.

use std::collections::BTreeMap;

use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::rule::{Check, Rule};
use crate::set::{Set, SetHit};

pub(super) static RULE: Rule = Rule {
    id: "mixed-fiscal-years",
    messages: &[Template::new(
        "各表年度不一致：{years}（括号内为份数）。有 {count} 份不是 {usual} 年。请核对，并在设置里写明年度。",
        "The documents are of different years: {years} (number of documents). Not of {usual}: {count}.",
    )],
    page: include_str!("page.md"),
    reads: &["/fiscal_year"],
    check: Check::Counted(|set| Ok(judge(set))),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_, '_>) -> Vec<SetHit> {
    let mut by_year: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (index, entry) in set.entries.iter().enumerate().filter(|(index, _)| set.counts(*index)) {
        if let Some(year) = entry.fiscal_year {
            by_year.entry(year).or_default().push(index);
        }
    }
    if by_year.len() < 2 {
        return Vec::new();
    }
    let years: Vec<String> =
        by_year.iter().map(|(year, documents)| format!("{year} ({})", documents.len())).collect();
    // The year that most documents report is taken as the intended one; the later one of a tie.
    let meant =
        by_year.iter().max_by_key(|(year, documents)| (documents.len(), **year)).map(|(year, _)| *year);
    let mut documents: Vec<usize> = by_year
        .iter()
        .filter(|(year, _)| Some(**year) != meant)
        .flat_map(|(_, documents)| documents.clone())
        .collect();
    documents.sort_unstable();
    let args = Args::from([
        ("years", Arg::Text(years.join(", "))),
        ("count", Arg::Count(documents.len() as u64)),
        ("usual", Arg::Text(meant.map(|year| year.to_string()).unwrap_or_default())),
    ]);
    vec![SetHit { documents, pointer: "/fiscal_year".into(), args, ..SetHit::default() }]
}
