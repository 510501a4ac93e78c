//! Tables for spreadsheets: UTF-8 with a byte order mark, so that office programs read the Chinese in them.
//!
//! Amounts are in 元, rates in percent. A text that a spreadsheet would take for a formula is given a leading `'`.

use std::io::{self, Write};

use huizong_core::figure::{Figure, Nature, Top};
use huizong_core::member::{Column, Source};
use huizong_core::{Lang, Row};
use huizong_schema::consolidation::{Consolidation, Total};
use huizong_schema::findings::{Finding, Location};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A row for each department that the totals hold: its figures, rates, counts and findings.
///
/// # Errors
/// If the writer fails.
pub fn departments(mut out: impl Write, consolidation: &Consolidation<Row<'_>>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    let mut header: Vec<String> = ["name", "code", "document", "fiscal_year"].map(str::to_owned).into();
    header.extend(Top::ALL.iter().map(|top| top.as_str().to_owned()));
    header.extend(["completion_rate", "adjustment_rate"].map(str::to_owned));
    for &source in Source::ALL {
        header.extend(
            Column::ALL.iter().map(|column| format!("by_source.{}.{}", source.as_str(), column.as_str())),
        );
    }
    for &nature in Nature::ALL {
        header.extend(
            Column::ALL.iter().map(|column| format!("by_nature.{}.{}", nature.as_str(), column.as_str())),
        );
    }
    header.extend(["tasks", "indicators", "key_projects", "errors", "warnings", "infos"].map(str::to_owned));
    table.write_record(&header)?;
    for row in &consolidation.departments {
        table.write_record(department(row))?;
    }
    table.flush()
}

fn department(row: &Row<'_>) -> Vec<String> {
    let entry = row.entry;
    let mut cells = vec![
        text(entry.name.as_deref().unwrap_or_default()),
        text(row.code.unwrap_or_default()),
        text(&entry.document),
        entry.fiscal_year.unwrap_or_default().to_string(),
    ];
    let money = |figure| row.contribution.value(figure).map(|value| value.to_string()).unwrap_or_default();
    let rates = row.contribution.rates();
    cells.extend(Top::ALL.iter().map(|top| money(Figure::Top(*top))));
    cells.extend([rates.completion_rate, rates.adjustment_rate].map(Option::unwrap_or_default));
    for &source in Source::ALL {
        cells.extend(Column::ALL.iter().map(|column| money(Figure::Source(source, *column))));
    }
    for &nature in Nature::ALL {
        cells.extend(Column::ALL.iter().map(|column| money(Figure::Nature(nature, *column))));
    }
    let counts = row.contribution.counts;
    let counts = [counts.tasks, counts.indicators, counts.key_projects];
    let findings = [entry.findings.error, entry.findings.warning, entry.findings.info];
    cells.extend(counts.into_iter().chain(findings).map(|count| count.to_string()));
    cells
}

/// A row for each total: what it is called in both languages, its value in 元, and how many departments reported it.
///
/// # Errors
/// If the writer fails.
pub fn totals(mut out: impl Write, consolidation: &Consolidation<Row<'_>>) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["total", "zh", "en", "value", "reported_by"])?;
    let totals = &consolidation.totals;
    let tops = [
        totals.initial_budget,
        totals.adjusted_budget,
        totals.actual_expenditure,
        totals.budget_adjustment,
        totals.net_change,
        totals.task_funds,
        totals.key_project_requested,
        totals.key_project_used,
    ];
    let mut row = |key: String, zh: String, en: String, total: Option<Total>| {
        let Some(total) = total else { return Ok(()) };
        table.write_record([key, zh, en, total.value.to_string(), total.reported_by.to_string()])
    };
    for (top, total) in Top::ALL.iter().zip(tops) {
        let (zh, en) = top.label();
        row(top.as_str().to_owned(), zh.to_owned(), en.to_owned(), total)?;
    }
    let sources = Source::ALL.iter().map(|s| ("by_source", s.as_str(), s.label(), &totals.by_source));
    let natures = Nature::ALL.iter().map(|n| ("by_nature", n.as_str(), n.label(), &totals.by_nature));
    for (list, name, (zh, en), table) in sources.chain(natures) {
        for column in Column::ALL {
            let (column_zh, column_en) = column.label();
            let total = table.get(name).and_then(|row| row.get(column.as_str())).copied();
            let key = format!("{list}.{name}.{}", column.as_str());
            row(key, format!("{zh}：{column_zh}"), format!("{en}: {column_en}"), total)?;
        }
    }
    table.flush()
}

/// A row for each finding.
///
/// # Errors
/// If the writer fails.
pub fn findings(mut out: impl Write, findings: &[Finding]) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record([
        "severity",
        "rule",
        "department",
        "document",
        "place",
        "pointer",
        "message_zh",
        "message_en",
        "fingerprint",
    ])?;
    for finding in findings {
        let document = finding.document.clone().unwrap_or_else(|| finding.documents.join("; "));
        table.write_record([
            finding.severity.as_str(),
            &finding.rule,
            &text(finding.department.as_deref().unwrap_or_default()),
            &text(&document),
            &finding.location.as_ref().map(|location| place(location, Lang::Zh)).unwrap_or_default(),
            finding.pointer.as_str(),
            &text(&finding.message.zh),
            &text(&finding.message.en),
            &finding.fingerprint,
        ])?;
    }
    table.flush()
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
