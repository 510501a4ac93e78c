//! The roster: which departments should report.

use std::collections::BTreeMap;

use huizong_schema::Level;
use huizong_schema::consolidation::MatchedBy;

use crate::day::Day;
use crate::list::{BureauList, ColumnUse, ListFault, cell, is_no_department, is_one_of};
use crate::name_index::{NameIndex, districts_before};

/// The departments that should report, in the order of their list.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    columns: Vec<Column>,
    rows: Vec<Listed>,
    names: NameIndex,
    uses: Vec<ColumnUse>,
    passed_over: Vec<usize>,
}

impl BureauList for Roster {
    fn column_uses(&self) -> &[ColumnUse] {
        &self.uses
    }

    fn passed_over(&self) -> &[usize] {
        &self.passed_over
    }
}

/// A department of a roster.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// Whether it is a department or a unit of one.
    pub level: Option<Level>,
    /// The department above: its code, else its name.
    pub parent: Option<String>,
    /// The day by which it should report.
    pub due: Option<Day>,
    /// The day on which its document arrived.
    pub came: Option<Day>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The telephone number to ask at.
    pub phone: Option<String>,
    aliases: String,
    values: Vec<String>,
}

impl Listed {
    /// Its other names.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        let aliases = self.aliases.split(['、', '；', ';', '，', ',', '|', '/']).map(str::trim);
        aliases.filter(|alias| !alias.is_empty())
    }
}

/// A column of a roster.
#[derive(Clone, Debug)]
struct Column {
    heading: String,
    kind: Kind,
}

/// The contents of a column of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Name,
    Code,
    Category,
    Level,
    Parent,
    Due,
    Aliases,
    Came,
    Contact,
    Phone,
    /// A number in the list, or a note: nothing to group by.
    Unused,
    Other,
}

/// The headings of each kind of column; [`Roster::column`] always knows the first.
const HEADINGS: [(Kind, &[&str]); 11] = [
    (
        Kind::Name,
        &["name", "名称", "部门", "部门名称", "单位", "单位名称", "预算单位", "预算单位名称", "department"],
    ),
    (
        Kind::Code,
        &[
            "code",
            "编码",
            "代码",
            "部门编码",
            "部门代码",
            "单位编码",
            "单位代码",
            "预算单位编码",
            "预算单位代码",
        ],
    ),
    (Kind::Category, &["category", "类别", "分类", "部门类别", "单位类别"]),
    (Kind::Level, &["level", "层级", "级别"]),
    (Kind::Parent, &["parent", "上级", "主管部门", "上级部门", "上级单位"]),
    (Kind::Due, &["duedate", "due", "截止日期", "应报日期", "报送截止日期", "报送期限"]),
    (Kind::Aliases, &["aliases", "alias", "别名", "又名", "曾用名", "简称"]),
    (
        Kind::Came,
        &["received", "收到日期", "实际收到日期", "报送日期", "实际报送日期", "实报日期", "收到时间"],
    ),
    (Kind::Contact, &["contact", "联系人", "经办人", "联络员", "填报联系人", "财务负责人"]),
    (
        Kind::Phone,
        &["phone", "telephone", "联系电话", "电话", "电话号码", "联系方式", "手机", "手机号", "办公电话"],
    ),
    (Kind::Unused, &["序号", "编号", "备注", "说明"]),
];

impl Kind {
    /// The contents of the column, in words.
    const fn words(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Name => ("部门名称", "name"),
            Self::Code => ("编码", "code"),
            Self::Category => ("类别", "category"),
            Self::Level => ("层级", "level"),
            Self::Parent => ("上级", "parent"),
            Self::Due => ("截止日期", "due date"),
            Self::Aliases => ("别名", "aliases"),
            Self::Came => ("收到日期", "received"),
            Self::Contact => ("联系人", "contact"),
            Self::Phone => ("联系电话", "telephone"),
            Self::Unused | Self::Other => return None,
        })
    }

    fn of(heading: &str) -> Self {
        HEADINGS
            .into_iter()
            .find(|(_, names)| is_one_of(heading, names))
            .map_or(Self::Other, |(kind, _)| kind)
    }
}

impl Roster {
    /// Reads the rows of a list, one of which names the columns; the rows above it are the title.
    ///
    /// # Errors
    /// Returns the faults if no row names a column of names, a row cannot be understood, or two rows or columns are the
    /// same.
    pub fn new(rows: &[Vec<String>]) -> Result<Self, Vec<ListFault>> {
        let head = rows.iter().position(|row| row.iter().any(|cell| Kind::of(cell) == Kind::Name));
        let Some(head) = head else {
            return Err(vec![ListFault::new(
                None,
                "找不到表头：应有一行写明各列的名称，其中有“部门名称”",
                "no headings: one row names the columns, among them name (or 部门名称)",
            )]);
        };
        let columns: Vec<Column> = rows[head]
            .iter()
            .map(|heading| Column { heading: heading.trim().to_owned(), kind: Kind::of(heading) })
            .collect();
        let with_heading = columns.iter().filter(|column| !column.heading.is_empty());
        let uses = with_heading.map(|column| ColumnUse::new(&column.heading, column.kind.words())).collect();
        let name_column = columns.iter().position(|column| column.kind == Kind::Name);
        let mut roster = Self { columns, uses, ..Self::default() };
        let mut faults = roster.twin_columns(head);
        let (mut names, mut codes) = (BTreeMap::new(), BTreeMap::new());
        for (index, row) in rows.iter().enumerate().skip(head + 1) {
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if is_no_department(row, name_column) {
                roster.passed_over.push(index);
                continue;
            }
            let listed = match roster.listed(row, index) {
                Ok(listed) => listed,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let twin = names.insert(listed.name.clone(), index).filter(|_| listed.code.is_none());
            let twin = twin.or(listed.code.clone().and_then(|code| codes.insert(code, index)));
            if let Some(twin) = twin {
                faults.push(ListFault::twin(index, &listed.name, twin));
            }
            let (number, code) = (roster.rows.len(), listed.code.as_deref());
            roster.names.note(number, code, Some(&listed.name), listed.aliases());
            roster.rows.push(listed);
        }
        if faults.is_empty() { Ok(roster) } else { Err(faults) }
    }

    /// The faults of columns that have the same heading or kind as an earlier one.
    fn twin_columns(&self, head: usize) -> Vec<ListFault> {
        let mut faults = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let is_twin = |other: &&Column| {
                !other.heading.is_empty() && other.heading == column.heading
                    || !matches!(other.kind, Kind::Other | Kind::Unused) && other.kind == column.kind
            };
            if self.columns[..index].iter().any(|other| is_twin(&other)) {
                let heading = &column.heading;
                faults.push(ListFault::new(
                    head,
                    format!("有两列都是“{heading}”"),
                    format!("two columns are \"{heading}\""),
                ));
            }
        }
        faults
    }

    fn cell<'r>(&self, row: &'r [String], kind: Kind) -> Option<&'r str> {
        cell(row, self.columns.iter().position(|column| column.kind == kind))
    }

    fn listed(&self, row: &[String], index: usize) -> Result<Listed, ListFault> {
        let text = |kind| self.cell(row, kind);
        let fault = |kind, zh: String, en: String| {
            let column = self.columns.iter().position(|column| column.kind == kind);
            ListFault::new(index, zh, en).at(column)
        };
        let day = |kind| match text(kind) {
            Some(text) => Day::parse(text).map(Some).ok_or_else(|| {
                fault(
                    kind,
                    format!("日期“{text}”看不懂，应写成 2023-04-30"),
                    format!("\"{text}\" is no date such as 2023-04-30"),
                )
            }),
            None => Ok(None),
        };
        let level = match text(Kind::Level).map(str::to_lowercase).as_deref() {
            None => None,
            Some("department" | "部门" | "一级" | "主管部门") => Some(Level::Department),
            Some("unit" | "单位" | "下属单位" | "所属单位" | "二级" | "三级") => {
                Some(Level::Unit)
            }
            Some(other) => {
                return Err(fault(
                    Kind::Level,
                    format!("层级只能是“部门”或“单位”，不能是“{other}”"),
                    format!("the level is department or unit, not \"{other}\""),
                ));
            }
        };
        let name = text(Kind::Name).ok_or_else(|| {
            fault(Kind::Name, "这一行没有部门名称".to_owned(), "this row has no department's name".to_owned())
        })?;
        let values =
            (0..self.columns.len()).map(|index| cell(row, Some(index)).unwrap_or_default().to_owned());
        Ok(Listed {
            name: name.to_owned(),
            code: text(Kind::Code).map(str::to_owned),
            level,
            parent: text(Kind::Parent).map(str::to_owned),
            due: day(Kind::Due)?,
            came: day(Kind::Came)?,
            contact: text(Kind::Contact).map(str::to_owned),
            phone: text(Kind::Phone).map(str::to_owned),
            aliases: text(Kind::Aliases).unwrap_or_default().to_owned(),
            values: values.collect(),
        })
    }

    /// The departments, in the order of the list.
    pub fn rows(&self) -> &[Listed] {
        &self.rows
    }

    /// The district that more than half of the names begin with; the longest, if several do.
    pub fn district(&self) -> Option<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for district in self.rows.iter().flat_map(|row| districts_before(&row.name)) {
            *counts.entry(district).or_default() += 1;
        }
        let most = counts.into_iter().filter(|(_, count)| 2 * count > self.rows.len());
        most.map(|(district, _)| district).max_by_key(|district| district.len())
    }

    /// The department that a code or a name means, and how it matched.
    pub fn find(&self, code: Option<&str>, name: Option<&str>) -> Option<(usize, MatchedBy)> {
        self.names.find(code, name)
    }

    /// The department that a code says, and the other one that a name says, if they contradict each other.
    pub fn contradiction(&self, code: &str, name: &str) -> Option<(&Listed, &Listed)> {
        let (coded, named) = self.names.contradiction(Some(code), Some(name))?;
        Some((&self.rows[coded], &self.rows[named]))
    }

    /// The department that a text means; the text is a code or a name.
    pub fn meant_by(&self, code_or_name: &str) -> Option<usize> {
        self.names.meant_by(code_or_name).map(|(row, _)| row)
    }

    /// Whether the list has a code or a name, once or more often.
    pub fn knows(&self, code_or_name: &str) -> bool {
        self.names.knows(code_or_name)
    }

    /// The column with a heading, as written in the list or by its standard name (`category`).
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column.heading == name.trim());
        let kind = Kind::of(name);
        exact.or_else(|| self.columns.iter().position(|column| kind != Kind::Other && column.kind == kind))
    }

    /// The headings of the columns that departments may be grouped by.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.groupable().map(|(_, heading)| heading)
    }

    /// The columns that describe a department rather than identify it.
    fn groupable(&self) -> impl Iterator<Item = (usize, &str)> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, column)| {
                !column.heading.is_empty()
                    && matches!(column.kind, Kind::Category | Kind::Level | Kind::Parent | Kind::Other)
            })
            .map(|(index, column)| (index, &*column.heading))
    }

    /// The heading of a column.
    pub fn heading(&self, column: usize) -> &str {
        &self.columns[column].heading
    }

    /// The text of a department in a column.
    pub fn value(&self, row: usize, column: usize) -> &str {
        self.rows[row].values.get(column).map_or("", String::as_str)
    }

    /// The list's other columns for a department: by heading, blank cells left out.
    pub fn values(&self, row: usize) -> BTreeMap<String, String> {
        self.groupable()
            .map(|(column, heading)| (heading.to_owned(), self.value(row, column).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(text: &str) -> Result<Roster, Vec<ListFault>> {
        let rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        Roster::new(&rows)
    }

    #[test]
    fn a_list_is_read_under_its_title_in_either_language() {
        let text = "应报部门名单\n部门名称,预算单位编码,类别,街道,截止日期,别名\n甲局,101,政府部门,东街,2023年4月30日,甲一、甲二\n\n 乙会 ,,群团,,20230501,";
        let roster = roster(text).unwrap();
        assert_eq!(roster.rows().len(), 2);
        assert_eq!(roster.rows()[0].due.unwrap().to_string(), "2023-04-30");
        assert_eq!(roster.rows()[1].name, "乙会");
        assert_eq!(roster.find(None, Some("甲二")), Some((0, MatchedBy::Alias)));
        assert_eq!(roster.headings().collect::<Vec<_>>(), ["类别", "街道"]);
        assert_eq!(roster.column("category"), Some(2));
        assert_eq!(roster.column("街道"), Some(3));
        assert_eq!(roster.column("镇"), None);
        assert_eq!(roster.values(1), BTreeMap::from([("类别".to_owned(), "群团".to_owned())]));
    }

    #[test]
    fn notes_and_numbered_headings_are_no_departments() {
        let text = "序号,部门名称,类别\n一、,党委部门,\n1,甲局,机关\n,其中：乙院,\n备注：以上共1家,,\n,制表人：张三,\n,机关小计,";
        let roster = roster(text).unwrap();
        assert_eq!(roster.rows().iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["甲局"]);
        assert_eq!(roster.passed_over(), [1, 3, 4, 5, 6]);
    }

    #[test]
    fn what_cannot_be_understood_is_said_with_its_row() {
        let faults = |text: &str| roster(text).unwrap_err().into_iter().map(|f| f.row).collect::<Vec<_>>();
        assert_eq!(faults("a,b\n1,2"), [None]);
        assert_eq!(faults("name,code\n甲局,1\n乙局,1\n,3"), [Some(2), Some(3)]);
        assert_eq!(faults("name\n甲局\n甲局"), [Some(2)]);
        assert_eq!(faults("name,due date\n甲局,五月\n乙局,2023-02-30"), [Some(1), Some(2)]);
        assert_eq!(faults("name,level\n甲局,处"), [Some(1)]);
        assert_eq!(faults("name,部门名称\n甲局,甲局"), [Some(0)]);
        // Two departments may have one name if their codes differ.
        assert!(roster("name,code\n甲局,1\n甲局,2").is_ok());
    }

    #[test]
    fn the_district_is_what_most_names_begin_with() {
        let of = |names: &str| roster(names).unwrap().district().map(str::to_owned);
        assert_eq!(of("name\n云溪区教育局\n云溪区科协\n信访局"), Some("云溪区".into()));
        assert_eq!(
            of("name\n云溪市东湖区教育局\n云溪市东湖区科协\n云溪市信访局"),
            Some("云溪市东湖区".into())
        );
        assert_eq!(of("name\n云溪区教育局\n东湖区科协"), None);
        assert_eq!(of("name\n社区服务中心\n教育局"), None);
    }
}
