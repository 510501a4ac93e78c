//! A library in this process: loading it, and crossing the boundary. Everything unsafe of this crate is here.

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

/// Bytes in memory that nobody can change any more, under a name that the loader takes.
pub(crate) struct Sealed(File);

impl Sealed {
    /// Copies the bytes there.
    pub(crate) fn new(bytes: &[u8]) -> std::io::Result<Self> {
        let descriptor = memfd_create("huizong-plugin", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        let mut file = File::from(descriptor);
        file.write_all(bytes)?;
        seal(&file)?;
        Ok(Self(file))
    }
}

/// Seals a file against writing. The system refuses for as long as something of its own holds a page of it for a moment.
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

/// Bytes that cannot be written, right before memory that cannot be read: who goes beyond is caught.
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
        // SAFETY: a new mapping at a place of the system's choice.
        let start = unsafe { mmap_anonymous(ptr::null_mut(), mapped, all, flags) }?;
        let guarded = Self { start, mapped, offset: readable - bytes.len(), length: bytes.len() };
        // SAFETY: the mapping holds `readable` bytes before the last page, and is nobody else's yet.
        unsafe {
            let to = start.cast::<u8>().add(guarded.offset);
            ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len());
            mprotect(start, readable, MprotectFlags::READ)?;
            mprotect(start.byte_add(readable), page, MprotectFlags::empty())?;
        }
        Ok(guarded)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: so many readable bytes stand there for as long as `self` lives.
        unsafe { std::slice::from_raw_parts(self.start.cast::<u8>().add(self.offset), self.length) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's, and nothing borrows from it any more.
        let _ = unsafe { munmap(self.start, self.mapped) };
    }
}

/// What a table says besides its functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct TableFacts {
    pub(crate) struct_size: u32,
    pub(crate) abi_minor: u32,
    pub(crate) flags: u32,
    pub(crate) reserved0: u32,
}

/// Closes every descriptor but the three standard ones. For a process that has opened none of its own yet.
pub(crate) fn close_inherited() {
    // SAFETY: nothing in this process owns a descriptor from 3 on yet.
    unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
}

/// Every library that was loaded here. None is ever unloaded.
static KEPT: Mutex<Vec<Library>> = Mutex::new(Vec::new());

/// The functions of a library. They stay for as long as the process lives.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    describe: DescribeFn,
    create: CreateFn,
    call: CallFn,
    destroy: DestroyFn,
    release: ReleaseFn,
    pub(crate) facts: TableFacts,
}

/// What a function returned, and what it put into its buffer.
pub(crate) struct Returned {
    pub(crate) code: i32,
    pub(crate) data: Result<Vec<u8>, Violation>,
}

/// An instance: the plugin's own pointer, NULL being allowed. Given up, it is destroyed.
pub(crate) struct Instance(*mut c_void);

// SAFETY: rule 7 of the header: calls on one instance may come from different threads, one at a time, and `Instance` is
// neither cloned nor shared.
unsafe impl Send for Instance {}

impl Table {
    /// Loads a library, for good, and reads its table.
    pub(crate) fn open(sealed: Sealed) -> Result<Self, LoadError> {
        // The loader knows libraries by their names. The descriptor stays open, so that no other gets this one's.
        let path = format!("/proc/self/fd/{}", sealed.0.as_raw_fd());
        let _ = sealed.0.into_raw_fd();
        // SAFETY: initialisers of the library run here, and may do anything; that is why this happens in a worker
        // unless the user asked for the contrary.
        let library = unsafe { Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL) };
        let library = library.map_err(|error| {
            let why =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            LoadError::Refused(why.replace(&path, "library"))
        })?;
        let missing = |name: &std::ffi::CStr| LoadError::NoSymbol(name.to_string_lossy().into_owned());
        // SAFETY: the header gives a symbol of this name this type; a library that exports another is no plugin.
        let version = unsafe { library.get::<VersionFn>(VERSION_SYMBOL.to_bytes_with_nul()) };
        let version = version.map_err(|_| missing(VERSION_SYMBOL))?;
        // SAFETY: as the header declares it.
        let version = unsafe { version() };
        if version >> 16 != ABI_MAJOR {
            return Err(LoadError::WrongVersion(version));
        }
        // SAFETY: as for the version.
        let entry = unsafe { library.get::<EntryFn>(ENTRY_SYMBOL.to_bytes_with_nul()) };
        let entry = entry.map_err(|_| missing(ENTRY_SYMBOL))?;
        // SAFETY: as the header declares it.
        let table = unsafe { entry() };
        if table.is_null() {
            return Err(LoadError::NoTable);
        }
        // SAFETY: not null, and by rule 5 it lives until the process ends; the size is read before anything behind it.
        let size = unsafe { ptr::read_unaligned(table.cast::<u32>()) };
        if size < PluginV1::SIZE {
            return Err(LoadError::SmallTable(size));
        }
        // SAFETY: the library says that it is at least as large as what is read.
        let table = unsafe { ptr::read_unaligned(table) };
        // Unloading is a segmentation fault once the library left thread-locals behind.
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

    /// Makes an instance, if the code is OK.
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
        // SAFETY: rules 1, 2 and 7: the instance is one that `create` made and is held alone.
        let code = unsafe { (self.call)(instance.0, op, input.as_ptr(), input.len(), &raw mut out) };
        self.take(code, out, longest)
    }

    #[expect(clippy::needless_pass_by_value, reason = "it is no more")]
    pub(crate) fn destroy(&self, instance: Instance) {
        // SAFETY: an instance that `create` made, given up here.
        unsafe { (self.destroy)(instance.0) };
    }

    /// Copies what a plugin put into its buffer and gives the buffer back, as rule 3 says.
    fn take(&self, code: i32, mut out: Buf, longest: usize) -> Returned {
        let data = if out.data.is_null() {
            if out.len > 0 { Err(Violation::NullWithLength) } else { Ok(Vec::new()) }
        } else if out.len > longest {
            Err(Violation::TooLong(out.len as u64))
        } else {
            // SAFETY: the plugin says that so many bytes stand there, until they are given back.
            Ok(unsafe { std::slice::from_raw_parts(out.data, out.len) }.to_vec())
        };
        if !out.data.is_null() {
            // SAFETY: rule 3: once for a buffer with data, on the thread of the call.
            unsafe { (self.release)(&raw mut out) };
        }
        let code = if (code::OK..=code::INTERNAL).contains(&code) { code } else { code::INTERNAL };
        Returned { code, data }
    }
}
