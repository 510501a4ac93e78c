//! The binary interface between Huizong and its plugins, ABI 1: the Rust mirror of `include/huizong_plugin.h`.
//!
//! The header is the specification; it numbers the rules of behaviour that docs and tests cite. This crate holds
//! layouts and numbers alone: no code runs here, and nothing is known of JSON, of loading or of processes. Plugins in
//! Rust use `huizong-plugin-sdk` instead.
//!
//! Read first: [`PluginV1`] (the table), [`Buf`] (bytes that a plugin gives) and [`code`].

#![no_std]

use core::ffi::c_void;

/// The major version of this interface.
pub const ABI_MAJOR: u32 = 1;
/// Its minor version.
pub const ABI_MINOR: u32 = 0;
/// What `huizong_abi_version` returns: major in the upper 16 bits, minor in the lower.
pub const ABI_VERSION: u32 = ABI_MAJOR << 16 | ABI_MINOR;

/// The name of the function that tells the version, as a C string.
pub const VERSION_SYMBOL: &core::ffi::CStr = c"huizong_abi_version";
/// The name of the function that gives the table, as a C string.
pub const ENTRY_SYMBOL: &core::ffi::CStr = c"huizong_plugin_entry_v1";

/// What a plugin's functions return. Any other value counts as [`code::INTERNAL`].
pub mod code {
    /// Done; the buffer holds the answer.
    pub const OK: i32 = 0;
    /// The request is not one.
    pub const INVALID_INPUT: i32 = 1;
    /// An op that the plugin does not know.
    pub const UNSUPPORTED: i32 = 2;
    /// The configuration will not do.
    pub const CONFIG: i32 = 3;
    /// A failure of the plugin's own, a caught panic too.
    pub const INTERNAL: i32 = 4;
}

/// [`PluginV1::flags`]: calls on one instance may overlap.
pub const REENTRANT: u32 = 1;

/// What `len` of a buffer is at most, unless a request's limits say otherwise: 16 MiB.
pub const MAX_LEN: usize = 16 << 20;

/// Bytes that a plugin gives the host.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Buf {
    /// The first byte, or null.
    pub data: *mut u8,
    /// How many bytes.
    pub len: usize,
    /// The plugin's own to use.
    pub owner: *mut c_void,
}

impl Buf {
    /// As the host hands it to a plugin.
    pub const ZERO: Self = Self { data: core::ptr::null_mut(), len: 0, owner: core::ptr::null_mut() };
}

/// `huizong_abi_version`.
pub type VersionFn = unsafe extern "C" fn() -> u32;
/// `huizong_plugin_entry_v1`.
pub type EntryFn = unsafe extern "C" fn() -> *const PluginV1;
/// [`PluginV1::describe`].
pub type DescribeFn = unsafe extern "C" fn(out: *mut Buf) -> i32;
/// [`PluginV1::create`].
pub type CreateFn =
    unsafe extern "C" fn(config: *const u8, len: usize, instance: *mut *mut c_void, out: *mut Buf) -> i32;
/// [`PluginV1::call`].
pub type CallFn =
    unsafe extern "C" fn(instance: *mut c_void, op: u32, input: *const u8, len: usize, out: *mut Buf) -> i32;
/// [`PluginV1::destroy`].
pub type DestroyFn = unsafe extern "C" fn(instance: *mut c_void);
/// [`PluginV1::release`].
pub type ReleaseFn = unsafe extern "C" fn(buf: *mut Buf);

/// The plugin's table. A function that is null is a violation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PluginV1 {
    /// The table's size as the plugin was compiled.
    pub struct_size: u32,
    /// [`ABI_MINOR`].
    pub abi_minor: u32,
    /// [`REENTRANT`] or 0.
    pub flags: u32,
    /// 0.
    pub reserved0: u32,
    /// Writes the manifest.
    pub describe: Option<DescribeFn>,
    /// Makes an instance.
    pub create: Option<CreateFn>,
    /// Does a piece of work.
    pub call: Option<CallFn>,
    /// Ends an instance.
    pub destroy: Option<DestroyFn>,
    /// Frees what the plugin put into a buffer.
    pub release: Option<ReleaseFn>,
}

impl PluginV1 {
    /// The size of the table that this version knows.
    #[expect(clippy::cast_possible_truncation, reason = "a few bytes")]
    pub const SIZE: u32 = size_of::<Self>() as u32;
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::offset_of;
    assert!(size_of::<Buf>() == 24 && size_of::<PluginV1>() == 56);
    assert!(offset_of!(Buf, len) == 8 && offset_of!(Buf, owner) == 16);
    assert!(offset_of!(PluginV1, describe) == 16 && offset_of!(PluginV1, release) == 48);
};
