//! Arguments of the subcommands about the tool itself: rules, schemas, plugins, completions.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use huizong_book::CHAPTERS;
use huizong_schema::publish;

use super::shared::{Language, PluginsArgs, TextOrJsonArgs};

#[derive(Args, Debug)]
pub(crate) struct RuleArgs {
    /// A rule's id
    #[arg(value_name = "ID")]
    pub(crate) what: Option<String>,
    #[command(flatten)]
    pub(crate) output: TextOrJsonArgs,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SchemaArgs {
    /// Which one
    #[arg(
        default_value = "evaluation",
        value_parser = PossibleValuesParser::new(publish::ALL.map(|schema| schema.name))
    )]
    pub(crate) name: String,
}

#[derive(Args, Debug)]
pub(crate) struct DocsArgs {
    /// Which chapter
    #[arg(
        value_name = "NAME",
        value_parser = PossibleValuesParser::new(CHAPTERS.iter().map(|chapter| chapter.name))
    )]
    pub(crate) chapter: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Write the source of a new plugin, which builds and passes
    New(NewPluginArgs),
    /// Show a plugin and pin its digest, so that it runs from now on
    Add(PluginFileArgs),
    /// List the plugins of the settings
    List,
    /// Run the examples of a plugin's manifest
    Test(PluginFileArgs),
    /// Try every numbered rule of behaviour on a plugin
    Conform(ConformArgs),
    /// Print the C header, which is the specification of the interface
    Header,
}

#[derive(Args, Debug)]
pub(crate) struct NewPluginArgs {
    /// The plugin's id, such as my-district
    pub(crate) name: String,
    /// The plugin's language (default rust); zh and en are the language of messages
    // It has the id of the argument that all commands share, and takes its place.
    #[arg(long, value_parser = clap::builder::EnumValueParser::<Language>::new())]
    pub(crate) lang: Option<Language>,
    /// The folder of the plugin SDK for Rust (default: the one that came with this command, else by its version)
    #[arg(long, value_name = "DIR")]
    pub(crate) sdk: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct PluginFileArgs {
    /// The plugin's shared library
    pub(crate) file: PathBuf,
    /// Refuse to go on where the system cannot isolate plugins wholly
    #[arg(long)]
    pub(crate) require_isolation: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ConformArgs {
    #[command(flatten)]
    pub(crate) plugin: PluginFileArgs,
    /// How often it is asked while its memory is watched
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) calls: u32,
}
