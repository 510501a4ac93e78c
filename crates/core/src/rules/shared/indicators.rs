//! The indicators of tasks and of the scorecard as one list.

use huizong_schema::findings::Arg;
use huizong_schema::{Draft, Pointer, Points, ScoredIndicator};

/// An indicator of a task or of the scorecard.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Indicator<'d> {
    /// The task's index, or none for the scorecard.
    task: Option<usize>,
    index: usize,
    of: Of<'d>,
}

#[derive(Clone, Copy)]
enum Of<'d> {
    Task(&'d huizong_schema::Indicator<'d>),
    Scorecard(&'d ScoredIndicator<'d>),
}

/// Defines how members are read that both types have.
macro_rules! members {
    ($($name:ident: $type:ty = |$of:ident| $read:expr;)*) => {
        impl<'d> Indicator<'d> {
            $(pub(in crate::rules) fn $name(&self) -> Option<$type> {
                match self.of {
                    Of::Task($of) => $read,
                    Of::Scorecard($of) => $read,
                }
            })*
        }
    };
}

members! {
    name: &'d str = |of| of.name.as_deref();
    target: &'d str = |of| of.target.as_deref();
    result: &'d str = |of| of.result.as_deref();
    sign: &'d str = |of| of.sign.as_deref();
    deviation_reason: &'d str = |of| of.deviation_reason.as_deref();
    weight: Points = |of| of.weight;
    score: Points = |of| of.score;
}

impl<'d> Indicator<'d> {
    /// The first and the second level; a task's indicators have none.
    pub(in crate::rules) fn levels(&self) -> [Option<&'d str>; 2] {
        match self.of {
            Of::Task(_) => [None; 2],
            Of::Scorecard(of) => [of.level1.as_deref(), of.level2.as_deref()],
        }
    }

    /// The pointer of one of its members.
    pub(in crate::rules) fn pointer(&self, member: &str) -> Pointer {
        let list = match self.task {
            Some(task) => Pointer::parse("/tasks").item(task),
            None => Pointer::parse("/scorecard"),
        };
        list.member("indicators").item(self.index).member(member)
    }

    /// Its name in messages.
    pub(in crate::rules) fn label(&self) -> Arg {
        let name = self.name().filter(|name| !name.trim().is_empty());
        name.map_or_else(|| Arg::Shown(format!("#{}", self.index + 1)), |name| Arg::Text(name.to_owned()))
    }
}

/// Every indicator of a document, tasks' first.
pub(in crate::rules) fn all<'d>(draft: &'d Draft<'d>) -> impl Iterator<Item = Indicator<'d>> {
    lists(draft).flat_map(List::each)
}

/// The indicators of a document by their list: each task's, then the scorecard's.
pub(in crate::rules) fn lists<'d>(draft: &'d Draft<'d>) -> impl Iterator<Item = List<'d>> {
    let tasks = draft.tasks.iter().enumerate().map(|(task, of)| List::Task(task, &of.indicators));
    tasks.chain(draft.scorecard.iter().map(|card| List::Scorecard(&card.indicators)))
}

/// One list of indicators.
#[derive(Clone, Copy)]
pub(in crate::rules) enum List<'d> {
    Task(usize, &'d [huizong_schema::Indicator<'d>]),
    Scorecard(&'d [ScoredIndicator<'d>]),
}

impl<'d> List<'d> {
    pub(in crate::rules) fn len(self) -> usize {
        match self {
            Self::Task(_, of) => of.len(),
            Self::Scorecard(of) => of.len(),
        }
    }

    pub(in crate::rules) fn at(self, index: usize) -> Indicator<'d> {
        match self {
            Self::Task(task, of) => Indicator { task: Some(task), index, of: Of::Task(&of[index]) },
            Self::Scorecard(of) => Indicator { task: None, index, of: Of::Scorecard(&of[index]) },
        }
    }

    pub(in crate::rules) fn each(self) -> impl ExactSizeIterator<Item = Indicator<'d>> + Clone {
        (0..self.len()).map(move |index| self.at(index))
    }
}
