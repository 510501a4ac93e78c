//! What an invocation may touch.

use std::io::{Read, Write};
use std::path::PathBuf;

use crate::exit::Exit;

/// What an invocation may touch: streams, environment, working directory, and what is known of the terminal.
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
    /// The command's own file, of which workers are processes.
    pub program: PathBuf,
    /// Whether results may bear colours.
    pub colours: bool,
    /// Whether somebody watches standard error.
    pub interactive: bool,
    /// How many columns a line may have.
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

    /// Says something on standard error. If nobody can hear it, there is nobody to tell.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }
}
