//! Runs a plugin in a process of its own.
//!
//! Frames go through a pair of pipes, one at a time; each exchange has an absolute deadline. The plugin's
//! output is drained meanwhile, as it would block otherwise. When anything goes wrong, the worker's process
//! group is killed.

mod child;
mod confine;
mod frame;
pub(crate) mod inspect;
mod supervisor;

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use huizong_schema::receipt::PluginIsolation;
use serde_json::Value;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid,
};

use self::child::Orders;
use self::frame::{Ask, REPLY, Reply};
use self::inspect::State;
use crate::failure::{Failure, Fallen, LoadError, Violation};
use crate::host::Host;
use crate::isolation;
use crate::limits::Limits;
use crate::session::{Session, answer, fallen};

pub use child::serve;

/// The hidden subcommand that runs the command as a worker.
pub const SUBCOMMAND: &str = "plugin-worker";

pub(crate) struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    err: Option<ChildStderr>,
    /// Becomes readable when the process ends, even if its pipes are still open elsewhere.
    ended: Option<OwnedFd>,
    sequence: u32,
    noise: Vec<u8>,
    limits: Limits,
    alive: bool,
    has_instance: bool,
    isolation: Option<PluginIsolation>,
}

impl Worker {
    /// Starts a worker and loads the library in it.
    ///
    /// If the isolation must be whole, none of the library's code runs where it is not.
    pub(crate) fn open(host: &Host, bytes: &[u8]) -> Result<Self, Fallen> {
        let limits = host.limits;
        let failed = |error: io::Error| Failure::NoWorker(error.to_string());
        let mut worker = Self::spawn(&host.program, limits).map_err(failed)?;
        let in_force = worker.exchange(Ask::Confine, 0, bytes, limits.load)?;
        let in_force: PluginIsolation = serde_json::from_slice(&in_force).map_err(|_| Failure::PipeLost)?;
        if let Some(lacks) = isolation::lacks(in_force).filter(|_| host.require_isolation) {
            return Err(Failure::NotIsolated(lacks).into());
        }
        worker.isolation = Some(in_force);
        match worker.exchange(Ask::Load, 0, &[], limits.load) {
            Ok(_) => Ok(worker),
            Err(failure) => Err(fallen(&mut worker, failure)),
        }
    }

    /// Starts a worker without a plugin.
    fn spawn(program: &Path, limits: Limits) -> io::Result<Self> {
        let orders = Orders {
            parent: std::process::id(),
            memory: limits.memory,
            answer: limits.answer,
            manifest: limits.manifest,
        };
        let mut command = Command::new(program);
        command
            .arg(SUBCOMMAND)
            .args(orders.arguments())
            .arg(std::env::temp_dir())
            .env_clear()
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = supervisor::spawn(command)?;
        let lost = || io::Error::other("a pipe is missing");
        let (to, from) = (child.stdin.take().ok_or_else(lost)?, child.stdout.take().ok_or_else(lost)?);
        let err = child.stderr.take();
        let pid = Pid::from_raw(child.id().cast_signed());
        let worker = Self {
            ended: pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()),
            child,
            to,
            from,
            err,
            sequence: 0,
            noise: Vec::new(),
            limits,
            alive: true,
            has_instance: false,
            isolation: None,
        };
        for descriptor in
            [worker.to.as_fd(), worker.from.as_fd()].into_iter().chain(worker.err.as_ref().map(AsFd::as_fd))
        {
            rustix::io::ioctl_fionbio(descriptor, true)?;
        }
        // A pipe that holds a whole request saves context switches, but a smaller one works too.
        for descriptor in [worker.to.as_fd(), worker.from.as_fd()] {
            let _ = rustix::pipe::fcntl_setpipe_size(descriptor, 1 << 20);
        }
        Ok(worker)
    }

    /// Guards inputs and counts writes to standard output from now on.
    pub(crate) fn watch(&mut self) -> Result<(), Failure> {
        self.exchange(Ask::Watch, 0, &[], self.limits.load).map(drop)
    }

    /// Inspects the worker's process.
    pub(crate) fn inspect(&mut self) -> Result<State, Failure> {
        let state = self.exchange(Ask::Inspect, 0, &[], self.limits.load)?;
        serde_json::from_slice(&state).map_err(|_| Failure::PipeLost)
    }

    /// Sends a request and waits for its reply.
    fn exchange(&mut self, what: Ask, op: u32, body: &[u8], within: Duration) -> Result<Vec<u8>, Failure> {
        if !self.alive {
            return Err(Failure::PipeLost);
        }
        self.sequence += 1;
        let header = frame::ask(what, op, body.len());
        match self.transfer(&header, body, Instant::now() + within) {
            Ok((Reply::Returned, code, data)) => answer(code, Ok(data)),
            Ok((Reply::NotLoaded, _, error)) => {
                let error = serde_json::from_slice::<LoadError>(&error);
                Err(error.map_or(Failure::PipeLost, Failure::Load))
            }
            Ok((Reply::Violated, code, violation)) => match serde_json::from_slice::<Violation>(&violation) {
                Ok(violation) => answer(code, Err(violation)),
                Err(_) => Err(self.lost()),
            },
            Err(Stop::TimedOut) => {
                self.kill();
                Err(Failure::TimedOut)
            }
            Err(Stop::Lost) => Err(self.lost()),
        }
    }

    /// Writes and reads at the same time, as each side may be waiting for the other, and drains the plugin's
    /// output.
    fn transfer(
        &mut self,
        header: &[u8],
        body: &[u8],
        deadline: Instant,
    ) -> Result<(Reply, i32, Vec<u8>), Stop> {
        let mut sending = [header, body];
        let mut received: Vec<u8> = Vec::with_capacity(REPLY);
        let mut awaited = REPLY;
        let mut kind = None;
        loop {
            while let Some(part) = sending.iter_mut().find(|part| !part.is_empty()) {
                match self.to.write(part) {
                    Ok(0) => return Err(Stop::Lost),
                    Ok(written) => *part = &part[written..],
                    Err(error) if is_retried(&error) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(_) => return Err(Stop::Lost),
                }
            }
            loop {
                let wanted = awaited - received.len();
                if wanted == 0 {
                    match kind {
                        Some((reply, code)) => return Ok((reply, code, received)),
                        None => {
                            let header = received[..].try_into().map_err(|_| Stop::Lost)?;
                            let (reply, code, length) =
                                frame::reply(header, self.sequence).ok_or(Stop::Lost)?;
                            // The worker enforces the limits; a longer reply does not come from it.
                            awaited = usize::try_from(length)
                                .ok()
                                .filter(|l| *l <= self.longest())
                                .ok_or(Stop::Lost)?;
                            kind = Some((reply, code));
                            received = Vec::with_capacity(awaited.min(1 << 20));
                            continue;
                        }
                    }
                }
                let before = received.len();
                received.resize(before + wanted.min(1 << 20), 0);
                let read = self.from.read(&mut received[before..]);
                received.truncate(before + read.as_ref().map_or(0, |read| *read));
                match read {
                    Ok(0) => return Err(Stop::Lost),
                    Ok(_) => {}
                    Err(error) if is_retried(&error) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(_) => return Err(Stop::Lost),
                }
            }
            self.drain();
            self.wait(sending.iter().any(|part| !part.is_empty()), deadline)?;
        }
    }

    fn longest(&self) -> usize {
        self.limits.answer.max(self.limits.manifest).max(1 << 16)
    }

    /// Waits until a pipe is ready.
    fn wait(&self, is_sending: bool, deadline: Instant) -> Result<(), Stop> {
        let mut watched = vec![PollFd::new(&self.from, PollFlags::IN)];
        if let Some(err) = &self.err {
            watched.push(PollFd::new(err, PollFlags::IN));
        }
        if is_sending {
            watched.push(PollFd::new(&self.to, PollFlags::OUT));
        }
        if let Some(ended) = &self.ended {
            watched.push(PollFd::new(ended, PollFlags::IN));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Stop::TimedOut);
        }
        let left = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        match poll(&mut watched, Some(&left)) {
            Ok(0) => return Err(Stop::TimedOut),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(Stop::Lost),
        }
        let has_ended =
            self.ended.is_some() && watched.last().is_some_and(|ended| !ended.revents().is_empty());
        let has_answered = watched[0].revents().contains(PollFlags::IN);
        if has_ended && !has_answered { Err(Stop::Lost) } else { Ok(()) }
    }

    /// Drains the plugin's output and keeps the beginning of it.
    fn drain(&mut self) {
        let Some(err) = &mut self.err else { return };
        let mut buffer = [0; 4096];
        // Drain a flood in bounded parts, so that the deadline is checked in between.
        for _ in 0..64 {
            match err.read(&mut buffer) {
                Ok(0) => return self.err = None,
                Ok(read) => {
                    let room = self.limits.noise.saturating_sub(self.noise.len());
                    self.noise.extend_from_slice(&buffer[..read.min(room)]);
                }
                Err(error) if is_retried(&error) => {}
                Err(_) => return,
            }
        }
    }

    /// Finds out why a worker does not answer any more.
    fn lost(&mut self) -> Failure {
        // A process that closed its pipes is usually about to end.
        let patience = Instant::now() + Duration::from_millis(200);
        while !self.has_ended() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
        let by_itself = self.has_ended();
        self.drain();
        let status = self.kill().filter(|_| by_itself);
        match status.map(|status: ExitStatus| (status.signal(), status.code())) {
            Some((Some(signal), _)) => Failure::Signal(signal),
            Some((None, Some(code))) => Failure::Ended(code),
            _ => Failure::PipeLost,
        }
    }

    /// Whether the process has ended. Its id stays reserved until it is waited for.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let pid = Pid::from_raw(self.child.id().cast_signed());
        pid.is_none_or(|pid| !matches!(waitid(WaitId::Pid(pid), options), Ok(None)))
    }

    /// Kills the worker and every process that it started.
    fn kill(&mut self) -> Option<ExitStatus> {
        if std::mem::take(&mut self.alive)
            && let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
        {
            let _ = kill_process_group(pid, Signal::KILL);
            // Kill the process itself too: it may have left its group.
            let _ = self.child.kill();
        }
        self.child.wait().ok()
    }
}

/// Why a transfer failed.
enum Stop {
    TimedOut,
    Lost,
}

fn is_retried(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Interrupted
}

impl Session for Worker {
    fn describe(&mut self) -> Result<Vec<u8>, Failure> {
        self.exchange(Ask::Describe, 0, &[], self.limits.load)
    }

    fn create(&mut self, config: &[u8]) -> Result<(), Failure> {
        self.exchange(Ask::Create, 0, config, self.limits.create)?;
        self.has_instance = true;
        Ok(())
    }

    fn call(&mut self, op: u32, request: &[u8], deadline: Duration) -> Result<Vec<u8>, Failure> {
        self.exchange(Ask::Call, op, request, deadline)
    }

    fn hold(&mut self, schema: &Value, config: &Value) -> Result<String, Failure> {
        let both = serde_json::to_vec(&(schema, config)).unwrap_or_default();
        let why = self.exchange(Ask::Hold, 0, &both, self.limits.load)?;
        Ok(String::from_utf8_lossy(&why).into_owned())
    }

    fn isolation(&self) -> Option<PluginIsolation> {
        self.isolation
    }

    fn noise(&mut self) -> Vec<u8> {
        self.drain();
        std::mem::take(&mut self.noise)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The contract requires destroying the instance; nothing else of the plugin runs when it ends.
        if self.alive && self.has_instance {
            let _ = self.exchange(Ask::Destroy, 0, &[], self.limits.create);
        }
        self.kill();
    }
}
