//! `cargo xtask gen` writes the generated files; `cargo xtask gen --check` fails when one is stale.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["gen"] => xtask::write(),
        ["gen", "--check"] => match xtask::stale() {
            stale if stale.is_empty() => ExitCode::SUCCESS,
            stale => {
                xtask::say(&format!(
                    "stale: {}\nrun `cargo xtask gen` and commit the result\n",
                    stale.join(" ")
                ));
                ExitCode::FAILURE
            }
        },
        _ => {
            xtask::say("usage: cargo xtask gen [--check]\n");
            ExitCode::from(2)
        }
    }
}
