//! Inputs checked on several threads.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Mutex, PoisonError};

use super::blocks::{Answer, BLOCK, Digest, Piece, of_input, piece_of};
use super::collector::Collector;
use super::plugin_batch::Projections;
use super::{Batch, Job, piece};
use crate::inputs::Input;
use crate::threads::InOrder;

/// Something to check.
enum Work<'i> {
    /// A piece that was read.
    Piece(Piece),
    /// A whole file, by its index among the inputs. The thread that checks it reads it, so that files are read side by side.
    File(usize, &'i Input),
}

/// Work that is handed to a thread together, with the number of this handing over.
struct Handed<'i> {
    number: usize,
    work: Vec<Work<'i>>,
}

/// What came of work that was handed over.
struct Done {
    batch: Batch,
    bytes: usize,
    /// The digests of whole files, each with the file's index.
    digests: Vec<(usize, Digest)>,
}

/// Results, in the order of the work.
struct Results<'j> {
    collector: Collector<'j>,
    digests: Vec<Digest>,
}

impl Results<'_> {
    fn add(&mut self, done: Done) {
        self.collector.add(done.batch, done.bytes);
        for (index, digest) in done.digests {
            self.digests[index] = digest;
        }
    }
}

/// A panic of a thread, to go on with when all threads have ended.
type Panic = Box<dyn std::any::Any + Send>;

/// What the threads share.
struct Shared<'i, 'j> {
    job: &'j Job<'j>,
    handed: Mutex<Receiver<Handed<'i>>>,
    results: InOrder<Results<'j>, Option<Done>>,
    failed: Mutex<Option<Panic>>,
}

/// Several threads check the inputs and come to the collector in the order of the inputs. This thread reads lines for the others. Where
/// they have enough, it checks what it has just read, which is still in its processor's cache.
pub(super) fn in_parallel<'j>(
    inputs: &[Input],
    stdin: &mut dyn Read,
    job: &'j Job<'j>,
    collector: Collector<'j>,
    threads: usize,
) -> (Collector<'j>, Vec<Digest>) {
    let (send, receive) = sync_channel(threads * 2);
    let (give_back, spares) = channel();
    let digests = vec![Digest::default(); inputs.len()];
    let shared = Shared {
        job,
        handed: Mutex::new(receive),
        results: InOrder::new(Results { collector, digests }),
        failed: Mutex::new(None),
    };
    // A file may take so long that the others would wait for more; and whoever asks plugins waits for all work before its own.
    let checks_too = job.plugins.is_empty() && !inputs.iter().any(Input::is_one_piece);
    let of_lines = std::thread::scope(|scope| {
        for _ in usize::from(checks_too)..threads {
            let mut worker = Worker::new(&shared, give_back.clone());
            scope.spawn(move || worker.work());
        }
        let worker = Worker::new(&shared, give_back);
        // Enough is left for all threads until the end. A thread that has asked plugins keeps the others waiting until its work is done.
        let most = if job.plugins.is_empty() { inputs.len() / (8 * threads) } else { 1 };
        let handing = Handing { send, worker, checks_too, most, number: 0, work: Vec::new(), bytes: 0 };
        hand_over(inputs, stdin, handing, &spares)
    });
    let Shared { results, failed, .. } = shared;
    if let Some(panic) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        resume_unwind(panic);
    }
    let Results { collector, mut digests } = results.into_inner();
    for (index, digest) in of_lines {
        digests[index] = digest;
    }
    (collector, digests)
}

/// Hands all inputs over, until the run is ended, and works on what is left. Returns the digests of the inputs that it read itself, each
/// with the input's index.
fn hand_over<'i>(
    inputs: &'i [Input],
    stdin: &mut dyn Read,
    mut handing: Handing<'_, 'i, '_>,
    spares: &Receiver<Vec<u8>>,
) -> Vec<(usize, Digest)> {
    let shared = handing.worker.shared;
    let job = shared.job;
    let goes_on = |id: &str, bytes: usize| !shared.has_failed() && job.watch.goes_on(id, bytes);
    let (mut spare, mut digests) = (Vec::new(), Vec::new());
    for (index, input) in inputs.iter().enumerate() {
        let goes_on = if input.is_one_piece() {
            let bytes = input.length.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
            goes_on(&input.id, bytes) && handing.hand(Work::File(index, input), bytes)
        } else {
            let mut take = |piece: Piece| {
                let bytes = piece.length();
                if goes_on(piece.id(), bytes) && handing.hand(Work::Piece(piece), bytes) {
                    Answer::More(spares.try_recv().ok())
                } else {
                    Answer::Enough
                }
            };
            let (digest, goes_on) = of_input(input, stdin, job.digests, &mut spare, &mut take);
            digests.push((index, digest));
            goes_on
        };
        if !goes_on {
            break;
        }
    }
    handing.flush();
    let Handing { send, mut worker, .. } = handing;
    // What waits for more would wait for ever.
    drop(send);
    worker.work();
    digests
}

/// Hands work to the threads. Small files go several at a time: to hand over one costs as much as to check it.
struct Handing<'s, 'i, 'j> {
    send: SyncSender<Handed<'i>>,
    worker: Worker<'s, 'i, 'j>,
    /// Whether this thread does what the others have no room for.
    checks_too: bool,
    /// The most that is handed over together.
    most: usize,
    /// How often something was handed over.
    number: usize,
    /// What waits, and how many bytes it has.
    work: Vec<Work<'i>>,
    bytes: usize,
}

impl<'i> Handing<'_, 'i, '_> {
    /// Hands work over, or has it wait for more. Returns false if nobody takes it.
    fn hand(&mut self, work: Work<'i>, bytes: usize) -> bool {
        // The buffer of lines is larger than what is in it.
        let is_read = matches!(work, Work::Piece(_));
        self.work.push(work);
        self.bytes += bytes;
        let is_full = is_read || self.bytes >= BLOCK || self.work.len() >= self.most;
        !is_full || self.flush()
    }

    fn flush(&mut self) -> bool {
        let (number, work) = (self.number, std::mem::take(&mut self.work));
        self.bytes = 0;
        if work.is_empty() {
            return true;
        }
        self.number += 1;
        match self.send.try_send(Handed { number, work }) {
            Ok(()) => true,
            Err(TrySendError::Full(handed)) if self.checks_too => {
                self.worker.take(handed);
                true
            }
            Err(TrySendError::Full(handed)) => self.send.send(handed).is_ok(),
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

impl Shared<'_, '_> {
    fn has_failed(&self) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn finish(&self, number: usize, done: Option<Done>) {
        self.results.finish(number, done, |results: &mut Results<'_>, done| {
            if let Some(done) = done {
                results.add(done);
            }
        });
    }
}

/// A thread's part in the work.
struct Worker<'s, 'i, 'j> {
    shared: &'s Shared<'i, 'j>,
    projections: Projections,
    /// Takes the buffers of lines, to be used again.
    give_back: Sender<Vec<u8>>,
}

impl<'s, 'i, 'j> Worker<'s, 'i, 'j> {
    fn new(shared: &'s Shared<'i, 'j>, give_back: Sender<Vec<u8>>) -> Self {
        Self { shared, projections: Projections::new(shared.job.plugins), give_back }
    }

    /// Works until there is nothing more.
    fn work(&mut self) {
        loop {
            let next = self.shared.handed.lock().map(|queue| queue.recv());
            let Ok(Ok(handed)) = next else { break };
            self.take(handed);
        }
    }

    /// Does what was handed over.
    fn take(&mut self, Handed { number, work }: Handed<'_>) {
        let shared = self.shared;
        match catch_unwind(AssertUnwindSafe(|| self.check(number, work))) {
            Ok(done) => shared.finish(number, Some(done)),
            Err(panic) => {
                // The other threads wait for the turn of this work to pass. This one goes on too: without it, nobody might be
                // left to take what is handed out.
                shared.finish(number, None);
                shared.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(panic);
            }
        }
    }

    fn check(&mut self, number: usize, work: Vec<Work<'_>>) -> Done {
        let Self { shared, projections, give_back } = self;
        let mut done = Done { batch: Batch::default(), bytes: 0, digests: Vec::new() };
        for work in work {
            let piece = match work {
                Work::Piece(piece) => piece,
                Work::File(index, input) => {
                    let (piece, digest) = piece_of(input, shared.job.digests);
                    done.digests.push((index, digest));
                    piece
                }
            };
            done.bytes += piece.length();
            let (batch, buffer) = piece::check(piece, shared.job, projections, &mut |documents, sent| {
                shared.results.with(number, |results| results.collector.ask(documents, sent))
            });
            done.batch.append(batch);
            if let Some(buffer) = buffer {
                let _ = give_back.send(buffer);
            }
        }
        done
    }
}
