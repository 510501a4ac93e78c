//! Updates of a result: what an earlier run kept of inputs that have not changed since.

use std::collections::BTreeMap;
use std::path::Path;

use huizong_schema::partial::{PartialDocument, PartialHead, PartialInput};

use super::read::{Partial, read};
use super::{STATE, difference};
use crate::digest::digest_of;
use crate::inputs::Input;

/// What an earlier run kept of its inputs.
pub struct State {
    kept: BTreeMap<String, (PartialInput, Vec<PartialDocument>)>,
}

/// Reads what the run that made a result kept; [`None`] if that cannot be gone on from, because nothing was kept, something is damaged,
/// the result was made otherwise than now, or a plugin did not do its work.
pub fn state_of(folder: &Path, now: &PartialHead) -> Option<State> {
    let mut file = std::fs::File::open(folder.join(STATE)).ok()?;
    let partial = read(STATE, &mut file).ok()?;
    let did_work = partial.end.plugins.iter().all(|plugin| plugin.failures == 0 && plugin.notices.is_empty());
    let is_same = partial.head.run.paths == now.run.paths && difference(&partial.head, now).is_none();
    if !did_work || !is_same {
        return None;
    }
    let kept = partial.inputs.into_iter().map(|of| (of.0.input.id.clone(), of));
    Some(State { kept: kept.collect() })
}

impl State {
    /// Drops what was kept of inputs that have changed, and returns the inputs that have to be read.
    pub fn retain_unchanged(&mut self, inputs: &[Input]) -> Vec<Input> {
        let mut kept = std::mem::take(&mut self.kept);
        let mut changed = Vec::new();
        for input in inputs {
            let unchanged = kept.remove(&input.id).filter(|(of, _)| {
                let is_there = (of.input.given, &of.input.path) == (input.given, &input.below);
                let now = input.path.as_deref().and_then(|path| digest_of(path).ok());
                is_there && now.is_some_and(|(_, digest)| of.input.blake3 == Some(digest))
            });
            match unchanged {
                Some(of) => drop(self.kept.insert(input.id.clone(), of)),
                None => changed.push(input.clone()),
            }
        }
        changed
    }

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
