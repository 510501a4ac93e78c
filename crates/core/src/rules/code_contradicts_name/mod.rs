//! `code-contradicts-name`: the form prints one department's name and another one's code.

use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::outcome::{Hit, Judgement, Skip};
use crate::rule::{Check, Rule};
use crate::rule_input::RuleInput;

const CODE: &str = "/department/code";
const NAME: &str = "/department/name";

pub(super) static RULE: Rule = Rule {
    id: "code-contradicts-name",
    messages: &[
        Template::new(
            "编码 {code} 在名单上是“{of_code}”的，与表上的名称“{name}”不符，汇总时以名称为准。“{of_name}”的编码是 {expected}，请改正。",
            "The code {code} is that of \"{of_code}\" on the roster, but the form's name is \"{name}\", which decides. The code of \"{of_name}\" is {expected}: correct it.",
        ),
        Template::variant(
            "no-code",
            "编码 {code} 在名单上是“{of_code}”的，与表上的名称“{name}”不符，汇总时以名称为准。请改正编码。",
            "The code {code} is that of \"{of_code}\" on the roster, but the form's name is \"{name}\", which decides. Correct the code.",
        ),
    ],
    page: include_str!("page.md"),
    reads: &[CODE, NAME],
    check: Check::Document(judge),
    ..Rule::RELATIONS
};

fn judge(_: &Rule, input: &RuleInput<'_>) -> Judgement {
    let Some(roster) = &input.settings.roster else { return Judgement::Skipped(Skip::NotAsked) };
    let department = input.draft.department.as_ref();
    let both =
        department.and_then(|department| Some((department.code.as_deref()?, department.name.as_deref()?)));
    let Some((code, name)) = both else { return Judgement::Skipped(input.nothing_at(&[CODE, NAME])) };
    let Some((coded, named)) = roster.contradiction(code, name) else { return Judgement::Passed };
    let mut args = Args::from([
        ("code", Arg::Shown(code.to_owned())),
        ("name", Arg::Shown(name.to_owned())),
        ("of_code", Arg::Text(coded.name.clone())),
    ]);
    let variant = match &named.code {
        Some(expected) => {
            args.insert("expected", Arg::Text(expected.clone()));
            args.insert("of_name", Arg::Text(named.name.clone()));
            ""
        }
        None => "no-code",
    };
    Judgement::of(vec![Hit { variant, args, ..Hit::at(CODE) }])
}
