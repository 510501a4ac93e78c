//! A letter: a Word document in whose placeholders words are put. A bureau can write its own.

use std::ops::Range;

use huizong_schema::findings::Message;
use huizong_word::run;

use crate::ooxml::parts::{Changes, spliced};
use crate::ooxml::xml::words_of;
use crate::ooxml::{Package, escaped, main_part};
use crate::unreadable::Unreadable;

/// The words for a letter's placeholders.
#[derive(Clone, Debug, Default)]
pub struct LetterWords {
    /// The department that it is for: `{部门}`.
    pub department: String,
    /// The year of the form: `{年度}`.
    pub fiscal_year: String,
    /// The day by which the form should come back: `{期限}`.
    pub due: String,
    /// What to do, which depends on what goes with it: `{办法}`.
    pub instruction: String,
    /// The names of the files that go with it: `{附件}`.
    pub attachments: String,
    /// Who writes it: `{发函单位}`.
    pub sender: String,
    /// Whom at the department to ask: `{部门联系人}`.
    pub contact: String,
    /// Their telephone number: `{部门电话}`.
    pub phone: String,
    /// What has to be mended; their number is `{处数}`, and the paragraph of `{问题}` is repeated for each.
    pub problems: Vec<String>,
}

impl LetterWords {
    /// A text with the words of its placeholders.
    fn put(&self, text: &str) -> String {
        let count = self.problems.len().to_string();
        let words = [
            ("{部门}", &self.department),
            ("{年度}", &self.fiscal_year),
            ("{期限}", &self.due),
            ("{办法}", &self.instruction),
            ("{附件}", &self.attachments),
            ("{发函单位}", &self.sender),
            ("{部门联系人}", &self.contact),
            ("{部门电话}", &self.phone),
            ("{处数}", &count),
        ];
        words.into_iter().fold(text.to_owned(), |text, (name, words)| text.replace(name, words))
    }
}

/// The placeholder of the problems.
const LIST: &str = "{问题}";
/// The placeholder of the files that go with the letter; its paragraph is left out where there are none.
const ATTACHMENTS: &str = "{附件}";

/// Puts words into a letter's placeholders.
///
/// # Errors
/// Returns the reason if the bytes are no Word document.
pub fn letter(template: &[u8], words: &LetterWords) -> Result<Vec<u8>, Message> {
    filled(template, words).map_err(|why| why.message())
}

fn filled(template: &[u8], words: &LetterWords) -> Result<Vec<u8>, Unreadable> {
    let mut package = Package::open(template)?;
    let main = main_part(&mut package, "word/document.xml")?;
    let mut changes = Changes::new(&mut package, &main)?;
    let text = changes.part(&main)?;
    let edits = paragraphs(&text).into_iter().filter_map(|range| {
        let paragraph = &text[range.clone()];
        let shown = words_of(paragraph);
        if shown.contains(LIST) {
            let put = words.put(&shown);
            let problems = words.problems.iter().enumerate();
            let all = problems.map(|(at, problem)| {
                with_words(paragraph, &put.replace(LIST, &format!("{}．{problem}", at + 1)))
            });
            return Some((range, all.collect::<String>()));
        }
        if words.attachments.is_empty() && shown.contains(ATTACHMENTS) {
            return Some((range, String::new()));
        }
        let put = words.put(&shown);
        (put != shown).then(|| (range, with_words(paragraph, &put)))
    });
    let filled = spliced(&text, edits.collect());
    changes.changed.insert(main, filled);
    changes.rewritten(template)
}

/// The paragraphs of a part that hold no others.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open = None;
    let mut from = 0;
    while let Some(at) = text[from..].find('<').map(|at| from + at) {
        let end = text[at..].find('>').map_or(text.len(), |end| at + end + 1);
        let tag = &text[at..end];
        match name(tag) {
            "p" if !tag.starts_with("</") && !tag.ends_with("/>") => open = Some(at),
            "p" if tag.starts_with("</") => found.extend(open.take().map(|open| open..end)),
            _ => {}
        }
        from = end;
    }
    found
}

/// A tag's name without its prefix.
fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']);
    let name = inner.split([' ', '>', '/', '\n', '\t', '\r']).next().unwrap_or_default();
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

/// A paragraph with other words: they take the place of its first piece of text, and the other pieces are blank. A word processor
/// may have split a placeholder into several.
fn with_words(paragraph: &str, words: &str) -> String {
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(at) = paragraph[from..].find('<').map(|at| from + at) {
        let end = paragraph[at..].find('>').map_or(paragraph.len(), |end| at + end + 1);
        let tag = &paragraph[at..end];
        from = end;
        if name(tag) == "t" && !tag.starts_with("</") && !tag.ends_with("/>") {
            let close = paragraph[end..].find('<').map_or(paragraph.len(), |close| end + close);
            let is_first = edits.is_empty();
            edits.push((end..close, if is_first { escaped(words).into_owned() } else { String::new() }));
            from = close;
        }
    }
    spliced(paragraph, edits)
}

/// The letter with which a form is given back, to be written anew by a bureau that wants other words.
pub fn letter_template() -> Vec<u8> {
    const TITLE: &str = "<w:rPr><w:b/><w:sz w:val=\"36\"/></w:rPr>";
    const TEXT: &str = "<w:rPr><w:sz w:val=\"28\"/></w:rPr>";
    let paragraph = |place: &str, properties: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:spacing w:line=\"480\" w:lineRule=\"auto\"/>{place}</w:pPr>{}</w:p>",
            run(text, properties)
        )
    };
    let indented = "<w:ind w:firstLine=\"560\"/>";
    let body = [
        paragraph("<w:jc w:val=\"center\"/>", TITLE, "关于修改 {年度} 年度部门整体支出绩效自评表的函"),
        paragraph("", TEXT, "{部门}："),
        paragraph(
            indented,
            TEXT,
            "经审核，你单位报送的部门整体支出绩效自评表有以下 {处数} 处需要修改或说明：",
        ),
        paragraph(indented, TEXT, "{问题}"),
        paragraph(indented, TEXT, "{办法}"),
        paragraph(indented, TEXT, "附件：{附件}"),
        paragraph("<w:jc w:val=\"right\"/>", TEXT, "{发函单位}"),
        paragraph("<w:jc w:val=\"right\"/>", TEXT, "　　年　　月　　日"),
    ];
    huizong_word::document(&body.concat(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(letter: &[u8]) -> String {
        let mut package = Package::open(letter).unwrap();
        words_of(&String::from_utf8(package.needed("word/document.xml").unwrap()).unwrap())
    }

    #[test]
    fn words_take_the_place_of_placeholders_and_lists_are_repeated() {
        let words = LetterWords {
            department: "甲局<乙>".to_owned(),
            fiscal_year: "2023".to_owned(),
            instruction: "请于5月20日前报送。".to_owned(),
            problems: vec!["第一处".to_owned(), "第二处，（部门）".to_owned()],
            ..LetterWords::default()
        };
        let text = text_of(&letter(&letter_template(), &words).unwrap());
        for said in [
            "甲局<乙>：",
            "2023 年度",
            "请于5月20日前报送。",
            "有以下 2 处",
            "1．第一处",
            "2．第二处，（部门）",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains(LIST) && !text.contains("附件") && !text.contains('{'), "{text}");
    }

    #[test]
    fn a_placeholder_that_a_word_processor_split_is_one() {
        let split = "<w:p><w:r><w:t>致{</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>部</w:t></w:r><w:r><w:t>门}</w:t></w:r></w:p>";
        let words = LetterWords { department: "甲局".to_owned(), ..LetterWords::default() };
        assert!(text_of(&letter(&huizong_word::document(split, &[]), &words).unwrap()).contains("致甲局"));
    }

    #[test]
    fn what_is_no_document_is_said() {
        assert!(letter(b"x", &LetterWords::default()).is_err());
    }
}
