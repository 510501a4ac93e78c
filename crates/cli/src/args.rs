//! The command line: the subcommands and the arguments of each.
//!
//! The doc comment of an argument is its help in English. The help in Chinese is in `crate::usage_zh`.

mod forms;
mod results;
mod shared;
mod tool;

pub(crate) use forms::{
    AcceptArgs, AnnotateArgs, CheckArgs, CheckFormat, ConvertArgs, InitArgs, TemplateArgs,
};
pub(crate) use results::{ConsolidateArgs, DiffArgs, ExplainArgs, MergeArgs, PieceArgs, VerifyArgs};
pub(crate) use shared::{FailOn, InputsArgs, Language, ListsArgs, ReadingArgs, TextOrJson};
pub(crate) use tool::{
    CompletionsArgs, ConformArgs, DocsArgs, NewPluginArgs, PluginCommand, PluginFileArgs, RuleArgs,
    SchemaArgs,
};

use clap::{CommandFactory, Parser, Subcommand};
use huizong_core::Lang;

use crate::usage_zh;

/// The exit statuses, below the help of the commands that have all of them.
pub(crate) const EXIT: &str = "Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage or our own failure; \
                                3 incomplete (a file could not be read, or a plugin failed).";

/// Checks departments' expenditure self-evaluations and adds them up
#[derive(Debug, Parser)]
#[command(
    name = "huizong",
    version,
    disable_help_subcommand = true,
    after_help = EXIT
)]
pub(crate) struct Cli {
    /// Language of messages: zh or en
    #[arg(long, global = true, value_parser = Language::of_messages())]
    pub(crate) lang: Option<Language>,
    /// Show the ids of rules and notices, also in Chinese
    #[arg(long, global = true)]
    pub(crate) ids: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check forms and say what is wrong in which cell
    #[command(after_help = EXIT)]
    Check(CheckArgs),
    /// Check, add up, and write the result to a folder
    #[command(after_help = EXIT)]
    Consolidate(ConsolidateArgs),
    /// Merge partials (consolidate --partial) into a result, as one run over all of their forms
    #[command(after_help = EXIT)]
    Merge(MergeArgs),
    /// Make a result again from its receipt and compare byte for byte
    Verify(VerifyArgs),
    /// Two results or two years side by side: the change of each total by department and cause
    Diff(DiffArgs),
    /// Turn a form into JSON, or JSON and forms into xlsx, docx, html or text
    Convert(ConvertArgs),
    /// Write the blank form, as a workbook that says at once what does not add up
    Template(TemplateArgs),
    /// Give a form back: notes and colours on the cells with problems, and a list of them
    #[command(after_help = EXIT)]
    Annotate(AnnotateArgs),
    /// Say which form counts where a department sent several: writes the settings
    Accept(AcceptArgs),
    /// Write the settings of a round, with comments
    Init(InitArgs),
    /// Explain a rule, or a figure of a result: which cells of which forms it is made of
    Explain(ExplainArgs),
    /// List rules, or show one
    Rule(RuleArgs),
    /// Print a published JSON Schema
    Schema(SchemaArgs),
    /// Print a chapter of the book, or list them
    Docs(DocsArgs),
    /// Add, list, write and prove plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page (roff)
    Man,
}

/// The command with its subcommands and help, in one language.
pub fn command(lang: Lang) -> clap::Command {
    let command = Cli::command();
    match lang {
        Lang::Zh => usage_zh::translated(command),
        Lang::En => command,
    }
}
