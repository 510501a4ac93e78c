//! The differences between a result and the one made again from its receipt.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use huizong_schema::consolidation::Note;
use huizong_schema::findings::Message;
use huizong_schema::receipt::{self, Receipt};
use serde_json::Value;

use huizong_run::digest::digest_of;
use huizong_run::partial::STATE;

/// Messages about the differences, in the order in which they were found.
#[derive(Default)]
pub(super) struct Differences(Vec<Message>);

impl Differences {
    pub(super) fn note(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        let said = Message { zh: zh.into(), en: en.into() };
        // Two comparisons may find the same difference.
        if !self.0.contains(&said) {
            self.0.push(said);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn messages(&self) -> &[Message] {
        &self.0
    }
}

/// Compares the files in the folder of the result with the digests of the receipt.
pub(super) fn outputs_changed(folder: &Path, old: &Receipt, differences: &mut Differences) {
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
        old.outputs.iter().map(|output| &*output.name).chain([receipt::FILE, STATE]).collect();
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

/// Compares the files read besides the inputs with the digests of the receipt.
pub(super) fn files_changed(old: &Receipt, root: &Path, differences: &mut Differences) {
    let changed = old.files.iter().filter(|file| {
        let now = digest_of(&root.join(&file.path));
        now.is_ok_and(|(_, digest)| digest != file.blake3)
    });
    for file in changed {
        let (zh, en) = list_name(&file.role, &file.path);
        differences.note(format!("{zh} 与汇总时不同"), format!("{en} is not what it was"));
    }
}

/// Names a file read besides the inputs by its role.
pub(super) fn list_name(role: &str, path: &str) -> (String, String) {
    let zh = match role {
        "roster" => "应报部门名单",
        "books" => "财政局的账",
        "previous" => "上一年的汇总结果",
        "template" => "报告页的模板",
        _ => "文件",
    };
    (format!("{zh} {path}"), format!("the file {role} {path}"))
}

/// Compares what the result was made of then and now. `with_built_in` includes the built-in rules and the published
/// schemas, which are parts of the command.
pub(super) fn receipts_differ(
    old: &Receipt,
    new: &Receipt,
    with_built_in: bool,
    differences: &mut Differences,
) {
    let inputs = |receipt: &Receipt| -> BTreeMap<String, Option<String>> {
        receipt.inputs.iter().map(|input| (input.id.clone(), input.blake3.clone())).collect()
    };
    by_name((&inputs(old), &inputs(new)), &named("部门的表", "the input"), differences);
    let files = |receipt: &Receipt| -> BTreeMap<(String, String), String> {
        let files = receipt.files.iter();
        files.map(|file| ((file.role.clone(), file.path.clone()), file.blake3.clone())).collect()
    };
    by_name((&files(old), &files(new)), &|(role, path)| list_name(role, path), differences);
    let plugins = |receipt: &Receipt| -> BTreeMap<String, (String, String)> {
        let plugins = receipt.plugins.iter();
        plugins.map(|p| (p.id.clone(), (p.sha256.clone(), p.manifest_sha256.clone()))).collect()
    };
    by_name((&plugins(old), &plugins(new)), &named("插件", "the plugin"), differences);
    if with_built_in {
        by_name((&old.schemas, &new.schemas), &named("结构定义", "the schema"), differences);
    }
    let settings = |receipt: &Receipt| -> BTreeMap<String, Value> {
        let settings = receipt.settings.as_object().into_iter().flatten();
        settings.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    by_name((&settings(old), &settings(new)), &named("设置", "the setting"), differences);
    let notices = |receipt: &Receipt| {
        let mut notices: BTreeMap<(String, String), Vec<Note>> = BTreeMap::new();
        for note in &receipt.notices {
            let of = note.document.clone().unwrap_or_default();
            notices.entry((note.notice.to_string(), of)).or_default().push(note.clone());
        }
        notices
    };
    let of_notice = |(id, document): &(String, String)| {
        let title = huizong_run::notices::find(id).map_or(&**id, |kind| kind.title().0);
        (format!("附注“{title}”{document}"), format!("the notice [{id}] {document}"))
    };
    by_name((&notices(old), &notices(new)), &of_notice, differences);
    if with_built_in && old.rules != new.rules {
        differences.note("内置规则与汇总时不同", "the built-in rules are others than then");
    }
}

/// Names of one kind.
fn named(zh: &'static str, en: &'static str) -> impl Fn(&String) -> (String, String) {
    move |name| (format!("{zh} {name}"), format!("{en} {name}"))
}

/// Notes each key that is missing, new or has another value. `name` names it in both languages.
fn by_name<K: Ord, T: PartialEq>(
    (old, new): (&BTreeMap<K, T>, &BTreeMap<K, T>),
    name: &dyn Fn(&K) -> (String, String),
    differences: &mut Differences,
) {
    for (key, value) in old {
        let (zh, en) = name(key);
        match new.get(key) {
            None => differences.note(format!("{zh} 这次没有"), format!("{en} is gone")),
            Some(now) if now != value => {
                differences.note(format!("{zh} 与汇总时不同"), format!("{en} is not what it was"));
            }
            Some(_) => {}
        }
    }
    for key in new.keys().filter(|key| !old.contains_key(*key)) {
        let (zh, en) = name(key);
        differences.note(format!("{zh} 汇总时没有"), format!("{en} was not there then"));
    }
}

/// Compares the files made again with those of the result. Returns how many agree, and the names of those that do not.
pub(super) fn outputs_made_again<'r>(
    folder: &Path,
    again: &Path,
    old: &'r Receipt,
    new: &'r Receipt,
) -> (usize, Vec<&'r str>) {
    let names: BTreeSet<&str> = old.outputs.iter().chain(&new.outputs).map(|output| &*output.name).collect();
    let is_same = |name: &&str| {
        let read = |folder: &Path| fs::read(folder.join(name)).ok();
        read(folder).is_some_and(|bytes| Some(bytes) == read(again))
    };
    let (same, others): (Vec<&str>, Vec<&str>) = names.into_iter().partition(is_same);
    (same.len(), others)
}

/// Whether two receipts differ in a member that is compared. `with_built_in` is as for [`receipts_differ`].
pub(super) fn receipt_changed(old: &Receipt, new: &Receipt, with_built_in: bool) -> bool {
    let mut compared = old.clone();
    (compared.root, compared.lang) = (new.root.clone(), new.lang.clone());
    (compared.out, compared.settings_file) = (new.out.clone(), new.settings_file.clone());
    compared.tool = new.tool.clone();
    compared.plugin_isolation = new.plugin_isolation;
    if !with_built_in {
        (compared.rules, compared.schemas) = (new.rules.clone(), new.schemas.clone());
    }
    compared != *new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_new_or_different_is_named() {
        let mut differences = Differences::default();
        let old = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 1), ("c".to_owned(), 1)]);
        let new = BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2), ("d".to_owned(), 1)]);
        by_name((&old, &new), &named("部门的表", "the input"), &mut differences);
        let said: Vec<&str> = differences.messages().iter().map(|message| &*message.en).collect();
        assert_eq!(
            said,
            ["the input b is not what it was", "the input c is gone", "the input d was not there then"]
        );
    }
}
