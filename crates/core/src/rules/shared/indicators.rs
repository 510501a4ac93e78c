//! The indicators of tasks and of the scorecard as one list.

use std::iter::Enumerate;
use std::slice;

use huizong_schema::findings::Arg;
use huizong_schema::{Draft, Pointer, Points, ScoredIndicator};

/// An indicator of a task or of the scorecard.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Indicator<'d> {
    /// The task's index, or none for the scorecard.
    task: Option<usize>,
    index: usize,
    /// The first and the second level; a task's indicators have none.
    pub(in crate::rules) levels: [Option<&'d str>; 2],
    pub(in crate::rules) name: Option<&'d str>,
    pub(in crate::rules) target: Option<&'d str>,
    pub(in crate::rules) result: Option<&'d str>,
    pub(in crate::rules) sign: Option<&'d str>,
    pub(in crate::rules) weight: Option<Points>,
    pub(in crate::rules) score: Option<Points>,
    pub(in crate::rules) deviation_reason: Option<&'d str>,
}

impl Indicator<'_> {
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
        let name = self.name.filter(|name| !name.trim().is_empty());
        name.map_or_else(|| Arg::Shown(format!("#{}", self.index + 1)), |name| Arg::Text(name.to_owned()))
    }
}

/// Every indicator of a document, tasks' first.
pub(in crate::rules) fn all<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = Indicator<'d>> {
    lists(draft).flatten()
}

/// The indicators of a document by their list: each task's, then the scorecard's.
pub(in crate::rules) fn lists<'d>(
    draft: &'d Draft<'_>,
) -> impl Iterator<Item = impl ExactSizeIterator<Item = Indicator<'d>>> {
    let tasks =
        draft.tasks.iter().enumerate().map(|(task, of)| List::Task(task, of.indicators.iter().enumerate()));
    tasks.chain(draft.scorecard.iter().map(|card| List::Scorecard(card.indicators.iter().enumerate())))
}

/// An iterator over one list of indicators.
enum List<'d, 't> {
    Task(usize, Enumerate<slice::Iter<'d, huizong_schema::Indicator<'t>>>),
    Scorecard(Enumerate<slice::Iter<'d, ScoredIndicator<'t>>>),
}

impl<'d> Iterator for List<'d, '_> {
    type Item = Indicator<'d>;

    // Inlined, so that members that a rule does not read are not copied.
    #[inline]
    fn next(&mut self) -> Option<Indicator<'d>> {
        // The two types have the same members except the levels.
        macro_rules! view {
            ($task:expr, $levels:expr, $index:expr, $of:expr) => {
                Indicator {
                    task: $task,
                    index: $index,
                    levels: $levels,
                    name: $of.name.as_deref(),
                    target: $of.target.as_deref(),
                    result: $of.result.as_deref(),
                    sign: $of.sign.as_deref(),
                    weight: $of.weight,
                    score: $of.score,
                    deviation_reason: $of.deviation_reason.as_deref(),
                }
            };
        }
        match self {
            Self::Task(task, rest) => rest.next().map(|(index, of)| view!(Some(*task), [None; 2], index, of)),
            Self::Scorecard(rest) => rest
                .next()
                .map(|(index, of)| view!(None, [of.level1.as_deref(), of.level2.as_deref()], index, of)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Task(_, rest) => rest.size_hint(),
            Self::Scorecard(rest) => rest.size_hint(),
        }
    }
}

impl ExactSizeIterator for List<'_, '_> {}
