//! Checks a district's own notes on its form, and measures the execution rate of key projects.

mod adjustment;
mod execution;
mod key_projects;
mod units;

use huizong_plugin_sdk::{Document, End, Findings, Plugin};
use serde::Deserialize;

use crate::adjustment::Adjustment;
use crate::execution::Execution;
use crate::units::Units;

/// The configuration; `manifest.json` describes its members.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Config {
    adjustment_limit: Option<String>,
    adjustment_words: Option<Vec<String>>,
}

/// The plugin.
pub struct Tianhe {
    adjustment: Adjustment,
    units: Units,
    execution: Execution,
}

impl Plugin for Tianhe {
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, String> {
        Ok(Self {
            adjustment: Adjustment::new(config.adjustment_limit.as_deref(), config.adjustment_words)?,
            units: Units::default(),
            execution: Execution::default(),
        })
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        self.adjustment.check(document.draft, findings);
        key_projects::check(document.draft, findings);
    }

    fn feed(&mut self, document: &Document<'_>) {
        self.units.feed(document);
        self.execution.feed(document);
    }

    fn finish(&mut self, end: &End<'_>, findings: &mut Findings) {
        self.units.finish(end, findings);
        self.execution.finish(end, findings);
    }
}

huizong_plugin_sdk::export!(Tianhe);

#[cfg(test)]
mod tests {
    use huizong_plugin_sdk::serde_json::json;
    use huizong_plugin_sdk::testing::{Loaded, examples};

    use super::Tianhe;

    #[test]
    fn every_example_of_the_manifest_passes() {
        assert_eq!(examples::<Tianhe>(), Ok(10));
    }

    #[test]
    fn manifest_version_is_the_crates_version() {
        let manifest = include_str!("../manifest.json");
        assert!(manifest.contains(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))));
    }

    #[test]
    fn the_adjustment_limit_must_be_a_number() {
        assert!(Loaded::<Tianhe>::new(&json!({"adjustment_limit": "much"})).is_err());
    }

    #[test]
    fn rates_are_computed_from_exact_sums_by_group() {
        let document = |unit: &str, requested: &str, used: &str| {
            json!({"unit": unit, "key_projects": [
                {"budget_requested": requested, "funds_used": used}, {"funds_used": "99999"}, {"budget_requested": "5"},
            ]})
        };
        let (a, b) = (document("CNY_10K", "3", "1"), document("CNY", "30000", "20000.01"));
        let c = document("CNY", "0", "0");
        let mut plugin = Loaded::<Tianhe>::new(&json!({})).expect("the default configuration");
        let set = [
            ("a", &a, json!({"街道": "东"})),
            ("b", &b, json!({"街道": "西"})),
            ("c", &c, json!({"街道": "南"})),
        ];
        let measured = plugin.set(&set).expect("a sound set").aggregates;
        let values: Vec<(String, &str)> =
            measured.iter().map(|m| (m.group.values().cloned().collect(), &*m.value)).collect();
        // (10000 + 20000.01) / 60000. 南 has no rate, as its budget is zero.
        assert_eq!(values, [(String::new(), "50.00"), ("东".into(), "33.33"), ("西".into(), "66.67")]);
    }
}
