//! Checks that the tables agree with the published schema and with each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::member::VIEWS;
use super::*;
use crate::evaluation::Draft;
use crate::publish::EVALUATION;

/// The schema's property at a member's pointer, and whether a finished document requires it.
fn property(member: &Member) -> (&'static Value, bool) {
    let (mut part, mut is_required) = (EVALUATION.schema(), true);
    for token in member.pointer.split('/').skip(1) {
        part = EVALUATION.resolve(part);
        part = match token {
            "*" if part["type"] == "array" => &part["items"],
            // Every place of the range has the same figures.
            "*" => part["properties"].as_object().unwrap().values().next().unwrap(),
            name => {
                is_required &= part["required"].as_array().is_some_and(|of| of.contains(&name.into()));
                &part["properties"][name]
            }
        };
    }
    (EVALUATION.resolve(part), is_required)
}

#[test]
fn members_are_where_the_schema_has_them_and_of_its_types() {
    for member in ALL {
        let (property, is_required) = property(member);
        assert_eq!(property["type"], "string", "{}", member.pointer);
        assert_eq!(member.is_required, is_required, "{}", member.pointer);
        let is_signed = property["pattern"].as_str().unwrap().contains("|-(");
        assert_eq!(member.is_signed, is_signed, "{}", member.pointer);
        assert!(member.pointer.ends_with(&format!("/{}", member.name)));
        assert_eq!(member.pointer.contains('*'), member.over != Over::Document);
    }
}

/// The pointers of all decimals of the schema, with `*` for list items and places of a range.
fn decimals(part: &'static Value, at: &str, found: &mut BTreeSet<String>) {
    let part = EVALUATION.resolve(part);
    if part["type"] == "array" {
        return decimals(&part["items"], &format!("{at}/*"), found);
    }
    for (name, property) in part["properties"].as_object().into_iter().flatten() {
        let is_place = at == "/budget/by_source" || at == "/budget/by_nature";
        let at = if is_place { format!("{at}/*") } else { format!("{at}/{name}") };
        let is_decimal =
            EVALUATION.resolve(property)["pattern"].as_str().is_some_and(|of| of.contains("[0-9]"));
        if is_decimal && EVALUATION.resolve(property)["type"] == "string" {
            found.insert(at);
        } else {
            decimals(property, &at, found);
        }
    }
}

#[test]
fn every_decimal_of_the_schema_is_in_the_table() {
    let mut found = BTreeSet::new();
    decimals(EVALUATION.schema(), "", &mut found);
    // Points within a task are not used in any figure.
    found.retain(|pointer| !pointer.starts_with("/tasks/*/indicators/"));
    let table: BTreeSet<String> = ALL.iter().map(|member| member.pointer.to_owned()).collect();
    assert_eq!(found, table);
}

#[test]
fn each_column_source_and_nature_is_a_member_of_its_object() {
    let names = |part: &str| -> BTreeSet<String> {
        EVALUATION.schema()["$defs"][part]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let sources: BTreeSet<String> = FundSource::ALL.iter().map(|of| of.as_str().to_owned()).collect();
    let natures: BTreeSet<String> = Nature::ALL.iter().map(|of| of.as_str().to_owned()).collect();
    assert_eq!((sources, natures), (names("BySource"), names("ByNature")));
    for &column in Column::ALL {
        assert_eq!(Column::named(column.as_str()), Some(column));
        assert_eq!(column.of_sources().name, column.as_str());
        assert_eq!(column.of_natures().name, column.as_str());
    }
    assert_eq!(Nature::Project.label(), ("项目支出", "project expenditure"));
}

fn places(member: &Member, draft: &Draft<'_>) -> impl Iterator<Item = usize> + use<> {
    0..member.over.count(draft)
}

/// A document with two items in each list.
fn lists() -> Draft<'static> {
    let lists = json!({
        "tasks": [{}, {}], "key_projects": [{}, {}], "scorecard": { "execution": {}, "indicators": [{}, {}] }
    });
    serde::Deserialize::deserialize(lists).unwrap()
}

#[test]
fn what_is_written_is_read_at_its_pointer_and_nowhere_else() {
    let value = "7.25".parse().unwrap();
    for member in ALL.iter().chain(VIEWS) {
        for at in places(member, &lists()) {
            let mut draft = lists();
            assert_eq!(member.read(&draft, at), None);
            member.write(&mut draft, at, value).unwrap();
            assert_eq!(member.read(&draft, at), Some(value), "{}", member.pointer);
            let pointer = member.pointer(member.over, at);
            let json = serde_json::to_value(&draft).unwrap();
            assert_eq!(json.pointer(pointer.as_str()), Some(&"7.25".into()), "{pointer}");
            for other in ALL {
                for place in places(other, &draft) {
                    let is_it = other.is_at(&pointer, place);
                    assert_eq!(other.read(&draft, place).is_some(), is_it, "{} {place}", other.pointer);
                }
            }
        }
    }
}

#[test]
fn what_a_figure_cannot_hold_is_refused() {
    let mut draft = lists();
    let negative = "-1.00".parse().unwrap();
    assert_eq!(INITIAL.write(&mut draft, 0, negative), Err(OutOfRange));
    assert_eq!(ADJUSTMENT.write(&mut draft, 0, negative), Ok(()));
    assert_eq!(TASK_FUNDS.write(&mut draft, 2, "1".parse().unwrap()), Err(OutOfRange));
    assert_eq!(TASK_FUNDS.read(&draft, 2), None);
}

#[test]
fn a_scorecard_without_the_row_gives_no_points_for_the_execution() {
    let draft: Draft<'_> = serde::Deserialize::deserialize(json!({ "scorecard": {} })).unwrap();
    assert_eq!(EXECUTION_WEIGHT.read(&draft, 0), Some(rust_decimal::Decimal::ZERO));
    assert_eq!(EXECUTION_SCORE.read(&Draft::default(), 0), None);
}

#[test]
fn figures_are_named_as_the_schema_names_them() {
    assert_eq!(Figure::Top(Top::NetChange).name(), "net_change");
    assert_eq!(Figure::Top(Top::NetChange).column(), None);
    assert_eq!(Figure::Source(FundSource::Other, Column::Actual).name(), "other");
    assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).name(), "basic");
    assert_eq!(Figure::Nature(Nature::Basic, Column::Actual).column(), Some("actual_expenditure"));
}

#[test]
fn every_figure_has_a_place_of_its_own() {
    assert!(Figure::all().enumerate().all(|(index, figure)| figure.index() == index));
    assert_eq!(Figure::all().count(), Figure::COUNT);
    assert!(Figure::all().is_sorted());
    assert!(Figure::all().all(|figure| Figure::at(&figure.path()) == Some(figure)));
    assert_eq!(Figure::at("by_source.nobody.initial_budget"), None);
    assert_eq!(Figure::at("by_source.other.nothing"), None);
}

/// Every amount is added to a sum or is in the list here; otherwise it would be lost.
#[test]
fn every_amount_is_added_up() {
    let tops = Top::ALL.iter().flat_map(|top| top.addends()).map(|addend| addend.member.pointer);
    let others = Figure::all().filter_map(Figure::place).map(|(addend, _)| addend.member.pointer);
    let added: BTreeSet<&str> = tops.chain(others).collect();
    let amounts = ALL.iter().filter(|member| member.measure == Measure::Amount).map(|member| member.pointer);
    let left_out: Vec<&str> = amounts.filter(|pointer| !added.contains(pointer)).collect();
    assert_eq!(left_out, ["/tasks/*/budget"]);
}

#[test]
fn a_sum_of_one_member_has_the_place_of_that() {
    for figure in Figure::all() {
        let Some((addend, at)) = figure.place() else {
            assert!(matches!(figure, Figure::Top(_)));
            continue;
        };
        let path = addend.member.pointer(addend.member.over, at).as_str().replace('/', ".");
        assert_eq!(path, format!(".budget.{}", figure.path()));
    }
}

#[test]
fn rates_are_of_sums_and_named_as_documents_name_them() {
    for rate in Rate::ALL {
        assert_eq!(rate.member().measure, Measure::Percent);
        assert_eq!(rate.as_str(), rate.member().name);
        assert_ne!(rate.numerator(), rate.denominator());
    }
}

#[test]
fn values_by_name_are_read_and_written_in_the_order_of_the_table() {
    let text = r#"{"later":[1],"net_change":2,"initial_budget":1,"task_funds":null}"#;
    let values: ByName<Top, u8> = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&values).unwrap(), r#"{"initial_budget":1,"net_change":2}"#);
    assert_eq!((values.get(Top::NetChange), values.get(Top::TaskFunds)), (Some(&2), None));
    assert!(serde_json::from_str::<ByName<Top, u8>>("[]").is_err());
}

#[test]
fn a_document_is_complete_with_its_required_members() {
    let mut draft: Draft<'_> = serde::Deserialize::deserialize(json!({
        "schema_version": "1.0", "department": { "name": "甲" }, "fiscal_year": 2023, "unit": "CNY",
        "budget": { "initial_budget": "1", "adjusted_budget": "1" }
    }))
    .unwrap();
    let lacking: Vec<&str> = needed(&draft).filter(|(_, _, is)| !is).map(|(pointer, _, _)| pointer).collect();
    assert_eq!(lacking, ["/budget/actual_expenditure"]);
    assert!(!is_complete(&draft));
    ACTUAL.write(&mut draft, 0, "1".parse().unwrap()).unwrap();
    assert!(is_complete(&draft));
}
