//! Measures the execution rate of key projects: funds used over budget requested, from exact sums.

use std::collections::BTreeMap;

use huizong_plugin_sdk::schema::{Amount, Unit};
use huizong_plugin_sdk::{Document, End, Findings};

const AGGREGATE: &str = "tianhe/key-project-execution-rate";

/// Sums over key projects that report both figures, in 10⁻⁶ 元.
#[derive(Clone, Copy, Default)]
struct Sums {
    requested: i128,
    used: i128,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.requested += other.requested;
        self.used += other.used;
    }

    /// The rate in percent, rounded half away from zero to two decimals; [`None`] if the budget is zero.
    fn rate(self) -> Option<String> {
        if self.requested == 0 {
            return None;
        }
        let hundredths = (self.used * 20_000 + self.requested) / (self.requested * 2);
        Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }
}

/// The sums of each document that has any, sorted by id, as documents are fed in that order.
#[derive(Default)]
pub(crate) struct Execution(Vec<(String, Sums)>);

impl Execution {
    pub(crate) fn feed(&mut self, document: &Document<'_>) {
        let unit = document.draft.unit.unwrap_or(Unit::Cny10k);
        let mut sums = Sums::default();
        let mut any = false;
        for project in &document.draft.key_projects {
            if let (Some(requested), Some(used)) = (project.budget_requested, project.funds_used) {
                sums.add(Sums { requested: millionths(requested, unit), used: millionths(used, unit) });
                any = true;
            }
        }
        if any {
            self.0.push((document.id.to_owned(), sums));
        }
    }

    pub(crate) fn finish(&self, end: &End<'_>, findings: &mut Findings) {
        let mut groups: BTreeMap<BTreeMap<String, String>, Sums> = BTreeMap::new();
        let mut all = Sums::default();
        for document in end.documents.iter().filter(|document| document.excluded.is_none()) {
            let Ok(at) = self.0.binary_search_by(|(id, _)| (**id).cmp(document.id)) else { continue };
            let sums = self.0[at].1;
            all.add(sums);
            for (column, value) in document.groups {
                let group = BTreeMap::from([(column.clone(), value.clone())]);
                groups.entry(group).or_default().add(sums);
            }
        }
        groups.insert(BTreeMap::new(), all);
        for (group, sums) in groups {
            if let Some(rate) = sums.rate() {
                findings.measure(AGGREGATE, &group, &rate);
            }
        }
    }
}

/// An amount in 10⁻⁶ 元. This is exact, as amounts have at most six decimals.
fn millionths(amount: Amount, unit: Unit) -> i128 {
    let decimal = amount.decimal();
    let factor = match unit {
        Unit::Cny10k => 10_000,
        Unit::Cny => 1,
    };
    decimal.mantissa() * factor * 10_i128.pow(6 - decimal.scale())
}
