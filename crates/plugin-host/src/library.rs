//! Loads a library into this process and calls it. All unsafe code of this crate is here.

#![allow(unsafe_code, reason = "calls functions of a library that was written elsewhere")]

use std::ffi::c_void;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsRawFd, IntoRawFd};
use std::ptr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use huizong_plugin_abi::{
    ABI_MAJOR, Buf, CallFn, CreateFn, DescribeFn, DestroyFn, ENTRY_SYMBOL, EntryFn, PluginV1, ReleaseFn,
    VERSION_SYMBOL, VersionFn, code,
};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

use crate::failure::{LoadError, Violation};

/// Immutable bytes in memory, under a path that the loader accepts.
pub(crate) struct Sealed(File);

impl Sealed {
    /// Copies the bytes into sealed memory.
    pub(crate) fn new(bytes: &[u8]) -> std::io::Result<Self> {
        let descriptor = memfd_create("huizong-plugin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        let mut file = File::from(descriptor);
        file.write_all(bytes)?;
        seal(&file)?;
        Ok(Self(file))
    }
}

/// Seals a file against writing. The kernel refuses with `EBUSY` while it briefly holds one of the file's
/// pages itself.
fn seal(file: &File) -> std::io::Result<()> {
    const TIMES: u32 = 100;
    let seals = SealFlags::SEAL | SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE;
    for _ in 1..TIMES {
        match fcntl_add_seals(file, seals) {
            Err(rustix::io::Errno::BUSY) => std::thread::sleep(Duration::from_millis(5)),
            sealed => return Ok(sealed?),
        }
    }
    Ok(fcntl_add_seals(file, seals)?)
}

/// Read-only bytes directly before inaccessible memory, so that reading past the end faults.
pub(crate) struct Guarded {
    start: *mut c_void,
    mapped: usize,
    offset: usize,
    length: usize,
}

impl Guarded {
    pub(crate) fn new(bytes: &[u8]) -> std::io::Result<Self> {
        let page = rustix::param::page_size();
        let readable = bytes.len().div_ceil(page).max(1) * page;
        let mapped = readable + page;
        let (flags, all) = (MapFlags::PRIVATE, ProtFlags::READ | ProtFlags::WRITE);
        // SAFETY: a new mapping at an address that the system chooses.
        let start = unsafe { mmap_anonymous(ptr::null_mut(), mapped, all, flags) }?;
        let guarded = Self { start, mapped, offset: readable - bytes.len(), length: bytes.len() };
        // SAFETY: the mapping holds `readable` bytes before its last page, and nothing else uses it yet.
        unsafe {
            let to = start.cast::<u8>().add(guarded.offset);
            ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
            mprotect(start, readable, MprotectFlags::READ)?;
            mprotect(start.byte_add(readable), page, MprotectFlags::empty())?;
        }
        Ok(guarded)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping holds `length` readable bytes at `offset` as long as `self` lives.
        unsafe { std::slice::from_raw_parts(self.start.cast::<u8>().add(self.offset), self.length) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: this value owns the mapping, and nothing borrows from it any more.
        let _ = unsafe { munmap(self.start, self.mapped) };
    }
}

/// The fields of a table other than its functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct TableFacts {
    pub(crate) struct_size: u32,
    pub(crate) abi_minor: u32,
    pub(crate) flags: u32,
    pub(crate) reserved0: u32,
}

/// Closes every descriptor except the three standard ones. Only for a process that has opened none of its own
/// yet.
pub(crate) fn close_inherited() {
    // Called by its number: the function is in C libraries from 2.34 on, and the call in Linux from 5.9 on.
    // SAFETY: nothing in this process owns a descriptor from 3 upwards yet.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, 0) };
    if closed == 0 {
        return;
    }
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let open: Vec<i32> = open.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // SAFETY: as above; the descriptor of the folder itself is closed already, which is refused.
        unsafe { libc::close(descriptor) };
    }
}

/// Writes out what programs in C have printed and what is still in the C library's buffers.
pub(crate) fn flush() {
    // SAFETY: with no stream it flushes all of them, and it keeps nothing.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// Every library loaded here. None is ever unloaded.
static KEPT: Mutex<Vec<Library>> = Mutex::new(Vec::new());

/// The functions of a library, valid until the process ends.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    describe: DescribeFn,
    create: CreateFn,
    call: CallFn,
    destroy: DestroyFn,
    release: ReleaseFn,
    pub(crate) facts: TableFacts,
}

/// A function's return code, and the contents of its buffer.
pub(crate) struct Returned {
    pub(crate) code: i32,
    pub(crate) data: Result<Vec<u8>, Violation>,
}

/// An instance: the plugin's own pointer, which may be null. Must be passed to [`Table::destroy`].
pub(crate) struct Instance(*mut c_void);

// SAFETY: rule 7 of the header: calls on one instance may come from different threads, one at a time, and `Instance` is
// neither cloned nor shared.
unsafe impl Send for Instance {}

impl Table {
    /// Loads a library, never to be unloaded, and reads its table.
    pub(crate) fn open(sealed: Sealed) -> Result<Self, LoadError> {
        // The loader identifies libraries by path. The descriptor stays open so that no other library gets
        // its number.
        let path = format!("/proc/self/fd/{}", sealed.0.as_raw_fd());
        let _ = sealed.0.into_raw_fd();
        // SAFETY: the library's initialisers run here and may do anything, which is why this happens in a
        // worker unless the user asked otherwise.
        let library = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.map_err(|error| {
            let why =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            LoadError::Refused(why.replace(&path, "library"))
        })?;
        let missing = |name: &std::ffi::CStr| LoadError::NoSymbol(name.to_string_lossy().into_owned());
        // SAFETY: the header declares this symbol with this type; a library that exports it otherwise is not
        // a plugin.
        let version = unsafe { library.get::<VersionFn>(VERSION_SYMBOL.to_bytes_with_nul()) };
        let version = version.map_err(|_| missing(VERSION_SYMBOL))?;
        // SAFETY: called as the header declares it.
        let version = unsafe { version() };
        if version >> 16 != ABI_MAJOR {
            return Err(LoadError::WrongVersion(version));
        }
        // SAFETY: as for the version symbol.
        let entry = unsafe { library.get::<EntryFn>(ENTRY_SYMBOL.to_bytes_with_nul()) };
        let entry = entry.map_err(|_| missing(ENTRY_SYMBOL))?;
        // SAFETY: called as the header declares it.
        let table = unsafe { entry() };
        if table.is_null() {
            return Err(LoadError::NoTable);
        }
        // SAFETY: not null, and by rule 5 valid until the process ends; only the leading size is read.
        let size = unsafe { ptr::read_unaligned(table.cast::<u32>()) };
        if size < PluginV1::SIZE {
            return Err(LoadError::SmallTable(size));
        }
        // SAFETY: by its own size, the table is at least as large as what is read.
        let table = unsafe { ptr::read_unaligned(table) };
        // Unloading a library that left thread-locals behind is a segmentation fault.
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(library);
        let function = |name: &str| LoadError::NoFunction(name.to_owned());
        Ok(Self {
            describe: table.describe.ok_or_else(|| function("describe"))?,
            create: table.create.ok_or_else(|| function("create"))?,
            call: table.call.ok_or_else(|| function("call"))?,
            destroy: table.destroy.ok_or_else(|| function("destroy"))?,
            release: table.release.ok_or_else(|| function("release"))?,
            facts: TableFacts {
                struct_size: table.struct_size,
                abi_minor: table.abi_minor,
                flags: table.flags,
                reserved0: table.reserved0,
            },
        })
    }

    pub(crate) fn describe(&self, longest: usize) -> Returned {
        let mut out = Buf::ZERO;
        // SAFETY: rule 2: a zeroed buffer that outlives the call.
        let code = unsafe { (self.describe)(&raw mut out) };
        self.take(code, out, longest)
    }

    /// Creates an instance, if the plugin returns OK.
    pub(crate) fn create(&self, config: &[u8], longest: usize) -> (Returned, Option<Instance>) {
        let (mut out, mut instance) = (Buf::ZERO, ptr::null_mut());
        // SAFETY: rules 1 and 2: the bytes and both outputs outlive the call.
        let code = unsafe { (self.create)(config.as_ptr(), config.len(), &raw mut instance, &raw mut out) };
        let returned = self.take(code, out, longest);
        let made = (returned.code == code::OK).then_some(Instance(instance));
        (returned, made)
    }

    pub(crate) fn call(&self, instance: &mut Instance, op: u32, input: &[u8], longest: usize) -> Returned {
        let mut out = Buf::ZERO;
        // SAFETY: rules 1, 2 and 7: `create` made the instance, and this is its only user.
        let code = unsafe { (self.call)(instance.0, op, input.as_ptr(), input.len(), &raw mut out) };
        self.take(code, out, longest)
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is no more")]
    pub(crate) fn destroy(&self, instance: Instance) {
        // SAFETY: `create` made the instance, and this call consumes it.
        unsafe { (self.destroy)(instance.0) };
    }

    /// Copies the contents of a plugin's buffer and releases it, following rule 3.
    fn take(&self, code: i32, mut out: Buf, longest: usize) -> Returned {
        let data = if out.data.is_null() {
            if out.len > 0 { Err(Violation::NullWithLength) } else { Ok(Vec::new()) }
        } else if out.len > longest {
            Err(Violation::TooLong(out.len as u64))
        } else {
            // SAFETY: the plugin promises `len` bytes at `data` until they are released.
            Ok(unsafe { std::slice::from_raw_parts(out.data, out.len) }.to_vec())
        };
        if !out.data.is_null() {
            // SAFETY: rule 3: once for each buffer with data, on the thread of the call.
            unsafe { (self.release)(&raw mut out) };
        }
        let code = if (code::OK..=code::INTERNAL).contains(&code) { code } else { code::INTERNAL };
        Returned { code, data }
    }
}
