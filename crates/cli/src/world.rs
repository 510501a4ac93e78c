//! The outside world of an invocation.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use encoding_rs::Encoding;

use crate::exit::Exit;

/// The outside world of an invocation: streams, environment, working directory, terminal.
pub struct World<'w> {
    /// Standard input.
    pub stdin: &'w mut (dyn Read + 'w),
    /// Standard output: results. Data is UTF-8; text for people is in the encoding below.
    pub stdout: &'w mut (dyn Write + 'w),
    /// The encoding of text on standard output.
    pub stdout_encoding: &'static Encoding,
    /// Standard error: notices and progress.
    pub stderr: &'w mut (dyn Write + 'w),
    /// The encoding of text on standard error.
    pub stderr_encoding: &'static Encoding,
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
    /// Whether rules and notices are shown with their ids.
    pub ids: bool,
}

impl World<'_> {
    /// Prints data as it is.
    pub(crate) fn print(&mut self, bytes: &[u8]) -> Exit {
        exit_of(self.stdout.write_all(bytes))
    }

    /// Prints text for people and ends with it.
    pub(crate) fn show(&mut self, text: &str) -> Exit {
        exit_of(self.say(text))
    }

    /// Prints text for people.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(&huizong_platform::console::encode(text, self.stdout_encoding))
    }

    /// Prints on standard error. Failures are ignored, as there is nowhere to report them.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = self.stderr.write_all(&huizong_platform::console::encode(text, self.stderr_encoding));
    }
}

fn exit_of(written: io::Result<()>) -> Exit {
    match written {
        Ok(()) => Exit::Clean,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(_) => Exit::Failed,
    }
}
