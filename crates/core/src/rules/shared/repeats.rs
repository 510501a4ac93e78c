//! Which items of a list repeat an earlier one.

use std::collections::HashMap;
use std::hash::Hash;

use huizong_schema::{normalise_name, surely_differ};

/// Up to this many items are compared pairwise; of more, the keys are hashed.
const FEW: usize = 12;

/// Pairs of (an item, the first one with the same key). Items without a key repeat nothing.
pub(in crate::rules) fn repeats<K: Eq + Hash>(
    keys: impl ExactSizeIterator<Item = Option<K>>,
) -> Vec<(usize, usize)> {
    let are_few = keys.len() <= FEW;
    let keyed = keys.enumerate().filter_map(|(index, key)| Some((key?, index)));
    let mut pairs = Vec::new();
    if are_few {
        let keyed: Vec<(K, usize)> = keyed.collect();
        for (at, (key, index)) in keyed.iter().enumerate() {
            if let Some((_, first)) = keyed[..at].iter().find(|(earlier, _)| earlier == key) {
                pairs.push((*index, *first));
            }
        }
        return pairs;
    }
    let mut firsts = HashMap::new();
    for (key, index) in keyed {
        let first = *firsts.entry(key).or_insert(index);
        if first != index {
            pairs.push((index, first));
        }
    }
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
        let many: Vec<_> = few.into_iter().chain((10..10 + 2 * FEW).map(Some)).collect();
        assert_eq!(repeats(many.into_iter()), pairs);
    }
}
