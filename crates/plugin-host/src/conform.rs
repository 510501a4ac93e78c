//! Tests a library against the numbered rules of behaviour.

use std::collections::{BTreeMap, BTreeSet};

use huizong_schema::findings::{Message, Notice};
use huizong_schema::protocol::Op;
use huizong_schema::receipt::PluginIsolation;

use crate::answer;
use crate::examples::{Samples, examples_of_one_config, run_over, sets_of_one_config};
use crate::failure::{Failure, Violation};
use crate::host::Host;
use crate::plugin::Plugin;
use crate::refused::Refused;
use crate::runner::Documents;
use crate::session::Session;
use crate::trust::Candidate;
use crate::worker::Worker;

/// One of the header's rules, and the result of testing it.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its number in the header.
    pub number: u32,
    /// The rule in short.
    pub demand: Message,
    /// How it was tested.
    pub tried: Message,
    /// The result.
    pub verdict: Outcome,
}

/// The result of testing a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was kept in every test.
    Met,
    /// It was broken; the message says how.
    Broken(Message),
    /// It could not be tested; the message says why.
    Untried(Message),
}

/// Each rule in short and how it is tested, in both languages.
#[rustfmt::skip]
const CLAUSES: [(&str, &str, &str, &str); 12] = [
    ("输入只读，不越界", "input is read-only and read within its bounds",
     "输入放在只读内存末尾，其后不可访问", "inputs at the end of read-only memory, followed by inaccessible memory"),
    ("答复缓冲填写或留空", "the buffer is filled or left zeroed",
     "各种调用后检查缓冲", "the buffer after every kind of call"),
    ("内存由插件释放一次", "buffers are released once, and nothing leaks",
     "重复 {calls} 次，内存不增长", "{calls} calls; memory does not grow"),
    ("答复不超过 16 MiB", "answers of at most 16 MiB",
     "所有答复的长度", "the length of every answer"),
    ("函数表始终有效", "the table stays valid",
     "最后再问一次插件说明", "the manifest requested again at the end"),
    ("异常不越过边界", "no panic or exception leaves a function",
     "17 份坏请求和未知的 op", "17 bad requests, and an unknown op"),
    ("标志位和保留位", "flags and reserved fields",
     "函数表的大小、标志位和保留位", "the table's size, flags and reserved field"),
    ("不记得先前的表", "earlier documents are not remembered",
     "同一份表先后问、倒序问", "a document before and after others, and in reverse"),
    ("同样的请求同样的答复", "the same request, the same bytes",
     "两次、两个进程", "twice, in two workers"),
    ("不动进程的环境", "the process is left unchanged",
     "工作目录、环境变量、umask、信号、线程、标准输出", "working directory, environment, umask, signals, threads, standard output"),
    ("在时限之内", "within the deadlines",
     "加载、说明、建立、检查", "loading, describing, creating, checking"),
    ("发现合乎声明", "findings match the manifest",
     "例子中的每一处发现", "every finding in the examples"),
];

/// An op that no version defines, beyond the reserved ones.
const UNKNOWN: u32 = 1_000_000;

/// Whether a signal reports an invalid memory access.
fn is_access(signal: i32) -> bool {
    [libc::SIGSEGV, libc::SIGBUS].contains(&signal)
}

/// Invalid requests.
const BAD: [&[u8]; 17] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\"x\"",
    b"\xff\xfe",
    b"{}",
    b"{\"documents\":1}",
    b"{\"documents\":[1]}",
    b"{\"documents\":[{\"id\":1}]}",
    b"{\"protocol\":1,\"op\":1,\"documents\":[{\"id\":\"1\",\"document\":[]}]}",
    b"{\"documents\":[{\"id\":\"\\",
    b"{\"documents\":[{\"id\":\"1\",\"document\":{}}",
    b"\x00\x00\x00\x00",
    b"{\"documents\":[\x00]}",
    b"{\"documents\":[{\"id\":\"1\",\"document\":{\x00}}]}",
    b"{\"documents\":[{\"id\":\"1\",\"document\":{\"a\":\x00",
];

/// How a library keeps the numbered rules, and what kept it from doing harm meanwhile.
pub struct Conformity {
    /// What is in force on this machine.
    pub isolation: Option<PluginIsolation>,
    /// The notice that this is not enough, if that is so.
    pub weakly_isolated: Option<Notice>,
    /// A clause for each rule.
    pub clauses: Vec<Clause>,
}

/// Tests every numbered rule on a library.
///
/// # Errors
/// Returns [`Refused`] if the library cannot be loaded or its manifest is not valid; no rule can be tested
/// then.
pub fn conform(host: &Host, candidate: &Candidate, calls: u32) -> Result<Conformity, Refused> {
    let host = Host { in_process: false, ..host.clone() };
    let mut plugin = Plugin::describe(host.clone(), candidate.clone())?;
    let (config, mut texts) = examples_of_one_config(&plugin);
    if Documents::count(&Samples::of(&texts, &plugin)) == 0 {
        texts = vec![huizong_schema::publish::sample().to_string()];
    }
    plugin.configure(&config)?;
    let config = config.to_string().into_bytes();
    let mut walk = Walk {
        host: &host,
        candidate,
        samples: Samples::of(&texts, &plugin),
        plugin: &plugin,
        config,
        calls,
        tried: BTreeSet::new(),
        broken: BTreeMap::new(),
        failure: None,
    };
    walk.behaviour();
    walk.bad_requests();
    walk.other_worker();
    walk.findings();
    let clause = |(number, (demand, demand_en, tried, tried_en)): (u32, (&str, &str, &str, &str))| Clause {
        number,
        demand: Message { zh: demand.into(), en: demand_en.into() },
        tried: Message {
            zh: tried.replace("{calls}", &calls.to_string()),
            en: tried_en.replace("{calls}", &calls.to_string()),
        },
        verdict: walk.verdict(number),
    };
    Ok(Conformity {
        isolation: plugin.isolation,
        weakly_isolated: plugin.weakly_isolated(),
        clauses: (1..).zip(CLAUSES).map(clause).collect(),
    })
}

struct Walk<'w> {
    host: &'w Host,
    candidate: &'w Candidate,
    plugin: &'w Plugin,
    samples: Samples<'w>,
    config: Vec<u8>,
    /// The number of calls made while memory is measured.
    calls: u32,
    /// The rules that were tested.
    tried: BTreeSet<u32>,
    broken: BTreeMap<u32, Message>,
    /// A failure that ended a test early without breaking a rule.
    failure: Option<Message>,
}

impl Walk<'_> {
    fn verdict(&self, number: u32) -> Outcome {
        match (self.broken.get(&number), &self.failure) {
            (Some(how), _) => Outcome::Broken(how.clone()),
            (None, _) if self.tried.contains(&number) => Outcome::Met,
            (None, why) => Outcome::Untried(why.clone().unwrap_or_else(|| Message {
                zh: "插件先已出错".into(),
                en: "the plugin failed earlier".into(),
            })),
        }
    }

    /// Records that a rule is broken; only the first way counts.
    fn break_rule(&mut self, number: u32, zh: &str, en: &str) {
        self.broken.entry(number).or_insert_with(|| Message { zh: zh.into(), en: en.into() });
    }

    /// Records the rule that a failure breaks. Returning an error code breaks none. Ending the process breaks
    /// rule 6, except by an invalid memory access, which breaks the rule under test.
    fn failed(&mut self, tried: u32, failure: &Failure) {
        let number = match failure {
            Failure::TimedOut => 11,
            Failure::Violation(Violation::NullWithLength | Violation::TooLong(_)) => 4,
            Failure::Code(..) => {
                self.failure = Some(failure.message());
                return;
            }
            Failure::Signal(signal) if !is_access(*signal) => 6,
            Failure::Ended(_) => 6,
            _ => tried,
        };
        let Message { zh, en } = failure.message();
        self.break_rule(number, &zh, &en);
    }

    fn all(&self) -> Vec<usize> {
        (0..self.samples.count()).collect()
    }

    fn worker(&self) -> Result<Worker, Failure> {
        Ok(Worker::open(self.host, &self.candidate.bytes)?)
    }

    /// Has the plugin process the documents with these indexes: checks them, or feeds and finishes a set.
    fn check(&self, worker: &mut Worker, indexes: &[usize]) -> Result<Vec<u8>, Failure> {
        if self.plugin.does(Op::CheckDocuments) {
            let request = self.samples.request(self.plugin, indexes);
            return worker.call(1, &request, self.host.limits.batch);
        }
        if !self.plugin.does_sets() {
            return Ok(Vec::new());
        }
        worker.create(&self.config)?;
        let (feed, finish) = self.samples.set(self.plugin, indexes);
        worker.call(2, &feed, self.host.limits.set)?;
        worker.call(3, &finish, self.host.limits.set)
    }

    /// Tests rules 1 to 5 and 7 to 11 in one watched worker.
    fn behaviour(&mut self) {
        if let Err(failure) = self.try_behaviour() {
            self.failed(1, &failure);
        }
    }

    fn try_behaviour(&mut self) -> Result<(), Failure> {
        let mut worker = self.worker()?;
        let manifest = worker.describe()?;
        worker.watch()?;
        let before = worker.inspect()?;
        if let Some(table) = before.table
            && (table.flags & !huizong_plugin_abi::REENTRANT != 0 || table.reserved0 != 0)
        {
            self.break_rule(7, "保留位不为 0", "a reserved bit is not 0");
        }
        self.tried.insert(7);
        worker.create(&self.config)?;
        let all = self.all();
        let first = self.check(&mut worker, &all[..1])?;
        let whole = self.check(&mut worker, &all)?;
        self.tried.extend([1, 2, 4, 11]);
        if self.check(&mut worker, &all)? != whole {
            self.break_rule(9, "两次答复不同", "two answers differ");
        }
        let back: Vec<usize> = all.iter().rev().copied().collect();
        let reversed = self.check(&mut worker, &back)?;
        if answer::sorted(&[reversed]) != answer::sorted(&[whole])
            || self.check(&mut worker, &all[..1])? != first
        {
            self.break_rule(
                8,
                "答复与先前问过的表或次序有关",
                "an answer depends on earlier documents or the order",
            );
        }
        self.tried.insert(8);
        for _ in 0..100 {
            self.check(&mut worker, &all)?;
        }
        let warm = worker.inspect()?.memory;
        for _ in 0..self.calls {
            self.check(&mut worker, &all)?;
        }
        let after = worker.inspect()?;
        self.tried.extend([3, 10]);
        // The allocator may take a few pages.
        if after.memory > warm + 1024 {
            let (grown, calls) = (after.memory - warm, self.calls);
            self.break_rule(
                3,
                &format!("{calls} 次后多占 {grown} kB"),
                &format!("{grown} kB more after {calls} calls"),
            );
        }
        let changed = before.fixed.iter().find(|(name, value)| after.fixed.get(*name) != Some(value));
        if let Some((name, _)) = changed {
            self.break_rule(10, &format!("改变了：{name}"), &format!("changed: {name}"));
        }
        if after.printed > 0 {
            self.break_rule(10, "向标准输出写了东西", "wrote to standard output");
        }
        self.tried.insert(5);
        if worker.describe()? != manifest {
            self.break_rule(5, "插件说明前后不同", "the manifest has changed");
        }
        Ok(())
    }

    /// Tests rule 6: any request gets a return code.
    fn bad_requests(&mut self) {
        if let Err(failure) = self.try_bad_requests() {
            self.failed(6, &failure);
        }
    }

    fn try_bad_requests(&mut self) -> Result<(), Failure> {
        let mut worker = self.worker()?;
        worker.watch()?;
        worker.create(&self.config)?;
        for bad in BAD {
            for op in &self.plugin.manifest.ops {
                match worker.call(*op, bad, self.host.limits.batch) {
                    Err(failure) if !failure.leaves_it_alive() => return Err(failure),
                    Err(Failure::Violation(violation)) => return Err(Failure::Violation(violation)),
                    _ => {}
                }
            }
        }
        match worker.call(UNKNOWN, b"{}", self.host.limits.batch) {
            Err(Failure::Code(huizong_plugin_abi::code::UNSUPPORTED, _)) => {}
            Err(failure) if !failure.leaves_it_alive() => return Err(failure),
            _ => self.break_rule(
                6,
                "对未知的 op 没有回答 HUIZONG_UNSUPPORTED",
                "an unknown op was not answered by HUIZONG_UNSUPPORTED",
            ),
        }
        // After all the bad requests, good ones must still work.
        self.check(&mut worker, &self.all())?;
        self.tried.insert(6);
        Ok(())
    }

    /// Tests rule 9 across processes.
    fn other_worker(&mut self) {
        let ask = || -> Result<Vec<u8>, Failure> {
            let mut worker = self.worker()?;
            worker.create(&self.config)?;
            self.check(&mut worker, &self.all())
        };
        match (ask(), ask()) {
            (Ok(one), Ok(other)) => {
                self.tried.insert(9);
                if one != other {
                    self.break_rule(9, "两个进程的答复不同", "two workers answer differently");
                }
            }
            (Err(failure), _) | (_, Err(failure)) => self.failed(9, &failure),
        }
    }

    /// Tests rule 12.
    fn findings(&mut self) {
        let (_, ran) = run_over(self.plugin, &self.samples);
        self.found(ran.notices);
        // Among the documents of all examples a set may show other things than by itself.
        for texts in sets_of_one_config(self.plugin) {
            let (_, ran) = run_over(self.plugin, &Samples::of(&texts, self.plugin));
            self.found(ran.notices);
        }
    }

    fn found(&mut self, notices: Vec<Notice>) {
        if notices.iter().all(|notice| notice.notice == "plugin-findings-dropped") {
            self.tried.insert(12);
        }
        let dropped = notices.into_iter().find(|notice| notice.notice == "plugin-findings-dropped");
        if let Some(notice) = dropped {
            self.broken.entry(12).or_insert(notice.message);
        }
    }
}
