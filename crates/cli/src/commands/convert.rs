//! `huizong convert`.

use std::fs;

use huizong_core::Lang;
use huizong_engine::{Checked, Options, profile_to_write, to_forms, to_json};
use huizong_forms::profile::Profile;
use huizong_forms::{Format, NoteKind};
use huizong_report::terminal::{self, Style};
use huizong_run::files::{must_be_new, write_whole};
use huizong_run::inputs::STDIN;
use huizong_run::notices::kind_not_supported;
use huizong_run::profile::ProfileChoice;
use huizong_schema::findings::Location;

use super::say_notice;
use crate::args::ConvertArgs;
use crate::exit::{Error, Exit};
use crate::settings::Settings;
use crate::world::World;

pub(super) fn run(args: &ConvertArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let form = &args.form;
    let settings = Settings::load(world)?;
    let profile = args.profile.profile.as_ref().or(settings.profile.as_ref());
    let profile = profile.map(|name| ProfileChoice::find(name, &world.directory)).transpose()?;
    let name = form.file_name().unwrap_or(form.as_os_str()).to_string_lossy().into_owned();
    if huizong_run::inputs::is_unsupported(form) {
        say_notice(&kind_not_supported(&name, true), lang, world);
        return Ok(Exit::Incomplete);
    }
    let mut bytes = Vec::new();
    let read = if form.as_os_str() == STDIN {
        world.stdin.read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(world.directory.join(form)).map(|read| bytes = read)
    };
    if let Err(error) = read {
        let shown = form.display();
        let error = Error::new(format!("无法读取 {shown}"), format!("cannot read {shown}")).because(error);
        world.complain(&format!("huizong: {}\n", error.say(lang)));
        return Ok(Exit::Incomplete);
    }
    let format = format(args)?;
    let mut options = Options::default();
    if let Some(profile) = &profile {
        options = options.profile(profile.choice.clone());
    }
    let file = huizong_engine::read(&name, &bytes, &options);
    file.notices().iter().for_each(|notice| say_notice(notice, lang, world));
    if file.documents().is_empty() {
        return Ok(Exit::Incomplete);
    }
    let several = file.documents().len() > 1;
    // Where no form was recognised there is nothing to write.
    let to_write: Vec<&Checked<'_>> =
        file.documents().iter().filter(|document| !document.is_nothing()).collect();
    let finished = file.documents().iter().all(Checked::is_finished);
    let mut said = String::new();
    let style = Style { lang, colours: false, width: world.width, ids: world.ids };
    for document in file.documents() {
        // Only errors in reading are printed here; `check` prints the rest.
        for finding in document.reading_errors() {
            let excerpt = file.excerpt(finding);
            said.push_str(&terminal::finding(finding, excerpt.as_ref(), style));
        }
        for notice in document.notices() {
            said.push_str(&terminal::notice(notice, lang, world.ids));
            said.push('\n');
        }
        if args.explain_import {
            said.push_str(&import(document, lang));
        }
    }
    let (out, lost) = match format {
        Some(format) if !to_write.is_empty() => {
            let profile = profile.as_ref().map(ProfileChoice::get);
            printed(&to_write, profile, format, (lang, world.ids), &mut said)?
        }
        _ => (to_json(&to_write, several), false),
    };
    if format.is_some() && out.is_empty() {
        world.complain(&said);
        return Ok(Exit::Findings);
    }
    match &args.out {
        Some(path) if format.is_none() && !is_ours(&world.directory.join(path)) => {
            let shown = path.display();
            return Err(Error::new(
                format!("{shown} 已经存在，而且不是 JSON，没有写出；请换一个文件名"),
                format!("{shown} exists and is no JSON; it was not written: name another file"),
            ));
        }
        Some(path) if format.is_some() => {
            must_be_new(&world.directory.join(path), path)?;
            write_whole(&world.directory.join(path), &out)?;
        }
        Some(path) => write_whole(&world.directory.join(path), &out)?,
        None => world.stdout.write_all(&out)?,
    }
    world.complain(&said);
    Ok(match (lost, finished) {
        (true, _) => Exit::Incomplete,
        (false, true) => Exit::Clean,
        (false, false) => Exit::Findings,
    })
}

/// The format of forms that is asked for; `None` for JSON.
fn format(args: &ConvertArgs) -> Result<Option<Format>, Error> {
    let out = args.out.as_ref();
    let format = match args.to {
        Some(to) => to.form(),
        None => out.and_then(|path| Format::of(&path.to_string_lossy())),
    };
    let ending = out.and_then(|path| Some(path.extension()?.to_string_lossy().to_ascii_lowercase()));
    if let (None, None, Some(ending)) = (args.to, format, &ending)
        && !["json", "ndjson", "jsonl"].contains(&ending.as_str())
    {
        return Err(Error::new(
            format!("不能写成 .{ending}；可以是 .json、.xlsx、.docx、.html、.txt，或用 --to 指明格式"),
            format!(".{ending} is not written: name it .json, .xlsx, .docx, .html or .txt, or say --to"),
        ));
    }
    if let Some(format @ (Format::Xlsx | Format::Docx)) = format
        && out.is_none()
    {
        let name = format.as_str();
        return Err(Error::new(
            format!("{name} 不能写到标准输出；请用 -o 给出文件名"),
            format!("{name} is not written to standard output: name a file with -o"),
        ));
    }
    Ok(format)
}

/// Documents as forms, and whether anything is not on them.
fn printed(
    documents: &[&Checked<'_>],
    profile: Option<&Profile>,
    format: Format,
    (lang, ids): (Lang, bool),
    said: &mut String,
) -> Result<(Vec<u8>, bool), Error> {
    let forms = to_forms(documents, profile, format)
        .ok_or_else(|| huizong_run::profile::no_layout(profile_to_write(profile, documents[0])))?;
    for notice in &forms.notices {
        said.push_str(&terminal::notice(notice, lang, ids));
        said.push('\n');
    }
    Ok((forms.bytes, forms.notices.iter().any(|notice| notice.incomplete)))
}

/// Whether nothing is lost if a file is written: it is new, or JSON as this command writes it.
fn is_ours(path: &std::path::Path) -> bool {
    fs::read(path).map_or(true, |old| old.trim_ascii_start().first().is_none_or(|first| *first == b'{'))
}

/// Prints how values were changed while reading, one per line.
fn import(document: &Checked<'_>, lang: Lang) -> String {
    use std::fmt::Write;
    let mut text = format!(
        "{}: {} {}\n",
        document.id(),
        lang.pick("版式", "profile"),
        document.profile().unwrap_or("—")
    );
    for note in document.notes() {
        let what = match note.what {
            NoteKind::Normalised => lang.pick("数字改写", "figure rewritten"),
            NoteKind::Converted => lang.pick("单位换算", "unit converted"),
            NoteKind::Blank => lang.pick("视为空白", "read as blank"),
            NoteKind::Computed => lang.pick(
                "文件没有存下公式的结果，由本工具算出",
                "worked out: the file stores no value of the formula",
            ),
            NoteKind::FromMargin => lang.pick("取自页眉或页脚", "taken from the page's header or footer"),
            NoteKind::FromTitle => lang.pick("取自标题", "taken from the title"),
            NoteKind::Joined => lang.pick("一格跨行，已拼接", "one cell on several lines, joined"),
            NoteKind::Remark => lang.pick("表注，未读取", "a note, not read"),
            NoteKind::Unclaimed => lang.pick("没有对应到任何项目", "claimed by no label"),
            NoteKind::Continued => lang.pick("接上一段", "goes on with the paragraph above"),
            NoteKind::Shared => {
                lang.pick("合并格跨几项，计入第一项", "merged over several items; counts for the first")
            }
            NoteKind::Shown => {
                lang.pick("文件里的数位数更多，以显示的为准", "more digits in the file; what it shows counts")
            }
            NoteKind::Repeated => lang.pick("项目重复，以先出现的为准", "label repeated; the first stands"),
        };
        let at = note
            .place
            .as_ref()
            .map(|place| huizong_report::words::place(&Location::new("", Some(place)), lang))
            .unwrap_or_default();
        let pointer = note.pointer.as_ref().map(ToString::to_string).unwrap_or_default();
        let shown: String = note.from.chars().take(40).map(|c| if c == '\n' { ' ' } else { c }).collect();
        let to = if note.to.is_empty() || note.to == note.from {
            String::new()
        } else {
            format!(" → {}", note.to)
        };
        let _ = writeln!(text, "  {what}  {at}  {pointer}  {shown}{to}");
    }
    text
}
