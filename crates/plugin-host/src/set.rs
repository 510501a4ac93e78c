//! A plugin's work on the set: documents are fed in the order of their ids, then the set is finished.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::PluginRule;
use huizong_core::consolidate::{ConsolidationOptions, consolidate, count};
use huizong_core::set::DepartmentIndex;
use huizong_schema::consolidation::{Aggregate, AggregateValue, Consolidation};
use huizong_schema::findings::Finding;
use huizong_schema::protocol::{Answer, Measured, Op, Reported, Sent};
use huizong_schema::{Pointer, Unit};

use crate::answer::{self, Fault, Sound};
use crate::failure::{Failure, Violation};
use crate::notices::{self, LeftOut};
use crate::request;
use crate::runner::Runner;
use crate::spool::Kept;

/// The most values accepted for one aggregate.
const VALUES: usize = 10_000;

/// The set, as plugins see it.
pub struct SetView<'s, 'e> {
    /// The documents, and the department of each.
    pub departments: &'s DepartmentIndex<'e>,
    /// The consolidation without its rows.
    pub consolidation: &'s Consolidation,
}

impl<'e> SetView<'_, 'e> {
    fn id(&self, kept: &Kept) -> &'e str {
        &self.departments.entries()[kept.number].document
    }
}

/// The consolidation without its rows, as plugins receive it.
pub fn without_rows(
    departments: &DepartmentIndex<'_>,
    findings: &[Finding],
    options: ConsolidationOptions<'_>,
) -> Consolidation {
    let (consolidation, _) = consolidate(departments, &[], options);
    let mut consolidation = consolidation.with_rows(Vec::new());
    // Leave out other plugins' findings: those plugins may fail, and the answer must not depend on that.
    consolidation.findings = count(findings.iter().filter(|finding| !finding.rule.contains('/')));
    consolidation
}

/// The findings and aggregates of a plugin about the set.
#[derive(Default)]
pub struct OfSet {
    /// The findings, sorted by rule, documents and pointer.
    pub findings: Vec<Finding>,
    /// The aggregates, by id.
    pub aggregates: BTreeMap<String, Aggregate>,
}

impl<'p> Runner<'p> {
    /// Counts the rules about the set as `not-asked`.
    pub fn skip_set(&mut self) {
        if self.plugin.does_sets() {
            self.count(true, |counts| *counts.skipped.entry("not-asked").or_default() += 1);
        }
    }

    /// Feeds the set to the plugin and finishes it. A failure loses the plugin's result and adds a notice.
    pub fn set(&mut self, view: &SetView<'_, '_>) -> OfSet {
        if !self.plugin.does_sets() {
            return OfSet::default();
        }
        // Use a new instance, so that failures on single documents do not affect the set.
        self.start_afresh();
        let id = |number: usize| &*view.departments.entries()[number].document;
        let kept = self.spool.in_order(id);
        let answer = match self.conversation(&kept, view) {
            Some(Ok(answer)) => answer,
            Some(Err(failure)) => {
                self.fail();
                self.notices.push(notices::set_lost(self.plugin.id(), failure.message()));
                self.count(true, |counts| counts.crashed += 1);
                return OfSet::default();
            }
            None => {
                let reason = notices::is_off();
                self.notices.push(notices::set_lost(self.plugin.id(), reason));
                self.count(true, |counts| *counts.skipped.entry("plugin-did-not-run").or_default() += 1);
                return OfSet::default();
            }
        };
        self.note_log(&answer);
        let mut left_out = LeftOut::default();
        let findings = self.accept_set(&answer, &kept, view, &mut left_out);
        let aggregates = self.accept_aggregates(&answer, &kept, view, &mut left_out);
        self.notices.extend(left_out.notices(self.plugin.id()));
        self.count(true, |counts| {
            if findings.iter().any(|finding| finding.rule == counts.rule) {
                counts.failed += 1;
            } else {
                counts.passed += 1;
            }
        });
        OfSet { findings, aggregates }
    }

    /// Feeds and finishes the set; [`None`] if the plugin is off.
    fn conversation(&mut self, kept: &[Kept], view: &SetView<'_, '_>) -> Option<Result<Answer, Failure>> {
        let limits = self.plugin.host.limits;
        if let Some(why) = self.spool.lost() {
            return Some(Err(Failure::Storage(why.to_owned())));
        }
        let mut rest = kept;
        while !rest.is_empty() {
            let (mut many, mut bytes) = (0, 0);
            for kept in rest {
                bytes += kept.length;
                if many > 0 && bytes > limits.set_bytes {
                    break;
                }
                many += 1;
            }
            let (part, behind) = rest.split_at(many);
            rest = behind;
            let documents: Result<Vec<_>, _> = part.iter().map(|kept| self.spool.read(*kept)).collect();
            let documents = match documents {
                Ok(documents) => documents,
                Err(error) => return Some(Err(Failure::Storage(error.to_string()))),
            };
            let sent = part.iter().zip(&documents).map(|(kept, document)| (view.id(kept), &**document));
            let mut request = std::mem::take(&mut self.request);
            request::with_documents(&mut request, Op::SetFeed, &limits, sent);
            let fed = self.send(Op::SetFeed, request)?.and_then(|answer| {
                if answer.is_empty() || answer::read(&answer).is_ok_and(|a| a == Answer::default()) {
                    Ok(())
                } else {
                    let why = "set_feed must not answer anything".to_owned();
                    Err(Failure::Violation(Violation::NotAnAnswer(why)))
                }
            });
            if let Err(failure) = fed {
                return Some(Err(failure));
            }
        }
        let documents = kept.iter().map(|kept| -> Sent<'_> {
            Sent {
                id: view.id(kept).into(),
                document: None,
                excluded: view.departments.entries()[kept.number]
                    .uncounted
                    .as_ref()
                    .map(|uncounted| (&*uncounted.reason).into()),
                groups: view.departments.listed(kept.number),
            }
        });
        let request = request::finish(&limits, documents, view.consolidation);
        let answer = self.call(Op::SetFinish, &request)?;
        Some(answer.and_then(|bytes| answer::read(&bytes)))
    }

    fn accept_set(
        &self,
        answer: &Answer,
        kept: &[Kept],
        view: &SetView<'_, '_>,
        left_out: &mut LeftOut,
    ) -> Vec<Finding> {
        let limit = self.plugin.host.limits.findings_per_rule;
        let mut of_rule: BTreeMap<(usize, Option<&str>), usize> = BTreeMap::new();
        let mut findings = Vec::new();
        for reported in &answer.findings {
            let rule = match self.rules.admits(reported, true) {
                Ok(rule) => rule,
                Err(fault) => {
                    left_out.count(None, fault.message());
                    continue;
                }
            };
            let first = reported.document.as_deref().or(reported.documents.first().map(String::as_str));
            let count = of_rule.entry((rule.0, first)).or_default();
            *count += 1;
            if *count > limit {
                left_out.count(None, notices::beyond(rule.1.id(), limit));
                continue;
            }
            match self.sound_about_set(reported, rule, kept, view) {
                Ok((Sound { rule, pointer, args, severity, .. }, documents)) => {
                    findings.push(rule.finding_about_set(
                        view.departments,
                        &documents,
                        pointer,
                        args,
                        severity,
                    ));
                }
                Err(fault) => left_out.count(None, fault.message()),
            }
        }
        findings
            .sort_by(|a, b| (&a.rule, &a.documents, &a.pointer).cmp(&(&b.rule, &b.documents, &b.pointer)));
        findings
    }

    /// Validates a finding about the set. Returns it with the indexes of its documents.
    fn sound_about_set(
        &self,
        reported: &Reported,
        rule: (usize, &'p PluginRule),
        kept: &[Kept],
        view: &SetView<'_, '_>,
    ) -> Result<(Sound<'p>, Vec<usize>), Fault> {
        let mut named: Vec<&str> =
            reported.document.iter().chain(&reported.documents).map(String::as_str).collect();
        // Name each document once.
        let mut seen = BTreeSet::new();
        named.retain(|id| seen.insert(*id));
        let fed = |id: &str| kept.binary_search_by(|kept| view.id(kept).cmp(id)).ok();
        let unknown = |id: &str| Fault::UnknownDocument(huizong_core::shown_text(id));
        let mut documents = Vec::with_capacity(named.len());
        for id in &named {
            documents.push(fed(id).map(|at| kept[at].number).ok_or_else(|| unknown(id))?);
        }
        // The pointer is into the first document. A finding about the whole set has neither document nor
        // member.
        let document = match named.first().and_then(|id| fed(id)) {
            Some(first) => self.spool.read(kept[first]).ok(),
            None => None,
        };
        let document: serde_json::Value =
            document.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        if named.is_empty() && reported.pointer != Pointer::root() {
            return Err(Fault::StrangePointer(huizong_core::shown_text(reported.pointer.as_str())));
        }
        Ok((answer::sound(reported, rule, &document, Unit::Cny)?, documents))
    }

    fn accept_aggregates(
        &self,
        answer: &Answer,
        kept: &[Kept],
        view: &SetView<'_, '_>,
        left_out: &mut LeftOut,
    ) -> BTreeMap<String, Aggregate> {
        let mut aggregates: BTreeMap<String, Aggregate> = self
            .plugin
            .manifest
            .aggregates
            .iter()
            .map(|of| {
                let values = Vec::new();
                let aggregate = Aggregate { title: of.title.clone(), unit: of.unit, scale: of.scale, values };
                (of.id.clone(), aggregate)
            })
            .collect();
        // A group is of the roster's columns and their values: another one would be a slip that nobody sees in a table.
        let has_groups = answer.aggregates.iter().any(|measured| !measured.group.is_empty());
        let known: BTreeSet<(String, String)> = kept
            .iter()
            .filter(|_| has_groups)
            .flat_map(|kept| view.departments.listed(kept.number))
            .collect();
        let mut seen = BTreeSet::new();
        for Measured { id, group, value } in &answer.aggregates {
            let Some(aggregate) = aggregates.get_mut(id) else {
                left_out.count(None, notices::undeclared_aggregate(id));
                continue;
            };
            let is_sound = huizong_core::plain_decimal(value)
                .is_some_and(|decimal| decimal.scale() <= aggregate.scale && aggregate.values.len() < VALUES);
            let is_known = |(by, of): (&String, &String)| known.contains(&(by.clone(), of.clone()));
            if group.len() > 8 || !group.iter().all(is_known) {
                left_out.count(None, notices::strange_group(id, group));
                continue;
            }
            if !is_sound || !seen.insert((id, group)) {
                left_out.count(None, notices::strange_value(id, value));
                continue;
            }
            aggregate.values.push(AggregateValue { group: group.clone(), value: value.clone() });
        }
        for aggregate in aggregates.values_mut() {
            aggregate.values.sort_by(|a, b| a.group.cmp(&b.group));
        }
        aggregates
    }
}
