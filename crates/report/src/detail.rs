//! The details of one document beyond its row: tasks, indicators, key projects, and the amounts behind its
//! figures.

use huizong_core::{Leaf, leaves, money};
use huizong_schema::findings::Location;
use huizong_schema::{Amount, Evaluation, Money, Pointer, Points, Text};

/// The details of one document beyond its row.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// The document's id.
    pub document: String,
    /// Its main tasks.
    pub tasks: Vec<Task>,
    /// The indicators of its tasks, then those of its scorecard.
    pub indicators: Vec<Indicator>,
    /// Its key projects.
    pub projects: Vec<Project>,
    /// The amounts that its figures are made of, each with its place.
    pub leaves: Vec<(Leaf, Location)>,
}

/// A main task. Amounts are in 元.
#[derive(Clone, Debug, Default)]
pub struct Task {
    /// The JSON Pointer to it.
    pub pointer: Pointer,
    /// Its place in the file.
    pub location: Location,
    /// Its name.
    pub name: String,
    /// The planned result.
    pub expected: String,
    /// The achieved result.
    pub achieved: String,
    /// Its budget.
    pub budget: Option<Money>,
    /// The money spent on it.
    pub funds: Option<Money>,
    /// How many indicators it has.
    pub indicators: u64,
}

/// An indicator of a task or of a scorecard.
#[derive(Clone, Debug, Default)]
pub struct Indicator {
    /// The JSON Pointer to it.
    pub pointer: Pointer,
    /// Its place in the file.
    pub location: Location,
    /// The name of its task; [`None`] for an indicator of the scorecard.
    pub task: Option<String>,
    /// The first level (一级指标), in a scorecard.
    pub level1: String,
    /// The second level (二级指标), in a scorecard.
    pub level2: String,
    /// Its name.
    pub name: String,
    /// The target value, with its sign and unit.
    pub target: String,
    /// The value that was reached.
    pub result: String,
    /// The points it is worth.
    pub weight: Option<Points>,
    /// The points it was given.
    pub score: Option<Points>,
    /// The reason for a deviation from the target.
    pub reason: String,
}

/// A key project. Amounts are in 元.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The JSON Pointer to it.
    pub pointer: Pointer,
    /// Its place in the file.
    pub location: Location,
    /// Its name.
    pub name: String,
    /// Its level (级别).
    pub level: String,
    /// The budget that was requested.
    pub requested: Option<Money>,
    /// The funds that were used.
    pub used: Option<Money>,
    /// Its outcomes.
    pub outcomes: String,
}

impl Detail {
    /// Collects the details of a finished document. `locate` gives the places of the pointers, in the same
    /// order.
    pub fn new(
        document: &str,
        evaluation: &Evaluation<'_>,
        locate: impl FnOnce(&[Pointer]) -> Vec<Location>,
    ) -> Self {
        let unit = evaluation.required().unit;
        let in_yuan = |amount: Option<Amount>| amount.map(|amount| money(amount.decimal(), unit));
        let text = |text: &Option<Text<'_>>| text.as_deref().unwrap_or_default().to_owned();
        let paragraphs = |texts: &[Text<'_>]| {
            let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
            texts.join("\n")
        };
        let aim = |sign: &Option<Text<'_>>, target: &Option<Text<'_>>, measure: &Option<Text<'_>>| {
            format!("{}{}{}", text(sign), text(target), text(measure))
        };
        let mut pointers = Vec::new();
        let mut detail = Self { document: document.to_owned(), ..Self::default() };
        for (at, task) in evaluation.tasks.iter().enumerate() {
            pointers.push(Pointer::parse(&format!("/tasks/{at}")));
            detail.tasks.push(Task {
                name: text(&task.name),
                expected: paragraphs(&task.expected),
                achieved: paragraphs(&task.achieved),
                budget: in_yuan(task.budget),
                funds: in_yuan(task.funds),
                indicators: task.indicators.len() as u64,
                ..Task::default()
            });
        }
        for (at, task) in evaluation.tasks.iter().enumerate() {
            for (index, indicator) in task.indicators.iter().enumerate() {
                pointers.push(Pointer::parse(&format!("/tasks/{at}/indicators/{index}")));
                detail.indicators.push(Indicator {
                    task: Some(text(&task.name)),
                    name: text(&indicator.name),
                    target: aim(&indicator.sign, &indicator.target, &indicator.measure_unit),
                    result: text(&indicator.result),
                    weight: indicator.weight,
                    score: indicator.score,
                    reason: text(&indicator.deviation_reason),
                    ..Indicator::default()
                });
            }
        }
        for (at, indicator) in evaluation.scorecard.iter().flat_map(|card| &card.indicators).enumerate() {
            pointers.push(Pointer::parse(&format!("/scorecard/indicators/{at}")));
            detail.indicators.push(Indicator {
                level1: text(&indicator.level1),
                level2: text(&indicator.level2),
                name: text(&indicator.name),
                target: aim(&indicator.sign, &indicator.target, &indicator.measure_unit),
                result: text(&indicator.result),
                weight: indicator.weight,
                score: indicator.score,
                reason: text(&indicator.deviation_reason),
                ..Indicator::default()
            });
        }
        for (at, project) in evaluation.key_projects.iter().enumerate() {
            pointers.push(Pointer::parse(&format!("/key_projects/{at}")));
            detail.projects.push(Project {
                name: text(&project.name),
                level: text(&project.level),
                requested: in_yuan(project.budget_requested),
                used: in_yuan(project.funds_used),
                outcomes: paragraphs(&project.outcomes),
                ..Project::default()
            });
        }
        let leaves = leaves(evaluation);
        pointers.extend(leaves.iter().map(|leaf| leaf.pointer.clone()));
        let mut locations = locate(&pointers).into_iter();
        let mut pointers = pointers.into_iter();
        let mut next = || (pointers.next().unwrap_or_default(), locations.next().unwrap_or_default());
        detail.tasks.iter_mut().for_each(|task| (task.pointer, task.location) = next());
        detail.indicators.iter_mut().for_each(|indicator| (indicator.pointer, indicator.location) = next());
        detail.projects.iter_mut().for_each(|project| (project.pointer, project.location) = next());
        detail.leaves = leaves.into_iter().map(|leaf| (leaf, next().1)).collect();
        detail
    }
}
