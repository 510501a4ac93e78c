//! `huizong plugin`: for a district that adds plugins, and for those who write them.

mod add;
mod new;
mod prove;

use huizong_core::Lang;

use super::plugins::Isolation;
use crate::args::{PluginCommand, PluginFileArgs};
use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(command: &PluginCommand, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    match command {
        PluginCommand::New(args) => new::run(args, lang, world),
        PluginCommand::Add(args) => add::add(args, lang, world),
        PluginCommand::List => add::list(lang, world),
        PluginCommand::Test(args) => prove::test(args, lang, world),
        PluginCommand::Conform(args) => prove::conform(args, lang, world),
        PluginCommand::Header => Ok(world.print(huizong_plugin_host::HEADER.as_bytes())),
    }
}

/// How a plugin that is added or proven is isolated.
fn isolation_of(args: &PluginFileArgs) -> Isolation {
    Isolation { in_process: false, is_required: args.require_isolation }
}
