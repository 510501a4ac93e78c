//! Arguments of the subcommands that read or write single forms.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use huizong_forms::Format;

use super::shared::{InputsArgs, ProfileArgs, ReadingArgs};

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) inputs: InputsArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    #[default]
    Text,
    Json,
    Sarif,
    Github,
}

#[derive(Args, Debug)]
pub(crate) struct ConvertArgs {
    /// The form's file, or - for standard input
    pub(crate) form: PathBuf,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Which format to write; else by the name given with -o, else JSON
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<ConvertFormat>,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    /// List whatever was done to values while reading
    #[arg(long)]
    pub(crate) explain_import: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConvertFormat {
    Json,
    Xlsx,
    Docx,
    Html,
    Text,
}

impl ConvertFormat {
    /// The format of a form; `None` for JSON.
    pub(crate) fn form(self) -> Option<Format> {
        match self {
            Self::Json => None,
            Self::Xlsx => Some(Format::Xlsx),
            Self::Docx => Some(Format::Docx),
            Self::Html => Some(Format::Html),
            Self::Text => Some(Format::Text),
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct TemplateArgs {
    /// The .xlsx file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
}

#[derive(Args, Debug)]
pub(crate) struct AnnotateArgs {
    /// The form's file
    pub(crate) form: PathBuf,
    /// Where to write: .xlsx, .docx or .html; a workbook or document that keeps its format is a copy of the form
    /// itself with notes, anything else is written anew
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}
