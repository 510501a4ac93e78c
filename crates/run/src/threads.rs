//! Work on several threads.

use std::panic::resume_unwind;

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
}
