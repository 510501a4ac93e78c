//! Receipts in the folders of results, of every version.

mod v1_0;

use std::fs;
use std::path::{Path, PathBuf};

use huizong_schema::findings::Message;
use huizong_schema::receipt::{FILE, KIND, Output, Receipt, VERSION};
use serde::Deserialize;

use crate::error::Error;
use crate::paths::plain;

/// The members that receipts of all versions share.
#[derive(Deserialize)]
struct Head {
    kind: String,
    schema_version: String,
    outputs: Vec<Output>,
}

/// Reads the outputs that a folder's receipt names, whatever its version; `None` if the folder is not a result.
pub fn outputs_of(folder: &Path) -> Option<Vec<Output>> {
    let (_, head) = read_head(folder)?;
    Some(head.outputs)
}

/// Reads the receipt of a folder; `None` if the folder is not a result.
///
/// # Errors
///
/// Returns an error if the folder has a receipt that this command cannot read, such as one of a later version.
pub fn receipt_of(folder: &Path) -> Result<Option<Receipt>, Error> {
    let Some((bytes, head)) = read_head(folder) else { return Ok(None) };
    let read = match &*head.schema_version {
        VERSION => serde_json::from_slice(&bytes).map_err(|error| malformed(&error)),
        v1_0::VERSION => v1_0::read(&bytes),
        later => Err(Message {
            zh: format!("它的版本是 {later}，本程序只认 {} 和 {VERSION}；请用更新的程序", v1_0::VERSION),
            en: format!(
                "its version is {later}, and this command reads {} and {VERSION}: use a later one",
                v1_0::VERSION
            ),
        }),
    };
    let shown = folder.join(FILE);
    let shown = shown.display();
    read.map(Some).map_err(|why| {
        Error::new(
            format!("无法读取汇总记录 {shown}：{}", why.zh),
            format!("cannot read the receipt {shown}: {}", why.en),
        )
    })
}

/// The folder from which the paths of a receipt lead to what the result was made of: as it was from the folder of the result, as both
/// may have been moved together, else the working directory.
pub fn root_of(folder: &Path, receipt: &Receipt, directory: &Path) -> PathBuf {
    let moved = plain(&folder.join(&receipt.root));
    let holds = |root: &Path| receipt.run.paths.iter().any(|path| root.join(path).exists());
    if moved.is_dir() && (holds(&moved) || !holds(directory)) { moved } else { directory.to_owned() }
}

fn read_head(folder: &Path) -> Option<(Vec<u8>, Head)> {
    let bytes = fs::read(folder.join(FILE)).ok()?;
    let head: Head = serde_json::from_slice(&bytes).ok()?;
    (head.kind == KIND).then_some((bytes, head))
}

fn malformed(error: &serde_json::Error) -> Message {
    Message {
        zh: format!("内容有误，或由更新的程序写出（{error}）"),
        en: format!("it is malformed, or a later command wrote it ({error})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl FnOnce(&mut serde_json::Value)) -> Result<Option<Receipt>, String> {
        let folder = tempfile::tempdir().unwrap();
        let mut receipt = serde_json::to_value(Receipt::of_outputs(Vec::new())).unwrap();
        change(&mut receipt);
        fs::write(folder.path().join(FILE), receipt.to_string()).unwrap();
        receipt_of(folder.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_receipt_of_this_version_is_read() {
        assert_eq!(read(|_| ()), Ok(Some(Receipt::of_outputs(Vec::new()))));
    }

    #[test]
    fn later_receipts_are_refused_by_their_version_or_by_an_unknown_member() {
        let error = read(|receipt| receipt["schema_version"] = "3.0".into()).unwrap_err();
        assert!(error.contains("its version is 3.0"), "{error}");
        let error = read(|receipt| receipt["run"]["rounding"] = "up".into()).unwrap_err();
        assert!(error.contains("unknown field `rounding`"), "{error}");
        let error = read(|receipt| receipt["signature"] = "x".into()).unwrap_err();
        assert!(error.contains("unknown field `signature`"), "{error}");
    }

    #[test]
    fn what_is_not_a_receipt_is_none() {
        assert_eq!(read(|receipt| receipt["kind"] = "consolidation".into()), Ok(None));
        assert_eq!(read(|receipt| *receipt = 1.into()), Ok(None));
    }
}
