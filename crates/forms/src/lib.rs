//! Forms as departments hand them in, read into documents, with the place of every figure.
//!
//! This crate knows no files, no clock and no threads: bytes in, documents with origins out. What is wrong with the
//! figures is the business of `huizong-core`; what could not be read is part of the [`Read`], never an `Err`.
//!
//! Read first: [`read`] (any bytes to documents), [`profile::Profile`] (what a form's labels mean, as data) and
//! [`Read`].
//!
//! ```
//! let form = "2023年度部门整体支出绩效自评表\n单位：万元\n部门名称\t示范局\t被评价年度\t2023年\n\
//!             部门资金情况\t部门年初预算收入\t339.04\t部门调整预算收入\t280.19\n\t实际支出数\t280.10\t预算完成率\t99.97%\n";
//! let read = huizong_forms::read(form.as_bytes(), "a.txt", &huizong_forms::Options::default());
//! let document = read.documents.into_iter().next().unwrap();
//! assert_eq!(document.draft.budget.unwrap().actual_expenditure.unwrap().to_string(), "280.10");
//! let place = document.origins.place(&"/budget/actual_expenditure".into());
//! assert_eq!(place, Some(&huizong_schema::findings::Place::Text { line: 5, column: 8 }));
//! ```

mod annotate;
mod encoding;
mod figure;
mod grid;
mod markup;
mod ooxml;
pub mod profile;
mod read;
mod round_trip;
mod template;
mod unreadable;
mod write;

pub use annotate::annotate;
pub use encoding::{Decoded, decode};
pub use grid::{Cell, Grid, Stale};
pub use read::{Kind, List, Note, NoteKind, Shown, is_container, json, kind_of, list};
pub use round_trip::{Written, best_profile, write};
pub use template::template;
pub use write::Format;
pub use write::marked::Mark;

use huizong_core::{Origins, Reading, Source, Traits, notice};
use huizong_schema::Draft;
use huizong_schema::findings::{Arg, Args, Notice};

use crate::profile::Profile;
use crate::read::extract;
use crate::read::kind::Container;
use crate::read::office::Office;
use crate::unreadable::Unreadable;

/// One document as it was read.
#[derive(Debug)]
pub struct Read {
    /// The document, as far as it could be read.
    pub draft: Draft<'static>,
    /// What the reader saw besides.
    pub reading: Reading,
    /// What the form's profile says about its figures.
    pub traits: Traits,
    /// The profile by which it was read.
    pub profile: Option<String>,
    /// Where each member stands, or would stand.
    pub origins: Origins,
    /// What was done to values that did not stand as a document wants them, and what no label claims.
    pub notes: Vec<Note>,
    /// Notices about the reading; their location's file is left blank.
    pub notices: Vec<Notice>,
}

impl Read {
    /// A document of which nothing could be read.
    pub fn nothing(source: Source) -> Self {
        Self {
            draft: Draft::default(),
            reading: Reading { source, ..Reading::default() },
            traits: Traits::default(),
            profile: None,
            origins: Origins::default(),
            notes: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// Everything that a file holds.
#[derive(Debug)]
pub struct Contents {
    /// The documents; none only if nothing can be read of the file at all, which a notice says.
    pub documents: Vec<Read>,
    /// What the file shows, for excerpts.
    pub shown: Shown,
    /// Notices about the file as a whole, which is left blank in them.
    pub notices: Vec<Notice>,
}

/// How to read.
#[derive(Default)]
pub struct Options<'p> {
    /// The profile to read forms by, instead of the one that fits best.
    pub profile: Option<&'p Profile>,
    /// Further profiles to recognise forms by.
    pub profiles: &'p [Profile],
}

/// Reads a file's bytes. The name tells the kind where the bytes do not.
///
/// Never fails: what is no form gives one [`Read`] that says so.
pub fn read(bytes: &[u8], name: &str, options: &Options<'_>) -> Contents {
    match Container::of(bytes) {
        Some(container) => read_office(container, bytes, options),
        None => read_text(bytes, name, options),
    }
}

fn read_office(container: Container, bytes: &[u8], options: &Options<'_>) -> Contents {
    match read::office::read(container, bytes) {
        Ok(Office { grids, notices }) => {
            let documents = forms(&grids, options);
            Contents { documents, shown: Shown::grids(grids), notices }
        }
        Err(why) => {
            let args = Args::from([("reason", Arg::Words(why.message()))]);
            let notices = vec![notice("not-readable", None, args, true)];
            Contents { documents: Vec::new(), shown: Shown::grids(Vec::new()), notices }
        }
    }
}

/// Whether a file is a workbook with macros.
pub fn has_macros(bytes: &[u8]) -> bool {
    read::office::has_macros(bytes)
}

/// The cells of a file, before anything is looked for in them. `None` if it is of a kind without cells.
fn grids(bytes: &[u8], name: &str) -> Result<Option<Vec<Grid>>, Unreadable> {
    if let Some(container) = Container::of(bytes) {
        return read::office::read(container, bytes).map(|office| Some(office.grids));
    }
    let text = decode(bytes).text;
    Ok(match kind_of(name, &text) {
        Kind::Json | Kind::Ndjson => None,
        Kind::Html => Some(read::html::grid(&text).into_iter().collect()),
        Kind::Text => Some(read::text::grid(&text).into_iter().collect()),
    })
}

fn read_text(bytes: &[u8], name: &str, options: &Options<'_>) -> Contents {
    let decoded = decode(bytes);
    let mut page = None;
    let mut documents = match kind_of(name, &decoded.text) {
        Kind::Json | Kind::Ndjson => json::split(&decoded.text).into_iter().map(json::document).collect(),
        Kind::Html => match read::html::grid(&decoded.text) {
            Ok(grid) => forms(page.insert([grid]), options),
            Err(source) => vec![Read::nothing(source)],
        },
        Kind::Text => match read::text::grid(&decoded.text) {
            Some(grid) => forms(&[grid], options),
            None => vec![Read::nothing(Source::TooLarge)],
        },
    };
    if decoded.text.trim().is_empty() {
        documents.truncate(1);
        for read in &mut documents {
            read.reading.source = Source::Empty;
        }
    }
    if decoded.bad > 0
        && let Some(first) = documents.first_mut()
    {
        first.reading.undecodable = decoded.bad;
        let at = decoded.text.find('\u{fffd}').unwrap_or(0);
        // The finding stands at the document as a whole, so this is the place of that.
        let mut origins = Origins::default();
        origins.note(
            huizong_schema::Pointer::root(),
            json::Places::new(json::Part { text: &decoded.text, line: 1, column: 1 }).at(at),
        );
        for (pointer, place) in first.origins.iter() {
            origins.note(pointer.clone(), place.clone());
        }
        first.origins = origins;
    }
    let shown = page.map_or_else(|| Shown::text(decoded.text), |page| Shown::grids(page.into()));
    Contents { documents, shown, notices: Vec::new() }
}

/// The forms of some grids. One without a form, such as a cover sheet, is passed over if another one has any.
fn forms(grids: &[Grid], options: &Options<'_>) -> Vec<Read> {
    let of_grid = |grid: &Grid| match best_fit(grid, options.profiles) {
        Some(best) => extract::forms(options.profile.unwrap_or(best), grid),
        None => Vec::new(),
    };
    let mut found: Vec<Read> = grids.iter().flat_map(of_grid).collect();
    if found.is_empty()
        && let Some(profile) = options.profile
    {
        // Whoever names a profile wants it tried.
        found = grids.iter().flat_map(|grid| extract::forms(profile, grid)).collect();
    }
    if found.is_empty() {
        let source = if grids.is_empty() { Source::Empty } else { Source::NoForm };
        let mut read = Read::nothing(source);
        let first = grids.iter().flat_map(Grid::cells).find(|cell| !cell.is_blank());
        if let Some(place) = first.and_then(|cell| cell.place.clone()) {
            read.origins.note(huizong_schema::Pointer::root(), place);
        }
        found.push(read);
    }
    found
}

/// The profile that finds most of its labels; of equals the first.
fn best_fit<'p>(grid: &Grid, further: &'p [Profile]) -> Option<&'p Profile> {
    let mut best: Option<(usize, &Profile)> = None;
    for profile in further.iter().chain(profile::built_in()) {
        let found = extract::labels_found(profile, grid);
        if found >= profile.recognise_by && best.is_none_or(|(most, _)| found > most) {
            best = Some((found, profile));
        }
    }
    best.map(|(_, profile)| profile)
}
