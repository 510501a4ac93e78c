//! `another-form`: the file holds a form, but not a department's self-evaluation.

use crate::message::Template;
use crate::outcome::{Hit, Judgement};
use crate::rule::{Check, Exclusion, Rule};
use crate::rule_input::InputKind;
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "another-form",
    messages: &[
        Template::variant(
            "project",
            "这是项目支出绩效自评表，不是部门整体支出绩效自评表，没有计入。请报部门整体支出的那一份。",
            "This is the self-evaluation of a project, not of the department's whole budget, so it does not count. Hand in the form for the whole department.",
        ),
        Template::variant(
            "summary",
            "这是几个部门的汇总表，不是一个部门的自评表，没有计入。请报各部门自己的表，汇总由本工具完成。",
            "This is a table of several departments, not one department's form, so it does not count. Hand in each department's own form; they are added up here.",
        ),
        Template::variant(
            "final-accounts",
            "这是决算表，不是部门整体支出绩效自评表，没有计入。请报绩效自评表。",
            "These are final accounts, not a self-evaluation, so they do not count. Hand in the self-evaluation form.",
        ),
        Template::variant(
            "goals",
            "这是绩效目标申报表，还没有完成情况，没有计入。请报年终的绩效自评表。",
            "This form declares goals at the beginning of a year and has no results, so it does not count. Hand in the self-evaluation of the year's end.",
        ),
        Template::variant(
            "budget",
            "这是预算表，不是部门整体支出绩效自评表，没有计入。请报绩效自评表。",
            "This is a budget, not a self-evaluation, so it does not count. Hand in the self-evaluation form.",
        ),
    ],
    page: include_str!("page.md"),
    judges_unreadable: true,
    excludes: Some(Exclusion { precedence: 1, state: State::AnotherForm }),
    is_about_reading: true,
    check: Check::Document(|_, input| match input.reading.source {
        InputKind::OtherForm(form) => Judgement::Failed(vec![Hit { variant: form.id(), ..Hit::at("") }]),
        _ => Judgement::Passed,
    }),
    ..Rule::RELATIONS
};
