//! The tables of documents' contents: tasks, indicators, key projects, and the amounts behind figures.

use std::collections::BTreeMap;

use huizong_core::{DepartmentRow, Lang};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::Location;

use super::counted;
use crate::detail::Detail;
use crate::names::Names;
use crate::table::{Column, Kind, Table, Value};
use crate::words::place;

/// The columns that identify the document of a row.
const OF: [Column; 4] = [
    Column::new("department", "部门", Kind::Text),
    Column::new("code", "预算单位编码", Kind::Text),
    Column::new("document", "文件", Kind::Text),
    Column::new("place", "位置", Kind::Text),
];

fn of<'t>(row: &DepartmentRow<'t>, name: &'t str, location: &Location) -> Vec<Value<'t>> {
    vec![
        Value::text(name),
        Value::maybe(row.code),
        Value::text(&*row.entry.document),
        Value::text(place(location, Lang::Zh)),
    ]
}

/// The input of the tables of documents' contents: the consolidation, and the details of each document.
#[derive(Clone, Copy)]
pub struct Documents<'t> {
    /// The consolidation.
    pub consolidation: &'t Consolidation<DepartmentRow<'t>>,
    /// The details, by the document's id.
    pub details: &'t BTreeMap<String, Detail>,
}

impl<'t> Documents<'t> {
    /// The file of the document in the row with this index.
    pub fn file(self, row: u32) -> Option<&'t Location> {
        self.file_of(self.consolidation.departments.get(usize::try_from(row).ok()?)?)
    }

    /// The file of a row's document.
    pub fn file_of(self, row: &DepartmentRow<'_>) -> Option<&'t Location> {
        self.details.get(&*row.entry.document)?.leaves.first().map(|(_, location)| location)
    }

    /// The number of amounts behind all figures.
    pub fn leaves(self) -> usize {
        self.details.values().map(|detail| detail.leaves.len()).sum()
    }

    fn table<T: 't>(
        self,
        id: &'static str,
        columns: impl IntoIterator<Item = Column>,
        items: fn(&'t Detail) -> &'t [T],
        cells: impl Fn(&'t T) -> (&'t Location, Vec<Value<'t>>) + Copy + 't,
    ) -> Table<'t> {
        let names = Names::of(self.consolidation);
        let rows = self.consolidation.departments.iter().flat_map(move |row| {
            let items = self.details.get(&*row.entry.document).map_or(&[][..], &items);
            let name = names.of_row(row);
            items.iter().map(move |item| {
                let (location, cells) = cells(item);
                let mut all = of(row, name, location);
                all.extend(cells);
                all
            })
        });
        Table { id, columns: OF.into_iter().chain(columns).collect(), rows: Box::new(rows) }
    }

    /// The table of main tasks.
    pub fn tasks(self) -> Table<'t> {
        let columns = [
            Column::new("task", "主要任务", Kind::Text),
            Column::new("budget", "任务预算（元）", Kind::Money),
            Column::new("funds", "任务涉及资金（元）", Kind::Money),
            Column::new("indicators", "指标数", Kind::Count),
            Column::new("expected", "预期目标", Kind::Text),
            Column::new("achieved", "完成情况", Kind::Text),
        ];
        self.table(
            "tasks",
            columns,
            |detail| &detail.tasks,
            |task| {
                (
                    &task.location,
                    vec![
                        Value::text(&*task.name),
                        Value::money(task.budget),
                        Value::money(task.funds),
                        Value::Count(task.indicators),
                        Value::text(&*task.expected),
                        Value::text(&*task.achieved),
                    ],
                )
            },
        )
    }

    /// The table of indicators.
    pub fn indicators(self) -> Table<'t> {
        let columns = [
            Column::new("task", "主要任务", Kind::Text),
            Column::new("level1", "一级指标", Kind::Text),
            Column::new("level2", "二级指标", Kind::Text),
            Column::new("indicator", "指标", Kind::Text),
            Column::new("target", "指标值", Kind::Text),
            Column::new("result", "完成情况", Kind::Text),
            Column::new("weight", "分值", Kind::Points),
            Column::new("score", "得分", Kind::Points),
            Column::new("deviation_reason", "偏差原因", Kind::Text),
        ];
        self.table(
            "indicators",
            columns,
            |detail| &detail.indicators,
            |indicator| {
                (
                    &indicator.location,
                    vec![
                        Value::maybe(indicator.task.as_deref()),
                        Value::text(&*indicator.level1),
                        Value::text(&*indicator.level2),
                        Value::text(&*indicator.name),
                        Value::text(&*indicator.target),
                        Value::text(&*indicator.result),
                        Value::points(indicator.weight),
                        Value::points(indicator.score),
                        Value::text(&*indicator.reason),
                    ],
                )
            },
        )
    }

    /// The table of key projects.
    pub fn key_projects(self) -> Table<'t> {
        let columns = [
            Column::new("project", "重点项目", Kind::Text),
            Column::new("level", "项目层级", Kind::Text),
            Column::new("budget_requested", "申报预算（元）", Kind::Money),
            Column::new("funds_used", "实际使用（元）", Kind::Money),
            Column::new("outcomes", "具体成效", Kind::Text),
        ];
        self.table(
            "key_projects",
            columns,
            |detail| &detail.projects,
            |project| {
                (
                    &project.location,
                    vec![
                        Value::text(&*project.name),
                        Value::text(&*project.level),
                        Value::money(project.requested),
                        Value::money(project.used),
                        Value::text(&*project.outcomes),
                    ],
                )
            },
        )
    }

    /// The table of amounts behind figures.
    pub fn lineage(self) -> Table<'t> {
        let columns = [
            Column::new("figure", "项目", Kind::Text),
            Column::new("figure_id", "项目编号", Kind::Text),
            Column::new("pointer", "在表中的位置（程序用）", Kind::Text),
            Column::new("printed", "表上的数", Kind::Amount),
            Column::new("unit", "单位", Kind::Text),
            Column::new("counted", "计入方式", Kind::Text),
            Column::new("value", "计入（元）", Kind::Money),
        ];
        self.table(
            "lineage",
            columns,
            |detail| &detail.leaves,
            |(leaf, location)| {
                (
                    location,
                    vec![
                        Value::text(leaf.figure.label().0),
                        Value::text(leaf.figure.path()),
                        Value::text(leaf.pointer.as_str()),
                        Value::Amount(leaf.printed),
                        Value::text(leaf.unit.word()),
                        Value::text(counted(leaf.how, Lang::Zh)),
                        Value::Money(leaf.value),
                    ],
                )
            },
        )
    }
}
