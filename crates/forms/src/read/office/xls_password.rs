//! Excel workbooks of old that are encrypted with a password that everybody has.
//!
//! Excel encrypts a workbook whose structure is protected, and opens it without a question if the password is its own
//! default. The methods are those of the specification MS-OFFCRYPTO, 2.3.6 and 2.3.5: RC4, with the key changed every
//! 1,024 bytes. The method before these, which mixes bytes with the password, is not read.

use md5::Md5;
use rc4::{KeyInit, Rc4, StreamCipher};
use sha1::{Digest, Sha1};

use super::xls_records::{double_word, every_record, hide, records, word};
use crate::unreadable::Unreadable;

/// The password that Excel tries by itself.
const DEFAULT: &str = "VelvetSweatshop";
const FILE_PASS: u16 = 0x002f;
/// The records that are never encrypted: where parts begin, and what locks a file.
const PLAIN: [u16; 7] = [0x0809, FILE_PASS, 0x0194, 0x0195, 0x00e1, 0x0196, 0x0138];
/// A sheet's name, after four bytes that say where the sheet begins and are not encrypted.
const SHEET: u16 = 0x0085;
/// The most bytes of a record.
const RECORD: usize = 8224;
/// Where the second method's header begins in its record; before it is its length.
const HEADER: usize = 14;
/// The bytes of the shortest key, which is filled up with zeros. It is meant where no size is given.
const SHORT: usize = 5;
/// The bytes that one key encrypts.
const BLOCK: usize = 1024;

/// Decrypts the records of a workbook if they are encrypted.
///
/// # Errors
/// Returns [`Unreadable::Password`] if another password is needed, or if they are encrypted by another method.
pub(super) fn decrypt(stream: &mut [u8]) -> Result<(), Unreadable> {
    let Some((_, begins, ends)) = records(stream, 0).into_iter().find(|(kind, ..)| *kind == FILE_PASS) else {
        return Ok(());
    };
    let keys = stream.get(begins..ends).and_then(Keys::of).ok_or(Unreadable::Password)?;
    let encrypted = stream.to_vec();
    for (block, bytes) in (0..).zip(stream.chunks_mut(BLOCK)) {
        keys.cipher(block).ok_or(Unreadable::Password)?.apply_keystream(bytes);
    }
    // The heads of records are not encrypted, but use up their part of the key.
    let mut end = 0;
    for (kind, from, to) in every_record(&encrypted, 0) {
        let plain = match kind {
            SHEET => to.min(from + 4),
            kind if PLAIN.contains(&kind) => to,
            _ => from,
        };
        stream[from - 4..plain].copy_from_slice(&encrypted[from - 4..plain]);
        end = to;
    }
    stream[end..].copy_from_slice(&encrypted[end..]);
    // Readers would take the records for encrypted still.
    hide(stream, begins);
    Ok(())
}

/// What the keys of a workbook are made from.
enum Keys {
    /// Five bytes of a digest of the password and the salt.
    Md5([u8; 5]),
    /// A digest of the salt and the password, and how many bytes of each key count.
    Sha1([u8; 20], usize),
}

impl Keys {
    /// The keys of the default password; `None` if it is not the workbook's password.
    fn of(record: &[u8]) -> Option<Self> {
        let size = |at: usize| usize::try_from(double_word(record, at)?).ok().filter(|size| *size < RECORD);
        let password: Vec<u8> = DEFAULT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        if word(record, 0)? != 1 {
            return None;
        }
        let (keys, verifier, digest) = match (word(record, 2)?, word(record, 4)?) {
            (1, 1) => {
                let salt = record.get(6..22)?;
                let first = Md5::digest(&password);
                let mut all = Md5::new();
                for _ in 0..16 {
                    all.update(&first[..5]);
                    all.update(salt);
                }
                let keys = Self::Md5(all.finalize()[..5].try_into().ok()?);
                (keys, record.get(22..38)?, record.get(38..54)?)
            }
            (2..=4, 2) => {
                let bits = size(HEADER + 16)?;
                let bytes = if bits == 0 { SHORT } else { bits / 8 };
                let verifier = HEADER + size(HEADER - 4)?;
                let salt = record.get(verifier + 4..verifier + 20)?;
                let seed = Sha1::new().chain_update(salt).chain_update(&password).finalize();
                let keys = (SHORT..=16).contains(&bytes).then(|| Self::Sha1(seed.into(), bytes))?;
                (keys, record.get(verifier + 20..verifier + 36)?, record.get(verifier + 40..verifier + 60)?)
            }
            _ => return None,
        };
        let mut cipher = keys.cipher(0)?;
        let (mut verifier, mut digest) = (verifier.to_vec(), digest.to_vec());
        cipher.apply_keystream(&mut verifier);
        cipher.apply_keystream(&mut digest);
        let fits = match keys {
            Self::Md5(_) => Md5::digest(&verifier)[..] == digest[..],
            Self::Sha1(..) => Sha1::digest(&verifier)[..] == digest[..],
        };
        fits.then_some(keys)
    }

    /// The cipher of a block.
    fn cipher(&self, block: u32) -> Option<Rc4> {
        let key = match self {
            Self::Md5(seed) => {
                Md5::new().chain_update(seed).chain_update(block.to_le_bytes()).finalize().to_vec()
            }
            Self::Sha1(seed, bytes) => {
                let digest = Sha1::new().chain_update(seed).chain_update(block.to_le_bytes()).finalize();
                let mut key = digest.get(..*bytes)?.to_vec();
                if *bytes == SHORT {
                    key.resize(16, 0);
                }
                key
            }
        };
        Rc4::new_from_slice(&key).ok()
    }
}
