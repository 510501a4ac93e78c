//! The comparison of cells' texts with labels.

use std::collections::BTreeMap;

use huizong_schema::Unit;

use crate::figure::narrow;

/// The most bytes of a label.
pub(super) const LONGEST_LABEL: usize = 120;

/// The meaning of a text as a label, with or without a unit in brackets after it.
pub(super) fn look_up<T: Copy>(meanings: &BTreeMap<String, T>, text: &str) -> Option<T> {
    // A long text is not a label, and need not be made narrow to know that.
    if text.is_empty() || text.len() > LONGEST_LABEL {
        return None;
    }
    let key = label_key(text);
    let bare = || Unit::split_end(key.strip_suffix(')')?)?.0.strip_suffix('(');
    meanings.get(&key).or_else(|| meanings.get(bare()?)).copied()
}

/// The form that a label is compared in: narrow, without white space, colons at its end and `其中`.
pub(super) fn label_key(text: &str) -> String {
    let narrow = narrow(text);
    let is_mark = |c: char| matches!(c, ':' | ',' | '、' | '*' | '.');
    let key = without_number(&narrow);
    let key = key.strip_prefix("其中").unwrap_or(key).trim_matches(is_mark);
    without_number(key).trim_matches(is_mark).to_owned()
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
pub(crate) fn unit_in_label(text: &str) -> Option<Unit> {
    let key = label_key(text);
    let (before, unit) = Unit::split_end(key.strip_suffix(')')?)?;
    before.ends_with('(').then_some(unit)
}
