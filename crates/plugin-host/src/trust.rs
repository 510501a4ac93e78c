//! Decides which code may run: a file that is read once, its digest, and the pins of `plugins.lock`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The largest library that is read.
const LARGEST: u64 = 256 << 20;

/// A plugin's file, read once, so that the bytes that were checked are the bytes that run.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Where it was read from.
    pub path: PathBuf,
    /// The file's contents.
    pub bytes: Arc<[u8]>,
    /// The SHA-256 digest of its contents: 64 hexadecimal digits.
    pub sha256: String,
}

impl Candidate {
    /// Reads a file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is not a regular file, or is larger than 256 MiB.
    pub fn read(path: &Path) -> io::Result<Self> {
        // Reading a pipe or a device might never begin or never end.
        if !path.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, NOT_PLAIN));
        }
        let mut options = File::options();
        options.read(true);
        #[cfg(target_os = "linux")]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        }
        let file = options.open(path)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, NOT_PLAIN));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 256 MiB"));
        }
        let sha256 = digest(&bytes);
        Ok(Self { path: path.to_owned(), bytes: bytes.into(), sha256 })
    }
}

const NOT_PLAIN: &str = "not a plain file";

/// The SHA-256 digest: 64 hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The entry of one plugin in `plugins.lock`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The version of the plugin.
    pub version: String,
    /// The digest of its file.
    pub sha256: String,
    /// The digest of its manifest.
    pub manifest_sha256: String,
}

impl Pin {
    /// Whether the other pin has another manifest under the same version, which is never allowed.
    pub fn contradicts(&self, other: &Self) -> bool {
        self.version == other.version && self.manifest_sha256 != other.manifest_sha256
    }

    /// The beginning of a digest, enough for people to tell files apart.
    pub fn short(digest: &str) -> &str {
        digest.get(..12).unwrap_or(digest)
    }
}

/// The plugins that a district decided to run, by id: the contents of `plugins.lock`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lock(pub BTreeMap<String, Pin>);

impl Lock {
    /// The file's name.
    pub const FILE: &str = "plugins.lock";

    /// Parses the file.
    ///
    /// # Errors
    /// Returns a message if the text is not valid.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Formats the file.
    pub fn text(&self) -> String {
        let mut text =
            "# 由 huizong plugin add 写成，请勿手改。Written by huizong plugin add; not to be edited.\n"
                .to_owned();
        text.push('\n');
        text.push_str(&toml::to_string(self).expect("texts by name are TOML"));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_survives_a_round_trip() {
        let pin = Pin { version: "1.0.0".into(), sha256: digest(b"a"), manifest_sha256: digest(b"b") };
        let lock = Lock(BTreeMap::from([("demo-2".into(), pin.clone()), ("a".into(), pin)]));
        assert_eq!(Lock::parse(&lock.text()), Ok(lock));
        assert!(Lock::parse("[a]\nversion = \"1\"").is_err());
        assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Candidate::read(folder.path()).is_err());
        assert!(Candidate::read(&folder.path().join("none")).is_err());
        let path = folder.path().join("file");
        std::fs::write(&path, b"x").unwrap();
        assert_eq!(&*Candidate::read(&path).unwrap().bytes, b"x");
    }
}
