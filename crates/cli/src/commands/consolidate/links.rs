//! Links from a result to the forms: relative to the folder of the result, so that both can be moved together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use huizong_schema::findings::Location;

use huizong_run::inputs::Input;
use huizong_run::paths::{plain, relative};

/// The address of each file from the folder of the result, by the id of the file.
pub(super) struct Links(BTreeMap<String, String>);

impl Links {
    /// The addresses of inputs found under the paths given, relative to the folder of the result.
    pub(super) fn new(inputs: &[Input], given: &[PathBuf], root: &Path, out: &Path) -> Self {
        let out = plain(&root.join(out));
        let file = |input: &Input| {
            input.path.as_ref()?;
            let path = plain(&root.join(given.get(input.given)?).join(&input.below));
            Some((input.id.clone(), address(&relative(&out, &path))))
        };
        Self(inputs.iter().filter_map(file).collect())
    }

    /// The address of a place.
    pub(super) fn to(&self, location: &Location) -> Option<String> {
        let file = self.0.get(&location.file)?;
        Some(match (&location.sheet, &location.cell) {
            (Some(sheet), Some(cell)) => format!("{file}#'{}'!{cell}", sheet.replace('\'', "''")),
            _ => file.clone(),
        })
    }
}

/// A path as an address: characters with a meaning in addresses are escaped.
fn address(path: &str) -> String {
    path.replace('%', "%25").replace('#', "%23").replace('?', "%3F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_from_the_result() {
        let input = |id: &str, below: &str| Input::new(id.to_owned(), Some("x".into()), 0, below.to_owned());
        let links = Links::new(
            &[input("a#1.xlsx", "a#1.xlsx")],
            &["forms".into()],
            Path::new("/d"),
            Path::new("../out"),
        );
        let mut location = Location { file: "a#1.xlsx".to_owned(), ..Location::default() };
        assert_eq!(links.to(&location).as_deref(), Some("../d/forms/a%231.xlsx"));
        (location.sheet, location.cell) = (Some("一'表".to_owned()), Some("B2".to_owned()));
        assert_eq!(links.to(&location).as_deref(), Some("../d/forms/a%231.xlsx#'一''表'!B2"));
        location.file = "b".to_owned();
        assert_eq!(links.to(&location), None);
        let links =
            Links::new(&[input("b.txt", "")], &["./x/../b.txt".into()], Path::new("/d"), Path::new("out"));
        location = Location { file: "b.txt".to_owned(), ..Location::default() };
        assert_eq!(links.to(&location).as_deref(), Some("../b.txt"));
    }
}
