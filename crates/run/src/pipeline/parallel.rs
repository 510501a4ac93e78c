//! Pieces of work checked on several threads.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::blocks::{self, Answer, BLOCK, Digest, Piece};
use super::collector::{Collector, InOrder};
use super::plugin_batch::Projections;
use super::{Batch, Job, piece};
use crate::inputs::Input;

/// Pieces that are handed to a thread together, with the number of this handing over. Small files are handed over several at a time: to
/// hand over one costs as much as to check it.
struct Handed {
    number: usize,
    pieces: Vec<Piece>,
}

/// A panic of a thread, to go on with when all threads have ended.
type Panic = Box<dyn std::any::Any + Send>;

/// What the threads share.
struct Shared<'s, 'j> {
    job: &'j Job<'j>,
    handed: Mutex<Receiver<Handed>>,
    collector: InOrder<Collector<'j>, Option<(Batch, usize)>>,
    failed: &'s Mutex<Option<Panic>>,
}

/// Several threads check the pieces and come to the collector in the order of the pieces.
pub(super) fn in_parallel<'j>(
    inputs: &[Input],
    stdin: &mut dyn Read,
    job: &'j Job<'j>,
    collector: Collector<'j>,
    threads: usize,
) -> (Collector<'j>, Vec<Digest>) {
    let (send, receive) = sync_channel::<Handed>(threads * 2);
    let (give_back, spares) = channel::<Vec<u8>>();
    let failed = Mutex::new(None);
    let shared =
        Shared { job, handed: Mutex::new(receive), collector: InOrder::new(collector), failed: &failed };
    let has_failed = || failed.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    let digests = std::thread::scope(|scope| {
        for _ in 0..threads {
            let (shared, give_back) = (&shared, give_back.clone());
            scope.spawn(move || shared.work(&give_back));
        }
        let (mut number, mut pieces, mut bytes) = (0, Vec::new(), 0);
        // Enough is left for all threads until the end.
        let most = inputs.len() / (8 * threads);
        let mut hand = |pieces: Vec<Piece>| {
            number += 1;
            send.send(Handed { number: number - 1, pieces }).is_ok()
        };
        let digests = blocks::each(inputs, stdin, job.digests, &mut |piece| {
            if has_failed() || !job.watch.goes_on(piece.id(), piece.length()) {
                return Answer::Enough;
            }
            bytes += piece.length();
            pieces.push(piece);
            let is_full = bytes >= BLOCK || pieces.len() >= most;
            if is_full && !hand(std::mem::take(&mut pieces)) {
                return Answer::Enough;
            }
            bytes = if is_full { 0 } else { bytes };
            Answer::More(spares.try_recv().ok())
        });
        if !pieces.is_empty() {
            hand(pieces);
        }
        drop(send);
        digests
    });
    let Shared { collector, .. } = shared;
    if let Some(panic) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        resume_unwind(panic);
    }
    (collector.into_inner(), digests)
}

impl<'j> Shared<'_, 'j> {
    /// Checks pieces until there are no more. Gives back the buffers of lines, to be used again.
    fn work(&self, give_back: &Sender<Vec<u8>>) {
        let job = self.job;
        let mut projections = Projections::new(job.plugins);
        loop {
            let next = self.handed.lock().map(|queue| queue.recv());
            let Ok(Ok(Handed { number, pieces })) = next else { break };
            let length = pieces.iter().map(Piece::length).sum();
            let work = AssertUnwindSafe(|| {
                let mut all = Batch::default();
                for piece in pieces {
                    let (work, buffer) =
                        piece::check(piece, job, &mut projections, &mut |documents, sent| {
                            self.collector.with(number, |collector| collector.ask(documents, sent))
                        });
                    all.append(work);
                    if let Some(buffer) = buffer {
                        let _ = give_back.send(buffer);
                    }
                }
                all
            });
            match catch_unwind(work) {
                Ok(work) => self.finish(number, Some((work, length))),
                Err(panic) => {
                    // The other threads wait for the turn of these pieces to pass. This one goes on too: without it, nobody might be
                    // left to take what is handed out.
                    self.finish(number, None);
                    self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
                }
            }
        }
    }

    fn finish(&self, number: usize, done: Option<(Batch, usize)>) {
        self.collector.finish(number, done, |collector: &mut Collector<'j>, done| {
            if let Some((work, length)) = done {
                collector.add(work, length);
            }
        });
    }
}
