//! Documents written as their forms: one layout, several formats.
//!
//! What was written is read again at once, and whatever does not come back as it was is named in a notice: no member is
//! dropped without a word.

mod checks;
mod compare;
mod docx;
pub(crate) mod form;
mod html;
pub(crate) mod marked;
pub(crate) mod notes;
pub(crate) mod page;
mod template;
mod text;
mod xlsx;

use huizong_core::notice_with;
use huizong_schema::Draft;
use huizong_schema::findings::{Arg, Args, Notice};
use serde_json::Value;

use self::compare::{Difference, What, differences};
use self::marked::Marked;
use self::page::Page;
use crate::Options;
use crate::profile::{Profile, built_in};

/// A format in which forms are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An Excel workbook, a sheet a form.
    Xlsx,
    /// A Word document.
    Docx,
    /// A web page.
    Html,
    /// Text with cells parted by tabs.
    Text,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Docx, Self::Html, Self::Text];

    /// Its name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Text => "text",
        }
    }

    /// The format of files that are called so.
    pub fn of(name: &str) -> Option<Self> {
        let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
        match ending.as_str() {
            "xlsx" => Some(Self::Xlsx),
            "docx" => Some(Self::Docx),
            "html" | "htm" => Some(Self::Html),
            "txt" | "tsv" => Some(Self::Text),
            _ => None,
        }
    }
}

/// A file as it was written.
#[derive(Debug)]
pub struct Written {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// By document: the members that it does not hold as they were. Their document is left blank.
    pub notices: Vec<Vec<Notice>>,
}

/// Writes documents as forms, one behind the other. `None` if the profile has no layout.
pub fn write(documents: &[Draft<'_>], profile: &Profile, format: Format) -> Option<Written> {
    let pages: Vec<Page> = documents.iter().map(|draft| form::page(draft, profile)).collect::<Option<_>>()?;
    // What a sheet does not take is cut off, and named below.
    let bytes = print(&pages, format, &Marked::none()).unwrap_or_default();
    let options = Options { profile: Some(profile), profiles: std::slice::from_ref(profile) };
    let read = crate::read(&bytes, &format!("form.{}", format.as_str()), &options).documents;
    let notices = documents.iter().enumerate().map(|(index, draft)| {
        let again = read.get(index).filter(|_| read.len() == documents.len());
        let again = again.map_or(Value::Null, |read| value(&read.draft));
        differences(&value(draft), &again).into_iter().map(told).collect()
    });
    Some(Written { notices: notices.collect(), bytes })
}

/// The blank form as a workbook, with live checks. `None` if the profile has no layout.
pub fn template(profile: &Profile) -> Option<Vec<u8>> {
    // As for forms, every name, row and column is one that workbooks take.
    template::write(profile).map(Result::unwrap_or_default)
}

/// The built-in profile whose form shows most of a document; of equals the first.
pub fn best_profile(draft: &Draft<'_>) -> &'static Profile {
    let document = value(draft);
    // A list that is lost is all that stands in it; what a form adds of its own loses nothing.
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

pub(crate) fn print(pages: &[Page], format: Format, marked: &Marked<'_>) -> Result<Vec<u8>, String> {
    Ok(match format {
        // Every name, row and column is made to be one that workbooks take.
        Format::Xlsx => xlsx::write(pages, marked).map_err(|error| error.to_string())?,
        Format::Docx => docx::write(pages, marked),
        Format::Html => html::write(pages, marked),
        Format::Text => text::write(pages),
    })
}

/// How many values stand in a value.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(leaves).sum(),
        Value::Object(members) => members.values().map(leaves).sum(),
        _ => 1,
    }
}

/// A document without what stands on no form by its nature.
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
    let message = match difference.what {
        What::Lost => "member-not-printed",
        What::Changed(found) => {
            args.insert("found", shown(found));
            "member-not-printed.changed"
        }
        What::Added(found) => {
            args.insert("found", shown(found));
            "member-not-printed.added"
        }
    };
    notice_with("member-not-printed", message, None, args, true)
}
