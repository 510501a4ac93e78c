//! Finds the objects of a document that contain figures. For writing, a missing object is created.

#![expect(clippy::unnecessary_wraps, reason = "the table takes one signature for all objects")]

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::range::{FundSource, Nature};
use crate::decimal::Points;
use crate::evaluation::{
    Budget, Draft, ExecutionScore, KeyProject, NatureFigures, Scorecard, ScoredIndicator, SourceFigures, Task,
};

pub(super) fn budget<'d>(draft: &'d Draft<'_>, _: usize) -> Option<&'d Budget> {
    draft.budget.as_ref()
}
pub(super) fn budget_mut<'d>(draft: &'d mut Draft<'_>, _: usize) -> Option<&'d mut Budget> {
    Some(draft.budget.get_or_insert_default())
}
pub(super) fn source<'d>(draft: &'d Draft<'_>, at: usize) -> Option<&'d SourceFigures> {
    FundSource::ALL[at].of(draft.budget.as_ref()?.by_source.as_ref()?)
}
pub(super) fn source_mut<'d>(draft: &'d mut Draft<'_>, at: usize) -> Option<&'d mut SourceFigures> {
    let budget = draft.budget.get_or_insert_default();
    Some(FundSource::ALL[at].of_mut(budget.by_source.get_or_insert_default()))
}
pub(super) fn nature<'d>(draft: &'d Draft<'_>, at: usize) -> Option<&'d NatureFigures> {
    Nature::ALL[at].of(draft.budget.as_ref()?.by_nature.as_ref()?)
}
pub(super) fn nature_mut<'d>(draft: &'d mut Draft<'_>, at: usize) -> Option<&'d mut NatureFigures> {
    let budget = draft.budget.get_or_insert_default();
    Some(Nature::ALL[at].of_mut(budget.by_nature.get_or_insert_default()))
}
pub(super) fn task<'d, 'a>(draft: &'d Draft<'a>, at: usize) -> Option<&'d Task<'a>> {
    draft.tasks.get(at)
}
pub(super) fn task_mut<'d, 'a>(draft: &'d mut Draft<'a>, at: usize) -> Option<&'d mut Task<'a>> {
    draft.tasks.get_mut(at)
}
pub(super) fn project<'d, 'a>(draft: &'d Draft<'a>, at: usize) -> Option<&'d KeyProject<'a>> {
    draft.key_projects.get(at)
}
pub(super) fn project_mut<'d, 'a>(draft: &'d mut Draft<'a>, at: usize) -> Option<&'d mut KeyProject<'a>> {
    draft.key_projects.get_mut(at)
}
/// The scorecard's row for the execution; without that row, zero points.
pub(super) fn execution<'d>(draft: &'d Draft<'_>, _: usize) -> Option<&'d ExecutionScore> {
    static NOTHING: LazyLock<ExecutionScore> = LazyLock::new(|| {
        let zero = Points::try_from(Decimal::ZERO).ok();
        ExecutionScore { weight: zero, score: zero }
    });
    Some(draft.scorecard.as_ref()?.execution.as_ref().unwrap_or(&NOTHING))
}
pub(super) fn execution_mut<'d>(draft: &'d mut Draft<'_>, _: usize) -> Option<&'d mut ExecutionScore> {
    Some(draft.scorecard.get_or_insert_default().execution.get_or_insert_default())
}
pub(super) fn score_row<'d, 'a>(draft: &'d Draft<'a>, at: usize) -> Option<&'d ScoredIndicator<'a>> {
    draft.scorecard.as_ref()?.indicators.get(at)
}
pub(super) fn score_row_mut<'d, 'a>(
    draft: &'d mut Draft<'a>,
    at: usize,
) -> Option<&'d mut ScoredIndicator<'a>> {
    draft.scorecard.as_mut()?.indicators.get_mut(at)
}
pub(super) fn scorecard<'d, 'a>(draft: &'d Draft<'a>, _: usize) -> Option<&'d Scorecard<'a>> {
    draft.scorecard.as_ref()
}
pub(super) fn scorecard_mut<'d, 'a>(draft: &'d mut Draft<'a>, _: usize) -> Option<&'d mut Scorecard<'a>> {
    Some(draft.scorecard.get_or_insert_default())
}
