//! `unit-counted-twice`: a department's consolidated form stands beside the forms of its own units.

use huizong_schema::findings::{Arg, Args};
use huizong_schema::{Level, Scope};

use crate::rule::{Check, Rule};
use crate::set::{Key, Set, SetHit};

pub(super) static RULE: Rule = Rule {
    id: "unit-counted-twice",
    reads: &[
        "/department/code",
        "/department/name",
        "/department/scope",
        "/department/level",
        "/department/parent",
        "/department/units/*/code",
        "/department/units/*/name",
    ],
    check: Check::Set(judge),
    ..Rule::RELATIONS
};

fn judge(set: &Set<'_>) -> Vec<SetHit> {
    let by_department = set.by_department();
    let mut hits: Vec<SetHit> = Vec::new();
    // Units say who is above them, departments say who is below: either is enough.
    let mut units_of: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
    let consolidated = |key: &Key| {
        let documents = by_department.get(key)?;
        documents.iter().copied().find(|&i| set.entries[i].scope == Some(Scope::Consolidated))
    };
    for (index, entry) in set.entries.iter().enumerate().filter(|(index, _)| set.counts(*index)) {
        if let Some(parent) = &entry.parent
            && entry.level != Some(Level::Department)
            && let Some(above) = consolidated(&Key::Code(parent.clone())).or_else(|| consolidated(&set.key_of(parent)))
            && above != index
        {
            units_of.entry(above).or_default().push(index);
        }
        if entry.scope == Some(Scope::Consolidated) {
            for unit in &entry.units {
                let keys = [Key::Code(unit.clone()), set.key_of(unit)];
                let below = keys.iter().filter_map(|key| by_department.get(key)).flatten().copied();
                units_of.entry(index).or_default().extend(below.filter(|&below| below != index));
            }
        }
    }
    for (above, mut units) in units_of {
        units.sort_unstable();
        units.dedup();
        if units.is_empty() {
            continue;
        }
        let name = set.entries[above].name.clone().unwrap_or_default();
        let names: Vec<&str> = units.iter().filter_map(|&i| set.entries[i].name.as_deref()).collect();
        let args = Args::from([
            ("department", Arg::Text(name.clone())),
            ("count", Arg::Count(units.len() as u64)),
            ("units", Arg::Text(names.join("、"))),
        ]);
        let mut documents = vec![above];
        documents.extend(&units);
        let department = Some(name);
        hits.push(SetHit { documents, excluded: units, department, pointer: "/department".into(), args, ..SetHit::default() });
    }
    hits
}
