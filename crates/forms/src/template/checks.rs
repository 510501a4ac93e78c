//! The arithmetic rules of the core, printed as formulas of a spreadsheet.
//!
//! The cells of a template hold amounts, rates and points of two decimals, so half a unit is 0.005 and everything is
//! counted in it: in whole numbers, as long as spreadsheets are exact. Amounts below seventy million (in the form's
//! unit) are compared exactly; above, what is within some 10⁻¹⁵ of a bound counts as being on it.

mod rates;

use std::collections::BTreeMap;

use huizong_core::number::Verdict;
use huizong_core::relation::{Algebra, Expr, Needs, Relation, Taken, Test};
use huizong_core::{
    Check, CompletionBase, Judgement, Reading, Rule, RuleInput, Settings, Skip, Traits, rules,
};
use huizong_schema::figures::{Column, FundSource, Measure, Member, Over};
use huizong_schema::findings::Severity;
use huizong_schema::{CellName, Draft, Pointer, Scorecard};
use rust_decimal::Decimal;

use crate::ooxml::marks::CHECKS;

/// A live check and the member beside whose cell it is.
pub(super) struct LiveCheck {
    pub(super) beside: Pointer,
    pub(super) formula: String,
    /// Whether it may find something wrong, and not only something worth knowing.
    pub(super) matters: bool,
}

/// A template's cells, by the members whose values they hold.
pub(super) struct TemplateCells {
    pub(super) by_member: BTreeMap<Pointer, CellName>,
    /// The member that every item of the table has.
    pub(super) item: Option<String>,
    pub(super) traits: Traits,
}

/// An expression as formulas of a spreadsheet.
struct Formula {
    /// Its value in half units.
    value: String,
    /// How far the exact value may be from the printed one, in the same.
    width: String,
    /// The least exact value, if that is more than the value less the width.
    low: Option<String>,
    /// Whether the cells that it needs are filled in.
    is_given: String,
}

impl Formula {
    fn number(number: i64) -> Self {
        let value = (i128::from(number) * 200).to_string();
        Self { value, width: "0".into(), low: None, is_given: "TRUE".into() }
    }

    fn low(&self) -> String {
        self.low.clone().unwrap_or_else(|| format!("({}-{})", self.value, self.width))
    }

    fn high(&self) -> String {
        format!("({}+{})", self.value, self.width)
    }

    /// The value in words, with two decimals.
    fn shown(&self) -> String {
        format!("TEXT({}/200,\"#,##0.00\")", self.value)
    }

    /// The sum of some parts, given if all of them or any of them are: `joint` is `AND` or `OR`.
    fn sum(parts: &[Self], joint: &str) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let join =
            |of: fn(&Self) -> &String, by: &str| parts.iter().map(of).cloned().collect::<Vec<_>>().join(by);
        Some(Self {
            value: format!("({})", join(|part| &part.value, "+")),
            width: format!("({})", join(|part| &part.width, "+")),
            low: None,
            is_given: format!("{joint}({})", join(|part| &part.is_given, ",")),
        })
    }

    fn minus(&self, other: &Self) -> Self {
        Self {
            value: format!("({}-{})", self.value, other.value),
            width: format!("({}+{})", self.width, other.width),
            low: None,
            is_given: format!("AND({},{})", self.is_given, other.is_given),
        }
    }

    fn absolute(&self) -> Self {
        let value = format!("ABS({})", self.value);
        let low = Some(format!("MAX(0,{value}-{})", self.width));
        Self { value, low, width: self.width.clone(), is_given: self.is_given.clone() }
    }

    /// This one if it is given, else the other.
    fn or_else(&self, other: &Self) -> Self {
        let pick = |a: &str, b: &str| format!("IF({},{a},{b})", self.is_given);
        Self {
            value: pick(&self.value, &other.value),
            width: pick(&self.width, &other.width),
            low: None,
            is_given: format!("OR({},{})", self.is_given, other.is_given),
        }
    }
}

/// A relation's test as formulas of a spreadsheet.
struct TestFormula {
    /// Conditions for the test to be made: cells filled in, a rate defined.
    given: Vec<String>,
    fails: String,
    /// The figures that contradict each other, in words.
    detail: String,
}

impl TestFormula {
    fn at_most(left: Formula, right: Formula) -> Self {
        Self {
            fails: format!("{}>{}", left.low(), right.high()),
            detail: format!("{}&\" 超过 \"&{}", left.shown(), right.shown()),
            given: vec![left.is_given, right.is_given],
        }
    }

    fn equal(left: Formula, right: Formula) -> Self {
        Self {
            fails: format!("OR({}>{},{}>{})", left.low(), right.high(), right.low(), left.high()),
            detail: format!("{}&\" 与 \"&{}&\" 不一致\"", left.shown(), right.shown()),
            given: vec![left.is_given, right.is_given],
        }
    }

    /// A printed rate, tested against its amounts.
    fn rate(cell: CellName, numerator: &Formula, denominator: &Formula, fails_on: Verdict) -> Self {
        let (n, d) = (numerator.absolute(), denominator.absolute());
        let rate = format!("ABS(ROUND(N({cell})*10000,0))");
        Self {
            fails: fails(fails_on, &rate, &n, &d),
            detail: format!("\"应为 \"&TEXT(ROUND(10000*{}/{},0)/100,\"0.00\")&\"%\"", n.value, d.value),
            given: vec![format!("COUNT({cell})>0"), n.is_given, d.is_given.clone(), format!("{}>0", d.low())],
        }
    }
}

/// Turns expressions into formulas over a template's cells; `None` if a cell that is needed does not exist.
struct Spreadsheet<'c> {
    cells: &'c TemplateCells,
    site: Site,
}

impl Algebra for Spreadsheet<'_> {
    type Value = Option<Formula>;

    fn figure(&self, member: &'static Member, taken: Taken) -> Option<Formula> {
        match taken {
            Taken::ByMeasure => self.cells.member(member, self.site),
            Taken::AsTotal => self.cells.total(member, self.site),
            Taken::AsRounded => self.cells.rounded(member, self.site),
        }
    }

    fn base(&self, adjusted: &'static Member, initial: &'static Member) -> Option<Formula> {
        match self.cells.traits.completion_base {
            CompletionBase::Adjusted => self.cells.member(adjusted, self.site),
            CompletionBase::Initial => self.cells.member(initial, self.site),
        }
    }

    fn number(&self, number: i64) -> Option<Formula> {
        Some(Formula::number(number))
    }

    fn sum(&self, parts: impl Iterator<Item = Option<Formula>>, needs: Needs) -> Option<Formula> {
        match needs {
            // A part without a cell is never given.
            Needs::Any => Formula::sum(&parts.flatten().collect::<Vec<_>>(), "OR"),
            Needs::All => Formula::sum(&parts.collect::<Option<Vec<_>>>()?, "AND"),
        }
    }

    fn items(&self, over: Over, member: &'static Member, needs: Needs) -> Option<Formula> {
        self.cells.items(over, member, needs == Needs::All)
    }

    fn minus(&self, first: Option<Formula>, second: Option<Formula>) -> Option<Formula> {
        Some(first?.minus(&second?))
    }

    fn abs(&self, inner: Option<Formula>) -> Option<Formula> {
        Some(inner?.absolute())
    }

    fn or_else(&self, first: Option<Formula>, second: impl FnOnce() -> Option<Formula>) -> Option<Formula> {
        match (first, second()) {
            (Some(first), Some(second)) => Some(first.or_else(&second)),
            (first, second) => first.or(second),
        }
    }
}

/// A relation at one place.
#[derive(Clone, Copy)]
struct Site {
    over: Over,
    at: usize,
}

impl Site {
    /// The column or the source of the place, in brackets.
    fn in_brackets(self) -> String {
        match self.over {
            Over::Columns => format!("（{}）", Column::ALL[self.at].label().0),
            Over::Sources => format!("（{}）", FundSource::ALL[self.at].label().0),
            _ => String::new(),
        }
    }
}

/// Every relation whose cells the template has, at every place.
pub(super) fn checks(cells: &TemplateCells) -> Vec<LiveCheck> {
    let asked = rules::ALL.iter().filter(|rule| cells.is_asked(rule));
    let relations = asked.flat_map(|rule| rule.relations.iter().map(move |relation| (*rule, relation)));
    let at_places = relations.flat_map(|(rule, relation)| {
        let sites = (0..cells.places(relation.over)).map(|at| Site { over: relation.over, at });
        sites.filter_map(move |site| cells.live_check(rule, relation, site))
    });
    at_places.collect()
}

impl TemplateCells {
    /// Whether a rule judges forms of this profile at all.
    fn is_asked(&self, rule: &Rule) -> bool {
        let Check::Document(judge) = rule.check else { return false };
        let (draft, reading, settings) = (Draft::default(), Reading::default(), Settings::default());
        let input = RuleInput { draft: &draft, reading: &reading, traits: &self.traits, settings: &settings };
        !rule.relations.is_empty() && !matches!(judge(rule, &input), Judgement::Skipped(Skip::NotAsked))
    }

    /// The most places at which a relation can be.
    fn places(&self, over: Over) -> usize {
        match over {
            Over::Document => 1,
            Over::Columns => Column::ALL.len(),
            Over::Sources => FundSource::ALL.len(),
            _ => self.by_member.len(),
        }
    }

    fn live_check(&self, rule: &Rule, relation: &Relation, site: Site) -> Option<LiveCheck> {
        let beside = self.beside(&relation.at.pointer(site.over, site.at))?;
        let formula = self.check(rule, relation, site)?;
        Some(LiveCheck { beside, formula, matters: rule.severity > Severity::Info })
    }

    /// The member beside whose cell a check is. A list as a whole has no cell: its first item's is taken.
    fn beside(&self, about: &Pointer) -> Option<Pointer> {
        let itself = self.by_member.contains_key(about).then(|| about.clone());
        itself.or_else(|| self.by_member.keys().find(|pointer| about.contains(pointer)).cloned())
    }

    /// A check as one formula: blank while figures are missing, and else the words for failed or passed.
    fn check(&self, rule: &Rule, relation: &Relation, site: Site) -> Option<String> {
        let TestFormula { given, fails, detail } = self.test(&relation.test, site)?;
        let (title, of) = (rules::title(rule).0, site.in_brackets());
        let [passed, error, warning, info, _] = CHECKS;
        let failed = match rule.severity {
            Severity::Error => error,
            Severity::Warning => warning,
            Severity::Info => info,
        };
        let good = match rule.severity {
            Severity::Info => passed.to_owned(),
            _ => format!("{passed} {}{of}", relation.holds.0),
        };
        let given = given.join(",");
        Some(format!("IF(NOT(AND({given})),\"\",IF({fails},\"{failed} {title}{of}：\"&{detail},\"{good}\"))"))
    }

    fn test(&self, test: &Test, site: Site) -> Option<TestFormula> {
        Some(match test {
            Test::AtMost(left, right) => {
                TestFormula::at_most(self.formula(left, site)?, self.formula(right, site)?)
            }
            Test::Equal(left, right) => {
                TestFormula::equal(self.formula(left, site)?, self.formula(right, site)?)
            }
            Test::Rate { printed, numerator, denominator, fails_on } => {
                let cell = self.by_member.get(&printed.pointer(site.over, site.at))?;
                let (numerator, denominator) =
                    (self.formula(numerator, site)?, self.formula(denominator, site)?);
                TestFormula::rate(*cell, &numerator, &denominator, *fails_on)
            }
        })
    }

    fn formula(&self, expr: &Expr, site: Site) -> Option<Formula> {
        expr.fold(&Spreadsheet { cells: self, site })
    }

    /// A printed total: a zero is exact, as nothing adds up to it.
    fn total(&self, member: &'static Member, site: Site) -> Option<Formula> {
        let total = self.member(member, site)?;
        let width = format!("IF({}=0,0,{})", total.value, total.width);
        Some(Formula { width, ..total })
    }

    /// A figure that is rounded even where its measure is exact.
    fn rounded(&self, member: &'static Member, site: Site) -> Option<Formula> {
        let cell = self.by_member.get(&member.pointer(site.over, site.at))?;
        Some(Formula { width: format!("COUNT({cell})"), ..self.member(member, site)? })
    }

    /// One cell.
    fn member(&self, member: &'static Member, site: Site) -> Option<Formula> {
        let pointer = member.pointer(site.over, site.at);
        let cell = self.by_member.get(&pointer)?;
        let scale = if member.measure == Measure::Percent { 20_000 } else { 200 };
        let is_given = if stands_for_nothing(member) {
            // A blank counts as zero where the whole part is blank and the part around it is not.
            let of = pointer.parent()?;
            let around = of.parent()?;
            format!(
                "OR(COUNT({cell})>0,AND(COUNTA({})=0,COUNTA({})>0))",
                self.within(&of),
                self.within(&around)
            )
        } else {
            format!("COUNT({cell})>0")
        };
        Some(Formula {
            value: format!("ROUND({scale}*N({cell}),0)"),
            width: if member.measure == Measure::Points { "0".into() } else { format!("COUNT({cell})") },
            low: None,
            is_given,
        })
    }

    /// A figure added up over the items of a list.
    fn items(&self, over: Over, member: &'static Member, all: bool) -> Option<Formula> {
        let mut cells = Vec::new();
        let mut names = Vec::new();
        while let Some(cell) = self.by_member.get(&member.pointer(over, cells.len())) {
            let item = member.pointer(over, cells.len()).parent()?;
            names.extend(self.item.as_ref().and_then(|name| self.by_member.get(&item.member(name))).copied());
            cells.push(*cell);
        }
        if cells.is_empty() {
            return None;
        }
        let (cells, names) = (areas(cells.into_iter()), areas(names.into_iter()));
        let is_given = if all {
            format!("AND(COUNTA({names})>0,COUNT({cells})=COUNTA({names}))")
        } else {
            format!("COUNT({cells})>0")
        };
        Some(Formula {
            value: format!("ROUND(200*SUM({cells}),0)"),
            width: if member.measure == Measure::Points { "0".into() } else { format!("COUNT({cells})") },
            low: None,
            is_given,
        })
    }

    /// All cells of what a member holds.
    fn within(&self, pointer: &Pointer) -> String {
        areas(self.by_member.iter().filter(|(of, _)| pointer.contains(of)).map(|(_, cell)| *cell))
    }
}

/// Whether the printed rate fails a relation that fails on one verdict. `rate` is a count of hundredths of a percent.
fn fails(on: Verdict, rate: &str, n: &Formula, d: &Formula) -> String {
    // 100 × 100 hundredths make the whole; the print admits [p - 1/2, p + 1) of its last digit.
    let (value, by) = (&n.value, &d.value);
    let rounded = format!("AND(20000*{value}>=(2*{rate}-1)*{by},20000*{value}<(2*{rate}+1)*{by})");
    let truncated = format!("AND(10000*{value}>={rate}*{by},10000*{value}<({rate}+1)*{by})");
    let within = format!(
        "AND(20000*{}>=(2*{rate}-1)*{},10000*{}<({rate}+1)*{})",
        n.high(),
        d.low(),
        n.low(),
        d.high()
    );
    match on {
        Verdict::Rounded => rounded,
        Verdict::Truncated => format!("AND({truncated},NOT({rounded}))"),
        Verdict::WithinPrinting => format!("AND({within},NOT(OR({rounded},{truncated})))"),
        Verdict::Contradicted => format!("NOT({within})"),
    }
}

/// Whether a member counts as zero where the part that holds it is missing.
fn stands_for_nothing(member: &Member) -> bool {
    if !member.pointer.starts_with("/scorecard/") || member.pointer.contains('*') {
        return false;
    }
    let draft = Draft { scorecard: Some(Scorecard::default()), ..Draft::default() };
    member.read(&draft, 0) == Some(Decimal::ZERO)
}

/// Cells as areas: cells under one another make one area.
pub(super) fn areas(cells: impl Iterator<Item = CellName>) -> String {
    // By letters, so that `AA` comes before `B`.
    let mut by_column: BTreeMap<String, Vec<CellName>> = BTreeMap::new();
    for cell in cells {
        by_column.entry(CellName::letters_of(cell.column)).or_default().push(cell);
    }
    let mut areas = Vec::new();
    for mut cells in by_column.into_values() {
        cells.sort_unstable();
        for run in cells.chunk_by(|above, below| below.row == above.row + 1) {
            areas.push(match run {
                [only] => only.to_string(),
                _ => format!("{}:{}", run[0], run[run.len() - 1]),
            });
        }
    }
    areas.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_under_one_another_are_one_area() {
        let cells = ["B9", "A10", "A8", "A9", "B7"].map(|name| name.parse().unwrap());
        assert_eq!(areas(cells.into_iter()), "A8:A10,B7,B9");
    }

    #[test]
    fn what_of_a_scorecard_may_be_left_out_counts_as_nothing() {
        use huizong_schema::figures::{EXECUTION_SCORE, TOTAL_SCORE, WEIGHT};
        assert!(stands_for_nothing(&EXECUTION_SCORE));
        assert!(!stands_for_nothing(&TOTAL_SCORE) && !stands_for_nothing(&WEIGHT));
    }
}
