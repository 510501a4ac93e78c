//! Messages: templates with typed arguments put in.

use huizong_schema::findings::{Arg, Args, Message};

/// A language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The text in this language.
    pub fn of(self, message: &Message) -> &str {
        match self {
            Self::Zh => &message.zh,
            Self::En => &message.en,
        }
    }

    /// The one of two values that is for this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A message in both languages, into which arguments are put.
///
/// `{name}` is replaced by the argument of that name and `{{` by a brace; nothing else is special. Both languages name the
/// same arguments.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Distinguishes the messages of one rule or notice; empty for the usual one.
    pub variant: &'static str,
    /// The Chinese text.
    pub zh: &'static str,
    /// The English text.
    pub en: &'static str,
}

impl Template {
    /// Creates the usual message of a rule or notice.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self::variant("", zh, en)
    }

    /// Creates a message for a special case.
    pub const fn variant(variant: &'static str, zh: &'static str, en: &'static str) -> Self {
        Self { variant, zh, en }
    }

    /// Returns the template of that variant.
    ///
    /// # Panics
    /// Panics if the list has no such variant: variants are written in the source next to their templates.
    pub(crate) fn find(templates: &'static [Self], variant: &str) -> &'static Self {
        let found = templates.iter().find(|template| template.variant == variant);
        found.unwrap_or_else(|| panic!("no message {variant:?}"))
    }

    /// Returns the names of its arguments.
    pub fn args(&self) -> Vec<&'static str> {
        names(self.zh)
    }

    /// Puts arguments into the template.
    pub fn fill(&self, args: &Args) -> Message {
        Message { zh: fill(self.zh, args, Lang::Zh), en: fill(self.en, args, Lang::En) }
    }
}

fn is_chinese(c: char) -> bool {
    ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}

/// Replaces `{name}` by arguments, and `{{` by a brace.
///
/// Templates have spaces between words and arguments. They are left out between two Chinese characters, but not within
/// an argument.
pub(crate) fn fill(template: &str, args: &Args, lang: Lang) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            out.push('{');
            rest = after;
        } else if let Some(close) = rest.find('}') {
            let name = &rest[..close];
            let shown = args.get(name).map_or_else(|| name.to_owned(), |arg| show(arg, lang));
            let chinese_before = out.strip_suffix(' ').is_some_and(|before| before.ends_with(is_chinese));
            if chinese_before && shown.starts_with(is_chinese) {
                out.pop();
            }
            rest = &rest[close + 1..];
            if shown.ends_with(is_chinese)
                && rest.strip_prefix(' ').is_some_and(|behind| behind.starts_with(is_chinese))
            {
                rest = &rest[1..];
            }
            out.push_str(&shown);
        }
    }
    out.push_str(rest);
    out
}

/// The names of the arguments in a template.
pub(crate) fn names(template: &str) -> Vec<&str> {
    let escaped = template.split("{{");
    let mut names: Vec<&str> = escaped
        .flat_map(|part| part.split('{').skip(1))
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Formats an argument for a reader.
pub fn show(arg: &Arg, lang: Lang) -> String {
    match arg {
        // Chinese in both languages: English has no word for ten thousand yuan.
        Arg::Amount(value, unit) => format!("{} {}", grouped(&value.to_string()), unit.word()),
        Arg::Percent(value) => format!("{value}%"),
        Arg::Points(value) => lang.pick(format!("{value} 分"), format!("{value} points")),
        Arg::Count(count) | Arg::Position(count) => count.to_string(),
        Arg::Text(text) | Arg::Document(text) | Arg::Shown(text) => text.clone(),
        Arg::Words(words) => lang.of(words).to_owned(),
    }
}

/// The title of a page of a rule or a notice, in both languages.
pub(crate) fn title_of_page(page: &'static str) -> (&'static str, &'static str) {
    let line = page.lines().nth(2).unwrap_or_default();
    line.split_once(" · ").unwrap_or((line, line))
}

/// Adds thousands separators to a plain decimal.
pub fn grouped(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let (whole, part) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut grouped = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_put_in_once_and_braces_escape() {
        let args = Args::from([("a", Arg::Text("{b}".into())), ("b", Arg::Count(2))]);
        assert_eq!(fill("{a}/{b}/{{b}/{c}", &args, Lang::Zh), "{b}/2/{b}/c");
        assert_eq!(names("{a} {{b} {c}"), ["a", "c"]);
        assert_eq!(fill("open {", &args, Lang::Zh), "open ");
        let args = Args::from([("a", Arg::Text("示 范 局".into())), ("b", Arg::Text("x 1".into()))]);
        assert_eq!(fill("由 {a} 报来 {b} 一份", &args, Lang::Zh), "由示 范 局报来 x 1 一份");
    }
}
