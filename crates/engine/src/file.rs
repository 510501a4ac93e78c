//! A file read as a whole.

use huizong_core::{Excerpt, Tally, rules};
use huizong_forms::{FileFormat, Shown};
use huizong_schema::findings::{Finding, Notice};

use crate::document::{Begins, Checked, excerpt};
use crate::opened::Opened;
use crate::options::Options;
use crate::rows::Rows;

/// A file: its checked documents, and notices about what could not be read.
#[derive(Debug)]
pub struct File {
    documents: Vec<Checked<'static>>,
    notices: Vec<Notice>,
    shown: Option<Shown>,
    tally: Tally,
}

/// Reads and checks the documents of a file in any known format: xlsx, xlsm, xls, ods, docx, html, text, JSON or
/// NDJSON. The name is the file's id in findings; it decides the format where the bytes do not.
///
/// Never fails: what cannot be read is a notice, or a document with a finding that says so.
///
/// ```
/// let form = "2023年度部门整体支出绩效自评表\n单位：万元\n部门名称\t示范局\t被评价年度\t2023年\n\
///             部门资金情况\t部门年初预算收入\t339.04\t部门调整预算收入\t280.19\n\t实际支出数\t280.10\t预算完成率\t89.97%\n";
/// let file = huizong_engine::read("a.txt", form.as_bytes(), &huizong_engine::Options::default());
/// let finding = &file.documents()[0].findings()[0];
/// assert_eq!(finding.rule, "completion-rate-contradicts-amounts");
/// assert_eq!(finding.location.as_ref().unwrap().line, Some(5));
/// ```
pub fn read(name: &str, bytes: &[u8], options: &Options) -> File {
    // Documents of lines are numbered, even a single one.
    let numbered = FileFormat::of_name(name).is_some_and(FileFormat::is_lines);
    let mut opened = Opened::file(name, bytes, numbered, options);
    let notices = opened.notices().to_vec();
    let (mut tally, mut documents) = (Tally::new(rules::ALL.len()), Vec::new());
    opened.check(options, &mut tally, |document| documents.push(document.into_owned()));
    File { documents, notices, shown: opened.into_shown(), tally }
}

impl File {
    /// Returns the documents, in the order of the file. Empty only if the file cannot be read at all, which a notice says.
    pub fn documents(&self) -> &[Checked<'static>] {
        &self.documents
    }

    /// Returns the documents, to add findings to them.
    pub fn documents_mut(&mut self) -> &mut [Checked<'static>] {
        &mut self.documents
    }

    /// Returns the notices about the file as a whole. Each document has notices of its own.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns the line around a finding of one of the documents; [`None`] if its place has no line.
    pub fn excerpt(&self, finding: &Finding) -> Option<Excerpt> {
        excerpt(self.shown.as_ref()?, finding, Begins { line: 1, column: 1 })
    }

    /// Returns what is kept of its documents.
    pub fn into_rows(self) -> Rows {
        let mut rows = Rows { tally: self.tally, notices: self.notices, ..Rows::default() };
        self.documents.into_iter().for_each(|document| rows.push(document));
        rows
    }
}
