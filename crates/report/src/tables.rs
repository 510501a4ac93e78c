//! The tables of a result. Headings and words are always Chinese, whatever the language of the run: they are
//! for officials.

mod documents;

use std::borrow::Cow;
use std::collections::BTreeSet;

use huizong_core::rollup::Rollup;
use huizong_core::{DepartmentRow, Lang, RuleIndex};
use huizong_schema::consolidation::{Consolidation, Group};
use huizong_schema::figures::Counted;
use huizong_schema::figures::{Figure, Rate, Thing};
use huizong_schema::findings::Finding;
use rust_decimal::Decimal;

use crate::names::Names;
use crate::standing::{Standing, standings};
use crate::table::{Column, Kind, Table, Value};
use crate::words::{group, place_of, reason, severity, status, unit};

pub use documents::Documents;

/// The column of a figure.
pub fn figure(figure: Figure) -> Column {
    let zh = format!("{}（元）", figure.label().0).into();
    Column { id: figure.path().replace('.', "_").into(), zh, kind: Kind::Money }
}

/// The figures that at least one row reports.
pub fn figures(consolidation: &Consolidation<DepartmentRow<'_>>) -> Vec<Figure> {
    let rows = &consolidation.departments;
    Figure::all()
        .filter(|figure| rows.iter().any(|row| row.contribution().value(*figure).is_some()))
        .collect()
}

/// The roster's columns that results show: those that sums were grouped by.
pub fn listed<R>(consolidation: &Consolidation<R>) -> BTreeSet<&str> {
    consolidation.groups.iter().flat_map(|group| group.by.keys()).map(String::as_str).collect()
}

/// The table of departments in the totals: figures, rates, counts and findings. It has the same columns in every result.
pub fn departments<'t>(consolidation: &'t Consolidation<DepartmentRow<'t>>) -> Table<'t> {
    departments_with(consolidation, Figure::all().collect(), BTreeSet::new())
}

/// The same for readers: without columns that nobody reported, and with the roster's columns that sums were grouped by.
pub fn departments_shown<'t>(consolidation: &'t Consolidation<DepartmentRow<'t>>) -> Table<'t> {
    departments_with(consolidation, figures(consolidation), listed(consolidation))
}

fn departments_with<'t>(
    consolidation: &'t Consolidation<DepartmentRow<'t>>,
    figures: Vec<Figure>,
    listed: BTreeSet<&'t str>,
) -> Table<'t> {
    let names = Names::of(consolidation);
    let mut columns = vec![
        Column::new("department", "部门", Kind::Text),
        Column::new("code", "预算单位编码", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("fiscal_year", "年度", Kind::Year),
    ];
    columns.extend(figures.iter().copied().map(figure));
    columns.extend(Rate::ALL.iter().map(|rate| Column {
        id: rate.as_str().into(),
        zh: format!("{}（%，重算）", rate.label().0).into(),
        kind: Kind::Percent,
    }));
    let counted = |thing: &Thing| Column::new(thing.as_str(), thing.heading(), Kind::Count);
    columns.extend(Thing::ALL.iter().map(counted));
    columns.extend([
        Column::new("errors", "错误", Kind::Count),
        Column::new("warnings", "警告", Kind::Count),
        Column::new("infos", "提示", Kind::Count),
    ]);
    columns.extend(listed.iter().enumerate().map(|(index, heading)| Column {
        id: format!("roster_{}", index + 1).into(),
        zh: format!("名单：{heading}").into(),
        kind: Kind::Text,
    }));
    let rows = consolidation.departments.iter().map(move |row| {
        let (entry, rates, counts) = (row.entry, row.contribution().rates(), row.contribution().counts());
        let mut cells = vec![
            Value::text(names.of_row(row)),
            Value::maybe(row.code),
            Value::text(&*entry.document),
            Value::Count(entry.fiscal_year.unwrap_or_default().into()),
        ];
        cells.extend(figures.iter().map(|figure| Value::money(row.contribution().value(*figure))));
        cells.extend(Rate::ALL.iter().map(|rate| Value::percent(rates.get(*rate).cloned())));
        let findings = [entry.findings().error, entry.findings().warning, entry.findings().info];
        cells.extend(Thing::ALL.iter().map(|thing| Value::Count(counts.get(*thing))));
        cells.extend(findings.map(Value::Count));
        cells.extend(listed.iter().map(|column| Value::maybe(row.by(column))));
        cells
    });
    Table { id: "departments", columns, rows: Box::new(rows) }
}

/// The table of what the roster says of departments in the totals: a row for each of its columns that sums were grouped by.
pub fn categories<'t>(consolidation: &'t Consolidation<DepartmentRow<'t>>) -> Table<'t> {
    let names = Names::of(consolidation);
    let columns = vec![
        Column::new("department", "部门", Kind::Text),
        Column::new("code", "预算单位编码", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("column", "名单的列", Kind::Text),
        Column::new("value", "值", Kind::Text),
    ];
    let listed = listed(consolidation);
    let rows = consolidation.departments.iter().flat_map(move |row| {
        let values = listed.iter().filter_map(|column| Some((*column, row.by(column)?)));
        let row_of = |(column, value): (&'t str, &'t str)| {
            vec![
                Value::text(names.of_row(row)),
                Value::maybe(row.code),
                Value::text(&*row.entry.document),
                Value::text(column),
                Value::text(value),
            ]
        };
        values.map(row_of).collect::<Vec<_>>()
    });
    Table { id: "categories", columns, rows: Box::new(rows) }
}

/// The table of totals, each with the number of departments that reported it, then the rates.
pub fn totals<'t, R>(consolidation: &Consolidation<R>, sums: &Rollup) -> Table<'t> {
    let columns = vec![
        Column::new("item", "项目", Kind::Text),
        Column::new("item_id", "项目编号", Kind::Text),
        Column::new("total", "合计", Kind::Amount),
        Column::new("unit", "单位", Kind::Text),
        Column::new("reported_by", "填报部门数", Kind::Count),
    ];
    let figure = |(of, sum): (Figure, huizong_core::rollup::Sum)| {
        vec![
            Value::text(of.label().0),
            Value::text(of.path()),
            Value::Money(sum.value),
            Value::text("元"),
            Value::Count(sum.reported_by),
        ]
    };
    let mut rows: Vec<Vec<Value<'t>>> = sums.sums().map(figure).collect();
    for rate in Rate::ALL {
        if let Some(value) = consolidation.rates.get(*rate) {
            let (name, id) = (Value::text(rate.label().0), Value::text(rate.as_str()));
            rows.push(vec![name, id, decimal(value), Value::text("%"), Value::Empty]);
        }
    }
    Table { id: "totals", columns, rows: Box::new(rows.into_iter()) }
}

/// The table of groups: a row for each group and figure.
pub fn groups<R>(consolidation: &Consolidation<R>) -> Table<'_> {
    let columns = vec![
        Column::new("by", "分组依据", Kind::Text),
        Column::new("group", "组", Kind::Text),
        Column::new("expected", "应报部门数", Kind::Count),
        Column::new("departments", "计入部门数", Kind::Count),
        Column::new("item", "项目", Kind::Text),
        Column::new("item_id", "项目编号", Kind::Text),
        Column::new("total", "合计（元）", Kind::Money),
        Column::new("reported_by", "填报部门数", Kind::Count),
    ];
    let rows = consolidation.groups.iter().flat_map(|group| {
        let by = group.by.keys().cloned().collect::<Vec<_>>().join("、");
        Figure::all().filter_map(move |figure| {
            let total = group.totals.get(figure)?;
            Some(vec![
                Value::text(by.clone()),
                Value::text(crate::words::group_name(group, Lang::Zh)),
                Value::Count(group.expected),
                Value::Count(group.departments),
                Value::text(figure.label().0),
                Value::text(figure.path()),
                Value::Money(total.value),
                Value::Count(total.reported_by),
            ])
        })
    });
    Table { id: "groups", columns, rows: Box::new(rows) }
}

/// A number in the unit that another column names. One that is longer than decimals can be is text.
fn decimal<'v>(text: &str) -> Value<'v> {
    Decimal::from_str_exact(text).map_or_else(|_| Value::text(text.to_owned()), Value::Amount)
}

/// The tables of documents' contents, which need their [details](Documents::details).
pub const OF_CONTENTS: [&str; 4] = ["tasks", "indicators", "key_projects", "lineage"];

/// Splits the groups into runs that share their grouping columns.
pub fn blocks(groups: &[Group]) -> impl Iterator<Item = &[Group]> {
    groups.chunk_by(|a, b| a.by.keys().eq(b.by.keys()))
}

/// The table of documents left out of the totals, each with the reason.
pub fn excluded<R>(consolidation: &Consolidation<R>) -> Table<'_> {
    let columns = vec![
        Column::new("department", "部门", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("reason", "未计入的原因", Kind::Text),
        Column::new("reason_id", "编号", Kind::Text),
    ];
    let rows = consolidation.coverage.excluded.iter().map(|excluded| {
        vec![
            Value::maybe(excluded.department.as_deref()),
            Value::text(&*excluded.document),
            Value::text(reason(&excluded.reason, Lang::Zh)),
            Value::text(&*excluded.reason),
        ]
    });
    Table { id: "excluded", columns, rows: Box::new(rows) }
}

/// The table of the run's notices.
pub fn notices<R>(consolidation: &Consolidation<R>) -> Table<'_> {
    let columns = vec![
        Column::new("notice", "编号", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("place", "位置", Kind::Text),
        Column::new("message", "说明", Kind::Text),
        Column::new("incomplete", "结果因此不全", Kind::Text),
    ];
    let rows = consolidation.notices.iter().map(|note| {
        vec![
            Value::text(&*note.notice),
            Value::maybe(note.document.as_deref()),
            Value::text(place_of(note.location.as_ref(), Lang::Zh)),
            Value::text(&*note.message.zh),
            Value::text(if note.incomplete { "是" } else { "" }),
        ]
    });
    Table { id: "notices", columns, rows: Box::new(rows) }
}

/// The table of the roster's departments, each with where it stands: what to telephone about comes first.
pub fn coverage<'c>(consolidation: &'c Consolidation<DepartmentRow<'_>>) -> Table<'c> {
    let columns = vec![
        Column::new("department", "应报部门", Kind::Text),
        Column::new("code", "预算单位编码", Kind::Text),
        Column::new("status", "情况", Kind::Text),
        Column::new("why", "说明", Kind::Text),
        Column::new("step", "下一步", Kind::Text),
        Column::new("contact", "联系人", Kind::Text),
        Column::new("phone", "联系电话", Kind::Text),
        Column::new("documents", "收到的文件", Kind::Text),
        Column::new("due", "截止日期", Kind::Text),
        Column::new("received", "收到日期", Kind::Text),
        Column::new("days_late", "迟报天数", Kind::Count),
        Column::new("last_year", "上一年支出（元）", Kind::Money),
    ];
    let rows = standings(consolidation).into_iter().map(|Standing { row, why, step, .. }| {
        let files = row.documents.iter().chain(row.unread.iter().map(|unread| &unread.document));
        vec![
            Value::text(&*row.name),
            Value::maybe(row.code.as_deref()),
            Value::text(status(row.status, Lang::Zh)),
            Value::text(why.zh),
            Value::text(step.zh),
            Value::maybe(row.contact.as_deref()),
            Value::maybe(row.phone.as_deref()),
            Value::text(files.cloned().collect::<Vec<_>>().join("；")),
            Value::maybe(row.due.as_deref()),
            Value::maybe(row.came.as_deref()),
            row.days_late.filter(|days| *days > 0).map_or(Value::Empty, |days| Value::Count(days.into())),
            Value::money(row.last_year),
        ]
    });
    Table { id: "coverage", columns, rows: Box::new(rows) }
}

/// Whether a result says what its totals would be if those who are missing repeated last year. What may be ten thousand times too large
/// makes that meaningless.
pub fn is_weighed<R>(consolidation: &Consolidation<R>) -> bool {
    let mut totals = Figure::all().filter_map(|figure| consolidation.totals.get(figure));
    consolidation.suspected.is_none() && totals.any(|total| total.if_repeated.is_some())
}

/// Whether every department of the roster is in the totals.
pub fn is_complete<R>(consolidation: &Consolidation<R>) -> bool {
    consolidation.coverage.roster.iter().all(|row| row.status.is_held())
}

/// The table of findings.
pub fn findings<'t, R>(
    findings: impl IntoIterator<Item = &'t Finding, IntoIter: 't>,
    rule_index: &'t RuleIndex,
    consolidation: &'t Consolidation<R>,
) -> Table<'t> {
    let names = Names::of(consolidation);
    let columns = vec![
        Column::new("severity", "级别", Kind::Text),
        Column::new("department", "部门", Kind::Text),
        Column::new("document", "文件", Kind::Text),
        Column::new("place", "位置", Kind::Text),
        Column::new("message", "问题", Kind::Text),
        Column::new("rule", "规则", Kind::Text),
        Column::new("rule_id", "规则编号", Kind::Text),
    ];
    let rows = findings.into_iter().map(move |finding| {
        let document = finding.document.clone().unwrap_or_else(|| finding.documents.join("；"));
        vec![
            Value::text(severity(finding.severity, Lang::Zh)),
            Value::maybe(names.of_finding(finding)),
            Value::text(document),
            Value::text(place_of(finding.location.as_ref(), Lang::Zh)),
            Value::text(&*finding.message.zh),
            Value::text(rule_index.title(&finding.rule).map_or("", |(zh, _)| zh)),
            Value::text(&*finding.rule),
        ]
    });
    Table { id: "findings", columns, rows: Box::new(rows) }
}

/// The table of values that plugins measured.
pub fn aggregates<R>(consolidation: &Consolidation<R>) -> Table<'_> {
    let columns = vec![
        Column::new("aggregate", "统计项", Kind::Text),
        Column::new("group", "分组", Kind::Text),
        Column::new("value", "值", Kind::Amount),
        Column::new("unit", "单位", Kind::Text),
        Column::new("aggregate_id", "编号", Kind::Text),
    ];
    let rows = consolidation.aggregates.iter().flat_map(|(id, aggregate)| {
        aggregate.values.iter().map(move |value| {
            vec![
                Value::text(&*aggregate.title.zh),
                Value::text(group(&value.group, Lang::Zh)),
                decimal(&value.value),
                Value::text(unit(aggregate.unit, Lang::Zh)),
                Value::text(&**id),
            ]
        })
    });
    Table { id: "aggregates", columns, rows: Box::new(rows) }
}

/// Describes how an amount is counted.
pub fn counted(how: Counted, lang: Lang) -> Cow<'static, str> {
    let (zh, en) = match how {
        Counted::Plus => ("加", "plus"),
        Counted::Minus => ("减", "minus"),
        Counted::Absolute => ("加绝对值", "plus its absolute value"),
    };
    lang.pick(zh, en).into()
}
