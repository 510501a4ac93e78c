//! `huizong accept`: which form counts where a department sent several, written into the settings.

use std::path::{Path, PathBuf};

use huizong_core::{Entry, Lang, State, file_of};
use huizong_run::inputs::name_by_paths;
use huizong_run::paths::{plain, relative, slashed};
use huizong_run::pipeline::{self, Outcome};
use huizong_schema::findings::{Finding, Severity};
use toml_edit::{Array, DocumentMut, Item};

use super::annotate::{Answer, notices_of};
use super::{Asked, Common};
use crate::args::AcceptArgs;
use crate::exit::{Error, Exit};
use crate::settings::edit::edit;
use crate::world::World;

pub(super) fn run(args: &AcceptArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    // A document of several in a file has a number behind it.
    let paths: Vec<PathBuf> = args.files.iter().map(|file| file_of(&slashed(file)).into()).collect();
    for (path, file) in paths.iter().zip(&args.files) {
        if !world.directory.join(path).is_file() {
            let shown = file.display();
            return Err(Error::new(
                format!(
                    "没有文件 {shown}；请写报来的那份表的路径，如 huizong accept 各部门报表/妇联/修改稿.xlsx"
                ),
                format!("there is no file {shown}: name the form that counts"),
            ));
        }
    }
    let common = Common::new(&Asked { paths: &paths, ..Asked::default() }, lang, world)?;
    let found = common.find_all(world);
    let notices = common.notices_with(&found);
    let mut found = found.inputs;
    name_by_paths(&mut found, &common.paths);
    let progress = Common::progress(&found, world);
    let job = common.job(&progress);
    let outcome = pipeline::run(&found, notices, world.stdin, &job);
    // The settings may be in a folder above, and name files from there.
    let of_settings = common.settings.file.as_deref().and_then(Path::parent).unwrap_or(&world.directory);
    let (mut names, mut settled, mut open) = (Vec::new(), Vec::new(), 0);
    for (given, file) in args.files.iter().enumerate() {
        let text = slashed(file);
        let number = &text[file_of(&text).len()..];
        let id = found.iter().find(|input| input.given == given).map(|input| &*input.id).unwrap_or_default();
        let is_form = |entry: &&Entry| {
            let state = entry.state();
            file_of(&entry.document) == id
                && entry.document.ends_with(number)
                && !matches!(state, State::AnotherForm | State::NotReadable | State::Blank)
        };
        let entries: Vec<&Entry> = outcome.settled.entries().iter().filter(is_form).collect();
        if entries.is_empty() {
            let shown = file.display();
            return Err(Error::new(
                format!("{shown} 里没有读出自评表，不能以它为准；请写报来的 Excel 或 Word 表"),
                format!("no form can be read from {shown}, so it cannot be the one that counts"),
            ));
        }
        let name = relative(&plain(of_settings), &plain(&world.directory.join(&paths[given]))) + number;
        for entry in entries {
            if !entry.counts() {
                let shown = file.display();
                return Err(Error::new(
                    format!(
                        "{shown} 还不能计入汇总（如缺少必填项、年度不符），请部门补正后再定；用 huizong check {shown} 看哪里不对"
                    ),
                    format!("{shown} does not count yet: run huizong check {shown}"),
                ));
            }
            let (closed, left) = problems(&outcome, &entry.document, args.settled);
            settled.extend(closed.iter().map(|finding| format!("{name}@{}", finding.fingerprint)));
            open += left;
        }
        names.push(name);
    }
    let add = |document: &mut DocumentMut| {
        append(document, "accept", &names)?;
        append(document, "settled", &settled)
    };
    let strange = || {
        let list = names.join("\", \"");
        Error::new(
            format!("请自行在设置文件里写上 accept = [\"{list}\"]"),
            format!("please write accept = [\"{list}\"] into the settings yourself"),
        )
    };
    let target = edit(&world.directory, &common.settings, add, strange)?;
    let (names, target) = (names.join(lang.pick("、", ", ")), target.display());
    let more = match (open, settled.is_empty()) {
        (0, true) => String::new(),
        (0, false) => lang.pick(
            "问题就此核定，不再退回；部门再改过数的，要重新核定。",
            "Its problems are settled; after another change of its figures they have to be settled again. ",
        ).to_owned(),
        (open, _) => lang.pick(
            format!("还有 {open} 处错误或警告部门没有答复，仍要退回；已经说清的，请加 --settled。"),
            format!("{open} errors or warnings are not answered, so it goes back; if they are settled, add --settled. "),
        ),
    };
    world.say(&lang.pick(
        format!("已写进 {target}：以 {names} 为准。{more}请重新汇总。\n"),
        format!("Written into {target}: {names} counts. {more}Consolidate again.\n"),
    ))?;
    Ok(Exit::Clean)
}

/// The problems of a document that are settled, and how many are open: those that its department has not answered, unless all are
/// settled. An answer counts for the message that it was written to, with its figures.
fn problems<'o>(outcome: &'o Outcome, document: &str, all: bool) -> (Vec<&'o Finding>, usize) {
    let answers: Vec<Answer<'_>> =
        notices_of(outcome.settled.notices(), document).filter_map(Answer::of).collect();
    let is_answered = |finding: &Finding| {
        let said = |answer: &Answer<'_>| {
            [&finding.message.zh, &finding.message.en].iter().any(|message| message.trim() == answer.message)
        };
        all || answers.iter().any(said)
    };
    let findings = outcome.settled.findings().iter();
    let problems =
        findings.filter(|of| of.document.as_deref() == Some(document) && of.severity > Severity::Info);
    let (closed, open): (Vec<&Finding>, Vec<&Finding>) = problems.partition(|finding| is_answered(finding));
    (closed, open.len())
}

/// Appends to a list of the settings. The one named last counts.
fn append(document: &mut DocumentMut, setting: &str, names: &[String]) -> Option<()> {
    if names.is_empty() {
        return Some(());
    }
    let list = document.entry(setting).or_insert_with(|| Item::Value(Array::new().into())).as_array_mut()?;
    list.retain(|there| there.as_str().is_none_or(|there| !names.iter().any(|name| name == there)));
    names.iter().for_each(|name| list.push(name));
    Some(())
}
