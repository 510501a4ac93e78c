//! `huizong accept`: which form counts where a department sent several, written into the settings.

use std::path::Path;

use huizong_core::{Lang, State};
use huizong_engine::Options;
use huizong_schema::findings::Severity;
use toml_edit::{Array, DocumentMut, Item};

use crate::args::AcceptArgs;
use crate::exit::{Error, Exit};
use crate::paths::{plain, relative, slashed};
use crate::settings::Settings;
use crate::settings::edit::edit;
use crate::world::World;

pub(super) fn run(args: &AcceptArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let settings = Settings::load(world)?;
    let (mut names, mut problems) = (Vec::new(), 0);
    for file in &args.files {
        // A document of several in a file has a number behind it.
        let text = slashed(file);
        let path = world.directory.join(huizong_core::file_of(&text));
        if !path.is_file() {
            let shown = file.display();
            return Err(Error::new(
                format!(
                    "没有文件 {shown}；请写报来的那份表的路径，如 huizong accept 各部门报表/妇联/修改稿.xlsx"
                ),
                format!("there is no file {shown}: name the form that counts"),
            ));
        }
        let bytes = crate::pipeline::read_file(&path).unwrap_or_default();
        let read = huizong_engine::read(&text, &bytes, &Options::default());
        let is_form = |state: State| !matches!(state, State::AnotherForm | State::NotReadable | State::Blank);
        let found = read.documents().iter().flat_map(huizong_engine::Checked::findings);
        problems += found.filter(|finding| finding.severity > Severity::Info).count();
        if !read.documents().iter().any(|document| is_form(document.state())) {
            let shown = file.display();
            return Err(Error::new(
                format!("{shown} 里没有读出自评表，不能以它为准；请写报来的 Excel 或 Word 表"),
                format!("no form can be read from {shown}, so it cannot be the one that counts"),
            ));
        }
        // The settings may be in a folder above, and name files from there.
        let of_settings = settings.file.as_deref().and_then(Path::parent).unwrap_or(&world.directory);
        let document = &text[huizong_core::file_of(&text).len()..];
        names.push(relative(&plain(of_settings), &plain(&path)) + document);
    }
    let add = |document: &mut DocumentMut| {
        for setting in if args.settled { &["accept", "settled"][..] } else { &["accept"] } {
            let list =
                document.entry(setting).or_insert_with(|| Item::Value(Array::new().into())).as_array_mut()?;
            // The one named last counts.
            list.retain(|there| there.as_str().is_none_or(|there| !names.iter().any(|name| name == there)));
            names.iter().for_each(|name| list.push(name));
        }
        Some(())
    };
    let strange = || {
        let list = names.join("\", \"");
        Error::new(
            format!("请自行在设置文件里写上 accept = [\"{list}\"]"),
            format!("please write accept = [\"{list}\"] into the settings yourself"),
        )
    };
    let target = edit(&world.directory, &settings, add, strange)?;
    let (names, target) = (names.join(lang.pick("、", ", ")), target.display());
    let step = if args.settled || problems == 0 {
        lang.pick("", "").to_owned()
    } else {
        lang.pick(
            format!("这份表还有 {problems} 处错误或警告：部门逐条答复了的不再退回，没有答复的仍要退回；已经说清的，请加 --settled。"),
            format!("It has {problems} errors or warnings: what its department has not answered goes back. If they are settled, add --settled. "),
        )
    };
    world.say(&lang.pick(
        format!("已写进 {target}：以 {names} 为准。{step}请重新汇总。\n"),
        format!("Written into {target}: {names} counts. {step}Consolidate again.\n"),
    ))?;
    Ok(Exit::Clean)
}
