//! Plugins in workers. Apart from the other tests, because these count the workers that run and wait for deadlines.

#![cfg(target_os = "linux")]

mod isolation;
mod misbehaviour;
mod plugins;
