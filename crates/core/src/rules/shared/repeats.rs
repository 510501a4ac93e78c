//! Which items of a list repeat an earlier one.

use huizong_schema::{normalise_name, surely_differ};

/// Up to this many items are compared pairwise; more are sorted.
const FEW: usize = 12;

/// Pairs of (an item, the first one with the same key). Items without a key repeat nothing.
pub(in crate::rules) fn repeats<K: Ord>(keys: impl Iterator<Item = Option<K>>) -> Vec<(usize, usize)> {
    let mut keyed: Vec<(K, usize)> =
        keys.enumerate().filter_map(|(index, key)| Some((key?, index))).collect();
    let mut pairs = Vec::new();
    if keyed.len() <= FEW {
        for (at, (key, index)) in keyed.iter().enumerate() {
            if let Some((_, first)) = keyed[..at].iter().find(|(earlier, _)| earlier == key) {
                pairs.push((*index, *first));
            }
        }
        return pairs;
    }
    keyed.sort_unstable();
    let mut first = 0;
    for at in 1..keyed.len() {
        if keyed[at].0 == keyed[first].0 {
            pairs.push((keyed[at].1, keyed[first].1));
        } else {
            first = at;
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Whether an item may have the same name as an earlier one. Of nearly every list the ends of its names tell that none has,
/// which is quicker than to compare their normal forms.
pub(in crate::rules) fn may_repeat<'n>(
    names: impl ExactSizeIterator<Item = Option<&'n str>> + Clone,
) -> bool {
    if names.len() > FEW {
        return !repeats(names.map(|name| name.map(normalise_name))).is_empty();
    }
    let mut rest = names;
    while let Some(name) = rest.next() {
        let Some(name) = name else { continue };
        if rest.clone().flatten().any(|later| !surely_differ(name, later)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_items_give_the_same_pairs() {
        let few = [Some(3), None, Some(1), Some(3), Some(1), Some(3), None];
        let pairs = [(3, 0), (4, 2), (5, 0)];
        assert_eq!(repeats(few.into_iter()), pairs);
        let many = few.into_iter().chain((10..10 + 2 * FEW).map(Some));
        assert_eq!(repeats(many), pairs);
    }
}
