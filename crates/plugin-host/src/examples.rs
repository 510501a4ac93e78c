//! Runs the examples of a manifest: as a run would, then repeated in other orders and processes.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use huizong_core::consolidate::ConsolidationOptions;
use huizong_core::counting::{CountingOptions, count_together};
use huizong_core::set::DepartmentIndex;
use huizong_core::{Accepted, Contribution, DocumentDigest, Entry, Tally, rules};
use huizong_schema::consolidation::Consolidation;
use huizong_schema::findings::{Arg, Finding, Message};
use huizong_schema::protocol::{Example, Expected, Given, Of, Op, RuleDeclaration};
use huizong_schema::{Draft, Evaluation, Pointer, ProblemKind, Violation, explain, parse};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::host::Host;
use crate::plugin::Plugin;
use crate::projected::Projected;
use crate::refused::Refused;
use crate::runner::{Documents, Ran, Runner};
use crate::set::{SetView, without_rows};
use crate::trust::Candidate;
use crate::{answer, request};

/// One check and its result.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The check.
    pub what: Message,
    /// The result.
    pub verdict: Verdict,
}

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It passed.
    Right,
    /// It failed; the message says how.
    Wrong(Message),
    /// It may be intended, but probably is a mistake.
    Doubtful(Message),
}

impl Verdict {
    fn of(wrong: Option<Message>) -> Self {
        wrong.map_or(Self::Right, Self::Wrong)
    }
}

fn both(zh: impl Into<String>, en: impl Into<String>) -> Message {
    Message { zh: zh.into(), en: en.into() }
}

/// The documents of examples, with their numbers as ids.
pub(crate) struct Samples<'t> {
    ids: Vec<String>,
    documents: Vec<Evaluation<'t>>,
    projected: Projected,
}

impl<'t> Samples<'t> {
    /// Parses documents and leaves out those that cannot be parsed.
    pub(crate) fn of(texts: &'t [String], plugin: &Plugin) -> Self {
        let documents: Vec<Evaluation<'t>> = texts.iter().filter_map(|text| parse(text).ok()).collect();
        let mut projected = Projected::default();
        documents.iter().for_each(|document| projected.take(plugin, document));
        Self { ids: (1..=documents.len()).map(|number| number.to_string()).collect(), projected, documents }
    }

    /// Builds a request to check the documents with these indexes.
    pub(crate) fn request(&self, plugin: &Plugin, indexes: &[usize]) -> Vec<u8> {
        let sent = indexes.iter().map(|&index| (&*self.ids[index], self.projected.check(index)));
        let mut request = Vec::new();
        request::with_documents(&mut request, Op::CheckDocuments, &plugin.host.limits, sent);
        request
    }
}

impl Samples<'_> {
    /// Builds the requests that feed these documents, in the order of their ids, and finish the set.
    pub(crate) fn set(&self, plugin: &Plugin, indexes: &[usize]) -> (Vec<u8>, Vec<u8>) {
        let limits = &plugin.host.limits;
        let mut ids: Vec<(&str, &[u8])> =
            indexes.iter().map(|&index| (&*self.ids[index], self.projected.set(index))).collect();
        ids.sort_unstable();
        let ended = ids.iter().map(|(id, _)| json!({ "id": id }));
        let finish = request::finish(limits, ended, &Consolidation::of_nothing());
        let mut feed = Vec::new();
        request::with_documents(&mut feed, Op::SetFeed, limits, ids.iter().copied());
        (feed, finish)
    }
}

impl Documents for Samples<'_> {
    fn count(&self) -> usize {
        self.documents.len()
    }
    fn arrived(&self) -> usize {
        self.documents.len()
    }
    fn before(&self, index: usize) -> usize {
        index
    }
    fn id(&self, index: usize) -> &str {
        &self.ids[index]
    }
    fn projected(&self) -> &Projected {
        &self.projected
    }
    fn draft(&self, index: usize) -> Cow<'_, Draft<'_>> {
        Cow::Borrowed(&self.documents[index])
    }
}

/// Runs every example of a plugin's manifest: in a worker and in this process, repeatedly and in other
/// orders. Passes each trial to `tell` as soon as it ends.
///
/// # Errors
/// Returns [`Refused`] if the plugin cannot be loaded or its manifest is not valid.
pub fn trials(host: &Host, candidate: &Candidate, tell: &mut dyn FnMut(&Trial)) -> Result<(), Refused> {
    let any_wrong = Cell::new(false);
    let mut tell = |trial: Trial| {
        any_wrong.set(any_wrong.get() || matches!(trial.verdict, Verdict::Wrong(_)));
        tell(&trial);
    };
    for in_process in [false, true] {
        let host = Host { in_process, ..host.clone() };
        let mut plugin = Plugin::describe(host, candidate.clone())?;
        if !in_process {
            doubts(&plugin).into_iter().for_each(&mut tell);
        }
        for rule in plugin.manifest.rules.clone() {
            for (index, example) in rule.examples.iter().enumerate() {
                let (zh, en) = place(in_process);
                let number = index + 1;
                let what = both(
                    format!("{} 例 {number}（{zh}）", rule.id),
                    format!("{}, example {number} ({en})", rule.id),
                );
                let wrong = configured(&mut plugin, example.config.as_ref())
                    .and_then(|()| outcome(&plugin, &rule, example))
                    .err();
                tell(Trial { what, verdict: Verdict::of(wrong) });
            }
        }
        // A plugin that fails in a worker could take this process down.
        if any_wrong.get() {
            return Ok(());
        }
    }
    let repeated = repetitions(host, candidate).unwrap_or_else(|refused| {
        let what = both("例子再问一遍", "the examples once more");
        vec![Trial { what, verdict: Verdict::Wrong(refused.message()) }]
    });
    repeated.into_iter().for_each(tell);
    Ok(())
}

/// Parts of a manifest that are probably mistakes.
fn doubts(plugin: &Plugin) -> Vec<Trial> {
    let doubtful = |what: &str, zh: &str, en: &str| Trial {
        what: both(what, what),
        verdict: Verdict::Doubtful(both(zh, en)),
    };
    let manifest = &plugin.manifest;
    let unknown = plugin.unknown_members.iter().map(|member| {
        doubtful(
            member,
            "插件说明没有这一项，写了不起作用",
            "manifests have no such member; it has no effect",
        )
    });
    let reads = manifest.reads.iter().chain(&manifest.set_reads).flatten();
    let nowhere = reads
        .filter(|reads| !answer::can_be_read(&Pointer::parse(reads)))
        .map(|reads| doubtful(reads, "reads 写的这一项，表里没有", "reads: no document has this member"));
    let untried = manifest
        .rules
        .iter()
        .filter(|rule| rule.examples.is_empty())
        .map(|rule| doubtful(&rule.id, "没有例子，没有试", "has no example, so it was not tried"));
    unknown.chain(nowhere).chain(untried).collect()
}

/// The first reason why a text is not a document.
fn why_no_document(text: &str) -> Option<String> {
    let problem = explain(text).problems.into_iter().next()?;
    let at = problem.pointer.as_str().to_owned();
    Some(match problem.kind {
        ProblemKind::Violation(Violation { keyword, member, expected, found, .. }) => {
            let member = member.map(|member| format!(" {member:?}")).unwrap_or_default();
            format!("{at:?}: {keyword}{member} {expected} ({found})")
        }
        other => format!("{at:?}: {other:?}"),
    })
}

fn place(in_process: bool) -> (&'static str, &'static str) {
    if in_process { ("本进程内", "in process") } else { ("独立进程", "in a worker") }
}

fn configured(plugin: &mut Plugin, config: Option<&Value>) -> Result<(), Message> {
    plugin.configure(config.unwrap_or(&json!({}))).map_err(|refused| refused.message())
}

/// The documents of an example, as JSON texts.
fn texts(rule: &RuleDeclaration, example: &Example) -> Vec<String> {
    match (&example.input, rule.scope) {
        (Value::Array(documents), Of::Set) => documents.iter().map(Value::to_string).collect(),
        (document, _) => vec![document.to_string()],
    }
}

/// Runs a plugin over documents as a run would. Returns its findings and the result of its run.
pub(crate) fn run_over(plugin: &Plugin, samples: &Samples<'_>) -> (Vec<Finding>, Ran) {
    let mut runner = Runner::new(plugin);
    let mut found: Vec<Finding> = runner.check(samples).into_iter().flatten().collect();
    if plugin.does_sets() {
        let mut entries: Vec<Entry> = (samples.ids.iter().zip(&samples.documents).enumerate())
            .map(|(index, (id, document))| {
                let mut entry = Entry::new(id.clone(), document, DocumentDigest::members(index as u128));
                entry.contribution = Some(Contribution::of(document));
                entry
            })
            .collect();
        let options = CountingOptions {
            settled: &BTreeSet::new(),
            accept: &Accepted::default(),
            exclude_errors: false,
            roster: None,
            members: None,
            notices: &[],
            is_whole_set: true,
        };
        let (findings, _) =
            count_together(rules::ALL, &mut entries, options, &mut Tally::new(rules::ALL.len()));
        let departments = DepartmentIndex::new(&entries, None, &[]);
        let consolidation = without_rows(&departments, &findings, ConsolidationOptions::default());
        let view = SetView { departments: &departments, consolidation: &consolidation };
        found.extend(runner.set(&view).findings);
    }
    (found, runner.finish())
}

/// Runs an example as a run would and compares the rule's findings with the expected ones.
fn outcome(plugin: &Plugin, rule: &RuleDeclaration, example: &Example) -> Result<(), Message> {
    let texts = texts(rule, example);
    let samples = Samples::of(&texts, plugin);
    if samples.count() != texts.len() {
        let why = texts.iter().find_map(|text| why_no_document(text)).unwrap_or_default();
        return Err(both(
            format!("input 不符合 evaluation.schema.json：{why}"),
            format!("the input does not match evaluation.schema.json: {why}"),
        ));
    }
    let (mut found, ran) = run_over(plugin, &samples);
    if let Some(notice) = ran.notices.into_iter().next() {
        return Err(notice.message);
    }
    found.retain(|finding| finding.rule == rule.id);
    let agree = found.len() == example.expect.len()
        && found.iter().zip(&example.expect).all(|(found, expected)| is_as_expected(found, expected));
    if agree {
        return Ok(());
    }
    let shown = |finding: &Finding| {
        let args = serde_json::to_string(&finding.args).unwrap_or_default();
        let of = match &*finding.documents {
            [] => String::new(),
            documents => format!("\"documents\":{},", serde_json::to_string(documents).unwrap_or_default()),
        };
        format!("{{{of}\"pointer\":{:?},\"args\":{args}}}", finding.pointer)
    };
    let found = found.iter().map(shown).collect::<Vec<_>>().join(",");
    let expected = serde_json::to_string(&example.expect).unwrap_or_default();
    Err(both(format!("应为 {expected}，实为 [{found}]"), format!("expected {expected}, found [{found}]")))
}

fn is_as_expected(found: &Finding, expected: &Expected) -> bool {
    let given = |arg: &Arg| serde_json::to_value(arg).and_then(serde_json::from_value::<Given>).ok();
    let args: BTreeMap<&str, Option<Given>> =
        found.args.iter().map(|(name, arg)| (name, given(arg))).collect();
    let args_agree = expected.args.as_ref().is_none_or(|expected| {
        expected.len() == args.len()
            && expected.iter().all(|(name, value)| args.get(&**name) == Some(&Some(value.clone())))
    });
    args_agree && found.pointer == expected.pointer && found.documents == expected.documents
}

/// The configuration to try a plugin with, the empty one if the plugin accepts it, else the first example's; and the examples that have it.
fn one_config(plugin: &Plugin) -> (Value, Vec<(&RuleDeclaration, &Example)>) {
    let rules = plugin.manifest.rules.iter();
    let mut examples: Vec<_> =
        rules.flat_map(|rule| rule.examples.iter().map(move |example| (rule, example))).collect();
    let none = json!({});
    let first = examples.iter().find_map(|(_, example)| example.config.as_ref());
    let config = match first {
        Some(config) if plugin.takes(&none).is_err() => config.clone(),
        _ => none.clone(),
    };
    examples.retain(|(_, example)| example.config.as_ref().unwrap_or(&none) == &config);
    (config, examples)
}

/// The documents of all examples that share one configuration, and the configuration.
pub(crate) fn examples_of_one_config(plugin: &Plugin) -> (Value, Vec<String>) {
    let (config, examples) = one_config(plugin);
    (config, examples.into_iter().flat_map(|(rule, example)| texts(rule, example)).collect())
}

/// The sets of documents among those examples, each by itself.
#[cfg(target_os = "linux")]
pub(crate) fn sets_of_one_config(plugin: &Plugin) -> Vec<Vec<String>> {
    let (_, mut examples) = one_config(plugin);
    examples.retain(|(rule, _)| rule.scope == Of::Set);
    examples.into_iter().map(|(rule, example)| texts(rule, example)).collect()
}

/// Repeats requests: in reverse, one by one, in another worker and in this process. Every answer must be the
/// same.
fn repetitions(host: &Host, candidate: &Candidate) -> Result<Vec<Trial>, Refused> {
    let mut in_worker = Plugin::describe(Host { in_process: false, ..host.clone() }, candidate.clone())?;
    let mut here = Plugin::describe(Host { in_process: true, ..host.clone() }, candidate.clone())?;
    let (config, texts) = examples_of_one_config(&in_worker);
    in_worker.configure(&config)?;
    here.configure(&config)?;
    let samples = Samples::of(&texts, &in_worker);
    if samples.count() == 0 {
        return Ok(Vec::new());
    }
    let differs = |is_same: bool| (!is_same).then(|| both("答复不同", "the answers differ"));
    let trial = |zh: &str, en: &str, is_same: bool| Trial {
        what: both(zh, en),
        verdict: Verdict::of(differs(is_same)),
    };
    let mut trials = Vec::new();
    if in_worker.does_sets() {
        let set = |plugin: &Plugin| -> Result<Vec<u8>, Failure> {
            let mut session = plugin.open()?;
            let all: Vec<usize> = (0..samples.count()).collect();
            let (feed, finish) = samples.set(plugin, &all);
            session.call(2, &feed, host.limits.set)?;
            session.call(3, &finish, host.limits.set)
        };
        let first = set(&in_worker)?;
        trials.push(trial("全部表，另一个独立进程", "the set in another worker", first == set(&in_worker)?));
        trials.push(trial("全部表，在本进程内", "the set in process", first == set(&here)?));
    }
    if !in_worker.does(Op::CheckDocuments) {
        return Ok(trials);
    }
    let forth: Vec<usize> = (0..samples.count()).collect();
    let back: Vec<usize> = forth.iter().rev().copied().collect();
    let deadline = host.limits.batch;
    let ask = |plugin: &Plugin, orders: &[&[usize]]| -> Result<Vec<Vec<u8>>, Failure> {
        let mut session = plugin.open()?;
        let ask = |order: &&[usize]| session.call(1, &samples.request(plugin, order), deadline);
        orders.iter().map(ask).collect()
    };
    let singles: Vec<&[usize]> = forth.chunks(1).collect();
    let first = ask(&in_worker, &[&forth, &forth, &back])?;
    let second = ask(&in_worker, &[&forth])?;
    let one_by_one = ask(&in_worker, &singles)?;
    let in_process = ask(&here, &[&forth])?;

    let whole = answer::sorted(&first[..1]);
    trials.extend([
        trial("同一请求问两次", "the same request twice", first[0] == first[1]),
        trial("另一个独立进程", "another worker", first[0] == second[0]),
        trial("在本进程内", "in process", first[0] == in_process[0]),
        trial("倒序", "in reverse", whole == answer::sorted(&first[2..])),
        trial("逐份", "one by one", whole == answer::sorted(&one_by_one)),
    ]);
    Ok(trials)
}
