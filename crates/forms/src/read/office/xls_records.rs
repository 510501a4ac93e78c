//! The records of an old workbook: the stream of them in its container, and walking over it.

use std::io::{Cursor, Read};

use crate::unreadable::Unreadable;

/// So many bytes of records are read.
const RECORDS: u64 = 64 << 20;

/// A record's type, and where its data begins and ends.
pub(super) type Record = (u16, usize, usize);

/// A type that no record has: records that must not be read are changed to it.
pub(super) const NONE: u16 = 0xffff;

/// The stream of records in a container.
pub(super) fn records_of(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let broken = |error: std::io::Error| Unreadable::Broken(error.to_string());
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    if container.is_stream("/EncryptedPackage") {
        return Err(Unreadable::Password);
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name));
    let Some(name) = name else {
        let is_text = container.is_stream("/WordDocument");
        return Err(Unreadable::OtherKind(if is_text { "doc / wps" } else { "ole" }));
    };
    let mut records = Vec::new();
    let stream = container.open_stream(name).map_err(broken)?;
    stream.take(RECORDS + 1).read_to_end(&mut records).map_err(broken)?;
    if records.len() as u64 > RECORDS { Err(Unreadable::TooLarge) } else { Ok(records) }
}

/// A container that holds the records and nothing else. (The crate that reads containers asks the clock to write one.)
pub(super) fn packed(records: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 4096;
    const END: u32 = 0xffff_fffe;
    const FREE: u32 = 0xffff_ffff;
    const TABLE: u32 = 0xffff_fffd;
    let number = |count: usize| u32::try_from(count).unwrap_or(FREE);
    // A stream shorter than a sector would be stored in another way.
    let length = records.len().max(SECTOR);
    let data = length.div_ceil(SECTOR);
    // The table has an entry for each of its own sectors, for the directory and for the data.
    let table = (data + 1).div_ceil(SECTOR / 4 - 1);
    let mut out = Vec::with_capacity((table + data + 2) * SECTOR);
    out.extend([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    out.extend([0; 16]);
    for half in [0x3e_u16, 4, 0xfffe, 12, 6, 0, 0, 0] {
        out.extend(half.to_le_bytes());
    }
    for word in [1, number(table), number(table), 0, 4096, END, 0, END, 0] {
        out.extend(word.to_le_bytes());
    }
    for index in 0..109 {
        out.extend(if index < table { number(index) } else { FREE }.to_le_bytes());
    }
    out.resize(SECTOR, 0);
    let entries = (0..table).map(|_| TABLE).chain([END]);
    let chain = (1..=data).map(|index| if index == data { END } else { number(table + 1 + index) });
    entries.chain(chain).for_each(|entry| out.extend(entry.to_le_bytes()));
    out.resize((1 + table) * SECTOR, 0xff);
    for (name, kind, child, begins, length) in
        [("Root Entry", 5, 1, number(table + 1), 0), ("Workbook", 2, FREE, number(table + 1), length as u64)]
    {
        let begin = out.len();
        name.encode_utf16().for_each(|unit| out.extend(unit.to_le_bytes()));
        out.resize(begin + 64, 0);
        out.extend(u16::try_from(2 * name.len() + 2).unwrap_or(0).to_le_bytes());
        out.extend([kind, 1]);
        [FREE, FREE, child].iter().for_each(|entry| out.extend(entry.to_le_bytes()));
        out.extend([0; 36]);
        out.extend(begins.to_le_bytes());
        out.extend(length.to_le_bytes());
    }
    out.resize((2 + table) * SECTOR, 0);
    out.extend(records);
    out.resize((2 + table + data) * SECTOR, 0);
    out
}

/// Changes a record so that it is not read.
pub(super) fn hide(stream: &mut [u8], data_begins: usize) {
    stream[data_begins - 4..data_begins - 2].copy_from_slice(&NONE.to_le_bytes());
}

/// The records of one substream: those of charts within it are passed over.
pub(super) fn records(stream: &[u8], begins: usize) -> Vec<Record> {
    let mut records = Vec::new();
    let mut depth = 0_u32;
    for (kind, from, to) in every_record(stream, begins) {
        match kind {
            0x0809 => depth += 1,
            0x000a => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 {
            records.push((kind, from, to));
        }
    }
    records
}

/// All records from a place on, whatever they belong to.
pub(super) fn every_record(stream: &[u8], begins: usize) -> impl Iterator<Item = Record> + '_ {
    let mut at = begins;
    std::iter::from_fn(move || {
        let (kind, length) = (word(stream, at)?, word(stream, at + 2)?);
        let (from, to) = (at + 4, at + 4 + usize::from(length));
        at = to;
        (to <= stream.len()).then_some((kind, from, to))
    })
}

/// The four bytes from a place on, as a number.
pub(super) fn double_word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// The two bytes from a place on, as a number.
pub(super) fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_packed_so_that_they_can_be_read() {
        for length in [0, 10, 4096, 4097, 5_000_000] {
            let records: Vec<u8> = (0..length).map(|at: u32| at.to_le_bytes()[0]).collect();
            let mut container = cfb::CompoundFile::open(Cursor::new(packed(&records))).unwrap();
            let mut read = Vec::new();
            container.open_stream("/Workbook").unwrap().read_to_end(&mut read).unwrap();
            assert!(read.starts_with(&records) && read.len() == records.len().max(4096), "{length}");
        }
    }
}
