//! The command `huizong`: everything is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    huizong::main()
}
