//! The briefing: one page of Word for those who read nothing else.
//!
//! Headline figures, who reported, the budget and expenditure of the largest departments as a chart, and the departments
//! that need attention first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use huizong_core::Lang;
use huizong_schema::Money;
use huizong_schema::consolidation::Status;
use huizong_schema::figures::{Figure, Rate, Top};
use huizong_word::chart::{BarChart, Series};
use huizong_word::{Part, WIDTH, document, run, shading, table_begins};

use crate::amounts::ten_thousands;
use crate::book::Book;
use crate::names::Names;
use crate::standing::{SETTLED, Standing, noted, standings};
use crate::words;

/// More would not fit on the page.
const BARS: usize = 8;
const NAMED: usize = 5;

/// Writes the briefing. The same result gives the same bytes.
pub fn write(book: &Book<'_>) -> Vec<u8> {
    const SMALL: &str = "<w:rPr><w:color w:val=\"595959\"/><w:sz w:val=\"18\"/></w:rPr>";
    let consolidation = book.consolidation;
    let title = words::title(consolidation, Lang::Zh).replace("汇总", "情况简报");
    let mut body = paragraph(
        "<w:spacing w:after=\"160\"/><w:jc w:val=\"center\"/>",
        &run(&title, "<w:rPr><w:b/><w:sz w:val=\"36\"/></w:rPr>"),
    );
    if let Some(said) = words::suspected(consolidation, Lang::Zh) {
        body += &paragraph("", &run(&said, "<w:rPr><w:b/><w:color w:val=\"C00000\"/></w:rPr>"));
    }
    body += &heading("一、报送情况");
    let coverage = &consolidation.coverage;
    let unread = words::unread(&consolidation.notices, coverage, Lang::Zh).unwrap_or_default();
    // What a roster tells says more than a number of files.
    let came = match coverage.expected {
        Some(_) => words::against_roster(coverage, Lang::Zh),
        None => words::received(coverage, Lang::Zh),
    };
    body += &sentence(&(came + &unread));
    for said in [
        words::incomplete(consolidation, Lang::Zh),
        words::unlisted(coverage, Lang::Zh),
        words::late(coverage, Lang::Zh),
    ] {
        body += &said.map(|said| sentence(&said)).unwrap_or_default();
    }
    body += &heading("二、预算与支出");
    body += &figures(book);
    body += &paragraph("", &run("金额单位：万元。未填报的不按零计算。", SMALL));
    let chart = chart(book);
    if let Some((chart, beyond)) = &chart {
        let mut caption = "各部门调整后预算与实际支出（万元）".to_owned();
        if *beyond > 0 {
            let _ = write!(caption, "，金额最大的 {BARS} 个，其余 {beyond} 个见汇总表");
        }
        body += &paragraph(
            "<w:spacing w:before=\"120\"/><w:jc w:val=\"center\"/>",
            &run(&caption, "<w:rPr><w:b/></w:rPr>"),
        );
        let height = 1 + u32::try_from(chart.names.len()).unwrap_or_default() * 8 / 10;
        let drawing = BarChart::drawing(&Part::id(0), &caption, (17, height));
        body += &paragraph("<w:jc w:val=\"center\"/>", &drawing);
    }
    body += &heading("三、查出的问题");
    body += &sentence(&words::found(consolidation.findings.by_severity, Lang::Zh));
    body += &heading("四、需要关注的部门");
    body += &attention(book);
    let parts: Vec<Part> = chart.iter().map(|(chart, _)| chart.part()).collect();
    document(&body, &parts)
}

fn paragraph(properties: &str, content: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>")
}

fn heading(text: &str) -> String {
    paragraph(
        "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"40\"/>",
        &run(text, "<w:rPr><w:b/><w:sz w:val=\"24\"/></w:rPr>"),
    )
}

fn sentence(text: &str) -> String {
    paragraph("<w:ind w:firstLine=\"420\"/>", &run(text, "<w:rPr><w:sz w:val=\"21\"/></w:rPr>"))
}

/// A table whose first row is its head. Amounts and counts are on the right.
fn table<const N: usize>(parts: [u32; N], numbers: [bool; N], rows: &[[String; N]]) -> String {
    let all: u32 = parts.iter().sum();
    let widths = parts.map(|part| part * WIDTH / all);
    let mut xml = table_begins() + "<w:tblGrid>";
    for width in widths {
        let _ = write!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml += "</w:tblGrid>";
    for (at, row) in rows.iter().enumerate() {
        xml += "<w:tr><w:trPr><w:cantSplit/></w:trPr>";
        for ((width, cell), number) in widths.iter().zip(row).zip(numbers) {
            let (shade, place, properties) = match (at, number) {
                (0, _) => (shading("F2F2F2"), "center", "<w:rPr><w:b/></w:rPr>"),
                (_, true) => (String::new(), "right", ""),
                (_, false) => (String::new(), "left", ""),
            };
            let _ = write!(
                xml,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}<w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
                paragraph(&format!("<w:jc w:val=\"{place}\"/>"), &run(cell, properties))
            );
        }
        xml += "</w:tr>";
    }
    xml + "</w:tbl>"
}

/// The headline figures, each with how many departments reported it.
fn figures(book: &Book<'_>) -> String {
    let mut rows = vec![["项目", "合计", "填报部门数"].map(str::to_owned)];
    for top in [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure] {
        let figure = Figure::Top(top);
        if let Some(total) = book.consolidation.totals.get(figure) {
            rows.push([figure.label().0.clone(), ten_thousands(total.value), total.reported_by.to_string()]);
        }
    }
    if let Some(rate) = book.consolidation.rates.get(Rate::Completion) {
        rows.push([Rate::Completion.label().0.to_owned(), format!("{rate}%"), String::new()]);
    }
    table([4, 4, 2], [false, true, true], &rows)
}

/// The largest departments, and how many more there are; none if no department gives an amount.
fn chart(book: &Book<'_>) -> Option<(BarChart, usize)> {
    let mut rows = book.by_size();
    let beyond = rows.len().saturating_sub(BARS);
    rows.truncate(BARS);
    let number = |money: &Option<Money>| money.map(|money| ten_thousands(money).replace(',', ""));
    let series = |name, colour, values| Series { name, colour, values };
    let budget = rows.iter().map(|(_, budget, _)| number(budget)).collect();
    let spent = rows.iter().map(|(_, _, spent)| number(spent)).collect();
    let series = vec![series("调整后预算", "A9C4E4", budget), series("实际支出", "1F4E79", spent)];
    let names: Vec<String> = rows.into_iter().map(|(name, ..)| name).collect();
    (!names.is_empty()).then_some((BarChart { names, series }, beyond))
}

/// The departments that somebody should talk to: those whose figures may be wrong as a whole, then those that are not
/// counted, then those with most errors.
fn attention(book: &Book<'_>) -> String {
    let consolidation = book.consolidation;
    let mut rows: Vec<[String; 3]> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut add = |name: &str, why: String, step: String| {
        if known.insert(name.to_owned()) {
            rows.push([name.to_owned(), why, step]);
        }
    };
    for name in book.suspected() {
        add(name, "可能填混了元和万元，合计含有这些数".to_owned(), "请该部门核对金额单位".to_owned());
    }
    let standings = standings(consolidation);
    for standing in standings.iter().filter(|of| !of.row.status.is_held()) {
        let status = standing.row.status;
        let mut why = words::status(status, Lang::Zh).to_owned();
        // The files are in the workbook.
        if !matches!(status, Status::NotReadable | Status::Duplicate) && !standing.why.zh.is_empty() {
            why = why + "：" + &standing.why.zh;
        }
        add(&standing.row.name, why, standing.step.zh.clone());
    }
    let errors: BTreeMap<&str, u64> = consolidation
        .departments
        .iter()
        .map(|row| (&*row.entry.document, row.entry.findings().error))
        .collect();
    let mut with_errors: Vec<(u64, &Standing<'_>)> = standings
        .iter()
        .filter(|of| of.row.status == Status::IncludedWithErrors && !of.settled)
        .map(|of| (of.row.documents.iter().filter_map(|document| errors.get(&**document)).sum(), of))
        .collect();
    with_errors.sort_by_key(|(errors, _)| std::cmp::Reverse(*errors));
    for (errors, of) in with_errors {
        let status = words::status(Status::IncludedWithErrors, Lang::Zh);
        add(&of.row.name, format!("{status} {errors} 处"), of.step.zh.clone());
    }
    if consolidation.coverage.expected.is_none() {
        // Without a roster there is no status of each department.
        let names = Names::of(consolidation);
        let mut rows: Vec<_> =
            consolidation.departments.iter().filter(|row| row.entry.findings().error > 0).collect();
        let settled = noted(consolidation, SETTLED);
        rows.retain(|row| !settled.contains(&*row.entry.document));
        rows.sort_by_key(|row| std::cmp::Reverse(row.entry.findings().error));
        for row in rows {
            let errors = row.entry.findings().error;
            add(names.of_row(row), format!("有错误 {errors} 处"), "请退回该部门改正".to_owned());
        }
    }
    let beyond = rows.len().saturating_sub(NAMED);
    rows.truncate(NAMED);
    if rows.is_empty() {
        return sentence("没有。");
    }
    rows.insert(0, ["部门", "情况", "下一步"].map(str::to_owned));
    let mut xml = table([3, 5, 3], [false; 3], &rows);
    let more = match beyond {
        0 => String::new(),
        _ => format!("还有 {beyond} 个部门，见汇总表“报送情况”和“部门”。"),
    };
    xml += &paragraph("", &run(&more, ""));
    xml
}
