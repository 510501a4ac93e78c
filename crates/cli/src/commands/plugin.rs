//! `huizong plugin`: for a district that adds plugins, and for those who write them.

mod add;
mod new;
mod prove;

use clap::ArgMatches;
use huizong_core::Lang;

use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    match args.subcommand() {
        Some(("new", args)) => new::run(args, lang, world),
        Some(("add", args)) => add::add(args, lang, world),
        Some(("list", _)) => add::list(lang, world),
        Some(("test", args)) => prove::test(args, lang, world),
        Some(("conform", args)) => prove::conform(args, lang, world),
        _ => Ok(Exit::Failed),
    }
}
