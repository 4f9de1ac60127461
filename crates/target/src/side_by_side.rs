//! The same work on many things, several at a time, the results in the order of the things.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does the work on each item, as many at a time as there are workers; each item is handed over with its position.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], workers: usize, work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    thread::scope(|scope| {
        for _ in 0..workers.clamp(1, items.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let result = work(at, item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_and_the_order_stays() {
        let items: Vec<usize> = (0..50).collect();
        let wanted: Vec<usize> = items.iter().map(|n| n * 3).collect();
        for workers in [0, 1, 4, 100] {
            assert_eq!(side_by_side(&items, workers, |at, item| at + item * 2), wanted);
        }
        assert!(side_by_side(&[] as &[u8], 4, |_, item| *item).is_empty());
    }
}
