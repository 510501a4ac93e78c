//! Words with boxes beside them, of which one is ticked: □元 ☑万元, 元（ ） 万元（√）.

/// What a text with boxes says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice<'t> {
    /// The word that is ticked, and where the first word with its box begins.
    Of(&'t str, usize),
    /// Something is ticked, but not one word for certain.
    Unclear,
}

/// The marks of boxes that are not ticked.
const BOXES: [char; 7] = ['□', '☐', '◻', '❑', '❒', '▢', '○'];
/// The marks of boxes that are ticked, and of ticks without a box.
const TICKS: [char; 8] = ['☑', '√', '✓', '✔', '■', '☒', '🗹', '●'];
/// Brackets that can be a box, with a tick in them or with nothing.
const BRACKETS: [(char, char); 5] = [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('【', '】')];

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
enum Piece<'t> {
    Box { is_ticked: bool, begins: usize, ends: usize },
    Word { text: &'t str, begins: usize },
}

impl Piece<'_> {
    fn begins(&self) -> usize {
        match *self {
            Self::Box { begins, .. } | Self::Word { begins, .. } => begins,
        }
    }

    fn is_box(&self) -> bool {
        matches!(self, Self::Box { .. })
    }
}

/// The choice that a text makes; [`None`] if nothing in it is ticked.
pub(super) fn choice(text: &str) -> Option<Choice<'_>> {
    if !text.contains(TICKS) {
        return None;
    }
    let all = pieces(text);
    let first = all.iter().position(Piece::is_box)?;
    // The words with their boxes begin after the label's colon, or in a bracket.
    let label = text[..all[first].begins()].rfind([':', '：', '(', '（']);
    let start = label.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let all: Vec<Piece<'_>> = all.into_iter().filter(|piece| piece.begins() >= start).collect();
    let are_in_front = match (all.first()?.is_box(), all.last()?.is_box()) {
        (true, false) => true,
        (false, true) => false,
        _ => match side(text, &all) {
            Some(side) => side,
            None => return Some(Choice::Unclear),
        },
    };
    let first = all.iter().position(Piece::is_box)?;
    // Without a label, what is before the first word with a box is not one of the words.
    let first_word = if are_in_front { first } else { first.checked_sub(1)? };
    let begins = all[if label.is_some() { 0 } else { first_word }].begins();
    let mut ticked = Vec::new();
    for (at, piece) in all.iter().enumerate() {
        if let Piece::Box { is_ticked: true, .. } = piece {
            let beside = if are_in_front { all.get(at + 1) } else { at.checked_sub(1).map(|at| &all[at]) };
            match beside {
                Some(Piece::Word { text, .. }) => ticked.push(*text),
                _ => return Some(Choice::Unclear),
            }
        }
    }
    Some(match ticked[..] {
        [word] => Choice::Of(word, begins),
        _ => Choice::Unclear,
    })
}

/// Whether the boxes are in front of their words, by the white space around them; [`None`] if that does not say it.
fn side(text: &str, pieces: &[Piece<'_>]) -> Option<bool> {
    let mut in_front = pieces.iter().filter_map(|piece| {
        let Piece::Box { begins, ends, .. } = *piece else { return None };
        let is_gap = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let before = is_gap(text[..begins].chars().next_back());
        let behind = is_gap(text[ends..].chars().next());
        Some((before != behind).then_some(before))
    });
    let first = in_front.next()??;
    in_front.all(|side| side == Some(first)).then_some(first)
}

/// The boxes and words of a text, from left to right.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut word: Option<usize> = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let begins = at;
        let of_box = mark(&text[at..]);
        at += of_box.map_or(c.len_utf8(), |(length, _)| length);
        if of_box.is_none() && c.is_alphanumeric() {
            word.get_or_insert(begins);
            continue;
        }
        if let Some(from) = word.take() {
            found.push(Piece::Word { text: &text[from..begins], begins: from });
        }
        if let Some((_, is_ticked)) = of_box {
            found.push(Piece::Box { is_ticked, begins, ends: at });
        }
    }
    if let Some(from) = word {
        found.push(Piece::Word { text: &text[from..], begins: from });
    }
    found
}

/// The box with which a text begins: its length, and whether it is ticked.
fn mark(text: &str) -> Option<(usize, bool)> {
    let c = text.chars().next()?;
    if BOXES.contains(&c) || TICKS.contains(&c) {
        return Some((c.len_utf8(), TICKS.contains(&c)));
    }
    let (_, close) = BRACKETS.into_iter().find(|(open, _)| *open == c)?;
    let (inner, _) = text[c.len_utf8()..].split_once(close)?;
    let length = c.len_utf8() + inner.len() + close.len_utf8();
    let inner = inner.trim();
    let is_tick = inner.chars().all(|c| TICKS.contains(&c));
    is_tick.then_some((length, !inner.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_before_or_behind_their_words() {
        let word = |text| match choice(text) {
            Some(Choice::Of(word, _)) => word,
            Some(Choice::Unclear) => "?",
            None => "-",
        };
        for (text, chosen) in [
            ("单位：□元 ☑万元", "万元"),
            ("单位：☑元□万元", "元"),
            ("单位：元□ 万元☑", "万元"),
            ("单位：元□、万元■", "万元"),
            ("单位：元（ ） 万元（√）", "万元"),
            ("单位：（√）元 （ ）万元", "元"),
            ("单位：元 万元√", "万元"),
            ("单位：元 √万元", "万元"),
            ("单位：元√ 万元", "元"),
            ("单位：√元  万元", "元"),
            ("单位：万元□ 元☑", "元"),
            ("单位：万元[ ] 元[√]", "元"),
            ("单位：○元 ●万元  年度：2022年", "万元"),
            ("单位：元☐ 万元☑  2022年", "万元"),
            ("（□元 ☑万元）", "万元"),
            ("甲局（√本级  汇总）", "本级"),
            ("部门名称（□汇总 ☑本级）", "本级"),
            ("单位：元√万元", "?"),
            ("单位：☑元 ☑万元", "?"),
            ("单位：□元 □万元", "-"),
            ("单位：（ ）万元", "-"),
        ] {
            assert_eq!(word(text), chosen, "{text}");
        }
        for (text, before) in [
            ("甲局（√本级  汇总）", "甲局（"),
            ("甲局 ☑汇总 □本级", "甲局 "),
            ("甲局 汇总（√） 本级（ ）", "甲局 "),
            ("单位：元□ 万元☑", "单位："),
            ("单位：元 万元√", "单位："),
        ] {
            let Some(Choice::Of(_, begins)) = choice(text) else { panic!("{text}") };
            assert_eq!(&text[..begins], before);
        }
    }
}
