//! One conversation with a plugin, wherever it runs.

use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, Fallen, Violation};

/// One conversation with a plugin: a library loaded somewhere, and at most one instance of it.
pub trait Session: Send {
    /// The manifest's bytes.
    ///
    /// # Errors
    /// However the plugin failed.
    fn describe(&mut self) -> Result<Vec<u8>, Failure>;

    /// Makes the instance, in place of an earlier one.
    ///
    /// # Errors
    /// However the plugin failed.
    fn create(&mut self, config: &[u8]) -> Result<(), Failure>;

    /// Has the instance do a piece of work, and gives its answer's bytes.
    ///
    /// # Errors
    /// However the plugin failed.
    fn call(&mut self, op: u32, request: &[u8], deadline: Duration) -> Result<Vec<u8>, Failure>;

    /// Holds a configuration to a schema, where nothing else waits for it: both may be such that no answer comes. Gives
    /// what is wrong with either, and nothing at all if the configuration fits.
    ///
    /// # Errors
    /// If no answer came.
    fn hold(&mut self, schema: &Value, config: &Value) -> Result<String, Failure>;

    /// What the plugin said on standard error since this was last asked, the first of it.
    fn noise(&mut self) -> Vec<u8> {
        Vec::new()
    }
}

/// A failure before the session could be asked for work, with what the plugin said before it.
pub(crate) fn fallen(session: &mut dyn Session, failure: Failure) -> Fallen {
    Fallen { failure, said: String::from_utf8_lossy(&session.noise()).into_owned() }
}

/// What a function that should have returned OK gave.
pub(crate) fn answer(code: i32, data: Result<Vec<u8>, Violation>) -> Result<Vec<u8>, Failure> {
    let data = data.map_err(Failure::Violation)?;
    if code == huizong_plugin_abi::code::OK {
        return Ok(data);
    }
    // By custom an error is {"message": "…"}; whatever else it is, it is shown as text.
    let text = String::from_utf8_lossy(&data);
    let said = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|error| Some(error.get("message")?.as_str()?.to_owned()));
    Err(Failure::Code(code, said.unwrap_or_else(|| text.into_owned())))
}
