//! The binary interface between Huizong and its plugins, ABI 1: the Rust mirror of
//! `include/huizong_plugin.h`.
//!
//! The header is the specification; it numbers the rules of behaviour that docs and tests cite. This crate
//! contains only layouts and constants: no code, and no knowledge of JSON, loading or processes. Plugins in
//! Rust use `huizong-plugin-sdk` instead.
//!
//! Read first: [`PluginV1`] (the table), [`Buf`] (bytes from the plugin to the host) and [`code`].

#![no_std]

use core::ffi::c_void;

/// The C header: the specification of this interface.
pub const HEADER: &str = include_str!("../include/huizong_plugin.h");

/// The major version of this interface.
pub const ABI_MAJOR: u32 = 1;
/// Its minor version.
pub const ABI_MINOR: u32 = 0;
/// The value that `huizong_abi_version` returns: major in the upper 16 bits, minor in the lower.
pub const ABI_VERSION: u32 = ABI_MAJOR << 16 | ABI_MINOR;

/// The name of the function that returns the version, as a C string.
pub const VERSION_SYMBOL: &core::ffi::CStr = c"huizong_abi_version";
/// The name of the function that returns the table, as a C string.
pub const ENTRY_SYMBOL: &core::ffi::CStr = c"huizong_plugin_entry_v1";

/// Return codes of a plugin's functions. Any other value counts as [`code::INTERNAL`].
pub mod code {
    /// Success; the buffer holds the answer.
    pub const OK: i32 = 0;
    /// The request is not valid.
    pub const INVALID_INPUT: i32 = 1;
    /// The plugin does not know the op.
    pub const UNSUPPORTED: i32 = 2;
    /// The configuration is not acceptable.
    pub const CONFIG: i32 = 3;
    /// The plugin itself failed; includes a caught panic.
    pub const INTERNAL: i32 = 4;
}

/// Flag of [`PluginV1::flags`]: calls on one instance may overlap.
pub const REENTRANT: u32 = 1;

/// The largest `len` of a buffer, unless a request's limits say otherwise: 16 MiB.
pub const MAX_LEN: usize = 16 << 20;

/// Bytes that a plugin passes to the host.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Buf {
    /// The first byte, or null.
    pub data: *mut u8,
    /// The number of bytes.
    pub len: usize,
    /// For the plugin's own use; the host passes it back unchanged.
    pub owner: *mut c_void,
}

impl Buf {
    /// An empty buffer, as the host passes it to a plugin.
    pub const ZERO: Self = Self { data: core::ptr::null_mut(), len: 0, owner: core::ptr::null_mut() };
}

/// The type of `huizong_abi_version`.
pub type VersionFn = unsafe extern "C" fn() -> u32;
/// The type of `huizong_plugin_entry_v1`.
pub type EntryFn = unsafe extern "C" fn() -> *const PluginV1;
/// The type of [`PluginV1::describe`].
pub type DescribeFn = unsafe extern "C" fn(out: *mut Buf) -> i32;
/// The type of [`PluginV1::create`].
pub type CreateFn =
    unsafe extern "C" fn(config: *const u8, len: usize, instance: *mut *mut c_void, out: *mut Buf) -> i32;
/// The type of [`PluginV1::call`].
pub type CallFn =
    unsafe extern "C" fn(instance: *mut c_void, op: u32, input: *const u8, len: usize, out: *mut Buf) -> i32;
/// The type of [`PluginV1::destroy`].
pub type DestroyFn = unsafe extern "C" fn(instance: *mut c_void);
/// The type of [`PluginV1::release`].
pub type ReleaseFn = unsafe extern "C" fn(buf: *mut Buf);

/// The plugin's table. A null function violates the interface.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PluginV1 {
    /// The size of the table that the plugin was compiled with.
    pub struct_size: u32,
    /// The minor version: [`ABI_MINOR`].
    pub abi_minor: u32,
    /// [`REENTRANT`] or 0.
    pub flags: u32,
    /// Reserved: 0.
    pub reserved0: u32,
    /// Writes the manifest.
    pub describe: Option<DescribeFn>,
    /// Creates an instance.
    pub create: Option<CreateFn>,
    /// Performs an op.
    pub call: Option<CallFn>,
    /// Destroys an instance.
    pub destroy: Option<DestroyFn>,
    /// Frees the contents of a buffer that the plugin filled.
    pub release: Option<ReleaseFn>,
}

impl PluginV1 {
    /// The size of the table in this version.
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
