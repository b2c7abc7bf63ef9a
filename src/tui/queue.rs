//! The queue of a session, read by pages around what is on screen: its cost does not depend on its length.

use crate::model::{ItemNo, ItemStatus, MineState};
use crate::service::api::{QueuePage, QueueRow};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a page.
pub const PAGE: u32 = 64;
/// Pages kept.
const KEPT: usize = 24;

/// What the queue is narrowed to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Narrow {
    /// Words, as typed.
    pub text: String,
    /// States of mine; empty: all.
    pub mine: Vec<MineState>,
    /// The matches so far, in queue order.
    pub items: Vec<ItemNo>,
    /// The search goes on.
    pub searching: bool,
    /// Items looked at so far.
    pub looked: u32,
    /// Rows read so far.
    pub rows: BTreeMap<u32, QueueRow>,
    /// Rows asked for.
    pub asked: BTreeSet<u32>,
}

/// The rows known, by position.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// Items not removed.
    pub total: u32,
    pages: BTreeMap<u32, Vec<QueueRow>>,
    asked: BTreeSet<u32>,
    stale: BTreeSet<u32>,
    /// What it is narrowed to.
    pub narrow: Option<Narrow>,
}

impl Queue {
    /// A queue of which only the length is known.
    #[must_use]
    pub fn new(total: u32) -> Self {
        Self { total, ..Self::default() }
    }

    /// The row at a position, where it is known.
    #[must_use]
    pub fn row(&self, position: u32) -> Option<&QueueRow> {
        let page = self.pages.get(&(position / PAGE))?;
        page.get((position % PAGE) as usize)
    }

    /// Where an item stands now that was at a position before: others may have removed what came before it, or it
    /// itself; then it is where the one stands that was behind it. `None` where nothing is known around there; of a place
    /// that is further away than what is known, the way there.
    #[must_use]
    pub fn place_of(&self, item: ItemNo, before: u32) -> Option<u32> {
        if !self.is_fresh(before.min(self.total.saturating_sub(1)) / PAGE) {
            return None;
        }
        if self.row(before).is_some_and(|row| row.item == item) {
            return Some(before);
        }
        // The queue is in the order of the numbers.
        let rows = || self.pages.iter().filter(|(page, _)| self.is_fresh(**page)).flat_map(|(_, rows)| rows);
        let behind = rows().find(|row| row.item >= item).map(|row| row.position);
        behind.or_else(|| rows().last().map(|row| row.position.saturating_add(1).min(self.total)))
    }

    /// Whether the item that is shown at a position has been taken out: another one, that was behind it, stands there.
    #[must_use]
    pub fn is_gone(&self, item: ItemNo, position: u32) -> bool {
        let known = |at: u32| self.row(at).filter(|_| self.is_fresh(at / PAGE));
        let follows = position == 0 || known(position - 1).is_some_and(|row| row.item < item);
        follows && (position >= self.total || known(position).is_some_and(|row| row.item > item))
    }

    fn is_fresh(&self, page: u32) -> bool {
        self.pages.contains_key(&page) && !self.stale.contains(&page) && !self.asked.contains(&page)
    }

    /// The pages to ask for so that `from..to` is known and fresh.
    pub fn missing(&mut self, from: u32, to: u32) -> Vec<u32> {
        let last = to.min(self.total.max(1)).saturating_sub(1) / PAGE;
        // Where most of it has been removed, one may still be behind its end.
        let wanted: Vec<u32> = ((from / PAGE).min(last)..=last)
            .filter(|p| (!self.pages.contains_key(p) || self.stale.contains(p)) && !self.asked.contains(p))
            .collect();
        self.asked.extend(&wanted);
        for page in &wanted {
            self.stale.remove(page);
        }
        wanted
    }

    /// A page has come.
    pub fn take(&mut self, page: u32, answer: QueuePage) {
        self.asked.remove(&page);
        self.total = answer.total;
        self.pages.insert(page, answer.rows);
        while self.pages.len() > KEPT {
            let far = |p: &u32| p.abs_diff(page);
            let Some(farthest) = self.pages.keys().copied().max_by_key(far) else { break };
            self.pages.remove(&farthest);
        }
    }

    /// Changes the row of an item in place; false where it is not known.
    pub fn update(&mut self, item: ItemNo, change: impl Fn(&mut QueueRow)) -> bool {
        let mut known = false;
        let narrowed = self.narrow.iter_mut().flat_map(|n| n.rows.values_mut());
        for row in self.pages.values_mut().flatten().chain(narrowed).filter(|r| r.item == item) {
            change(row);
            known = true;
        }
        known
    }

    /// The row of an item has changed by somebody else: read its page again when it is looked at.
    pub fn touch(&mut self, item: ItemNo) {
        let page = self.pages.iter().find(|(_, rows)| rows.iter().any(|r| r.item == item)).map(|(p, _)| *p);
        self.stale.extend(page);
    }

    /// Everything may have changed. A page that was refused may be asked for again.
    pub fn touch_all(&mut self) {
        self.asked.clear();
        self.stale.extend(self.pages.keys());
    }

    /// The next row after a position that seems to need me: what to prepare, no promise.
    #[must_use]
    pub fn likely_next(&self, position: u32) -> Option<&QueueRow> {
        (position + 1..self.total.min(position + PAGE))
            .map_while(|p| self.row(p))
            .find(|r| r.status == ItemStatus::Pending && matches!(r.mine.state, MineState::Todo | MineState::Draft))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    #[test]
    fn a_queue_of_any_length_asks_for_the_pages_in_view_only_and_keeps_few() {
        let mut queue = Queue { total: 100_000, ..Queue::default() };
        assert_eq!(queue.missing(60, 100), vec![0, 1]);
        assert!(queue.missing(60, 100).is_empty(), "asked already");
        for page in 0..100 {
            queue.take(page, QueuePage { rows: Vec::new(), total: 100_000 });
        }
        assert!(queue.pages.len() <= KEPT);
        queue.touch_all();
        assert_eq!(queue.missing(99 * PAGE, 99 * PAGE + 1), vec![99]);
    }

    /// A queue of so many items of which these are left, as its store would tell it.
    fn left(numbers: &[u32]) -> Queue {
        let total = u32::try_from(numbers.len()).unwrap();
        let mut queue = Queue::new(total);
        for (page, numbers) in numbers.chunks(PAGE as usize).enumerate() {
            let page = u32::try_from(page).unwrap();
            let row = |(at, number): (usize, &u32)| QueueRow {
                item: ItemNo(*number),
                position: page * PAGE + u32::try_from(at).unwrap(),
                ..blank()
            };
            queue.take(page, QueuePage { rows: numbers.iter().enumerate().map(row).collect(), total });
        }
        queue
    }

    fn blank() -> QueueRow {
        serde_json::from_value(serde_json::json!({
            "item": 0, "position": 0, "trace_id": "", "name": "", "state": "OK", "preview": "", "request_time": Time(0),
            "status": ItemStatus::Pending, "mine": crate::model::Mine::default(), "submissions": 0,
        }))
        .unwrap()
    }

    #[test]
    fn an_item_that_is_taken_out_stands_where_the_one_behind_it_does() {
        for (numbers, item, before, place, gone) in [
            (&[0, 1, 2, 3][..], 2, 2, 2, false),
            (&[1, 2, 3], 2, 2, 1, false),
            (&[0, 1, 3], 2, 2, 2, true),
            (&[1, 3], 2, 2, 1, true),
            (&[3], 0, 0, 0, true),
            (&[0, 1], 2, 2, 2, true),
            (&[0], 3, 3, 1, true),
            (&[], 3, 3, 3, false),
        ] {
            let queue = left(numbers);
            let found = queue.place_of(ItemNo(item), before);
            let place = Some(place).filter(|_| !numbers.is_empty());
            assert_eq!(found, place, "item {item} of {numbers:?}");
            assert_eq!(found.is_some_and(|at| queue.is_gone(ItemNo(item), at)), gone, "item {item} of {numbers:?}");
        }
    }

    #[test]
    fn where_most_was_taken_out_its_end_is_asked_for() {
        let mut queue = Queue::new(10);
        assert_eq!(queue.missing(500, 548), [0]);
    }
}
