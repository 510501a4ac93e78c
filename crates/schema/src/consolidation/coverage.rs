//! What was received and what of it counts, and each department of the roster.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::findings::Message;
use crate::money::Money;
use crate::names::Name;

/// What was received and what of it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Departments that should report, where a roster says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// Departments of which a document was received.
    pub received: u64,
    /// Documents received.
    pub documents: u64,
    /// Documents that the totals hold.
    pub included: u64,
    /// Departments that should report and did not, where a roster says so: their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// Departments that reported and are not on the roster, where there is one: their names as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Vec<String>>,
    /// Documents that the totals leave out, and why.
    pub excluded: Vec<Excluded>,
    /// Documents whose department is on the roster under another name or code than the document prints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Matched>,
    /// The roster, a row a department, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roster: Vec<Expected>,
}

/// A document whose department was matched to the roster by neither its code nor its exact name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Matched {
    /// The document's id.
    pub document: String,
    /// The department's name as printed.
    pub name: String,
    /// Its name on the roster.
    pub expected: String,
    /// How the two belong together.
    pub by: MatchedBy,
}

/// How a name was matched to a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchedBy {
    /// Its code is that of the department, whatever the name.
    Code,
    /// It is the department's name, though the code is another.
    Name,
    /// It is one of the department's other names.
    Alias,
    /// It is the department's name, apart from width, brackets or spaces.
    Normalised,
    /// It is the department's name, apart from the district before it.
    District,
    /// The file, or the nearest folder whose name says so, is named after the department; the form names none.
    FileName,
    /// The name of the file or of a folder shortens the department's; the form names none.
    ShortFileName,
}

/// A department of the roster and whether it reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// Its name.
    pub name: String,
    /// Its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether it reported, and how.
    pub status: Status,
    /// The documents received of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// Unreadable files that, by their names, seem to come from this department.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// The day by which it should report: year, month and day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The day on which its document came, as the roster says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub came: Option<String>,
    /// How many days after the day by which it should have it came, where the roster gives both; 0 if it was in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_late: Option<u32>,
    /// Whom to ask, as the roster says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The telephone number to ask at, as the roster says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its expenditure of last year in 元, where last year's consolidation was given and holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_year: Option<Money>,
    /// The roster's further columns and their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, String>,
}

/// An unreadable file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    /// The file's id.
    pub document: String,
    /// Why nothing could be read, and what to do.
    pub message: Message,
    /// How the file was matched to the department.
    pub by: MatchedBy,
}

/// What became of a department that should report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The totals hold it.
    Included,
    /// The totals hold it, and rules found errors in it.
    IncludedWithErrors,
    /// Its department's consolidated document holds it, as that says.
    WithDepartment,
    /// Several different documents came, and none of them counts until one is accepted.
    Duplicate,
    /// What came is not finished, blank, another form, or left out for its errors.
    ToReturn,
    /// What came is for another year than the one asked for.
    AnotherYear,
    /// A file came that could not be read.
    NotReadable,
    /// Nothing came.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excluded {
    /// The document's id.
    pub document: String,
    /// The department's name as printed, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// The department's code, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The year that it reports, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal_year: Option<u16>,
    /// Why: the id of the rule or notice that says more, `has-errors` where those are left out on request, or
    /// `superseded` where another document of the department was accepted.
    pub reason: Name,
}
