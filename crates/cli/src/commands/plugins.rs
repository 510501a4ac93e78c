//! The plugins that take part in a run: those named for it, and those of the settings that are pinned.

use std::path::{Path, PathBuf};

use huizong_core::{Lang, RuleIndex};
use huizong_plugin_host::{Candidate, Host, Lock, Pin, Plugin, Refused, refused};
use huizong_run::paths::slashed;
use huizong_schema::findings::{Message, Notice};
use huizong_schema::receipt::PluginIsolation;
use serde_json::Value;

use super::say_notice;
use crate::exit::{Error, reason};
use crate::settings::{PluginSettings, Settings};
use crate::world::World;

/// Whether plugins are isolated.
#[derive(Clone, Copy, Default)]
pub(super) struct Isolation {
    /// Whether they run in the command's own process.
    pub(super) in_process: bool,
    /// Whether one that cannot be isolated wholly ends the run.
    pub(super) is_required: bool,
}

/// The plugins of a run.
#[derive(Default)]
pub(super) struct Plugins {
    /// Those that take part, by id.
    pub(super) loaded: Vec<Plugin>,
    /// Notices about those that do not.
    pub(super) notices: Vec<Notice>,
}

impl Plugins {
    /// Loads the plugins named for this run and those that the settings admit.
    ///
    /// A plugin that cannot take part is a notice: the run goes on without it and is incomplete.
    pub(super) fn load(
        named: &[PathBuf],
        isolation: Isolation,
        settings: &Settings,
        world: &mut World<'_>,
    ) -> Result<Self, Error> {
        let host = host(settings, world, isolation);
        let mut plugins = Self::default();
        let lock = lock(settings)?;
        for named in named {
            let path = world.directory.join(named);
            if !path.exists() {
                let shown = named.display();
                return Err(Error::new(
                    format!("没有插件文件 {shown}"),
                    format!("there is no plugin file {shown}"),
                ));
            }
            // Notices are part of a result, the path of a plugin is not: they give only its file name.
            let shown = named.file_name().unwrap_or(named.as_os_str()).to_string_lossy().into_owned();
            // Naming a file on the command line is consent for this run.
            let plugin = read(&path).and_then(|candidate| Plugin::describe(host.clone(), candidate));
            let plugin = plugin.and_then(|plugin| {
                contradicts(lock.0.get(plugin.id()), &plugin)?;
                let config = settings.plugins.get(plugin.id()).map(config);
                configured(plugin, &config.unwrap_or_default())
            });
            plugins.admit(&shown, plugin, world)?;
        }
        let mut replaced = Vec::new();
        for (id, of) in &settings.plugins {
            let Some(path) = of.path.as_ref() else { continue };
            if let Some(named) = plugins.loaded.iter().find(|plugin| plugin.id() == id) {
                let mut pins = lock.0.get(id).map(|pin| &pin.sha256).into_iter().chain(&of.pin);
                if pins.any(|pin| !pin.eq_ignore_ascii_case(&named.candidate.sha256)) {
                    replaced.push(huizong_plugin_host::replaced(id));
                }
                continue;
            }
            let below = settings.folder().and_then(|folder| path.strip_prefix(folder).ok());
            let shown = slashed(below.unwrap_or(path));
            plugins.admit(id, pinned((id, &shown), path, of, lock.0.get(id), &host), world)?;
        }
        plugins.notices.extend(replaced);
        plugins.loaded.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(plugins)
    }

    fn admit(
        &mut self,
        shown: &str,
        plugin: Result<Plugin, Refused>,
        world: &mut World<'_>,
    ) -> Result<(), Error> {
        match plugin {
            Err(refused) if refused.is_not_isolated() => {
                let why = refused.message();
                return Err(Error::new(
                    format!("插件 {shown} 没有运行：{}", why.zh),
                    format!("the plugin {shown} was not run: {}", why.en),
                ));
            }
            Ok(plugin) if self.loaded.iter().any(|known| known.id() == plugin.id()) => {
                let id = plugin.id();
                let why = Refused::Unfit(Message {
                    zh: format!("已加载同名插件 {id}"),
                    en: format!("there is a plugin {id} already"),
                });
                self.refuse(shown, &why, world);
            }
            Ok(plugin) => self.loaded.push(plugin),
            Err(why) => self.refuse(shown, &why, world),
        }
        Ok(())
    }

    fn refuse(&mut self, shown: &str, why: &Refused, world: &mut World<'_>) {
        complain_for(shown, why.said(), world);
        self.notices.push(refused(shown, why));
    }

    /// The rules of a run with these plugins.
    pub(super) fn rule_index(&self) -> RuleIndex {
        RuleIndex::with(self.loaded.iter().flat_map(|plugin| plugin.rules.iter().cloned()).collect())
    }

    /// What keeps the plugins from doing harm; `None` if there are none, or they run in the command's own process.
    pub(super) fn isolation(&self) -> Option<PluginIsolation> {
        self.loaded.iter().find_map(|plugin| plugin.isolation)
    }

    /// Prints for each plugin what the system cannot keep it from. It depends on the machine, so a result does not have it.
    pub(super) fn say_weakly_isolated(&self, lang: Lang, world: &mut World<'_>) {
        for plugin in &self.loaded {
            if let Some(notice) = plugin.weakly_isolated() {
                say_notice(&notice, lang, world);
            }
        }
    }

    /// Prints why plugins do not take part.
    pub(super) fn say(&self, lang: Lang, world: &mut World<'_>) {
        for notice in &self.notices {
            say_notice(notice, lang, world);
        }
    }
}

/// Prints the messages of a plugin to its author.
pub(super) fn complain_for(plugin: &str, said: &str, world: &mut World<'_>) {
    let lines = said.lines().map(|line| format!("[{plugin}] {}\n", huizong_core::shown_text(line)));
    world.complain(&lines.collect::<String>());
}

/// Refuses a plugin named on the command line if it contradicts its pin: a version has one manifest.
fn contradicts(pin: Option<&Pin>, plugin: &Plugin) -> Result<(), Refused> {
    let is = plugin.pin();
    match pin {
        Some(pin) if pin.contradicts(&is) => {
            let version = &is.version;
            Err(Refused::Unfit(Message {
                zh: format!(
                    "它的插件说明与登记过的同一版本（{version}）不同；请把插件说明里的 version 加大，或用登记的那一个"
                ),
                en: format!(
                    "its manifest is not the one that was pinned under this version ({version}): raise its version, or use the pinned one"
                ),
            }))
        }
        _ => Ok(()),
    }
}

/// The host that runs plugins within the limits of the settings.
pub(super) fn host(settings: &Settings, world: &World<'_>, isolation: Isolation) -> Host {
    Host {
        program: world.program.clone(),
        limits: settings.plugin_limits.limits(),
        in_process: isolation.in_process,
        require_isolation: isolation.is_required || settings.require_isolation,
    }
}

/// Loads a plugin of the settings. None of its code runs unless its file is the one that was pinned.
fn pinned(
    (id, shown): (&str, &str),
    path: &Path,
    of: &PluginSettings,
    pin: Option<&Pin>,
    host: &Host,
) -> Result<Plugin, Refused> {
    let unfit = |zh: String, en: String| Refused::Unfit(Message { zh, en });
    let candidate = read(path)?;
    let digests: Vec<&str> =
        pin.map(|pin| pin.sha256.as_str()).into_iter().chain(of.pin.as_deref()).collect();
    if digests.is_empty() {
        return Err(unfit(
            format!("还没有登记；请核对来源后运行 huizong plugin add {shown}"),
            format!("it is not pinned; if you trust its source, run huizong plugin add {shown}"),
        ));
    }
    let is_other = |digest: &&str| !digest.eq_ignore_ascii_case(&candidate.sha256);
    if let Some(other) = of.pin.as_deref().filter(|digest| is_other(digest)) {
        let (expected, found) = (Pin::short(other), Pin::short(&candidate.sha256));
        return Err(unfit(
            format!(
                "文件与设置中写的 pin 不同（pin {expected}…，现为 {found}…）；若确是新版，请核对来源后改正 [plugins.{id}] 的 pin"
            ),
            format!(
                "its file is not the one of the pin in the settings ({expected}…, now {found}…); if this is a new version that you trust, mend the pin in [plugins.{id}]"
            ),
        ));
    }
    if let Some(other) = digests.iter().copied().find(is_other) {
        let (expected, found) = (Pin::short(other), Pin::short(&candidate.sha256));
        return Err(unfit(
            format!(
                "文件与登记的不同（登记 {expected}…，现为 {found}…）；若确是新版，请核对来源后运行 huizong plugin add {shown}"
            ),
            format!(
                "its file is not the one that was pinned ({expected}…, now {found}…); if this is a new version that you trust, run huizong plugin add {shown}"
            ),
        ));
    }
    let plugin = Plugin::describe(host.clone(), candidate)?;
    if plugin.id() != id {
        let found = plugin.id();
        return Err(unfit(
            format!("它自称 {found}；请在设置中写 [plugins.{found}]"),
            format!("it calls itself {found}; the settings must say [plugins.{found}]"),
        ));
    }
    if pin.is_some_and(|pin| *pin != plugin.pin()) {
        return Err(unfit(
            format!("版本或插件说明与登记的不同；请核对来源后运行 huizong plugin add {shown}"),
            format!(
                "its version or manifest is not the one that was pinned; run huizong plugin add {shown} if you trust it"
            ),
        ));
    }
    configured(plugin, &config(of))
}

fn configured(mut plugin: Plugin, config: &Value) -> Result<Plugin, Refused> {
    let empty = Value::Object(serde_json::Map::new());
    plugin.configure(if config.is_null() { &empty } else { config })?;
    Ok(plugin)
}

fn config(of: &PluginSettings) -> Value {
    serde_json::to_value(&of.config).unwrap_or_default()
}

/// Reads a plugin's file, once.
pub(super) fn read(path: &Path) -> Result<Candidate, Refused> {
    Candidate::read(path).map_err(|error| Refused::Unfit(reason(&error)))
}

/// Reads the pins, which are in a file next to the settings.
pub(super) fn lock(settings: &Settings) -> Result<Lock, Error> {
    let Some(path) = settings.folder().map(|folder| folder.join(Lock::FILE)) else {
        return Ok(Lock::default());
    };
    let shown = path.display();
    match std::fs::read_to_string(&path) {
        Ok(text) => Lock::parse(&text).map_err(|why| {
            Error::new(format!("{shown} 有误：\n{why}"), format!("{shown} is faulty:\n{why}"))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Lock::default()),
        Err(error) => {
            Err(Error::new(format!("无法读取 {shown}"), format!("cannot read {shown}")).because(error))
        }
    }
}
