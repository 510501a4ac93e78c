//! A plugin that was loaded and described.

use std::sync::Mutex;

use huizong_core::PluginRule;
use huizong_schema::consolidation::PluginUsed;
use huizong_schema::findings::Notice;
use huizong_schema::protocol::{Manifest, Op, Reads};
use huizong_schema::receipt::PluginIsolation;
use serde_json::Value;

use crate::failure::{Failure, Fallen, Violation};
use crate::host::Host;
use crate::isolation;
use crate::manifest;
use crate::notices;
use crate::refused::Refused;
use crate::session::{Session, fallen};
use crate::trust::{Candidate, Pin, digest};

/// A plugin that was loaded and described.
pub struct Plugin {
    /// Where it runs.
    pub(crate) host: Host,
    /// Its file.
    pub candidate: Candidate,
    /// Its manifest.
    pub manifest: Manifest,
    /// The digest of its manifest.
    pub manifest_sha256: String,
    /// The rules that it declares.
    pub rules: Vec<PluginRule>,
    /// Members that the manifest's schema does not name, by their pointers.
    pub(crate) unknown_members: Vec<String>,
    pub(crate) reads: Reads,
    pub(crate) set_reads: Reads,
    config: Vec<u8>,
    /// What keeps it from doing harm; `None` in the command's own process.
    pub isolation: Option<PluginIsolation>,
    /// The session that described it, kept for its next use.
    spare: Mutex<Option<Box<dyn Session>>>,
    #[cfg(target_os = "linux")]
    table: std::sync::OnceLock<crate::library::Table>,
}

impl Plugin {
    /// Returns the plugin as a result names it.
    pub fn used(&self, failures: u32) -> PluginUsed {
        let info = &self.manifest.plugin;
        PluginUsed {
            id: info.id.clone(),
            version: info.version.clone(),
            vendor: info.vendor.clone(),
            license: info.license.clone(),
            sha256: self.candidate.sha256.clone(),
            manifest_sha256: self.manifest_sha256.clone(),
            failures: failures.into(),
        }
    }

    /// Loads and describes a plugin, always in a worker, as loading alone can crash. The plugin may later run
    /// in this process.
    ///
    /// # Errors
    /// Returns [`Refused`] if the plugin fails, its manifest is not valid, or this version lacks something
    /// that it requires.
    pub fn describe(host: Host, candidate: Candidate) -> Result<Self, Refused> {
        let mut session = isolated(&host, &candidate)?;
        let mut describe = || session.describe().map_err(|failure| fallen(&mut *session, failure));
        let bytes = describe()?;
        if describe()? != bytes {
            let why = "different each time (rule 9)".to_owned();
            return Err(Failure::Violation(Violation::NotAManifest(why)).into());
        }
        let manifest = manifest::read(&bytes)?;
        manifest::is_served(&manifest)?;
        Ok(Self {
            rules: manifest::rules(&manifest),
            unknown_members: manifest::unknown_members(&bytes),
            reads: Reads::of(manifest.reads.as_deref()),
            set_reads: Reads::of(manifest.set_reads.as_deref().or(manifest.reads.as_deref())),
            manifest_sha256: digest(&bytes),
            isolation: session.isolation().filter(|_| !host.in_process),
            spare: Mutex::new(Some(session)),
            host,
            candidate,
            manifest,
            config: b"{}".to_vec(),
            #[cfg(target_os = "linux")]
            table: std::sync::OnceLock::new(),
        })
    }

    /// The notice that this system cannot keep it from doing harm, if that is so.
    pub fn weakly_isolated(&self) -> Option<Notice> {
        let lacks = self.isolation.and_then(isolation::lacks)?;
        Some(notices::weakly_isolated(self.id(), lacks))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.manifest.plugin.id
    }

    /// Sets the configuration of instances created from now on.
    ///
    /// # Errors
    /// Returns [`Refused`] if the manifest does not admit the configuration.
    pub fn configure(&mut self, config: &Value) -> Result<(), Refused> {
        self.takes(config)?;
        self.config = config.to_string().into_bytes();
        Ok(())
    }

    /// Checks that the manifest admits a configuration.
    pub(crate) fn takes(&self, config: &Value) -> Result<(), Refused> {
        Ok(manifest::takes(&self.manifest, config, |schema, config| self.hold(schema, config))?)
    }

    /// Validates a configuration against a schema, in the worker that described the plugin.
    fn hold(&self, schema: &Value, config: &Value) -> Result<(), String> {
        let held = || -> Result<String, Failure> {
            let mut session = match self.spare() {
                Some(session) => session,
                None => isolated(&self.host, &self.candidate)?,
            };
            let why = session.hold(schema, config)?;
            if let Ok(mut spare) = self.spare.lock() {
                *spare = Some(session);
            }
            Ok(why)
        };
        match held() {
            Ok(why) if why.is_empty() => Ok(()),
            Ok(why) => Err(why),
            Err(failure) => Err(format!("config_schema: {failure}")),
        }
    }

    fn spare(&self) -> Option<Box<dyn Session>> {
        self.spare.lock().ok().and_then(|mut spare| spare.take())
    }

    /// The pin for this file of the plugin.
    pub fn pin(&self) -> Pin {
        Pin {
            version: self.manifest.plugin.version.clone(),
            sha256: self.candidate.sha256.clone(),
            manifest_sha256: self.manifest_sha256.clone(),
        }
    }

    /// Whether the plugin supports an op.
    pub fn does(&self, op: Op) -> bool {
        self.manifest.ops.contains(&op.number())
    }

    /// Whether the plugin works on sets.
    pub fn does_sets(&self) -> bool {
        self.does(Op::SetFeed) && self.does(Op::SetFinish)
    }

    /// Opens a session with an instance.
    pub(crate) fn open(&self) -> Result<Box<dyn Session>, Fallen> {
        // A plugin that runs in this process does not need the worker any more.
        let mut session = match self.spare().filter(|_| !self.host.in_process) {
            Some(session) => session,
            None => self.load()?,
        };
        match session.create(&self.config) {
            Ok(()) => Ok(session),
            Err(failure) => Err(fallen(&mut *session, failure)),
        }
    }

    /// Opens a session without an instance, in a worker or in this process.
    pub(crate) fn load(&self) -> Result<Box<dyn Session>, Fallen> {
        #[cfg(target_os = "linux")]
        if self.host.in_process {
            // Load it once: it is never unloaded, and a second copy would share no state with the first.
            let table = match self.table.get() {
                Some(table) => *table,
                None => {
                    let table = crate::in_process::load(&self.candidate.bytes)?;
                    *self.table.get_or_init(|| table)
                }
            };
            return Ok(Box::new(crate::in_process::InProcess::new(table, self.host.limits)));
        }
        isolated(&self.host, &self.candidate)
    }
}

/// Opens a session in a worker.
#[cfg(target_os = "linux")]
fn isolated(host: &Host, candidate: &Candidate) -> Result<Box<dyn Session>, Fallen> {
    Ok(Box::new(crate::worker::Worker::open(host, &candidate.bytes)?))
}

#[cfg(not(target_os = "linux"))]
fn isolated(_: &Host, _: &Candidate) -> Result<Box<dyn Session>, Fallen> {
    Err(Failure::NotOnThisSystem.into())
}
