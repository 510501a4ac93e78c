//! Settings: the language, and `huizong.toml`, found upwards from the working directory. Flags win.

pub(crate) mod edit;
mod fault;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use huizong_core::Lang;
use huizong_plugin_host::Limits;
use huizong_schema::findings::Message;
use serde::Deserialize;

use crate::args::Language;
use crate::exit::Error;
use crate::world::World;

/// The members of `huizong.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The language of messages: zh or en.
    pub(crate) lang: Option<String>,
    /// The year that every document should report.
    pub(crate) year: Option<u16>,
    /// The name of the district, for titles.
    pub(crate) district: Option<String>,
    /// The severity from which findings fail the run.
    pub(crate) fail_on: Option<String>,
    /// The profile that forms are read by.
    pub(crate) profile: Option<String>,
    /// The list of the departments that should report.
    pub(crate) roster: Option<PathBuf>,
    /// The bureau's own books.
    pub(crate) books: Option<PathBuf>,
    /// Last year's consolidation, or the folder that holds it.
    pub(crate) previous: Option<PathBuf>,
    /// The template of the page of a result.
    pub(crate) template: Option<PathBuf>,
    /// The roster's columns to group sums by. Columns joined by commas make groups together.
    #[serde(default)]
    pub(crate) group_by: Vec<String>,
    /// The documents that count where one department handed in several.
    #[serde(default)]
    pub(crate) accept: Vec<String>,
    /// The findings that are settled, so that forms do not go back for them: the form's file, `@`, and the finding's fingerprint.
    #[serde(default)]
    pub(crate) settled: Vec<String>,
    /// The name of folders for corrected documents: one in such a folder replaces the others of its department.
    pub(crate) corrected: Option<String>,
    /// Whether plugins are refused where the system cannot isolate them wholly.
    #[serde(default)]
    pub(crate) require_isolation: bool,
    /// The plugins, by id.
    #[serde(default)]
    pub(crate) plugins: BTreeMap<String, PluginSettings>,
    /// How long a plugin may take and how much it may use.
    #[serde(default)]
    pub(crate) plugin_limits: PluginLimits,
    /// The file of these settings, if there is one.
    #[serde(skip)]
    pub(crate) file: Option<PathBuf>,
    /// The members of the file, except those that change no byte of a result.
    #[serde(skip)]
    pub(crate) said: serde_json::Map<String, serde_json::Value>,
}

/// The settings of one plugin.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginSettings {
    /// Its file, relative to the settings. Absent: it runs only where a flag names its file.
    pub(crate) path: Option<PathBuf>,
    /// Its configuration.
    #[serde(default)]
    pub(crate) config: toml::Table,
    /// The SHA-256 digest that its file must have. It pins the file as `plugins.lock` does; where both do, both must match.
    pub(crate) pin: Option<String>,
}

/// Limits of plugins. An absent one has the default of the host.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PluginLimits {
    load_ms: Option<u64>,
    create_ms: Option<u64>,
    batch_ms: Option<u64>,
    set_ms: Option<u64>,
    memory_mib: Option<u64>,
    batch_documents: Option<usize>,
}

impl PluginLimits {
    /// The limits in force.
    pub(crate) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        let set = |limit: &mut Duration, ms: Option<u64>| *limit = ms.map_or(*limit, Duration::from_millis);
        set(&mut limits.load, self.load_ms);
        set(&mut limits.create, self.create_ms);
        set(&mut limits.batch, self.batch_ms);
        set(&mut limits.set, self.set_ms);
        limits.memory = self.memory_mib.map_or(limits.memory, |mib| mib.saturating_mul(1 << 20));
        limits.batch_documents = self
            .batch_documents
            .map_or(limits.batch_documents, |many| many.clamp(1, huizong_run::pipeline::MOST_HELD));
        limits
    }
}

pub(crate) const FILE: &str = "huizong.toml";

impl Settings {
    /// Reads the settings of the working directory.
    pub(crate) fn load(world: &World<'_>) -> Result<Self, Error> {
        for folder in world.directory.ancestors() {
            let path = folder.join(FILE);
            let text = match huizong_run::files::read_text(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => {
                    let shown = path.display();
                    return Err(Error::new(format!("无法读取设置 {shown}"), format!("cannot read {shown}"))
                        .because(error));
                }
            };
            let shown = path.display();
            let faulty = |zh: String, en: String| {
                Error::new(format!("设置文件 {shown} 有误：\n{zh}"), format!("{shown} is faulty:\n{en}"))
            };
            let mut settings: Self = toml::from_str(&text).map_err(|error| {
                let Message { zh, en } = fault::in_words(&error, &text);
                faulty(zh, en)
            })?;
            if let Some(year) = settings.year.filter(|year| !(1990..=2100).contains(year)) {
                return Err(faulty(
                    format!("年度（year）应在 1990 至 2100 之间，现在写的是 {year}"),
                    format!("year is 1990 to 2100, not {year}"),
                ));
            }
            if let Some(lang) = settings.lang.as_ref().filter(|lang| lang_of(lang).is_none()) {
                return Err(faulty(
                    format!("语言（lang）只能是 zh（中文）或 en（英文），现在写的是 {lang}"),
                    format!("lang is zh or en, not {lang}"),
                ));
            }
            // The path of a file is relative to the settings.
            settings.profile = settings.profile.map(|name| {
                let beside = folder.join(&name);
                if beside.is_file() { beside.to_string_lossy().into_owned() } else { name }
            });
            for path in
                [&mut settings.roster, &mut settings.books, &mut settings.previous, &mut settings.template]
            {
                *path = path.take().map(|path| folder.join(path));
            }
            for plugin in settings.plugins.values_mut() {
                plugin.path = plugin.path.take().map(|path| folder.join(path));
            }
            settings.said = toml::from_str(&text).unwrap_or_default();
            settings.said.retain(|name, _| !matches!(&**name, "lang" | "fail_on" | "require_isolation"));
            settings.file = Some(path);
            return Ok(settings);
        }
        Ok(Self::default())
    }

    /// The folder of the settings, if there are any.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.file.as_deref().and_then(Path::parent)
    }
}

/// Finds the language: `--lang`, else `HUIZONG_LANG`, else the settings, else the locale, else Chinese.
///
/// It is needed before arguments are parsed: help and mistakes of usage are in it too.
pub(crate) fn language(arguments: &[OsString], world: &World<'_>) -> Lang {
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let flag =
        arguments.iter().enumerate().find_map(|(index, argument)| match argument.strip_prefix("--lang") {
            Some("") => arguments.get(index + 1).map(ToString::to_string),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        });
    let variable = |name: &str| (world.variable)(name);
    let locale = || {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)?;
        // The C and POSIX locales say nothing about the reader.
        lang_of(locale.split(['_', '.', '@', '-']).next()?)
    };
    let settings = || Settings::load(world).ok()?.lang;
    flag.or_else(|| variable("HUIZONG_LANG"))
        .and_then(|name| lang_of(&name))
        .or_else(|| lang_of(&settings()?))
        .or_else(locale)
        .unwrap_or_default()
}

/// The language with a name, `zh` or `en`.
fn lang_of(name: &str) -> Option<Lang> {
    Language::from_str(name, false).ok()?.messages()
}
