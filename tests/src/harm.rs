//! Processes damaged or malicious files and measures the time and memory that this takes.

use std::time::{Duration, Instant};

use huizong_core::{Lang, RuleInput, Settings, Tally, check, rules};
use huizong_forms::profile::built_in;
use huizong_forms::{Format, Mark, Options, annotate, read};
use huizong_schema::Draft;
use huizong_schema::findings::Severity;

/// The most processor time that any file from a department may take. Test builds are hardly optimised: the slowest file
/// takes five times as long as in a release build.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 5 });
/// The most memory that reading one file after another may take, in KiB.
pub const MOST_MEMORY: u64 = 512 << 10;

/// Reads a file, checks it against every rule and annotates it. Returns whether the result is a document, a
/// finding or a notice.
pub fn take(name: &str, bytes: &[u8]) -> String {
    let began = Began::now();
    let contents = read(bytes, name, &Options::default());
    let mut findings = 0;
    let mut marks = Vec::new();
    for (index, read) in contents.documents.iter().enumerate() {
        let settings = Settings::default();
        let input = RuleInput {
            draft: &read.draft,
            reading: &read.reading,
            traits: &read.traits,
            settings: &settings,
        };
        let found = check(rules::ALL, name, &input, &mut Tally::new(rules::ALL.len()), &mut Vec::new());
        findings += found.len();
        marks.extend(found.iter().map(|finding| Mark {
            related: Vec::new(),
            answer: String::new(),
            severity: Severity::Error,
            title: finding.rule.to_string(),
            message: finding.message.zh.clone(),
            place: read.origins.place(&finding.pointer).cloned(),
            shown: String::new(),
            document: index,
            pointer: finding.pointer.clone(),
        }));
    }
    let notices =
        contents.notices.len() + contents.documents.iter().map(|read| read.notices.len()).sum::<usize>();
    let documents = contents.documents.iter().filter(|read| read.draft != Draft::default()).count();
    assert!(documents + findings + notices > 0, "{name}: nothing came of it");
    assert!(began.elapsed() < LONGEST, "{name}: read and checked in {:?}", began.elapsed());
    let format = Format::of(name).filter(|format| *format != Format::Text).unwrap_or(Format::Xlsx);
    let _ = annotate(bytes, name, &built_in()[0], &marks, format, Lang::Zh);
    assert!(began.elapsed() < 2 * LONGEST, "{name}: given back in {:?}", began.elapsed());
    let kind = if documents > 0 {
        "a document"
    } else if findings > 0 {
        "a finding"
    } else {
        "a notice"
    };
    kind.to_owned()
}

/// The start of a piece of work on this thread.
struct Began {
    clock: Instant,
    processor: Option<u64>,
}

impl Began {
    fn now() -> Self {
        Self { clock: Instant::now(), processor: processor() }
    }

    /// The processor time since the start, which other programs do not lengthen; clock time if the system does not
    /// report it.
    fn elapsed(&self) -> Duration {
        match (self.processor, processor()) {
            (Some(began), Some(now)) => Duration::from_nanos(now - began),
            _ => self.clock.elapsed(),
        }
    }
}

/// How long this thread has had a processor, in nanoseconds.
fn processor() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// The peak memory of the process, in KiB.
#[cfg(target_os = "linux")]
pub fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Memory is measured on Linux only.
#[cfg(not(target_os = "linux"))]
pub fn peak() -> u64 {
    0
}

/// Resets the peak memory.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
