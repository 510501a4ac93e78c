//! The arithmetic rules of the core, printed as formulas of a spreadsheet.
//!
//! The cells of a template hold amounts, rates and points of two decimals, so half a unit is 0.005 and everything is
//! counted in it: in whole numbers, as long as spreadsheets are exact. Amounts below seventy million (in the form's
//! unit) are compared exactly; above, what is within some 10⁻¹⁵ of a bound counts as being on it.

use std::collections::BTreeMap;

use huizong_core::number::Verdict;
use huizong_core::relation::{Expr, Relation, Test};
use huizong_core::{Check, CompletionBase, Judgement, Reading, Rule, Settings, Skip, Subject, Traits, rules};
use huizong_schema::figures::{Column, Measure, Member, Over, Source};
use huizong_schema::findings::Severity;
use huizong_schema::{Draft, Pointer, Scorecard};
use rust_decimal::Decimal;

/// What the text of a live check begins with, so that readers know it for ours: it is no part of the form.
pub(crate) const MARKS: [&str; 5] = ["检查✓", "检查✗", "检查⚠", "检查※", "检查（自动）"];

/// Whether a cell is a live check: by its text, or, where that was never worked out, by its formula.
pub(crate) fn is_check(text: &str, formula: Option<&str>) -> bool {
    let begins = |mark: &&str| text.starts_with(*mark);
    MARKS.iter().any(begins) || formula.is_some_and(|formula| formula.contains("\"检查✓"))
}

/// A live check and the member beside which it stands.
pub(super) struct LiveCheck {
    pub(super) beside: Pointer,
    pub(super) formula: String,
    /// Whether it may find something wrong, and not only something worth knowing.
    pub(super) matters: bool,
}

/// A template's cells: the name of each, by the member whose value it holds.
pub(super) struct Cells {
    pub(super) by_member: BTreeMap<Pointer, String>,
    /// The member of an item of the table without which it is none.
    pub(super) item: Option<String>,
    pub(super) traits: Traits,
}

/// An expression as formulas: its value in half units, how far what it stands for may be from that, the least that it
/// stands for if that is more than the difference, and whether it stands at all.
struct Formula {
    value: String,
    width: String,
    low: Option<String>,
    stands: String,
}

impl Formula {
    fn low(&self) -> String {
        self.low.clone().unwrap_or_else(|| format!("({}-{})", self.value, self.width))
    }

    fn high(&self) -> String {
        format!("({}+{})", self.value, self.width)
    }
}

/// A relation at one place.
#[derive(Clone, Copy)]
struct Site {
    over: Over,
    at: usize,
}

/// Every relation of which the template has all the cells, at every place.
pub(super) fn checks(cells: &Cells) -> Vec<LiveCheck> {
    let mut checks = Vec::new();
    for rule in rules::ALL.iter().filter(|rule| cells.is_asked(rule)) {
        for relation in rule.relations {
            let places = match relation.over {
                Over::Document => 1,
                Over::Columns => Column::ALL.len(),
                Over::Sources => Source::ALL.len(),
                _ => cells.by_member.len(),
            };
            for at in 0..places {
                let site = Site { over: relation.over, at };
                let beside = relation.at.pointer(relation.over, at);
                // A list as a whole has no cell; what is said of it stands beside its first item.
                let is_there = |pointer: &Pointer| cells.by_member.contains_key(pointer);
                let beside = Some(beside.clone())
                    .filter(is_there)
                    .or_else(|| cells.by_member.keys().find(|pointer| beside.contains(pointer)).cloned());
                if let Some(beside) = beside
                    && let Some(formula) = cells.check(rule, relation, site)
                {
                    let matters = rule.severity > Severity::Info;
                    checks.push(LiveCheck { beside, formula, matters });
                }
            }
        }
    }
    checks
}

impl Cells {
    /// Whether a rule judges forms of this profile at all.
    fn is_asked(&self, rule: &Rule) -> bool {
        let Check::Document(judge) = rule.check else { return false };
        let (draft, reading, settings) = (Draft::default(), Reading::default(), Settings::default());
        let subject = Subject { draft: &draft, reading: &reading, traits: &self.traits, settings: &settings };
        !rule.relations.is_empty() && !matches!(judge(rule, &subject), Judgement::Skipped(Skip::NotAsked))
    }

    fn check(&self, rule: &Rule, relation: &Relation, site: Site) -> Option<String> {
        let title = rules::title(rule).0;
        let of = match site.over {
            Over::Columns => format!("（{}）", Column::ALL[site.at].label().0),
            Over::Sources => format!("（{}）", Source::ALL[site.at].label().0),
            _ => String::new(),
        };
        let mark = match rule.severity {
            Severity::Error => "检查✗",
            Severity::Warning => "检查⚠",
            Severity::Info => "检查※",
        };
        let good = match rule.severity {
            Severity::Info => "检查✓".to_owned(),
            _ => format!("检查✓ {}{of}", relation.formula().zh),
        };
        let shown = |formula: &Formula| format!("TEXT({}/200,\"0.00\")", formula.value);
        let (stands, fails, detail) = match &relation.test {
            Test::AtMost(left, right) => {
                let (left, right) = (self.formula(left, site)?, self.formula(right, site)?);
                let fails = format!("{}>{}", left.low(), right.high());
                let detail = format!("{}&\" > \"&{}", shown(&left), shown(&right));
                (vec![left.stands, right.stands], fails, detail)
            }
            Test::Equal(left, right) => {
                let (left, right) = (self.formula(left, site)?, self.formula(right, site)?);
                let fails = format!("OR({}>{},{}>{})", left.low(), right.high(), right.low(), left.high());
                let detail = format!("{}&\" ≠ \"&{}", shown(&left), shown(&right));
                (vec![left.stands, right.stands], fails, detail)
            }
            Test::Rate { printed, numerator, denominator, fails_on } => {
                let cell = self.by_member.get(&printed.pointer(site.over, site.at))?;
                let (n, d) =
                    (absolute(&self.formula(numerator, site)?), absolute(&self.formula(denominator, site)?));
                let rate = format!("ABS(ROUND(N({cell})*10000,0))");
                let fails = fails(*fails_on, &rate, &n, &d);
                let detail =
                    format!("\"应为 \"&TEXT(ROUND(10000*{}/{},0)/100,\"0.00\")&\"%\"", n.value, d.value);
                let defined = format!("{}>0", d.low());
                (vec![format!("COUNT({cell})>0"), n.stands, d.stands, defined], fails, detail)
            }
        };
        Some(format!(
            "IF(NOT(AND({})),\"\",IF({fails},\"{mark} {title}{of}：\"&{detail},\"{good}\"))",
            stands.join(",")
        ))
    }

    fn formula(&self, expr: &Expr, site: Site) -> Option<Formula> {
        let member = |member: &'static Member| self.member(member, site);
        Some(match expr {
            Expr::Value(of) => member(of)?,
            Expr::Total(of) => {
                let total = member(of)?;
                let width = format!("IF({}=0,0,{})", total.value, total.width);
                Formula { width, ..total }
            }
            Expr::Rounded(of) => {
                let cell = self.by_member.get(&of.pointer(site.over, site.at))?;
                Formula { width: format!("COUNT({cell})"), ..member(of)? }
            }
            Expr::Base(adjusted, initial) => match self.traits.completion_base {
                CompletionBase::Adjusted => member(adjusted)?,
                CompletionBase::Initial => member(initial)?,
            },
            Expr::Number(number) => Formula {
                value: (i128::from(*number) * 200).to_string(),
                width: "0".into(),
                low: None,
                stands: "TRUE".into(),
            },
            // What has no cell is never there.
            Expr::Sum(parts) => {
                let parts: Vec<_> = parts.iter().filter_map(|part| self.formula(part, site)).collect();
                sum(&parts, "OR")?
            }
            Expr::SumOfAll(parts) => {
                let parts = parts.iter().map(|part| self.formula(part, site));
                sum(&parts.collect::<Option<Vec<_>>>()?, "AND")?
            }
            Expr::Items(over, of) => self.items(*over, of, false)?,
            Expr::AllItems(over, of) => self.items(*over, of, true)?,
            Expr::Minus(a, b) => {
                let (a, b) = (self.formula(a, site)?, self.formula(b, site)?);
                Formula {
                    value: format!("({}-{})", a.value, b.value),
                    width: format!("({}+{})", a.width, b.width),
                    low: None,
                    stands: format!("AND({},{})", a.stands, b.stands),
                }
            }
            Expr::Abs(inner) => absolute(&self.formula(inner, site)?),
            Expr::Else(first, second) => match (self.formula(first, site), self.formula(second, site)) {
                (Some(first), Some(second)) => {
                    let pick = |a: &str, b: &str| format!("IF({},{a},{b})", first.stands);
                    Formula {
                        value: pick(&first.value, &second.value),
                        width: pick(&first.width, &second.width),
                        low: None,
                        stands: format!("OR({},{})", first.stands, second.stands),
                    }
                }
                (first, second) => first.or(second)?,
            },
        })
    }

    /// One cell.
    fn member(&self, member: &'static Member, site: Site) -> Option<Formula> {
        let pointer = member.pointer(site.over, site.at);
        let cell = self.by_member.get(&pointer)?;
        let scale = if member.measure == Measure::Percent { 20_000 } else { 200 };
        let stands = if stands_for_nothing(member) {
            // Nothing is as good as zero, where what it stands in is there and all of its part was left blank.
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
            stands,
        })
    }

    /// A figure added up over the items of a list.
    fn items(&self, over: Over, member: &'static Member, all: bool) -> Option<Formula> {
        let mut cells = Vec::new();
        let mut names = Vec::new();
        while let Some(cell) = self.by_member.get(&member.pointer(over, cells.len())) {
            let item = member.pointer(over, cells.len()).parent()?;
            names.extend(self.item.as_ref().and_then(|name| self.by_member.get(&item.member(name))).cloned());
            cells.push(cell.clone());
        }
        if cells.is_empty() {
            return None;
        }
        let (cells, names) = (areas(cells.iter()), areas(names.iter()));
        let stands = if all {
            format!("AND(COUNTA({names})>0,COUNT({cells})=COUNTA({names}))")
        } else {
            format!("COUNT({cells})>0")
        };
        Some(Formula {
            value: format!("ROUND(200*SUM({cells}),0)"),
            width: if member.measure == Measure::Points { "0".into() } else { format!("COUNT({cells})") },
            low: None,
            stands,
        })
    }

    /// All cells of what a member holds.
    fn within(&self, pointer: &Pointer) -> String {
        areas(self.by_member.iter().filter(|(of, _)| pointer.contains(of)).map(|(_, cell)| cell))
    }
}

fn sum(parts: &[Formula], joint: &str) -> Option<Formula> {
    if parts.is_empty() {
        return None;
    }
    let join =
        |of: fn(&Formula) -> &String, by: &str| parts.iter().map(of).cloned().collect::<Vec<_>>().join(by);
    Some(Formula {
        value: format!("({})", join(|part| &part.value, "+")),
        width: format!("({})", join(|part| &part.width, "+")),
        low: None,
        stands: format!("{joint}({})", join(|part| &part.stands, ",")),
    })
}

fn absolute(inner: &Formula) -> Formula {
    let value = format!("ABS({})", inner.value);
    let low = Some(format!("MAX(0,{value}-{})", inner.width));
    Formula { value, low, width: inner.width.clone(), stands: inner.stands.clone() }
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

/// Whether a member counts as zero where the part that it stands in is missing.
fn stands_for_nothing(member: &Member) -> bool {
    if !member.pointer.starts_with("/scorecard/") || member.pointer.contains('*') {
        return false;
    }
    let draft = Draft { scorecard: Some(Scorecard::default()), ..Draft::default() };
    member.read(&draft, 0) == Some(Decimal::ZERO)
}

/// Cells as areas: those that lie under one another as one.
pub(super) fn areas<'c>(cells: impl Iterator<Item = &'c String>) -> String {
    let split = |cell: &str| {
        let at = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
        (cell[..at].to_owned(), cell[at..].parse::<u32>().unwrap_or(0))
    };
    let mut by_column: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for cell in cells {
        let (column, row) = split(cell);
        by_column.entry(column).or_default().push(row);
    }
    let mut areas = Vec::new();
    for (column, mut rows) in by_column {
        rows.sort_unstable();
        let mut from = 0;
        for at in 1..=rows.len() {
            if at == rows.len() || rows[at] != rows[at - 1] + 1 {
                areas.push(if at - from == 1 {
                    format!("{column}{}", rows[from])
                } else {
                    format!("{column}{}:{column}{}", rows[from], rows[at - 1])
                });
                from = at;
            }
        }
    }
    areas.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_under_one_another_are_one_area() {
        let cells = ["B9", "A10", "A8", "A9", "B7"].map(String::from);
        assert_eq!(areas(cells.iter()), "A8:A10,B7,B9");
    }

    #[test]
    fn what_of_a_scorecard_may_be_left_out_counts_as_nothing() {
        use huizong_schema::figures::{EXECUTION_SCORE, TOTAL_SCORE, WEIGHT};
        assert!(stands_for_nothing(&EXECUTION_SCORE));
        assert!(!stands_for_nothing(&TOTAL_SCORE) && !stands_for_nothing(&WEIGHT));
    }
}
