//! What was received and what of it counts, and each department of the roster.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Message;
use crate::money::Money;
use crate::names::Name;
use crate::object_only::object_only;

/// What was received and what of it counts.
///
/// 收到了哪些表，其中哪些已计入。
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Coverage {
    /// Departments that should report, where a roster says so.
    ///
    /// 应报的部门有多少个；给出名单时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// Departments of which a document was received.
    ///
    /// 已收到表的部门有多少个。
    pub received: u64,
    /// Documents received.
    ///
    /// 收到的表有多少份。
    pub documents: u64,
    /// Documents that the totals hold.
    ///
    /// 计入合计的表有多少份。
    pub included: u64,
    /// Departments that should report and did not, where a roster says so: their names.
    ///
    /// 应报而没有报的部门的名称；给出名单时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Departments that reported and are not on the roster, where there is one: their names as printed.
    ///
    /// 报了表而不在名单上的部门的名称，按表上所写；给出名单时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Vec<String>>,
    /// Documents that the totals leave out, and why.
    ///
    /// 没有计入合计的表及其原因。
    pub excluded: Vec<Excluded>,
    /// Documents whose department is on the roster under another name or code than the document prints.
    ///
    /// 部门在名单上的名称或编码与表上所写不同的表。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Matched>,
    /// The roster, a row a department, in its order.
    ///
    /// 名单，一个部门一行，按名单的顺序。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roster: Vec<Expected>,
}

/// A document whose department is on the roster under another name or code than the document prints.
///
/// 一份表，它的部门在名单上，但名称或编码与表上所写的不同。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Matched {
    /// The document's id.
    ///
    /// 表的编号。
    pub document: String,
    /// The department's name as printed.
    ///
    /// 部门名称，按表上所写。
    pub name: String,
    /// Its name on the roster.
    ///
    /// 部门在名单上的名称。
    pub expected: String,
    /// How the two belong together.
    ///
    /// 两者按什么对上。
    pub by: MatchedBy,
}

/// How a name was matched to a department.
///
/// 名称与部门按什么对上。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// Its code is that of the department, whatever the name.
    ///
    /// 编码与部门的相同，不论名称。
    Code,
    /// It is the department's name, though the code is another.
    ///
    /// 名称与部门的相同，但编码不同。
    Name,
    /// It is one of the department's other names.
    ///
    /// 是部门的别名之一。
    Alias,
    /// It is the department's name, apart from width, brackets or spaces.
    ///
    /// 与部门名称只差全角半角、括号或空格。
    Normalised,
    /// It is the department's name, apart from the district before it.
    ///
    /// 与部门名称只差前面的地区名。
    District,
    /// The file, or the nearest folder whose name says so, is named after the department; the form names none.
    ///
    /// 表上没有名称；文件以部门命名，或者最近的、能看出部门的上级文件夹以部门命名。
    FileName,
    /// The name of the file or of a folder shortens the department's; the form names none.
    ///
    /// 表上没有名称；文件名或文件夹名是部门名称的简称。
    ShortFileName,
}

/// A department of the roster and whether it reported.
///
/// 名单上的一个部门，以及它是否已报。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Expected {
    /// Its name.
    ///
    /// 部门名称。
    pub name: String,
    /// Its code.
    ///
    /// 部门编码。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether it reported, and how.
    ///
    /// 是否已报，以及报送的情况。
    pub status: Status,
    /// The documents received of it.
    ///
    /// 该部门报来的表。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Unreadable files that, by their names, seem to come from this department.
    ///
    /// 从名字看像是该部门报来、但无法读取的文件。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// The day by which it should report: year, month and day.
    ///
    /// 应报的截止日期，写成年、月、日。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::Date>")]
    pub due: Option<String>,
    /// The day on which its document came, as the roster says.
    ///
    /// 名单上记载的收到日期。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<crate::shape::Date>")]
    pub came: Option<String>,
    /// How many days after the day by which it should have it came, where the roster gives both; 0 if it was in time.
    ///
    /// 收到日期比截止日期晚几天，名单上两个日期都有时才写；按时的为 0。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
    /// Whom to ask, as the roster says.
    ///
    /// 名单上的联系人。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The telephone number to ask at, as the roster says.
    ///
    /// 名单上的联系电话。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its expenditure of last year in 元, where last year's consolidation was given and holds it.
    ///
    /// 该部门上年的支出，单位为元；给出上年汇总结果且其中有该部门时才有。
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_year: Option<Money>,
    /// The roster's further columns and their values.
    ///
    /// 名单的其他列及其值。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, String>,
}

/// An unreadable file.
///
/// 一个无法读取的文件。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Unread {
    /// The file's id.
    ///
    /// 文件的编号。
    pub document: String,
    /// Why nothing could be read, and what to do.
    ///
    /// 为什么无法读取，应当怎么办。
    pub message: Message,
    /// How the file was matched to the department.
    ///
    /// 文件与部门按什么对上。
    pub by: MatchedBy,
}

/// What became of a department that should report.
///
/// 一个应报部门的报送情况。
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The totals hold it.
    ///
    /// 已计入合计。
    Included,
    /// The totals hold it, and rules found errors in it.
    ///
    /// 已计入合计，但规则发现其中有错误。
    IncludedWithErrors,
    /// Its department's consolidated document holds it, as that says.
    ///
    /// 主管部门的汇总表写明包含该单位，已随主管部门计入。
    WithDepartment,
    /// Several different documents came, and none of them counts until one is accepted.
    ///
    /// 报来几份不同的表，在写明以哪一份为准之前，都不计入。
    Duplicate,
    /// What came is not finished, blank, another form, or left out for its errors.
    ///
    /// 报来的表没有填完、是空表、是别的表，或因有错误而没有计入。
    ToReturn,
    /// What came is for another year than the one asked for.
    ///
    /// 报来的表不是所要的年度。
    AnotherYear,
    /// A file came that could not be read.
    ///
    /// 收到了文件，但无法读取。
    NotReadable,
    /// Nothing came.
    ///
    /// 没有收到。
    Missing,
}

impl Status {
    /// Whether the totals hold the department's figures.
    pub const fn is_included(self) -> bool {
        matches!(self, Self::Included | Self::IncludedWithErrors)
    }

    /// Whether the totals hold the department's figures, or its department's that contain them.
    pub const fn is_held(self) -> bool {
        self.is_included() || matches!(self, Self::WithDepartment)
    }

    /// Whether something came of the department, and the totals do not hold it.
    pub const fn is_left_out(self) -> bool {
        !self.is_held() && !matches!(self, Self::Missing)
    }
}

/// A document that the totals do not hold.
///
/// 一份没有计入合计的表。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Excluded {
    /// The document's id.
    ///
    /// 表的编号。
    pub document: String,
    /// The department's name as printed, where it names one.
    ///
    /// 部门名称，按表上所写；表上有才写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The department's code, where it is known.
    ///
    /// 部门编码，知道的才写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The year that it reports, where it names one.
    ///
    /// 填报的年度；表上有才写。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year: Option<u16>,
    /// Why: the id of the rule or notice that says more, `has-errors` where those are left out on request, or
    /// `superseded` where another document of the department was accepted.
    ///
    /// 原因：写详细说明它的规则或附注的编号；按要求不计入有错误的表时，写 `has-errors`；已确认以该部门的另一份表为准时，写 `superseded`。
    #[schemars(with = "crate::shape::RuleId")]
    pub reason: Name,
}

object_only!(Coverage, Matched, Expected, Unread, Excluded);
