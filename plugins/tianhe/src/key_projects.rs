//! Note 1: each department evaluates at least one key project.

use huizong_plugin_sdk::schema::{KeyProject, Level};
use huizong_plugin_sdk::{Draft, Finding, Findings};

pub(crate) fn check(draft: &Draft<'_>, findings: &mut Findings) {
    let is_unit = draft.department.as_ref().is_some_and(|department| {
        let names_another =
            || department.parent.is_some() && department.parent.as_deref() != department.name.as_deref();
        department.level == Some(Level::Unit) || department.level.is_none() && names_another()
    });
    if !is_unit && !draft.key_projects.iter().any(is_one) {
        findings.report(Finding::new("tianhe/key-project-missing", "/key_projects"));
    }
}

/// Whether a text says more than 无 or the like.
fn says_something(text: &str) -> bool {
    let words: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_short = words.chars().count() <= 12;
    let is_none = ["", "无", "暂无", "没有", "暂没有", "不涉及"].contains(&&*words)
        || is_short
            && ["无重点项目", "没有重点项目", "不涉及重点项目", "未安排重点项目"]
                .iter()
                .any(|none| words.ends_with(none));
    !is_none
}

/// Whether an entry describes a project, rather than stating that there is none.
fn is_one(project: &KeyProject<'_>) -> bool {
    project.budget_requested.is_some()
        || project.funds_used.is_some()
        || project.name.as_deref().is_some_and(says_something)
        || project.outcomes.iter().any(|outcome| says_something(outcome))
}

#[cfg(test)]
mod tests {
    #[test]
    fn usual_phrases_for_none_are_recognised() {
        for none in [
            "",
            "无",
            "（无）",
            "无。",
            "暂无",
            "不涉及",
            "/",
            "——",
            "本年度无重点项目。",
            "本部门没有重点项目",
        ] {
            assert!(!super::says_something(none), "{none}");
        }
        for something in ["无障碍设施改造", "库房改造", "A"] {
            assert!(super::says_something(something), "{something}");
        }
    }
}
