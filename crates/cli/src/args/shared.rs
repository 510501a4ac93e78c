//! Arguments that several subcommands take.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, value_parser};
use huizong_core::Lang;
use huizong_schema::findings::Severity;

/// How forms are read and judged.
#[derive(Args, Debug)]
pub(crate) struct ReadingArgs {
    /// The year that every form should report
    #[arg(long, value_parser = value_parser!(u16).range(1990..=2100))]
    pub(crate) year: Option<u16>,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
    /// Run plugins in this process: fast, and nothing protects from what they do
    #[arg(long, conflicts_with = "require_isolation")]
    pub(crate) in_process: bool,
    /// Refuse to go on where the system cannot isolate plugins wholly
    #[arg(long)]
    pub(crate) require_isolation: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ProfileArgs {
    /// Which profile to read forms by: a built-in one's name, or a TOML file
    #[arg(long)]
    pub(crate) profile: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct PluginsArgs {
    /// A plugin (shared library) for this run; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) plugin: Vec<PathBuf>,
}

/// What forms are compared with.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ListsArgs {
    /// The list of departments that should report (csv or xlsx): who is missing, who is unknown
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// The bureau's own books (csv or xlsx: key, amounts, unit) to hold forms against
    #[arg(long, value_name = "FILE")]
    pub(crate) books: Option<PathBuf>,
    /// Last year's consolidation (its folder or consolidation.json)
    #[arg(long, value_name = "DIR")]
    pub(crate) previous: Option<PathBuf>,
}

/// The inputs of `check` and `consolidate`, and the lists to compare them with.
#[derive(Args, Debug)]
pub(crate) struct InputsArgs {
    /// Files, folders, or - (standard input, a JSON document a line)
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    #[command(flatten)]
    pub(crate) lists: ListsArgs,
    /// The form that counts where a department sent several; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Vec<String>,
    #[command(flatten)]
    pub(crate) jobs: JobsArgs,
    /// From which severity findings give exit status 1 (default: error)
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Args, Debug)]
pub(crate) struct JobsArgs {
    /// How many threads (default: as many as processors)
    #[arg(short, long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
}

/// Where the forms of a result are now.
#[derive(Args, Debug)]
pub(crate) struct InputsElsewhereArgs {
    /// Where the forms are now (default: where they were); repeated as often as paths were given then
    #[arg(long, value_name = "PATH")]
    pub(crate) inputs: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct TextOrJsonArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

// Variants have no doc comments: help would list each value on a line of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Chinese
    Zh,
    /// English
    En,
    Rust,
    C,
    Zig,
    /// Python, embedded by cffi
    PythonCffi,
}

impl Language {
    /// Reads a language of messages.
    pub(crate) fn of_messages() -> impl TypedValueParser<Value = Self> {
        PossibleValuesParser::new(["zh", "en"]).map(|name| if name == "en" { Self::En } else { Self::Zh })
    }

    /// The language of messages; `None` for one that plugins are written in.
    pub(crate) const fn messages(self) -> Option<Lang> {
        match self {
            Self::Zh => Some(Lang::Zh),
            Self::En => Some(Lang::En),
            Self::Rust | Self::C | Self::Zig | Self::PythonCffi => None,
        }
    }
}

/// From which severity findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Never,
}

impl FailOn {
    /// The least severity that fails a run, if any does.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Never => None,
        }
    }
}
