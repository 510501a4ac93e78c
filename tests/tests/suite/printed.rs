//! Tables that people read add up as they are printed: where rounding keeps them from it, a line states what is left.

#![allow(clippy::print_stdout, reason = "a long test says how much it did")]
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use fastrand::Rng;
use huizong::Exit;
use huizong_tests::cases;
use huizong_tests::command::run;
use rust_decimal::{Decimal, RoundingStrategy};
use scraper::{ElementRef, Html, Selector};
use serde_json::json;

const RESIDUAL: &str = "四舍五入的尾差";

/// A printed amount in hundredths, if the text is one.
fn hundredths(text: &str) -> Option<i128> {
    let text = text.trim().replace(',', "");
    let (_, decimals) = text.split_once('.')?;
    let digits = text.replace('.', "");
    (decimals.len() == 2).then(|| digits.parse().ok()).flatten()
}

/// The columns of amounts in which the rows do not add up to the total.
fn wrong(rows: &[Vec<String>], total: &[String]) -> Vec<(usize, i128, i128)> {
    let columns = (0..total.len()).filter_map(|at| Some((at, hundredths(&total[at])?)));
    let sums = columns.map(|(at, total)| {
        let sum = rows.iter().filter_map(|row| hundredths(row.get(at)?)).sum::<i128>();
        (at, sum, total)
    });
    sums.filter(|(_, sum, total)| sum != total).collect()
}

/// The forms and the roster of a district: few departments or many, in 元 and in 万元, with more decimals than are printed.
fn district(rng: &mut Rng, folder: &Path) {
    let count = [1, 2, 3, 5, 8, 13, 40][rng.usize(..7)];
    let (mut forms, mut roster) = (String::new(), "name,code,category\n".to_owned());
    for number in 0..count {
        let in_yuan = rng.bool();
        let amount = |rng: &mut Rng| {
            let size = rng.u32(1..9);
            let whole = rng.u64(0..10_u64.pow(size));
            match (in_yuan, rng.u8(0..3)) {
                (true, 0) => format!("{whole}.{:02}", rng.u8(0..100)),
                (true, _) => whole.to_string(),
                (false, 0) => format!("{whole}.{:06}", rng.u32(0..1_000_000)),
                (false, _) => format!("{whole}.{:02}", rng.u8(0..100)),
            }
        };
        let unit = if in_yuan { "CNY" } else { "CNY_10K" };
        let mut budget = json!({
            "initial_budget": amount(rng), "adjusted_budget": amount(rng), "actual_expenditure": amount(rng),
        });
        if rng.bool() {
            budget["by_source"] = json!({ "general_public_budget": { "actual_expenditure": amount(rng) } });
        }
        let form = json!({
            "schema_version": "1.0", "department": { "name": format!("云溪区第{number}局"), "code": format!("{number:03}") },
            "fiscal_year": 2023, "unit": unit, "budget": budget,
        });
        writeln!(forms, "{form}").unwrap();
        if rng.u8(0..8) > 0 {
            let category = ["甲", "乙", "丙", ""][rng.usize(..4)];
            writeln!(roster, "云溪区第{number}局,{number:03},{category}").unwrap();
        }
    }
    roster += "云溪区另一局,999,甲\n";
    std::fs::write(folder.join("forms.ndjson"), forms).unwrap();
    std::fs::write(folder.join("roster.csv"), roster).unwrap();
}

/// The tables of a terminal: their rows, split where two spaces or more are, and the rows below the second rule.
fn of_terminal(out: &str) -> Vec<(Vec<Vec<String>>, Vec<String>)> {
    let cells = |line: &str| -> Vec<String> {
        // A cell may be blank, so columns are told by where amounts end.
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    let lines: Vec<&str> = out.lines().collect();
    let rules: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with('─')).collect();
    rules
        .chunks_exact(2)
        .map(|pair| {
            (lines[pair[0] + 1..pair[1]].iter().map(|line| cells(line)).collect(), cells(lines[pair[1] + 1]))
        })
        .collect()
}

fn texts(row: ElementRef<'_>) -> Vec<String> {
    let cells = Selector::parse("th, td").unwrap();
    row.select(&cells).map(|cell| cell.text().collect::<String>()).collect()
}

#[test]
fn what_people_read_adds_up_as_it_is_printed() {
    let mut rng = Rng::with_seed(19);
    let districts = cases(60);
    let (mut tables, mut residuals) = (0_u64, 0);
    for number in 0..districts {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        district(&mut rng, here);
        let ran = run(
            here,
            &[
                "consolidate",
                "forms.ndjson",
                "--roster",
                "roster.csv",
                "--group-by",
                "category",
                "-o",
                "out",
                "--formats",
                "json,xlsx,html",
                "--fail-on",
                "never",
            ],
        );
        assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
        for (rows, total) in of_terminal(&ran.out) {
            // Lines of the terminal have the same columns, but what is left is blank where nothing is.
            let (left, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row[0] == RESIDUAL);
            residuals += left.len();
            let wrong = wrong(&rows, &total);
            let mut left: Vec<i128> =
                left.iter().flat_map(|row| row.iter().filter_map(|cell| hundredths(cell))).collect();
            for (_, sum, total) in &wrong {
                let at = left.iter().position(|left| *left == total - sum);
                assert!(at.is_some(), "district {number}: {wrong:?} {left:?} in\n{}", ran.out);
                left.remove(at.unwrap());
            }
            assert!(left.is_empty(), "district {number}: {left:?} too much in\n{}", ran.out);
            tables += 1;
        }
        let page = Html::parse_document(&std::fs::read_to_string(here.join("out/report.html")).unwrap());
        let all = |selector: &str| Selector::parse(selector).unwrap();
        for table in page.select(&all("#table, #groups table")) {
            let rows: Vec<Vec<String>> =
                table.select(&all("tbody tr, tfoot #left:not([hidden])")).map(texts).collect();
            let total = texts(table.select(&all("tfoot tr:last-child")).next().unwrap());
            assert_eq!(wrong(&rows, &total), [], "district {number}: page");
            tables += 1;
        }
        tables += of_workbook(here, number);
    }
    println!(
        "{districts} districts, {tables} tables add up, {residuals} of the terminal with a line of what is left"
    );
    assert!(tables >= districts * 5 && residuals > 0);
}

/// Looks whether the sheets of departments and of groups add up as they are shown, and counts the tables.
fn of_workbook(folder: &Path, number: u64) -> u64 {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(folder.join("out/consolidation.xlsx")).unwrap();
    let mut seen = 0;
    for sheet in ["部门", "分组"] {
        let range = calamine::Reader::worksheet_range(&mut book, sheet).unwrap();
        let shown = |cell: &calamine::Data| match cell {
            // Two decimals of the decimal that the double stands for, rounded half away from zero, as spreadsheets show it.
            calamine::Data::Float(value) => {
                let decimal: Decimal = value.to_string().parse().unwrap();
                format!("{:.2}", decimal.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
            }
            calamine::Data::Int(value) => format!("{value}.00"),
            other => other.to_string(),
        };
        let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(shown).collect()).collect();
        let heads: Vec<usize> =
            (0..rows.len()).filter(|at| ["部门", "category", "类别"].contains(&&*rows[*at][0])).collect();
        for head in heads {
            let is_money = |at: usize| {
                let heading = &rows[head][at];
                heading.contains("预算") && !heading.contains('率') && !heading.contains("编码")
                    || heading.contains("支出")
                    || heading == "净增减"
            };
            let below: Vec<&Vec<String>> =
                rows[head + 1..].iter().take_while(|row| !row[0].is_empty()).collect();
            let is_total = |row: &&&Vec<String>| row[0] == "合计";
            let total = below
                .iter()
                .find(is_total)
                .copied()
                .unwrap_or_else(|| rows[..head].iter().find(|row| row[0] == "合计").unwrap());
            let mut sums: BTreeMap<usize, i128> = BTreeMap::new();
            for row in below.iter().filter(|row| row[0] != "合计") {
                for at in (0..row.len()).filter(|at| is_money(*at)) {
                    *sums.entry(at).or_default() += hundredths(&row[at]).unwrap_or_default();
                }
            }
            for (at, sum) in sums {
                assert_eq!(
                    Some(sum),
                    hundredths(&total[at]),
                    "district {number}: {sheet}, {}",
                    rows[head][at]
                );
            }
            seen += 1;
        }
    }
    seen
}
