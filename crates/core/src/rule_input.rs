//! The input of the rules of one document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huizong_schema::findings::Place;
use huizong_schema::{Draft, Pointer, Problem, Unit};
use rust_decimal::Decimal;

use crate::bureau_accounts::BureauAccounts;
use crate::roster::Roster;
use crate::snapshot::Snapshot;

use crate::outcome::Skip;

/// One document, with its reader's observations and the user's settings.
#[derive(Clone, Copy)]
pub struct RuleInput<'s> {
    /// The document, as far as it could be read.
    pub draft: &'s Draft<'s>,
    /// The reader's observations.
    pub reading: &'s Reading,
    /// The form's profile, as far as rules read it.
    pub traits: &'s Traits,
    /// The user's settings.
    pub settings: &'s Settings,
}

impl RuleInput<'_> {
    /// Whether the form is for another year than the one asked for. Books and last year's result do not apply to it.
    pub fn is_of_another_year(&self) -> bool {
        let year = self.draft.fiscal_year.map(huizong_schema::FiscalYear::get);
        self.settings.year.zip(year).is_some_and(|(asked, year)| asked != year)
    }

    /// The document's unit; 万元 if it names none, as on the forms.
    pub(crate) fn unit(&self) -> Unit {
        self.draft.unit.unwrap_or(Unit::Cny10k)
    }

    /// Finds the document's department in a list by its code and its name.
    pub(crate) fn of_department<T>(
        &self,
        find: impl Fn(Option<&str>, Option<&str>) -> Option<T>,
    ) -> Option<T> {
        let department = self.draft.department.as_ref()?;
        find(department.code.as_deref(), department.name.as_deref())
    }

    /// Whether any member is missing because it was refused or could not be read.
    pub(crate) fn has_refused(&self) -> bool {
        !self.reading.refused.is_empty() || !self.reading.unreadable.is_empty()
    }

    /// Why there is nothing to judge where these members would be: they are missing, or were refused.
    pub(crate) fn nothing_at(&self, pointers: &[&str]) -> Skip {
        let touches = |refused: &Pointer| {
            pointers
                .iter()
                .map(|pointer| Pointer::parse(pointer))
                .any(|at| at.contains(refused) || refused.contains(&at))
        };
        let reading = &self.reading;
        if reading.refused.iter().chain(reading.unreadable.keys()).any(touches) {
            Skip::MemberRefused
        } else {
            Skip::MemberMissing
        }
    }

    /// Why amounts cannot be compared with each other, if they cannot: the unit of some is missing.
    pub(crate) fn amounts_are_incomparable(&self) -> Option<Skip> {
        self.reading.unit_unclear.then_some(Skip::MemberMissing)
    }

    /// Whether a member is missing because it was refused or could not be read.
    pub(crate) fn is_refused(&self, pointer: &Pointer) -> bool {
        let refused = &self.reading.refused;
        let above = || std::iter::successors(pointer.parent(), Pointer::parent);
        self.reading.unreadable.contains_key(pointer)
            || !refused.is_empty()
                && (refused.contains(pointer) || above().any(|above| refused.contains(&above)))
    }
}

/// The user's settings.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The year that every document should report.
    pub year: Option<u16>,
    /// The departments that should report.
    pub roster: Option<Arc<Roster>>,
    /// The bureau's own books.
    pub books: Option<Arc<BureauAccounts>>,
    /// Last year's consolidation.
    pub previous: Option<Arc<Snapshot>>,
}

/// The properties of a form's profile that rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Traits {
    /// The denominator of the completion rate.
    pub completion_base: CompletionBase,
    /// Whether the form's breakdown by source is complete.
    pub sources_are_complete: bool,
}

/// The denominator of a completion rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CompletionBase {
    /// The adjusted budget, as in every known table form.
    #[default]
    Adjusted,
    /// The initial budget.
    Initial,
}

impl CompletionBase {
    pub(crate) fn choose<T>(self, adjusted: T, initial: T) -> T {
        match self {
            Self::Adjusted => adjusted,
            Self::Initial => initial,
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        self.choose(Self::Initial, Self::Adjusted)
    }
}

/// A formula whose stored value differs from its computed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleFormula {
    /// The member in its cell; the whole document if the cell holds no member.
    pub pointer: Pointer,
    /// Its place.
    pub place: Option<Place>,
    /// The formula.
    pub formula: String,
    /// The value stored in the file.
    pub stored: Decimal,
    /// The formula's value, calculated.
    pub computed: Decimal,
}

/// The reader's observations besides the document's members.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The kind of input.
    pub source: InputKind,
    /// The schema's violations of a JSON document.
    pub problems: Vec<Problem>,
    /// The members that the schema refused.
    pub refused: BTreeSet<Pointer>,
    /// Cells that should contain a figure and contain this text instead.
    pub unreadable: BTreeMap<Pointer, String>,
    /// Cells whose column could not be determined, and their contents.
    pub misplaced: Vec<(Pointer, String)>,
    /// Items with one cell filled in, which may go on with the row above, and that cell.
    pub lone: Vec<(Pointer, String)>,
    /// Cells with a figure that no label claims, and their places.
    pub unclaimed: Vec<(String, Option<Place>)>,
    /// Formulas whose stored value differs from their computed value.
    pub stale: Vec<StaleFormula>,
    /// Whether some amounts have a unit and others do not, and the form does not say which.
    pub unit_unclear: bool,
    /// Prompts of the template that were left in cells.
    pub placeholders: Vec<(Pointer, String)>,
    /// The title, as far as it was understood.
    pub title: Option<Title>,
    /// The number of bytes that are not text in any known encoding.
    pub undecodable: u64,
    /// Whether the form was filled in on a blank form that this tool wrote.
    pub on_template: bool,
}

/// The kind of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InputKind {
    /// A JSON document.
    #[default]
    Json,
    /// A form with cells.
    Form,
    /// A file without a form.
    NoForm,
    /// A form that is not this one.
    OtherForm(OtherForm),
    /// This form with nothing filled in.
    BlankForm,
    /// A page that is nested too deeply to read.
    TooDeep,
    /// A page or text with more cells than any form has.
    TooLarge,
    /// An empty file.
    Empty,
}

/// The kinds of forms that are sent in by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherForm {
    /// A self-evaluation of one project.
    Project,
    /// A table of several departments.
    Summary,
    /// Final accounts.
    FinalAccounts,
    /// The goals that are declared at the beginning of a year.
    Goals,
    /// A budget.
    Budget,
    /// How the budget is carried out, during the year.
    Monitoring,
    /// An evaluation by others or of something else, or a paper about one.
    Evaluation,
    /// A form filled in to show how it is done.
    Sample,
    /// A form that says of itself that it does not count.
    Void,
}

impl OtherForm {
    /// The variant of the message that names it.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Summary => "summary",
            Self::FinalAccounts => "final-accounts",
            Self::Goals => "goals",
            Self::Budget => "budget",
            Self::Monitoring => "monitoring",
            Self::Evaluation => "evaluation",
            Self::Sample => "sample",
            Self::Void => "void",
        }
    }
}

/// A form's title, as far as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The year.
    pub year: Option<u16>,
    /// The department.
    pub department: Option<String>,
    /// Whether the year was taken from here because no cell gave one.
    pub year_taken: bool,
    /// Whether the department was taken from here because no cell gave one.
    pub department_taken: bool,
}
