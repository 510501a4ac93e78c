//! Counts how often each rule had each result.

use huizong_schema::findings::RuleCounts;

use crate::outcome::{Judgement, Skip};
use crate::rule::Rule;

/// The results of each rule over many documents. Merging in any order gives the same counts.
#[derive(Clone, Debug)]
pub struct Tally(Vec<RuleTally>);

#[derive(Clone, Copy, Debug, Default)]
struct RuleTally {
    passed: u64,
    failed: u64,
    skipped: [u64; Skip::ALL.len()],
    crashed: u64,
}

impl Tally {
    /// Creates empty counts for this many rules.
    pub fn new(rules: usize) -> Self {
        Self(vec![RuleTally::default(); rules])
    }

    /// Counts the result of the rule with this index for one document.
    pub(crate) fn count(&mut self, rule: usize, judgement: &Judgement) {
        let tally = &mut self.0[rule];
        match judgement {
            Judgement::Passed => tally.passed += 1,
            Judgement::Failed(_) => tally.failed += 1,
            Judgement::Skipped(reason) => tally.skipped[*reason as usize] += 1,
            Judgement::Crashed => tally.crashed += 1,
        }
    }

    /// Adds another tally of the same rules.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            mine.passed += theirs.passed;
            mine.failed += theirs.failed;
            mine.crashed += theirs.crashed;
            for (mine, theirs) in mine.skipped.iter_mut().zip(theirs.skipped) {
                *mine += theirs;
            }
        }
    }

    /// The counts as a report shows them.
    pub fn counts(&self, rules: &[&'static Rule]) -> Vec<RuleCounts> {
        let row = |(rule, tally): (&&'static Rule, &RuleTally)| RuleCounts {
            rule: rule.id.into(),
            passed: tally.passed,
            failed: tally.failed,
            skipped: Skip::ALL
                .iter()
                .zip(tally.skipped)
                .filter(|(_, n)| *n > 0)
                .map(|(s, n)| (s.as_str(), n))
                .collect(),
            crashed: tally.crashed,
        };
        rules.iter().zip(&self.0).map(row).collect()
    }
}
