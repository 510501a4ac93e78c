//! `huizong verify`: makes a result again from its receipt, and says what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::Lang;
use huizong_report::terminal::visible;
use huizong_schema::consolidation::Note;
use huizong_schema::findings::Message;
use huizong_schema::receipt::{self, Receipt};
use serde_json::Value;

use super::consolidate::make::{Otherwise, make};
use super::{flag, say_notices};
use crate::digest::digest_of;
use crate::exit::{Error, Exit};
use crate::folder::receipt_of;
use crate::world::World;

/// What is not as the receipt says.
#[derive(Default)]
struct Differences(Vec<Message>);

impl Differences {
    fn note(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        let said = Message { zh: zh.into(), en: en.into() };
        // Two ways may lead to one thing.
        if !self.0.contains(&said) {
            self.0.push(said);
        }
    }
}

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let given = args.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
    let folder = world.directory.join(&given);
    let shown = given.display();
    let Some(old) = receipt_of(&folder) else {
        return Err(Error::new(
            format!("{shown} 里没有凭据 {}，不是汇总结果", receipt::FILE),
            format!("{shown} has no {}: it is no result", receipt::FILE),
        ));
    };
    let mut differences = Differences::default();
    outputs_changed(&folder, &old, &mut differences);

    let paths: Vec<PathBuf> = args.get_many::<PathBuf>("inputs").into_iter().flatten().cloned().collect();
    let (root, matches) = recorded(&old, lang)?;
    let (_, consolidate) = matches.subcommand().expect("it is named above");
    let given_before = consolidate.get_many::<PathBuf>("paths").map_or(0, |paths| paths.len());
    if !paths.is_empty() && paths.len() < given_before {
        return Err(Error::new(
            format!("汇总时给了 {given_before} 个路径，--inputs 也要给 {given_before} 个，顺序相同"),
            format!("{given_before} paths were given then: give --inputs as often, in their order"),
        ));
    }
    if paths.is_empty() && old.inputs.iter().any(|input| input.id == "-") {
        return Err(Error::new(
            "当时从标准输入读了表；请用 --inputs 给出那些内容（- 表示标准输入）",
            "forms came from standard input then: give them with --inputs (- for standard input)",
        ));
    }
    let otherwise = Otherwise {
        paths: paths.iter().map(|path| world.directory.join(path)).collect(),
        ids: old.inputs.iter().map(|input| ((input.given, input.path.clone()), input.id.clone())).collect(),
        jobs: flag::<u16>(args, "jobs").map(|jobs| usize::from(*jobs)),
    };
    if root.is_dir() {
        world.directory = root;
    }
    let again = tempfile::tempdir()?;
    files_changed(&old, &world.directory, &mut differences);
    let made = match make(consolidate, &otherwise, lang, world, &mut || Ok(again.path().to_owned())) {
        Ok(made) => made,
        // What was changed may be the reason why it cannot be made again.
        Err(error) if !differences.0.is_empty() => {
            say(&differences, lang, world)?;
            world.complain(&format!("{}\n", error.say(lang)));
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error),
    };
    let new = receipt_of(again.path());
    let Some(new) = new.filter(|_| made.wrote()) else {
        differences.note("什么也没有读到", "nothing was read");
        say(&differences, lang, world)?;
        say_notices(made.batch(), lang, world);
        return Ok(Exit::Findings);
    };
    receipts_differ(&old, &new, &mut differences);
    let causes = differences.0.len();
    let same = bytes_differ(&folder, again.path(), &old, &new, &mut differences);
    if causes == 0 && !differences.0.is_empty() {
        let (zh, en) = if old.tool == new.tool {
            ("找不到原因：这是本程序的缺陷", "no cause was found: this is a defect of the command")
        } else {
            ("程序与当时不同", "the command is another one than then")
        };
        differences.note(zh, en);
    }
    if differences.0.is_empty() {
        let text = lang.pick(
            format!("核实无误：按凭据重新汇总，{same} 个文件逐字节相同（输入 {} 个）。", new.inputs.len()),
            format!(
                "Verified: made again from the receipt, all bytes of {same} files agree ({} inputs).",
                new.inputs.len()
            ),
        );
        writeln!(world.stdout, "{text}")?;
        if old.tool != new.tool {
            let (then, now) = (&old.tool.version, &new.tool.version);
            writeln!(
                world.stdout,
                "{}",
                lang.pick(
                    format!("程序文件与当时不同（当时版本 {then}，现在 {now}），结果相同。"),
                    format!("The command's file is another one than then (version {then} then, {now} now); the results agree."),
                )
            )?;
        }
        // What could not be read then could not be read now either.
        return Ok(Exit::Clean);
    }
    say(&differences, lang, world)?;
    say_notices(made.batch(), lang, world);
    Ok(Exit::Findings)
}

/// The working directory and the arguments of the run that a receipt is of.
pub(super) fn recorded(receipt: &Receipt, lang: Lang) -> Result<(PathBuf, ArgMatches), Error> {
    // What stands in the result leads to forms from where it was put then.
    let arguments = ["huizong", "consolidate", "--out", &receipt.out].map(str::to_owned);
    let arguments = arguments.into_iter().chain(receipt.arguments.iter().cloned());
    let matches = crate::args::command(lang).try_get_matches_from(arguments).map_err(|error| {
        Error::new(
            format!("凭据中的参数有误：{error}"),
            format!("the receipt's arguments are faulty: {error}"),
        )
    })?;
    Ok((PathBuf::from(&receipt.root), matches))
}

fn say(differences: &Differences, lang: Lang, world: &mut World<'_>) -> Result<(), Error> {
    let title = lang.pick("与凭据不符：", "Not as the receipt says:");
    writeln!(world.stdout, "{title}")?;
    for difference in &differences.0 {
        writeln!(world.stdout, "  {}", visible(lang.of(difference)))?;
    }
    Ok(())
}

/// The files of the result as they lie there.
fn outputs_changed(folder: &Path, old: &Receipt, differences: &mut Differences) {
    for output in &old.outputs {
        let name = &output.name;
        match digest_of(&folder.join(name)) {
            Ok((_, digest)) if digest == output.blake3 => {}
            Ok(_) => differences
                .note(format!("结果文件 {name} 被改动过"), format!("the result's file {name} was changed")),
            Err(_) => differences.note(
                format!("结果文件 {name} 缺失或读不了"),
                format!("the result's file {name} is missing or cannot be read"),
            ),
        }
    }
    let known: BTreeSet<&str> =
        old.outputs.iter().map(|output| &*output.name).chain([receipt::FILE]).collect();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !known.contains(&*name) {
            differences.note(
                format!("结果文件夹里多了 {name}"),
                format!("{name} in the result's folder is not the result's"),
            );
        }
    }
}

/// The files that were read besides the inputs.
fn files_changed(old: &Receipt, root: &Path, differences: &mut Differences) {
    let changed = old.files.iter().filter(|file| {
        let now = digest_of(&root.join(&file.path));
        now.is_ok_and(|(_, digest)| digest != file.blake3)
    });
    for file in changed {
        let name = format!("{} {}", file.role, file.path);
        differences.note(format!("文件 {name} 与当时不同"), format!("the file {name} is not what it was"));
    }
}

fn receipts_differ(old: &Receipt, new: &Receipt, differences: &mut Differences) {
    let inputs = |receipt: &Receipt| -> BTreeMap<String, Option<String>> {
        receipt.inputs.iter().map(|input| (input.id.clone(), input.blake3.clone())).collect()
    };
    by_name((&inputs(old), &inputs(new)), ("输入", "the input"), differences);
    let files = |receipt: &Receipt| -> BTreeMap<String, String> {
        receipt
            .files
            .iter()
            .map(|file| (format!("{} {}", file.role, file.path), file.blake3.clone()))
            .collect()
    };
    by_name((&files(old), &files(new)), ("文件", "the file"), differences);
    let plugins = |receipt: &Receipt| -> BTreeMap<String, (String, String)> {
        let plugins = receipt.plugins.iter();
        plugins.map(|p| (p.id.clone(), (p.sha256.clone(), p.manifest_sha256.clone()))).collect()
    };
    by_name((&plugins(old), &plugins(new)), ("插件", "the plugin"), differences);
    by_name((&old.schemas, &new.schemas), ("结构定义", "the schema"), differences);
    let settings = |receipt: &Receipt| -> BTreeMap<String, Value> {
        let settings = receipt.settings.as_object().into_iter().flatten();
        settings.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    by_name((&settings(old), &settings(new)), ("设置", "the setting"), differences);
    let notices = |receipt: &Receipt| {
        let mut notices: BTreeMap<String, Vec<Note>> = BTreeMap::new();
        for note in &receipt.notices {
            let of = note.document.as_deref().unwrap_or_default();
            notices.entry(format!("[{}] {of}", note.notice)).or_default().push(note.clone());
        }
        notices
    };
    by_name((&notices(old), &notices(new)), ("通知", "the notice"), differences);
    if old.rules != new.rules {
        differences.note("内置规则与当时不同", "the built-in rules are others than then");
    }
    if old.arguments != new.arguments {
        differences.note("参数与当时不同", "the arguments are others than then");
    }
}

/// What is missing, new or different, by name.
fn by_name<T: PartialEq>(
    (old, new): (&BTreeMap<String, T>, &BTreeMap<String, T>),
    (zh, en): (&str, &str),
    differences: &mut Differences,
) {
    for (name, value) in old {
        match new.get(name) {
            None => differences.note(format!("{zh} {name} 现在没有了"), format!("{en} {name} is gone")),
            Some(now) if now != value => {
                differences
                    .note(format!("{zh} {name} 与当时不同"), format!("{en} {name} is not what it was"));
            }
            Some(_) => {}
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        differences.note(format!("{zh} {name} 当时没有"), format!("{en} {name} was not there then"));
    }
}

/// Compares the files made again with those that lie there, and says how many agree.
fn bytes_differ(
    folder: &Path,
    again: &Path,
    old: &Receipt,
    new: &Receipt,
    differences: &mut Differences,
) -> usize {
    let names: BTreeSet<&str> = old.outputs.iter().chain(&new.outputs).map(|output| &*output.name).collect();
    let mut same = 0;
    for name in names {
        let read = |folder: &Path| fs::read(folder.join(name)).ok();
        if read(folder).is_some_and(|bytes| Some(bytes) == read(again)) {
            same += 1;
        } else {
            differences.note(
                format!("重新汇总得到的 {name} 与结果中的不同"),
                format!("{name} made again is not the one that lies there"),
            );
        }
    }
    // The receipt may have been changed where nothing else tells.
    let mut compared = old.clone();
    (compared.root, compared.lang) = (new.root.clone(), new.lang.clone());
    (compared.out, compared.settings_file) = (new.out.clone(), new.settings_file.clone());
    compared.tool = new.tool.clone();
    if differences.0.is_empty() && compared != *new {
        differences.note("凭据本身被改动过", "the receipt itself was changed");
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_new_or_different_is_named() {
        let mut differences = Differences::default();
        let old = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 1), ("c".to_owned(), 1)]);
        let new = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("d".to_owned(), 1)]);
        by_name((&old, &new), ("输入", "the input"), &mut differences);
        let said: Vec<&str> = differences.0.iter().map(|message| &*message.en).collect();
        assert_eq!(
            said,
            ["the input b is not what it was", "the input c is gone", "the input d was not there then"]
        );
    }
}
