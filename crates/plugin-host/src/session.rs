//! A conversation with a plugin, in a worker or in this process.

use std::time::Duration;

use huizong_schema::receipt::PluginIsolation;
use serde_json::Value;

#[cfg(target_os = "linux")]
use crate::failure::Violation;
use crate::failure::{Failure, Fallen};

/// A conversation with a plugin: a loaded library, and at most one instance of it.
pub trait Session: Send {
    /// Returns the manifest's bytes.
    ///
    /// # Errors
    /// Returns how the plugin failed.
    fn describe(&mut self) -> Result<Vec<u8>, Failure>;

    /// Creates the instance, replacing an earlier one.
    ///
    /// # Errors
    /// Returns how the plugin failed.
    fn create(&mut self, config: &[u8]) -> Result<(), Failure>;

    /// Calls the instance and returns the answer's bytes.
    ///
    /// # Errors
    /// Returns how the plugin failed.
    fn call(&mut self, op: u32, request: &[u8], deadline: Duration) -> Result<Vec<u8>, Failure>;

    /// Validates a configuration against a schema, in a worker, as either can make this run forever.
    /// Returns the first error found, or an empty string if the configuration is valid.
    ///
    /// # Errors
    /// Returns how the plugin failed if no answer came.
    fn hold(&mut self, schema: &Value, config: &Value) -> Result<String, Failure>;

    /// What keeps the plugin from doing harm; `None` if nothing is in force, as in the command's own process.
    fn isolation(&self) -> Option<PluginIsolation> {
        None
    }

    /// Takes the plugin's output on standard error since the last call, or its beginning if it is long.
    fn noise(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// Adds the plugin's output to a failure that occurred before the session was ready.
pub(crate) fn fallen(session: &mut dyn Session, failure: Failure) -> Fallen {
    Fallen { failure, said: String::from_utf8_lossy(&session.noise()).into_owned() }
}

/// Turns a return code and a buffer into an answer or a failure.
#[cfg(target_os = "linux")]
pub(crate) fn answer(code: i32, data: Result<Vec<u8>, Violation>) -> Result<Vec<u8>, Failure> {
    let data = data.map_err(Failure::Violation)?;
    if code == huizong_plugin_abi::code::OK {
        return Ok(data);
    }
    // By convention an error is {"message": "…"}; anything else is shown as text.
    let text = String::from_utf8_lossy(&data);
    let said = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|error| Some(error.get("message")?.as_str()?.to_owned()));
    Err(Failure::Code(code, said.unwrap_or_else(|| text.into_owned())))
}
