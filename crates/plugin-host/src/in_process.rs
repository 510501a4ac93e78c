//! A plugin in the command's own process: fast and easy to debug, but its crash ends the command.

use std::time::Duration;

use serde_json::Value;

use crate::failure::Failure;
use crate::library::{Instance, Sealed, Table};
use crate::limits::Limits;
use crate::session::{Session, answer};

pub(crate) struct InProcess {
    table: Table,
    instance: Option<Instance>,
    limits: Limits,
}

/// Loads a library into this process; it is never unloaded.
pub(crate) fn load(bytes: &[u8]) -> Result<Table, Failure> {
    let sealed = Sealed::new(bytes).map_err(|error| Failure::NoWorker(error.to_string()))?;
    Table::open(sealed).map_err(Failure::Load)
}

impl InProcess {
    pub(crate) fn new(table: Table, limits: Limits) -> Self {
        Self { table, instance: None, limits }
    }
}

impl Session for InProcess {
    fn describe(&mut self) -> Result<Vec<u8>, Failure> {
        let returned = self.table.describe(self.limits.manifest);
        answer(returned.code, returned.data)
    }

    fn create(&mut self, config: &[u8]) -> Result<(), Failure> {
        if let Some(instance) = self.instance.take() {
            self.table.destroy(instance);
        }
        let (returned, instance) = self.table.create(config, self.limits.answer);
        self.instance = instance;
        answer(returned.code, returned.data).map(drop)
    }

    fn call(&mut self, op: u32, request: &[u8], _: Duration) -> Result<Vec<u8>, Failure> {
        let Some(instance) = &mut self.instance else {
            return Err(Failure::NoWorker("no instance".into()));
        };
        let returned = self.table.call(instance, op, request, self.limits.answer);
        answer(returned.code, returned.data)
    }

    fn hold(&mut self, schema: &Value, config: &Value) -> Result<String, Failure> {
        Ok(crate::manifest::hold(schema, config).err().unwrap_or_default())
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        if let Some(instance) = self.instance.take() {
            self.table.destroy(instance);
        }
    }
}
