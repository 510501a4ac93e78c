//! Forms as departments hand them in: read into documents with the place of every figure, and written from documents.
//!
//! This crate does not know files, the clock, threads or the terminal: bytes in, documents or bytes out. It does not
//! judge figures either, which is the work of `huizong-core`. What could not be read is part of the result of reading,
//! never an `Err`.
//!
//! Its modules are on floors, and a module uses those of lower floors only:
//!
//! 1. `grid` (cells), `figure` (numbers as people write them), `label` (texts compared with labels), `runs` (what is shown of a text), `encoding`, `markup`, `ooxml` (office packages, and the
//!    names by which our own additions to files are recognised), `unreadable`, [`profile`];
//! 2. `read` (bytes to cells to documents) and `write` (documents to pages of cells to bytes), which do not know each
//!    other;
//! 3. `round_trip` (writes, and reads again what was written), `template` (the blank form with live checks);
//! 4. `annotate` (a form given back with its problems marked).
//!
//! Read first: [`read()`] (any bytes to documents), [`profile::Profile`] (what a form's labels mean, as data) and
//! [`Read`].
//!
//! ```
//! let form = "2023年度部门整体支出绩效自评表\n单位：万元\n部门名称\t示范局\t被评价年度\t2023年\n\
//!             部门资金情况\t部门年初预算收入\t339.04\t部门调整预算收入\t280.19\n\t实际支出数\t280.10\t预算完成率\t99.97%\n";
//! let read = huizong_forms::read(form.as_bytes(), "a.txt", &huizong_forms::Options::default());
//! let document = read.documents.into_iter().next().unwrap();
//! assert_eq!(document.draft.budget.unwrap().actual_expenditure.unwrap().to_string(), "280.10");
//! let place = document.origins.place(&"/budget/actual_expenditure".into());
//! assert_eq!(place, Some(&huizong_schema::findings::Place::Text { line: 5, column: 8 }));
//! ```

mod annotate;
mod encoding;
mod figure;
mod grid;
mod label;
mod letter;
mod markup;
pub mod notices;
mod ooxml;
pub mod profile;
mod read;
mod round_trip;
mod runs;
mod template;
mod unreadable;
mod write;

pub use annotate::annotate;
pub use encoding::{Decoded, decode, decode_json, decode_json_part};
pub use grid::{Grid, GridCell, Stale, Text, Unstored};
pub use letter::{LetterWords, letter, letter_template};
pub use read::{
    Contents, FileFormat, List, Lists, Note, NoteKind, Opened, Options, Read, Shown, has_macros, json, lists,
    open, read,
};
pub use round_trip::{Written, best_profile, write};
pub use runs::{LeftOut, LeftOutKind};
pub use template::{FilledIn, template};
pub use unreadable::why_not_read;
pub use write::{Format, Mark};
