//! The command `huizong`. Everything is in the library of the same name.

use std::process::ExitCode;

/// Documents are many small texts and lists, which this allocator serves faster than the default one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    huizong::main()
}
