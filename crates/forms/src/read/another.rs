//! Forms that are not a department's self-evaluation, told by their titles and by how they are laid out.

use huizong_core::OtherForm;
use huizong_schema::findings::Place;

use super::extract::is_prompt;
use crate::figure::{self, Figure, narrow};
use crate::grid::{Grid, GridCell};
use crate::profile::{Profile, ValueKind};

/// A title is above this row.
const ROWS_OF_TITLES: usize = 10;
/// The longest title, in bytes.
const LONGEST_TITLE: usize = 160;
/// A table of several departments names so many of them at least.
const FEWEST_DEPARTMENTS: usize = 2;

/// The kind of form that a grid holds, if it is not the one of a profile; and its cell that says so.
pub(super) fn other_form<'g>(
    profiles: &[&Profile],
    grid: &'g Grid,
    is_alone: bool,
) -> Option<(OtherForm, &'g GridCell)> {
    let titles: Vec<(&GridCell, String)> = titles(grid).map(|cell| (cell, narrow(&cell.text))).collect();
    let is_ours =
        titles.iter().any(|(_, title)| profiles.iter().any(|profile| profile.title.0.is_match(title)));
    let table = profiles.iter().find_map(|profile| table_of_departments(profile, grid));
    if let Some(cell) = table {
        return Some((OtherForm::Summary, cell));
    }
    if let Some(found) = not_in_force(grid, &titles, is_alone) {
        return Some(found);
    }
    let is_of_others = |title: &String| NOT_OF_DEPARTMENTS.iter().any(|word| title.contains(word));
    if is_ours && !titles.iter().any(|(_, title)| is_of_others(title) && of_title(title).is_some()) {
        return None;
    }
    let by_title = titles.iter().find_map(|(cell, title)| Some((of_title(title)?, *cell)));
    by_title.or_else(|| Some((OtherForm::Project, project_name(grid)?)))
}

/// A form that its title or its sheet's name calls void, or a sample; and its cell that says so. A form that keeps 样表 in
/// its title counts if a department's own name is in it, unless it is on a sheet called so beside another form.
fn not_in_force<'g>(
    grid: &'g Grid,
    titles: &[(&'g GridCell, String)],
    is_alone: bool,
) -> Option<(OtherForm, &'g GridCell)> {
    let sheet = grid.cells().iter().find_map(|cell| match &cell.place {
        Some(Place::Cell { sheet, .. }) => Some((cell, narrow(sheet))),
        _ => None,
    });
    let mut names = titles
        .iter()
        .map(|(cell, title)| (*cell, title))
        .chain(sheet.iter().map(|(cell, name)| (*cell, name)));
    let is_void = |name: &str| name.contains("作废") || name.contains("废止");
    if let Some((cell, _)) = names.clone().find(|(_, name)| is_void(name)) {
        return Some((OtherForm::Void, cell));
    }
    let says_sample =
        |name: &str| ["样表", "样例", "示例", "范例", "范本", "样本"].iter().any(|word| name.contains(word));
    if let Some((cell, _)) = sheet.as_ref().filter(|(_, name)| !is_alone && says_sample(name)) {
        return Some((OtherForm::Sample, *cell));
    }
    let (cell, _) = names.find(|(_, name)| says_sample(name))?;
    let is_name = |cell: &&GridCell| cell.row < ROWS_OF_TITLES && is_prompt(cell.text.trim());
    grid.cells().iter().any(|cell| is_name(&cell)).then_some((OtherForm::Sample, cell))
}

/// The cells above a form's table that have their row for themselves.
fn titles(grid: &Grid) -> impl Iterator<Item = &GridCell> {
    let alone = |row: usize| {
        let mut cells = grid.row(row).filter(|cell| !cell.is_blank());
        cells.next().filter(|cell| cells.next().is_none() && cell.text.len() < LONGEST_TITLE)
    };
    (0..grid.rows().min(ROWS_OF_TITLES)).filter_map(alone)
}

/// Evaluations of other things than a department's whole budget.
const NOT_OF_DEPARTMENTS: [&str; 9] = [
    "专项资金整体",
    "专项资金绩效",
    "政府性基金绩效",
    "国有资本经营预算支出绩效",
    "转移支付",
    "财政运行",
    "政府采购绩效",
    "社保基金",
    "社会保险基金",
];
/// Evaluations by others, and papers about an evaluation.
const NOT_SELF: [&str; 10] = [
    "评分表",
    "打分表",
    "评估表",
    "复核表",
    "抽查",
    "调整申请",
    "修改意见",
    "整改情况",
    "公开情况",
    "财政评价",
];

/// The kind of form that a title names.
fn of_title(title: &str) -> Option<OtherForm> {
    let has = |word: &str| title.contains(word);
    if NOT_OF_DEPARTMENTS.iter().any(|word| has(word))
        || !has("自评表") && NOT_SELF.iter().any(|word| has(word))
    {
        return Some(OtherForm::Evaluation);
    }
    if has("监控") && has("绩效") {
        return Some(OtherForm::Monitoring);
    }
    let is_table = || title.ends_with(['表', ')']) || has("表(");
    if has("自评") && (has("汇总表") || has("一览表")) {
        return Some(OtherForm::Summary);
    }
    if has("自评") || has("自我评价") {
        return (has("项目") && !has("整体")).then_some(OtherForm::Project);
    }
    if has("绩效目标") && (has("申报") || has("批复") || has("审核") || title.ends_with("绩效目标表"))
    {
        return Some(OtherForm::Goals);
    }
    if has("汇总表") || has("一览表") {
        return Some(OtherForm::Summary);
    }
    if has("决算") && is_table() {
        return Some(OtherForm::FinalAccounts);
    }
    (has("预算") && is_table()).then_some(OtherForm::Budget)
}

/// The cell that heads the departments' names in a table with a row for each of them and their amounts beside.
fn table_of_departments<'g>(profile: &Profile, grid: &'g Grid) -> Option<&'g GridCell> {
    (0..grid.rows()).find_map(|row| {
        let of = |cell: &GridCell| profile.label_kind(&cell.text);
        let name = grid
            .row(row)
            .find(|cell| profile.found(&cell.text).is_some_and(|found| profile.begins(found)))?;
        let amounts: Vec<&GridCell> =
            grid.row(row).filter(|cell| of(cell) == Some(ValueKind::Amount)).collect();
        if amounts.len() < 2 || name.left.is_some() {
            return None;
        }
        let is_number = |cell: &GridCell| matches!(figure::read(cell.figure()), Figure::Number { .. });
        let is_department = |row: usize| {
            let named = grid.at(row, name.column).is_some_and(|cell| !cell.is_blank() && !is_number(cell));
            let filled =
                amounts.iter().filter(|head| grid.at(row, head.column).is_some_and(is_number)).count();
            named && filled >= 2
        };
        let departments = (row + 1..grid.rows()).take_while(|row| is_department(*row)).count();
        (departments >= FEWEST_DEPARTMENTS).then_some(name)
    })
}

/// The cell that asks for the name of a project, in a form about one project.
fn project_name(grid: &Grid) -> Option<&GridCell> {
    let labelled = |words: &[&str]| {
        grid.cells().iter().find(|cell| {
            cell.text.len() < LONGEST_TITLE && {
                let text = narrow(&cell.text);
                words
                    .iter()
                    .any(|word| text.trim_end_matches(':') == *word || text.starts_with(&format!("{word}:")))
            }
        })
    };
    let project = labelled(&["项目名称", "项目支出名称"])?;
    labelled(&["实施单位", "实施单位(盖章)", "项目负责人", "项目实施单位", "预算单位", "项目单位"])?;
    // In the form of a department, projects are told in a block of their own, far below its name.
    (project.row < ROWS_OF_TITLES).then_some(project)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_name_their_form() {
        for (title, form) in [
            ("2023年度项目支出绩效自评表", Some(OtherForm::Project)),
            ("部门预算项目支出绩效自评表(2022年度)", Some(OtherForm::Project)),
            ("2023年度部门整体支出绩效自评表", None),
            ("部门整体支出绩效目标申报表", Some(OtherForm::Goals)),
            ("2022年度街道部门整体支出汇总表", Some(OtherForm::Summary)),
            ("收入支出决算总表", Some(OtherForm::FinalAccounts)),
            ("2022年度部门整体支出绩效运行监控表", Some(OtherForm::Monitoring)),
            ("2022年度部门整体支出绩效自评汇总表", Some(OtherForm::Summary)),
            ("2023年部门预算收支总表", Some(OtherForm::Budget)),
            ("2022年度部门整体支出财政评价评分表", Some(OtherForm::Evaluation)),
            ("2022年度部门整体支出绩效自评修改意见表", Some(OtherForm::Evaluation)),
            ("2022年度专项资金整体绩效自评表", Some(OtherForm::Evaluation)),
            ("2022年度部门整体支出绩效自评表(公开)", None),
            ("预算执行情况说明", None),
            ("关于报送材料的通知", None),
        ] {
            assert_eq!(of_title(title), form, "{title}");
        }
    }
}
