//! A plugin that misbehaves as its configuration says: for tests alone.
//!
//! It misbehaves when it meets a document of the department 猛兽, or, where the mode is about the set or about making
//! an instance, there. Otherwise it reports `hostile/found` for the department 示范3, so that tests see it at work.

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
        // SAFETY: waits.
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
            // SAFETY: it is not; the worker is there for it.
            "null" => unsafe { ptr::write_volatile(ptr::null_mut::<u8>().wrapping_add(black_box(0)), 1) },
            "abort" => std::process::abort(),
            "loop" => loop {
                black_box(());
            },
            "sleep" => for_ever(),
            // SAFETY: a signal to itself.
            "stop" => unsafe {
                libc::raise(libc::SIGSTOP);
            },
            "ignore-term" => {
                // SAFETY: sets a handler that does nothing.
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
                    // SAFETY: whatever it closes is this process's.
                    unsafe { libc::close(descriptor) };
                }
            }
            // SAFETY: the child does nothing but wait.
            "fork" => unsafe {
                if libc::fork() == 0 {
                    for_ever();
                }
            },
            // SAFETY: as above; the parent goes.
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
                // SAFETY: a signal to the command, which must not arrive.
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
            "pointer" => report(findings, "hostile/found", "/tasks/99/name"),
            "severity" => {
                findings.report(Finding::new("hostile/found", "").as_severe_as(Severity::Error));
            }
            "atexit" => {
                extern "C" fn crash() {
                    std::process::abort();
                }
                // SAFETY: registers a function that stays.
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

/// Modes whose answer no SDK would give.
unsafe extern "C" fn call(
    instance: *mut c_void,
    op: u32,
    input: *const u8,
    len: usize,
    out: *mut Buf,
) -> i32 {
    // SAFETY: the host's bytes and this library's instance, as the header says.
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
            // SAFETY: the host's buffer.
            unsafe { out.write(Buf { data, len, owner: ptr::dangling_mut() }) };
            return code::OK;
        }
        _ => None,
    };
    if let Some(bytes) = crafted {
        let bytes = Box::leak(bytes.into_boxed_slice());
        // SAFETY: the host's buffer.
        unsafe { out.write(Buf { data: bytes.as_mut_ptr(), len: bytes.len(), owner: ptr::null_mut() }) };
        return code::OK;
    }
    // SAFETY: handed on as it came.
    unsafe { SDK.call.unwrap()(instance, op, input, len, out) }
}

static NOTE: [u8; 8] = *b"not mine";
const SDK: PluginV1 = table::<Hostile>();

unsafe extern "C" fn release(buf: *mut Buf) {
    // SAFETY: the host's buffer, as this library filled it.
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
