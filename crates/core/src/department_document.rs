//! Merges units' documents into one of their department: adds the form's sums, and joins lists with their units' names.
//!
//! A figure that only some units report is a partial sum. The units that lack it are listed under
//! `extensions.huizong.partial`, by pointer. No rate is computed from it here; one that a district computes later is of
//! the units that report it over all of them. Points of different scorecards do not add up, so indicators are joined
//! without them.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::figures::{self, Addend, Figure, Measure, Over, Rate, Top};
use huizong_schema::{
    Department, Draft, Evaluation, Extensions, FiscalYear, Goal, KeyProject, Level, Narrative, NonEmpty,
    SchemaVersion, Scope, Scorecard, ScoredIndicator, Task, Text, Unit, UnitBelow,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::leaf::counted;
use crate::number::millionths;
use crate::number::percent_of_sums;
use crate::partial::{NAMESPACE, partial};

/// A unit's document.
#[derive(Clone, Copy, Debug)]
pub struct UnitDocument<'p> {
    /// The document.
    pub evaluation: &'p Evaluation<'p>,
    /// The unit's code, as reported or as found by its name.
    pub code: Option<&'p str>,
}

impl UnitDocument<'_> {
    fn name(&self) -> &str {
        self.evaluation.required().department
    }
}

/// The department that the document will belong to.
#[derive(Clone, Debug)]
pub struct ParentDepartment {
    /// Its name.
    pub name: String,
    /// Its code, where it is known.
    pub code: Option<String>,
    /// The names of the units that have no counted document.
    pub absent: Vec<String>,
}

/// Why units' documents cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotMerge {
    /// No unit has a document.
    Nothing,
    /// They report different years.
    Years(BTreeSet<u16>),
    /// An amount has too many digits for a document, in either unit; holds its pointer.
    TooLarge(String),
}

/// Merges units' documents into one of their department.
///
/// # Errors
/// Returns [`CannotMerge`] if there are no documents, their years differ, or a sum has too many digits for a document.
pub fn merge_units<'p>(
    above: &ParentDepartment,
    parts: &[UnitDocument<'p>],
) -> Result<Draft<'p>, CannotMerge> {
    let years: BTreeSet<u16> =
        parts.iter().map(|part| part.evaluation.required().fiscal_year.get()).collect();
    let year = match years.len() {
        0 => return Err(CannotMerge::Nothing),
        1 => parts[0].evaluation.required().fiscal_year,
        _ => return Err(CannotMerge::Years(years)),
    };
    let mut too_large = None;
    for unit in units(parts) {
        match (InUnit { unit, parts, partial: BTreeMap::new() }).document(above, year) {
            Ok(draft) => return Ok(draft),
            Err(pointer) => too_large = Some(pointer),
        }
    }
    Err(CannotMerge::TooLarge(too_large.unwrap_or_default()))
}

/// The units of amounts to try: that of all documents, else 万元, else 元.
fn units(parts: &[UnitDocument<'_>]) -> [Unit; 2] {
    let all_in_yuan = parts.iter().all(|part| part.evaluation.required().unit == Unit::Cny);
    if all_in_yuan { [Unit::Cny, Unit::Cny10k] } else { [Unit::Cny10k, Unit::Cny] }
}

/// A count of 10⁻⁶ 元 as an amount with two decimals or more; none if the unit cannot show it.
fn amount_of(count: i128, unit: Unit) -> Option<Decimal> {
    let shown = match unit {
        Unit::Cny => count,
        Unit::Cny10k if count % 10_000 == 0 => count / 10_000,
        Unit::Cny10k => return None,
    };
    let mut decimal = Decimal::try_from_i128_with_scale(shown, 6).ok()?.normalize();
    if decimal.scale() < 2 {
        decimal.rescale(2);
    }
    Some(decimal)
}

/// Merges documents with amounts in one unit. Errors are pointers of amounts that the unit cannot show.
struct InUnit<'a, 'p> {
    unit: Unit,
    parts: &'a [UnitDocument<'p>],
    /// The units that lack a figure which others have, by its pointer.
    partial: BTreeMap<String, BTreeSet<String>>,
}

/// A sum, and whether all units report it.
#[derive(Clone, Copy)]
struct Summed {
    count: i128,
    is_whole: bool,
}

impl<'p> InUnit<'_, 'p> {
    fn document(mut self, above: &ParentDepartment, year: FiscalYear) -> Result<Draft<'p>, String> {
        let mut draft = Draft {
            json_schema: None,
            schema_version: Some(SchemaVersion::V1),
            department: Some(self.department(above)),
            fiscal_year: Some(year),
            unit: Some(self.unit),
            budget: Some(huizong_schema::Budget::default()),
            goal: None,
            tasks: Vec::new(),
            key_projects: Vec::new(),
            narrative: None,
            scorecard: None,
            submission: None,
            extensions: None,
        };
        self.sums(&mut draft)?;
        self.lists(&mut draft)?;
        draft.extensions = self.extensions(above);
        Ok(draft)
    }

    fn department(&self, above: &ParentDepartment) -> Department<'static> {
        let text = |text: &str| NonEmpty::new(text.to_owned());
        let mut units = Vec::new();
        for part in self.parts {
            units.push(UnitBelow { name: text(part.name()), code: part.code.and_then(text) });
            // Units in a unit's document are in this one too.
            let below = part.evaluation.department.iter().flat_map(|department| &department.units);
            units.extend(below.map(|unit| UnitBelow {
                name: unit.name.as_deref().and_then(text),
                code: unit.code.as_deref().and_then(text),
            }));
        }
        Department {
            name: text(&above.name),
            code: above.code.as_deref().and_then(text),
            scope: Some(Scope::Consolidated),
            level: Some(Level::Department),
            units,
            // These belong to one unit alone.
            credit_code: None,
            parent: None,
        }
    }

    /// Adds a figure up over the units that have it.
    fn sum(&mut self, addend: Addend, at: usize) -> Option<Summed> {
        let pointer = addend.member.pointer(addend.member.over, at);
        let mut count = None;
        let mut lacking = BTreeSet::new();
        for part in self.parts {
            match addend.member.read(part.evaluation, at) {
                Some(amount) => {
                    let unit = part.evaluation.required().unit;
                    *count.get_or_insert(0) += counted(amount, addend.how, unit);
                    lacking.extend(lacking_below(part, pointer.as_str()));
                }
                None => drop(lacking.insert(part.name().to_owned())),
            }
        }
        let summed = count.map(|count| Summed { count, is_whole: lacking.is_empty() })?;
        if !lacking.is_empty() {
            self.partial.insert(pointer.as_str().to_owned(), lacking);
        }
        Some(summed)
    }

    /// Writes the sums of all figures that a document has a place for, and the rates of the sums that all units have.
    fn sums(&mut self, draft: &mut Draft<'p>) -> Result<(), String> {
        let mut whole = BTreeMap::new();
        for figure in Figure::all() {
            let Some((addend, at)) = figure.place() else { continue };
            let Some(summed) = self.sum(addend, at) else { continue };
            let written = amount_of(summed.count, self.unit)
                .and_then(|amount| addend.member.write(draft, at, amount).ok());
            written.ok_or_else(|| addend.member.pointer(addend.member.over, at).as_str().to_owned())?;
            if summed.is_whole {
                whole.insert(figure, summed.count);
            }
        }
        for rate in Rate::ALL {
            let sum = |top: Top| whole.get(&Figure::Top(top)).copied();
            let (Some(over), Some(under)) = (sum(rate.numerator()), sum(rate.denominator())) else {
                continue;
            };
            let percent = (under > 0).then(|| percent_of_sums(over, under));
            // Leave out a rate that the schema does not allow.
            if let Some(percent) = percent.and_then(|percent| percent.parse().ok()) {
                let _ = rate.member().write(draft, 0, percent);
            }
        }
        Ok(())
    }

    /// Converts the amounts of list items of a unit's document; keeps them as printed if its unit is the same.
    fn convert(
        &self,
        draft: &mut Draft<'p>,
        over: Over,
        from: usize,
        part: &UnitDocument<'p>,
    ) -> Result<(), String> {
        let unit = part.evaluation.required().unit;
        let amounts = figures::ALL.iter().filter(|of| of.over == over && of.measure == Measure::Amount);
        for member in amounts.filter(|_| unit != self.unit) {
            for at in from..over.count(draft) {
                let Some(amount) = member.read(draft, at) else { continue };
                let converted = amount_of(millionths(amount, unit), self.unit);
                let written = converted.and_then(|amount| member.write(draft, at, amount).ok());
                let list = || member.pointer.split("/*").next().unwrap_or_default().to_owned();
                written.ok_or_else(list)?;
            }
        }
        Ok(())
    }

    fn lists(&self, draft: &mut Draft<'p>) -> Result<(), String> {
        let (mut goal, mut narrative) = (Goal::default(), Narrative::default());
        let mut scored = Vec::new();
        for part in self.parts {
            // Name every new member of a document here: it is joined, or in the table of figures, or one document's
            // own.
            let Draft {
                json_schema: _,
                schema_version: _,
                department: _,
                fiscal_year: _,
                unit: _,
                budget: _,
                goal: of_goal,
                tasks: of_tasks,
                key_projects,
                narrative: of_narrative,
                scorecard,
                submission: _,
                extensions: _,
            } = &**part.evaluation;
            let named = |text: Option<Text<'p>>| Some(of_unit(part, text.as_deref().unwrap_or_default()));
            let join = |to: &mut Vec<Text<'p>>, texts: &[Text<'p>]| {
                to.extend(texts.iter().filter(|text| !text.is_empty()).map(|text| of_unit(part, text)));
            };
            let (tasks, projects) = (draft.tasks.len(), draft.key_projects.len());
            draft.tasks.extend(of_tasks.iter().cloned().map(|task| {
                let Task { name, expected, achieved, indicators, budget, funds } = task;
                Task { name: named(name), expected, achieved, indicators, budget, funds }
            }));
            self.convert(draft, Over::Tasks, tasks, part)?;
            draft.key_projects.extend(key_projects.iter().cloned().map(|project| {
                let KeyProject { name, level, budget_requested, funds_used, outcomes } = project;
                KeyProject { name: named(name), level, budget_requested, funds_used, outcomes }
            }));
            self.convert(draft, Over::KeyProjects, projects, part)?;
            if let Some(Goal { expected, achieved, deviation_reason }) = of_goal {
                join(&mut goal.expected, expected);
                join(&mut goal.achieved, achieved);
                join(&mut goal.deviation_reason, deviation_reason);
            }
            if let Some(Narrative { performance, problems, improvements, conclusion }) = of_narrative {
                join(&mut narrative.performance, performance);
                join(&mut narrative.problems, problems);
                join(&mut narrative.improvements, improvements);
                join(&mut narrative.conclusion, conclusion);
            }
            // Each scorecard has its own hundred points.
            let Some(Scorecard { execution: _, indicators, total_score: _ }) = scorecard else { continue };
            scored.extend(indicators.iter().cloned().map(|indicator| {
                let ScoredIndicator {
                    level1,
                    level2,
                    name,
                    target,
                    result,
                    measure_unit,
                    sign,
                    weight: _,
                    score: _,
                    deviation_reason,
                } = indicator;
                ScoredIndicator {
                    level1,
                    level2,
                    name: named(name),
                    target,
                    result,
                    measure_unit,
                    sign,
                    weight: None,
                    score: None,
                    deviation_reason,
                }
            }));
        }
        draft.goal = (goal != Goal::default()).then_some(goal);
        draft.narrative = (narrative != Narrative::default()).then_some(narrative);
        if !scored.is_empty() {
            draft.scorecard = Some(Scorecard { execution: None, indicators: scored, total_score: None });
        }
        Ok(())
    }

    /// The figures that units lack, and the extensions of their documents.
    fn extensions(mut self, above: &ParentDepartment) -> Option<Extensions> {
        let whole = self.parts.iter().flat_map(|part| lacking_below(part, ""));
        let whole: BTreeSet<String> = whole.chain(above.absent.iter().cloned()).collect();
        if !whole.is_empty() {
            self.partial.insert(String::new(), whole);
        }
        let mut ours = Map::new();
        if !self.partial.is_empty() {
            let partial = self
                .partial
                .into_iter()
                .map(|(pointer, units)| (pointer, units.into_iter().map(Value::String).collect::<Value>()));
            ours.insert("partial".to_owned(), partial.collect::<Map<_, _>>().into());
        }
        let of_units: Vec<Value> = self
            .parts
            .iter()
            .filter_map(|part| {
                let mut theirs = part.evaluation.extensions.clone()?.0;
                // The figures that the units below it lack are listed above; the other extensions are kept.
                if let Some(mut ours) = theirs.remove(NAMESPACE) {
                    ours.remove("partial");
                    if !ours.is_empty() {
                        theirs.insert(NAMESPACE.to_owned(), ours);
                    }
                }
                let unit = serde_json::json!({ "name": part.name(), "extensions": theirs });
                (!theirs.is_empty()).then_some(unit)
            })
            .collect();
        if !of_units.is_empty() {
            ours.insert("units".to_owned(), of_units.into());
        }
        (!ours.is_empty()).then(|| Extensions(BTreeMap::from([(NAMESPACE.to_owned(), ours)])))
    }
}

/// The units below a unit that lack a figure, according to its document.
fn lacking_below(part: &UnitDocument<'_>, pointer: &str) -> Vec<String> {
    let lacking = partial(part.evaluation).and_then(|partial| partial.get(pointer)?.as_array());
    lacking.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A text with its unit's name before it.
fn of_unit(part: &UnitDocument<'_>, text: &str) -> Text<'static> {
    let name = part.name();
    if text.is_empty() { name.to_owned() } else { format!("{name}：{text}") }.into()
}
