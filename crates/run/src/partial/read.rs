//! Reads partials.

use std::io::{self, BufRead, BufReader, Read};

use huizong_schema::partial::{PartialDocument, PartialEnd, PartialHead, PartialInput, PartialLine, VERSION};
use serde_json::Value;

use crate::error::{Error, reason};
use crate::threads::in_parts;

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

/// So many bytes are read at a time for each thread.
const AT_ONCE: usize = 1 << 20;

/// Reads a partial on as many threads as wanted. `name` names it in errors.
///
/// # Errors
///
/// Returns an error if it is not a partial of this version, was cut off, or was changed.
pub fn read(name: &str, source: &mut dyn Read, threads: usize) -> Result<Partial, Error> {
    let mut source = BufReader::with_capacity(1 << 18, source);
    let cannot_read = |error: io::Error| {
        let why = reason(&error);
        Error::new(
            format!("读不出部分结果 {name}：{}", why.zh),
            format!("cannot read the partial {name}: {}", why.en),
        )
    };
    let mut hasher = blake3::Hasher::new();
    let mut first = Vec::new();
    source.read_until(b'\n', &mut first).map_err(cannot_read)?;
    if first.is_empty() {
        return Err(not_a_partial(name));
    }
    refuse_version(name, &first)?;
    let PartialLine::Partial(head) = parse(name, 1, &first)? else {
        return Err(refused(name, 1, "a line in the wrong place"));
    };
    hasher.update(&first);
    let mut inputs: Vec<(PartialInput, Vec<PartialDocument>)> = Vec::new();
    let mut number = 1;
    loop {
        let block = lines(&mut source, AT_ONCE * threads.max(1)).map_err(cannot_read)?;
        if block.is_empty() {
            return Err(cut_off(name));
        }
        let lines: Vec<(u64, &[u8])> =
            (number + 1..).zip(block.split_inclusive(|byte| *byte == b'\n')).collect();
        number += lines.len() as u64;
        let parsed = in_parts(&lines, threads, |lines| {
            lines.iter().map(|(number, line)| parse(name, *number, line)).collect::<Vec<_>>()
        });
        let mut at = 0;
        for (read, (number, line)) in parsed.into_iter().flatten().zip(lines) {
            match read? {
                PartialLine::Input(input) => inputs.push((input.into_owned(), Vec::new())),
                PartialLine::Document(document) => match inputs.last_mut() {
                    Some((_, documents)) => documents.push(document.into_owned()),
                    None => return Err(refused(name, number, "a document without an input")),
                },
                PartialLine::End(end) => {
                    hasher.update(&block[..at]);
                    let documents: usize = inputs.iter().map(|(_, documents)| documents.len()).sum();
                    let is_as_written = end.blake3 == hasher.finalize().to_hex().as_str()
                        && end.documents == documents as u64;
                    let is_last =
                        at + line.len() == block.len() && source.fill_buf().is_ok_and(<[u8]>::is_empty);
                    if !is_as_written || !is_last {
                        return Err(changed(name));
                    }
                    let (head, end) = (head.into_owned(), end.into_owned());
                    return Ok(Partial { name: name.to_owned(), head, inputs, end });
                }
                PartialLine::Partial(_) => return Err(refused(name, number, "a line in the wrong place")),
            }
            at += line.len();
        }
        hasher.update(&block);
    }
}

/// Reads what a partial was made by, and no more; [`None`] if that cannot be read.
pub(super) fn read_head(source: &mut dyn Read) -> Option<PartialHead> {
    let mut first = Vec::new();
    BufReader::new(source).read_until(b'\n', &mut first).ok()?;
    match parse("", 1, &first) {
        Ok(PartialLine::Partial(head)) => Some(head.into_owned()),
        _ => None,
    }
}

/// Reads whole lines, about so many bytes of them. Only the last line of a source may be without a line break.
fn lines(source: &mut impl BufRead, about: usize) -> io::Result<Vec<u8>> {
    let mut block = Vec::with_capacity(about + (about >> 2));
    source.by_ref().take(about as u64).read_to_end(&mut block)?;
    source.read_until(b'\n', &mut block)?;
    Ok(block)
}

fn parse(name: &str, number: u64, line: &[u8]) -> Result<PartialLine<'static>, Error> {
    if line.last() != Some(&b'\n') {
        return Err(cut_off(name));
    }
    serde_json::from_slice(line).map_err(|error| refused(name, number, &error.to_string()))
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
