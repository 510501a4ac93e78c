//! `unit-counted-twice`: a department's consolidated form comes with the forms of its own units.

use std::collections::BTreeMap;

use huizong_schema::Scope;
use huizong_schema::findings::{Arg, Args};

use crate::message::Template;
use crate::rule::{Check, Exclusion, Rule};
use crate::set::{Set, SetHit};
use crate::state::State;

pub(super) static RULE: Rule = Rule {
    id: "unit-counted-twice",
    messages: &[
        Template::new(
            "“{department}”的汇总表已包含其所属单位，而 {count} 个所属单位又单独报表（{units}）；以汇总表为准，单位的表不计入。",
            "The consolidated form of \"{department}\" holds its units already, and {count} of them reported as well ({units}); the consolidated form counts, the units' do not.",
        ),
        Template::variant(
            "mutual",
            "“{department}”与 {units} 的汇总表互相列为所属单位，看不出谁包含谁，{count} 份都计入了汇总，会有重复。请核实主管关系，退回填错的一方改正。",
            "\"{department}\" and {units} each say that they hold the other, so which does is unclear; all are counted, and something counts twice ({count}).",
        ),
    ],
    page: include_str!("page.md"),
    reads: &[
        "/department/code",
        "/department/name",
        "/department/scope",
        "/department/level",
        "/department/parent",
        "/department/units/*/code",
        "/department/units/*/name",
    ],
    excludes: Some(Exclusion { precedence: 7, state: State::CountedInDepartment }),
    check: Check::Set(|set| Ok(judge(set))),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_, '_>) -> Vec<SetHit> {
    let mut hits: Vec<SetHit> = Vec::new();
    // A unit names its parent, a department its units, the roster both: one of these is enough.
    let mut units_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let is_consolidated = |index: &usize| set.entries[*index].scope == Some(Scope::Consolidated);
    for (index, entry) in set.entries.iter().enumerate().filter(|(index, _)| set.counts(*index)) {
        for parent in set.departments.parents(index) {
            if let Some(above) = set.meant_by(parent).find(is_consolidated).filter(|&above| above != index) {
                units_of.entry(above).or_default().push(index);
            }
        }
        if is_consolidated(&index) {
            for unit in entry.units() {
                units_of.entry(index).or_default().extend(set.meant_by(unit).filter(|&below| below != index));
            }
        }
    }
    units_of.values_mut().for_each(|units| {
        units.sort_unstable();
        units.dedup();
    });
    let is_above =
        |above: usize, unit: usize| units_of.get(&above).is_some_and(|units| units.contains(&unit));
    for (&above, units) in &units_of {
        // If two documents each claim to include the other, it is unclear which does: neither is left out.
        let mutual: Vec<usize> = units.iter().copied().filter(|&unit| is_above(unit, above)).collect();
        // Such a pair is reported once, with the first of the two.
        if units.is_empty() || mutual.iter().any(|&unit| unit < above) {
            continue;
        }
        let name = set.entries[above].department_name();
        let mut names: Vec<&str> = units.iter().filter_map(|&i| set.entries[i].name.as_deref()).collect();
        names.sort_unstable();
        let args = Args::from([
            ("department", Arg::Text(name.clone())),
            ("count", Arg::Count(units.len() as u64)),
            ("units", Arg::Text(names.join("、"))),
        ]);
        let mut documents = vec![above];
        documents.extend(units);
        let department = Some(name);
        let (excluded, variant) =
            if mutual.is_empty() { (units.clone(), "") } else { (Vec::new(), "mutual") };
        let pointer = "/department".into();
        hits.push(SetHit { documents, excluded, department, variant, pointer, args, ..SetHit::default() });
    }
    hits
}
