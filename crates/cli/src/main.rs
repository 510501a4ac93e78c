//! The command `huizong`: everything is in the library beside it.

use std::process::ExitCode;

/// Documents are many small texts and lists, which this allocator serves at a fraction of the usual cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    huizong::main()
}
