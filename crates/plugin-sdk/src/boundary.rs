//! Implements the two symbols and the five functions for a [`Plugin`]. Authors only need
//! [`export!`](crate::export).

#![allow(unsafe_code, reason = "the other side of this boundary is not Rust")]

use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{mem, ptr, slice};

use huizong_plugin_abi::{ABI_MINOR, Buf, PluginV1, code};
use huizong_schema::protocol::{Op, Request};
use serde_json::json;

use crate::plugin::{Document, End, Findings, Plugin};

/// Exports a [`Plugin`] from the shared library that this crate builds. Use it once in a crate.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[doc(hidden)]
        mod huizong_exported {
            use super::*;

            #[unsafe(no_mangle)]
            extern "C" fn huizong_abi_version() -> u32 {
                $crate::abi::ABI_VERSION
            }

            #[unsafe(no_mangle)]
            extern "C" fn huizong_plugin_entry_v1() -> *const $crate::abi::PluginV1 {
                const TABLE: &$crate::abi::PluginV1 = &$crate::boundary::table::<$plugin>();
                TABLE
            }
        }
    };
}

/// The table of a plugin.
#[must_use]
pub const fn table<P: Plugin>() -> PluginV1 {
    PluginV1 {
        struct_size: PluginV1::SIZE,
        abi_minor: ABI_MINOR,
        flags: 0,
        reserved0: 0,
        describe: Some(describe::<P>),
        create: Some(create::<P>),
        call: Some(call::<P>),
        destroy: Some(destroy::<P>),
        release: Some(release),
    }
}

/// Moves bytes into a buffer; `release` takes them back.
///
/// # Safety
/// `out` must be the host's buffer, valid for writing.
unsafe fn fill(out: *mut Buf, bytes: Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let bytes: &'static mut [u8] = Box::leak(bytes.into_boxed_slice());
    let buf = Buf { data: bytes.as_mut_ptr(), len: bytes.len(), owner: ptr::null_mut() };
    // SAFETY: the caller's promise.
    unsafe { out.write(buf) };
}

fn error(message: &str) -> Vec<u8> {
    json!({ "message": message }).to_string().into_bytes()
}

/// Runs an author's code and catches panics, whose message becomes the answer.
///
/// # Safety
/// As for [`fill`].
unsafe fn guarded(out: *mut Buf, work: impl FnOnce() -> (i32, Vec<u8>)) -> i32 {
    let (code, bytes) = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done,
        Err(payload) => (code::INTERNAL, error(&message_of(payload))),
    };
    // SAFETY: the caller's promise.
    unsafe { fill(out, bytes) };
    code
}

/// The message of a panic. Its payload may itself panic when it is dropped.
fn message_of(payload: Box<dyn Any + Send>) -> String {
    let said = payload
        .downcast_ref::<&str>()
        .map(|said| (*said).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "panicked".to_owned());
    let mut dropping = payload;
    for _ in 0..8 {
        match catch_unwind(AssertUnwindSafe(|| drop(dropping))) {
            Ok(()) => return said,
            Err(again) => dropping = again,
        }
    }
    mem::forget(dropping);
    said
}

unsafe extern "C" fn describe<P: Plugin>(out: *mut Buf) -> i32 {
    // SAFETY: rule 2 of the header: `out` is the host's buffer.
    unsafe { guarded(out, || (code::OK, P::MANIFEST.as_bytes().to_vec())) }
}

unsafe extern "C" fn create<P: Plugin>(
    config: *const u8,
    len: usize,
    instance: *mut *mut c_void,
    out: *mut Buf,
) -> i32 {
    let work = || {
        // SAFETY: rule 1: the bytes are valid during the call.
        let config = unsafe { input(config, len) };
        let config = match serde_json::from_slice::<P::Config>(config) {
            Ok(config) => config,
            Err(why) => return (code::CONFIG, error(&why.to_string())),
        };
        match P::create(config) {
            Ok(plugin) => {
                let made: *mut P = Box::into_raw(Box::new(plugin));
                // SAFETY: rule 2: `instance` points to the host's variable for the instance.
                unsafe { instance.write(made.cast()) };
                (code::OK, Vec::new())
            }
            Err(why) => (code::CONFIG, error(&why)),
        }
    };
    // SAFETY: rule 2.
    unsafe { guarded(out, work) }
}

unsafe extern "C" fn call<P: Plugin>(
    instance: *mut c_void,
    op: u32,
    bytes: *const u8,
    len: usize,
    out: *mut Buf,
) -> i32 {
    let work = || {
        // Check the op first: the bytes of an unknown one need not look like a request.
        let Some(op) = Op::of(op) else { return (code::UNSUPPORTED, Vec::new()) };
        // SAFETY: rule 1.
        let bytes = unsafe { input(bytes, len) };
        // SAFETY: `create` made it, and by rule 7 nothing else uses it now.
        let plugin = unsafe { &mut *instance.cast::<P>() };
        let mut findings = Findings::default();
        let mut spare = String::new();
        let read = Request::read(bytes, &mut spare, |id, draft| {
            let document = Document { id, draft };
            match op {
                Op::CheckDocuments => {
                    findings.begin(id);
                    plugin.check(&document, &mut findings);
                }
                Op::SetFeed => plugin.feed(&document),
                Op::SetFinish => {}
            }
        });
        let request = match read {
            Ok(request) => request,
            Err(why) => return (code::INVALID_INPUT, error(&why.to_string())),
        };
        match op {
            Op::CheckDocuments => {}
            Op::SetFeed => return (code::OK, Vec::new()),
            Op::SetFinish => {
                plugin.finish(&End::of(&request), &mut findings);
            }
        }
        match serde_json::to_vec(&findings.answer) {
            Ok(answer) => (code::OK, answer),
            Err(why) => (code::INTERNAL, error(&why.to_string())),
        }
    };
    // SAFETY: rule 2.
    unsafe { guarded(out, work) }
}

unsafe extern "C" fn destroy<P: Plugin>(instance: *mut c_void) {
    let work = || {
        // SAFETY: `create` made it from a box, and it is destroyed once.
        drop(unsafe { Box::from_raw(instance.cast::<P>()) });
    };
    if let Err(payload) = catch_unwind(AssertUnwindSafe(work)) {
        message_of(payload);
    }
}

unsafe extern "C" fn release(buf: *mut Buf) {
    // SAFETY: rule 3: the host returns a buffer that `fill` filled, once.
    unsafe {
        let Buf { data, len, .. } = buf.read();
        drop(Box::from_raw(ptr::slice_from_raw_parts_mut(data, len)));
        buf.write(Buf::ZERO);
    }
}

/// Borrows the host's bytes.
///
/// # Safety
/// `data` must point to `len` bytes that do not change, or `len` must be 0.
unsafe fn input<'i>(data: *const u8, len: usize) -> &'i [u8] {
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(data, len) }
}
