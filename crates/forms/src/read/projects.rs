//! Key projects described in prose: level, name, requested, used, outcomes.

use huizong_schema::{Pointer, Unit};
use rust_decimal::Decimal;

use crate::figure::{self, Figure};
use crate::markup::paragraphs;
use crate::profile::{Pattern, Projects};
use crate::read::build::{Builder, NoteKind};

/// Reads the prose into projects, the first of which gets the index `first`, and returns how many there are. Prose that
/// does not fit goes as a whole to the outcomes of one project; then the result is `None`.
pub(crate) fn read(profile: &Projects, text: &str, first: usize, builder: &mut Builder) -> Option<usize> {
    // Full-width digits are digits; the words keep their form.
    let text: &str = &text.chars().map(narrow_digit).collect::<String>();
    let starts = profile.begins.0.find_iter(text).map(|found| found.start());
    let starts: Vec<usize> = starts.filter(|at| begins_a_sentence(text, *at)).collect();
    let list = Pointer::parse(&profile.member);
    let told: Vec<Told<'_>> = starts
        .iter()
        .zip(starts.iter().skip(1).copied().chain([text.len()]))
        .filter_map(|(&from, to)| tell(profile, without_numbering(&text[from..to])))
        .collect();
    let fits = !told.is_empty() && told.len() == starts.len() && is_numbering(&text[..starts[0]]);
    if !fits {
        builder.append(&list.item(first).member("outcomes"), paragraphs(text));
        return None;
    }
    let count = told.len();
    for (index, project) in told.into_iter().enumerate() {
        let at = list.item(first + index);
        builder.set(&at.member("name"), project.name.into());
        builder.set(&at.member("level"), project.level.into());
        for (member, amount) in [("budget_requested", project.requested), ("funds_used", project.used)] {
            if let Some((value, unit, raw)) = amount {
                builder.amount(at.member(member), value, Some(unit), raw);
            }
        }
        builder.append(&at.member("outcomes"), project.outcomes);
        if let Some(extra) = project.extra {
            builder.note(NoteKind::Unclaimed, Some(&at.member("outcomes")), &extra, &extra);
        }
    }
    Some(count)
}

/// Whether only the end of another sentence comes before a place: words may mention a level in passing.
fn begins_a_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    before
        .is_none_or(|c| c.is_whitespace() || matches!(c, '。' | '；' | ';' | '！' | '.' | '、' | ')' | '）'))
}

/// A project's text without the number of the next one at its end: 2. or （二）.
fn without_numbering(text: &str) -> &str {
    let text = text.trim_end();
    let Some((before, last)) =
        text.rsplit_once(|c: char| c.is_whitespace() || matches!(c, '。' | '；' | ';'))
    else {
        return text;
    };
    let is_number = !last.is_empty()
        && last.len() < 16
        && is_numbering(last)
        && last.ends_with(['.', '、', ')', '）', '．']);
    if is_number {
        text[..before.len() + text[before.len()..].chars().next().map_or(0, char::len_utf8)].trim_end()
    } else {
        text
    }
}

/// Whether all that comes before the first figure is the name: a few words in one sentence.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= LONGEST_NAME && !text.contains(['。', '，', '；', ';', '\n', ',', '：', ':'])
}

/// The most characters of a project's name that has white space in it.
const LONGEST_NAME: usize = 30;

/// Where a name ends: at white space or a mark outside of brackets.
fn end_of_name(text: &str) -> usize {
    let mut depth = 0_i32;
    let end = text.find(|c: char| {
        match c {
            '(' | '（' | '【' | '《' | '“' => depth += 1,
            ')' | '）' | '】' | '》' | '”' => depth -= 1,
            _ => {}
        }
        depth <= 0 && (c.is_whitespace() || matches!(c, '。' | '，' | '；' | ';'))
    });
    // A bracket that is never closed holds nothing together.
    end.or_else(|| text.find(|c: char| c.is_whitespace() || matches!(c, '。' | '，' | '；' | ';')))
        .unwrap_or(text.len())
}

/// Whether a text is blank or a number, as in 1. or （一）.
fn is_numbering(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_numeric() || "一二三四五六七八九十.、()（）".contains(c))
}

fn narrow_digit(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '．' => '.',
        c => c,
    }
}

/// Whether words that were left over look like an amount of money: then the prose was not understood.
fn holds_money(text: &str) -> bool {
    let is_money = |unit: char| matches!(unit, '万' | '亿' | '元');
    text.char_indices()
        .any(|(at, c)| is_money(c) && text[..at].trim_end().ends_with(|before: char| before.is_ascii_digit()))
}

/// Whether words that were left over mention an amount in a way that was not understood.
fn tells_of_money(text: &str) -> bool {
    let is_numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千".contains(c);
    (text.contains("申报") || text.contains("使用")) && text.contains(is_numeral)
}

struct Told<'t> {
    level: String,
    name: String,
    requested: Option<(Decimal, Unit, &'t str)>,
    used: Option<(Decimal, Unit, &'t str)>,
    outcomes: Vec<String>,
    /// Other words; they are put before the outcomes, so that nothing is lost.
    extra: Option<String>,
}

fn tell<'t>(profile: &Projects, text: &'t str) -> Option<Told<'t>> {
    let begins = profile.begins.0.captures(text)?;
    let level = begins.name("level").map(|m| m.as_str().to_owned())?;
    let body = begins.get(0)?.end();
    let outcomes_at = profile.outcomes.0.find_at(text, body);
    let head = &text[..outcomes_at.map_or(text.len(), |found| found.start())];
    let outcomes = outcomes_at.map_or("", |found| &text[found.end()..]);
    let requested = find(&profile.requested, head, body);
    let used = find(&profile.used, head, body);
    if requested.is_none() && used.is_none() && outcomes_at.is_none() {
        return None;
    }
    let first_figure = [&requested, &used].into_iter().flatten().map(|(range, _)| range.start).min();
    let name_end = first_figure.unwrap_or(head.len());
    let named = text[body..name_end].trim_start();
    let is_whole = first_figure.is_some() && is_name(named);
    let stop = if is_whole { named.trim_end().len() } else { end_of_name(named) };
    let name = if is_whole {
        named[..stop].split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        named[..stop].to_owned()
    };
    let mut extra = vec![named[stop..].to_owned()];
    if name.is_empty() {
        return None;
    }
    // The words between and after the figures.
    let mut from = name_end;
    let mut ranges: Vec<_> = [&requested, &used].into_iter().flatten().map(|(range, _)| range).collect();
    ranges.sort_by_key(|range| range.start);
    for range in ranges {
        extra.push(head.get(from..range.start).unwrap_or_default().to_owned());
        from = range.end.max(from);
    }
    extra.push(head.get(from..).unwrap_or_default().to_owned());
    let is_filler = |c: char| c.is_whitespace() || matches!(c, '。' | '，' | '；' | ';' | ',' | '.' | '、');
    let extra: Vec<&str> =
        extra.iter().map(|part| part.trim_matches(is_filler)).filter(|part| !part.is_empty()).collect();
    let extra = (!extra.is_empty()).then(|| extra.join("；"));
    if extra.as_deref().is_some_and(|extra| holds_money(extra) || tells_of_money(extra))
        || (requested.is_none() && used.is_none() && holds_money(outcomes))
    {
        return None;
    }
    let outcomes = extra.iter().cloned().chain(paragraphs(outcomes)).collect();
    Some(Told { level, name, requested: requested.map(|r| r.1), used: used.map(|u| u.1), outcomes, extra })
}

type Amount<'t> = (std::ops::Range<usize>, (Decimal, Unit, &'t str));

fn find<'t>(pattern: &Pattern, text: &'t str, from: usize) -> Option<Amount<'t>> {
    let mut at = from;
    loop {
        let found = pattern.0.captures_at(text, at)?;
        let whole = found.get(0)?;
        // An amount that was not used, or was only planned, is worded alike.
        if found.name("not").is_some() {
            at = whole.end();
            continue;
        }
        let raw = found.name("amount")?;
        let unit = match found.name("unit")?.as_str() {
            "元" => Unit::Cny,
            _ => Unit::Cny10k,
        };
        return match figure::read(raw.as_str()) {
            // The boundary after the unit belongs to the next words.
            Figure::Number { value, .. } => {
                Some((whole.start()..found.name("unit")?.end(), (value, unit, raw.as_str())))
            }
            _ => None,
        };
    }
}
