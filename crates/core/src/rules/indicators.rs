//! The indicators of tasks and of the scorecard as one list.

use huizong_schema::{Draft, Pointer, Points};

/// An indicator, wherever it stands.
#[derive(Clone, Copy)]
pub(super) struct Indicator<'d> {
    /// The task's index, or none for the scorecard.
    task: Option<usize>,
    index: usize,
    pub(super) group: Option<&'d str>,
    pub(super) name: Option<&'d str>,
    pub(super) target: Option<&'d str>,
    pub(super) result: Option<&'d str>,
    pub(super) sign: Option<&'d str>,
    pub(super) weight: Option<Points>,
    pub(super) score: Option<Points>,
    pub(super) deviation_reason: Option<&'d str>,
}

impl<'d> Indicator<'d> {
    /// The pointer of one of its members.
    pub(super) fn pointer(&self, member: &str) -> Pointer {
        let list = match self.task {
            Some(task) => Pointer::parse("/tasks").item(task),
            None => Pointer::parse("/scorecard"),
        };
        list.member("indicators").item(self.index).member(member)
    }

    /// What it is called in messages.
    pub(super) fn label(&self) -> String {
        self.name
            .filter(|name| !name.trim().is_empty())
            .map_or_else(|| format!("#{}", self.index + 1), str::to_owned)
    }

    /// What tells it from others: where it stands, its task or second level.
    pub(super) fn home(&self) -> (Option<usize>, Option<&'d str>) {
        (self.task, self.group)
    }
}

/// Every indicator of a document, tasks' first.
pub(super) fn all<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = Indicator<'d>> {
    let of_tasks = draft.tasks.iter().enumerate().flat_map(|(task, t)| {
        t.indicators.iter().enumerate().map(move |(index, i)| Indicator {
            task: Some(task),
            index,
            group: None,
            name: i.name.as_deref(),
            target: i.target.as_deref(),
            result: i.result.as_deref(),
            sign: i.sign.as_deref(),
            weight: i.weight,
            score: i.score,
            deviation_reason: i.deviation_reason.as_deref(),
        })
    });
    let scored = draft.scorecard.iter().flat_map(|card| card.indicators.iter().enumerate());
    of_tasks.chain(scored.map(|(index, i)| Indicator {
        task: None,
        index,
        group: i.level2.as_deref(),
        name: i.name.as_deref(),
        target: i.target.as_deref(),
        result: i.result.as_deref(),
        sign: i.sign.as_deref(),
        weight: i.weight,
        score: i.score,
        deviation_reason: i.deviation_reason.as_deref(),
    }))
}
