//! Archives that are the same wherever they were written.

/// Marks each entry of a zip archive as written on Unix: writers put the system there that they run on. Anything but an archive
/// without a comment is left as it is.
pub fn of_unix(mut archive: Vec<u8>) -> Vec<u8> {
    mark(&mut archive);
    archive
}

/// The number of Unix in an archive's "version made by".
const UNIX: u8 = 3;

fn mark(archive: &mut [u8]) -> Option<()> {
    let end = archive.len().checked_sub(22).filter(|&end| archive[end..].starts_with(b"PK\x05\x06"))?;
    let entries = u16::from_le_bytes(archive[end + 10..end + 12].try_into().ok()?);
    let mut at = u32::from_le_bytes(archive[end + 16..end + 20].try_into().ok()?) as usize;
    for _ in 0..entries {
        let header = archive.get_mut(at..at + 46).filter(|header| header.starts_with(b"PK\x01\x02"))?;
        header[5] = UNIX;
        let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        // The name, the extra field and the comment come after the header.
        at += 46 + length(28) + length(30) + length(32);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with two entries of `system`, without contents.
    fn archive(system: u8) -> Vec<u8> {
        let mut bytes = b"contents".to_vec();
        let start = bytes.len();
        for name in ["a.xml", "b/c.xml"] {
            let mut header = [0; 46];
            header[..6].copy_from_slice(&[b'P', b'K', 1, 2, 20, system]);
            header[28] = u8::try_from(name.len()).unwrap();
            header[30] = 2;
            bytes.extend(header);
            bytes.extend(name.as_bytes());
            bytes.extend([9, 9]);
        }
        let mut end = [0; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[10] = 2;
        end[16] = u8::try_from(start).unwrap();
        bytes.extend(end);
        bytes
    }

    #[test]
    fn every_entry_is_marked_and_nothing_else_is_changed() {
        assert_eq!(of_unix(archive(0)), archive(UNIX));
        assert_eq!(of_unix(archive(UNIX)), archive(UNIX));
    }

    #[test]
    fn what_is_no_archive_is_left_as_it_is() {
        for bytes in [&b""[..], b"PK", b"no archive, but longer than the end of one"] {
            assert_eq!(of_unix(bytes.to_vec()), bytes);
        }
        let mut broken = archive(0);
        let end = broken.len() - 22;
        broken[end + 16] = 200;
        assert_eq!(of_unix(broken.clone()), broken);
    }
}
