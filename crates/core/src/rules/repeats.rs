//! Which items of a list repeat an earlier one.

/// Pairs of (an item, the first one with the same key). Items without a key repeat nothing.
pub(super) fn repeats<K: Ord>(keys: impl Iterator<Item = Option<K>>) -> Vec<(usize, usize)> {
    let mut sorted: Vec<(K, usize)> =
        keys.enumerate().filter_map(|(index, key)| Some((key?, index))).collect();
    sorted.sort_unstable();
    let mut pairs = Vec::new();
    let mut first = 0;
    for index in 1..sorted.len() {
        if sorted[index].0 == sorted[first].0 {
            pairs.push((sorted[index].1, sorted[first].1));
        } else {
            first = index;
        }
    }
    pairs.sort_unstable();
    pairs
}
