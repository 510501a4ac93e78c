//! What crosses between Rust and Python: exceptions, JSON, and work without the interpreter's lock.

use huizong_core::Lang;
use huizong_report::json;
use huizong_run::error::Error;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde::Serialize;
use serde_json::Value;

pyo3::create_exception!(
    huizong,
    HuizongError,
    PyValueError,
    "A list, a profile or an option is faulty. `str()` is the message in English, `zh` the one in Chinese."
);

/// An error of the command as an exception of Python.
pub(crate) fn raise(error: &Error) -> PyErr {
    let en = error.say(Lang::En);
    let raised = match error.of_system().map(std::io::Error::raw_os_error) {
        // By its number Python finds the kind of the exception.
        Some(Some(number)) => PyOSError::new_err((number, en)),
        Some(None) => PyOSError::new_err(en),
        None => HuizongError::new_err(en),
    };
    let zh = error.say(Lang::Zh);
    Python::attach(|py| {
        // Without the Chinese text the English one still says it.
        let _ = raised.value(py).setattr("zh", zh);
    });
    raised
}

/// Prints a value as the command prints it.
pub(crate) fn printed(value: &impl Serialize, levels: usize) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    json::write(&mut out, value, levels).map_err(|error| PyOSError::new_err(error.to_string()))?;
    Ok(out)
}

/// Runs work without the lock of the interpreter. A panic would be a fault of this package: it is an ordinary exception, so that the host
/// goes on.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let ran = py.detach(|| std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)));
    ran.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let why = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        PyRuntimeError::new_err(format!("huizong failed ({why}); please report what it was given"))
    })
}

/// A value as JSON text.
pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what crosses to Python is JSON")
}

/// The members of an object, as JSON text.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> String {
    text(&Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}
