//! Merges partials.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use huizong_core::{file_of, kept};
use huizong_plugin_host::Plugin;
use huizong_schema::findings::{Message, Notice};
use huizong_schema::partial::{PartialDocument, PartialHead, PartialInput, PartialNotice, PartialPlugin};
use huizong_schema::receipt::{InputUsed, RunSpec, slashed};

use super::read::Partial;
use super::write::notices;
use crate::digest::digest_of;
use crate::error::{Error, reason};
use crate::inputs::Input;
use crate::paths::in_order;
use crate::pipeline::{Collected, Digest};

/// Partials that were merged, as if one run had read all of their inputs.
pub struct Merged<'p> {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The documents.
    pub collected: Collected<'p>,
    /// Whether each input is a file of which the partials have pieces.
    in_pieces: Vec<bool>,
    /// The partial that each input is in.
    holders: BTreeMap<String, String>,
}

/// Returns what one run over the inputs of all partials is asked for.
///
/// # Errors
///
/// Returns an error that names a partial which was made by another command, for another year, with other lists, settings or
/// plugins than the first.
pub fn run_of_all(partials: &[Partial]) -> Result<RunSpec, Error> {
    let Some((first, others)) = partials.split_first() else { return Ok(RunSpec::default()) };
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
    }
    Ok(RunSpec { paths: paths_of_all(partials), ..first.head.run.clone() })
}

/// The paths that partials were made of, in the order in which one run over all of them reads.
fn paths_of_all(partials: &[Partial]) -> Vec<PathBuf> {
    in_order(partials.iter().flat_map(|partial| partial.head.run.paths.iter().cloned()).collect())
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

/// An input of a partial, or a piece of one, with its documents.
struct Piece {
    /// The index of the partial.
    partial: usize,
    of: PartialInput,
    documents: Vec<PartialDocument>,
}

impl Piece {
    /// What pieces are sorted by, so that they come in the order in which a run reads: path by path, a folder's files by the names on
    /// their way, and the pieces of one file by the numbers of their documents.
    fn place(&self) -> (usize, Vec<String>, Option<u64>) {
        let input = &self.of.input;
        let number = |document: &PartialDocument| document.id.rsplit_once('#')?.1.parse().ok();
        let way = input.path.split('/').map(str::to_owned).collect();
        (input.given, way, self.documents.first().and_then(number))
    }
}

/// What is left of partials when their inputs are taken out.
#[derive(Default)]
struct Rest {
    /// Their names.
    names: Vec<String>,
    /// The notices about files that are not read.
    unread: Vec<PartialNotice>,
    /// By a plugin's id, how often it failed and the notices about its work, each with the index of the partial.
    plugins: BTreeMap<String, (u32, Vec<(usize, Notice)>)>,
}

/// Takes partials apart. Their inputs come in the order in which one run over all paths reads, and so do notices about files.
fn take_apart(partials: Vec<Partial>) -> (Vec<Piece>, Rest) {
    let all = paths_of_all(&partials);
    let places: BTreeMap<String, usize> =
        all.iter().enumerate().map(|(index, path)| (slashed(path), index)).collect();
    let (mut pieces, mut rest) = (Vec::new(), Rest::default());
    for (partial, Partial { name, head, inputs, end }) in partials.into_iter().enumerate() {
        let given: Vec<usize> = head.run.paths.iter().map(|path| places[&slashed(path)]).collect();
        // A partial that names a path which it does not have was not written by this version.
        let among_all = |index: usize| given.get(index).copied().unwrap_or(index);
        for (mut of, documents) in inputs {
            of.input.given = among_all(of.input.given);
            pieces.push(Piece { partial, of, documents });
        }
        rest.unread.extend(
            end.notices
                .into_iter()
                .map(|PartialNotice { given, notice }| PartialNotice { given: among_all(given), notice }),
        );
        for PartialPlugin { id, failures, notices } in end.plugins {
            let (failed, said) = rest.plugins.entry(id).or_default();
            *failed += failures;
            said.extend(notices.into_iter().map(|notice| (partial, notice.into())));
        }
        rest.names.push(name);
    }
    pieces.sort_by_cached_key(Piece::place);
    rest.unread.sort_by_key(|notice| notice.given);
    // A plugin is asked about documents in their order.
    let order: BTreeMap<(usize, &str), usize> = pieces
        .iter()
        .enumerate()
        .map(|(place, piece)| ((piece.partial, &*piece.of.input.id), place))
        .collect();
    rest.plugins.values_mut().for_each(|(_, said)| sort_said(said, &order));
    (pieces, rest)
}

/// Sorts what plugins said about their work, each with the index of its partial, by the documents that it is about. `order` has the
/// place of each partial's inputs.
fn sort_said(said: &mut Vec<(usize, Notice)>, order: &BTreeMap<(usize, &str), usize>) {
    // What names no document stays behind what came before it, and is said once.
    let mut before = (usize::MAX, None);
    let mut sorted = Vec::new();
    for (partial, notice) in said.drain(..) {
        let of_before = if before.0 == partial { before.1 } else { None };
        let file = notice.document.as_deref().map(file_of);
        before = (partial, file.map_or(of_before, |file| order.get(&(partial, file)).copied()));
        sorted.push((before.1, (partial, notice)));
    }
    sorted.sort_by_key(|(place, _)| *place);
    let mut once: Vec<Notice> = Vec::new();
    said.extend(sorted.into_iter().map(|(_, said)| said).filter(|(_, notice)| {
        let is_new = !once.contains(notice);
        if notice.document.is_none() && is_new {
            once.push(notice.clone());
        }
        is_new
    }));
}

/// Merges partials. `notices` come first: those of plugins and lists.
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
    let (pieces, rest) = take_apart(partials);
    let mut merged = Merged {
        inputs: Vec::new(),
        collected: Collected::new(plugins),
        in_pieces: Vec::new(),
        holders: BTreeMap::new(),
    };
    let mut found = notices_before;
    found.extend(notices(rest.unread.into_iter().map(|unread| unread.notice)));
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for Piece { partial, of, documents } in pieces {
        let name = &rest.names[partial];
        let path = paths.get(of.input.given).map(|path| directory.join(path));
        merged.add_input(of.input, of.piece, path, name)?;
        found.extend(notices(of.notices));
        let count = documents.len();
        let mut sent: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for (number, mut document) in documents.into_iter().enumerate() {
            if let Some(other) = holders.insert(document.id.clone(), partial) {
                return Err(twice(&document.id, &rest.names[other], name));
            }
            for (plugin, value) in std::mem::take(&mut document.plugins) {
                sent.entry(plugin).or_default().push((number, value.get().to_owned()));
            }
            if let Some(contents) = document.contents.take() {
                merged.collected.contents.insert(document.id.clone(), contents);
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
        for runner in merged.collected.runners.each_mut() {
            let kept = sent.remove(runner.id()).unwrap_or_default();
            runner.take_documents(count, kept.iter().map(|(number, text)| (*number, text.as_bytes())));
        }
    }
    let mut of_plugins = rest.plugins;
    for runner in merged.collected.runners.each_mut() {
        let (failures, said) = of_plugins.remove(runner.id()).unwrap_or_default();
        runner.take_results(failures, said.into_iter().map(|(_, notice)| notice));
    }
    merged.take_digests_of_pieces()?;
    merged.collected.rows.notices = found;
    Ok(merged)
}

impl Merged<'_> {
    /// Adds an input of a partial, or joins it to the one before if both are pieces of one file.
    fn add_input(
        &mut self,
        used: InputUsed,
        is_piece: bool,
        path: Option<PathBuf>,
        name: &str,
    ) -> Result<(), Error> {
        let InputUsed { id, given, path: below, bytes, blake3 } = used;
        let digests = &mut self.collected.digests;
        let is_same = |last: &&Input| last.id == id && last.given == given && last.below == below;
        let before = self.inputs.last().filter(is_same).filter(|_| is_piece);
        if let (Some(_), Some(true), Some(digest)) = (before, self.in_pieces.last(), digests.last_mut()) {
            digest.bytes += bytes;
            return Ok(());
        }
        if let Some(other) = self.holders.insert(id.clone(), name.to_owned()) {
            return Err(twice(&id, &other, name));
        }
        digests.push(Digest { bytes, blake3 });
        let path = path.map(|path| if below.is_empty() { path } else { path.join(&below) });
        self.inputs.push(Input::new(id, path, given, below));
        self.in_pieces.push(is_piece);
        Ok(())
    }

    fn take_digests_of_pieces(&mut self) -> Result<(), Error> {
        let inputs = self.inputs.iter().zip(&mut self.collected.digests).zip(&self.in_pieces);
        for ((input, digest), _) in inputs.filter(|(_, in_pieces)| **in_pieces) {
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
