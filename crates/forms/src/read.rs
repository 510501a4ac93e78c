//! Bytes of any kind read into documents: to cells, and from cells to documents by a profile.

mod another;
mod build;
mod document;
mod excerpt;
mod extract;
mod formats;
mod html;
pub mod json;
mod list;
mod mhtml;
pub(crate) mod office;
mod projects;
mod returned;
mod sheets;
mod text;

use std::borrow::Cow;

use huizong_core::{InputKind, OtherForm};
use huizong_schema::Pointer;
use huizong_schema::findings::{Arg, Args, Notice, Place};

pub use self::build::{Note, NoteKind};
pub use self::document::{Contents, Read};
pub use self::excerpt::Shown;
pub use self::formats::FileFormat;
use self::formats::FileKind;
pub(crate) use self::formats::{Container, PackageKind};
use self::formats::{Sniffed, plain_json, sniff};
pub use self::list::{List, Lists, lists};
use self::office::Office;
use self::returned::set_apart;
use crate::encoding::Decoded;
use crate::grid::Grid;
use crate::notices::{ENCODING_GUESSED, HIDDEN_CELLS, not_readable};
use crate::profile::{self, Profile};
use crate::template;
use crate::unreadable::Unreadable;

/// Options of reading.
#[derive(Default)]
pub struct Options<'p> {
    /// The profile to read forms by, instead of the best fitting one.
    pub profile: Option<&'p Profile>,
    /// Further profiles to recognise forms by.
    pub profiles: &'p [Profile],
}

/// Reads a file's bytes. The name decides the format where the bytes do not.
///
/// Never fails: a file without a form gives one [`Read`] that says so.
pub fn read(bytes: &[u8], name: &str, options: &Options<'_>) -> Contents {
    match sniff(bytes, name) {
        Sniffed::Container(container) => read_office(container, bytes, options),
        Sniffed::Text(kind, decoded) => read_text(kind, decoded, options),
    }
}

/// A file as [`open`] gives it.
#[derive(Debug)]
pub enum Opened<'b> {
    /// The text of JSON documents, to be split and parsed by the caller.
    Json(Cow<'b, str>),
    /// The forms of any other file.
    Forms(Contents),
}

/// Opens a file as [`read`] does, but hands on the text of JSON documents as it is, so that the caller can take the
/// fast path of [`huizong_schema::parse`].
///
/// JSON text that is blank or has bytes of no known encoding is read like other files.
///
/// ```
/// use huizong_forms::{Opened, Options, open};
/// let opened = open(b"{\"schema_version\": \"1.0\"}", "a.json", &Options::default());
/// assert!(matches!(opened, Opened::Json(text) if text.starts_with('{')));
/// ```
pub fn open<'b>(bytes: &'b [u8], name: &str, options: &Options<'_>) -> Opened<'b> {
    if let Some(text) = plain_json(bytes, name) {
        return Opened::Json(Cow::Borrowed(text));
    }
    match sniff(bytes, name) {
        Sniffed::Container(container) => Opened::Forms(read_office(container, bytes, options)),
        Sniffed::Text(FileKind::Json | FileKind::Ndjson, decoded)
            if decoded.bad == 0 && !decoded.text.trim().is_empty() =>
        {
            Opened::Json(Cow::Owned(decoded.text))
        }
        Sniffed::Text(kind, decoded) => Opened::Forms(read_text(kind, decoded, options)),
    }
}

fn read_office(container: Container, bytes: &[u8], options: &Options<'_>) -> Contents {
    match office::read(container, bytes) {
        Ok(Office { grids, notices }) => {
            let documents = forms(&grids, options);
            Contents { documents, shown: Shown::grids(grids), notices }
        }
        Err(why) => {
            let notices = vec![not_readable(None, why.message())];
            Contents { documents: Vec::new(), shown: Shown::grids(Vec::new()), notices }
        }
    }
}

/// Whether a file is a workbook with macros.
pub fn has_macros(bytes: &[u8]) -> bool {
    office::has_macros(bytes)
}

/// The cells of a file, before they are read as a form. `None` if files of its kind have no cells.
pub(crate) fn grids(bytes: &[u8], name: &str) -> Result<Option<Vec<Grid>>, Unreadable> {
    let (kind, text) = match sniff(bytes, name) {
        Sniffed::Container(container) => {
            return office::read(container, bytes).map(|office| Some(office.grids));
        }
        Sniffed::Text(kind, decoded) => (kind, decoded.text),
    };
    Ok(match kind {
        FileKind::Json | FileKind::Ndjson => None,
        FileKind::Html => {
            Some(html::grid(&text).ok().map(|grid| set_apart(grid, None).0).into_iter().collect())
        }
        FileKind::Text => Some(text::grid(&text).map(|grid| set_apart(grid, None).0).into_iter().collect()),
    })
}

fn read_text(kind: FileKind, decoded: Decoded, options: &Options<'_>) -> Contents {
    let mut page = None;
    let mut answers = Vec::new();
    let mut without_list = |grid: Grid| {
        let (grid, found) = set_apart(grid, None);
        answers = found;
        grid.without_checks()
    };
    let mut documents = match kind {
        FileKind::Json | FileKind::Ndjson => {
            json::split(&decoded.text).into_iter().map(json::document).collect()
        }
        FileKind::Html => match html::grid(&decoded.text) {
            Ok(grid) => forms(page.insert([without_list(grid)]), options),
            Err(source) => vec![Read::nothing(source)],
        },
        FileKind::Text => match text::grid(&decoded.text) {
            Some(grid) => forms(&[without_list(grid)], options),
            None => vec![Read::nothing(InputKind::TooLarge)],
        },
    };
    if decoded.text.trim().is_empty() {
        documents.truncate(1);
        for read in &mut documents {
            read.reading.source = InputKind::Empty;
        }
    }
    if decoded.bad > 0
        && let Some(first) = documents.first_mut()
    {
        first.not_decodable(&decoded, json::Part { text: &decoded.text, line: 1, column: 1 });
    }
    let of_page = page.iter().flat_map(|[grid]| hidden_notice(grid).into_iter().chain(styles_notice(grid)));
    let notices = encoding_notice(&decoded).into_iter().chain(of_page).chain(answers).collect();
    let shown = page.map_or_else(|| Shown::text(decoded.text), |page| Shown::grids(page.into()));
    Contents { documents, shown, notices }
}

/// A notice if a text's encoding was guessed.
pub(crate) fn encoding_notice(decoded: &Decoded) -> Option<Notice> {
    let args = || Args::from([("encoding", Arg::Text(decoded.encoding.to_ascii_uppercase()))]);
    (decoded.is_guess && decoded.bad == 0).then(|| ENCODING_GUESSED.notice(None, args()))
}

/// A notice if a page has content that is not shown.
pub(crate) fn hidden_notice(grid: &Grid) -> Option<Notice> {
    grid.has_hidden.then(|| HIDDEN_CELLS.variant("page", None, Args::new(), false))
}

/// A notice if a style sheet that a page's file does not hold may hide some of it.
fn styles_notice(grid: &Grid) -> Option<Notice> {
    grid.has_linked_styles.then(|| HIDDEN_CELLS.variant("linked", None, Args::new(), false))
}

/// The forms of some grids. A grid without a form, such as a cover sheet, is passed over if another one has any.
fn forms(grids: &[Grid], options: &Options<'_>) -> Vec<Read> {
    let grids = sheets::joined(grids, options);
    let profiles: Vec<&Profile> = match options.profile {
        Some(profile) => vec![profile],
        None => options.profiles.iter().chain(profile::built_in()).collect(),
    };
    let fits: Vec<Option<&Profile>> = grids.iter().map(|grid| best_fit(grid, options.profiles)).collect();
    let is_alone = fits.iter().flatten().count() < 2;
    let mut others: Vec<(OtherForm, Option<Place>)> = Vec::new();
    let mut of_grid =
        |grid: &Grid, best: Option<&Profile>| match another::other_form(&profiles, grid, is_alone) {
            Some((form, cell)) => {
                others.push((form, cell.place.clone()));
                Vec::new()
            }
            None => match best {
                Some(best) => filled_in(grid, extract::forms(options.profile.unwrap_or(best), grid), options),
                None => Vec::new(),
            },
        };
    let mut found: Vec<Read> = grids.iter().zip(fits).flat_map(|(grid, best)| of_grid(grid, best)).collect();
    sheets::without_blanks(&mut found);
    sheets::without_copies(&mut found);
    if found.is_empty()
        && let Some((form, place)) = others.into_iter().next()
    {
        let mut read = Read::nothing(InputKind::OtherForm(form));
        if let Some(place) = place {
            read.origins.note(Pointer::root(), place);
        }
        return vec![read];
    }
    if found.is_empty()
        && let Some(profile) = options.profile
    {
        // A profile that was asked for is tried even if few of its labels are found.
        found = grids.iter().flat_map(|grid| extract::forms(profile, grid)).collect();
    }
    if found.is_empty() {
        let source = if grids.is_empty() { InputKind::Empty } else { InputKind::NoForm };
        let mut read = Read::nothing(source);
        let first = grids.iter().flat_map(|grid| grid.cells()).find(|cell| !cell.is_blank());
        if let Some(place) = first.and_then(|cell| cell.place.clone()) {
            read.origins.note(Pointer::root(), place);
        }
        found.push(read);
    }
    found
}

/// Notes of forms that they were filled in on a template, and what of it was altered.
fn filled_in(grid: &Grid, mut forms: Vec<Read>, options: &Options<'_>) -> Vec<Read> {
    // A template is for one form.
    if let (Some(trace), [form]) = (&grid.template, &mut forms[..]) {
        form.reading.on_template = true;
        form.notices.extend(template::altered(trace, grid, &form.draft, options.profiles));
    }
    forms
}

/// The profile with the most labels found; of equals the first.
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
