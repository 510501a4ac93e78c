//! A cell's text, put together from runs of which some are not shown as part of it.

mod symbols;

pub(crate) use self::symbols::FontKind;

/// Why a part of a file is not shown as part of a cell's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOutKind {
    /// Text that is struck through: deleted text.
    Struck,
    /// Text that is formatted as hidden.
    Hidden,
    /// A number of which its format shows nothing.
    Suppressed,
    /// The prompt of a field that was not filled in.
    Prompt,
    /// A text box over the cell.
    TextBox,
    /// Text that a tracked change deleted.
    Deleted,
    /// Text in the colour of what is behind it.
    Pale,
    /// Nothing: the text may be shown otherwise, by a conditional format or the style of a table.
    Conditional,
}

impl LeftOutKind {
    /// The variant of the notice that says so.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Struck => "struck",
            Self::Hidden => "hidden",
            Self::Suppressed => "format",
            Self::Prompt => "prompt",
            Self::TextBox => "text-box",
            Self::Deleted => "deleted",
            Self::Pale => "pale",
            Self::Conditional => "conditional",
        }
    }
}

/// A part of a cell that is in the file and not shown as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why it is not shown.
    pub kind: LeftOutKind,
    /// The part.
    pub text: String,
}

/// The text of a cell, and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) text: String,
    pub(crate) left_out: Vec<LeftOut>,
    /// Whether any text is neither raised nor lowered.
    has_plain: bool,
}

/// The height of a run beside the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Line,
    Raised,
    Lowered,
}

/// How a run is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "office programs have a switch for each")]
pub(crate) struct RunStyle {
    pub(crate) is_struck: bool,
    pub(crate) is_hidden: bool,
    /// Whether it has the colour of what is behind it.
    pub(crate) is_pale: bool,
    pub(crate) is_raised: bool,
    pub(crate) is_lowered: bool,
    pub(crate) font: FontKind,
}

impl RunStyle {
    /// Why a run is not shown, if it is not.
    pub(crate) fn why_not_shown(self) -> Option<LeftOutKind> {
        match self {
            Self { is_hidden: true, .. } => Some(LeftOutKind::Hidden),
            Self { is_struck: true, .. } => Some(LeftOutKind::Struck),
            Self { is_pale: true, .. } => Some(LeftOutKind::Pale),
            _ => None,
        }
    }
}

impl Runs {
    /// Adds a run.
    pub(crate) fn push(&mut self, text: &str, style: RunStyle) {
        let symbols = || text.chars().map(|c| style.font.shown(c)).collect::<String>();
        let symbols = (style.font != FontKind::Letters).then(symbols);
        let text = symbols.as_deref().unwrap_or(text);
        if let Some(why) = style.why_not_shown() {
            self.leave_out(why, text);
        } else if style.is_raised {
            // A raised digit is a power or a footnote mark, not a digit of the number before it.
            self.text.extend(text.chars().map(raise));
        } else if style.is_lowered {
            self.text.extend(text.chars().map(lower));
        } else {
            self.has_plain |= !text.trim().is_empty();
            self.text.push_str(text);
        }
    }

    /// The text of a whole cell. If all of it is raised or lowered, that is how the cell looks, and no mark.
    pub(crate) fn finish(mut self) -> Self {
        if !self.has_plain {
            self.text = self.text.chars().map(level).collect();
        }
        self
    }

    /// Adds a part that is not shown.
    pub(crate) fn leave_out(&mut self, kind: LeftOutKind, text: &str) {
        match self.left_out.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ if text.trim().is_empty() => {}
            _ => self.left_out.push(LeftOut { kind, text: text.to_owned() }),
        }
    }
}

impl From<String> for Runs {
    fn from(text: String) -> Self {
        Self { text, left_out: Vec::new(), has_plain: true }
    }
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// The raised form of a character, where there is one.
pub(crate) fn raise(c: char) -> char {
    match c {
        '[' | '(' | '（' | '〔' => '⁽',
        ']' | ')' | '）' | '〕' => '⁾',
        c => c.to_digit(10).map_or(c, |digit| RAISED[digit as usize]),
    }
}

/// The plain form of a raised or lowered character.
fn level(c: char) -> char {
    let at = RAISED
        .iter()
        .position(|raised| *raised == c)
        .or_else(|| LOWERED.iter().position(|lowered| *lowered == c));
    let digit = at.and_then(|at| char::from_digit(u32::try_from(at).ok()?, 10));
    match c {
        '⁽' => '(',
        '⁾' => ')',
        c => digit.unwrap_or(c),
    }
}

/// The lowered form of a digit.
fn lower(c: char) -> char {
    c.to_digit(10).map_or(c, |digit| LOWERED[digit as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_shown_raised_or_left_out() {
        let style = |is_struck, is_hidden, is_raised| RunStyle {
            is_struck,
            is_hidden,
            is_raised,
            ..RunStyle::default()
        };
        let mut runs = Runs::default();
        runs.push("13", style(true, false, false));
        runs.push("0", style(true, false, false));
        runs.push("121", RunStyle::default());
        runs.push("[1]", style(false, false, true));
        runs.push(" ", style(false, true, false));
        runs.push("x", style(false, true, false));
        assert_eq!(runs.text, "121⁽¹⁾");
        let left_out: Vec<_> = runs.left_out.iter().map(|part| (part.kind, part.text.as_str())).collect();
        assert_eq!(left_out, [(LeftOutKind::Struck, "130"), (LeftOutKind::Hidden, "x")]);
        assert_eq!(runs.finish().text, "121⁽¹⁾");
        let mut raised = Runs::default();
        raised.push("121.60", style(false, false, true));
        assert_eq!((raised.text.as_str(), raised.clone().finish().text.as_str()), ("¹²¹.⁶⁰", "121.60"));
    }
}
