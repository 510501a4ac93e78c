//! Writes documents as forms and reads them again at once: a member that comes back different is named in a notice, so
//! none is lost silently.

mod compare;

use huizong_schema::Draft;
use huizong_schema::findings::{Arg, Args, Notice};
use serde_json::Value;

use self::compare::{Difference, What, differences};
use crate::notices::MEMBER_NOT_PRINTED;
use crate::profile::{Profile, built_in};
use crate::read::{self, Options};
use crate::write::marked::Marked;
use crate::write::page::Page;
use crate::write::{Format, form, print};

/// A written file.
#[derive(Debug)]
pub struct Written {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// By document: notices of the members that the file does not hold as they were. Their document is left blank.
    pub notices: Vec<Vec<Notice>>,
}

/// Writes documents as forms, one after the other. `None` if the profile has no layout.
pub fn write(documents: &[Draft<'_>], profile: &Profile, format: Format) -> Option<Written> {
    let pages: Vec<Page> = documents.iter().map(|draft| form::page(draft, profile)).collect::<Option<_>>()?;
    // Content that a sheet cannot hold is cut off, and named below.
    let bytes = print(&pages, format, &Marked::none()).unwrap_or_default();
    let options = Options { profile: Some(profile), profiles: std::slice::from_ref(profile) };
    let read = read::read(&bytes, &format!("form.{}", format.as_str()), &options).documents;
    let notices = documents.iter().enumerate().map(|(index, draft)| {
        let again = read.get(index).filter(|_| read.len() == documents.len());
        let again = again.map_or(Value::Null, |read| value(&read.draft));
        differences(&value(draft), &again).into_iter().map(told).collect()
    });
    Some(Written { notices: notices.collect(), bytes })
}

/// The built-in profile whose form shows most of a document; of equals the first.
pub fn best_profile(draft: &Draft<'_>) -> &'static Profile {
    let document = value(draft);
    // A lost list weighs as much as the values in it; a member that the form adds loses nothing.
    let weight = |notice: &Notice| match notice.args.get("pointer") {
        Some(Arg::Text(pointer)) => document.pointer(pointer).map_or(0, leaves),
        _ => 1,
    };
    let lost = |profile: &&Profile| {
        let written = write(std::slice::from_ref(draft), profile, Format::Text);
        written.map_or((usize::MAX, 0), |written| {
            let notices = written.notices.iter().flatten();
            (notices.clone().map(weight).sum(), notices.count())
        })
    };
    built_in().iter().min_by_key(lost).expect("there are profiles built in")
}

/// The number of plain values in a value.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Object(members) => members.values().map(leaves).sum(),
        _ => 1,
    }
}

/// A document without the members that no form prints.
fn value(draft: &Draft<'_>) -> Value {
    let mut value = serde_json::to_value(draft).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.remove("$schema");
        members.remove("schema_version");
    }
    value
}

fn told(difference: Difference) -> Notice {
    let shown = |text: String| Arg::Text(huizong_core::shown_text(&text));
    let mut args = Args::from([("pointer", Arg::Text(difference.pointer.to_string()))]);
    let variant = match difference.what {
        What::Lost => "",
        What::Changed(found) => {
            args.insert("found", shown(found));
            "changed"
        }
        What::Added(found) => {
            args.insert("found", shown(found));
            "added"
        }
    };
    MEMBER_NOT_PRINTED.variant(variant, None, args, true)
}
