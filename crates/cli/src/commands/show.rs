//! What the tool knows of itself: schemas, rules, completions, the manual.

use clap::ArgMatches;
use huizong_core::{Lang, Rule, rules};
use huizong_schema::publish;

use crate::args::command;
use crate::exit::{Error, Exit};
use crate::page;
use crate::world::World;

pub(super) fn schema(args: &ArgMatches, world: &mut World<'_>) -> Exit {
    let name = args.get_one::<String>("name").map_or("evaluation", String::as_str);
    let schema = publish::ALL.into_iter().find(|schema| schema.name == name);
    schema.map_or(Exit::Failed, |schema| world.print(schema.text().as_bytes()))
}

pub(super) fn rule(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let Some(id) = args.get_one::<String>("what") else {
        let width = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
        for rule in rules::ALL {
            let (zh, en) = rules::title(rule);
            let (severity, title) =
                (huizong_report::terminal::severity(rule.severity, lang), lang.pick(zh, en));
            writeln!(world.stdout, "{:width$}  {severity}  {title}", rule.id)?;
        }
        return Ok(Exit::Clean);
    };
    // People copy a rule's title as well as its id.
    let is_meant = |rule: &&&Rule| {
        let (zh, en) = rules::title(rule);
        [rule.id, zh, en].iter().any(|name| name.eq_ignore_ascii_case(id.trim()))
    };
    match rules::ALL.iter().find(is_meant).copied() {
        Some(rule) => Ok(world.print(page::page(rule, lang).as_bytes())),
        None => Err(Error::new(
            format!("没有规则 {id}；huizong rule 列出全部规则"),
            format!("no rule {id}; huizong rule lists them all"),
        )),
    }
}

pub(super) fn completions(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Exit {
    let Some(shell) = args.get_one::<clap_complete::Shell>("shell") else { return Exit::Failed };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command(lang), "huizong", &mut script);
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
