//! A document built from members that are set one by one at their pointers.

use std::collections::{BTreeMap, BTreeSet};

use huizong_core::Origins;
use huizong_schema::findings::Place;
use huizong_schema::{Draft, Pointer, Unit};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::grid::GridCell;

/// Something that a reader did to a value, or with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The kind of change.
    pub what: NoteKind,
    /// The member that it concerns, if one.
    pub pointer: Option<Pointer>,
    /// Its place.
    pub place: Option<Place>,
    /// The text in the file.
    pub from: String,
    /// The value that it became.
    pub to: String,
}

/// The kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// A figure was written in another way.
    Normalised,
    /// An amount was converted to another unit, exactly.
    Converted,
    /// A sign for nothing was read as blank.
    Blank,
    /// The value was taken from the form's title.
    FromTitle,
    /// The value was taken from the page's header or footer.
    FromMargin,
    /// The file stores a formula without its value, which was worked out.
    Computed,
    /// No label claims the cell.
    Unclaimed,
    /// A line continues the paragraph above.
    Continued,
    /// The label was found a second time; the first value is kept.
    Repeated,
    /// A cell continued over several lines of the text and was joined.
    Joined,
    /// A note of the form, which does not belong to a member.
    Remark,
    /// The file stores a number with more digits than it shows; the digits that it shows count.
    Shown,
    /// A merged cell reaches over several items; it counts for the first one.
    Shared,
}

struct Amount {
    pointer: Pointer,
    value: Decimal,
    unit: Option<Unit>,
    raw: String,
}

/// A document that is being built.
#[derive(Default)]
pub(crate) struct Builder {
    value: Value,
    amounts: Vec<Amount>,
    amounts_at: BTreeSet<Pointer>,
    unit_unclear: bool,
    pub(crate) origins: Origins,
    pub(crate) notes: Vec<Note>,
    pub(crate) unreadable: BTreeMap<Pointer, String>,
    pub(crate) placeholders: Vec<(Pointer, String)>,
    /// Items that are cut off: the form has only their beginning.
    pub(crate) cut_off: BTreeSet<Pointer>,
    /// Cells whose column is not known.
    pub(crate) misplaced: Vec<(Pointer, String)>,
    /// Items with one cell filled in, and that cell.
    pub(crate) lone: Vec<(Pointer, String)>,
}

impl Builder {
    /// Sets a member, and creates the objects and lists that hold it.
    pub(crate) fn set(&mut self, pointer: &Pointer, value: Value) {
        let mut at = &mut self.value;
        for token in pointer.tokens() {
            at = match token.parse::<usize>() {
                Ok(index) => {
                    if !at.is_array() {
                        *at = json!([]);
                    }
                    let items = at.as_array_mut().expect("made an array above");
                    while items.len() <= index {
                        items.push(json!({}));
                    }
                    &mut items[index]
                }
                Err(_) => {
                    if !at.is_object() {
                        *at = json!({});
                    }
                    at.as_object_mut().expect("made an object above").entry(token).or_insert(Value::Null)
                }
            };
        }
        *at = value;
    }

    /// The value that was set at a member.
    pub(crate) fn get(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer).filter(|value| !value.is_null())
    }

    /// Adds paragraphs after those of a member.
    pub(crate) fn append(&mut self, pointer: &Pointer, paragraphs: impl IntoIterator<Item = String>) {
        let mut paragraphs = paragraphs.into_iter().map(Value::from).peekable();
        if paragraphs.peek().is_none() {
            return;
        }
        match self.value.pointer_mut(pointer.as_str()) {
            Some(Value::Array(all)) => all.extend(paragraphs),
            _ => {
                let all = paragraphs.collect();
                self.set(pointer, Value::Array(all));
            }
        }
    }

    /// Keeps an amount until the document's unit is known.
    pub(crate) fn amount(&mut self, pointer: Pointer, value: Decimal, unit: Option<Unit>, raw: &str) {
        // Its parents are created now, so that lists keep their order.
        self.set(&pointer, Value::Null);
        self.amounts_at.insert(pointer.clone());
        self.amounts.push(Amount { pointer, value, unit, raw: raw.to_owned() });
    }

    /// Whether this member's amount is kept until the unit is known.
    pub(crate) fn has_amount(&self, pointer: &Pointer) -> bool {
        self.amounts_at.contains(pointer)
    }

    /// The unit of the budget's amounts, if every one of them is written with one: a bare amount could be in any.
    fn unit_of_budget(&self) -> Option<Unit> {
        let budget = Pointer::parse("/budget");
        let mut units =
            self.amounts.iter().filter(|amount| budget.contains(&amount.pointer)).map(|amount| amount.unit);
        let first = units.next()??;
        units.all(|unit| unit.is_some()).then_some(first)
    }

    /// Whether some amounts are written with a unit and others are not, and no line declares the unit of the others.
    fn is_unit_unclear(&self, declared: Option<Unit>) -> bool {
        declared.is_none() && self.amounts.iter().any(|amount| amount.unit.is_some())
    }

    /// Writes the amounts in the document's unit. A form that mixes units is stored in 万元.
    pub(crate) fn settle_amounts(&mut self, declared: Option<Unit>) -> Option<Unit> {
        let declared = declared.or_else(|| self.unit_of_budget());
        self.unit_unclear = self.is_unit_unclear(declared);
        let of = |amount: &Amount| amount.unit.or(declared);
        let mixed =
            self.amounts.iter().filter_map(of).any(|unit| Some(unit) != declared && declared.is_some());
        let unit = if mixed { Some(Unit::Cny10k) } else { declared };
        for amount in std::mem::take(&mut self.amounts) {
            let exact = match (of(&amount), unit) {
                (Some(Unit::Cny), Some(Unit::Cny10k)) => in_ten_thousands(amount.value),
                _ => Some(amount.value),
            };
            let signed = amount.pointer.as_str() == "/budget/budget_adjustment";
            let kept = exact.filter(|value| {
                let text = value.to_string();
                if signed {
                    text.parse::<huizong_schema::SignedAmount>().is_ok()
                } else {
                    text.parse::<huizong_schema::Amount>().is_ok()
                }
            });
            let Some(value) = kept else {
                self.unset(&amount.pointer);
                self.refuse(amount.pointer, amount.raw);
                continue;
            };
            if value != amount.value {
                self.note(NoteKind::Converted, Some(&amount.pointer), &amount.raw, &format!("{value} 万元"));
            }
            self.set(&amount.pointer, value.to_string().into());
        }
        unit
    }

    /// Removes a member.
    pub(crate) fn unset(&mut self, pointer: &Pointer) {
        if let Some((parent, name)) = pointer.split_last()
            && let Some(Value::Object(members)) = self.value.pointer_mut(parent.as_str())
        {
            members.remove(&name);
        }
    }

    /// Notes a text that is not a figure where one belongs.
    pub(crate) fn refuse(&mut self, pointer: Pointer, text: String) {
        self.unreadable.insert(pointer, text);
    }

    /// Removes a figure that another one contradicts, and keeps the texts of both for a finding.
    pub(crate) fn contradict(&mut self, pointer: &Pointer, first: &str, second: &str) {
        self.amounts.retain(|amount| amount.pointer != *pointer);
        self.unset(pointer);
        self.refuse(pointer.clone(), format!("{first} / {second}"));
    }

    /// The text from which a waiting amount was read.
    pub(crate) fn amount_text(&self, pointer: &Pointer) -> Option<String> {
        self.amounts.iter().find(|amount| amount.pointer == *pointer).map(|amount| amount.raw.clone())
    }

    /// Notes what was done to a member.
    pub(crate) fn note(&mut self, what: NoteKind, pointer: Option<&Pointer>, from: &str, to: &str) {
        let place = pointer.and_then(|pointer| self.origins.place(pointer)).cloned();
        self.notes.push(Note {
            what,
            pointer: pointer.cloned(),
            place,
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }

    /// Notes what was done with a cell.
    pub(crate) fn note_cell(&mut self, what: NoteKind, pointer: Option<&Pointer>, cell: &GridCell) {
        self.notes.push(Note {
            what,
            pointer: pointer.cloned(),
            place: cell.place.clone(),
            from: cell.text.to_string(),
            to: String::new(),
        });
    }

    /// The document, and what was noted on the way.
    pub(crate) fn finish(mut self) -> Built {
        prune(&mut self.value);
        if self.value.is_null() {
            self.value = json!({});
        }
        self.set(&Pointer::parse("/schema_version"), "1.0".into());
        let draft = <Draft<'_> as Deserialize>::deserialize(self.value)
            .expect("profiles lead to members of the schema alone, and values are checked");
        Built {
            draft,
            origins: self.origins,
            notes: self.notes,
            unreadable: self.unreadable,
            cut_off: self.cut_off,
            placeholders: self.placeholders,
            misplaced: self.misplaced,
            lone: self.lone,
            unit_unclear: self.unit_unclear,
        }
    }
}

/// The document that was built, and what was noted on the way.
pub(crate) struct Built {
    pub(crate) draft: Draft<'static>,
    pub(crate) origins: Origins,
    pub(crate) notes: Vec<Note>,
    pub(crate) unreadable: BTreeMap<Pointer, String>,
    pub(crate) cut_off: BTreeSet<Pointer>,
    pub(crate) placeholders: Vec<(Pointer, String)>,
    pub(crate) misplaced: Vec<(Pointer, String)>,
    pub(crate) lone: Vec<(Pointer, String)>,
    pub(crate) unit_unclear: bool,
}

/// Removes members that were created but never set.
fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(prune);
            members.retain(|_, member| !member.is_null() && *member != json!({}));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

/// 元 as 万元: the point moves by four places, and no digit is lost.
fn in_ten_thousands(value: Decimal) -> Option<Decimal> {
    let mut value = value;
    // Zeros after the sixth place cannot be printed, and the value does not need them.
    while value.scale() > 2 && value.mantissa() % 10 == 0 {
        value = Decimal::from_i128_with_scale(value.mantissa() / 10, value.scale() - 1);
    }
    (value.scale() <= 2).then(|| Decimal::from_i128_with_scale(value.mantissa(), value.scale() + 4))
}
