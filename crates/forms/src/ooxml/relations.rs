//! The relations between the parts of an office package.

use std::collections::BTreeMap;

use super::package::Package;
use super::xml::{Piece, Pieces, attribute, text_of};
use crate::unreadable::Unreadable;

/// The part that holds the document itself.
pub(crate) fn main_part(package: &mut Package<'_>, usually: &str) -> Result<String, Unreadable> {
    let found = relations(package, "")?.into_values().find(|(kind, _)| kind == "officeDocument");
    Ok(found.map_or_else(|| usually.to_owned(), |(_, target)| target))
}

/// The relations of a part, by id: the kind of each, and the part that it names.
pub(crate) fn relations(
    package: &mut Package<'_>,
    part: &str,
) -> Result<BTreeMap<String, (String, String)>, Unreadable> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let separator = if folder.is_empty() { "" } else { "/" };
    let Some(rels) = package.part(&format!("{folder}{separator}_rels/{name}.rels"))? else {
        return Ok(BTreeMap::new());
    };
    let text = text_of(&rels);
    let mut relations = BTreeMap::new();
    let mut pieces = Pieces::of(&text);
    while let Some(piece) = pieces.next()? {
        let Piece::Start(element) = piece else { continue };
        let (Some(id), Some(kind), Some(target)) =
            (attribute(&element, "Id"), attribute(&element, "Type"), attribute(&element, "Target"))
        else {
            continue;
        };
        if attribute(&element, "TargetMode").is_some_and(|mode| mode == "External") {
            continue;
        }
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        relations.insert(id.into_owned(), (kind, resolved(folder, &target)));
    }
    Ok(relations)
}

/// The part that a target names, relative to a folder.
fn resolved(folder: &str, target: &str) -> String {
    let from: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    let mut path: Vec<&str> = from.into_iter().filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    unescaped(&path.join("/"))
}

/// A target with percent-encoded characters decoded.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| byte == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(of) => {
                bytes.push(of);
                rest = &behind[2..];
            }
            None => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_their_folder() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("xl", "../a/./b.xml"), "a/b.xml");
        assert_eq!(resolved("", "../../a.xml"), "a.xml");
        assert_eq!(resolved("xl", "worksheets/my%20sheet%E8%A1%A8.xml"), "xl/worksheets/my sheet表.xml");
        assert_eq!(resolved("xl", "100%.xml"), "xl/100%.xml");
    }
}
