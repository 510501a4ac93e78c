//! The bureau's own books, and their values of the figures that departments report.

mod amount;

use std::collections::BTreeMap;

use huizong_schema::Unit;
use rust_decimal::Decimal;

use self::amount::amount;
use crate::list::{BureauList, ColumnUse, ListFault, cell, is_no_department, is_one_of};
use crate::name_index::NameIndex;
use crate::number::Interval;
use crate::roster::Roster;
use huizong_schema::figures::Column;
use huizong_schema::normalise_name;

/// The bureau's own books.
#[derive(Clone, Debug, Default)]
pub struct BureauAccounts {
    rows: Vec<AccountsRow>,
    names: NameIndex,
    uses: Vec<ColumnUse>,
    passed_over: Vec<usize>,
}

impl BureauList for BureauAccounts {
    fn column_uses(&self) -> &[ColumnUse] {
        &self.uses
    }

    fn passed_over(&self) -> &[usize] {
        &self.passed_over
    }
}

/// The books' figures of one department.
#[derive(Clone, Debug, Default)]
pub struct AccountsRow {
    /// Its name, else its code.
    department: String,
    /// By [`Column`].
    figures: [Option<(Decimal, Unit)>; Column::ALL.len()],
}

impl AccountsRow {
    /// The books' figure in a column.
    pub fn figure(&self, column: Column) -> Option<(Decimal, Unit)> {
        self.figures[column as usize]
    }
}

const CODE: &[&str] =
    &["code", "编码", "代码", "部门编码", "部门代码", "单位编码", "单位代码", "预算单位编码"];
const NAME: &[&str] =
    &["key", "name", "department", "名称", "部门", "部门名称", "单位名称", "预算单位", "预算单位名称"];
const UNIT: &[&str] = &["unit", "金额单位", "计量单位"];
/// Other headings of a column, besides its name and its label.
fn further_headings(column: Column) -> &'static [&'static str] {
    match column {
        Column::Initial => &["年初预算数", "部门年初预算收入"],
        Column::Adjusted => &["调整后预算数", "调整预算", "调整预算数", "全年预算数", "部门调整预算收入"],
        Column::Actual => &[
            "实际支出数",
            "支出数",
            "全年执行数",
            "预算执行数",
            "决算数",
            "支付数",
            "实际支付数",
            "国库支付数",
            "累计支付数",
            "支付金额",
        ],
    }
}

/// Whether a heading is a column's own name.
fn is_name(text: &str, column: Column) -> bool {
    let name = column.as_str().replace('_', "");
    is_one_of(text, &[&name, column.label().0])
}

/// Whether a heading is that of a column.
fn is_heading(text: &str, column: Column) -> bool {
    is_name(text, column) || is_one_of(text, further_headings(column))
}

/// The columns of a figure: those of that very name, else those of another name for it.
fn columns_of(figure: Column, headings: &[String]) -> Vec<usize> {
    let columns = |is_it: fn(&str, Column) -> bool| -> Vec<usize> {
        (0..headings.len()).filter(|&at| is_it(&headings[at], figure)).collect()
    };
    let exact = columns(is_name);
    if exact.is_empty() { columns(is_heading) } else { exact }
}

/// An amount in counts of 10⁻⁷ 元, as the interval that its printed digits may mean.
pub(crate) fn in_yuan(amount: Decimal, unit: Unit) -> Interval {
    Interval::printed(amount).times(unit.yuan())
}

impl BureauAccounts {
    /// Reads the rows of a list, one of which names the columns.
    ///
    /// # Errors
    /// Returns the faults if no row names the columns of a key and of an amount, or a row cannot be understood.
    pub fn new(rows: &[Vec<String>]) -> Result<Self, Vec<ListFault>> {
        let is_figure = |text: &String| Column::ALL.iter().any(|&column| is_heading(text, column));
        let is_key = |text: &String| is_one_of(text, NAME) || is_one_of(text, CODE);
        let head = rows.iter().position(|row| row.iter().any(is_figure) && row.iter().any(is_key));
        let Some(head) = head else {
            return Err(vec![ListFault::new(
                None,
                "找不到表头：应有一行写明各列的名称，其中有部门名称或编码，和至少一项金额（年初预算、调整后预算、实际支出）",
                "no headings: one row names the columns, among them key and one of initial_budget, adjusted_budget, actual_expenditure",
            )]);
        };
        let column = |names: &[&str]| rows[head].iter().position(|text| is_one_of(text, names));
        let (code, name, unit) = (column(CODE), column(NAME), column(UNIT));
        // 单位：万元 above the headings.
        let is_unit = |text: &&String| text.contains("单位") && amount::names_unit(text);
        let of_title = rows[..head].iter().flatten().find(is_unit).map(String::as_str);
        let of = |&figure: &Column| (figure, columns_of(figure, &rows[head]).first().copied());
        let figures: Vec<(Column, Option<usize>)> = Column::ALL.iter().map(of).collect();
        let used_as = |at: usize| {
            let of_figure = figures.iter().find(|(_, of)| *of == Some(at));
            let others =
                [(code, ("编码", "code")), (name, ("部门", "department")), (unit, ("金额单位", "unit"))];
            let other = others.into_iter().find(|(of, _)| *of == Some(at));
            other.map(|(_, label)| label).or_else(|| of_figure.map(|(figure, _)| figure.label()))
        };
        let named = rows[head].iter().enumerate().filter(|(_, text)| !text.trim().is_empty());
        let uses = named.map(|(at, text)| ColumnUse::new(text, used_as(at))).collect();
        let mut books = Self { uses, ..Self::default() };
        let (mut faults, mut keys) = (twin_columns(&rows[head], head), BTreeMap::new());
        for (index, row) in rows.iter().enumerate().skip(head + 1) {
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if is_no_department(row, name.or(code)) {
                books.passed_over.push(index);
                continue;
            }
            let (code, name) = (cell(row, code), cell(row, name));
            // A key may be a code or a name.
            let (Some(key), Some(department)) = (code.or(name), name.or(code)) else {
                faults.push(ListFault::new(
                    index,
                    "这一行没有部门名称或编码；请补填，或删去这一行",
                    "this row names no department",
                ));
                continue;
            };
            let mut booked = AccountsRow { department: department.to_owned(), ..AccountsRow::default() };
            for &(figure, at) in &figures {
                let Some(text) = cell(row, at) else { continue };
                let heading = at.map_or("", |at| rows[head][at].as_str());
                match amount(text, heading, cell(row, unit).or(of_title)) {
                    Ok(amount) => booked.figures[figure as usize] = amount,
                    Err((zh, en)) => faults.push(ListFault::new(index, zh, en).at(at)),
                }
            }
            if let Some(twin) = keys.insert(normalise_name(key).into_owned(), index) {
                faults.push(ListFault::twin(index, department, twin));
            }
            books.names.note(books.rows.len(), Some(key), name, []);
            books.rows.push(booked);
        }
        if faults.is_empty() { Ok(books) } else { Err(faults) }
    }

    /// Adds the codes, names and aliases of the roster, so that departments are found by them too.
    pub fn learn(&mut self, roster: &Roster) {
        for listed in roster.rows() {
            let called = listed.aliases().find_map(|alias| self.names.find(None, Some(alias)));
            let row = self.names.find(listed.code.as_deref(), Some(&listed.name)).or(called);
            if let Some((row, _)) = row {
                self.names.note(row, listed.code.as_deref(), Some(&listed.name), listed.aliases());
            }
        }
    }

    /// The departments in the books that no given code or name means, in the books' order.
    pub fn without<'n>(&self, named: impl Iterator<Item = (Option<&'n str>, Option<&'n str>)>) -> Vec<&str> {
        let mut met = vec![false; self.rows.len()];
        for (row, _) in named.filter_map(|(code, name)| self.names.find(code, name)) {
            met[row] = true;
        }
        let without = self.rows.iter().zip(met).filter(|(_, met)| !met);
        without.map(|(booked, _)| &*booked.department).collect()
    }

    /// Returns the books' figures of a department.
    pub fn find(&self, code: Option<&str>, name: Option<&str>) -> Option<&AccountsRow> {
        self.names.find(code, name).map(|(row, _)| &self.rows[row])
    }
}

/// The faults of columns of amounts that are the same as an earlier one, such as those of two years.
fn twin_columns(headings: &[String], head: usize) -> Vec<ListFault> {
    let mut faults = Vec::new();
    for column in Column::ALL {
        if let [first, second, ..] = columns_of(*column, headings)[..] {
            let (first, heading) = (headings[first].trim(), headings[second].trim());
            let fault = ListFault::new(
                head,
                format!(
                    "“{first}”和“{heading}”两列都是{}，看不出用哪一列；请只留本年的一列",
                    column.label().0
                ),
                format!(
                    "both \"{first}\" and \"{heading}\" are {}: keep this year's column only",
                    column.label().1
                ),
            );
            faults.push(fault.at(Some(second)));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn books(text: &str) -> Result<BureauAccounts, Vec<ListFault>> {
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect();
        BureauAccounts::new(&rows)
    }

    #[test]
    fn figures_have_the_unit_of_their_cell_heading_or_row() {
        let books =
            books("key|initial_budget|实际支出（万元）|unit\n101|1,280.19|5.50|CNY\n甲局||3元|CNY_10K")
                .unwrap();
        let one = books.find(Some("101"), None).unwrap();
        assert_eq!(one.figure(Column::Initial), Some(("1280.19".parse().unwrap(), Unit::Cny)));
        assert_eq!(one.figure(Column::Actual), Some(("5.50".parse().unwrap(), Unit::Cny10k)));
        assert_eq!(one.figure(Column::Adjusted), None);
        let other = books.find(None, Some("甲局")).unwrap();
        assert_eq!(other.figure(Column::Actual), Some(("3".parse().unwrap(), Unit::Cny)));
        assert!(books.find(None, Some("乙局")).is_none());
        // The title may speak of other units.
        let books = self::books("支出台账（分单位）\n|单位：万元\nkey|实际支出\n101|5.50").unwrap();
        let one = books.find(Some("101"), None).unwrap();
        assert_eq!(one.figure(Column::Actual), Some(("5.50".parse().unwrap(), Unit::Cny10k)));
    }

    #[test]
    fn departments_are_known_by_what_the_roster_calls_them() {
        let mut books = books("key|实际支出（元）\n科学技术协会|1\n民政局|2\n合计|3").unwrap();
        let rows =
            [["name", "code", "aliases"], ["云溪区科学技术协会", "101", "科协"], ["云溪区民政局", "102", ""]];
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert!(books.find(None, Some("科协")).is_none());
        books.learn(&Roster::new(&rows).unwrap());
        let actual =
            |code, name| books.find(code, name).unwrap().figure(Column::Actual).unwrap().0.to_string();
        assert_eq!([actual(None, Some("科协")), actual(Some("102"), None)], ["1", "2"]);
        assert_eq!(books.without([(None, Some("科协"))].into_iter()), ["民政局"]);
    }

    #[test]
    fn a_column_is_said_to_be_used_only_if_it_is() {
        let used = |heading: &str, text: &str| {
            let books = books(text).unwrap();
            let column = books.column_uses().iter().find(|column| column.heading == heading).unwrap();
            column.used_as.clone().map(|message| message.zh)
        };
        let text = "部门|实际支出（元）|支付数（元）|单位名称|备注\n甲局|1|2|乙|";
        assert_eq!(used("部门", text).as_deref(), Some("部门"));
        assert_eq!(used("实际支出（元）", text).as_deref(), Some(Column::Actual.label().0));
        for unused in ["支付数（元）", "单位名称", "备注"] {
            assert_eq!(used(unused, text), None, "{unused}");
        }
        let alone = "部门|支付数（元）\n甲局|2";
        assert_eq!(used("支付数（元）", alone).as_deref(), Some(Column::Actual.label().0));
    }

    #[test]
    fn what_cannot_be_understood_is_said_with_its_row() {
        let faults = |text: &str| books(text).unwrap_err().into_iter().map(|f| f.row).collect::<Vec<_>>();
        assert_eq!(faults("key|x\n甲局|1"), [None]);
        assert_eq!(faults("key|年初预算\n甲局|1"), [Some(1)]);
        assert_eq!(faults("key|年初预算（元）\n甲局|1\n甲 局|1"), [Some(2)]);
        assert_eq!(faults("key|年初预算（2021年）|年初预算（元）\n甲局||1"), [Some(0)]);
        assert_eq!(
            faults("key|年初预算（元）\n甲局|约5\n|3\n乙局|1000000000000000"),
            [Some(1), Some(2), Some(3)]
        );
    }
}
