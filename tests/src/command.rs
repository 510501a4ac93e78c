//! Runs the command in this process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use huizong::{Exit, World};

/// The output and the exit status of a run.
#[derive(Debug)]
pub struct Ran {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The exit status.
    pub exit: Exit,
}

/// The command as an executable, which workers run.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let target = test.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
    target.join(format!("huizong-under-test{}", std::env::consts::EXE_SUFFIX))
}

/// Runs the command in a folder, with an empty environment.
pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_with(folder, arguments, b"", &|_| None)
}

/// Runs the command in a folder with this standard input and these environment variables.
pub fn run_with(
    folder: &Path,
    arguments: &[&str],
    mut stdin: &[u8],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut world = World {
        stdin: &mut stdin,
        stdout: &mut out,
        stdout_encoding: encoding_rs::UTF_8,
        stderr: &mut err,
        stderr_encoding: encoding_rs::UTF_8,
        variable,
        directory: folder.to_owned(),
        program: program(),
        colours: false,
        interactive: false,
        width: 100,
        ids: false,
    };
    let exit = huizong::run(arguments.iter().map(OsString::from), &mut world);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command prints UTF-8");
    Ran { out: text(out), err: text(err), exit }
}
