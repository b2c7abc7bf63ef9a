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

    /// Where an item stands now that was at a position before: others may have removed what came before it. `None`
    /// where that is not known.
    #[must_use]
    pub fn place_of(&self, item: ItemNo, before: u32) -> Option<u32> {
        let fresh = |page: &u32| !self.stale.contains(page) && !self.asked.contains(page);
        if !fresh(&(before / PAGE)) {
            return None;
        }
        if self.row(before).is_some_and(|row| row.item == item) {
            return Some(before);
        }
        let rows = self.pages.iter().filter(|(page, _)| fresh(page)).flat_map(|(_, rows)| rows);
        rows.into_iter().find(|row| row.item == item).map(|row| row.position)
    }

    /// The pages to ask for so that `from..to` is known and fresh.
    pub fn missing(&mut self, from: u32, to: u32) -> Vec<u32> {
        let last = to.min(self.total.max(1)).saturating_sub(1) / PAGE;
        let wanted: Vec<u32> = (from / PAGE..=last)
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
}
