//! Merges partials.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use huizong_core::kept;
use huizong_plugin_host::Plugin;
use huizong_schema::findings::{Message, Notice};
use huizong_schema::partial::{PartialHead, PartialPlugin};
use huizong_schema::receipt::{InputUsed, RunSpec, slashed};

use super::Contents;
use super::read::Partial;
use super::write::notices;
use crate::digest::digest_of;
use crate::error::{Error, reason};
use crate::inputs::Input;
use crate::pipeline::{Collected, Digest};

/// Partials that were merged, as if one run had read all of their inputs.
pub struct Merged<'p> {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The documents.
    pub collected: Collected<'p>,
    /// The contents of documents, where they are kept.
    pub contents: Contents,
    /// Whether each input is joined of several pieces.
    is_joined: Vec<bool>,
    /// The partial that each input is in.
    holders: BTreeMap<String, String>,
}

/// Sorts partials by the paths that they were made of, and returns what one run over all of them is asked for.
///
/// # Errors
///
/// Returns an error that names a partial which was made by another command, for another year, with other lists, settings or
/// plugins than the first.
pub fn run_of_all(partials: &mut [Partial]) -> Result<RunSpec, Error> {
    partials.sort_by_cached_key(|partial| {
        let paths: Vec<String> = partial.head.run.paths.iter().map(|path| slashed(path)).collect();
        // Partials of one path come in the order in which a run reads: a folder's files by the names on their way, and the pieces of
        // one file by the numbers of their documents.
        let first = partial.inputs.first().map(|(of, documents)| {
            let way: Vec<String> = of.input.id.split('/').map(str::to_owned).collect();
            (of.input.given, way, documents.first().and_then(|document| number_of(&document.id)))
        });
        (paths, first)
    });
    let Some((first, others)) = partials.split_first() else { return Ok(RunSpec::default()) };
    let mut run = first.head.run.clone();
    for other in others {
        if let Some(what) = difference(&first.head, &other.head) {
            let (one, two) = (&first.name, &other.name);
            return Err(Error::new(
                format!("部分结果 {two} 与 {one} 的{}不同，不能合并；请按同样的要求重新做出", what.zh),
                format!(
                    "the partials {one} and {two} differ in {}: make them again in the same way",
                    what.en
                ),
            ));
        }
        if run.paths != other.head.run.paths {
            run.paths.extend(other.head.run.paths.iter().cloned());
        }
    }
    Ok(run)
}

/// Refuses a partial that was made otherwise than this command would make it now.
///
/// # Errors
///
/// Returns an error that says what differs.
pub fn refuse_other(partial: &Partial, now: &PartialHead) -> Result<(), Error> {
    let Some(what) = difference(&partial.head, now) else { return Ok(()) };
    let name = &partial.name;
    Err(Error::new(
        format!(
            "做出部分结果 {name} 时的{}与现在不同，不能合并；请用同一个程序和同样的文件重新做出",
            what.zh
        ),
        format!("the partial {name} was made with another of {}: make it again", what.en),
    ))
}

/// The number of a document in its file.
fn number_of(id: &str) -> Option<u64> {
    id.rsplit_once('#')?.1.parse().ok()
}

/// In what two heads differ, if they cannot be merged.
pub fn difference(one: &PartialHead, two: &PartialHead) -> Option<Message> {
    let say = |zh: &str, en: &str| Some(Message { zh: zh.to_owned(), en: en.to_owned() });
    let without_paths = |run: &RunSpec| RunSpec { paths: Vec::new(), ..run.clone() };
    if one.tool != two.tool {
        return say("程序（版本）", "the command that made them");
    }
    if one.rules != two.rules {
        return say("内置规则", "the built-in rules");
    }
    if one.run.year != two.run.year {
        return say("年度", "the year");
    }
    if one.plugins != two.plugins || one.plugin_isolation != two.plugin_isolation {
        return say("插件", "the plugins");
    }
    if one.files != two.files {
        return say("名单、账或其他清单", "the roster, the books or other lists");
    }
    if one.settings != two.settings {
        return say("设置", "the settings");
    }
    if without_paths(&one.run) != without_paths(&two.run) || one.has_contents != two.has_contents {
        return say("汇总要求（格式、分组等）", "what was asked for, such as formats or groups");
    }
    None
}

/// Merges partials in their order. `notices` come first: those of plugins and lists.
///
/// # Errors
///
/// Returns an error if two partials hold the same document, a partial holds what this version did not write, or an input of which
/// the partials hold pieces cannot be read, whose digest the receipt has.
pub fn merge<'p>(
    partials: Vec<Partial>,
    paths: &[PathBuf],
    directory: &Path,
    notices_before: Vec<Notice>,
    plugins: &'p [Plugin],
) -> Result<Merged<'p>, Error> {
    let mut merged = Merged {
        inputs: Vec::new(),
        collected: Collected::new(plugins),
        contents: Contents::new(),
        is_joined: Vec::new(),
        holders: BTreeMap::new(),
    };
    let mut read = Vec::new();
    let mut found = notices_before;
    let mut holders: BTreeMap<String, String> = BTreeMap::new();
    // Where the paths of the next partial begin among those of all, and whether it has the same as the one before.
    let (mut first_path, mut before) = (0, Vec::new());
    for partial in partials {
        let Partial { name, head, inputs, end } = partial;
        if before != head.run.paths {
            first_path += before.len();
            before = head.run.paths;
        }
        found.extend(notices(end.notices));
        let documents: usize = inputs.iter().map(|(_, documents)| documents.len()).sum();
        let mut sent: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        let mut number = 0;
        for (of, documents) in inputs {
            let given = first_path + of.input.given;
            let path = paths.get(given).map(|path| directory.join(path));
            merged.add_input(InputUsed { given, ..of.input }, path, &name)?;
            read.extend(notices(of.notices));
            for mut document in documents {
                if let Some(other) = holders.insert(document.id.clone(), name.clone()) {
                    return Err(twice(&document.id, &other, &name));
                }
                for (plugin, value) in std::mem::take(&mut document.plugins) {
                    sent.entry(plugin).or_default().push((number, value.get().to_owned()));
                }
                number += 1;
                if let Some(contents) = document.contents.take() {
                    merged.contents.insert(document.id.clone(), contents);
                }
                let (entry, findings) = kept::restore(document).map_err(|error| {
                    Error::new(
                        format!("部分结果 {name} 有误（{error}）；请重新做出这个文件"),
                        format!("the partial {name} is malformed: {error}"),
                    )
                })?;
                merged.collected.rows.entries.push(entry);
                merged.collected.rows.findings.extend(findings);
            }
        }
        let mut results: BTreeMap<String, PartialPlugin> =
            end.plugins.into_iter().map(|plugin| (plugin.id.clone(), plugin)).collect();
        for runner in merged.collected.runners.each_mut() {
            let kept = sent.remove(runner.id()).unwrap_or_default();
            let kept = kept.iter().map(|(number, text)| (*number, text.as_bytes()));
            let (failures, of) =
                results.remove(runner.id()).map(|of| (of.failures, of.notices)).unwrap_or_default();
            runner.take_over(documents, kept, failures, notices(of));
        }
    }
    merged.take_digests_of_joined()?;
    found.extend(read);
    merged.collected.rows.notices = found;
    Ok(merged)
}

impl Merged<'_> {
    /// Adds an input of a partial, or joins it to the one before if both are pieces of one file.
    fn add_input(&mut self, used: InputUsed, path: Option<PathBuf>, name: &str) -> Result<(), Error> {
        let InputUsed { id, given, path: below, bytes, blake3 } = used;
        let digests = &mut self.collected.digests;
        let is_piece = |last: &&Input| last.id == id && last.given == given && last.below == below;
        if let (Some(_), Some(digest)) = (self.inputs.last().filter(is_piece), digests.last_mut()) {
            digest.bytes += bytes;
            if let Some(is_joined) = self.is_joined.last_mut() {
                *is_joined = true;
            }
            return Ok(());
        }
        if let Some(other) = self.holders.insert(id.clone(), name.to_owned()) {
            return Err(twice(&id, &other, name));
        }
        digests.push(Digest { bytes, blake3 });
        let path = path.map(|path| if below.is_empty() { path } else { path.join(&below) });
        self.inputs.push(Input::new(id, path, given, below));
        self.is_joined.push(false);
        Ok(())
    }

    fn take_digests_of_joined(&mut self) -> Result<(), Error> {
        let joined = self.inputs.iter().zip(&mut self.collected.digests).zip(&self.is_joined);
        for ((input, digest), _) in joined.filter(|(_, is_joined)| **is_joined) {
            let Some(path) = &input.path else { continue };
            let shown = path.display();
            let (bytes, blake3) = digest_of(path).map_err(|error| {
                let why = reason(&error);
                Error::new(
                    format!("各部分结果是 {shown} 的几段，要读它来核对，却读不出：{}", why.zh),
                    format!("the partials are of pieces of {shown}, which cannot be read: {}", why.en),
                )
            })?;
            let pieces = digest.bytes;
            // Whoever cut the file may have ended its last line.
            if bytes != pieces && bytes + 1 != pieces {
                return Err(Error::new(
                    format!(
                        "{shown} 有 {bytes} 个字节，各部分结果合起来读了 {pieces} 个：缺了几段，或文件改动过；请补齐或重新做出"
                    ),
                    format!(
                        "{shown} has {bytes} bytes and the partials read {pieces}: a piece is missing, or the file was changed"
                    ),
                ));
            }
            *digest = Digest { bytes, blake3: Some(blake3) };
        }
        Ok(())
    }
}

fn twice(id: &str, one: &str, two: &str) -> Error {
    Error::new(
        format!("{id} 在部分结果 {one} 和 {two} 里都有，会重复计算；请只合并其中一个"),
        format!("{id} is in the partials {one} and {two}: merge only one of them"),
    )
}
