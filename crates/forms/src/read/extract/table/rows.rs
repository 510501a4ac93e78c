//! Classifies the rows of a table by their filled cells.

use super::{Block, is_number};
use crate::figure::narrow;
use crate::grid::GridCell;
use crate::profile::{Found, Pattern, ValueKind};
use crate::read::extract::Form;

/// A row with fewer filled cells than this may be a note: headers and items have more.
pub(super) const FEWEST_CELLS_OF_ITEM: usize = 3;
/// A row with this many of the table's column names is its header; a task may contain one or two of them.
const FEWEST_HEADS: usize = 3;
/// A cell that covers at least this many columns, and all of the header's, is a heading across the table.
const FEWEST_COLUMNS_ACROSS: usize = 2;
/// The longest text (in bytes) that can be the form's title printed once more; paragraphs may quote the title.
const LONGEST_TITLE: usize = 200;

/// The class of a row of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// The first row after the block.
    End,
    /// A row without filled cells.
    Blank,
    /// The header, printed again on another page.
    Header,
    /// A note, or a line that continues one.
    Note,
    /// A line of the paper, such as a page's number, or a heading across the table.
    Paper,
    /// The sums of the rows above it.
    Total,
    /// An item, or a further row of one.
    Item,
}

impl<'g> Form<'g> {
    /// Classifies a row by its filled cells.
    pub(super) fn row_kind(&self, block: &Block<'g>, cells: &[&'g GridCell]) -> RowKind {
        let Some(first) = cells.first() else { return RowKind::Blank };
        if self.ends_table(block, first, cells) {
            return RowKind::End;
        }
        let is_column = |cell: &&&GridCell| matches!(self.found(cell), Some(Found::Column(_)));
        if cells.iter().filter(is_column).count() >= FEWEST_HEADS {
            return RowKind::Header;
        }
        let is_note = cells.len() < FEWEST_CELLS_OF_ITEM && self.profile.notes.0.is_match(&first.text);
        if is_note || (block.in_notes && cells.len() == 1) {
            return RowKind::Note;
        }
        // A running number or a dash may come before the name of a sum.
        let named = cells
            .iter()
            .take(FEWEST_CELLS_OF_ITEM)
            .find(|cell| !is_numbering(&cell.text))
            .unwrap_or(&cells[0]);
        let is_named = |pattern: &Option<Pattern>| {
            pattern.as_ref().is_some_and(|pattern| pattern.0.is_match(&narrow(&named.text)))
        };
        if is_named(&self.profile.totals) {
            return RowKind::Total;
        }
        if is_named(&self.profile.subtotals) {
            return RowKind::Paper;
        }
        let is_across = |cell: &GridCell| cell.column_span >= block.heads.len().max(FEWEST_COLUMNS_ACROSS);
        if matches!(cells, [only] if self.is_paper(only) || is_across(only)) || self.is_unfilled(block, cells)
        {
            return RowKind::Paper;
        }
        RowKind::Item
    }

    /// Whether a row that begins with this cell is the first one behind the block.
    ///
    /// A task may bear the name of a figure, such as 基本支出; it is the figure if its value is in the next cell. What is
    /// under a later column than the first is a cell of that column: an indicator may be called 预算执行率.
    fn ends_table(&self, block: &Block<'g>, first: &GridCell, cells: &[&'g GridCell]) -> bool {
        let is_annex = |pattern: &Pattern| cells.len() == 1 && pattern.0.is_match(&narrow(&first.text));
        if [&self.profile.annex, &self.profile.other_year].into_iter().flatten().any(is_annex) {
            return true;
        }
        let starts_later = first.known_column().is_some()
            && block.heads.first().is_some_and(|head| first.column >= head.column + head.column_span);
        if starts_later {
            return false;
        }
        if self.units.contains(&(first.row, first.column)) || cells.len() == 1 && self.is_paper(first) {
            return false;
        }
        let Some((found, value)) = self.label_of(first) else {
            return cells.len() == 1 && self.has_parts(first);
        };
        let Found::Label(index) = found else { return matches!(found, Found::Projects | Found::Other) };
        if !matches!(
            self.profile.labels[index].kind,
            ValueKind::Amount | ValueKind::Percent | ValueKind::Points
        ) {
            return true;
        }
        let beside = self.right_of(first);
        let is_figure = |cell: &GridCell| is_number(&cell.text);
        value.is_some_and(|at| is_figure(&first.part(&first.text[at..])))
            || beside.is_some_and(is_figure) && !self.fills_item(block, first, cells)
            || cells.iter().skip(1).any(|cell| cell.known_column().is_none() && self.is_value_label(cell))
    }

    /// Whether a row that begins with the name of a figure fills so many columns of the block that it is an item.
    fn fills_item(&self, block: &Block<'g>, first: &GridCell, cells: &[&'g GridCell]) -> bool {
        let is_under = |cell: &&&GridCell| {
            block
                .columns
                .iter()
                .any(|column| column.head.covers(cell.column) || cell.covers(column.head.column))
        };
        first.known_column().is_some()
            && cells.iter().filter(is_under).count() > FEWEST_CELLS_OF_ITEM
            && !cells.iter().skip(1).any(|cell| {
                matches!(self.found(cell), Some(Found::Label(_)))
                    && self.right_of(cell).is_some_and(|value| is_number(&value.text))
            })
    }

    /// Whether a row is one of the blank form that was not filled in: …… or 任务4, and signs for blank.
    ///
    /// What is carried from row to row, such as 产出指标, is printed in the blank form.
    fn is_unfilled(&self, block: &Block<'g>, cells: &[&GridCell]) -> bool {
        let Some(unfilled) = &self.profile.unfilled else { return false };
        let is_carried = |cell: &GridCell| {
            let of = |column: &&super::BlockColumn<'g>| column.head.covers(cell.column);
            block.columns.iter().find(of).is_some_and(|column| column.column.carried)
        };
        let own: Vec<&GridCell> = cells.iter().copied().filter(|cell| !is_carried(cell)).collect();
        if cells.len() >= FEWEST_CELLS_OF_ITEM && are_column_numbers(cells) {
            return true;
        }
        let mut is_named = false;
        let all = !own.is_empty()
            && own.iter().all(|cell| {
                let text = narrow(&cell.text);
                let is_unfilled = unfilled.0.is_match(&text);
                is_named |= is_unfilled;
                is_unfilled || is_numbering(&text) || text == "0"
            });
        all && (is_named || cells.len() == 1 && cells[0].known_column().is_some())
    }

    /// Whether a line belongs to the paper: a page's number, the title or the unit printed once more.
    fn is_paper(&self, cell: &GridCell) -> bool {
        let narrow = narrow(&cell.text);
        self.profile.furniture.as_ref().is_some_and(|furniture| furniture.0.is_match(&narrow))
            || (cell.text.len() < LONGEST_TITLE && self.profile.title.0.is_match(&narrow))
            || self.profile.unit.0.is_match(&cell.text)
    }
}

/// Whether cells are the numbers of the columns: ①②③ or 1 2 3 or A B C. They rise; figures of an item that has no name need not.
fn are_column_numbers(cells: &[&GridCell]) -> bool {
    let is_letter = |text: &str| matches!(text.as_bytes(), [letter] if letter.is_ascii_alphabetic());
    let ordinal = |text: &str| -> Option<usize> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let chinese =
            || text.chars().find_map(|c| "一二三四五六七八九十".chars().position(|digit| digit == c));
        let letter = || Some(usize::from(*text.as_bytes().first().filter(|_| is_letter(text))?));
        digits.parse().ok().or_else(chinese).or_else(letter)
    };
    let texts: Vec<String> = cells.iter().map(|cell| narrow(&cell.text)).collect();
    let ordinals: Vec<usize> = texts.iter().filter_map(|text| ordinal(text)).collect();
    texts.iter().all(|text| is_numbering(text) || is_letter(text))
        && ordinals.is_sorted_by(|one, next| one < next)
}

/// Whether a text is a running number or a sign for blank.
pub(super) fn is_numbering(text: &str) -> bool {
    let text = narrow(text);
    let is_mark = |c: char| matches!(c, '.' | '、' | '(' | ')' | '/' | '-' | '—' | '─');
    !text.is_empty()
        && text.len() < 10
        && text.chars().all(|c| c.is_ascii_digit() || is_mark(c) || "一二三四五六七八九十".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::profile::{Profile, built_in};
    use crate::read::text;

    fn mof() -> &'static Profile {
        built_in().iter().find(|profile| profile.id == "mof-general").unwrap()
    }

    /// The kind of a row below a header of the table, with or without a note before it.
    fn kind(row: &str, in_notes: bool) -> RowKind {
        let grid = text::grid(&format!("一级指标\t二级指标\t三级指标\t分值\t得分\n{row}\n")).unwrap();
        kind_in(&grid, in_notes)
    }

    fn kind_in(grid: &Grid, in_notes: bool) -> RowKind {
        let profile = mof();
        let mut form = Form::new(profile, grid, 0..grid.rows());
        let (mut block, first) = form.block(profile.table.as_ref().unwrap(), 0);
        block.in_notes = in_notes;
        let cells: Vec<&GridCell> = grid.row(first).filter(|cell| !cell.is_blank()).collect();
        form.row_kind(&block, &cells)
    }

    #[test]
    fn rows_are_told_apart() {
        for (row, expected) in [
            ("1\t2\t3\t4\t5", RowKind::Paper),
            ("①\t②\t③\t④\t⑤", RowKind::Paper),
            ("A\tB\tC\tD\tE", RowKind::Paper),
            ("\t\t5\t5\t5", RowKind::Item),
            ("\t\t5\t30\t30", RowKind::Item),
            ("产出\t数量\t次数\t10\t9", RowKind::Item),
            ("一级指标\t二级指标\t三级指标", RowKind::Header),
            ("合计\t\t\t100\t95", RowKind::Total),
            ("", RowKind::Blank),
            ("\t\t\t\t", RowKind::Blank),
            ("第1页 共2页", RowKind::Paper),
            ("注：得分由评价组填写", RowKind::Note),
        ] {
            assert_eq!(kind(row, false), expected, "{row}");
        }
    }

    #[test]
    fn fewest_cells_of_item() {
        assert_eq!(kind("注：一\t二", false), RowKind::Note);
        assert_eq!(kind("注：一\t二\t三", false), RowKind::Item);
        // A line after a note continues it; a row of several cells does not.
        assert_eq!(kind("第二行", true), RowKind::Note);
        assert_eq!(kind("产出\t数量", true), RowKind::Item);
    }

    #[test]
    fn fewest_heads() {
        assert_eq!(kind("一级指标\t二级指标\t其他", false), RowKind::Item);
        assert_eq!(kind("一级指标\t二级指标\t三级指标\t其他", false), RowKind::Header);
    }

    #[test]
    fn fewest_columns_across() {
        let grid = |columns: usize| {
            let mut grid = Grid::default();
            for (row, cells) in
                [&["一级指标", "二级指标", "三级指标"][..], &["产出类"]].into_iter().enumerate()
            {
                grid.begin_row();
                let span = if cells.len() == 1 { columns } else { 1 };
                for cell in cells {
                    grid.push(row, (*cell).to_owned(), (1, span), |_| None);
                }
            }
            grid
        };
        assert_eq!(kind_in(&grid(3), false), RowKind::Paper);
        assert_eq!(kind_in(&grid(2), false), RowKind::Item);
    }

    #[test]
    fn longest_title() {
        let title = "2023年度部门整体支出绩效自评表";
        assert_eq!(kind(title, false), RowKind::Paper);
        let quoted = format!("{title}{}", "的说明".repeat(LONGEST_TITLE / 9));
        assert_eq!(kind(&quoted, false), RowKind::Item);
    }
}
