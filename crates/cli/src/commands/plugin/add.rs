//! `huizong plugin add` and `huizong plugin list`: the plugins that a district decided to run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use huizong_core::Lang;
use huizong_plugin_host::{Lock, Pin, Plugin, in_force};
use huizong_report::words::severity;
use huizong_run::files::write_whole;
use huizong_run::paths::slashed;

use super::super::plugins::{Isolation, Plugins, complain_for, host, lock, read};
use super::super::say_notice;
use super::isolation_of;
use crate::args::PluginFileArgs;
use crate::exit::{Error, Exit};
use crate::settings::edit::edit;
use crate::settings::{FILE, Settings};
use crate::world::World;

pub(super) fn add(args: &PluginFileArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let settings = Settings::load(world)?;
    let file = &*args.file;
    let path = world.directory.join(file);
    let plugin = read(&path)
        .and_then(|candidate| Plugin::describe(host(&settings, world, isolation_of(args)), candidate))
        .map_err(|refused| {
            let (why, shown) = (refused.message(), file.display());
            complain_for(&shown.to_string(), refused.said(), world);
            Error::new(format!("没有登记 {shown}：{}", why.zh), format!("{shown} was not added: {}", why.en))
        })?;
    let (id, pin) = (plugin.id().to_owned(), plugin.pin());
    let mut lock = lock(&settings)?;
    let before = lock.0.get(&id).cloned();
    if before.as_ref().is_some_and(|before| before.contradicts(&pin)) {
        let version = &pin.version;
        return Err(Error::new(
            format!("{id} {version} 的插件说明与登记过的同一版本不同，没有登记；说明改变时插件应换版本号"),
            format!(
                "the manifest of {id} {version} is not the one that was added under this version; a plugin whose manifest changes has a new version"
            ),
        ));
    }
    world.show(&described(&plugin, lang));
    if let Some(notice) = plugin.weakly_isolated() {
        say_notice(&notice, lang, world);
    }

    let folder = settings.folder().unwrap_or(&world.directory).to_owned();
    let of = settings.plugins.get(&id);
    let named = of.and_then(|plugin| plugin.path.as_ref());
    let written =
        if named.is_none() { Some(name_in_settings(&folder, &id, &path, &settings)?) } else { None };
    lock.0.insert(id.clone(), pin.clone());
    write_whole(&folder.join(Lock::FILE), lock.text().as_bytes())?;
    let mut said = said(before.as_ref(), &pin, &folder, lang);
    if let Some(file) = written {
        let file = file.display();
        let line = (
            format!("已写入 {file} 的 [plugins.{id}]。\n"),
            format!("[plugins.{id}] was written to {file}.\n"),
        );
        said.push_str(&lang.pick(line.0, line.1));
    }
    world.show(&said);
    let settings_file = settings.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    let mut note =
        |zh: String, en: String| world.complain(&lang.pick(format!("注意：{zh}\n"), format!("Note: {en}\n")));
    if let Some(other) =
        named.filter(|named| dunce::canonicalize(named).ok() != dunce::canonicalize(&path).ok())
    {
        let (other, is) = (other.display(), path.display());
        note(
            format!(
                "{settings_file} 中 [plugins.{id}] 的 path 仍是 {other}；要用刚登记的文件，请改为 {is}。"
            ),
            format!(
                "the path in [plugins.{id}] of {settings_file} is still {other}; to use the file that was added, change it to {is}."
            ),
        );
    }
    if let Some(other) =
        of.and_then(|of| of.pin.as_ref()).filter(|other| !other.eq_ignore_ascii_case(&pin.sha256))
    {
        note(
            format!(
                "{settings_file} 中 [plugins.{id}] 的 pin 是 {}…，与刚登记的文件不同，它不会运行；请改正或删去 pin。",
                Pin::short(other)
            ),
            format!(
                "the pin in [plugins.{id}] of {settings_file} is {}…, another file's, so this one will not run; mend the pin or delete it.",
                Pin::short(other)
            ),
        );
    }
    Ok(Exit::Clean)
}

/// Writes the path of a plugin into the settings, and returns the file of the settings. The rest of it is not changed.
fn name_in_settings(folder: &Path, id: &str, path: &Path, settings: &Settings) -> Result<PathBuf, Error> {
    let absolute = dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let base = dunce::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let shown = slashed(absolute.strip_prefix(&base).unwrap_or(&absolute));
    let strange = || {
        Error::new(
            format!("请自行在 {FILE} 的 [plugins.{id}] 中写上 path = \"{shown}\""),
            format!("please write path = \"{shown}\" into [plugins.{id}] of {FILE} yourself"),
        )
    };
    let name = |document: &mut toml_edit::DocumentMut| {
        let plugins = document.entry("plugins").or_insert_with(|| {
            let mut table = toml_edit::Table::new();
            table.set_implicit(true);
            table.into()
        });
        let plugin = plugins.as_table_like_mut()?.entry(id).or_insert_with(|| toml_edit::Table::new().into());
        plugin.as_table_like_mut()?.insert("path", toml_edit::value(&*shown));
        Some(())
    };
    edit(folder, settings, name, strange)
}

fn said(before: Option<&Pin>, pin: &Pin, folder: &Path, lang: Lang) -> String {
    let shown = folder.join(Lock::FILE).display().to_string();
    match before {
        Some(before) if before == pin => lang.pick(
            format!("与 {shown} 中登记的相同。\n"),
            format!("The same as in {shown}.\n"),
        ),
        Some(before) => lang.pick(
            format!("已更新 {shown}（原为 {}，{}…）。\n", before.version, Pin::short(&before.sha256)),
            format!("{shown} was updated (before: {}, {}…).\n", before.version, Pin::short(&before.sha256)),
        ),
        None => lang.pick(
            format!("已登记在 {shown}。摘要只说明是哪一个文件，不说明它好不好：请只登记信得过的来源。\n"),
            format!("Pinned in {shown}. A digest says which file it is, not that it is good: add only what you trust.\n"),
        ),
    }
}

/// The text that describes a plugin: its manifest and its digests.
fn described(plugin: &Plugin, lang: Lang) -> String {
    let info = &plugin.manifest.plugin;
    let mut text = format!("{} {}\n", info.id, info.version);
    let mut line = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {}{value}", lang.pick(format!("{zh}："), format!("{en}: ")));
        }
    };
    line("作者", "vendor", &info.vendor);
    line("许可", "licence", &info.license);
    line("文件", "file", &plugin.candidate.path.display().to_string());
    line("文件摘要", "sha256", &plugin.candidate.sha256);
    line("说明摘要", "manifest sha256", &plugin.manifest_sha256);
    let reads = match &plugin.manifest.reads {
        Some(reads) => reads.join(" "),
        None => lang.pick("整份表", "whole documents").to_owned(),
    };
    line("读取", "reads", &reads);
    line(
        "全部表时读取",
        "reads of the set",
        &plugin.manifest.set_reads.clone().unwrap_or_default().join(" "),
    );
    for rule in &plugin.rules {
        let title = lang.of(&rule.declaration.title);
        let _ = writeln!(text, "  {}  {}  {title}", rule.id(), severity(rule.declaration.severity, lang));
    }
    if let Some(isolation) = plugin.isolation {
        let _ = writeln!(text, "  {}{}", lang.pick("隔离：", "isolation: "), lang.of(&in_force(isolation)));
    }
    for aggregate in &plugin.manifest.aggregates {
        let _ = writeln!(text, "  {}  {}", aggregate.id, lang.of(&aggregate.title));
    }
    text
}

pub(super) fn list(lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let settings = Settings::load(world)?;
    let plugins = Plugins::load(&[], Isolation::default(), &settings, world)?;
    for plugin in &plugins.loaded {
        world.show(&described(plugin, lang));
    }
    if plugins.loaded.is_empty() && plugins.notices.is_empty() {
        world.show(lang.pick("设置中没有插件。\n", "No plugins in the settings.\n"));
    }
    plugins.say(lang, world);
    plugins.say_weakly_isolated(lang, world);
    Ok(if plugins.notices.is_empty() { Exit::Clean } else { Exit::Incomplete })
}
