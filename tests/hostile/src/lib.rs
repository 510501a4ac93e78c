//! A plugin for tests that misbehaves as its configuration says.
//!
//! It misbehaves at documents of the department 猛兽, or, for modes about the set or about creating an
//! instance, at that point. Otherwise it reports `hostile/found` for the department 示范3, so that tests can
//! see that it works.

use std::any::Any;
use std::ffi::c_void;
use std::hint::black_box;
use std::panic::panic_any;
use std::ptr;

use huizong_plugin_abi::{Buf, PluginV1, code};
use huizong_plugin_sdk::boundary::table;
use huizong_plugin_sdk::{Document, End, Finding, Findings, Plugin, Severity};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Config {
    #[serde(default)]
    mode: String,
}

pub struct Hostile {
    mode: String,
}

struct Grudge;

impl Drop for Grudge {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

fn overflow(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if room[0] == u64::MAX { 0 } else { overflow(depth + 1) + room[1] }
}

fn for_ever() -> ! {
    loop {
        // SAFETY: usleep has no preconditions.
        unsafe { libc::usleep(10_000) };
    }
}

impl Hostile {
    fn misbehave(&self, document: &Document<'_>, findings: &mut Findings) {
        let report = |findings: &mut Findings, rule: &str, pointer: &str| {
            findings.report(Finding::new(rule, pointer));
        };
        match &*self.mode {
            "panic" => panic!("no"),
            "panic-drop" => panic_any(Box::new(Grudge) as Box<dyn Any + Send>),
            // SAFETY: this is unsound on purpose; it may only run in a worker.
            "null" => unsafe { ptr::write_volatile(ptr::null_mut::<u8>().wrapping_add(black_box(0)), 1) },
            "abort" => std::process::abort(),
            "loop" => loop {
                black_box(());
            },
            "sleep" => for_ever(),
            // SAFETY: raises a signal in this process.
            "stop" => unsafe {
                libc::raise(libc::SIGSTOP);
            },
            "ignore-term" => {
                // SAFETY: ignoring a signal installs no handler.
                unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
                for_ever();
            }
            "overflow" => {
                black_box(overflow(0));
            }
            "exit" => std::process::exit(0),
            "noise" => {
                for _ in 0..200_000 {
                    println!("noise on standard output");
                }
            }
            "close-all" => {
                for descriptor in 0..256 {
                    // SAFETY: closes only descriptors of this process.
                    unsafe { libc::close(descriptor) };
                }
            }
            // SAFETY: the child only sleeps.
            "fork" => unsafe {
                if libc::fork() == 0 {
                    for_ever();
                }
            },
            // SAFETY: the child only sleeps, and the parent exits.
            "fork-exit" => unsafe {
                if libc::fork() == 0 {
                    for_ever();
                }
                libc::_exit(7);
            },
            "allocate" => {
                let mut held: Vec<Vec<u8>> = Vec::new();
                loop {
                    held.push(vec![1; 1 << 20]);
                    black_box(&held);
                }
            }
            "write-file" => {
                let written = std::fs::write("/tmp/huizong-hostile-wrote-this", b"x");
                findings.log(format!("{written:?}"));
            }
            "kill-parent" => {
                // SAFETY: sends a signal to the command, which must not receive it.
                unsafe { libc::kill(libc::getppid(), libc::SIGKILL) };
            }
            "flood" => {
                for _ in 0..100_000 {
                    report(findings, "hostile/found", "/department/name");
                }
            }
            "flood-beyond" => {
                for _ in 0..400_000 {
                    report(findings, "hostile/found", "/department/name");
                }
            }
            "undeclared" => report(findings, "hostile/nothing-like-it", ""),
            "other-plugin" => report(findings, "tianhe/key-project-missing", "/key_projects"),
            "unknown-document" => {
                findings.report(Finding::new("hostile/found", "").of("nobody"));
            }
            "another-document" => {
                findings.report(Finding::new("hostile/found", "").of("docs.ndjson#3"));
            }
            "pointer" => report(findings, "hostile/found", "/tasks/99/name"),
            "severity" => {
                findings.report(Finding::new("hostile/found", "").as_severe_as(Severity::Error));
            }
            "atexit" => {
                extern "C" fn crash() {
                    std::process::abort();
                }
                // SAFETY: `crash` is a function of this library, which is never unloaded.
                unsafe { libc::atexit(crash) };
            }
            "thread-local" => {
                thread_local!(static LAST: Grudge = const { Grudge });
                LAST.with(|last| {
                    black_box(ptr::from_ref(last));
                });
            }
            "order" | "time" => {}
            _ => {}
        }
        let _ = document;
    }
}

impl Plugin for Hostile {
    const MANIFEST: &'static str = r#"{
        "protocol": 1,
        "plugin": {"id": "hostile", "version": "0.1.0"},
        "ops": [1, 2, 3],
        "reads": ["/department"],
        "config_schema": {"type": "object", "properties": {"mode": {"type": "string"}}},
        "rules": [
            {"id": "hostile/found", "severity": "info", "title": {"zh": "有", "en": "There"},
             "message": {"zh": "有。", "en": "There."},
             "examples": [{"expect": [{"pointer": "/department/name"}], "input": {
                "schema_version": "1.0", "department": {"name": "示范3"}, "fiscal_year": 2023, "unit": "CNY",
                "budget": {"initial_budget": "1", "adjusted_budget": "1", "actual_expenditure": "1"}}}]},
            {"id": "hostile/set", "severity": "info", "scope": "set", "title": {"zh": "集", "en": "Set"},
             "message": {"zh": "集。", "en": "Set."}}
        ]
    }"#;
    type Config = Config;

    fn create(config: Config) -> Result<Self, String> {
        match &*config.mode {
            "create-refuses" => Err("不想干".into()),
            "create-crashes" => std::process::abort(),
            "create-hangs" => for_ever(),
            _ => Ok(Self { mode: config.mode }),
        }
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        use std::sync::atomic::{AtomicU64, Ordering};
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let name = document.draft.department.as_ref().and_then(|d| d.name.as_deref()).unwrap_or_default();
        let calls = CALLS.fetch_add(1, Ordering::Relaxed);
        match &*self.mode {
            "leak" => std::mem::forget(black_box(vec![1_u8; 1 << 16])),
            "order" if calls > 0 => return,
            "time" => {
                let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
                if now.is_ok_and(|now| now.subsec_nanos() % 2 == 0) {
                    return;
                }
            }
            _ => {}
        }
        if name == "示范3" {
            findings.report(Finding::new("hostile/found", "/department/name"));
        }
        if name.starts_with("猛兽") {
            self.misbehave(document, findings);
        }
    }

    fn feed(&mut self, document: &Document<'_>) {
        let name = document.draft.department.as_ref().and_then(|d| d.name.as_deref()).unwrap_or_default();
        match &*self.mode {
            "set-crashes" if name.starts_with("猛兽") => std::process::abort(),
            "set-hangs" if name.starts_with("猛兽") => for_ever(),
            _ => {}
        }
    }

    fn finish(&mut self, end: &End<'_>, findings: &mut Findings) {
        match &*self.mode {
            "finish-panics" => panic!("no end"),
            "finish-unknown" => findings.report(Finding::new("hostile/set", "").about(["nobody"])),
            "finish-measures" => findings.measure("hostile/what", &Default::default(), &1),
            "finish-finds" => {
                let first = end.documents[0].id;
                findings.report(Finding::new("hostile/set", "/department").about([first]));
            }
            _ => {}
        }
    }
}

/// Answers with bytes that the SDK would never produce, if the mode asks for it.
unsafe extern "C" fn call(
    instance: *mut c_void,
    op: u32,
    input: *const u8,
    len: usize,
    out: *mut Buf,
) -> i32 {
    // SAFETY: by the header, the host's bytes are valid and the instance is this library's.
    let (bytes, mode) =
        unsafe { (std::slice::from_raw_parts(input, len), &(*instance.cast::<Hostile>()).mode) };
    let is_guilty = op == 1 && bytes.windows("猛兽".len()).any(|window| window == "猛兽".as_bytes());
    let crafted: Option<Vec<u8>> = match &**mode {
        _ if !is_guilty => None,
        "utf8" => Some(b"{\"findings\": [\"\xff\"]}".to_vec()),
        "nan" => Some(b"{\"findings\": NaN}".to_vec()),
        "duplicate" => Some(br#"{"findings": [], "findings": []}"#.to_vec()),
        "deep" => Some([b"{\"x\":".as_slice(), &b"[".repeat(100_000)].concat()),
        "trailing" => Some(b"{\"findings\": []} and more".to_vec()),
        "code" => {
            return 77;
        }
        "gigabyte" | "size-max" | "null-length" => {
            let len = match &**mode {
                "gigabyte" => 1 << 30,
                "size-max" => usize::MAX,
                _ => 5,
            };
            let data = if *mode == "null-length" { ptr::null_mut() } else { NOTE.as_ptr().cast_mut() };
            // SAFETY: `out` is the host's buffer, valid for writing.
            unsafe { out.write(Buf { data, len, owner: ptr::dangling_mut() }) };
            return code::OK;
        }
        _ => None,
    };
    if let Some(bytes) = crafted {
        let bytes = Box::leak(bytes.into_boxed_slice());
        // SAFETY: `out` is the host's buffer, valid for writing.
        unsafe { out.write(Buf { data: bytes.as_mut_ptr(), len: bytes.len(), owner: ptr::null_mut() }) };
        return code::OK;
    }
    // SAFETY: all arguments are passed on unchanged.
    unsafe { SDK.call.unwrap()(instance, op, input, len, out) }
}

static NOTE: [u8; 8] = *b"not mine";
const SDK: PluginV1 = table::<Hostile>();

unsafe extern "C" fn release(buf: *mut Buf) {
    // SAFETY: the host's buffer, which this library filled.
    unsafe {
        if (*buf).owner.is_null() {
            SDK.release.unwrap()(buf);
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn huizong_abi_version() -> u32 {
    huizong_plugin_abi::ABI_VERSION
}

#[unsafe(no_mangle)]
extern "C" fn huizong_plugin_entry_v1() -> *const PluginV1 {
    const TABLE: &PluginV1 = &PluginV1 { call: Some(call), release: Some(release), ..SDK };
    TABLE
}
