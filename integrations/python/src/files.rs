//! Single files, from their bytes.

use std::path::{Path, PathBuf};

use huizong_engine::{Checked, profile_to_write, to_forms, to_json};
use huizong_forms::Format;
use huizong_run::inputs::is_unsupported;
use huizong_run::notices::kind_not_supported;
use huizong_run::pipeline::{LARGEST, Reason};
use huizong_run::profile::{ProfileChoice, no_layout};
use huizong_schema::findings::Notice;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde_json::json;

use crate::crossing::{detached, object, raise, text};
use crate::options::of_form;

/// Reads and checks the documents of a file. Returns them with its notices, as JSON.
#[pyfunction]
pub(crate) fn read(
    py: Python<'_>,
    name: &str,
    bytes: Vec<u8>,
    year: Option<u16>,
    profile: Option<&str>,
    directory: PathBuf,
) -> PyResult<String> {
    let (options, _) = of_form(year, profile, &directory).map_err(|error| raise(&error))?;
    if let Some(notice) = not_read(name, &bytes) {
        return Ok(object([("documents", json!([])), ("notices", json!([notice]))]));
    }
    detached(py, || {
        let file = huizong_engine::read(name, &bytes, &options);
        let document = |document: &Checked<'_>| {
            json!({
                "id": document.id(),
                "state": document.state().as_str(),
                "is_finished": document.is_finished(),
                "profile": document.profile(),
                "data": &*document.draft(),
                "findings": document.findings(),
                "notices": document.notices(),
            })
        };
        let documents: Vec<_> = file.documents().iter().map(document).collect();
        object([("documents", json!(documents)), ("notices", json!(file.notices()))])
    })
}

/// The notice that a file is not read: no reader knows the ending of its name, or it is too large.
fn not_read(name: &str, bytes: &[u8]) -> Option<Notice> {
    if is_unsupported(Path::new(name)) {
        return Some(kind_not_supported(name, true));
    }
    (bytes.len() > LARGEST).then(|| Reason::TooLarge.notice(name))
}

/// Reads a file and writes its documents in another format. Returns the bytes and what is not in them, as JSON.
#[pyfunction]
pub(crate) fn convert(
    py: Python<'_>,
    name: &str,
    bytes: Vec<u8>,
    to: &str,
    profile: Option<&str>,
    directory: PathBuf,
) -> PyResult<(Vec<u8>, String)> {
    let format = Format::ALL.iter().find(|format| format.as_str() == to).copied();
    if format.is_none() && to != "json" {
        let known: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
        return Err(PyValueError::new_err(format!("to={to:?}: json, {}", known.join(", "))));
    }
    let (options, profile) = of_form(None, profile, &directory).map_err(|error| raise(&error))?;
    if let Some(notice) = not_read(name, &bytes) {
        return Ok((Vec::new(), text(&[notice])));
    }
    let written = detached(py, || {
        let file = huizong_engine::read(name, &bytes, &options);
        let mut notices = file.notices().to_vec();
        notices.extend(file.documents().iter().flat_map(|document| document.notices().iter().cloned()));
        let written: Vec<&Checked<'_>> =
            file.documents().iter().filter(|document| !document.is_nothing()).collect();
        if written.is_empty() {
            return Ok((Vec::new(), text(&notices)));
        }
        let Some(format) = format else {
            return Ok((to_json(&written, file.documents().len() > 1), text(&notices)));
        };
        let asked = profile.as_ref().map(ProfileChoice::get);
        let forms = to_forms(&written, asked, format)
            .ok_or_else(|| no_layout(profile_to_write(asked, written[0])))?;
        notices.extend(forms.notices);
        Ok((forms.bytes, text(&notices)))
    })?;
    written.map_err(|error| raise(&error))
}
