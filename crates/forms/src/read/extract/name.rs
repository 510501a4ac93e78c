//! The name of a department, as people write it into a form.

use huizong_schema::{Pointer, Scope, normalise_name};

use super::Form;
use super::choice::{Choice, choice};
use crate::figure::{self, Figure};
use crate::grid::GridCell;
use crate::read::build::NoteKind;

pub(super) const NAME: &str = "/department/name";

impl Form<'_> {
    /// The cells of a department's name: without a code before it, which is not the name. Other values are left as they
    /// are.
    pub(super) fn cells_of_name<'c>(
        &mut self,
        pointer: &Pointer,
        cells: &[&'c GridCell],
    ) -> Vec<&'c GridCell> {
        match cells {
            [code, name, rest @ ..]
                if pointer.as_str() == NAME && is_code(code.text.trim()) && !name.text.trim().is_ascii() =>
            {
                self.claim(code);
                self.builder.note(NoteKind::Normalised, Some(pointer), &code.text, &name.text);
                std::iter::once(*name).chain(rest.iter().copied()).collect()
            }
            _ => cells.to_vec(),
        }
    }

    /// Reads a name that goes on over several cells, if the title says the same; else which is the name is not known.
    /// Returns false if it is in one cell.
    pub(super) fn name_in_pieces(&mut self, pointer: &Pointer, cells: &[&GridCell]) -> bool {
        // A plain text has several things on one line for other reasons.
        if pointer.as_str() != NAME || cells.len() < 2 || cells[0].known_column().is_none() {
            return false;
        }
        let is_piece = |cell: &&GridCell| {
            let text = bare_name(cell.text.trim());
            !text.is_empty()
                && !text.starts_with(['(', '（', '□', '☑'])
                && text.chars().all(char::is_alphabetic)
                && figure::year(text).is_none()
                && matches!(figure::read(text), Figure::Unreadable)
        };
        let pieces: Vec<&GridCell> = cells.iter().copied().take_while(is_piece).collect();
        if pieces.len() < 2 {
            return false;
        }
        pieces.iter().for_each(|cell| self.claim(cell));
        let text =
            |between: &str| pieces.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>().join(between);
        let whole = text("");
        if self.named_in_title.as_ref() == Some(&whole) {
            self.builder.note(NoteKind::Joined, Some(pointer), &text(" / "), &whole);
            self.department_name(pointer, &whole);
        } else {
            self.builder.refuse(pointer.clone(), text(" / "));
        }
        true
    }

    /// Sets the department's name: without the request for a seal, footnote marks, a date, a code, and boxes to tick,
    /// which say what the form includes. A prompt is no name.
    pub(super) fn department_name(&mut self, pointer: &Pointer, text: &str) {
        let ticked = scope_ticked(text);
        let before = &text[..ticked.map_or(text.len(), |(_, begins)| begins)];
        let name = bare_name(before.trim_end_matches(['(', '（', ' ']));
        if name.is_empty() {
            return;
        }
        if is_prompt(name) {
            return self.builder.refuse(pointer.clone(), text.to_owned());
        }
        if name != text {
            self.builder.note(NoteKind::Normalised, Some(pointer), text, name);
        }
        self.builder.set(pointer, name.into());
        if let Some((scope, _)) = ticked {
            self.builder.set(&Pointer::parse("/department/scope"), scope.as_str().into());
        }
    }
}

/// Whether two names of a form may be one department's: one of them may say less.
pub(super) fn is_same_name(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|name| normalise_name(bare_name(name)));
    one.contains(&*other) || other.contains(&*one)
}

/// A name without what people write around it: seals, dates and codes behind it, codes before it.
fn bare_name(name: &str) -> &str {
    let mut bare = without_number(name.trim_start_matches(['✔', '✓', '√', '☑']).trim());
    loop {
        let shorter = without_date(without_bracketed(bare.trim_end_matches(figure::is_raised).trim_end()));
        if shorter.is_empty() || shorter.len() == bare.len() {
            return without_code(bare);
        }
        bare = shorter;
    }
}

/// A name without the number of its line: 1. 甲局, 2、甲局.
fn without_number(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_short = (1..3).contains(&(name.len() - rest.len()));
    rest.strip_prefix(['.', '、']).filter(|_| is_short).map_or(name, str::trim_start)
}

/// A name without the words in brackets behind it that are no part of it: （加盖公章）, （101001）.
fn without_bracketed(name: &str) -> &str {
    let Some(rest) = name.strip_suffix([')', '）', ']', '］', '】']) else { return name };
    let Some((before, inner)) = rest.rsplit_once(['(', '（', '[', '［', '【']) else { return name };
    let inner = inner.trim();
    let is_seal = inner.ends_with('章') && inner.chars().count() <= 6;
    if before.trim().is_empty() || !(is_seal || is_code(inner)) { name } else { before.trim_end() }
}

/// A name without a year or a date behind it.
fn without_date(name: &str) -> &str {
    let is_date = |c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '度' | '-' | '/' | '.');
    let bare = name.trim_end_matches(is_date);
    let date = &name[bare.len()..];
    if figure::year(date).is_some() && !bare.trim().is_empty() { bare.trim_end() } else { name }
}

fn is_code(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// A name without a code of digits in brackets or before it: [101001]甲局, 101001 甲局.
fn without_code(name: &str) -> &str {
    let bracketed = name.strip_prefix(['[', '(', '（', '【', '［']);
    if let Some((code, rest)) = bracketed.and_then(|rest| rest.split_once([']', ')', '）', '】', '］']))
        && is_code(code.trim())
        && !rest.trim().is_empty()
    {
        return rest.trim();
    }
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    let behind = &name[end..];
    let rest = behind.trim_start_matches([' ', '-', '—', '_', ':', '：']);
    // A school may be called 101中学: only a code is longer, or apart from the name.
    let is_code = end >= 6 || end >= 3 && rest.len() < behind.len();
    if is_code && !rest.is_empty() { rest } else { name }
}

/// Whether a text is what a blank form has in the place of the name: XX区XX局, （部门名称）.
pub(in crate::read) fn is_prompt(name: &str) -> bool {
    let is_blank = |c: char| matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ' | '×' | '*' | '＊' | '○' | '_' | '…');
    let inner = name.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）']));
    let asks = |inner: &str| {
        ["填", "请", "部门", "单位"].iter().any(|word| inner.starts_with(word))
            && ["名称", "全称"].iter().any(|word| inner.ends_with(word))
    };
    let is_long = name.chars().filter(|c| is_blank(*c)).count() >= 2;
    let is_name_without = name.chars().filter(|c| !is_blank(*c)).count() <= 6;
    is_long && is_name_without || inner.is_some_and(|inner| asks(inner.trim()))
}

/// What the form includes, if a box says so: ☑汇总 □本级; and where the boxes begin.
pub(super) fn scope_ticked(text: &str) -> Option<(Scope, usize)> {
    let Some(Choice::Of(word, begins)) = choice(text) else { return None };
    let scope = match (word.contains("汇总"), word.contains("本级") || word.contains("单位")) {
        (true, false) => Scope::Consolidated,
        (false, true) => Scope::Single,
        _ => return None,
    };
    Some((scope, begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_is_written_around_them() {
        for name in [
            "甲区甲局",
            "[101001]甲区甲局",
            "101001 甲区甲局",
            "101 甲区甲局",
            "101001甲区甲局",
            "甲区甲局（101001）",
            "甲区甲局（加盖公章）",
            "甲区甲局（盖章）  2023年",
            "甲区甲局 2023年3月15日",
            "甲区甲局¹",
            "1. 甲区甲局",
            "2、甲区甲局",
        ] {
            assert_eq!(bare_name(name), "甲区甲局", "{name}");
        }
        for name in ["101中学", "甲局（机关）", "甲局（本级）", "2023年会展办"] {
            assert_eq!(bare_name(name), name);
        }
        for prompt in ["XX区XX局", "××单位", "（部门名称）", "（填写部门全称）", "＿＿____局", "××县×××局"]
        {
            assert!(is_prompt(prompt), "{prompt}");
        }
        for name in ["甲局", "X光所", "（筹）甲局", "甲局（部门）"] {
            assert!(!is_prompt(name), "{name}");
        }
    }
}
