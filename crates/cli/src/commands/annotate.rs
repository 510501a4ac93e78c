//! `huizong annotate`: forms given back, one as a file or all of a folder.

mod many;
mod one;

use std::path::Path;

use huizong_core::{Lang, RuleIndex, file_of};
use huizong_forms::notices::DEPARTMENT_ANSWERED;
use huizong_forms::{Format, Mark};
use huizong_run::inputs::refuse_absent;
use huizong_schema::CellName;
use huizong_schema::findings::{Arg, Finding, Location, Notice, Place};

use super::{Asked, Common};
use crate::args::AnnotateArgs;
use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(args: &AnnotateArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let inputs = &args.inputs;
    refuse_absent(&inputs.paths, &world.directory)?;
    let asked = Asked::from(inputs);
    let is_file =
        |path: &Path| path.as_os_str() != huizong_run::inputs::STDIN && !world.directory.join(path).is_dir();
    match &inputs.paths[..] {
        [form] if is_file(form) && names_a_file(&args.out) => {
            let common = Common::new(&asked, lang, world)?;
            one::run(&common, &args.out, lang, world)
        }
        _ if names_a_file(&args.out) && Format::of(&args.out.to_string_lossy()).is_some() => {
            let shown = args.out.display();
            Err(Error::new(
                format!("要退回的不止一份表：-o 后面请写一个新文件夹的名字，而不是文件 {shown}"),
                format!("there is more than one form: name a new folder after -o, not the file {shown}"),
            ))
        }
        _ => {
            let common = Common::new(&Asked { is_whole_set: true, ..asked }, lang, world)?;
            many::run(&common, args, lang, world)
        }
    }
}

/// Whether a path names a file and not a folder, by its ending.
fn names_a_file(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    !ending.is_empty() && ending.chars().all(|c| c.is_ascii_alphabetic())
}

/// The problems of a document as marks: what is gravest first, and then as the form goes.
fn marks<'f>(
    findings: impl IntoIterator<Item = (&'f Finding, usize)>,
    rule_index: &RuleIndex,
    lang: Lang,
) -> Vec<Mark> {
    let findings = findings.into_iter();
    let mut marks: Vec<Mark> =
        findings.map(|(finding, document)| mark(finding, rule_index, document, lang)).collect();
    marks.sort_by_key(|mark| (std::cmp::Reverse(mark.severity), mark.document, order(mark.place.as_ref())));
    marks
}

/// Gives marks the answers that the department wrote before: to the same message, else to the same problem in the same place.
fn keep_answers<'n>(marks: &mut [Mark], notices: impl IntoIterator<Item = &'n Notice>) {
    let answers: Vec<Answer<'n>> = notices.into_iter().filter_map(Answer::of).collect();
    for mark in marks {
        let exact = format!("{} {}", mark.shown, mark.title);
        let found = answers.iter().find(|of| of.message == mark.message.trim());
        let found = found.or_else(|| answers.iter().find(|of| of.problem == exact.trim()));
        mark.answer = found.map(|of| of.text.to_owned()).unwrap_or_default();
    }
}

/// The notices about a document or its file. What stands in a list of problems is about the file.
pub(super) fn notices_of<'n>(notices: &'n [Notice], document: &str) -> impl Iterator<Item = &'n Notice> {
    notices.iter().filter(move |notice| {
        notice.document.as_deref().is_some_and(|of| of == document || of == file_of(document))
    })
}

/// What a department wrote beside a problem.
pub(super) struct Answer<'n> {
    problem: &'n str,
    /// The message of the problem, with its figures.
    pub(super) message: &'n str,
    text: &'n str,
}

impl<'n> Answer<'n> {
    /// The answer of a notice, if it is about one.
    pub(super) fn of(notice: &'n Notice) -> Option<Self> {
        let text = |name: &str| match notice.args.get(name) {
            Some(Arg::Text(text)) => text.as_str(),
            _ => "",
        };
        let is_answer = notice.notice == DEPARTMENT_ANSWERED.id;
        is_answer.then(|| Self { problem: text("problem"), message: text("message"), text: text("answer") })
    }
}

/// A key that sorts places in the order of their file.
fn order(place: Option<&Place>) -> (String, u32, u32) {
    match place {
        Some(&Place::Text { line, column }) => (String::new(), line, column),
        Some(&Place::Table { table, row, column }) => (format!("{table:9}"), row, column),
        Some(Place::Cell { sheet, cell }) => {
            let CellName { row, column } = cell.parse().unwrap_or_default();
            (sheet.clone(), row, column)
        }
        None => (String::new(), 0, 0),
    }
}

fn mark(finding: &Finding, rule_index: &RuleIndex, document: usize, lang: Lang) -> Mark {
    let pick = |zh: &str, en: &str| lang.pick(zh.to_owned(), en.to_owned());
    let place = finding.location.as_ref().and_then(Location::place);
    let title = rule_index.title(&finding.rule).unwrap_or((&finding.rule, &finding.rule));
    let shown =
        place.as_ref().map(|place| huizong_report::words::place(&Location::new("", Some(place)), lang));
    Mark {
        severity: finding.severity,
        title: pick(title.0, title.1),
        message: pick(&finding.message.zh, &finding.message.en),
        place,
        shown: shown.unwrap_or_default().trim().to_owned(),
        document,
        pointer: finding.pointer.clone(),
        answer: String::new(),
        related: finding
            .related
            .iter()
            .map(|of| (of.location.as_ref().and_then(Location::place), of.pointer.clone()))
            .collect(),
    }
}
