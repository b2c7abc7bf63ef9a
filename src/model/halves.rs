//! Long lists read on two threads: a trace of thousands of spans opens within a blink only where both cores read it.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::scope;

/// Below so many elements a second thread costs more than it saves.
const MANY: usize = 512;

/// Elements that a thread takes at once. It takes more when it is done: a core that is busy elsewhere holds nobody up.
const PART: usize = 128;

/// What `read` makes of a slice and of the place of its first element: of a long list, part by part, on two threads.
/// The results stand in the list's order.
pub(super) fn in_halves<T: Sync, R: Send>(list: &[T], read: impl Fn(usize, &[T]) -> Vec<R> + Sync) -> Vec<R> {
    if list.len() < MANY {
        return read(0, list);
    }
    let taken = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let at = taken.fetch_add(PART, Ordering::Relaxed);
            let Some(rest) = list.get(at..).filter(|rest| !rest.is_empty()) else { return done };
            done.push((at, read(at, rest.get(..PART).unwrap_or(rest))));
        }
    };
    let mut all = scope(|scope| {
        let other = scope.spawn(some);
        let mut all = some();
        all.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        all
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn a_list_of_any_length_is_read_in_its_order_and_every_element_knows_its_place() {
        for length in [0, 1, MANY - 1, MANY, MANY + 1, 5 * MANY + 3] {
            let list: Vec<usize> = (0..length).collect();
            let read = in_halves(&list, |from, part| part.iter().enumerate().map(|(at, n)| (from + at, *n)).collect());
            assert_eq!(read, list.iter().map(|n| (*n, *n)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_fails_in_any_part_fails() {
        let list = vec![0; 2 * MANY];
        for wrong in [0, PART, 2 * MANY - 1] {
            let read = |from: usize, part: &[i32]| {
                assert!(!(from..from + part.len()).contains(&wrong), "as the test wants it");
                vec![(); part.len()]
            };
            assert!(catch_unwind(|| in_halves(&list, read)).is_err());
        }
    }
}
