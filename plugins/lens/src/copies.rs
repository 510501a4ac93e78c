//! Finds passages that two departments' texts share.
//!
//! Texts are cut into overlapping runs of characters (shingles), a few of which are kept by winnowing: the
//! smallest hash of each window. Any passage of at least `SHINGLE + WINDOW - 1` characters that two texts
//! share leaves a hash in both (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003). Candidates found by
//! hash are then compared character by character.

use std::collections::BTreeMap;

use huizong_plugin_sdk::schema::Text;
use huizong_plugin_sdk::{Document, Finding, Findings};

use crate::department::Department;

const SHINGLE: usize = 24;
const WINDOW: usize = 12;
/// The number of characters of a passage that a message shows.
const SHOWN: usize = 60;

pub(crate) struct Copies {
    at_least: usize,
    at_most: usize,
    texts: Vec<Source>,
}

/// The text of a document that is compared.
struct Source {
    document: String,
    department: Department,
    /// All paragraphs, without white space.
    characters: Vec<char>,
    /// The start of each paragraph, and its pointer.
    paragraphs: Vec<(usize, String)>,
}

/// A passage that two texts share: its start in the first text, and its length.
#[derive(Clone, Copy)]
struct Shared {
    first: usize,
    length: usize,
}

/// Ends each paragraph, so that no passage spans two.
const END: char = '\n';

impl Copies {
    pub(crate) fn new(at_least: usize, at_most: usize) -> Self {
        Self { at_least: at_least.max(SHINGLE + WINDOW), at_most, texts: Vec::new() }
    }

    pub(crate) fn feed(&mut self, document: &Document<'_>) {
        let mut source = Source {
            document: document.id.to_owned(),
            department: Department::of(document.draft),
            characters: Vec::new(),
            paragraphs: Vec::new(),
        };
        if let Some(goal) = &document.draft.goal {
            source.add("/goal/achieved", &goal.achieved);
        }
        if let Some(narrative) = &document.draft.narrative {
            source.add("/narrative/performance", &narrative.performance);
            source.add("/narrative/problems", &narrative.problems);
            source.add("/narrative/improvements", &narrative.improvements);
        }
        self.texts.push(source);
    }

    pub(crate) fn finish(&self, findings: &mut Findings) {
        for ((first, second), shared) in self.longest_by_pair() {
            let (a, b) = (&self.texts[first], &self.texts[second]);
            let passage: String =
                a.characters[shared.first..].iter().take(SHOWN.min(shared.length)).collect();
            let passage = if shared.length > SHOWN { format!("{passage}…") } else { passage };
            let finding = Finding::new("lens/text-copied", a.pointer(shared.first))
                .about([&*a.document, &*b.document])
                .with("first", &*a.department.name)
                .with("second", &*b.department.name)
                .with("length", shared.length)
                .with("passage", passage);
            findings.report(finding);
        }
    }

    /// The longest shared passage of each pair of documents from unrelated departments, if it is long enough
    /// to report.
    fn longest_by_pair(&self) -> BTreeMap<(usize, usize), Shared> {
        let mut marks: Vec<(u64, usize, usize)> = Vec::new();
        for (index, text) in self.texts.iter().enumerate() {
            marks.extend(winnowed(&text.characters).into_iter().map(|(hash, at)| (hash, index, at)));
        }
        marks.sort_unstable();
        // In a small set, a passage in more than a third of the documents is a set phrase.
        let most = self.at_most.min((self.texts.len() / 3).max(2));
        let mut longest: BTreeMap<(usize, usize), Shared> = BTreeMap::new();
        for same in marks.chunk_by(|a, b| a.0 == b.0) {
            let mut departments: Vec<&str> =
                same.iter().map(|(_, text, _)| &*self.texts[*text].department.name).collect();
            departments.sort_unstable();
            departments.dedup();
            // A passage that many departments share is a set phrase.
            if departments.len() < 2 || departments.len() > most {
                continue;
            }
            for (at, &(_, first, begins)) in same.iter().enumerate() {
                for &(_, second, other) in &same[at + 1..] {
                    if self.texts[first].department.is_related_to(&self.texts[second].department) {
                        continue;
                    }
                    let shared = self.around((first, begins), (second, other));
                    let known = longest.get(&(first, second)).map_or(0, |known| known.length);
                    if shared.length >= self.at_least && shared.length > known {
                        longest.insert((first, second), shared);
                    }
                }
            }
        }
        longest
    }

    /// Extends a possible match at two positions in both directions.
    fn around(&self, first: (usize, usize), second: (usize, usize)) -> Shared {
        let (a, b) = (&self.texts[first.0].characters, &self.texts[second.0].characters);
        let before = a[..first.1].iter().rev().zip(b[..second.1].iter().rev());
        let goes_on = |(a, b): &(&char, &char)| a == b && **a != END;
        let before = before.take_while(goes_on).count();
        let behind = a[first.1..].iter().zip(&b[second.1..]).take_while(goes_on).count();
        let (begins, length) = (first.1 - before, before + behind);
        // Skip the punctuation that ends the sentence before the passage.
        let marks = a[begins..begins + length].iter().take_while(|c| !c.is_alphanumeric()).count();
        Shared { first: begins + marks, length: length - marks }
    }
}

impl Source {
    fn add(&mut self, list: &str, paragraphs: &[Text<'_>]) {
        for (index, paragraph) in paragraphs.iter().enumerate() {
            self.paragraphs.push((self.characters.len(), format!("{list}/{index}")));
            self.characters.extend(paragraph.chars().filter(|c| !c.is_whitespace()));
            self.characters.push(END);
        }
    }

    /// The pointer of the paragraph that contains a character.
    fn pointer(&self, at: usize) -> &str {
        let paragraph = self.paragraphs.partition_point(|(begins, _)| *begins <= at);
        paragraph.checked_sub(1).map_or("", |paragraph| &*self.paragraphs[paragraph].1)
    }
}

/// The smallest hash of each window of shingles, with its position; the last one if several are equal.
fn winnowed(characters: &[char]) -> Vec<(u64, usize)> {
    let mut kept: Vec<(u64, usize)> = Vec::new();
    let mut start = 0;
    for paragraph in characters.split(|c| *c == END) {
        winnow(paragraph, start, &mut kept);
        start += paragraph.len() + 1;
    }
    kept
}

/// Winnows one paragraph, which begins at `offset`.
fn winnow(paragraph: &[char], offset: usize, kept: &mut Vec<(u64, usize)>) {
    let hashes: Vec<u64> = paragraph.windows(SHINGLE).map(hash).collect();
    for (start, window) in hashes.windows(WINDOW.min(hashes.len().max(1))).enumerate() {
        let smallest = window.iter().enumerate().rev().min_by_key(|(_, hash)| **hash);
        if let Some((at, hash)) = smallest
            && kept.last() != Some(&(*hash, offset + start + at))
        {
            kept.push((*hash, offset + start + at));
        }
    }
}

/// The FNV-1a hash.
fn hash(characters: &[char]) -> u64 {
    characters.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| {
        (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Copies {
        let mut copies = Copies::new(40, 3);
        for (index, text) in texts.iter().enumerate() {
            let mut source = Source {
                document: index.to_string(),
                department: Department { name: format!("局{index}"), ..Department::default() },
                characters: Vec::new(),
                paragraphs: Vec::new(),
            };
            source.add("/narrative/performance", &[Text::from(*text)]);
            copies.texts.push(source);
        }
        copies
    }

    /// A text in which equal characters are far apart.
    fn text(seed: u32, length: u32) -> String {
        (0..length)
            .filter_map(|n| char::from_u32(0x4e00 + (seed * 7919 + n * n * 31 + n * 7) % 20_000))
            .collect()
    }

    #[test]
    fn a_shared_passage_is_found_at_any_position() {
        let passage = text(1, 50);
        for before in 0..30 {
            let first = format!("{}{passage}{}", text(2, before), text(3, 20));
            let second = format!("{}{passage}", text(4, 29 - before));
            let copies = of(&[&first, &second]);
            let found: Vec<usize> = copies.longest_by_pair().values().map(|shared| shared.length).collect();
            assert_eq!(found, [50], "{before}");
        }
    }

    #[test]
    fn short_and_common_phrases_are_not_reported() {
        assert!(of(&[&text(1, 39), &text(1, 39)]).longest_by_pair().is_empty());
        let (common, other) = (text(1, 80), text(9, 80));
        let mut nine = [&*other; 9].map(str::to_owned);
        nine.iter_mut().zip(20..).for_each(|(text, seed)| *text = self::text(seed, 80));
        let with = |many: usize| -> usize {
            let texts: Vec<&str> = nine
                .iter()
                .enumerate()
                .map(|(at, text)| if at < many { &*common } else { &**text })
                .collect();
            of(&texts).longest_by_pair().len()
        };
        assert_eq!((with(2), with(3), with(4)), (1, 3, 0));
        assert!(of(&["", "短"]).longest_by_pair().is_empty());
    }

    #[test]
    fn one_department_may_repeat_itself() {
        let common = text(1, 80);
        let mut copies = of(&[&common, &common]);
        copies.texts[1].department = copies.texts[0].department.clone();
        assert!(copies.longest_by_pair().is_empty());
        // The same holds for a department and its unit.
        copies.texts[1].department =
            Department { name: "馆".into(), parent: "局0".into(), ..Department::default() };
        assert!(copies.longest_by_pair().is_empty());
    }
}
