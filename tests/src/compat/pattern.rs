//! Texts by patterns, found with automata.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

type Dfa = dense::DFA<Vec<u32>>;

/// Conditions on a text: it matches all patterns, and does not match any of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Conditions {
    pub(super) matches: Vec<String>,
    pub(super) does_not_match: Vec<String>,
}

/// The most states of a search.
const STATES: usize = 200_000;

/// An automaton of the whole texts in which a pattern is found.
fn automaton(pattern: &str) -> Option<Dfa> {
    // As JSON Schema's dialect of patterns understands them: digits are ASCII.
    let pattern = pattern.replace("\\d", "[0-9]").replace("\\w", "[0-9A-Za-z_]");
    let whole = format!("(?s:.*)(?:{pattern})(?s:.*)");
    let config = dense::Config::new().dfa_size_limit(Some(1 << 26)).determinize_size_limit(Some(1 << 26));
    dense::Builder::new().configure(config).syntax(syntax::Config::new()).build(&whole).ok()
}

/// The states of all automata after a number of characters.
type Reached = (Vec<StateID>, usize);

/// A shortest text that meets the conditions, and is longer than `at_least` characters if that is wanted.
pub(super) fn text(conditions: &Conditions, at_least: usize) -> Option<String> {
    let patterns = conditions.matches.iter().chain(&conditions.does_not_match);
    let mut automata = Vec::new();
    for pattern in patterns {
        automata.push(automaton(pattern)?);
    }
    // Any text.
    automata.push(automaton("")?);
    let wanted = conditions.matches.len();
    let is_answer = |states: &[StateID], length: usize| {
        let matches = |at: usize| {
            let end = automata[at].next_eoi_state(states[at]);
            automata[at].is_match_state(end)
        };
        let last = automata.len() - 1;
        length >= at_least && (0..wanted).all(matches) && matches(last) && !(wanted..last).any(matches)
    };
    let start: Option<Vec<StateID>> = automata
        .iter()
        .map(|dfa| dfa.start_state_forward(&Input::new("").anchored(Anchored::Yes)).ok())
        .collect();
    // One byte for each kind that the automata tell apart; plain characters come first, so that texts can be read.
    let plain_first = (b'0'..=b'9').chain(b'a'..=b'z').chain(b'A'..=b'Z').chain(b' '..=b'~').chain(0..=255);
    let mut kinds = BTreeSet::new();
    let mut is_new = |byte: u8| {
        let is_character = !(0x80..0xc0).contains(&byte);
        let kind: Vec<u8> = automata.iter().map(|dfa| dfa.byte_classes().get(byte)).collect();
        kinds.insert((is_character, kind))
    };
    let bytes: Vec<u8> = plain_first.filter(|byte| is_new(*byte)).collect();
    // A state is kept once for each length up to the one wanted.
    let mut seen: BTreeMap<Reached, Option<(usize, u8)>> = BTreeMap::new();
    let mut order: Vec<Reached> = Vec::new();
    let mut queue = VecDeque::new();
    let first = (start?, 0);
    seen.insert(first.clone(), None);
    order.push(first);
    queue.push_back(0_usize);
    while let Some(at) = queue.pop_front() {
        let (states, length) = order[at].clone();
        if is_answer(&states, length) {
            let mut text = Vec::new();
            let mut here = &order[at];
            while let Some(Some((before, byte))) = seen.get(here) {
                text.push(*byte);
                here = &order[*before];
            }
            text.reverse();
            return String::from_utf8(text).ok();
        }
        for &byte in &bytes {
            let next: Vec<StateID> =
                automata.iter().zip(&states).map(|(dfa, state)| dfa.next_state(*state, byte)).collect();
            let is_dead = |at: usize| automata[at].is_dead_state(next[at]);
            if (0..wanted).any(is_dead) || is_dead(automata.len() - 1) {
                continue;
            }
            let is_character = !(0x80..0xc0).contains(&byte);
            let next = (next, (length + usize::from(is_character)).min(at_least));
            if !seen.contains_key(&next) && order.len() < STATES {
                seen.insert(next.clone(), Some((at, byte)));
                order.push(next);
                queue.push_back(order.len() - 1);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(matches: &[&str], does_not_match: &[&str]) -> Option<String> {
        let texts = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        text(&Conditions { matches: texts(matches), does_not_match: texts(does_not_match) }, 0)
    }

    #[test]
    fn a_shortest_text_is_found() {
        assert_eq!(found(&["^[0-9]{2}$"], &[]).as_deref(), Some("00"));
        assert_eq!(found(&["^[0-9]{1,3}$"], &["^[0-9]{1,2}$"]).as_deref(), Some("000"));
        assert_eq!(found(&["^a*$"], &["^a*$"]), None);
        assert_eq!(found(&["^(?:甲|乙)$"], &["甲"]).as_deref(), Some("乙"));
        assert_eq!(found(&["a"], &["^a"]).as_deref(), Some("0a"));
        assert_eq!(
            text(&Conditions { matches: vec!["^a+$".into()], ..Conditions::default() }, 5).as_deref(),
            Some("aaaaa")
        );
    }
}
