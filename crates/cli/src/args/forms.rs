//! Arguments of the subcommands that read or write single forms.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};
use huizong_forms::Format;

use super::shared::{InputsArgs, ListsArgs, ProfileArgs};

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
    Ndjson,
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
    /// The .xlsx file to write; with --roster, a new folder
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// A blank form for each department of this list, with its name and code filled in
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// The year to fill in
    #[arg(long, value_parser = value_parser!(u16).range(1990..=2100))]
    pub(crate) year: Option<u16>,
    /// Have formulas work out the rates, so that departments do not fill them in
    #[arg(long)]
    pub(crate) work_out_rates: bool,
    /// Write the letter with which forms are given back instead (.docx), to be changed and named with `annotate --letter`
    #[arg(long)]
    pub(crate) letter: bool,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
}

#[derive(Args, Debug)]
pub(crate) struct AnnotateArgs {
    #[command(flatten)]
    pub(crate) inputs: InputsArgs,
    /// A new folder for all forms that have to be mended, with a letter for each department and a list; or, for one form, a file
    /// ending in .xlsx, .docx or .html
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The day by which forms should come back, for the letters and the list
    #[arg(long, value_name = "DATE")]
    pub(crate) due: Option<String>,
    /// Who writes the letters
    #[arg(long, value_name = "NAME")]
    pub(crate) sender: Option<String>,
    /// A letter of the bureau's own: a .docx with the placeholders that `huizong template --letter` shows
    #[arg(long, value_name = "FILE")]
    pub(crate) letter: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct AcceptArgs {
    /// The forms that count
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Their problems are settled as well, so they do not go back
    #[arg(long)]
    pub(crate) settled: bool,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The year that every form should report
    #[arg(long, value_parser = value_parser!(u16).range(1990..=2100))]
    pub(crate) year: Option<u16>,
    #[command(flatten)]
    pub(crate) lists: ListsArgs,
    /// Sums by a column of the roster; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group_by: Vec<String>,
    /// The district's name, for titles (default: what most names of the roster begin with)
    #[arg(long, value_name = "NAME")]
    pub(crate) district: Option<String>,
    /// The name of folders for corrected forms: a form in such a folder replaces the others of its department
    #[arg(long, value_name = "NAME")]
    pub(crate) corrected: Option<String>,
}
