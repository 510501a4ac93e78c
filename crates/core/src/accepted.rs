//! Which documents count where a department sent several different ones.

/// The documents that count where a department sent several: those that were named, and those in the folder for corrected ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// In the order in which they were named.
    names: Vec<String>,
    folder: Option<String>,
}

impl Accepted {
    /// Creates the documents that were named: by their ids, or by the ends or longer forms of these, as people name files from
    /// different folders.
    pub fn new<D: AsRef<str>>(names: impl IntoIterator<Item = D>) -> Self {
        let names = names.into_iter().map(|name| name.as_ref().replace('\\', "/")).collect();
        Self { names, folder: None }
    }

    /// Adds the name of folders for corrected documents: one in such a folder replaces the others of its department.
    #[must_use]
    pub fn with_folder(self, folder: Option<&str>) -> Self {
        let folder = folder.map(|folder| folder.trim_matches(['/', '\\']).to_owned());
        Self { folder: folder.filter(|folder| !folder.is_empty()), ..self }
    }

    /// Whether a document was named, or is in a folder for corrected ones.
    pub fn prefers(&self, document: &str) -> bool {
        self.is_named(document) || self.is_in_folder(document)
    }

    /// The one of a department's documents that counts: the one named last, else the only one in a folder for corrected ones.
    pub fn of(&self, documents: &[&str]) -> Option<usize> {
        let meant = |name: &String| -> Vec<usize> {
            (0..documents.len()).filter(|&index| means(name, documents[index])).collect()
        };
        let only = |found: Vec<usize>| if let [one] = found[..] { Some(one) } else { None };
        match self.names.iter().rev().map(meant).find(|found| !found.is_empty()) {
            Some(named) => only(named),
            None => only((0..documents.len()).filter(|&index| self.is_in_folder(documents[index])).collect()),
        }
    }

    /// The names that mean none of these documents.
    pub fn unmatched<'d>(&self, documents: impl IntoIterator<Item = &'d str>) -> Vec<&str> {
        let mut left: Vec<&str> = self.names.iter().map(String::as_str).collect();
        for document in documents {
            if left.is_empty() {
                break;
            }
            left.retain(|name| !means(name, document));
        }
        left
    }

    /// Whether a document was named.
    pub fn is_named(&self, document: &str) -> bool {
        self.names.iter().any(|name| means(name, document))
    }

    /// Whether a document is in a folder for corrected ones and was not named.
    pub(crate) fn is_only_corrected(&self, document: &str) -> bool {
        self.is_in_folder(document) && !self.is_named(document)
    }

    fn is_in_folder(&self, document: &str) -> bool {
        let Some(folder) = &self.folder else { return false };
        let above = document.rsplit_once('/').map_or("", |(above, _)| above);
        above.split('/').any(|part| part == folder)
    }
}

impl<D: AsRef<str>, const N: usize> From<[D; N]> for Accepted {
    fn from(names: [D; N]) -> Self {
        Self::new(names)
    }
}

/// Whether a name means a document: they are the same, or one is the end of the other.
fn means(name: &str, document: &str) -> bool {
    let is_end = |end: &str, of: &str| of.strip_suffix(end).is_some_and(|before| before.ends_with('/'));
    let name = name.trim_start_matches("./");
    name == document || is_end(name, document) || is_end(document, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_name_a_file_from_where_they_are() {
        for name in [
            "妇联/二稿.xlsx",
            "二稿.xlsx",
            "各部门报表/妇联/二稿.xlsx",
            "./妇联/二稿.xlsx",
            "妇联\\二稿.xlsx",
        ] {
            assert_eq!(Accepted::new([name]).of(&["妇联/一稿.xlsx", "妇联/二稿.xlsx"]), Some(1), "{name}");
        }
        assert_eq!(Accepted::new(["稿.xlsx"]).of(&["妇联/一稿.xlsx", "妇联/二稿.xlsx"]), None);
        assert_eq!(Accepted::new(["x.xlsx"]).unmatched(["a.xlsx"]), ["x.xlsx"]);
    }

    #[test]
    fn who_changes_their_mind_is_followed() {
        let documents = ["妇联/一稿.xlsx", "妇联/二稿.xlsx"];
        assert_eq!(Accepted::new(["二稿.xlsx", "妇联/一稿.xlsx"]).of(&documents), Some(0));
        assert_eq!(Accepted::new(["一稿.xlsx", "二稿.xlsx"]).of(&documents), Some(1));
        // A name that means both says nothing.
        assert_eq!(Accepted::new(["稿.xlsx"]).of(&["a/稿.xlsx", "b/稿.xlsx"]), None);
    }

    #[test]
    fn a_corrected_form_stands_unless_another_one_was_named() {
        let documents = ["妇联/表.xlsx", "修改稿/妇联.xlsx"];
        let accepted = Accepted::default().with_folder(Some("修改稿"));
        assert_eq!(accepted.of(&documents), Some(1));
        assert_eq!(Accepted::new(["妇联/表.xlsx"]).with_folder(Some("修改稿")).of(&documents), Some(0));
        // Two of them are as many as two others.
        assert_eq!(accepted.of(&["修改稿/a.xlsx", "修改稿/b.xlsx"]), None);
        assert_eq!(accepted.of(&["修改稿.xlsx", "妇联/表.xlsx"]), None);
    }
}
