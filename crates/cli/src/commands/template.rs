//! `huizong template`.

use std::path::{Path, PathBuf};

use huizong_core::Lang;
use huizong_core::day::Day;
use huizong_forms::FilledIn;
use huizong_forms::profile::{Profile, built_in};
use huizong_run::files::{must_be_new, write_whole};
use huizong_run::lists::{Lists, Wanted};
use huizong_run::profile::{ProfileChoice, no_layout};

use super::say_notice;
use crate::args::TemplateArgs;
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::names::Names;
use crate::settings::Settings;
use crate::world::World;

pub(super) fn run(args: &TemplateArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    if args.letter {
        return letter(&args.out, lang, world);
    }
    let settings = Settings::load(world)?;
    let asked = args.profile.profile.as_ref().or(settings.profile.as_ref());
    let asked = asked.map(|name| ProfileChoice::find(name, &world.directory)).transpose()?;
    let profile = asked.as_ref().map_or(&built_in()[0], ProfileChoice::get);
    let out = &args.out;
    let filled_in = FilledIn {
        fiscal_year: args.year.or(settings.year),
        works_out_rates: args.work_out_rates,
        ..FilledIn::default()
    };
    let is_one_file = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let of_settings = settings.roster.as_ref().filter(|_| !is_one_file);
    if let Some(roster) = args.roster.as_ref().or(of_settings) {
        return for_departments(&world.directory.join(roster), out, profile, &filled_in, lang, world);
    }
    let shown = out.display();
    if !is_one_file && out.extension().is_none() {
        return Err(Error::new(
            format!(
                "要给每个部门各写一份空表，请先用 huizong init 写好设置，或加 --roster 名单；只要一份空表的，文件名以 .xlsx 结尾，如 {shown}.xlsx"
            ),
            format!(
                "for a form for each department, name a roster with --roster or in the settings; for one blank form, name the file {shown}.xlsx"
            ),
        ));
    }
    let target = new_file(out, "xlsx", world)?;
    let bytes = huizong_forms::template(profile, &filled_in).ok_or_else(|| no_layout(profile))?;
    write_whole(&target, &bytes)?;
    let name = lang.pick(&profile.name.zh, &profile.name.en);
    let of = asked.as_ref().map_or_else(String::new, |_| format!("（{name}）"));
    let said = lang.pick(
        format!("已生成空表 {shown}{of}；填表时右边的格会指出对不上的数。"),
        format!(
            "The blank form {shown} is written ({name}); cells to the right of it say what does not add up."
        ),
    );
    world.say(&format!("{said}\n"))?;
    Ok(Exit::Clean)
}

/// Writes a blank form for each department of a roster into a new folder.
fn for_departments(
    roster: &Path,
    out: &Path,
    profile: &Profile,
    filled_in: &FilledIn,
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    let wanted = Wanted { roster: Some(roster), books: None, previous: None, template: None, group_by: &[] };
    let lists = Lists::load(&wanted)?;
    lists.understood.iter().for_each(|notice| say_notice(notice, lang, world));
    let folder = Folder::take(&world.directory.join(out))?;
    let stage = folder.stage()?;
    let mut names = Names::taken(&[]);
    let departments = lists.roster.as_ref().map_or(&[][..], |roster| roster.rows());
    for listed in departments {
        let filled_in = FilledIn {
            department: Some(listed.name.clone()),
            code: listed.code.clone(),
            due: listed.due.map(Day::in_chinese),
            ..filled_in.clone()
        };
        let bytes = huizong_forms::template(profile, &filled_in).ok_or_else(|| no_layout(profile))?;
        write_whole(&stage.join(names.free(&listed.name, "", "xlsx")), &bytes)?;
    }
    let (placed, count) = (folder.place()?, departments.len());
    let shown = placed.display();
    world.say(&lang.pick(
        format!("已生成 {count} 个部门的空表，放在 {shown}，可以分发；填表时右边的格会指出对不上的数。\n"),
        format!("Blank forms of {count} departments are written to {shown}.\n"),
    ))?;
    Ok(Exit::Clean)
}

/// Writes the letter with which forms are given back, for a bureau that wants other words.
fn letter(out: &Path, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let target = new_file(out, "docx", world)?;
    write_whole(&target, &huizong_forms::letter_template())?;
    let shown = out.display();
    world.say(&lang.pick(
        format!("已生成退回函的样稿 {shown}。花括号里的词（如“{{部门}}”）会换成各部门的内容，其余的话可以改；改好后这样用：huizong annotate 各部门报表 -o 退回 --letter {shown}\n"),
        format!("The letter {shown} is written. Words in braces are replaced for each department; change the others and name the file with annotate --letter.\n"),
    ))?;
    Ok(Exit::Clean)
}

/// The path of a file that is not there yet and has this ending.
fn new_file(out: &Path, ending: &str, world: &World<'_>) -> Result<PathBuf, Error> {
    let shown = out.display();
    if out.extension().is_none_or(|of| !of.eq_ignore_ascii_case(ending)) {
        return Err(Error::new(
            format!("文件名应以 .{ending} 结尾，而不是 {shown}"),
            format!("name the file .{ending}, not {shown}"),
        ));
    }
    let target = world.directory.join(out);
    must_be_new(&target, out)?;
    Ok(target)
}
