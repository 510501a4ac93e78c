//! `text-not-decodable`: bytes that are not text in any known encoding.

use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::InputKind;
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "text-not-decodable",
    messages: &[
        Template::new(
            "从此处起有 {count} 处乱码，读不出来。请用原来的软件打开，另存为 Excel 或 Word 文件后重新报送。",
            "From here on, bytes in {count} place(s) are no text. Open the file in the program that wrote it, and save it as UTF-8 or GB18030.",
        ),
        Template::variant(
            "json",
            "从此处起有 {count} 处字节不是 UTF-8 编码的文字，读不出来。JSON 文件应为 UTF-8 编码，请重新导出。",
            "From here on, bytes in {count} place(s) are not UTF-8, which a JSON file must be. Export it again.",
        ),
    ],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 0, state: State::NotReadable }),
    is_about_reading: true,
    check: Check::Document(|_, input| {
        let count = input.reading.undecodable;
        let variant = if input.reading.source == InputKind::Json { "json" } else { "" };
        let hit = (count > 0).then(|| Hit {
            args: Args::from([("count", Arg::Count(count))]),
            variant,
            ..Hit::at("")
        });
        Judgement::of(hit.into_iter().collect())
    }),
    ..Rule::RELATIONS
};
