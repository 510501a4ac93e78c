//! Work on several threads.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Does the work on as many parts of the items as there are threads, and returns what came of each part, in their order.
pub fn in_parts<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let each = items.len().div_ceil(threads.max(1)).max(1);
    if each >= items.len() {
        return items.chunks(each).map(work).collect();
    }
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> = items.chunks(each).map(|part| scope.spawn(move || work(part))).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Makes things on as many threads as wanted, and takes them one after the other, in their order, until one fails. Whichever thread finishes
/// the thing whose turn it is takes it.
///
/// # Errors
///
/// Returns the first error, in the order of the things, of making or taking one.
pub fn in_order<R: Send, E: Send>(
    count: usize,
    threads: usize,
    make: impl Fn(usize) -> Result<R, E> + Sync,
    mut take: impl FnMut(R) -> Result<(), E> + Send,
) -> Result<(), E> {
    enum Ended<E> {
        Failed(E),
        Panicked(Box<dyn std::any::Any + Send>),
    }
    if threads <= 1 || count <= 1 {
        return (0..count).try_for_each(|number| take(make(number)?));
    }
    let next = AtomicUsize::new(0);
    let taken = InOrder::new((take, None));
    let work = || loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            break;
        }
        // Some wait for one that takes long, but not all that there are.
        taken.wait_until_near(number, 2 * threads);
        // What was begun is always finished, or the others would wait for it.
        let thing = catch_unwind(AssertUnwindSafe(|| make(number)));
        taken.finish(number, thing, |(take, ended), thing| {
            if ended.is_none() {
                let took = thing.and_then(|thing| catch_unwind(AssertUnwindSafe(|| take(thing?))));
                *ended = match took {
                    Ok(taken) => taken.err().map(Ended::Failed),
                    Err(panic) => Some(Ended::Panicked(panic)),
                };
            }
            if ended.is_some() {
                next.store(count, Ordering::Relaxed);
            }
        });
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(count) {
            scope.spawn(work);
        }
        work();
    });
    match taken.into_inner().1 {
        None => Ok(()),
        Some(Ended::Failed(error)) => Err(error),
        Some(Ended::Panicked(panic)) => resume_unwind(panic),
    }
}

/// Lets threads come to one thing in the order of their pieces.
pub(crate) struct InOrder<T, R> {
    state: Mutex<Turn<T, R>>,
    advanced: Condvar,
}

struct Turn<T, R> {
    /// The piece whose turn it is.
    next: usize,
    thing: T,
    /// The results of later pieces.
    early: BTreeMap<usize, R>,
}

impl<T, R> InOrder<T, R> {
    pub(crate) fn new(thing: T) -> Self {
        let state = Mutex::new(Turn { next: 0, thing, early: BTreeMap::new() });
        Self { state, advanced: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Turn<T, R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the thing for a piece, once all pieces before it are finished. The turn stays with the piece until it is
    /// [finished](Self::finish).
    pub(crate) fn with<W>(&self, number: usize, work: impl FnOnce(&mut T) -> W) -> W {
        let waiting = self.advanced.wait_while(self.lock(), |turn| turn.next != number);
        work(&mut waiting.unwrap_or_else(PoisonError::into_inner).thing)
    }

    /// Waits until no more than so many pieces before this one are unfinished.
    fn wait_until_near(&self, number: usize, ahead: usize) {
        drop(self.advanced.wait_while(self.lock(), |turn| turn.next + ahead < number));
    }

    /// Hands over the result of a piece, which is taken in its turn, by whichever thread finishes the piece before it. Every piece
    /// must come here once. Nobody waits here: a thread that waited could not work on the next piece.
    pub(crate) fn finish(&self, number: usize, result: R, take: impl Fn(&mut T, R)) {
        let mut turn = self.lock();
        turn.early.insert(number, result);
        let before = turn.next;
        loop {
            let next = turn.next;
            let Some(result) = turn.early.remove(&next) else { break };
            take(&mut turn.thing, result);
            turn.next += 1;
        }
        let has_advanced = turn.next > before;
        drop(turn);
        if has_advanced {
            self.advanced.notify_all();
        }
    }

    pub(crate) fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).thing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order() {
        let items: Vec<u32> = (0..10).collect();
        for threads in 0..12 {
            assert_eq!(in_parts(&items, threads, <[u32]>::to_vec).concat(), items);
            assert!(in_parts(&items[..0], threads, <[u32]>::to_vec).is_empty());
        }
    }

    #[test]
    fn things_are_taken_in_their_order() {
        for threads in 0..5 {
            for count in [0, 1, 2, 100] {
                let mut taken = Vec::new();
                // The first ones take longest.
                let make = |number: usize| {
                    (0..1000_usize.saturating_sub(100 * number)).for_each(|_| std::thread::yield_now());
                    Ok::<usize, ()>(number)
                };
                let done = in_order(count, threads, make, |number| {
                    taken.push(number);
                    Ok(())
                });
                assert!(done.is_ok() && taken == (0..count).collect::<Vec<_>>(), "{count} on {threads}");
            }
        }
    }

    #[test]
    fn nothing_is_taken_after_an_error_or_a_panic() {
        for threads in [1, 2, 4] {
            let fails_at = |at: usize| move |number: usize| if number == at { Err(at) } else { Ok(number) };
            for (make, take, first) in [(20, 30, 20), (30, 20, 20)] {
                let (make, take, mut taken) = (fails_at(make), fails_at(take), 0);
                let failed = in_order(1000, threads, make, |number| {
                    take(number)?;
                    taken += 1;
                    Ok(())
                });
                assert_eq!((failed, taken), (Err(first), first));
            }
            let make = |number| {
                assert_ne!(number, 20, "made on purpose");
                Ok::<(), ()>(())
            };
            assert!(catch_unwind(|| in_order(1000, threads, make, |()| Ok(()))).is_err());
            assert!(catch_unwind(|| in_order(1000, threads, Ok, make)).is_err());
        }
    }
}
