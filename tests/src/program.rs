//! The command, as tests run it: cargo builds it beside them.

use std::process::ExitCode;

fn main() -> ExitCode {
    huizong::main()
}
