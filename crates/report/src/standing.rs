//! Where each department of the roster stands, and what to do about it: the same words in the terminal, the workbook and the page.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::{Consolidation, Expected, Status};
use huizong_schema::findings::Message;

use crate::words;

/// A department of the roster and where it stands.
pub struct Standing<'c> {
    /// Its row of the coverage.
    pub row: &'c Expected,
    /// Why it stands so, in a few words; empty if there is nothing to say.
    pub why: Message,
    /// What to do; empty if there is nothing to do.
    pub step: Message,
    /// Whether the bureau settled its problems.
    pub settled: bool,
}

/// The notice that a department answered a problem on its form.
const ANSWERED: &str = "department-answered";
/// The notice that the bureau settled what is wrong with a form.
pub(crate) const SETTLED: &str = "problems-settled";

/// Every department of the roster: what to telephone about first, then in the roster's order.
pub fn standings<'c>(consolidation: &'c Consolidation<DepartmentRow<'_>>) -> Vec<Standing<'c>> {
    let coverage = &consolidation.coverage;
    let reasons: BTreeMap<&str, &str> =
        coverage.excluded.iter().map(|excluded| (&*excluded.document, &*excluded.reason)).collect();
    let years: BTreeMap<&str, Option<u16>> =
        coverage.excluded.iter().map(|excluded| (&*excluded.document, excluded.fiscal_year)).collect();
    let count = |of: fn(&DepartmentRow<'_>) -> u64| -> BTreeMap<&str, u64> {
        consolidation.departments.iter().map(|row| (&*row.entry.document, of(row))).collect()
    };
    let (errors, warnings) =
        (count(|row| row.entry.findings().error), count(|row| row.entry.findings().warning));
    let mut standings: Vec<Standing<'c>> =
        coverage.roster.iter().map(|row| standing(row, &reasons, &years, (&errors, &warnings))).collect();
    let (answered, settled) = (noted(consolidation, ANSWERED), noted(consolidation, SETTLED));
    for standing in &mut standings {
        let is = |of: &BTreeSet<&str>| standing.row.documents.iter().any(|document| of.contains(&**document));
        standing.settled = is(&settled);
        let step = match standing.row.status {
            Status::Included | Status::IncludedWithErrors if is(&settled) => {
                ("已经核定，不再退回", "settled: it does not go back")
            }
            Status::Included | Status::IncludedWithErrors if is(&answered) => {
                ("部门有答复（见附注），请核对后决定", "it has answered (see the notices): decide")
            }
            _ => continue,
        };
        standing.step = Message { zh: step.0.to_owned(), en: step.1.to_owned() };
    }
    standings.sort_by_key(|of| words::STATUSES.iter().position(|status| *status == of.row.status));
    standings
}

/// The documents that a notice is about.
pub(crate) fn noted<'c>(
    consolidation: &'c Consolidation<DepartmentRow<'_>>,
    notice: &str,
) -> BTreeSet<&'c str> {
    let notices = consolidation.notices.iter().filter(|note| note.notice == notice);
    notices.filter_map(|note| note.document.as_deref()).collect()
}

fn standing<'c>(
    row: &'c Expected,
    reasons: &BTreeMap<&str, &str>,
    years: &BTreeMap<&str, Option<u16>>,
    (errors, warnings): (&BTreeMap<&str, u64>, &BTreeMap<&str, u64>),
) -> Standing<'c> {
    let both = |say: &dyn Fn(Lang) -> String| Message { zh: say(Lang::Zh), en: say(Lang::En) };
    let of_documents = |lang: Lang| {
        let mut why: Vec<String> = row
            .documents
            .iter()
            .filter_map(|document| reasons.get(&**document))
            .map(|reason| words::reason(reason, lang))
            .collect();
        why.dedup();
        why.join(lang.pick("；", "; "))
    };
    let late = |lang: Lang| match row.days_late {
        Some(days) if days > 0 => lang.pick(format!("迟报 {days} 天"), format!("{days} days late")),
        _ => String::new(),
    };
    let (why, step): (Message, (&str, &str)) = match row.status {
        Status::Missing => (
            both(&|lang| {
                let due = row
                    .due
                    .as_ref()
                    .map(|due| lang.pick(format!("应于 {due} 前报送"), format!("due on {due}")));
                let came = row.came.as_ref().map(|came| {
                    lang.pick(
                        format!("名单上写 {came} 收到，文件夹里没有它的表"),
                        format!("received on {came} by the roster, and no file of it is here"),
                    )
                });
                [due, came].into_iter().flatten().collect::<Vec<_>>().join(lang.pick("，", ", "))
            }),
            match row.came {
                Some(_) => {
                    ("请把收到的表放进来；没有的，请催报", "add the file that came, or ask for the form")
                }
                None => ("请催报", "ask for the form"),
            },
        ),
        Status::NotReadable => (
            both(&|lang| {
                let files = row.unread.iter().map(|unread| {
                    let message = lang.of(&unread.message).trim_end_matches(['。', '.']);
                    format!("{}{}{message}", unread.document, lang.pick("：", ": "))
                });
                files.collect::<Vec<_>>().join(lang.pick("；", "; "))
            }),
            ("请该部门改报 Excel 或 Word 文件", "ask for a file that can be read"),
        ),
        Status::AnotherYear => {
            let year = row.documents.iter().find_map(|document| years.get(&**document).copied().flatten());
            let why = |lang: Lang| match year {
                Some(year) => lang.pick(format!("报的是 {year} 年度"), format!("for {year}")),
                None => of_documents(lang),
            };
            (both(&why), ("请该部门报本年度的表", "ask for the form of this year"))
        }
        Status::ToReturn => (both(&of_documents), ("请退回该部门补正", "return it to the department")),
        Status::Duplicate => (
            both(&|lang| row.documents.join(lang.pick("、", ", "))),
            ("请问清该部门以哪一份为准", "ask the department which of them counts"),
        ),
        Status::IncludedWithErrors => (
            both(&|lang| {
                let count: u64 = row.documents.iter().filter_map(|document| errors.get(&**document)).sum();
                lang.pick(format!("有错误 {count} 处"), format!("errors: {count}"))
            }),
            ("请退回该部门改正", "return it to the department"),
        ),
        Status::Included => {
            let count: u64 = row.documents.iter().filter_map(|document| warnings.get(&**document)).sum();
            if count == 0 {
                (Message::default(), ("", ""))
            } else {
                let why = |lang: Lang| lang.pick(format!("有警告 {count} 处"), format!("warnings: {count}"));
                (both(&why), ("请该部门核对", "ask the department to look at them"))
            }
        }
        Status::WithDepartment => (Message::default(), ("", "")),
    };
    let why = both(&|lang| {
        [lang.of(&why).to_owned(), late(lang)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(lang.pick("；", "; "))
    });
    Standing { row, why, step: Message { zh: step.0.to_owned(), en: step.1.to_owned() }, settled: false }
}
