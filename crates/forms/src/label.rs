//! The comparison of cells' texts with labels.

use std::borrow::Cow;
use std::collections::HashMap;

use huizong_schema::Unit;

use crate::figure::narrow;

/// The most bytes of a label.
pub(crate) const LONGEST_LABEL: usize = 120;

/// The meanings of labels, by the form that labels are compared in.
#[derive(Debug)]
pub(crate) struct Meanings<T>(HashMap<String, T>);

impl<T> Default for Meanings<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy + PartialEq> Meanings<T> {
    /// Gives a label a meaning; false if it has another one already.
    pub(crate) fn add(&mut self, label: &str, meaning: T) -> bool {
        self.0.insert(comparable(label), meaning).is_none_or(|earlier| earlier == meaning)
    }

    /// The meaning of a text as a label, with or without a unit or a remark after it, such as （万元） or （=A+B）.
    pub(crate) fn of(&self, text: &(impl Comparable + ?Sized)) -> Option<T> {
        let key = text.comparable()?;
        let mut bare = &*key;
        // Two remarks may follow each other: 执行率（B/A）（%）.
        for _ in 0..3 {
            if let Some(found) = self.0.get(bare) {
                return Some(*found);
            }
            bare = without_unit(bare).map(|(before, _)| before).or_else(|| without_remark(bare))?;
        }
        None
    }
}

/// What can be compared with labels: a text, and a cell's text, which keeps the form that it is compared in.
pub(crate) trait Comparable {
    /// The form that it is compared in; [`None`] if it cannot be a label.
    fn comparable(&self) -> Option<Cow<'_, str>>;
}

impl Comparable for str {
    fn comparable(&self) -> Option<Cow<'_, str>> {
        may_be_label(self).then(|| Cow::Owned(comparable(self)))
    }
}

/// Whether a text can be a label: a long one cannot, and need not be made narrow to know that.
pub(crate) fn may_be_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_LABEL
}

/// The form that a label is compared in: narrow, without white space, marks around it and `其中`.
pub(crate) fn comparable(text: &str) -> String {
    let is_mark =
        |c: char| matches!(c, ':' | ',' | '、' | '*' | '.' | '-' | '—' | '─' | '●' | '◆' | '★' | '▲' | '·');
    // A circled number would be a plain digit when made narrow.
    let circled = |c: char| ('①'..='⑳').contains(&c) || ('❶'..='❿').contains(&c) || c.is_whitespace();
    let narrow = narrow(text.trim_start_matches(circled));
    let key = without_number(narrow.trim_start_matches(is_mark));
    let key = key.strip_prefix("其中").unwrap_or(key).trim_matches(is_mark);
    without_number(key).trim_matches(is_mark).to_owned()
}

/// A label's words and the unit after them: 资金（万元）, 资金（单位：万元）, 资金/万元.
fn without_unit(key: &str) -> Option<(&str, Unit)> {
    if let Some(inner) = key.strip_suffix(')') {
        let (before, inner) = inner.rsplit_once('(')?;
        let inner = inner.strip_prefix("单位").map_or(inner, |unit| unit.trim_start_matches(':'));
        let (rest, unit) = Unit::split_end(inner)?;
        return matches!(rest, "" | "人民币").then_some((before, unit));
    }
    let (before, unit) = Unit::split_end(key)?;
    before.strip_suffix(['/', ',', ':']).map(|before| (before, unit))
}

/// Words in brackets that are no part of a label.
const REMARKS: [&str; 11] =
    ["%", "分", "年初", "必填", "盖章", "公章", "部门盖章", "单位盖章", "全称", "年度", "填报"];

/// A label without what only explains it: a formula, a letter, a percent sign, a request for a seal, 年初.
fn without_remark(key: &str) -> Option<&str> {
    let percent = key.strip_suffix('%').filter(|before| !before.is_empty());
    if percent.is_some() {
        return percent;
    }
    // Boxes to tick may be brackets themselves: (汇总( )本级(√)).
    let outer = key.strip_suffix(')')?.split_once('(')?;
    if !outer.0.is_empty() && outer.1.contains(['□', '☐', '☑', '☒', '√', '✓', '✔', '■', '●', '○'])
    {
        return Some(outer.0);
    }
    let (before, remark) = key.strip_suffix(')')?.rsplit_once('(')?;
    let is_points = || {
        remark
            .strip_suffix('分')
            .is_some_and(|points| !points.is_empty() && points.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_formula = || {
        let is_sign = |c: char| matches!(c, '=' | '+' | '-' | '*' | '/' | '÷' | '×' | '%');
        remark.starts_with('=')
            || remark.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || is_sign(c))
    };
    let explains = || REMARKS.contains(&remark) || is_points() || is_formula();
    (!before.is_empty() && !remark.is_empty() && explains()).then_some(before)
}

/// A label without the number before it: 1. or (二) or 三、.
fn without_number(label: &str) -> &str {
    let is_digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let (bracketed, inner) = label.strip_prefix('(').map_or((false, label), |inner| (true, inner));
    let rest = inner.trim_start_matches(is_digit);
    let behind = if bracketed { rest.strip_prefix(')') } else { rest.strip_prefix(['.', '、', ')']) };
    behind.filter(|_| rest.len() < inner.len()).unwrap_or(label)
}

/// The unit that a label such as 实际支出数（万元） gives its value.
pub(crate) fn unit_in_label(text: &(impl Comparable + ?Sized)) -> Option<Unit> {
    without_unit(&text.comparable()?).map(|(_, unit)| unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_and_units_are_no_part_of_a_label() {
        let mut meanings = Meanings::default();
        for (label, index) in [("实际支出数", 1), ("部门名称", 2), ("部门名称(汇总)", 3), ("执行率", 4)]
        {
            assert!(meanings.add(label, index));
        }
        for (label, found) in [
            ("①实际支出数", Some(1)),
            ("—实际支出数", Some(1)),
            ("实际支出数（C）", Some(1)),
            ("实际支出数（=基本支出+项目支出）", Some(1)),
            ("实际支出数（单位：万元）", Some(1)),
            ("实际支出数/元", Some(1)),
            ("实际支出数\n（人民币万元）", Some(1)),
            ("实际支出数（上年）", None),
            ("部门名称（汇总）", Some(3)),
            ("部门名称（盖章）", Some(2)),
            ("部门名称（□汇总 ☑本级）", Some(2)),
            ("部门名称（●汇总 ○本级）", Some(2)),
            ("部门名称（汇总（ ） 本级（√））", Some(2)),
            ("执行率（B/A）（%）", Some(4)),
            ("执行率%", Some(4)),
            ("%", None),
            ("（万元）", None),
        ] {
            assert_eq!(meanings.of(label), found, "{label}");
        }
        assert!(meanings.add("一、执行率：", 4) && !meanings.add("（一）部门名称", 1));
        for (label, unit) in [
            ("资金（万元）", Some(Unit::Cny10k)),
            ("涉及资金/元", Some(Unit::Cny)),
            ("任务涉及资金\n（单位：元）", Some(Unit::Cny)),
            ("资金（千元）", None),
            ("公元", None),
        ] {
            assert_eq!(unit_in_label(label), unit, "{label}");
        }
    }
}
