//! One piece of work to rows and findings.

use huizong_engine::Opened;

use super::blocks::Piece;
use super::plugin_batch::{Ask, PluginBatch, Projections};
use super::{Batch, Job, Keeps};
use crate::inputs::STDIN;

/// Checks the documents of a piece of work. Returns the buffer of its lines for reuse.
///
/// `projections` hold what plugins are sent; `ask` asks the plugins.
pub(super) fn check(
    piece: Piece,
    job: &Job<'_>,
    projections: &mut Projections,
    ask: &mut Ask<'_>,
) -> (Batch, Option<Vec<u8>>) {
    let mut work = Batch::default();
    match piece {
        Piece::File { id, bytes, numbered } => {
            let mut opened = by_digest(Opened::file(&id, &bytes, numbered, job.options), &id, job);
            work.rows.notices.extend_from_slice(opened.notices());
            documents(&mut opened, job, &mut work, projections, ask);
        }
        Piece::Lines { id, first_number, first_line, bytes } => {
            let mut opened = by_digest(Opened::lines(&id, &bytes, first_number, first_line), &id, job);
            documents(&mut opened, job, &mut work, projections, ask);
            return (work, Some(bytes));
        }
        Piece::LongLine { id, number, line } => {
            documents(&mut Opened::long_line(&id, number, line), job, &mut work, projections, ask);
        }
        Piece::Unreadable { id, reason } => {
            work.rows.notices.push(reason.notice(&id));
        }
    }
    (work, None)
}

/// Has copies told by the quick digest, where documents can be read again. Standard input cannot.
fn by_digest<'b>(opened: Opened<'b>, id: &str, job: &Job<'_>) -> Opened<'b> {
    if id == STDIN || job.keeps != Keeps::Rows { opened } else { opened.by_bytes() }
}

fn documents(
    opened: &mut Opened<'_>,
    job: &Job<'_>,
    work: &mut Batch,
    projections: &mut Projections,
    ask: &mut Ask<'_>,
) {
    let mut tally = work.rows.tally.clone();
    let mut batch = PluginBatch::new(job, work, projections, ask);
    opened.check(job.options, &mut tally, |document| batch.push(document));
    batch.finish();
    work.rows.tally = tally;
}
