//! Comments of a sheet: ours and those of other authors.

use std::collections::BTreeMap;

use huizong_schema::CellName;

use crate::ooxml::escaped;
use crate::ooxml::marks::{AUTHOR, OURS};
use crate::ooxml::parts::{attribute, outline, spliced, with_end};
use crate::ooxml::xml::words_of;
use crate::unreadable::Unreadable;
use crate::write::marked::Marked;

/// A part of comments with ours.
pub(super) struct Written {
    pub(super) text: String,
    /// The cells that had no comment before.
    pub(super) new: Vec<CellName>,
    /// The cells whose comment of ours was removed.
    pub(super) removed: Vec<CellName>,
}

/// A part of comments with our new ones instead of those of an earlier annotation. Ours are recognised by their words:
/// programs rename authors and join runs.
pub(super) fn with_comments(
    text: &str,
    cells: &BTreeMap<CellName, Vec<usize>>,
    marked: &Marked<'_>,
) -> Result<Written, Unreadable> {
    let shape = outline(text)?;
    let prefix = &shape.prefix;
    let (mut new, mut removed) = (Vec::new(), Vec::new());
    let (Some(authors), Some(comments)) = (shape.child("authors"), shape.child("commentList")) else {
        return Err(Unreadable::Broken("the comments have no list".into()));
    };
    let list = with_end(text[comments.clone()].to_owned())?;
    let inner = outline(&list)?;
    let mut kept: Vec<(Option<CellName>, String)> = Vec::new();
    let mut authors_used = 0;
    for (_, range) in &inner.children {
        let comment = &list[range.clone()];
        let at = attribute(comment, "ref").and_then(|cell| cell.parse().ok());
        let words = words_of(comment);
        if words.starts_with(OURS) {
            removed.extend(at);
            continue;
        }
        let author = attribute(comment, "authorId").and_then(|id| id.parse::<usize>().ok());
        authors_used = authors_used.max(author.map_or(0, |author| author.saturating_add(1)));
        kept.push((at, without_ours(comment, &words, prefix)?));
    }
    let of_authors = with_end(text[authors.clone()].to_owned())?;
    let listed = outline(&of_authors)?;
    let named = |name: &str| format!("<{prefix}author>{name}</{prefix}author>");
    let found = listed.children.iter().position(|(_, range)| of_authors[range.clone()] == named(AUTHOR));
    // Authors that comments refer to but that are not listed are not us.
    let unlisted = authors_used.saturating_sub(listed.children.len()).min(1000);
    let author = found.unwrap_or(listed.children.len() + unlisted);
    for (at, numbers) in cells {
        let said: Vec<String> = numbers.iter().map(|number| marked.text(*number)).collect();
        let said = format!("{OURS}{}", said.join("\n"));
        let end = format!("</{prefix}text>");
        match kept.iter_mut().find(|(of, comment)| *of == Some(*at) && comment.contains(&end)) {
            // A cell has one comment; our words are added to it.
            Some((_, comment)) => {
                let behind = format!("{}{end}", run(&format!("\n{said}"), prefix));
                *comment = in_runs(comment, prefix)?.replacen(&end, &behind, 1);
            }
            None => {
                let comment = format!(
                    "<{prefix}comment ref=\"{}\" authorId=\"{author}\"><{prefix}text>{}{end}</{prefix}comment>",
                    at,
                    run(&said, prefix)
                );
                new.push(*at);
                kept.push((None, comment));
            }
        }
    }
    let mut edits = Vec::new();
    if !new.is_empty() && found.is_none() {
        let ours = format!("{}{}", named("").repeat(unlisted), named(AUTHOR));
        edits.push((authors, spliced(&of_authors, vec![(listed.close..listed.close, ours)])));
    }
    let all: String = kept.into_iter().map(|(_, comment)| comment).collect();
    edits.push((comments, format!("{}{all}{}", &list[..inner.open], &list[inner.close..])));
    Ok(Written { text: spliced(text, edits), new, removed })
}

fn run(text: &str, prefix: &str) -> String {
    format!("<{prefix}r><{prefix}t xml:space=\"preserve\">{}</{prefix}t></{prefix}r>", escaped(text))
}

/// A comment with its text in runs, so that another run can be added.
fn in_runs(comment: &str, prefix: &str) -> Result<String, Unreadable> {
    let Some(of) = outline(comment)?.child("text") else { return Ok(comment.to_owned()) };
    let Some(plain) = outline(&comment[of.clone()])?.child("t") else { return Ok(comment.to_owned()) };
    let plain = of.start + plain.start..of.start + plain.end;
    let run = format!("<{prefix}r>{}</{prefix}r>", &comment[plain.clone()]);
    Ok(spliced(comment, vec![(plain, run)]))
}

/// A comment by others without our words in it. One without a text gets an empty text.
fn without_ours(comment: &str, words: &str, prefix: &str) -> Result<String, Unreadable> {
    let Some(of) = outline(comment)?.child("text") else { return Ok(comment.to_owned()) };
    let text = with_end(comment[of.clone()].to_owned())?;
    let Some(theirs) = words.find(&format!("\n{OURS}")).map(|at| &words[..at]) else {
        return Ok(spliced(comment, vec![(of, text)]));
    };
    let inner = outline(&text)?;
    // Where our words are a run of their own, theirs keep their looks.
    let ours = inner
        .children
        .iter()
        .find(|(_, range)| words_of(&text[range.clone()]).starts_with(&format!("\n{OURS}")));
    let text = match ours {
        Some((_, range)) => spliced(&text, vec![(range.clone(), String::new())]),
        None => spliced(&text, vec![(inner.open..inner.close, run(theirs, prefix))]),
    };
    Ok(spliced(comment, vec![(of, text)]))
}
