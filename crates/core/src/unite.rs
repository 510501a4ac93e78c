//! Units' documents as one document of their department: sums where the form sums, lists joined with their unit's name.
//!
//! What only some units report is the partial sum, and the units that lack it are listed under `extensions.huizong.partial`, by
//! pointer; no rate is made of it here, and one that a district makes of it later is of the units that report it over all of them. Points of different scorecards do not add up, so indicators are joined without them.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::{
    Amount, Budget, ByNature, BySource, Department, Draft, Evaluation, Extensions, FiscalYear, Goal, Level,
    Narrative, NatureFigures, NonEmpty, Points, SchemaVersion, Scope, SignedAmount, SourceFigures, Text,
    Unit, UnitBelow,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::figure::Nature;
use crate::member::{ACTUAL, ADJUSTED, ADJUSTMENT, Column, INITIAL, Source};
use crate::number::millionths;
use crate::number::percent_of_sums;
use crate::partial::{NAMESPACE, partial};

/// A unit's document.
#[derive(Clone, Copy, Debug)]
pub struct Part<'p> {
    /// The document.
    pub evaluation: &'p Evaluation<'p>,
    /// The unit's code, its own or the one that its name belongs to.
    pub code: Option<&'p str>,
}

impl Part<'_> {
    fn name(&self) -> &str {
        self.evaluation.required().department
    }
}

/// The department that the document will be of.
#[derive(Clone, Debug)]
pub struct Above {
    /// Its name.
    pub name: String,
    /// Its code, where it is known.
    pub code: Option<String>,
    /// The units of which no document counts: their names.
    pub absent: Vec<String>,
}

/// Why units' documents cannot be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// There is none.
    Nothing,
    /// They report different years.
    Years(BTreeSet<u16>),
    /// An amount has more digits than a document may hold, whichever unit it is in: its pointer.
    TooLarge(String),
}

/// One document of many.
///
/// # Errors
/// If they are of different years, or a sum is beyond what a document may hold.
pub fn unite<'p>(above: &Above, parts: &[Part<'p>]) -> Result<Draft<'p>, Apart> {
    let years: BTreeSet<u16> =
        parts.iter().map(|part| part.evaluation.required().fiscal_year.get()).collect();
    let year = match years.len() {
        0 => return Err(Apart::Nothing),
        1 => parts[0].evaluation.required().fiscal_year,
        _ => return Err(Apart::Years(years)),
    };
    let mut too_large = None;
    for unit in units(parts) {
        match (InUnit { unit, parts, partial: BTreeMap::new() }).document(above, year) {
            Ok(draft) => return Ok(draft),
            Err(pointer) => too_large = Some(pointer),
        }
    }
    Err(Apart::TooLarge(too_large.unwrap_or_default()))
}

/// The units of amounts to try: that of all documents, else 万元, else 元.
fn units(parts: &[Part<'_>]) -> [Unit; 2] {
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

/// Documents put together with amounts in one unit. Errors are pointers of what that unit cannot show.
struct InUnit<'a, 'p> {
    unit: Unit,
    parts: &'a [Part<'p>],
    /// The units that lack a figure which others have, by its pointer.
    partial: BTreeMap<String, BTreeSet<String>>,
}

/// A sum, and whether all have it.
#[derive(Clone, Copy)]
struct Summed {
    count: i128,
    is_whole: bool,
}

impl<'p> InUnit<'_, 'p> {
    fn document(mut self, above: &Above, year: FiscalYear) -> Result<Draft<'p>, String> {
        let budget = self.budget()?;
        let mut draft = Draft {
            schema_version: Some(SchemaVersion::V1),
            department: Some(self.department(above)),
            fiscal_year: Some(year),
            unit: Some(self.unit),
            budget: Some(budget),
            ..Draft::default()
        };
        self.lists(&mut draft)?;
        draft.extensions = self.extensions(above);
        Ok(draft)
    }

    fn department(&self, above: &Above) -> Department<'static> {
        let text = |text: &str| NonEmpty::new(text.to_owned());
        let mut units = Vec::new();
        for part in self.parts {
            units.push(UnitBelow { name: text(part.name()), code: part.code.and_then(text) });
            // What a unit's own document holds, this one holds too.
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
            ..Department::default()
        }
    }

    /// Adds a figure up over the units that have it.
    fn sum(
        &mut self,
        pointer: &str,
        read: impl Fn(&Draft<'_>) -> Option<Decimal>,
        is_absolute: bool,
    ) -> Option<Summed> {
        let mut count = None;
        let mut lacking = BTreeSet::new();
        for part in self.parts {
            match read(part.evaluation) {
                Some(amount) => {
                    let value = millionths(amount, part.evaluation.required().unit);
                    *count.get_or_insert(0) += if is_absolute { value.abs() } else { value };
                    lacking.extend(lacking_below(part, pointer));
                }
                None => drop(lacking.insert(part.name().to_owned())),
            }
        }
        let summed = count.map(|count| Summed { count, is_whole: lacking.is_empty() })?;
        if !lacking.is_empty() {
            self.partial.insert(pointer.to_owned(), lacking);
        }
        Some(summed)
    }

    fn amount(&self, summed: Option<Summed>, pointer: &str) -> Result<Option<Amount>, String> {
        let Some(summed) = summed else { return Ok(None) };
        let amount = amount_of(summed.count, self.unit).and_then(|amount| Amount::try_from(amount).ok());
        amount.map(Some).ok_or_else(|| pointer.to_owned())
    }

    /// A figure's sum as an amount of this document.
    fn added(
        &mut self,
        pointer: &str,
        read: impl Fn(&Draft<'_>) -> Option<Decimal>,
    ) -> Result<Option<Amount>, String> {
        let summed = self.sum(pointer, read, false);
        self.amount(summed, pointer)
    }

    /// A unit's amount in the unit of this document: as printed where that is the same.
    fn converted(
        &self,
        part: &Part<'_>,
        amount: Option<Amount>,
        list: &str,
    ) -> Result<Option<Amount>, String> {
        let Some(amount) = amount else { return Ok(None) };
        let of = part.evaluation.required().unit;
        if of == self.unit {
            return Ok(Some(amount));
        }
        let converted = amount_of(millionths(amount.decimal(), of), self.unit);
        converted.and_then(|amount| Amount::try_from(amount).ok()).map(Some).ok_or_else(|| list.to_owned())
    }

    fn budget(&mut self) -> Result<Budget, String> {
        let mut top = |member: &crate::member::Member, is_absolute| {
            let summed = self.sum(member.pointer, |draft| member.read(draft, 0), is_absolute);
            (summed, member.pointer)
        };
        let (initial, adjusted, actual) = (top(&INITIAL, false), top(&ADJUSTED, false), top(&ACTUAL, false));
        let adjustment = top(&ADJUSTMENT, true);
        let rate = |over: Option<Summed>, under: Option<Summed>| {
            let (over, under) = (over.filter(|sum| sum.is_whole)?, under.filter(|sum| sum.is_whole)?);
            (under.count > 0).then(|| percent_of_sums(over.count, under.count))
        };
        let adjusted_by = adjustment.0.map(|summed| {
            amount_of(summed.count, self.unit)
                .and_then(|amount| SignedAmount::try_from(amount).ok())
                .ok_or_else(|| adjustment.1.to_owned())
        });
        Ok(Budget {
            initial_budget: self.amount(initial.0, initial.1)?,
            adjusted_budget: self.amount(adjusted.0, adjusted.1)?,
            actual_expenditure: self.amount(actual.0, actual.1)?,
            budget_adjustment: adjusted_by.transpose()?,
            by_source: self.sources()?,
            by_nature: self.natures()?,
            completion_rate: rate(actual.0, adjusted.0).and_then(|rate| rate.parse().ok()),
            adjustment_rate: rate(adjustment.0, initial.0).and_then(|rate| rate.parse().ok()),
        })
    }

    fn sources(&mut self) -> Result<Option<BySource>, String> {
        let mut sources = BySource::default();
        for &source in Source::ALL {
            let mut column = |column: Column| {
                let pointer = format!("/budget/by_source/{}/{}", source.as_str(), column.as_str());
                let read =
                    |draft: &Draft<'_>| column.of(source.of(draft.budget.as_ref()?.by_source.as_ref()?)?);
                self.added(&pointer, read)
            };
            let figures = SourceFigures {
                initial_budget: column(Column::Initial)?,
                adjusted_budget: column(Column::Adjusted)?,
                actual_expenditure: column(Column::Actual)?,
                completion_rate: None,
            };
            if figures != SourceFigures::default() {
                *source.of_mut(&mut sources) = Some(figures);
            }
        }
        Ok((sources != BySource::default()).then_some(sources))
    }

    fn natures(&mut self) -> Result<Option<ByNature>, String> {
        let mut natures = ByNature::default();
        for &nature in Nature::ALL {
            let mut column = |column: Column| {
                let pointer = format!("/budget/by_nature/{}/{}", nature.as_str(), column.as_str());
                let read = |draft: &Draft<'_>| {
                    column.of_nature(nature.of(draft.budget.as_ref()?.by_nature.as_ref()?)?)
                };
                self.added(&pointer, read)
            };
            let figures = NatureFigures {
                initial_budget: column(Column::Initial)?,
                adjusted_budget: column(Column::Adjusted)?,
                actual_expenditure: column(Column::Actual)?,
            };
            if figures != NatureFigures::default() {
                match nature {
                    Nature::Basic => natures.basic = Some(figures),
                    Nature::Project => natures.project = Some(figures),
                }
            }
        }
        Ok((natures != ByNature::default()).then_some(natures))
    }

    fn lists(&self, draft: &mut Draft<'p>) -> Result<(), String> {
        let (mut goal, mut narrative) = (Goal::default(), Narrative::default());
        let mut scored = Vec::new();
        for part in self.parts {
            let from = part.evaluation;
            let named = |text: Option<Text<'p>>| Some(of_unit(part, text.as_deref().unwrap_or_default()));
            let join = |to: &mut Vec<Text<'p>>, texts: &[Text<'p>]| {
                to.extend(texts.iter().filter(|text| !text.is_empty()).map(|text| of_unit(part, text)));
            };
            for mut task in from.tasks.iter().cloned() {
                task.name = named(task.name);
                task.budget = self.converted(part, task.budget, "/tasks")?;
                task.funds = self.converted(part, task.funds, "/tasks")?;
                draft.tasks.push(task);
            }
            for mut project in from.key_projects.iter().cloned() {
                project.name = named(project.name);
                project.budget_requested = self.converted(part, project.budget_requested, "/key_projects")?;
                project.funds_used = self.converted(part, project.funds_used, "/key_projects")?;
                draft.key_projects.push(project);
            }
            if let Some(from) = &from.goal {
                join(&mut goal.expected, &from.expected);
                join(&mut goal.achieved, &from.achieved);
                join(&mut goal.deviation_reason, &from.deviation_reason);
            }
            if let Some(from) = &from.narrative {
                join(&mut narrative.performance, &from.performance);
                join(&mut narrative.problems, &from.problems);
                join(&mut narrative.improvements, &from.improvements);
                join(&mut narrative.conclusion, &from.conclusion);
            }
            for mut indicator in from.scorecard.iter().flat_map(|card| card.indicators.iter().cloned()) {
                indicator.name = named(indicator.name);
                (indicator.weight, indicator.score) = (None::<Points>, None);
                scored.push(indicator);
            }
        }
        draft.goal = (goal != Goal::default()).then_some(goal);
        draft.narrative = (narrative != Narrative::default()).then_some(narrative);
        if !scored.is_empty() {
            draft.scorecard = Some(huizong_schema::Scorecard { indicators: scored, ..Default::default() });
        }
        Ok(())
    }

    /// What units lack, and what their documents have of a district's own.
    fn extensions(mut self, above: &Above) -> Option<Extensions> {
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
                // What the units below it have is carried on; what they lack stands above.
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

/// The units below a unit that lack a figure, as its own document says.
fn lacking_below(part: &Part<'_>, pointer: &str) -> Vec<String> {
    let lacking = partial(part.evaluation).and_then(|partial| partial.get(pointer)?.as_array());
    lacking.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A text with its unit's name before it.
fn of_unit(part: &Part<'_>, text: &str) -> Text<'static> {
    let name = part.name();
    if text.is_empty() { name.to_owned() } else { format!("{name}：{text}") }.into()
}
