//! Traces a figure of a consolidation to the amounts in the documents that it is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use huizong_core::{DepartmentRow, Lang, Leaf, grouped};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::figures::{Figure, Rate, Thing};
use huizong_schema::findings::Location;
use huizong_schema::lineage::{Counted, LeafFound, Lineage, Part};
use huizong_schema::{Money, Unit};

use crate::amounts::in_ten_thousands;
use crate::detail::Detail;
use crate::tables::counted;
use crate::target::{Of, Target, What, is_in};
use crate::terminal::visible;
use crate::words::place;

/// The rows that a figure covers.
pub fn rows<'c, 'r>(
    target: Target,
    consolidation: &'c Consolidation<DepartmentRow<'r>>,
) -> Vec<&'c DepartmentRow<'r>> {
    let rows = &consolidation.departments;
    match target.of {
        Of::All => rows.iter().collect(),
        Of::Department(index) => rows.get(index).into_iter().collect(),
        Of::Group(index) => {
            let group = &consolidation.groups[index];
            rows.iter().filter(|row| is_in(group, row)).collect()
        }
    }
}

/// The documents that must be read to explain a figure.
pub fn documents<'c>(
    target: Target,
    consolidation: &'c Consolidation<DepartmentRow<'_>>,
) -> BTreeSet<&'c str> {
    rows(target, consolidation).into_iter().map(|row| &*row.entry.document).collect()
}

/// Traces a figure to the amounts that it is made of.
pub fn lineage(
    target: Target,
    consolidation: &Consolidation<DepartmentRow<'_>>,
    details: &BTreeMap<String, Detail>,
) -> Lineage {
    let rows = rows(target, consolidation);
    let sum = |figure, is_counted: &dyn Fn(&DepartmentRow<'_>) -> bool| {
        let counting = rows.iter().copied().filter(|row| is_counted(row));
        let leaves = counting.flat_map(|row| {
            let leaves = details.get(&*row.entry.document).map_or(&[][..], |detail| &detail.leaves);
            leaves
                .iter()
                .filter(move |(leaf, _)| leaf.figure == figure)
                .map(move |(leaf, at)| amount(row, leaf, at))
        });
        part(figure.path(), leaves.collect())
    };
    let (value, parts) = match target.what {
        What::Figure(figure) => {
            let part = sum(figure, &|_| true);
            (value(target.of, figure, consolidation).map(|money| money.to_string()), vec![part])
        }
        What::Rate(rate) => {
            let (over, under) = (rate.numerator(), rate.denominator());
            // Only documents that report both members count towards a rate.
            let has = |row: &DepartmentRow<'_>, top| row.contribution().value(Figure::Top(top)).is_some();
            let both = |row: &DepartmentRow<'_>| has(row, over) && has(row, under);
            let parts = vec![sum(Figure::Top(over), &both), sum(Figure::Top(under), &both)];
            (rate_of(target.of, rate, consolidation), parts)
        }
        What::Count(thing) => {
            let leaves: Vec<LeafFound> = rows
                .iter()
                .flat_map(|row| {
                    items(details.get(&*row.entry.document), thing).into_iter().map(|at| item(row, at))
                })
                .collect();
            let count = leaves.len().to_string();
            (Some(count.clone()), vec![Part { figure: target.what.path(), value: count, leaves }])
        }
    };
    let start = match target.of {
        Of::All => String::new(),
        Of::Group(index) => {
            let by = consolidation.groups[index].by.iter().map(|(column, value)| format!("{column}={value}"));
            format!("groups[{}].", by.collect::<Vec<_>>().join(","))
        }
        Of::Department(index) => format!("departments[{}].", consolidation.departments[index].entry.document),
    };
    let middle = match (target.what, target.of) {
        (What::Figure(_), Of::Department(_)) => "figures.",
        (What::Figure(_), _) => "totals.",
        _ => "",
    };
    Lineage {
        schema_version: "1.0".into(),
        kind: "lineage".into(),
        figure: format!("{start}{middle}{}", target.what.path()),
        value,
        parts,
    }
}

fn value(of: Of, figure: Figure, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<Money> {
    match of {
        Of::All => consolidation.totals.get(figure).map(|total| total.value),
        Of::Group(index) => consolidation.groups[index].totals.get(figure).map(|total| total.value),
        Of::Department(index) => consolidation.departments[index].contribution().value(figure),
    }
}

fn rate_of(of: Of, rate: Rate, consolidation: &Consolidation<DepartmentRow<'_>>) -> Option<String> {
    match of {
        Of::All => consolidation.rates.get(rate).cloned(),
        Of::Group(index) => consolidation.groups[index].rates.get(rate).cloned(),
        Of::Department(index) => consolidation.departments[index].contribution().rates().get(rate).cloned(),
    }
}

fn part(figure: String, leaves: Vec<LeafFound>) -> Part {
    let sum = leaves.iter().filter_map(|leaf| leaf.value.parse::<Money>().ok()).map(Money::millionths).sum();
    Part { figure, value: Money::from_millionths(sum).to_string(), leaves }
}

fn amount(row: &DepartmentRow<'_>, leaf: &Leaf, location: &Location) -> LeafFound {
    LeafFound {
        pointer: leaf.pointer.clone(),
        printed: Some(leaf.printed.to_string()),
        unit: Some(leaf.unit),
        counted: leaf.how,
        value: leaf.value.to_string(),
        ..item(row, (huizong_schema::Pointer::root(), location))
    }
}

fn items(detail: Option<&Detail>, thing: Thing) -> Vec<(huizong_schema::Pointer, &Location)> {
    let Some(detail) = detail else { return Vec::new() };
    match thing {
        Thing::Tasks => detail.tasks.iter().map(|task| (task.pointer.clone(), &task.location)).collect(),
        Thing::Indicators => {
            detail.indicators.iter().map(|item| (item.pointer.clone(), &item.location)).collect()
        }
        Thing::KeyProjects => {
            detail.projects.iter().map(|item| (item.pointer.clone(), &item.location)).collect()
        }
    }
}

/// An amount of 元 as 万元, exactly.
fn exact(yuan: &str) -> String {
    yuan.parse::<Money>().map_or_else(|_| yuan.to_owned(), in_ten_thousands)
}

fn item(row: &DepartmentRow<'_>, (pointer, location): (huizong_schema::Pointer, &Location)) -> LeafFound {
    LeafFound {
        department: row.entry.department_name(),
        code: row.code.map(str::to_owned),
        document: row.entry.document.to_string(),
        pointer,
        location: location.clone(),
        printed: None,
        unit: None,
        counted: Counted::Plus,
        value: "1".to_owned(),
    }
}

/// A figure in words: `departments[…].figures.actual_expenditure` as 示范局 实际支出. A department that is named by its document has
/// the name that is in `parts`.
fn in_words(path: &str, parts: &[Part], lang: Lang) -> String {
    let (of, name) = match path.rsplit_once("].") {
        Some((of, name)) => (of.split_once('[').map_or("", |(_, of)| of), name),
        None => ("", path),
    };
    let leaves = parts.iter().flat_map(|part| &part.leaves);
    let of = leaves.into_iter().find(|leaf| leaf.document == of).map_or(of, |leaf| &leaf.department);
    let label = What::parse(name).map_or_else(|| name.to_owned(), |what| what.label(lang));
    if of.is_empty() { label } else { format!("{of} {label}") }
}

/// Writes a figure and its amounts as text, with all the numbers needed to check the sum. Amounts are in 万元, exactly.
pub fn text(lineage: &Lineage, lang: Lang) -> String {
    let ten_thousand = lang.pick("万元", "×10,000 CNY");
    let is_count = |part: &Part| part.leaves.iter().all(|leaf| leaf.unit.is_none());
    let mut text = String::new();
    let none = lang.pick("没有部门报这一项", "nobody reported it");
    let is_amount = lineage.parts.iter().any(|part| !is_count(part));
    let value = match &lineage.value {
        None => none.to_owned(),
        Some(value) if lineage.parts.len() == 2 => format!("{value}%"),
        Some(value) if is_amount => format!("{} {ten_thousand}", exact(value)),
        Some(value) => grouped(value),
    };
    // A figure that is no ratio is its only part.
    if lineage.parts.len() != 1 {
        let _ = writeln!(text, "{} = {value}", in_words(&lineage.figure, &lineage.parts, lang));
    }
    for part in &lineage.parts {
        let value = if is_count(part) {
            grouped(&part.value)
        } else {
            format!("{} {ten_thousand}", exact(&part.value))
        };
        let name = in_words(
            if lineage.parts.len() == 1 { &lineage.figure } else { &part.figure },
            &lineage.parts,
            lang,
        );
        let documents: BTreeSet<&str> = part.leaves.iter().map(|leaf| &*leaf.document).collect();
        text += &lang.pick(
            format!("\n{name} = {value}，由 {} 份表的 {} 个数相加\n", documents.len(), part.leaves.len()),
            format!("\n{name} = {value}: {} places in {} documents\n", part.leaves.len(), documents.len()),
        );
        for of in part.leaves.chunk_by(|a, b| a.document == b.document) {
            let _ = writeln!(text, "  {}  {}", of[0].department, of[0].document);
            for leaf in of {
                let at = place(&leaf.location, lang);
                let how = match leaf.counted {
                    Counted::Plus => String::new(),
                    how => {
                        lang.pick(format!("（{}）", counted(how, lang)), format!(" ({})", counted(how, lang)))
                    }
                };
                let shown = match (&leaf.printed, leaf.unit) {
                    (Some(printed), Some(Unit::Cny10k)) => {
                        format!("{} {ten_thousand}{how}", grouped(printed))
                    }
                    (Some(printed), Some(unit)) => format!(
                        "{} {} = {} {ten_thousand}{how}",
                        grouped(printed),
                        unit.word(),
                        exact(&leaf.value)
                    ),
                    _ => String::new(),
                };
                let _ = writeln!(text, "    {at}  {shown}");
            }
        }
    }
    let text = text.trim_start_matches('\n');
    visible(&(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"))
}
