//! Names and phrases in both languages.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use huizong_core::notices::IDENTICAL_COPY;
use huizong_core::{ATTACHMENT, Lang, SUPERSEDED, rules};
use huizong_schema::Unit;
use huizong_schema::consolidation::{
    Consolidation, Coverage, Group, MatchedBy, Note, SeverityCounts, Status, Suspected,
};
use huizong_schema::figures::Top;
use huizong_schema::findings::{Location, Severity};
use huizong_schema::protocol::AggregateUnit;

use crate::amounts::ten_thousands;

/// The line of a table that states what rounding leaves of its total.
pub const RESIDUAL: (&str, &str) = ("四舍五入的尾差", "Left by rounding");

/// How many departments of the roster are in the totals.
fn held<R>(consolidation: &Consolidation<R>) -> u64 {
    consolidation.coverage.roster.iter().filter(|row| row.status.is_held()).count() as u64
}

/// States that the totals lack departments of the roster. [`None`] if they do not.
pub fn incomplete<R>(consolidation: &Consolidation<R>, lang: Lang) -> Option<String> {
    /// The most departments named; the table of coverage names all.
    const NAMED: usize = 8;
    let rows = consolidation.coverage.roster.iter().filter(|row| !row.status.is_held());
    let not_held: Vec<&str> = rows.map(|row| &*row.name).collect();
    let count = not_held.len();
    let mut names = first(&not_held, NAMED, lang);
    if count > NAMED {
        names += lang.pick("等", " …");
    }
    (count > 0).then(|| {
        lang.pick(
            format!("合计不全：名单上有 {count} 个部门没有计入（{names}）。没有计入的不按零计算。"),
            format!(
                "The totals are incomplete. Departments of the roster that are not in them: {count} ({names}). What is missing is no zero."
            ),
        )
    })
}

/// States which departments reported late, and by how many days. [`None`] if none did.
pub fn late(coverage: &Coverage, lang: Lang) -> Option<String> {
    let late: Vec<String> = coverage
        .roster
        .iter()
        .filter_map(|row| Some((row, row.days_late.filter(|days| *days > 0)?)))
        .map(|(row, days)| {
            lang.pick(format!("{}（{days} 天）", row.name), format!("{} ({days} days)", row.name))
        })
        .collect();
    let some = first(&late, NAMED, lang);
    let more = if late.len() > NAMED { lang.pick("等", " …") } else { "" };
    (!late.is_empty())
        .then(|| lang.pick(format!("迟报的部门：{some}{more}。"), format!("Late: {some}{more}.")))
}

/// How many departments of some groups count, and how many of them should report: those that are not on the roster are told apart.
pub fn counted_of(groups: &[Group], consolidation: &Consolidation<impl Sized>, lang: Lang) -> String {
    let (counted, expected) = groups
        .iter()
        .fold((0, 0), |(counted, expected), group| (counted + group.departments, expected + group.expected));
    let held = held(consolidation).min(counted);
    let others = counted - held;
    let more = match others {
        0 => String::new(),
        _ => lang.pick(format!("，另 {others}"), format!(" + {others}")),
    };
    format!("{held}/{expected}{more}")
}

/// States which departments that are not on the roster are in the totals. [`None`] if there are none.
pub fn unlisted(coverage: &Coverage, lang: Lang) -> Option<String> {
    let unknown = coverage.unknown.as_deref().filter(|unknown| !unknown.is_empty())?;
    let (count, some) = (unknown.len(), first(unknown, NAMED, lang));
    Some(lang.pick(
        format!("名单外报来的部门 {count} 个：{some}；计入的，合计里含有它们的数。"),
        format!(
            "Departments that are not on the roster: {count} ({some}); what counts of them is in the totals."
        ),
    ))
}

/// Names the group of an aggregate's value.
pub fn group(by: &BTreeMap<String, String>, lang: Lang) -> String {
    if by.is_empty() {
        return lang.pick("全部", "all").to_owned();
    }
    by.iter()
        .map(|(column, value)| format!("{column} {value}"))
        .collect::<Vec<_>>()
        .join(lang.pick("，", ", "))
}

/// Names the unit of an aggregate.
pub fn unit(unit: AggregateUnit, lang: Lang) -> &'static str {
    match unit {
        AggregateUnit::Percent => "%",
        AggregateUnit::Cny => Unit::Cny.word(),
        AggregateUnit::Cny10k => Unit::Cny10k.word(),
        AggregateUnit::Points => lang.pick("分", "points"),
        AggregateUnit::Count => "",
    }
}

/// The title of a consolidation.
pub fn title<R>(consolidation: &Consolidation<R>, lang: Lang) -> String {
    let district = consolidation.district.as_deref().unwrap_or_default();
    let zh = consolidation.fiscal_year.map(|year| format!("{year}年度")).unwrap_or_default();
    let year = consolidation.fiscal_year.map(|year| year.to_string());
    let of: Vec<&str> = consolidation.district.as_deref().into_iter().chain(year.as_deref()).collect();
    let en = if of.is_empty() { String::new() } else { format!(", {}", of.join(", ")) };
    lang.pick(
        format!("{district}{zh}部门整体支出绩效自评汇总"),
        format!("Departments' self-evaluations of expenditure, consolidated{en}"),
    )
}

/// States how many documents were received and how many count.
pub fn received(coverage: &Coverage, lang: Lang) -> String {
    let (documents, included) = (coverage.documents, coverage.included);
    let excluded = coverage.excluded.len();
    lang.pick(
        format!("收到 {documents} 份表，计入 {included} 份，未计入 {excluded} 份。"),
        format!("{documents} documents came in; {included} count, {excluded} do not."),
    )
}

/// The most names in a sentence; lists have all of them.
const NAMED: usize = 20;

/// The first of some names, at most so many, in a row.
fn first<S: Borrow<str>>(names: &[S], most: usize, lang: Lang) -> String {
    names[..names.len().min(most)].join(lang.pick("、", ", "))
}

/// States of which departments files came that could not be read. [`None`] if there are none.
pub fn not_readable(coverage: &Coverage, lang: Lang) -> Option<String> {
    let rows = coverage.roster.iter().filter(|row| row.status == Status::NotReadable);
    let names: Vec<&str> = rows.map(|row| &*row.name).collect();
    let some = first(&names, NAMED, lang);
    let count = names.len();
    (count > 0).then(|| {
        lang.pick(
            format!("有 {count} 个部门报来的文件无法读取：{some}。请通知这些部门改报 Excel 或 Word 文件。"),
            format!("Of {count} departments files came that cannot be read: {some}. Ask them for others."),
        )
    })
}

/// States which departments of the roster did not report.
pub fn against_roster(coverage: &Coverage, lang: Lang) -> String {
    let (Some(expected), Some(missing)) = (&coverage.expected, &coverage.missing) else {
        return lang
            .pick(
                "没有给出应报名单，是否收齐无从判断。",
                "There is no roster, so it cannot be told whether all are here.",
            )
            .to_owned();
    };
    let states = STATUSES.iter().rev().filter_map(|state| {
        let count = coverage.roster.iter().filter(|row| row.status == *state).count();
        let state = status(*state, lang);
        (count > 0).then(|| lang.pick(format!("{state} {count} 个"), format!("{state}: {count}")))
    });
    let states = states.collect::<Vec<_>>().join(lang.pick("；", "; "));
    let some = first(missing, NAMED, lang);
    let names = match missing.len() {
        0 => lang.pick("。", ".").to_owned(),
        1..=NAMED => lang.pick(format!("（{some}）。"), format!(" ({some}).")),
        _ => lang.pick(format!("（{some}等）。"), format!(" ({some} and others).")),
    };
    lang.pick(
        format!("名单应报 {expected} 个部门：{states}{names}"),
        format!("{expected} departments are expected. {states}{names}"),
    )
}

/// States what may be wrong with the totals as a whole: departments that may have mixed up 元 and 万元, and the totals without them.
/// [`None`] if nothing is.
pub fn suspected<R>(consolidation: &Consolidation<R>, lang: Lang) -> Option<String> {
    let Suspected { departments, totals_without, .. } = consolidation.suspected.as_ref()?;
    let shown = |top: Top| {
        totals_without.get(top).map(|without| {
            let (zh, en) = top.label();
            let without = ten_thousands(*without);
            lang.pick(format!("{zh} {without} 万元"), format!("{en} {without} (in 10,000 CNY)"))
        })
    };
    let totals =
        [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure].into_iter().filter_map(shown);
    let totals = totals.collect::<Vec<_>>().join(lang.pick("，", ", "));
    let totals = if totals.is_empty() {
        lang.pick("没有其他部门的数", "no other department").to_owned()
    } else {
        totals
    };
    Some(lang.pick(
        format!(
            "注意：{}可能填混了元和万元，合计和分组里都含有这些数，请先不要用。剔除后合计为：{totals}。",
            departments.join("、")
        ),
        format!(
            "Do not use the totals yet: {} may have mixed up 元 and 万元, and its figures are in them. Without it: {totals}.",
            departments.join(", ")
        ),
    ))
}

/// States how many findings there are.
pub fn found(counts: SeverityCounts, lang: Lang) -> String {
    let SeverityCounts { error, warning, info } = counts;
    lang.pick(
        format!("查出问题：错误 {error} 处，警告 {warning} 处，提示 {info} 处。"),
        format!("Found: {error} errors, {warning} warnings, {info} remarks."),
    )
}

/// States why a result is incomplete for reasons other than the forms: files not read that seem to be nobody's, plugins that
/// failed. [`None`] if there are none.
pub fn unread(notes: &[Note], coverage: &Coverage, lang: Lang) -> Option<String> {
    let of_departments = coverage.roster.iter().flat_map(|row| &row.unread);
    let named: BTreeSet<&str> = of_departments.map(|unread| &*unread.document).collect();
    let is_nobodys = |note: &&Note| note.document.as_deref().is_none_or(|document| !named.contains(document));
    let files = notes.iter().filter(|note| note.unread).filter(is_nobodys).count();
    let others = notes.iter().filter(|note| note.incomplete && !note.unread).count();
    let mut said = String::new();
    if files > 0 {
        said += &lang.pick(
            format!("有 {files} 个文件没有读取，其中可能有部门的表。"),
            format!("Files not read: {files}; there may be departments' forms among them."),
        );
    }
    if others > 0 {
        said += if said.is_empty() { "" } else { lang.pick("", " ") };
        said += &lang.pick(
            format!("有 {others} 处读表或检查没有完成，结果不全。"),
            format!("Not done: {others} (reading or plugins); the result is incomplete."),
        );
    }
    (!said.is_empty()).then_some(said)
}

/// Names a severity.
pub fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Error => lang.pick("错误", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Info => lang.pick("提示", "info"),
    }
}

/// States why a document does not count: the title of the rule that excludes it.
pub fn reason(reason: &str, lang: Lang) -> String {
    match reason {
        "has-errors" => lang.pick("有错误，按要求不计入", "it has errors, and those are left out").to_owned(),
        SUPERSEDED => {
            lang.pick("由同一部门的另一份顶替", "superseded by another of its department").to_owned()
        }
        ATTACHMENT => {
            lang.pick("随同一部门的表一起报来的材料", "came with a form of its department").to_owned()
        }
        id if id == IDENTICAL_COPY.id => lang.pick("与另一份内容完全相同", "the same as another").to_owned(),
        id => rules::find(id).map_or_else(
            || id.to_owned(),
            |rule| {
                let (zh, en) = rules::title(rule);
                lang.pick(zh, en).to_owned()
            },
        ),
    }
}

/// Describes a place without its file.
pub fn place(location: &Location, lang: Lang) -> String {
    match location {
        Location { sheet: Some(sheet), cell: Some(cell), .. } => format!("{sheet}!{cell}"),
        Location { table: Some(table), row: Some(row), column: Some(column), .. } => lang.pick(
            format!("表格 {table} 第 {row} 行第 {column} 列"),
            format!("table {table}, row {row}, column {column}"),
        ),
        Location { line: Some(line), column: Some(column), .. } => {
            lang.pick(format!("第 {line} 行第 {column} 字"), format!("line {line}, column {column}"))
        }
        _ => String::new(),
    }
}

/// Describes a place without its file; empty if there is no place.
pub fn place_of(location: Option<&Location>, lang: Lang) -> String {
    location.map(|location| place(location, lang)).unwrap_or_default()
}

/// States how a name was matched to a department of the roster.
pub fn matched_by(by: MatchedBy, lang: Lang) -> &'static str {
    match by {
        MatchedBy::Code => lang.pick("编码相同", "same code"),
        MatchedBy::Name => lang.pick("名称相同，编码不同", "same name, another code"),
        MatchedBy::Alias => lang.pick("别名", "another name"),
        MatchedBy::Normalised => lang.pick("只差全角半角、括号或空格", "but for width, brackets or spaces"),
        MatchedBy::District => lang.pick("地区名、简称的写法不同", "but for the district or a short name"),
        MatchedBy::FileName => {
            lang.pick("表上没有名称，按文件名认", "the form names none; by the file's name")
        }
        MatchedBy::ShortFileName => {
            lang.pick("表上没有名称，按文件名推测", "the form names none; guessed from the file's name")
        }
    }
}

/// Names a group by its values. Departments that are not on the roster have none.
pub fn group_name(group: &Group, lang: Lang) -> String {
    let is_unlisted = group.expected == 0 && group.by.values().all(String::is_empty);
    let none = if is_unlisted {
        lang.pick("（不在名单上）", "(not on the roster)")
    } else {
        lang.pick("（未填）", "(none)")
    };
    let values = group.by.values().map(|value| if value.is_empty() { none } else { value });
    values.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// The statuses as a bureau works through them: what to telephone about first.
pub const STATUSES: [Status; 8] = [
    Status::Missing,
    Status::NotReadable,
    Status::AnotherYear,
    Status::ToReturn,
    Status::Duplicate,
    Status::IncludedWithErrors,
    Status::Included,
    Status::WithDepartment,
];

/// States the status of a department of the roster.
pub fn status(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Included => lang.pick("已计入", "counted"),
        Status::IncludedWithErrors => lang.pick("已计入，有错误", "counted, with errors"),
        Status::WithDepartment => lang.pick("由主管部门的汇总表计入", "counted with its department"),
        Status::Duplicate => lang.pick("报来多份不同的表，均未计入", "several came, none counted"),
        Status::ToReturn => lang.pick("未计入，要退回", "to be returned"),
        Status::AnotherYear => lang.pick("报的是别的年度，没有计入", "for another year"),
        Status::NotReadable => lang.pick("已收到，无法读取", "came, cannot be read"),
        Status::Missing => lang.pick("没有收到", "missing"),
    }
}
