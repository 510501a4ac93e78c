//! Updates of a result: what an earlier run kept of inputs that have not changed since.

use std::collections::BTreeMap;
use std::io::Seek as _;
use std::panic::resume_unwind;
use std::path::Path;

use huizong_schema::partial::{PartialDocument, PartialHead, PartialInput};

use super::read::{Partial, read, read_head};
use super::{STATE, difference};
use crate::digest::digests_of;
use crate::inputs::Input;

/// What an earlier run kept of its inputs, as far as they have not changed since.
pub struct State {
    kept: BTreeMap<String, (PartialInput, Vec<PartialDocument>)>,
    /// The inputs that have to be read.
    pub changed: Vec<Input>,
}

/// Reads what the run that made a result kept, on as many threads as wanted, and compares the inputs with it by their digests. [`None`] if
/// that cannot be gone on from, because nothing was kept, something is damaged, the result was made otherwise than now, or a plugin did
/// not do its work.
pub fn state_of(folder: &Path, now: &PartialHead, inputs: &[Input], threads: usize) -> Option<State> {
    let mut file = std::fs::File::open(folder.join(STATE)).ok()?;
    let is_same = |head: &PartialHead| head.run.paths == now.run.paths && difference(head, now).is_none();
    if !read_head(&mut file).is_some_and(|head| is_same(&head)) {
        return None;
    }
    file.rewind().ok()?;
    let paths: Vec<Option<&Path>> = inputs.iter().map(|input| input.path.as_deref()).collect();
    let (partial, digests) = std::thread::scope(|scope| {
        let digests = (threads > 1).then(|| scope.spawn(|| digests_of(&paths, threads - 1)));
        let partial = read(STATE, &mut file, threads);
        let digests = digests.map_or_else(
            || digests_of(&paths, 1),
            |digests| digests.join().unwrap_or_else(|panic| resume_unwind(panic)),
        );
        (partial, digests)
    });
    let partial = partial.ok()?;
    let did_work = partial.end.plugins.iter().all(|plugin| plugin.failures == 0 && plugin.notices.is_empty());
    if !did_work || !is_same(&partial.head) {
        return None;
    }
    let mut before: BTreeMap<String, _> =
        partial.inputs.into_iter().map(|of| (of.0.input.id.clone(), of)).collect();
    let mut state = State { kept: BTreeMap::new(), changed: Vec::new() };
    for (input, digest) in inputs.iter().zip(digests) {
        let unchanged = before.remove(&input.id).filter(|(of, _)| {
            let is_there = (of.input.given, &of.input.path) == (input.given, &input.below);
            is_there && digest.is_some() && of.input.blake3 == digest
        });
        match unchanged {
            Some(of) => drop(state.kept.insert(input.id.clone(), of)),
            None => state.changed.push(input.clone()),
        }
    }
    Some(state)
}

impl State {
    /// Whether nothing that was kept is left.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Joins what was kept with the partial of the inputs that were read, in the order of all inputs.
    pub fn join(mut self, read: Partial, inputs: &[Input]) -> Partial {
        let Partial { name, head, inputs: of_read, mut end } = read;
        let mut of_read: BTreeMap<String, _> =
            of_read.into_iter().map(|of| (of.0.input.id.clone(), of)).collect();
        let both = inputs
            .iter()
            .filter_map(|input| self.kept.remove(&input.id).or_else(|| of_read.remove(&input.id)));
        let inputs: Vec<_> = both.collect();
        end.documents = inputs.iter().map(|(_, documents)| documents.len() as u64).sum();
        Partial { name, head, inputs, end }
    }
}
