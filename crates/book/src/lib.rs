//! The chapters of Huizong's book.
//!
//! Only texts: how they become pages is the business of `cargo xtask book`, how they are printed that of the command.
//!
//! ```
//! let round = huizong_book::CHAPTERS.iter().find(|chapter| chapter.name == "round").unwrap();
//! assert_eq!(round.title(round.zh), "一个年度怎么做");
//! ```

/// A chapter, in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Chapter {
    /// Its name, which is also its file's: `name.md`.
    pub name: &'static str,
    /// Its text in Chinese, as Markdown.
    pub zh: &'static str,
    /// Its text in English.
    pub en: &'static str,
}

impl Chapter {
    /// Returns the title of one of its texts.
    pub fn title<'t>(&self, text: &'t str) -> &'t str {
        text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

macro_rules! chapters {
    ($($name:literal)*) => {
        &[$(Chapter {
            name: $name,
            zh: include_str!(concat!("../zh/", $name, ".md")),
            en: include_str!(concat!("../en/", $name, ".md")),
        }),*]
    };
}

/// The chapters, in the order of the book: for bureaus, departments, third parties, authors of plugins and rules; then what all look up.
pub const CHAPTERS: &[Chapter] = chapters! {
    "introduction" "round" "department" "data" "plugins" "rules" "profiles" "templates" "versioning"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_say_the_same_in_both_languages() {
        for chapter in CHAPTERS {
            let parts = |text: &str, of: fn(&str) -> bool| text.lines().filter(|line| of(line)).count();
            for (what, of) in [
                ("blocks", (|line| line.starts_with("```")) as fn(&str) -> bool),
                ("rows of tables", |line| line.starts_with('|')),
                ("pictures", |line| line.starts_with("![")),
            ] {
                assert_eq!(parts(chapter.zh, of), parts(chapter.en, of), "{}: {what}", chapter.name);
            }
            assert!(chapter.zh.starts_with("# ") && chapter.en.starts_with("# "), "{}", chapter.name);
        }
    }
}
