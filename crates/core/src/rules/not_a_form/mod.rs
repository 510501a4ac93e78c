//! `not-a-form`: nothing in the file looks like a self-evaluation form.

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::InputKind;
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "not-a-form",
    messages: &[
        Template::new(
            "没有认出部门整体支出绩效自评表：找不到表中应有的项目名称。请报部门整体支出绩效自评表。",
            "No self-evaluation form was recognised: the labels that such a form has were not found.",
        ),
        Template::variant(
            "deep",
            "网页的结构过于复杂，未读取。请改报 Excel 或 Word 文件。",
            "The page nests its elements too deep and was not read. Save it as a plain page or as text.",
        ),
        Template::variant("empty", "文件是空的。请重新报送。", "The file is empty."),
        Template::variant(
            "large",
            "内容过多，不像一份表，未读取。请只报表格本身。",
            "It holds far more than any form does and was not read. Hand in the form alone.",
        ),
    ],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 1, state: State::AnotherForm }),
    is_about_reading: true,
    check: Check::Document(|_, input| match input.reading.source {
        InputKind::NoForm => Judgement::Failed(vec![Hit::at("")]),
        InputKind::TooDeep => Judgement::Failed(vec![Hit { variant: "deep", ..Hit::at("") }]),
        InputKind::TooLarge => Judgement::Failed(vec![Hit { variant: "large", ..Hit::at("") }]),
        InputKind::Empty => Judgement::Failed(vec![Hit { variant: "empty", ..Hit::at("") }]),
        InputKind::Json | InputKind::Form | InputKind::OtherForm(_) | InputKind::BlankForm => {
            Judgement::Passed
        }
    }),
    ..Rule::RELATIONS
};
