//! `huizong schema`, `rule`, `explain RULE`, `completions` and `man`.

use std::path::PathBuf;

use huizong_book::CHAPTERS;
use huizong_core::{AnyRule, Lang, RuleIndex};
use huizong_report::{json, page, rule_list};
use huizong_run::digest::rules_digest;
use huizong_run::notices;
use huizong_schema::publish;

use super::plugins::{Isolation, Plugins};
use crate::args::{CompletionsArgs, RuleArgs, SchemaArgs, command};
use crate::exit::{Error, Exit};
use crate::settings::Settings;
use crate::world::World;

pub(super) fn schema(args: &SchemaArgs, world: &mut World<'_>) -> Exit {
    let schema = publish::ALL.into_iter().find(|schema| schema.name == args.name);
    schema.map_or(Exit::Failed, |schema| world.print(schema.text().as_bytes()))
}

pub(super) fn rule(
    id: Option<&str>,
    plugins: &[PathBuf],
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    // A built-in rule is shown without loading plugins.
    let ours = RuleIndex::default();
    if let Some(rule) = id.and_then(|id| named(&ours, id)) {
        return Ok(show(rule, id, lang, world));
    }
    if let Some(notice) = id.and_then(notices::find) {
        return Ok(world.show(&page::notice(notice, lang)));
    }
    let plugins = Plugins::load(plugins, Isolation::default(), &Settings::load(world)?, world)?;
    plugins.say(lang, world);
    let exit = if plugins.notices.is_empty() { Exit::Clean } else { Exit::Incomplete };
    let rule_index = plugins.rule_index();
    let Some(id) = id else {
        let width = rule_index.rules().map(|rule| rule.id().len()).max().unwrap_or(0);
        for rule in rule_index.rules() {
            let (zh, en) = rule.title();
            let (severity, title) =
                (huizong_report::words::severity(rule.severity(), lang), lang.pick(zh, en));
            world.say(&format!("{:width$}  {severity}  {title}\n", rule.id()))?;
        }
        return Ok(exit);
    };
    match named(&rule_index, id) {
        Some(rule) => {
            show(rule, Some(id), lang, world);
            Ok(exit)
        }
        None => Err(no_rule(id)),
    }
}

/// Lists rules and notices for programs, or the one that is asked for.
pub(super) fn rules_as_data(args: &RuleArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let plugins = Plugins::load(&args.plugins.plugin, Isolation::default(), &Settings::load(world)?, world)?;
    plugins.say(lang, world);
    let rule_index = plugins.rule_index();
    let wanted = args.what.as_deref();
    let rule = wanted.and_then(|id| named(&rule_index, id)).map(AnyRule::id);
    let is_wanted = |id: &str| wanted.is_none() || rule == Some(id);
    let notices = notices::all().filter(|kind| wanted.is_none_or(|id| kind.id == id));
    let list = rule_list::rule_list(&rule_index, is_wanted, notices, rules_digest());
    if list.rules.is_empty() && list.notices.is_empty() {
        return Err(no_rule(wanted.unwrap_or_default()));
    }
    json::write(&mut world.stdout, &list, 3)?;
    Ok(if plugins.notices.is_empty() { Exit::Clean } else { Exit::Incomplete })
}

fn no_rule(id: &str) -> Error {
    Error::new(
        format!(
            "没有“{id}”这条规则。要看规则，huizong rule 列出全部，插件的规则加 --plugin 文件；要看一个数是怎么来的，请写明结果文件夹，如 huizong explain {id} --in 结果"
        ),
        format!(
            "no rule {id}; huizong rule lists them all, those of a plugin with --plugin FILE, and a figure is explained with --in RESULT"
        ),
    )
}

/// Shows a rule's page: whole to those who ask by its id.
fn show(rule: AnyRule<'_>, asked: Option<&str>, lang: Lang, world: &mut World<'_>) -> Exit {
    let whole = page::page(rule, lang);
    let is_by_title = asked.is_some_and(|asked| !asked.trim().eq_ignore_ascii_case(rule.id()));
    if is_by_title && lang == Lang::Zh && !world.ids {
        return world.show(&page::for_offices(&whole));
    }
    world.show(&whole)
}

/// The rule with an id or a title. People copy a rule's title as well as its id.
fn named<'l>(rule_index: &'l RuleIndex, id: &str) -> Option<AnyRule<'l>> {
    rule_index.rules().find(|rule| {
        let (zh, en) = rule.title();
        [rule.id(), zh, en].iter().any(|name| name.eq_ignore_ascii_case(id.trim()))
    })
}

/// Prints a chapter of the book, or lists the chapters.
pub(super) fn docs(name: Option<&str>, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    if let Some(chapter) = CHAPTERS.iter().find(|chapter| Some(chapter.name) == name) {
        return Ok(world.show(lang.pick(chapter.zh, chapter.en)));
    }
    let width = CHAPTERS.iter().map(|chapter| chapter.name.len()).max().unwrap_or(0);
    for chapter in CHAPTERS {
        world.say(&format!(
            "{:width$}  {}\n",
            chapter.name,
            chapter.title(lang.pick(chapter.zh, chapter.en))
        ))?;
    }
    Ok(Exit::Clean)
}

pub(super) fn completions(args: &CompletionsArgs, lang: Lang, world: &mut World<'_>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(lang), "huizong", &mut script);
    world.print(&script)
}

pub(super) fn man(lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let mut command = command(lang);
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        clap_mangen::Man::new(subcommand.clone()).render(&mut page)?;
    }
    Ok(world.print(&page))
}
