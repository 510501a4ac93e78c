//! Messages: templates of the catalogue with typed arguments put in.

use huizong_schema::Unit;
use huizong_schema::findings::{Arg, Args, Message};

use crate::catalogue;

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

    /// The one of two that is in this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// The message of that key, in both languages.
pub fn render(key: &str, args: &Args) -> Message {
    let (zh, en) = catalogue::template(key).unwrap_or((key, key));
    Message { zh: closed_up(&fill(zh, args, Lang::Zh)), en: fill(en, args, Lang::En) }
}

/// Chinese without spaces between two Chinese characters, as arguments with units leave them.
fn closed_up(text: &str) -> String {
    let is_chinese =
        |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let between = out.chars().next_back().is_some_and(is_chinese)
            && chars.peek().is_some_and(|next| is_chinese(*next));
        if c != ' ' || !between {
            out.push(c);
        }
    }
    out
}

/// Puts arguments in for `{name}`; `{{` stands for a brace.
fn fill(template: &str, args: &Args, lang: Lang) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            out.push('{');
            rest = after;
        } else if let Some(close) = rest.find('}') {
            match args.get(&rest[..close]) {
                Some(arg) => out.push_str(&show(arg, lang)),
                None => out.push_str(&rest[..close]),
            }
            rest = &rest[close + 1..];
        }
    }
    out.push_str(rest);
    out
}

/// The names that a template puts in.
#[cfg(test)]
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

/// An argument as a reader sees it.
pub fn show(arg: &Arg, lang: Lang) -> String {
    match arg {
        Arg::Amount(value, Unit::Cny10k) => {
            lang.pick(format!("{value} 万元"), format!("{value} (10,000 CNY)"))
        }
        Arg::Amount(value, Unit::Cny) => lang.pick(format!("{value} 元"), format!("{value} CNY")),
        Arg::Percent(value) => format!("{value}%"),
        Arg::Points(value) => lang.pick(format!("{value} 分"), format!("{value} points")),
        Arg::Count(count) => count.to_string(),
        Arg::Text(text) | Arg::Document(text) => text.clone(),
        Arg::Words(words) => lang.of(words).to_owned(),
    }
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
    }
}
