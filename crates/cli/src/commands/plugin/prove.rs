//! `huizong plugin test` and `huizong plugin conform`, for authors of plugins.

use std::path::Path;

use huizong_core::Lang;
use huizong_plugin_host::{Candidate, Host, Refused, Trial, Verdict, refused};

use super::super::plugins::{complain_for, host, read};
use super::super::say_notice;
use super::isolation_of;
use crate::args::{ConformArgs, PluginFileArgs};
use crate::exit::{Error, Exit};
use crate::settings::Settings;
use crate::world::World;

/// Reads the plugin named, and sets up the host to run it.
fn candidate(args: &PluginFileArgs, world: &World<'_>) -> Result<(Host, Result<Candidate, Refused>), Error> {
    let settings = Settings::load(world)?;
    let host = host(&settings, world, isolation_of(args));
    Ok((host, read(&world.directory.join(&args.file))))
}

fn not_run(file: &Path, why: &Refused, lang: Lang, world: &mut World<'_>) -> Exit {
    let failed = if why.is_not_isolated() { Exit::Failed } else { Exit::Incomplete };
    let shown = file.display().to_string();
    let notice = refused(&shown, why);
    say_notice(&notice, lang, world);
    complain_for(&shown, why.said(), world);
    failed
}

pub(super) fn test(args: &PluginFileArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let file = &*args.file;
    let (host, candidate) = candidate(args, world)?;
    let (mut all, mut wrong) = (0, 0);
    let mut tell = |trial: &Trial| {
        let (sign, why) = match &trial.verdict {
            Verdict::Right => ('√', None),
            Verdict::Wrong(why) => ('×', Some(why)),
            Verdict::Doubtful(why) => ('!', Some(why)),
        };
        all += u32::from(sign != '!');
        wrong += u32::from(sign == '×');
        let why = why.map(|why| format!("{}{}", lang.pick("：", ": "), lang.of(why))).unwrap_or_default();
        world.show(&format!("{sign} {}{why}\n", lang.of(&trial.what)));
    };
    let tried = candidate.and_then(|candidate| huizong_plugin_host::trials(&host, &candidate, &mut tell));
    if let Err(why) = tried {
        return Ok(not_run(file, &why, lang, world));
    }
    let summary =
        lang.pick(format!("试了 {all} 项，{wrong} 项不对。\n"), format!("Tried: {all}, wrong: {wrong}.\n"));
    world.show(&summary);
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Findings })
}

#[cfg(target_os = "linux")]
pub(super) fn conform(args: &ConformArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    use huizong_plugin_host::{Outcome, in_force};
    let file = &*args.plugin.file;
    let (host, candidate) = candidate(&args.plugin, world)?;
    let conformity =
        match candidate.and_then(|candidate| huizong_plugin_host::conform(&host, &candidate, args.calls)) {
            Ok(conformity) => conformity,
            Err(why) => return Ok(not_run(file, &why, lang, world)),
        };
    if let Some(isolation) = conformity.isolation {
        let shown = in_force(isolation);
        world.say(&format!("{}{}\n", lang.pick("隔离：", "Isolation: "), lang.of(&shown)))?;
    }
    if let Some(notice) = &conformity.weakly_isolated {
        say_notice(notice, lang, world);
    }
    let clauses = conformity.clauses;
    let mut met = 0;
    for clause in &clauses {
        let (demand, tried) = (lang.of(&clause.demand), lang.of(&clause.tried));
        let (verdict, why) = match &clause.verdict {
            Outcome::Met => (lang.pick("符合", "met"), None),
            Outcome::Broken(why) => (lang.pick("不符合", "NOT MET"), Some(why)),
            Outcome::Untried(why) => (lang.pick("没有试", "not tried"), Some(why)),
        };
        let tried = lang.pick(format!("（{tried}）"), format!(" ({tried})"));
        world.say(&format!("{:>2}  {verdict}  {demand}{tried}\n", clause.number))?;
        met += usize::from(why.is_none());
        if let Some(why) = why {
            world.say(&format!("      {}\n", lang.of(why)))?;
        }
    }
    let all = clauses.len();
    let summary = lang.pick(
        format!("{all} 条规则，{met} 条符合。规则全文见 huizong_plugin.h。\n"),
        format!("Rules: {all}, met: {met}. huizong_plugin.h has them in full.\n"),
    );
    world.show(&summary);
    Ok(if met == all { Exit::Clean } else { Exit::Findings })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn conform(_: &ConformArgs, _: Lang, _: &mut World<'_>) -> Result<Exit, Error> {
    Err(Error::new("插件目前只能在 Linux 上运行", "plugins run on Linux alone"))
}
