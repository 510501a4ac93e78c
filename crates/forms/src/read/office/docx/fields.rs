//! The fields of a document, and content controls that were not filled in.

use quick_xml::events::BytesStart;

use super::is_on;
use crate::ooxml::xml::{Pieces, attribute};
use crate::runs::{RunStyle, Runs};
use crate::unreadable::Unreadable;

/// Whether a style is that of the prompt of a field.
pub(super) fn is_prompt_style(name: &str) -> bool {
    name.eq_ignore_ascii_case("PlaceholderText") || name == "占位符文本"
}

/// Fields that were not filled in.
#[derive(Default)]
pub(super) struct Prompts {
    /// By open field, the outermost first: whether it shows its prompt.
    pub(super) open: Vec<bool>,
    /// Whether the run has the style of a prompt.
    pub(super) in_run: bool,
}

/// The fields that are open, the outermost first.
#[derive(Default)]
pub(super) struct Fields(Vec<Field>);

#[derive(Default)]
struct Field {
    code: String,
    /// Whether a result follows its code.
    has_result: bool,
}

impl Fields {
    /// Takes a mark of a field: its beginning, the end of its code, its end.
    pub(super) fn take(&mut self, mark: &BytesStart<'_>, text: &mut Runs) {
        match attribute(mark, "fldCharType").as_deref() {
            Some("begin") => self.0.push(Field::default()),
            Some("separate") => self.has_result(),
            Some("end") => {
                let ended = self.0.pop().filter(|field| !field.has_result);
                if let Some(shown) = ended.and_then(|field| shown_without_result(&field.code)) {
                    self.put(&shown, RunStyle::default(), text);
                }
            }
            _ => {}
        }
    }

    /// Adds a text to what is shown, or to the code of the field that it is in.
    pub(super) fn put(&mut self, text: &str, style: RunStyle, shown: &mut Runs) {
        match self.0.iter_mut().rfind(|field| !field.has_result) {
            Some(field) => field.code.push_str(text),
            None => shown.push(text, style),
        }
    }

    pub(super) fn has_result(&mut self) {
        if let Some(field) = self.0.last_mut() {
            field.has_result = true;
        }
    }

    pub(super) fn code(&mut self, code: &str) {
        if let Some(field) = self.0.last_mut() {
            field.code.push_str(code);
        }
    }

    /// How many are open.
    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    /// Forgets those that a cell leaves open.
    pub(super) fn close(&mut self, depth: usize) {
        self.0.truncate(depth);
    }
}

/// What a field shows that has no result: a button its text, two characters over each other the one that they make.
///
/// A formula is kept as it is written, so that its place is not taken for blank.
fn shown_without_result(code: &str) -> Option<String> {
    let code = code.trim();
    if code.starts_with('=') {
        return Some(code.to_owned());
    }
    let (name, rest) = code.split_once(char::is_whitespace)?;
    match name.to_ascii_uppercase().as_str() {
        "MACROBUTTON" | "GOTOBUTTON" => {
            rest.trim_start().split_once(char::is_whitespace).map(|(_, text)| text.trim().to_owned())
        }
        "EQ" => Some(overlaid(rest).or_else(|| fraction(rest)).unwrap_or_else(|| code.to_owned())),
        _ => None,
    }
}

/// The character that two make over each other: `\o\ac(○,1)` is ①.
fn overlaid(code: &str) -> Option<String> {
    let (options, inner) = code.trim().strip_prefix("\\o")?.split_once('(')?;
    let is_option = options.split('\\').all(|option| option.trim().chars().all(|c| c.is_ascii_alphabetic()));
    let (over, under) = inner.strip_suffix(')').filter(|_| is_option)?.split_once([',', ';', '，'])?;
    let (over, under) = (over.trim(), under.trim());
    let number = under.parse::<u32>().ok().filter(|number| (1..=20).contains(number));
    Some(match (over, number, under) {
        ("○" | "◯" | "〇", Some(number), _) => char::from_u32(0x245f + number)?.to_string(),
        ("□" | "☐", None, "√" | "✓" | "✔") => "☑".into(),
        ("□" | "☐", None, "×" | "X" | "x" | "✗") => "☒".into(),
        _ => under.to_owned(),
    })
}

/// A fraction: `\f(1,2)` is 1/2.
fn fraction(code: &str) -> Option<String> {
    let inner = code.trim().strip_prefix("\\f")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let (above, below) = inner.split_once([',', ';', '，'])?;
    Some(format!("{}/{}", above.trim(), below.trim()))
}

/// The chosen entry of a list of a form.
pub(super) fn chosen(pieces: &mut Pieces<'_>) -> Result<String, Unreadable> {
    let (mut index, mut entries) = (0, Vec::new());
    pieces.skip("ddList", |inner| {
        let value = attribute(inner, "val").unwrap_or_default().into_owned();
        match inner.local_name().as_ref() {
            "result" | "default" => index = value.parse().unwrap_or(index),
            "listEntry" => entries.push(value),
            _ => {}
        }
    })?;
    Ok(entries.into_iter().nth(index).unwrap_or_default())
}

/// The box of a form that can be ticked.
pub(super) fn tick_box(pieces: &mut Pieces<'_>) -> Result<&'static str, Unreadable> {
    let (mut default, mut checked) = (false, None);
    pieces.skip("checkBox", |inner| match inner.local_name().as_ref() {
        "default" => default = is_on(inner),
        "checked" => checked = Some(is_on(inner)),
        _ => {}
    })?;
    Ok(if checked.unwrap_or(default) { "☑" } else { "□" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_without_a_result_show_what_their_code_says() {
        let shown = |code| shown_without_result(code);
        assert_eq!(shown(" =25.2+1 ").as_deref(), Some("=25.2+1"));
        assert_eq!(shown(" MACROBUTTON NoMacro 25.20 ").as_deref(), Some("25.20"));
        assert_eq!(shown(r"eq \o\ac(○,1)").as_deref(), Some("①"));
        assert_eq!(shown(r"EQ \o(□,√)").as_deref(), Some("☑"));
        assert_eq!(shown(r"EQ \f(1,2)").as_deref(), Some("1/2"));
        assert_eq!(shown(r"EQ \r(2)").as_deref(), Some(r"EQ \r(2)"));
        assert_eq!(shown(" PAGE ").as_deref(), None);
        assert_eq!(shown(" MERGEFIELD 名称 ").as_deref(), None);
    }
}
