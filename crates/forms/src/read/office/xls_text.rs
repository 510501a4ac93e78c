//! The texts of an old workbook with their runs: calamine gives texts alone.

use std::collections::BTreeMap;

use crate::runs::{RunStyle, Runs};

/// The most texts and runs that are kept.
const MOST: usize = 1_000_000;

/// A text, and where a run begins in it and with which font. The text before the first run has the font of its cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct XlsText {
    units: Vec<u16>,
    runs: Vec<(u16, u16)>,
}

impl XlsText {
    /// The text as a cell shows it. `style` gives a font's style.
    pub(super) fn shown(&self, of_cell: RunStyle, style: &dyn Fn(u16) -> RunStyle) -> Runs {
        let mut runs = Runs::default();
        let ends = self.runs.iter().map(|(begins, _)| usize::from(*begins)).chain([self.units.len()]);
        let styles = std::iter::once(of_cell).chain(self.runs.iter().map(|(_, font)| style(*font)));
        let mut from = 0;
        for (end, style) in ends.zip(styles) {
            let end = end.min(self.units.len());
            if end > from {
                runs.push(&String::from_utf16_lossy(&self.units[from..end]), style);
                from = end;
            }
        }
        runs
    }

    /// Whether any of its runs has another style than its cell.
    pub(super) fn is_styled(&self, style: &dyn Fn(u16) -> RunStyle) -> bool {
        self.runs.iter().any(|(_, font)| style(*font) != RunStyle::default())
    }
}

/// The shared texts of a workbook, by number: those of the record that lists them and of those that continue it.
pub(super) fn shared(pieces: &[&[u8]]) -> Vec<XlsText> {
    let mut reader = TextReader { pieces, piece: 0, at: 8 };
    let mut texts = Vec::new();
    let mut kept = 0;
    while let Some(text) = reader.text() {
        kept += 1 + text.runs.len();
        if kept > MOST {
            break;
        }
        texts.push(text);
    }
    texts
}

/// The text that a formula evaluates to, from the record after the formula's.
pub(super) fn of_formula(data: &[u8]) -> Option<String> {
    let mut reader = TextReader { pieces: &[data], piece: 0, at: 0 };
    reader.text().map(|text| String::from_utf16_lossy(&text.units))
}

/// Reads texts that may go on in another record.
struct TextReader<'r> {
    pieces: &'r [&'r [u8]],
    piece: usize,
    at: usize,
}

impl TextReader<'_> {
    /// The next bytes, which are in one record.
    fn take(&mut self, many: usize) -> Option<&[u8]> {
        while self.at >= self.pieces.get(self.piece)?.len() {
            self.piece += 1;
            self.at = 0;
        }
        let bytes = self.pieces[self.piece].get(self.at..self.at + many)?;
        self.at += many;
        Some(bytes)
    }

    fn word(&mut self) -> Option<u16> {
        self.take(2).map(|two| u16::from_le_bytes([two[0], two[1]]))
    }

    /// Skips bytes, over the ends of records.
    fn skip(&mut self, mut many: usize) -> Option<()> {
        while many > 0 {
            let left = self.pieces.get(self.piece)?.len().saturating_sub(self.at);
            let now = left.min(many);
            (self.at, many) = (self.at + now, many - now);
            if many > 0 {
                (self.piece, self.at) = (self.piece + 1, 0);
            }
        }
        Some(())
    }

    fn text(&mut self) -> Option<XlsText> {
        let length = usize::from(self.word()?);
        let flags = self.take(1)?[0];
        let runs = if flags & 0x08 != 0 { usize::from(self.word()?) } else { 0 };
        let extra = if flags & 0x04 != 0 {
            let four = self.take(4)?;
            u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize
        } else {
            0
        };
        let mut text = XlsText { units: self.units(length, flags & 1 != 0)?, runs: Vec::new() };
        for _ in 0..runs {
            let begins = self.word()?;
            text.runs.push((begins, self.word()?));
        }
        self.skip(extra)?;
        Some(text)
    }

    /// Characters of two bytes or one; a record that continues a text says anew which.
    fn units(&mut self, length: usize, mut is_wide: bool) -> Option<Vec<u16>> {
        let mut units = Vec::new();
        while units.len() < length {
            if self.at >= self.pieces.get(self.piece)?.len() {
                (self.piece, self.at) = (self.piece + 1, 0);
                is_wide = self.take(1)?[0] & 1 != 0;
                continue;
            }
            units.push(if is_wide { self.word()? } else { u16::from(self.take(1)?[0]) });
        }
        Some(units)
    }
}

/// The numbers of the shared texts that cells show, and the texts of formulas, by cell.
#[derive(Default)]
pub(super) struct CellTexts {
    pub(super) shared: BTreeMap<huizong_schema::CellName, u32>,
    pub(super) of_formulas: BTreeMap<huizong_schema::CellName, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_on_over_records_and_have_runs() {
        let mut first = vec![0; 8];
        // 130121, of one byte a character, with two runs; it breaks off after three characters.
        first.extend([6, 0, 0x08, 2, 0]);
        first.extend(b"130");
        let mut second = vec![0];
        second.extend(b"121");
        second.extend([0, 0, 5, 0, 3, 0, 6, 0]);
        // 甲, of two bytes.
        second.extend([1, 0, 1, 0x32, 0x75]);
        let texts = shared(&[&first, &second]);
        assert_eq!(texts.len(), 2);
        let style = |font| RunStyle { is_struck: font == 5, ..RunStyle::default() };
        let runs = texts[0].shown(RunStyle::default(), &style);
        assert_eq!((runs.text.as_str(), runs.left_out[0].text.as_str()), ("121", "130"));
        assert!(texts[0].is_styled(&style));
        assert_eq!(texts[1].shown(RunStyle::default(), &style).text, "甲");
        // Whatever is cut off ends the list.
        for end in 0..first.len() {
            let _ = shared(&[&first[..end]]);
        }
    }
}
