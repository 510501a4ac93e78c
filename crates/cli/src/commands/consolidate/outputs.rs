//! The files of a result.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use huizong_core::rollup::Rollup;
use huizong_core::{DepartmentRow, RuleIndex};
use huizong_report::book::Book;
use huizong_report::datapackage::{self, Written};
use huizong_report::detail::Detail;
use huizong_report::html::{self, Template};
#[cfg(feature = "parquet")]
use huizong_report::parquet;
use huizong_report::tables::Documents;
use huizong_report::{briefing, csv, json, xlsx};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::difference::Difference;
use huizong_schema::findings::Finding;
use huizong_schema::receipt::{self, Output, ResultFormat};
use serde::Serialize;

use super::links::Links;
use crate::exit::Error;
use huizong_run::files::cannot_write;
use huizong_run::lists::faulty_template;
use huizong_run::rows;
use huizong_run::threads::in_order;

/// The data that the files are made of.
pub(super) struct Results<'r> {
    pub(super) consolidation: &'r Consolidation<DepartmentRow<'r>>,
    pub(super) sums: &'r Rollup,
    pub(super) findings: &'r [Finding],
    pub(super) rule_index: &'r RuleIndex,
    /// The parts of documents that tables show beyond their rows, where a format has such tables.
    pub(super) details: &'r BTreeMap<String, Detail>,
    /// Where forms can be opened.
    pub(super) links: &'r Links,
    /// The changes since last year, where they are known.
    pub(super) difference: Option<&'r Difference>,
    /// On how many threads files and rows are written.
    pub(super) threads: usize,
    /// The template of the page, where it is not the built-in one.
    pub(super) template: Option<&'r (PathBuf, Template)>,
}

/// Whether a format shows more of documents than their rows.
pub(super) fn shows_details(format: ResultFormat) -> bool {
    format != ResultFormat::Json
}

/// Writes files into a folder, and keeps their digests.
pub(super) struct Files<'f> {
    folder: &'f Path,
    written: Vec<Output>,
}

impl<'f> Files<'f> {
    pub(super) fn new(folder: &'f Path) -> Self {
        Self { folder, written: Vec::new() }
    }

    /// Writes a file.
    pub(super) fn write(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
    ) -> Result<(), Error> {
        self.written.push(file(self.folder, name, fill)?);
        Ok(())
    }

    /// The files written, by name.
    pub(super) fn written(&self) -> Vec<Output> {
        let mut written = self.written.clone();
        written.sort_by(|a, b| a.name.cmp(&b.name));
        written
    }

    /// Writes the receipt, which is the last file.
    pub(super) fn receipt(mut self, receipt: &impl Serialize) -> Result<(), Error> {
        self.write(receipt::FILE, |file| json::write(file, receipt, 2))
    }
}

/// Writes a file of a result.
fn file(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<Output, Error> {
    let path = folder.join(name);
    let write = || -> io::Result<Output> {
        let mut out = BufWriter::with_capacity(1 << 18, Digesting::new(File::create(&path)?));
        fill(&mut out)?;
        let digesting = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        digesting.file.sync_all()?;
        Ok(Output::new(name, digesting.bytes, digesting.hasher.finalize().to_hex().as_str()))
    };
    write().map_err(|error| cannot_write(Path::new(name), error))
}

/// A file that takes the digest of the bytes written to it.
struct Digesting {
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Digesting {
    fn new(file: File) -> Self {
        Self { file, hasher: blake3::Hasher::new(), bytes: 0 }
    }
}

impl Write for Digesting {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Files of a result that were written, with the tables among them.
#[derive(Default)]
struct Wrote {
    outputs: Vec<Output>,
    tables: Vec<Written>,
}

/// A part of the work of writing a result, which needs nothing of the others.
type Part<'w> = Box<dyn Fn() -> Result<Wrote, Error> + Sync + 'w>;

/// Writes the files of the formats asked for, several at a time.
pub(super) fn write(files: &mut Files<'_>, formats: &[ResultFormat], of: &Results<'_>) -> Result<(), Error> {
    let &Results { consolidation, sums, findings, rule_index, details, links, difference, .. } = of;
    let documents = Documents { consolidation, details };
    let link = |location: &_| links.to(location);
    let book = &Book { consolidation, sums, findings, rule_index, documents, difference, link: &link };
    let folder = files.folder;
    // The workbook takes longest, so it comes first.
    let parts: [(ResultFormat, Part<'_>); 6] = [
        (
            ResultFormat::Xlsx,
            Box::new(|| one(folder, "consolidation.xlsx", |file| file.write_all(&xlsx::write(book)?))),
        ),
        (ResultFormat::Html, Box::new(|| page(folder, book, of.template))),
        (ResultFormat::Parquet, Box::new(|| parquet_tables(folder, book))),
        (ResultFormat::Csv, Box::new(|| csv_tables(folder, book))),
        (
            ResultFormat::Docx,
            Box::new(|| one(folder, "briefing.docx", |file| file.write_all(&briefing::write(book)))),
        ),
        (
            ResultFormat::Json,
            Box::new(|| {
                let mut wrote =
                    one(folder, "consolidation.json", |file| rows::write(file, consolidation, of.threads))?;
                wrote
                    .outputs
                    .push(file(folder, "findings.ndjson", |file| json::write_lines(file, findings))?);
                Ok(wrote)
            }),
        ),
    ];
    let parts: Vec<Part<'_>> =
        parts.into_iter().filter(|(format, _)| formats.contains(format)).map(|(_, part)| part).collect();
    let mut tables = Vec::new();
    in_order(
        parts.len(),
        of.threads,
        |number| parts[number](),
        |wrote| {
            files.written.extend(wrote.outputs);
            tables.extend(wrote.tables);
            Ok(())
        },
    )?;
    if !tables.is_empty() {
        let package = datapackage::package(&tables);
        files.write(datapackage::FILE, |file| json::write(file, &package, 4))?;
    }
    Ok(())
}

/// Writes one file.
fn one(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<Wrote, Error> {
    Ok(Wrote { outputs: vec![file(folder, name, fill)?], tables: Vec::new() })
}

fn page(folder: &Path, book: &Book<'_>, template: Option<&(PathBuf, Template)>) -> Result<Wrote, Error> {
    let (path, own) = template.map_or((Path::new("report.html"), None), |(path, own)| (path, Some(own)));
    let page = html::write(book, own).map_err(|fault| faulty_template(path, &fault))?;
    one(folder, "report.html", |file| file.write_all(page.as_bytes()))
}

#[cfg(feature = "parquet")]
fn parquet_tables(folder: &Path, book: &Book<'_>) -> Result<Wrote, Error> {
    let mut wrote = Wrote::default();
    let ids = ["departments", "categories", "tasks", "indicators", "key_projects", "findings", "lineage"];
    for table in ids.iter().filter_map(|id| book.table(id)) {
        let written = Written::new(&table, "parquet");
        wrote.outputs.push(file(folder, &written.file, |file| file.write_all(&parquet::write(table)?))?);
        wrote.tables.push(written);
    }
    Ok(wrote)
}

#[cfg(not(feature = "parquet"))]
#[allow(clippy::unnecessary_wraps, reason = "as where there is Parquet")]
fn parquet_tables(_: &Path, _: &Book<'_>) -> Result<Wrote, Error> {
    Ok(Wrote::default())
}

fn csv_tables(folder: &Path, book: &Book<'_>) -> Result<Wrote, Error> {
    let consolidation = book.consolidation;
    // Tables of what the result does not have are left out, unlike those of documents' contents.
    let has = [
        ("departments", true),
        ("totals", true),
        ("excluded", true),
        ("findings", true),
        ("groups", !consolidation.groups.is_empty()),
        ("categories", !consolidation.groups.is_empty()),
        ("coverage", !consolidation.coverage.roster.is_empty()),
        ("aggregates", !consolidation.aggregates.is_empty()),
        ("notices", !consolidation.notices.is_empty()),
        ("tasks", true),
        ("indicators", true),
        ("key_projects", true),
        ("lineage", true),
    ];
    let mut wrote = Wrote::default();
    for table in has.iter().filter(|(_, has)| *has).filter_map(|(id, _)| book.table(id)) {
        let written = Written::new(&table, "csv");
        wrote.outputs.push(file(folder, &written.file, |file| csv::write(file, table))?);
        wrote.tables.push(written);
    }
    Ok(wrote)
}
