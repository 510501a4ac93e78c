//! `huizong annotate`.

use std::path::Path;

use huizong_core::{Entry, Lang, RuleIndex, State};
use huizong_forms::{Format, Mark};
use huizong_schema::CellName;
use huizong_schema::findings::{Finding, Location, Place};

use super::{Asked, Common, ProfileChoice, no_layout, profile_to_write, say_notice, say_notices};
use crate::args::AnnotateArgs;
use crate::exit::{Error, Exit};
use crate::files::{must_be_new, write_whole};
use crate::inputs::{self, Input, STDIN};
use crate::pipeline;
use crate::world::World;

pub(super) fn run(args: &AnnotateArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let (form, out) = (&args.form, &args.out);
    let asked = Asked { paths: std::slice::from_ref(form), ..Asked::from(&args.reading) };
    let common = Common::new(&asked, lang, world)?;
    if form.as_os_str() == STDIN || world.directory.join(form).is_dir() {
        return Err(Error::new(
            "一次退回一份表：请给出一个文件，而不是文件夹或标准输入",
            "one form is given back at a time: name a file, not a folder or standard input",
        ));
    }
    let (found, mut notices) = inputs::find(&common.paths, &world.directory, &common.lists.serving());
    notices.splice(0..0, common.plugins.notices.iter().chain(&common.lists.notices).cloned());
    let Some(Input { id, path: Some(path), .. }) = found.first() else {
        notices.iter().for_each(|notice| say_notice(notice, lang, world));
        return Ok(Exit::Incomplete);
    };
    let bytes = match pipeline::read_file(path) {
        Ok(bytes) => bytes,
        Err(reason) => {
            notices.push(reason.notice(id));
            notices.iter().for_each(|notice| say_notice(notice, lang, world));
            return Ok(Exit::Incomplete);
        }
    };
    let file = huizong_engine::read(id, &bytes, &common.options);
    let asked = common.profile.as_ref().map(ProfileChoice::get);
    let profile = file.documents().first().map(|first| profile_to_write(asked, first));
    let outcome = pipeline::check_file(file, notices, &common.options, &common.plugins.loaded);
    say_notices(&outcome, lang, world);
    let Some(profile) = profile else { return Ok(Exit::Incomplete) };
    let format = format(out, &bytes)?;
    let target = world.directory.join(out);
    must_be_new(&target, out)?;
    let settled = &outcome.settled;
    if settled.entries().iter().all(|entry| entry.state() == State::AnotherForm) {
        for finding in settled.findings() {
            world.complain(&format!("{id}：{}\n", lang.of(&finding.message)));
        }
        world.complain(lang.pick(
            "没有认出表，不能退回；本区自己的版式请用 --profile 指定。\n",
            "No form was recognised, so none is given back; name a district's own profile with --profile.\n",
        ));
        return Ok(Exit::Incomplete);
    }
    let rule_index = common.plugins.rule_index();
    let mut marks: Vec<Mark> = settled
        .findings()
        .iter()
        .map(|finding| mark(finding, &rule_index, settled.entries(), lang))
        .collect();
    // What is worst first, and then as the form goes.
    marks.sort_by_key(|mark| (std::cmp::Reverse(mark.severity), mark.document, order(mark.place.as_ref())));
    if !profile.has_layout() {
        return Err(no_layout(profile));
    }
    let written = huizong_forms::annotate(&bytes, id, profile, &marks, format, lang).map_err(|why| {
        Error::new(format!("无法加批注：{}", why.zh), format!("cannot annotate: {}", why.en))
    })?;
    write_whole(&target, &written)?;
    let (count, shown) = (marks.len(), out.display());
    let said = if count == 0 {
        lang.pick(format!("没有发现问题，已写出 {shown}。"), format!("Nothing found; {shown} is written."))
    } else {
        lang.pick(
            format!("发现 {count} 处问题，已标在 {shown} 里。"),
            format!("Problems found: {count}; they are marked in {shown}."),
        )
    };
    world.say(&format!("{said}\n"))?;
    Ok(if outcome.is_incomplete() { Exit::Incomplete } else { Exit::Clean })
}

/// The format that a file's name asks for. Macros stay in a file that says by its name that it has some.
fn format(out: &Path, bytes: &[u8]) -> Result<Format, Error> {
    let ending = out.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let has_macros = huizong_forms::has_macros(bytes);
    match ending.as_str() {
        "xlsm" if has_macros => return Ok(Format::Xlsx),
        "xlsm" | "xlsx" if has_macros || ending == "xlsm" => {
            let (is, other) = if has_macros { ("xlsm", "有") } else { ("xlsx", "没有") };
            return Err(Error::new(
                format!("原件{other}宏，写出的文件名应以 .{is} 结尾"),
                format!("the form {} macros: name the file .{is}", if has_macros { "has" } else { "has no" }),
            ));
        }
        _ => {}
    }
    match Format::of(&out.to_string_lossy()) {
        Some(format @ (Format::Xlsx | Format::Docx | Format::Html)) => Ok(format),
        _ => Err(Error::new(
            format!("{} 不是能带批注的格式；文件名应以 .xlsx、.docx 或 .html 结尾", out.display()),
            format!("{} is no format with notes: name it .xlsx, .docx or .html", out.display()),
        )),
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

fn mark(finding: &Finding, rule_index: &RuleIndex, entries: &[Entry], lang: Lang) -> Mark {
    let pick = |zh: &str, en: &str| lang.pick(zh.to_owned(), en.to_owned());
    let place = finding.location.as_ref().and_then(Location::place);
    let title = rule_index.title(&finding.rule).unwrap_or((&finding.rule, &finding.rule));
    let shown =
        place.as_ref().map(|place| huizong_report::words::place(&Location::new("", Some(place)), lang));
    let document = entries.iter().position(|entry| Some(&entry.document) == finding.document.as_ref());
    Mark {
        severity: finding.severity,
        title: pick(title.0, title.1),
        message: pick(&finding.message.zh, &finding.message.en),
        place,
        shown: shown.unwrap_or_default().trim().to_owned(),
        document: document.unwrap_or(0),
        pointer: finding.pointer.clone(),
    }
}
