//! Reads partials.

use std::io::{BufRead, BufReader, Read};

use huizong_schema::partial::{PartialDocument, PartialEnd, PartialHead, PartialInput, PartialLine, VERSION};
use serde_json::Value;

use crate::error::{Error, reason};

/// A partial that was read.
#[derive(Debug)]
pub struct Partial {
    /// Its file, as it was named.
    pub name: String,
    /// What it was made by.
    pub head: PartialHead,
    /// The inputs, each with its documents.
    pub inputs: Vec<(PartialInput, Vec<PartialDocument>)>,
    /// Its end.
    pub end: PartialEnd,
}

/// Reads a partial. `name` names it in errors.
///
/// # Errors
///
/// Returns an error if it is not a partial of this version, was cut off, or was changed.
pub fn read(name: &str, source: &mut dyn Read) -> Result<Partial, Error> {
    let mut source = BufReader::with_capacity(1 << 18, source);
    let mut hasher = blake3::Hasher::new();
    let (mut head, mut inputs): (Option<PartialHead>, Vec<(PartialInput, Vec<PartialDocument>)>) =
        (None, Vec::new());
    let mut line = Vec::new();
    let mut number = 0_u64;
    loop {
        line.clear();
        let length = source.read_until(b'\n', &mut line).map_err(|error| {
            let why = reason(&error);
            Error::new(
                format!("读不出部分结果 {name}：{}", why.zh),
                format!("cannot read the partial {name}: {}", why.en),
            )
        })?;
        number += 1;
        let refused = |why: &str| refused(name, number, why);
        if length == 0 {
            return Err(if head.is_none() { not_a_partial(name) } else { cut_off(name) });
        }
        if head.is_none() {
            refuse_version(name, &line)?;
        }
        if line.last() != Some(&b'\n') {
            return Err(cut_off(name));
        }
        let read: PartialLine<'_> =
            serde_json::from_slice(&line).map_err(|error| refused(&error.to_string()))?;
        match (read, &head) {
            (PartialLine::Partial(read), None) => head = Some(read.into_owned()),
            (PartialLine::Input(input), Some(_)) => inputs.push((input.into_owned(), Vec::new())),
            (PartialLine::Document(document), Some(_)) => match inputs.last_mut() {
                Some((_, documents)) => documents.push(document.into_owned()),
                None => return Err(refused("a document without an input")),
            },
            (PartialLine::End(end), Some(_)) => {
                let documents: usize = inputs.iter().map(|(_, documents)| documents.len()).sum();
                if end.blake3 != hasher.finalize().to_hex().as_str() || end.documents != documents as u64 {
                    return Err(changed(name));
                }
                if !source.fill_buf().is_ok_and(<[u8]>::is_empty) {
                    return Err(changed(name));
                }
                let (head, end) = (head.expect("checked"), end.into_owned());
                return Ok(Partial { name: name.to_owned(), head, inputs, end });
            }
            _ => return Err(refused("a line in the wrong place")),
        }
        hasher.update(&line);
    }
}

/// Refuses what is not a partial, and partials of other versions, by the first line alone.
fn refuse_version(name: &str, line: &[u8]) -> Result<(), Error> {
    let first: Value = serde_json::from_slice(line).unwrap_or_default();
    match first["partial"]["schema_version"].as_str() {
        Some(VERSION) => Ok(()),
        Some(other) => Err(Error::new(
            format!(
                "部分结果 {name} 的版本是 {other}，本程序只认 {VERSION}；请用同一个程序重新做出各个部分结果"
            ),
            format!(
                "the partial {name} is of version {other}, and this command reads {VERSION}: make all partials with one command"
            ),
        )),
        None => Err(not_a_partial(name)),
    }
}

fn not_a_partial(name: &str) -> Error {
    Error::new(
        format!("{name} 不是部分结果；部分结果用 huizong consolidate 各部门的表 --partial 文件 做出"),
        format!("{name} is no partial: make one with huizong consolidate FORMS --partial FILE"),
    )
}

fn cut_off(name: &str) -> Error {
    Error::new(
        format!("部分结果 {name} 不完整，后面缺了一截；请重新做出或重新复制这个文件"),
        format!("the partial {name} was cut off: make or copy it again"),
    )
}

fn changed(name: &str) -> Error {
    Error::new(
        format!("部分结果 {name} 与做出时不同，被改动或损坏了；请重新做出或重新复制这个文件"),
        format!("the partial {name} is not as it was written: make or copy it again"),
    )
}

fn refused(name: &str, line: u64, why: &str) -> Error {
    Error::new(
        format!("部分结果 {name} 的第 {line} 行有误（{why}）；请重新做出这个文件"),
        format!("line {line} of the partial {name} is malformed ({why}): make it again"),
    )
}
