//! Arguments of the subcommands that make or read the result of a consolidation.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use huizong_run::paths::in_order;
use huizong_schema::receipt::{ResultFormat, RunSpec};

use super::shared::{FailOn, InputsArgs, InputsElsewhereArgs, JobsArgs, PluginsArgs, TextOrJsonArgs};

#[derive(Args, Debug)]
#[command(mut_arg("paths", |paths| paths.required(false).required_unless_present("update")))]
pub(crate) struct ConsolidateArgs {
    #[command(flatten)]
    pub(crate) inputs: InputsArgs,
    /// Folder of the result; replaced as a whole if it holds an earlier result alone, else refused
    #[arg(short, long, value_name = "DIR", required_unless_present_any = ["partial", "update"], conflicts_with = "partial")]
    pub(crate) out: Option<PathBuf>,
    /// Make the result in this folder again, as it was asked for then; reads only files that were changed, added or removed since
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "paths", "out", "partial", "formats", "group_by", "to_evaluation", "template", "exclude_errors", "accept",
            "roster", "books", "previous", "year", "profile", "plugin", "in_process",
        ]
    )]
    pub(crate) update: Option<PathBuf>,
    /// Write no result, but a file to be merged with those of other forms (huizong merge)
    #[arg(long, value_name = "FILE")]
    pub(crate) partial: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) piece: PieceArgs,
    /// Which formats to write, separated by commas
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        action = ArgAction::Set,
        default_value = "json,xlsx,html,docx,csv"
    )]
    pub(crate) formats: Vec<OutputFormat>,
    /// Sums by a column of the roster; may be repeated, and columns joined by commas make groups together
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group_by: Vec<String>,
    /// Make one form of a department (its name or code) of its units' forms: evaluation.json and evaluation.xlsx
    /// besides
    #[arg(long, value_name = "DEPARTMENT")]
    pub(crate) to_evaluation: Option<String>,
    /// A template of one's own for the report page (minijinja), which may replace single blocks of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// Do not count documents with errors
    #[arg(long)]
    pub(crate) exclude_errors: bool,
}

/// The part of all inputs that a partial is of.
#[derive(Args, Debug)]
pub(crate) struct PieceArgs {
    /// Of the files found, in their order, only the K-th of N parts of as many files each
    #[arg(long, value_name = "K/N", requires = "partial", value_parser = part)]
    pub(crate) part: Option<(usize, usize)>,
    /// The file that standard input is a piece of: whole lines, a JSON document each
    #[arg(id = "piece_of", long = "piece-of", value_name = "FILE", requires = "partial")]
    pub(crate) of: Option<PathBuf>,
    /// The number of the piece's first document in the file
    #[arg(
        id = "piece_document",
        long = "piece-document",
        value_name = "N",
        default_value_t = 1,
        requires = "piece_of"
    )]
    pub(crate) document: u64,
    /// The number of the piece's first line in the file
    #[arg(
        id = "piece_line",
        long = "piece-line",
        value_name = "N",
        default_value_t = 1,
        requires = "piece_of"
    )]
    pub(crate) line: u32,
}

/// Reads `K/N`.
fn part(text: &str) -> Result<(usize, usize), &'static str> {
    let part = text.split_once('/').and_then(|(part, parts)| Some((part.parse().ok()?, parts.parse().ok()?)));
    part.filter(|(part, parts)| (1..=*parts).contains(part)).ok_or("K/N, with K from 1 to N")
}

#[derive(Args, Debug)]
pub(crate) struct MergeArgs {
    /// The partials, in any order
    #[arg(value_name = "PARTIAL", required = true)]
    pub(crate) partials: Vec<PathBuf>,
    /// Folder of the result; replaced as a whole if it holds an earlier result alone, else refused
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// From which severity findings give exit status 1 (default: error)
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
}

impl ConsolidateArgs {
    /// The arguments that change a byte of the result, as the receipt keeps them.
    pub(crate) fn run_spec(&self) -> RunSpec {
        let inputs = &self.inputs;
        let reading = &inputs.reading;
        RunSpec {
            paths: in_order(inputs.paths.clone()),
            formats: self.formats.iter().copied().map(ResultFormat::from).collect(),
            roster: inputs.lists.roster.clone(),
            books: inputs.lists.books.clone(),
            previous: inputs.lists.previous.clone(),
            template: self.template.clone(),
            group_by: self.group_by.clone(),
            accept: inputs.accept.clone(),
            year: reading.year,
            profile: reading.profile.profile.clone(),
            plugins: reading.plugins.plugin.clone(),
            in_process: reading.in_process,
            exclude_errors: self.exclude_errors,
            to_evaluation: self.to_evaluation.clone(),
        }
    }
}

/// A format of a result that this build can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Json,
    Xlsx,
    Html,
    Docx,
    Csv,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl From<OutputFormat> for ResultFormat {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Json => Self::Json,
            OutputFormat::Xlsx => Self::Xlsx,
            OutputFormat::Html => Self::Html,
            OutputFormat::Docx => Self::Docx,
            OutputFormat::Csv => Self::Csv,
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => Self::Parquet,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// Folder of the result
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) elsewhere: InputsElsewhereArgs,
    #[command(flatten)]
    pub(crate) jobs: JobsArgs,
    /// Where the roster, the books and the other lists are now (default: where they were, beside the result, or beside the forms)
    #[arg(long, value_name = "DIR")]
    pub(crate) lists: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct DiffArgs {
    /// The earlier result: its folder, or consolidation.json
    pub(crate) old: PathBuf,
    /// The later result
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) output: TextOrJsonArgs,
    /// Write a workbook (.xlsx) besides
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The id of a rule or a notice; or a figure, such as totals.actual_expenditure or departments!F12
    /// (with --in)
    #[arg(required = true)]
    pub(crate) what: Vec<String>,
    /// Folder of the result
    #[arg(long = "in", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) elsewhere: InputsElsewhereArgs,
    #[command(flatten)]
    pub(crate) output: TextOrJsonArgs,
    #[command(flatten)]
    pub(crate) plugins: PluginsArgs,
}
