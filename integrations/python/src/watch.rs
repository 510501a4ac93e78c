//! How far a run is, for Python: progress is reported, and Ctrl-C ends the run.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use huizong_run::pipeline::Watch;
use pyo3::prelude::*;

/// The shortest time between two calls into Python, which take the interpreter's lock.
const EVERY: Duration = Duration::from_millis(100);

/// Watches a run on behalf of Python.
pub(crate) struct Watching {
    progress: Option<Py<PyAny>>,
    total: u64,
    state: Mutex<State>,
}

struct State {
    last_call: Instant,
    done: u64,
    raised: Option<PyErr>,
}

impl Watching {
    pub(crate) fn new(progress: Option<Py<PyAny>>, total: u64) -> Self {
        let state = State { last_call: Instant::now(), done: 0, raised: None };
        Self { progress, total, state: Mutex::new(state) }
    }

    /// Reports that all is done, or raises what ended the run.
    pub(crate) fn done(self, py: Python<'_>) -> PyResult<()> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(raised) = state.raised {
            return Err(raised);
        }
        py.check_signals()?;
        if let Some(progress) = &self.progress {
            progress.call1(py, (self.total, self.total, ""))?;
        }
        Ok(())
    }

    fn ask(&self, py: Python<'_>, done: u64, input: &str) -> PyResult<()> {
        py.check_signals()?;
        if let Some(progress) = &self.progress {
            progress.call1(py, (done.min(self.total), self.total, input))?;
        }
        Ok(())
    }
}

impl Watch for Watching {
    fn goes_on(&self, input: &str, bytes: usize) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let done = state.done;
        state.done += bytes as u64;
        if state.last_call.elapsed() < EVERY {
            return true;
        }
        state.last_call = Instant::now();
        match Python::attach(|py| self.ask(py, done, input)) {
            Ok(()) => true,
            Err(error) => {
                state.raised = Some(error);
                false
            }
        }
    }
}
