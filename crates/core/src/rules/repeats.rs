//! Which items of a list repeat an earlier one.

use std::collections::BTreeMap;

/// Pairs of (an item, the first one with the same key). Items without a key repeat nothing.
pub(super) fn repeats<K: Ord>(keys: impl Iterator<Item = Option<K>>) -> impl Iterator<Item = (usize, usize)> {
    let mut first: BTreeMap<K, usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (index, key) in keys.enumerate() {
        let Some(key) = key else { continue };
        match first.get(&key) {
            Some(&earlier) => pairs.push((index, earlier)),
            None => drop(first.insert(key, index)),
        }
    }
    pairs.into_iter()
}
