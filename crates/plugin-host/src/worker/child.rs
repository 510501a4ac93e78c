//! The worker's side: a process that serves one plugin until the command ends.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use huizong_plugin_abi::code;
use rustix::io::fcntl_dupfd_cloexec;
use rustix::pipe::PipeFlags;
use serde_json::Value;

use super::confine::{confine, die_with};
use super::frame::{Ask, Reply, read_ask, write_reply};
use super::inspect::State;
use crate::failure::Violation;
use crate::library::{Guarded, Instance, Returned, Sealed, Table, close_inherited};

/// The settings that the command passes to a worker on its command line.
pub(super) struct Orders {
    pub(super) parent: u32,
    pub(super) memory: u64,
    pub(super) answer: usize,
    pub(super) manifest: usize,
}

impl Orders {
    pub(super) fn arguments(&self) -> [String; 4] {
        [self.parent.to_string(), self.memory.to_string(), self.answer.to_string(), self.manifest.to_string()]
    }

    fn of(arguments: &[OsString]) -> Option<Self> {
        let number = |index: usize| arguments.get(index)?.to_str()?.parse::<u64>().ok();
        Some(Self {
            parent: u32::try_from(number(0)?).ok()?,
            memory: number(1)?,
            answer: usize::try_from(number(2)?).ok()?,
            manifest: usize::try_from(number(3)?).ok()?,
        })
    }
}

/// Serves one plugin over standard input and output until the command ends. The arguments are the command's
/// own.
///
/// # Errors
/// Returns an error if this process was not started as a worker, or cannot be set up as one.
pub fn serve(arguments: &[OsString]) -> io::Result<()> {
    let strange = || io::Error::from(io::ErrorKind::InvalidInput);
    let orders = Orders::of(arguments).ok_or_else(strange)?;
    die_with(orders.parent)?;
    // Descriptors inherited from the command must not reach a plugin.
    close_inherited();
    let (mut from, mut to) = pipes()?;
    stand_in_nothing(arguments.get(4).ok_or_else(strange)?, orders.parent)?;

    let mut body = Vec::new();
    let mut sequence = 0;
    let mut plugin: Option<(Table, Option<Instance>)> = None;
    let mut watched: Option<File> = None;
    let mut sealed: Option<Sealed> = None;
    while let Some((what, op)) = read_ask(&mut from, &mut body)? {
        sequence += 1;
        let returned = match (what, &mut plugin) {
            (Ask::Confine, None) => {
                sealed = Some(Sealed::new(&body)?);
                body = Vec::new();
                let in_force = serde_json::to_vec(&confine(orders.memory))?;
                Returned { code: code::OK, data: Ok(in_force) }
            }
            (Ask::Load, _) => {
                match Table::open(sealed.take().ok_or_else(strange)?) {
                    Ok(table) => plugin = Some((table, None)),
                    Err(error) => {
                        let error = serde_json::to_vec(&error)?;
                        write_reply(&mut to, sequence, Reply::NotLoaded, code::OK, &error)?;
                        continue;
                    }
                }
                Returned { code: code::OK, data: Ok(Vec::new()) }
            }
            (Ask::Hold, Some(_)) => {
                let (schema, config) = serde_json::from_slice::<(Value, Value)>(&body)?;
                let why = crate::manifest::hold(&schema, &config).err().unwrap_or_default();
                Returned { code: code::OK, data: Ok(why.into_bytes()) }
            }
            (Ask::Watch, _) => {
                watched = Some(watch_output()?);
                Returned { code: code::OK, data: Ok(Vec::new()) }
            }
            (Ask::Inspect, plugin) => {
                let table = plugin.as_ref().map(|(table, _)| table.facts);
                let state = State::now(table, watched.as_mut());
                Returned { code: code::OK, data: Ok(serde_json::to_vec(&state)?) }
            }
            (Ask::Describe, Some((table, _))) => table.describe(orders.manifest),
            (Ask::Create, Some((table, instance))) => {
                if let Some(instance) = instance.take() {
                    table.destroy(instance);
                }
                let guarded = guard(watched.is_some(), &body)?;
                let config = guarded.as_ref().map_or(body.as_slice(), Guarded::bytes);
                let (returned, made) = table.create(config, orders.answer);
                *instance = made;
                returned
            }
            (Ask::Call, Some((table, Some(instance)))) => {
                let guarded = guard(watched.is_some(), &body)?;
                let input = guarded.as_ref().map_or(body.as_slice(), Guarded::bytes);
                table.call(instance, op, input, orders.answer)
            }
            (Ask::Destroy, Some((table, instance))) => {
                if let Some(instance) = instance.take() {
                    table.destroy(instance);
                }
                Returned { code: code::OK, data: Ok(Vec::new()) }
            }
            _ => return Err(strange()),
        };
        match returned.data {
            Ok(data) => write_reply(&mut to, sequence, Reply::Returned, returned.code, &data)?,
            Err(violation) => {
                let violation = serde_json::to_vec::<Violation>(&violation)?;
                write_reply(&mut to, sequence, Reply::Violated, returned.code, &violation)?;
            }
        }
    }
    Ok(())
}

/// Creates a directory, enters it and removes it, so that the working directory is empty and stays so.
fn stand_in_nothing(beside: &OsStr, parent: u32) -> io::Result<()> {
    let folder = tempfile::Builder::new().prefix(&format!("huizong-worker-{parent}-")).tempdir_in(beside)?;
    std::env::set_current_dir(folder.path())?;
    folder.close()
}

fn guard(is_watched: bool, bytes: &[u8]) -> io::Result<Option<Guarded>> {
    is_watched.then(|| Guarded::new(bytes)).transpose()
}

/// Redirects standard output to a new pipe and returns the end to read from, which does not block.
fn watch_output() -> io::Result<File> {
    let (from, to) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    rustix::stdio::dup2_stdout(to)?;
    Ok(from.into())
}

/// Moves the pipes away from the standard descriptors: standard input becomes empty, standard output goes to
/// standard error.
fn pipes() -> io::Result<(File, File)> {
    const BEYOND: i32 = 3;
    let from: OwnedFd = fcntl_dupfd_cloexec(rustix::stdio::stdin(), BEYOND)?;
    let to: OwnedFd = fcntl_dupfd_cloexec(rustix::stdio::stdout(), BEYOND)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok((from.into(), to.into()))
}
