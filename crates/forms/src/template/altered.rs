//! Compares a form that came back with the blank form that was sent out.

use std::collections::BTreeMap;

use huizong_schema::Draft;
use huizong_schema::findings::{Arg, Args, Notice};
use sha1::{Digest as _, Sha1};

use crate::grid::Grid;
use crate::label::comparable;
use crate::notices::TEMPLATE_ALTERED;
use crate::ooxml::template_mark::Trace;
use crate::profile::{Profile, built_in};
use crate::write::form;
use crate::write::page::{Page, Printed, Role};

/// The most labels that a notice names.
const NAMED: usize = 5;

/// The labels of a blank form, in reading order, without those that departments choose.
fn labels(page: &Page, profile: &Profile) -> Vec<String> {
    let is_fixed = |cell: &&Printed| {
        let choices = cell.member.as_ref().map_or(0, |member| profile.labels_to(&member.to_string()).count());
        cell.role == Role::Label && choices < 2 && !cell.content.is_blank()
    };
    let mut cells: Vec<&Printed> = page.cells.iter().filter(is_fixed).collect();
    cells.sort_by_key(|cell| (cell.row, cell.column));
    cells.iter().map(|cell| cell.content.shown()).collect()
}

/// The digest of a blank form's labels.
pub(super) fn digest(page: &Page, profile: &Profile) -> String {
    let hash = Sha1::digest(labels(page, profile).join("\n"));
    let first = hash.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}

/// Compares a form with the blank form that was sent out. Returns a notice for each change. `further` are profiles besides the
/// built-in ones.
pub(crate) fn altered(trace: &Trace, grid: &Grid, draft: &Draft<'_>, further: &[Profile]) -> Vec<Notice> {
    let Trace { mark, checks } = trace;
    let notice = |variant: &str, args: Args| TEMPLATE_ALTERED.variant(variant, None, args, false);
    let of_profile = further.iter().chain(built_in()).find(|profile| profile.id == mark.profile);
    let blank = of_profile.and_then(|profile| Some((profile, form::blank(profile)?)));
    let mut notices = Vec::new();
    match blank.filter(|(profile, page)| digest(page, profile) == mark.labels) {
        None => notices.push(notice("version", Args::new())),
        Some((profile, page)) => {
            let gone = gone(&labels(&page, profile), grid);
            if !gone.is_empty() {
                let rest = if gone.len() > NAMED { "等" } else { "" };
                let named = gone.iter().take(NAMED).cloned().collect::<Vec<_>>().join("、") + rest;
                let args = [
                    ("labels", Arg::Text(huizong_core::shown_text(&named))),
                    ("count", Arg::Count(gone.len() as u64)),
                ];
                notices.push(notice("labels", Args::from(args)));
            }
        }
    }
    // Programs that keep no formulas keep the texts of checks that said something.
    if *checks < mark.checks.div_ceil(4) {
        notices.push(notice("checks", Args::new()));
    }
    let year = draft.fiscal_year.map(huizong_schema::FiscalYear::get);
    if let (Some(sent), Some(filled_in)) =
        (mark.fiscal_year, year.filter(|year| mark.fiscal_year != Some(*year)))
    {
        let args = [("sent", Arg::Text(sent.to_string())), ("found", Arg::Text(filled_in.to_string()))];
        notices.push(notice("year", Args::from(args)));
    }
    let name = draft.department.as_ref().and_then(|department| department.name.as_deref());
    if let (Some(sent), Some(name)) = (&mark.department, name)
        && comparable(sent) != comparable(name)
    {
        let text = |text: &str| Arg::Text(huizong_core::shown_text(text));
        notices.push(notice("department", Args::from([("sent", text(sent)), ("found", text(name))])));
    }
    notices
}

/// The labels that a grid has less often than the blank form.
fn gone(labels: &[String], grid: &Grid) -> Vec<String> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for cell in grid.cells() {
        *found.entry(comparable(&cell.text)).or_default() += 1;
    }
    let mut gone = Vec::new();
    for label in labels {
        match found.get_mut(&comparable(label)).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => gone.push(label.clone()),
        }
    }
    gone
}
