//! The tables of departments and of groups, aligned. They add up as they are printed.

use std::collections::BTreeMap;
use std::fmt::Write;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::Money;
use huizong_schema::consolidation::{Consolidation, Totals};
use huizong_schema::figures::{Figure, Rate, Top};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::amounts::{residual, ten_thousands};
use crate::names::Names;
use crate::tables::blocks;
use crate::words::{self, group_name};

/// The departments, `rows` of them by name, and the total.
pub(super) fn departments(
    consolidation: &Consolidation<DepartmentRow<'_>>,
    rows: usize,
    lang: Lang,
) -> String {
    let headers = lang.pick(
        ["部门", "年初预算", "调整后预算", "实际支出", "完成率", "错误", "警告"],
        ["Department", "Initial", "Adjusted", "Spent", "Rate", "Errors", "Warnings"],
    );
    let names = Names::of(consolidation);
    let mut table: Vec<[String; 7]> = vec![headers.map(str::to_owned)];
    let (listed, beyond) = consolidation.departments.split_at(rows.min(consolidation.departments.len()));
    for row in listed {
        let [initial, adjusted, spent] = MAIN.map(|top| amount(value(row, top)));
        table.push([
            short(names.of_row(row)),
            initial,
            adjusted,
            spent,
            rate(row.contribution().rates().get(Rate::Completion)),
            row.entry.findings().error.to_string(),
            row.entry.findings().warning.to_string(),
        ]);
    }
    let beyond_sums = sums(beyond);
    let of_beyond = |top| beyond_sums.get(&top).copied();
    if !beyond.is_empty() {
        let (more, [initial, adjusted, spent]) = (beyond.len(), MAIN.map(|top| amount(of_beyond(top))));
        let more = lang.pick(format!("……另有 {more} 个部门"), format!("… and {more} more"));
        let none = String::new;
        table.push([more, initial, adjusted, spent, none(), none(), none()]);
    }
    let (totals, severity) = (&consolidation.totals, consolidation.findings.by_severity);
    let total = |top| totals.top.get(top).map(|total| total.value);
    let shown = |top| listed.iter().filter_map(move |row| value(row, top)).chain(of_beyond(top));
    if let Some([initial, adjusted, spent]) = left(|top| residual(shown(top), total(top)?)) {
        let none = String::new;
        table.push([
            lang.pick(words::RESIDUAL.0, words::RESIDUAL.1).to_owned(),
            initial,
            adjusted,
            spent,
            none(),
            none(),
            none(),
        ]);
    }
    let [initial, adjusted, spent] = MAIN.map(|top| amount(total(top)));
    table.push([
        lang.pick("合计", "Total").to_owned(),
        initial,
        adjusted,
        spent,
        rate(consolidation.rates.get(Rate::Completion)),
        severity.error.to_string(),
        severity.warning.to_string(),
    ]);
    aligned(&table, true)
}

/// The figures of the tables.
const MAIN: [Top; 3] = [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure];

fn amount(value: Option<Money>) -> String {
    value.map_or_else(|| "—".to_owned(), ten_thousands)
}

fn rate(rate: Option<&String>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"))
}

fn value(row: &DepartmentRow<'_>, top: Top) -> Option<Money> {
    row.contribution().value(Figure::Top(top))
}

/// The sums of rows, of those figures that one of them has.
fn sums(rows: &[DepartmentRow<'_>]) -> BTreeMap<Top, Money> {
    let mut sums: BTreeMap<Top, i128> = BTreeMap::new();
    for row in rows {
        for (top, value) in MAIN.iter().filter_map(|top| Some((*top, value(row, *top)?))) {
            *sums.entry(top).or_default() += value.millionths();
        }
    }
    sums.into_iter().map(|(top, sum)| (top, Money::from_millionths(sum))).collect()
}

/// The line of what rounding leaves; [`None`] if it leaves nothing.
fn left(of: impl Fn(Top) -> Option<Money>) -> Option<[String; 3]> {
    let left = MAIN.map(of);
    left.iter().any(Option::is_some).then(|| left.map(|left| left.map_or_else(String::new, ten_thousands)))
}

/// Renders the groups' sums as tables, in 万元.
pub(super) fn groups(consolidation: &Consolidation<DepartmentRow<'_>>, lang: Lang) -> String {
    let mut text = String::new();
    for groups in blocks(&consolidation.groups) {
        let title = groups[0].by.keys().cloned().collect::<Vec<_>>().join(lang.pick("、", ", "));
        let header = lang.pick(
            ["计入/应报", "年初预算", "调整后预算", "实际支出", "完成率"],
            ["Counted/expected", "Initial", "Adjusted", "Spent", "Rate"],
        );
        let mut table =
            vec![[&*title, header[0], header[1], header[2], header[3], header[4]].map(str::to_owned)];
        let value = |totals: &Totals, top| totals.top.get(top).map(|total| total.value);
        for group in groups {
            let [initial, adjusted, spent] = MAIN.map(|top| amount(value(&group.totals, top)));
            table.push([
                short(&group_name(group, lang)),
                format!("{}/{}", group.departments, group.expected),
                initial,
                adjusted,
                spent,
                rate(group.rates.get(Rate::Completion)),
            ]);
        }
        let parts = |top| groups.iter().filter_map(move |group| value(&group.totals, top));
        if let Some([initial, adjusted, spent]) =
            left(|top| residual(parts(top), value(&consolidation.totals, top)?))
        {
            let none = String::new;
            let name = lang.pick(words::RESIDUAL.0, words::RESIDUAL.1);
            table.push([name.to_owned(), none(), initial, adjusted, spent, none()]);
        }
        let [initial, adjusted, spent] = MAIN.map(|top| amount(value(&consolidation.totals, top)));
        table.push([
            lang.pick("合计", "Total").to_owned(),
            words::counted_of(groups, consolidation, lang),
            initial,
            adjusted,
            spent,
            rate(consolidation.rates.get(Rate::Completion)),
        ]);
        let _ = write!(text, "\n{}", aligned(&table, true));
    }
    text
}

/// Cuts a name to the width of its column.
fn short(name: &str) -> String {
    const WIDEST: usize = 48;
    let name = name.replace('\n', " ");
    if name.width() <= WIDEST {
        return name;
    }
    let mut width = 0;
    let fits = name.chars().take_while(|c| {
        width += c.width().unwrap_or(0);
        width < WIDEST
    });
    fits.chain(['…']).collect()
}

/// Aligns columns by display width: the first to the left, the others to the right.
///
/// If `total` is set, a rule separates the last row from the others.
fn aligned<const N: usize>(table: &[[String; N]], total: bool) -> String {
    let widths: Vec<usize> =
        (0..N).map(|column| table.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    let rule = "─".repeat(widths.iter().sum::<usize>() + 2 * (N - 1));
    let mut text = String::new();
    for (index, row) in table.iter().enumerate() {
        if total && index + 1 == table.len() {
            let _ = writeln!(text, "{rule}");
        }
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.width());
            let gap = if column > 0 { "  " } else { "" };
            let _ = if column == 0 { write!(text, "{cell}{pad}") } else { write!(text, "{gap}{pad}{cell}") };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        if index == 0 {
            let _ = writeln!(text, "{rule}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_to_the_column() {
        assert_eq!(short(&"局".repeat(30)).width(), 47);
        assert_eq!(short("教育\n局"), "教育 局");
    }

    #[test]
    fn tables_are_aligned_by_display_width() {
        let rows = [
            ["部门".to_owned(), "x".to_owned()],
            ["abc".to_owned(), "12".to_owned()],
            ["合计".to_owned(), "3".to_owned()],
        ];
        assert_eq!(aligned(&rows, true), "部门   x\n────────\nabc   12\n────────\n合计   3\n");
    }
}
