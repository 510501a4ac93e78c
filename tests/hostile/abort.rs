//! A plugin whose panics abort. Tests compile it with rustc, as a cargo workspace has one panic strategy for
//! all its crates.

#![allow(clippy::missing_safety_doc, unsafe_op_in_unsafe_fn)]

#[path = "../../crates/plugin-abi/src/lib.rs"]
#[allow(dead_code)]
mod abi;

use abi::{ABI_VERSION, Buf, PluginV1, code};
use std::ffi::c_void;

const MANIFEST: &[u8] =
    br#"{"protocol":1,"plugin":{"id":"abort","version":"0.1.0"},"ops":[1],"reads":["/department/name"]}"#;

unsafe extern "C" fn describe(out: *mut Buf) -> i32 {
    let bytes = Box::leak(MANIFEST.to_vec().into_boxed_slice());
    (*out).data = bytes.as_mut_ptr();
    (*out).len = bytes.len();
    code::OK
}

unsafe extern "C" fn create(_: *const u8, _: usize, _: *mut *mut c_void, _: *mut Buf) -> i32 {
    code::OK
}

unsafe extern "C" fn call(_: *mut c_void, _: u32, input: *const u8, len: usize, _: *mut Buf) -> i32 {
    let bytes = std::slice::from_raw_parts(input, len);
    if bytes.windows(6).any(|window| window == "猛兽".as_bytes()) {
        panic!("and nothing unwinds");
    }
    code::OK
}

unsafe extern "C" fn destroy(_: *mut c_void) {}

unsafe extern "C" fn release(buf: *mut Buf) {
    drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut((*buf).data, (*buf).len)));
}

#[unsafe(no_mangle)]
extern "C" fn huizong_abi_version() -> u32 {
    ABI_VERSION
}

#[unsafe(no_mangle)]
extern "C" fn huizong_plugin_entry_v1() -> *const PluginV1 {
    const TABLE: &PluginV1 = &PluginV1 {
        struct_size: PluginV1::SIZE,
        abi_minor: 0,
        flags: 0,
        reserved0: 0,
        describe: Some(describe),
        create: Some(create),
        call: Some(call),
        destroy: Some(destroy),
        release: Some(release),
    };
    TABLE
}
