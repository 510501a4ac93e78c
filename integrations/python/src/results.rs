//! Checks and consolidations of many files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::thread::available_parallelism;

use huizong_core::RuleIndex;
use huizong_engine::Options;
use huizong_report::book::Book;
use huizong_report::detail::Detail;
use huizong_report::table::{Kind, Table, Value};
use huizong_report::tables::{self, Documents};
use huizong_report::{json, parquet};
use huizong_run::error::Error;
use huizong_run::inputs::{self, Input};
use huizong_run::lists::refuse_same_year;
use huizong_run::paths::in_order;
use huizong_run::pipeline::{self, Job, Keeps, Outcome, reread};
use pyo3::exceptions::{PyFileNotFoundError, PyKeyError, PyOSError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::crossing::{detached, printed, raise, text};
use crate::options::Asked;
use crate::watch::Watching;

/// A column of a table: its id, its heading in Chinese, and the kind of its values.
type Column = [String; 3];
type Row<'py> = Vec<Bound<'py, PyAny>>;

/// A run over files: what was found, and what adds up.
#[pyclass(frozen, module = "huizong._huizong")]
pub(crate) struct Run {
    outcome: Outcome,
    options: Options,
    inputs: Vec<Input>,
    /// Names under which documents were accepted and that mean none of them.
    unmatched: Vec<String>,
}

/// The number of the error that nothing is there, on every system.
const NOT_FOUND: i32 = 2;

/// Reads and checks the files under paths. `progress` is called with the bytes done, the bytes in all, and the file.
#[pyfunction]
pub(crate) fn run(
    py: Python<'_>,
    mut asked: Asked,
    directory: PathBuf,
    adds_up: bool,
    progress: Option<Py<PyAny>>,
) -> PyResult<Run> {
    if adds_up {
        asked.paths = in_order(asked.paths);
    }
    let absent = detached(py, || inputs::refuse_absent(&asked.paths, &directory))?;
    absent.map_err(|error| PyFileNotFoundError::new_err((NOT_FOUND, error.to_string())))?;
    let (lists, options) = detached(py, || asked.read(&directory))?.map_err(|error| raise(&error))?;
    let found = || -> Result<_, Error> {
        let found = inputs::find(&asked.paths, &directory, &lists.serving());
        inputs::refuse_same_ids(&found.inputs, &asked.paths)?;
        Ok(found)
    };
    let found = detached(py, found)?.map_err(|error| raise(&error))?;
    let notices = lists.notices.iter().cloned().chain(found.notices()).collect();
    let found = found.inputs;
    let bytes = inputs::bytes(&found);
    let watching = Watching::new(progress, bytes);
    let job = Job {
        options: &options,
        excerpts: false,
        keeps: Keeps::Rows,
        bytes,
        plugins: &[],
        // Tables of contents are read again, from files that are as they were.
        digests: true,
        jobs: asked.jobs.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)),
        watch: &watching,
    };
    let outcome = detached(py, || pipeline::run(&found, notices, &mut std::io::empty(), &job))?;
    watching.done(py)?;
    if let (true, Some(previous)) = (adds_up, &lists.previous) {
        let year = outcome.settled.consolidation().fiscal_year;
        refuse_same_year(previous, year).map_err(|error| raise(&error))?;
    }
    let unmatched = outcome.unmatched(&options).map_err(|error| raise(&error))?;
    let unmatched = unmatched.into_iter().map(str::to_owned).collect();
    Ok(Run { outcome, options, inputs: found, unmatched })
}

#[pymethods]
impl Run {
    /// What `huizong check --format json` prints.
    fn report(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        detached(py, || printed(&self.outcome.report(), 2))?
    }

    /// How often each rule ended in each state, as JSON.
    fn rule_counts(&self) -> String {
        text(&self.outcome.rule_counts())
    }

    /// The findings, one to a line: `findings.ndjson` of a result.
    fn findings(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        detached(py, || {
            let mut out = Vec::new();
            json::write_lines(&mut out, self.outcome.settled.findings()).map_err(of_system)?;
            Ok(out)
        })?
    }

    /// `consolidation.json` of a result.
    fn consolidation(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        detached(py, || printed(&self.outcome.consolidate(&[]).0, 2))?
    }

    /// What became of each document, by its id.
    fn states(&self) -> BTreeMap<&str, &str> {
        let entries = self.outcome.settled.entries().iter();
        entries.map(|entry| (&*entry.document, entry.state().as_str())).collect()
    }

    #[getter]
    fn unmatched(&self) -> Vec<&str> {
        self.unmatched.iter().map(String::as_str).collect()
    }

    /// A table: its columns (id, Chinese heading, kind), and its rows.
    fn rows<'py>(&self, py: Python<'py>, id: &str) -> PyResult<(Vec<Column>, Vec<Row<'py>>)> {
        let details = self.details(py, id)?;
        self.with_table(id, &details, |table| {
            let columns: Vec<Column> = table
                .columns
                .iter()
                .map(|column| [column.id.to_string(), column.zh.to_string(), kind(column.kind).to_owned()])
                .collect();
            let rows = table.rows.map(|row| row.iter().map(|value| cell(py, value)).collect());
            Ok((columns, rows.collect::<PyResult<_>>()?))
        })
    }

    /// A table as the bytes of a Parquet file.
    fn parquet(&self, py: Python<'_>, id: &str) -> PyResult<Vec<u8>> {
        let details = self.details(py, id)?;
        detached(py, || self.with_table(id, &details, |table| parquet::write(table).map_err(of_system)))?
    }
}

impl Run {
    fn with_table<T>(
        &self,
        id: &str,
        details: &BTreeMap<String, Detail>,
        work: impl FnOnce(Table<'_>) -> PyResult<T>,
    ) -> PyResult<T> {
        let (consolidation, sums) = self.outcome.consolidate(&[]);
        let rule_index = RuleIndex::default();
        let book = Book {
            consolidation: &consolidation,
            sums: &sums,
            findings: self.outcome.settled.findings(),
            rule_index: &rule_index,
            documents: Documents { consolidation: &consolidation, details },
            difference: None,
            link: &|_| None,
        };
        work(book.table(id).ok_or_else(|| PyKeyError::new_err(id.to_owned()))?)
    }

    /// What a table needs of documents beyond their rows, read again from the files.
    fn details(&self, py: Python<'_>, id: &str) -> PyResult<BTreeMap<String, Detail>> {
        if !tables::OF_CONTENTS.contains(&id) {
            return Ok(BTreeMap::new());
        }
        detached(py, || {
            let counted = self.outcome.settled.entries().iter().filter(|entry| entry.counts());
            let wanted: BTreeSet<&str> = counted.map(|entry| &*entry.document).collect();
            let read =
                reread::read(&self.inputs, &mut std::io::empty(), &self.options, &wanted, &BTreeSet::new());
            let then: Vec<Option<String>> =
                self.outcome.digests.iter().map(|digest| digest.blake3.clone()).collect();
            match reread::changed(&self.inputs, &then, &read.digests).first() {
                None if wanted.iter().all(|id| read.details.contains_key(*id)) => Ok(read.details),
                None => Err(PyOSError::new_err("a file is gone since it was read")),
                Some(changed) => {
                    let name = changed.document.as_deref().unwrap_or_default();
                    Err(PyOSError::new_err(format!("{name} was changed since it was read")))
                }
            }
        })?
    }
}

fn of_system(error: std::io::Error) -> PyErr {
    PyOSError::new_err(error.to_string())
}

/// The name of a kind in Python.
const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Money => "money",
        Kind::Amount => "amount",
        Kind::Percent => "percent",
        Kind::Points => "points",
        Kind::Count => "count",
        Kind::Year => "year",
    }
}

fn cell<'py>(py: Python<'py>, value: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    Ok(match value {
        Value::Empty => py.None().into_bound(py),
        Value::Text(text) => text.into_pyobject(py)?.into_any(),
        Value::Count(count) => count.into_pyobject(py)?.into_any(),
        Value::Money(_) | Value::Amount(_) | Value::Percent(_) | Value::Points(_) => {
            DECIMAL.import(py, "decimal", "Decimal")?.call1((value.print(),))?
        }
    })
}
