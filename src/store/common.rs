//! Rows as they were decoded, kept from one change to the next: a session, its questions and its people are read by
//! every act, and only the writer changes them. It is told of every write and forgets everything when one is taken back.

use std::any::Any;
use std::collections::HashMap;

/// Most rows kept of one table, and about the most bytes of them as they are written; beyond, it starts anew. A reviewer's
/// words are among them, and a team's memory is everybody's.
const KEPT: usize = 2048;
const KEPT_BYTES: usize = 1 << 20;

/// Decoded rows by table and encoded key; that there is none is kept as well.
#[derive(Default)]
pub(super) struct Common {
    tables: HashMap<&'static str, Rows>,
}

#[derive(Default)]
struct Rows {
    by_key: HashMap<Vec<u8>, Box<dyn Any + Send>>,
    /// Of all that came since it was empty.
    bytes: usize,
}

impl Common {
    /// The row, or that there is none, if that is known.
    pub(super) fn get<R: Clone + 'static>(&self, table: &str, key: &[u8]) -> Option<Option<R>> {
        self.tables.get(table)?.by_key.get(key)?.downcast_ref::<Option<R>>().cloned()
    }

    /// Keeps it, as it stands in the table with so many bytes.
    pub(super) fn keep<R: Send + 'static>(&mut self, table: &'static str, key: &[u8], row: Option<R>, bytes: usize) {
        let rows = self.tables.entry(table).or_default();
        rows.bytes = rows.bytes.saturating_add(key.len()).saturating_add(bytes);
        if rows.by_key.len() >= KEPT || rows.bytes > KEPT_BYTES {
            rows.by_key.clear();
            rows.bytes = bytes;
        }
        rows.by_key.insert(key.to_vec(), Box::new(row));
    }

    /// It is about to be another.
    pub(super) fn forget(&mut self, table: &str, key: &[u8]) {
        if let Some(rows) = self.tables.get_mut(table) {
            rows.by_key.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_so_many_rows_and_bytes_of_a_table_are_kept() {
        let mut common = Common::default();
        for n in 0..=KEPT {
            common.keep("t", &n.to_be_bytes(), Some(n), 8);
        }
        assert_eq!(common.get::<usize>("t", &KEPT.to_be_bytes()), Some(Some(KEPT)));
        assert_eq!(common.tables["t"].by_key.len(), 1);
        common.keep("t", b"none", None::<usize>, 0);
        assert_eq!(common.get::<usize>("t", b"none"), Some(None));
        common.keep("t", b"large", Some(1usize), KEPT_BYTES);
        assert_eq!(common.tables["t"].by_key.len(), 1);
        common.forget("t", b"large");
        assert_eq!(common.get::<usize>("t", b"large"), None);
    }
}
