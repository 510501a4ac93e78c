//! Partials: what is kept of documents, in a file, until all of them are in.
//!
//! A partial holds what a run over some of the inputs knows before it is decided which documents count. Partials of all inputs
//! together give the same result as one run over them, whoever made them and in whatever order they come.

mod merge;
mod read;
mod update;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use huizong_engine::Options;
use huizong_report::detail::Detail;
use huizong_schema::findings::Location;
use huizong_schema::partial::{PartialContents, PartialPlace};
use huizong_schema::{Pointer, parse};

use crate::error::Error;
use crate::inputs::Input;
use crate::pipeline::{Collected, reread};

pub use merge::{Merged, difference, merge, refuse_other, run_of_all};
pub use read::{Partial, read};
pub use update::{State, state_of};

/// The file in the folder of a result from which an update goes on. It is a partial of all inputs, is not part of the result, and may
/// be deleted: the next update then reads everything.
pub const STATE: &str = ".partial.ndjson";

/// The contents of documents by their ids.
pub type Contents = BTreeMap<String, PartialContents>;

/// Reads again the documents that can be counted, and keeps them with the places that tables show.
///
/// # Errors
///
/// Returns an error if an input is not what it was when it was read first.
pub fn contents(
    inputs: &[Input],
    stdin: &mut dyn io::Read,
    options: &Options,
    collected: &Collected<'_>,
) -> Result<Contents, Error> {
    let counted = collected.rows.entries.iter().filter(|entry| entry.counts());
    let wanted: BTreeSet<&str> = counted.map(|entry| &*entry.document).collect();
    let mut contents = Contents::new();
    let digests = reread::each(inputs, stdin, options, &wanted, &mut |id, evaluation, locate| {
        let mut places = Vec::new();
        let note = |pointers: &[Pointer]| {
            let locations = locate(pointers);
            let both = pointers.iter().zip(&locations);
            places = both
                .map(|(pointer, location)| PartialPlace {
                    pointer: pointer.clone(),
                    location: location.clone(),
                })
                .collect();
            locations
        };
        Detail::new(id, evaluation, note);
        let document = serde_json::value::to_raw_value(evaluation).expect("a document is JSON");
        contents.insert(id.to_owned(), PartialContents { document, places });
    });
    reread::refuse_changed(inputs, &collected.digests, &digests)?;
    Ok(contents)
}

/// Returns the details of documents that are kept.
pub fn details<'w>(
    contents: &Contents,
    wanted: impl IntoIterator<Item = &'w str>,
) -> BTreeMap<String, Detail> {
    let detail = |id: &str| {
        let kept = contents.get(id)?;
        let evaluation = parse(kept.document.get()).ok()?;
        let places: BTreeMap<&Pointer, &Location> =
            kept.places.iter().map(|place| (&place.pointer, &place.location)).collect();
        let place = |pointer: &Pointer| places.get(pointer).map(|place| (*place).clone()).unwrap_or_default();
        let detail = Detail::new(id, &evaluation, |pointers| pointers.iter().map(place).collect());
        Some((id.to_owned(), detail))
    };
    wanted.into_iter().filter_map(detail).collect()
}
