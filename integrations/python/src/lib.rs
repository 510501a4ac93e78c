//! The Rust half of the Python package `huizong`: it calls `huizong-engine` and `huizong-run` without the interpreter's lock.
//!
//! Results are JSON texts and tables, in the words of the published schemas; the Python half, `python/huizong`, adds the classes. Nothing here
//! decides anything about forms.

mod crossing;
mod files;
mod options;
mod results;
mod validate;
mod watch;

use huizong_core::RuleIndex;
use huizong_report::{book, rule_list};
use huizong_run::digest::rules_digest;
use huizong_run::notices;
use huizong_schema::publish;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use crossing::{HuizongError, printed};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The text of a published schema.
#[pyfunction]
fn schema(name: &str) -> PyResult<String> {
    let found = publish::ALL.into_iter().find(|schema| schema.name == name);
    found.map(publish::Published::text).ok_or_else(|| PyKeyError::new_err(name.to_owned()))
}

/// The names of the published schemas.
#[pyfunction]
fn schema_names() -> Vec<&'static str> {
    publish::ALL.into_iter().map(|schema| schema.name).collect()
}

/// The names of the tables of a result.
#[pyfunction]
fn table_names() -> Vec<&'static str> {
    book::TABLES.to_vec()
}

/// The built-in rules and the notices, as JSON.
#[pyfunction]
fn rules() -> PyResult<Vec<u8>> {
    let list = rule_list::rule_list(&RuleIndex::default(), |_| true, notices::all(), rules_digest());
    printed(&list, 3)
}

#[pymodule]
fn _huizong(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("HuizongError", module.py().get_type::<HuizongError>())?;
    module.add_function(wrap_pyfunction!(schema, module)?)?;
    module.add_function(wrap_pyfunction!(schema_names, module)?)?;
    module.add_function(wrap_pyfunction!(table_names, module)?)?;
    module.add_function(wrap_pyfunction!(rules, module)?)?;
    module.add_function(wrap_pyfunction!(files::read, module)?)?;
    module.add_function(wrap_pyfunction!(files::convert, module)?)?;
    module.add_function(wrap_pyfunction!(validate::validate, module)?)?;
    module.add_function(wrap_pyfunction!(results::run, module)?)?;
    module.add_class::<results::Run>()?;
    Ok(())
}
