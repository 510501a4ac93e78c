//! One form given back as a file.

use std::path::Path;

use huizong_core::{Lang, State};
use huizong_engine::profile_to_write;
use huizong_forms::Format;
use huizong_run::files::{must_be_new, write_whole};
use huizong_run::inputs::Input;
use huizong_run::pipeline;
use huizong_run::profile::{ProfileChoice, no_layout};

use super::super::{Common, exit_of, say_notice, say_notices};
use super::{keep_answers, marks};
use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(common: &Common, out: &Path, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let (found, mut notices) = common.find(world)?;
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
    let number = |document: &Option<String>| {
        settled.entries().iter().position(|entry| Some(&*entry.document) == document.as_deref()).unwrap_or(0)
    };
    let findings = settled.findings().iter().map(|finding| (finding, number(&finding.document)));
    let mut marks = marks(findings, &rule_index, lang);
    keep_answers(&mut marks, settled.notices());
    if !profile.has_layout() {
        return Err(no_layout(profile));
    }
    let written = huizong_forms::annotate(&bytes, id, profile, &marks, format, lang).map_err(|why| {
        Error::new(format!("无法加批注：{}", why.zh), format!("cannot annotate: {}", why.en))
    })?;
    write_whole(&target, &written)?;
    let (count, shown) = (marks.len(), out.display());
    let said = if count == 0 {
        lang.pick(format!("没有发现问题，已生成 {shown}。"), format!("Nothing found; {shown} is written."))
    } else {
        lang.pick(
            format!("查出 {count} 处问题，已标在 {shown} 里。"),
            format!("Problems found: {count}; they are marked in {shown}."),
        )
    };
    world.say(&format!("{said}\n"))?;
    Ok(exit_of(&outcome, None))
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
