//! Comments of a sheet: ours among those of others.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::annotate::parts::{attribute, outline, spliced, with_end};
use crate::annotate::{AUTHOR, Marked};
use crate::read::office::{Unreadable, cell_at, name_of};
use crate::write::escaped;

/// What our words in somebody else's comment begin with.
const OURS: &str = "【汇总】";

/// A part of comments with ours instead of those that we wrote before, and the cells that had none.
pub(super) fn with_comments(
    text: &str,
    cells: &BTreeMap<(u32, u32), Vec<usize>>,
    marked: &Marked<'_>,
) -> Result<(String, Vec<(u32, u32)>), Unreadable> {
    let shape = outline(text)?;
    let prefix = &shape.prefix;
    let mut new = Vec::new();
    let (Some(authors), Some(comments)) = (shape.child("authors"), shape.child("commentList")) else {
        return Err(Unreadable::Broken("the comments have no list".into()));
    };
    let of_authors = with_end(text[authors.clone()].to_owned())?;
    let inner = outline(&of_authors)?;
    let is_ours = |range: &Range<usize>| of_authors[range.clone()].contains(&format!(">{AUTHOR}<"));
    let found = inner.children.iter().position(|(_, range)| is_ours(range));
    let author = found.unwrap_or(inner.children.len());
    let new_author = format!("<{prefix}author>{AUTHOR}</{prefix}author>");
    let new_author = if found.is_some() { String::new() } else { new_author };
    let of_authors = spliced(&of_authors, vec![(inner.close..inner.close, new_author)]);
    let list = with_end(text[comments.clone()].to_owned())?;
    let inner = outline(&list)?;
    let mut by_cell: BTreeMap<(u32, u32), String> = BTreeMap::new();
    let mut strange = String::new();
    for (_, range) in &inner.children {
        let comment = &list[range.clone()];
        if attribute(comment, "authorId").and_then(|id| id.parse().ok()) == Some(author) && found.is_some() {
            continue;
        }
        match attribute(comment, "ref").and_then(|cell| cell_at(&cell)) {
            Some(at) => drop(by_cell.insert(at, without_ours(comment, prefix))),
            None => strange += comment,
        }
    }
    let run = |text: &str| format!("<{prefix}r>{text}</{prefix}r>");
    let words = |text: &str| run(&format!("<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", escaped(text)));
    for (at, numbers) in cells {
        let said: Vec<String> = numbers.iter().map(|number| marked.text(*number)).collect();
        let said = said.join("\n");
        let end = format!("</{prefix}text>");
        match by_cell.get_mut(at) {
            // A cell has one comment; what we say goes behind what is there.
            Some(comment) if comment.contains(&end) => {
                let behind = format!("{}{end}", words(&format!("\n{OURS}{said}")));
                *comment = in_runs(comment, prefix)?.replacen(&end, &behind, 1);
            }
            _ => {
                let comment = format!(
                    "<{prefix}comment ref=\"{}\" authorId=\"{author}\"><{prefix}text>{}{end}</{prefix}comment>",
                    name_of(*at),
                    words(&said)
                );
                new.push(*at);
                by_cell.insert(*at, comment);
            }
        }
    }
    let all: String = by_cell.into_values().chain([strange]).collect();
    let list = format!("{}{all}{}", &list[..inner.open], &list[inner.close..]);
    Ok((spliced(text, vec![(authors, of_authors), (comments, list)]), new))
}

/// A comment of which the text is in runs, so that another one can go behind it.
fn in_runs(comment: &str, prefix: &str) -> Result<String, Unreadable> {
    let Some(of) = outline(comment)?.child("text") else { return Ok(comment.to_owned()) };
    let Some(plain) = outline(&comment[of.clone()])?.child("t") else { return Ok(comment.to_owned()) };
    let plain = of.start + plain.start..of.start + plain.end;
    let run = format!("<{prefix}r>{}</{prefix}r>", &comment[plain.clone()]);
    Ok(spliced(comment, vec![(plain, run)]))
}

/// A comment without what we said in it.
fn without_ours(comment: &str, prefix: &str) -> String {
    let begins = format!("<{prefix}r><{prefix}t xml:space=\"preserve\">\n{OURS}");
    let ends = format!("</{prefix}t></{prefix}r>");
    let Some(from) = comment.find(&begins) else { return comment.to_owned() };
    let Some(length) = comment[from..].find(&ends) else { return comment.to_owned() };
    format!("{}{}", &comment[..from], &comment[from + length + ends.len()..])
}
