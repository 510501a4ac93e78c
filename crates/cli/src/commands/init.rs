//! `huizong init`: the settings of a round, with comments.

use std::fmt::Write as _;
use std::io;

use huizong_core::Lang;
use huizong_run::files::write_whole;
use huizong_run::lists::{Lists, Wanted};
use huizong_run::paths::slashed;

use super::say_notice;
use crate::args::{InitArgs, ListsArgs};
use crate::exit::{Error, Exit};
use crate::settings::FILE;
use crate::world::World;

pub(super) fn run(args: &InitArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let target = world.directory.join(FILE);
    if target.exists() {
        return Err(Error::new(
            format!("这个文件夹里已有设置 {FILE}；要改，请用记事本直接改它；要重写，请先把它移走"),
            format!("{FILE} is here already: change it, or move it away to write a new one"),
        ));
    }
    let asked;
    let is_silent = args.year.is_none()
        && args.lists.roster.is_none()
        && args.lists.books.is_none()
        && args.lists.previous.is_none()
        && args.group_by.is_empty()
        && args.district.is_none()
        && args.corrected.is_none();
    let args = if is_silent && world.interactive {
        asked = ask(lang, world)?;
        &asked
    } else {
        args
    };
    // What is named must be there and make sense, before anything is written.
    let given = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| world.directory.join(path));
    let (roster, books, previous) =
        (given(&args.lists.roster), given(&args.lists.books), given(&args.lists.previous));
    let lists = Lists::load(&Wanted {
        roster: roster.as_deref(),
        books: books.as_deref(),
        previous: previous.as_deref(),
        template: None,
        group_by: &args.group_by,
    })?;
    lists.understood.iter().for_each(|notice| say_notice(notice, lang, world));
    write_whole(&target, settings(args, &lists, lang).as_bytes())?;
    world.say(&lang.pick(
        format!("已生成设置 {FILE}，在这个文件夹里运行时生效；可以用记事本改。\n下一步：发空表用 huizong template -o 空表；收齐后用 huizong check 各部门报表\n"),
        format!("The settings {FILE} are written; they hold for commands run in this folder.\nNext: huizong check FORMS\n"),
    ))?;
    Ok(Exit::Clean)
}

/// Asks for the settings on the terminal; a blank answer leaves one out.
fn ask(lang: Lang, world: &mut World<'_>) -> Result<InitArgs, Error> {
    let questions = [
        lang.pick("各表应报哪一年度（如 2022）：", "The year that forms report (such as 2022): "),
        lang.pick("应报部门名单的文件名（没有就按回车）：", "The roster's file (Enter for none): "),
        lang.pick("国库支付账的文件名（没有就按回车）：", "The books' file (Enter for none): "),
        lang.pick("上一年汇总结果的文件夹（没有就按回车）：", "Last year's result (Enter for none): "),
    ];
    let mut answers = Vec::new();
    for question in questions {
        world.complain(question);
        answers.push(line(world)?.trim().to_owned());
    }
    let path = |text: &str| (!text.is_empty()).then(|| text.into());
    let year =
        (!answers[0].is_empty()).then(|| answers[0].parse().ok().filter(|year| (1990..=2100).contains(year)));
    let year = year.map(|year| {
        year.ok_or_else(|| {
            Error::new(
                format!("年度“{}”看不懂，应写成 2022", answers[0]),
                format!("\"{}\" is no year such as 2022", answers[0]),
            )
        })
    });
    Ok(InitArgs {
        year: year.transpose()?,
        lists: ListsArgs { roster: path(&answers[1]), books: path(&answers[2]), previous: path(&answers[3]) },
        group_by: Vec::new(),
        district: None,
        corrected: None,
    })
}

/// A line of standard input.
fn line(world: &mut World<'_>) -> io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while world.stdin.read(&mut byte)? > 0 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    Ok(huizong_forms::decode(&line).text)
}

/// The settings with comments. What was not given is there as a comment.
fn settings(args: &InitArgs, lists: &Lists, lang: Lang) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| quoted(&slashed(path)));
    let groups = toml::Value::from(args.group_by.clone()).to_string();
    let entries: [(&str, &str, Option<String>, &str, &str); 8] = [
        (
            "区县的名称，写在汇总表、报告页和简报的标题里",
            "The district's name, for titles",
            args.district.as_deref().or_else(|| lists.roster.as_ref()?.district()).map(quoted),
            "district",
            "\"云溪区\"",
        ),
        (
            "各表应报的年度",
            "The year that every form should report",
            args.year.map(|year| year.to_string()),
            "year",
            "2022",
        ),
        (
            "应报部门名单",
            "The departments that should report",
            path(&args.lists.roster),
            "roster",
            "\"应报单位名单.xlsx\"",
        ),
        (
            "国库支付账，用来核对各表",
            "The bureau's own books",
            path(&args.lists.books),
            "books",
            "\"国库支付账.xlsx\"",
        ),
        (
            "上一年的汇总结果",
            "Last year's result",
            path(&args.lists.previous),
            "previous",
            "\"../上年/结果\"",
        ),
        (
            "按名单的哪几列分组合计",
            "The roster's columns to add up by",
            (!args.group_by.is_empty()).then_some(groups),
            "group_by",
            "[\"单位类别\"]",
        ),
        (
            "放修改稿的文件夹叫什么：里面的表自动顶替同一部门原来的表",
            "What folders for corrected forms are called",
            args.corrected.as_deref().map(quoted),
            "corrected",
            "\"修改稿\"",
        ),
        (
            "同一部门报来几份时以哪一份为准，可用 huizong accept 写进来",
            "Which form counts where a department sent several",
            None,
            "accept",
            "[\"妇联/自评表（最终版）.xlsx\"]",
        ),
    ];
    let mut text = lang
        .pick(
            "# 本文件夹的设置。以 # 开头的行不起作用，去掉 # 就生效。\n",
            "# Settings for this folder; lines that begin with # are comments.\n",
        )
        .to_owned();
    for (zh, en, value, name, example) in entries {
        let about = lang.pick(format!("{zh}。"), format!("{en}."));
        let _ = match value {
            Some(value) => writeln!(text, "\n# {about}\n{name} = {value}"),
            None => writeln!(text, "\n# {about}\n# {name} = {example}"),
        };
    }
    text
}
