//! `--to-evaluation`: a department's form made from its units' forms, as files.

use std::collections::BTreeMap;

use huizong_engine::Units;
use huizong_forms::profile::Profile;
use huizong_forms::{Format, best_profile};
use huizong_schema::findings::Notice;

use super::outputs::Files;
use crate::exit::Error;

/// Writes the department's form, as data and as a workbook. Returns notices about what the workbook has no cell for.
pub(super) fn write(
    units: &Units<'_>,
    texts: &BTreeMap<String, String>,
    profile: Option<&Profile>,
    files: &mut Files<'_>,
) -> Result<Vec<Notice>, Error> {
    let draft = units.draft(texts)?;
    files.write("evaluation.json", |file| {
        serde_json::to_writer_pretty(&mut *file, &draft)?;
        file.write_all(b"\n")
    })?;
    let profile = profile.unwrap_or_else(|| best_profile(&draft));
    let Some(written) = huizong_forms::write(&[draft], profile, Format::Xlsx) else {
        return Ok(Vec::new());
    };
    files.write("evaluation.xlsx", |file| file.write_all(&written.bytes))?;
    let mut notices: Vec<Notice> = written.notices.into_iter().flatten().collect();
    for notice in &mut notices {
        // evaluation.json has everything, so the result is complete.
        (notice.document, notice.incomplete) = (Some("evaluation.xlsx".to_owned()), false);
    }
    Ok(notices)
}
