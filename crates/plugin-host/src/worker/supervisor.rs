//! A thread that starts all workers and lives as long as the process.
//!
//! A worker asks the system to be killed when its parent dies; to the system, the parent is the thread that
//! started it.

use std::io;
use std::process::{Child, Command};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};

type Order = (Command, Sender<io::Result<Child>>);

static ORDERS: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (send, receive) = channel::<Order>();
    // If the thread cannot be started, `spawn` reports it.
    let _ = std::thread::Builder::new().name("huizong-supervisor".into()).spawn(move || {
        for (mut command, answer) in receive {
            let _ = answer.send(command.spawn());
        }
    });
    Mutex::new(send)
});

/// Starts a process from the supervisor thread.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    let gone = || io::Error::other("the supervisor thread is not running");
    let (send, receive) = channel();
    let orders = ORDERS.lock().unwrap_or_else(PoisonError::into_inner);
    orders.send((command, send)).map_err(|_| gone())?;
    drop(orders);
    receive.recv().map_err(|_| gone())?
}
