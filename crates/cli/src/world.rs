//! The outside world of an invocation.

use std::io::{Read, Write};
use std::path::PathBuf;

use crate::exit::Exit;

/// The outside world of an invocation: streams, environment, working directory, terminal.
pub struct World<'w> {
    /// Standard input.
    pub stdin: &'w mut (dyn Read + 'w),
    /// Standard output: results.
    pub stdout: &'w mut (dyn Write + 'w),
    /// Standard error: notices and progress.
    pub stderr: &'w mut (dyn Write + 'w),
    /// The environment.
    pub variable: &'w dyn Fn(&str) -> Option<String>,
    /// The working directory.
    pub directory: PathBuf,
    /// The command's own file, which is run again for workers.
    pub program: PathBuf,
    /// Whether results may have colours.
    pub colours: bool,
    /// Whether standard error is a terminal.
    pub interactive: bool,
    /// The number of columns of a line.
    pub width: usize,
}

impl World<'_> {
    /// Prints a result.
    pub(crate) fn print(&mut self, bytes: &[u8]) -> Exit {
        match self.stdout.write_all(bytes) {
            Ok(()) => Exit::Clean,
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean,
            Err(_) => Exit::Failed,
        }
    }

    /// Prints on standard error. Failures are ignored, as there is nowhere to report them.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }
}
