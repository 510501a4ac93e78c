//! Tables for spreadsheets: UTF-8 with a byte order mark, so that office programs read the Chinese in them.
//!
//! For the office: headings and words are Chinese whatever the language of the run; programs have the JSON. Amounts
//! are in 元, rates in percent. A text that a spreadsheet would take for a formula is given a leading `'`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use huizong_core::figure::Figure;
use huizong_core::rollup::Rollup;
use huizong_core::{Lang, Legend, Row, rules};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::{Finding, Location, Severity};
use huizong_schema::protocol::AggregateUnit;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a figure is called in a table, with its unit: 元.
fn heading(figure: Figure) -> String {
    let name = match figure {
        Figure::Top(top) => top.label().0.to_owned(),
        Figure::Source(source, column) => format!("{}：{}", source.label().0, column.label().0),
        Figure::Nature(nature, column) => format!("{}：{}", nature.label().0, column.label().0),
    };
    format!("{name}（元）")
}

/// A row for each department that the totals hold: its figures, rates, counts and findings; columns that nobody
/// reported are left out.
///
/// # Errors
/// If the writer fails.
pub fn departments(mut out: impl Write, consolidation: &Consolidation<Row<'_>>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    let rows = &consolidation.departments;
    let figures: Vec<Figure> = Figure::all()
        .filter(|figure| rows.iter().any(|row| row.contribution.value(*figure).is_some()))
        .collect();
    let mut header = ["部门", "预算单位编码", "文件", "年度"].map(str::to_owned).to_vec();
    header.extend(figures.iter().copied().map(heading));
    header.extend(["预算完成率（%，重算）", "预算调整率（%，重算）"].map(str::to_owned));
    header.extend(["任务数", "指标数", "重点项目数", "错误", "警告", "提示"].map(str::to_owned));
    table.write_record(&header)?;
    for row in rows {
        table.write_record(department(row, &figures))?;
    }
    table.flush()
}

fn department(row: &Row<'_>, figures: &[Figure]) -> Vec<String> {
    let entry = row.entry;
    let mut cells = vec![
        text(entry.name.as_deref().unwrap_or_default()),
        text(row.code.unwrap_or_default()),
        text(&entry.document),
        entry.fiscal_year.unwrap_or_default().to_string(),
    ];
    let money = |figure| row.contribution.value(figure).map(|value| value.to_string()).unwrap_or_default();
    cells.extend(figures.iter().copied().map(money));
    let rates = row.contribution.rates();
    cells.extend([rates.completion_rate, rates.adjustment_rate].map(Option::unwrap_or_default));
    let counts = row.contribution.counts;
    let counts = [counts.tasks, counts.indicators, counts.key_projects];
    let findings = [entry.findings.error, entry.findings.warning, entry.findings.info];
    cells.extend(counts.into_iter().chain(findings).map(|count| count.to_string()));
    cells
}

/// A row for each total and how many departments reported it, then the rates.
///
/// # Errors
/// If the writer fails.
pub fn totals(mut out: impl Write, sums: &Rollup) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["项目", "合计", "填报部门数"])?;
    for (figure, total) in sums.sums() {
        table.write_record([heading(figure), total.value.to_string(), total.reported_by.to_string()])?;
    }
    let rates = sums.rates();
    for (name, rate) in
        [("预算完成率（%）", rates.completion_rate), ("预算调整率（%）", rates.adjustment_rate)]
    {
        if let Some(rate) = rate {
            table.write_record([name, &rate, ""])?;
        }
    }
    table.flush()
}

/// A row for each document that the totals do not hold, and why.
///
/// # Errors
/// If the writer fails.
pub fn excluded(mut out: impl Write, consolidation: &Consolidation<Row<'_>>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["文件", "未计入的原因", "编号"])?;
    for excluded in &consolidation.coverage.excluded {
        table.write_record([
            &text(&excluded.document),
            &reason(&excluded.reason, Lang::Zh),
            &*excluded.reason,
        ])?;
    }
    table.flush()
}

/// A row for each finding.
///
/// # Errors
/// If the writer fails.
pub fn findings(mut out: impl Write, findings: &[Finding], legend: &Legend) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["级别", "部门", "文件", "位置", "问题", "规则", "规则编号"])?;
    for finding in findings {
        let document = finding.document.clone().unwrap_or_else(|| finding.documents.join("；"));
        let title = legend.title(&finding.rule).map_or("", |(zh, _)| zh);
        table.write_record([
            severity(finding.severity, Lang::Zh),
            &text(finding.department.as_deref().unwrap_or_default()),
            &text(&document),
            &finding.location.as_ref().map(|location| place(location, Lang::Zh)).unwrap_or_default(),
            &text(&finding.message.zh),
            &text(title),
            &finding.rule,
        ])?;
    }
    table.flush()
}

/// A row for each value that plugins measured.
///
/// # Errors
/// If the writer fails.
pub fn aggregates<R>(mut out: impl Write, consolidation: &Consolidation<R>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["统计项", "分组", "值", "单位", "编号"])?;
    for (id, aggregate) in &consolidation.aggregates {
        for value in &aggregate.values {
            table.write_record([
                &text(&aggregate.title.zh),
                &text(&group(&value.group, Lang::Zh)),
                &*value.value,
                unit(aggregate.unit, Lang::Zh),
                id,
            ])?;
        }
    }
    table.flush()
}

/// The group that a value is of, in words.
pub fn group(by: &BTreeMap<String, String>, lang: Lang) -> String {
    if by.is_empty() {
        return lang.pick("全部", "all").to_owned();
    }
    by.iter()
        .map(|(column, value)| format!("{column} {value}"))
        .collect::<Vec<_>>()
        .join(lang.pick("，", ", "))
}

/// What an aggregate is counted in, in words.
pub fn unit(unit: AggregateUnit, lang: Lang) -> &'static str {
    match unit {
        AggregateUnit::Percent => "%",
        AggregateUnit::Cny => "元",
        AggregateUnit::Cny10k => "万元",
        AggregateUnit::Points => lang.pick("分", "points"),
        AggregateUnit::Count => "",
    }
}

/// A severity in words.
pub fn severity(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Error => lang.pick("错误", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Info => lang.pick("提示", "info"),
    }
}

/// Why a document does not count, in words: the title of the rule that says so.
pub fn reason(reason: &str, lang: Lang) -> String {
    match reason {
        "has-errors" => lang.pick("有错误，按要求不计入", "it has errors, and those are left out").to_owned(),
        "identical-copy" => lang.pick("与另一份内容完全相同", "the same as another").to_owned(),
        id => rules::find(id).map_or_else(
            || id.to_owned(),
            |rule| {
                let (zh, en) = rules::title(rule);
                lang.pick(zh, en).to_owned()
            },
        ),
    }
}

/// A place without its file, in words.
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

/// Text that no spreadsheet takes for a formula.
fn text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("示范局"), "示范局");
    }
}
