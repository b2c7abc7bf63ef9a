//! Rows as they were decoded, kept from one change to the next: a session, its questions and its people are read by
//! every act, and only the writer changes them. It is told of every write and forgets everything when one is taken back.

use std::any::Any;
use std::collections::HashMap;

/// Most rows kept of one table; beyond, it starts anew.
const KEPT: usize = 2048;

/// Decoded rows by table and encoded key.
#[derive(Default)]
pub(super) struct Common {
    tables: HashMap<&'static str, HashMap<Vec<u8>, Box<dyn Any + Send>>>,
}

impl Common {
    /// The row, if it is kept.
    pub(super) fn get<R: Clone + 'static>(&self, table: &str, key: &[u8]) -> Option<R> {
        self.tables.get(table)?.get(key)?.downcast_ref::<R>().cloned()
    }

    /// Keeps it, as it stands in the table.
    pub(super) fn keep<R: Send + 'static>(&mut self, table: &'static str, key: &[u8], row: R) {
        let rows = self.tables.entry(table).or_default();
        if rows.len() >= KEPT {
            rows.clear();
        }
        rows.insert(key.to_vec(), Box::new(row));
    }

    /// It is about to be another.
    pub(super) fn forget(&mut self, table: &str, key: &[u8]) {
        if let Some(rows) = self.tables.get_mut(table) {
            rows.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_so_many_rows_of_a_table_are_kept() {
        let mut common = Common::default();
        for n in 0..=KEPT {
            common.keep("t", &n.to_be_bytes(), n);
        }
        assert_eq!(common.get::<usize>("t", &KEPT.to_be_bytes()), Some(KEPT));
        assert_eq!(common.tables["t"].len(), 1);
        common.forget("t", &KEPT.to_be_bytes());
        assert_eq!(common.get::<usize>("t", &KEPT.to_be_bytes()), None);
    }
}
