//! Documents that are kept whole while others are read, for tables of what is in them.

use std::collections::BTreeMap;

use huizong_engine::Checked;
use huizong_report::detail::Detail;
use huizong_schema::findings::Location;
use huizong_schema::partial::{PartialContents, PartialPlace};
use huizong_schema::{Pointer, parse};

/// The contents of documents by their ids.
pub type Contents = BTreeMap<String, PartialContents>;

/// Keeps a document that can be counted, with the places that tables show.
pub(crate) fn contents_of(document: &mut Checked<'_>) -> Option<PartialContents> {
    if !document.entry().counts() {
        return None;
    }
    let id = document.id().to_owned();
    document.with_places(|evaluation, locate| {
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
        Detail::new(&id, evaluation, note);
        let document = serde_json::value::to_raw_value(evaluation).expect("a document is JSON");
        PartialContents { document, places }
    })
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
