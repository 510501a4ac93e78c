//! The command as an executable for tests; cargo builds it next to them.

use std::process::ExitCode;

fn main() -> ExitCode {
    huizong::main()
}
