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
            "这是几个部门的汇总表，不是一个部门的自评表，没有计入。请报各部门自己的表，汇总由财政局完成。",
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
        Template::variant(
            "monitoring",
            "这是年中的绩效运行监控表，不是年终的绩效自评表，没有计入。请报年终的部门整体支出绩效自评表。",
            "This form monitors the budget during the year; it is not the year's self-evaluation, so it does not count. Hand in the self-evaluation of the year's end.",
        ),
        Template::variant(
            "evaluation",
            "从标题看，这是另一种评价材料（如专项资金、转移支付的自评，财政评价、复核、整改等），不是部门整体支出绩效自评表，没有计入。请报部门整体支出的那一份。",
            "By its title this is another paper about evaluations, such as of special funds or by the bureau, not the department's self-evaluation of its whole budget, so it does not count. Hand in that form.",
        ),
        Template::variant(
            "sample",
            "这是填表的样表（范例），不是部门自己的表，没有计入。请报填好本部门名称和数据的表。",
            "This is a sample that shows how the form is filled in, so it does not count. Hand in the form with the department's own name and figures.",
        ),
        Template::variant(
            "void",
            "这份表的标题注明“作废”，没有计入。请报现行有效的那一份；如仍有效，请去掉标题里的“作废”再报。",
            "The form's title says that it is void, so it does not count. Hand in the valid one; if this is valid, remove 作废 from its title.",
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
