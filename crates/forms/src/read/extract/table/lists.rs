//! Several entries in one cell, a numbered line each.

/// Whether a line begins an entry: with 1. or （1） or ① or 指标1：.
pub(super) fn begins_entry(line: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("指标").unwrap_or(line);
    line.starts_with(is_circled) || number(line).is_some()
}

/// A line without the number that says its place, if every line of the text has one: 9 in 1.9 for the first line.
pub(super) fn line_of(text: &str, at: usize) -> Option<&str> {
    let is_numbered = text
        .lines()
        .enumerate()
        .all(|(index, line)| number(line.trim_start()).is_some_and(|(number, _)| number == index + 1));
    let line = text.lines().nth(at)?.trim();
    Some(if is_numbered { number(line).map_or(line, |(_, rest)| rest.trim_start()) } else { line })
}

fn is_circled(c: char) -> bool {
    ('①'..='⑳').contains(&c) || ('❶'..='❿').contains(&c)
}

/// The number at the beginning of a line, and the line after it.
fn number(line: &str) -> Option<(usize, &str)> {
    let inner = line.strip_prefix(['(', '（']).unwrap_or(line);
    let end = inner.find(|c: char| !c.is_ascii_digit())?;
    let rest = inner[end..].strip_prefix(['.', '．', '、', ')', '）', ':', '：'])?;
    Some((inner[..end].parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_lines_are_entries() {
        for line in ["1.场次", "（2）人数", "①场次", "指标1：场次", "3、满意度"] {
            assert!(begins_entry(line), "{line}");
        }
        for line in ["场次", "2023年", "9", "指标一"] {
            assert!(!begins_entry(line), "{line}");
        }
        assert_eq!(line_of("1.9\n2.3500人", 1), Some("3500人"));
        assert_eq!(line_of("①9\n②3500", 1), Some("②3500"));
        assert_eq!(line_of("1.9\n3.3", 0), Some("1.9"));
    }
}
