//! Zip containers, with bounds: the sizes that a file claims are not trusted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::unreadable::Unreadable;

/// The most bytes of one part once it is unpacked. A form of a thousand rows has less than one megabyte.
const PART: u64 = 64 << 20;
/// The most bytes of all parts that are read.
const ALL: u64 = 192 << 20;

/// A zip container. Parts are unpacked when they are asked for.
pub(crate) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// The parts by their names in lower case: office programs ignore case.
    by_name: BTreeMap<String, String>,
    /// How much may still be unpacked.
    left: u64,
}

impl<'b> Package<'b> {
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        let names = archive.file_names().flatten();
        let by_name = names.map(|name| (name.to_ascii_lowercase(), name.into_owned())).collect();
        Ok(Self { archive, by_name, left: ALL })
    }

    /// Whether there is a part of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some() || self.by_name.contains_key(&name.to_ascii_lowercase())
    }

    /// The names of the parts, in no particular order.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.archive.file_names().flatten()
    }

    /// A part, unpacked; `None` if no part has that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let is_there = self.archive.index_for_name(name).is_some();
        let other = || self.by_name.get(&name.to_ascii_lowercase()).map(String::as_str);
        let name = if is_there { name } else { other().unwrap_or(name) };
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(broken(&error)),
        };
        let room = PART.min(self.left);
        let mut bytes = Vec::new();
        part.take(room + 1).read_to_end(&mut bytes).map_err(|error| Unreadable::Broken(error.to_string()))?;
        let length = bytes.len() as u64;
        if length > room {
            return Err(Unreadable::TooLarge);
        }
        self.left -= length;
        Ok(Some(bytes))
    }

    /// A part that must be there.
    pub(crate) fn needed(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        self.part(name)?.ok_or_else(|| Unreadable::Broken(format!("{name} is missing")))
    }
}

fn broken(error: &ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => Unreadable::Password,
        error => Unreadable::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(parts: &[(&str, u64)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, length) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            std::io::copy(&mut std::io::repeat(b' ').take(*length), &mut writer).unwrap();
        }
        writer.flush().unwrap();
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let bytes = zipped(&[("a", 10), ("b", PART), ("c", PART + 1), ("d", PART), ("e", PART)]);
        let mut package = Package::open(&bytes).unwrap();
        assert_eq!(package.part("a").unwrap().unwrap(), vec![b' '; 10]);
        assert_eq!(package.part("c"), Err(Unreadable::TooLarge));
        assert!(package.part("b").unwrap().is_some() && package.part("d").unwrap().is_some());
        assert_eq!(package.part("e"), Err(Unreadable::TooLarge), "all together are too much");
        assert_eq!(package.part("x"), Ok(None));
    }

    #[test]
    fn what_is_cut_off_is_broken() {
        let bytes = zipped(&[("a", 100)]);
        assert!(matches!(Package::open(&bytes[..bytes.len() / 2]).err(), Some(Unreadable::Broken(_))));
    }
}
