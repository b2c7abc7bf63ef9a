//! What `doctor` can say below the rules: is the file sound, can every row be read, is every body there.

use super::backup;
use super::error::StoreError;
use super::handle::Store;
use super::home::{DATABASE, DOCTOR, Home};
use super::open::{FORMAT, open_file};
use super::slot::{caught, senseless};
use super::tables::*;
use super::txn::{Read as _, Snapshot, decode};
use redb::{Key, TableError};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;

/// Most problems named per table.
const NAMED: usize = 10;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// The file's format.
    pub format_version: u32,
    /// Its size; 0 in memory.
    pub file_bytes: u64,
    /// Rows per table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Empty when all is well. May quote data: sanitise.
    pub problems: Vec<String>,
}

impl Store {
    /// Reads everything while work goes on: the pages of a hot copy, then every row.
    ///
    /// # Errors
    /// The store cannot be read at all, or there is no room for the copy.
    pub fn inspect(&self) -> Result<Inspection, StoreError> {
        let mut found = Inspection::default();
        if let Some(path) = self.file() {
            found.file_bytes = path.metadata().map_or(0, |m| m.len());
            let copy = path.with_extension(format!("redb{DOCTOR}{}", std::process::id()));
            let _ = std::fs::remove_file(&copy);
            let pages = self.backup(&copy).map(|()| {
                match caught(|| open_file(&copy).map(|mut db| check_pages(&mut db, &mut found))) {
                    Ok(Ok(())) => {}
                    Ok(Err(e)) => found.problems.push(format!("the file's pages: {e}")),
                    Err(why) => found.problems.push(format!("the file: {}", senseless(&why))),
                }
            });
            let _ = std::fs::remove_file(&copy);
            pages?;
        }
        check_rows(&self.read()?, &mut found);
        Ok(found)
    }
}

/// Where the database of the store in `dir` is, or would be.
#[must_use]
pub fn database(dir: &Path) -> std::path::PathBuf {
    dir.join(DATABASE)
}

/// As [`Store::inspect`], for a store that cannot be opened; works on a copy and changes nothing.
///
/// # Errors
/// `InUse` while the store has an owner (ask it instead); there is no store, or no room for the copy.
pub fn examine(dir: &Path) -> Result<Inspection, StoreError> {
    let store = dir.join(DATABASE);
    if !store.exists() {
        return Err(StoreError::File { path: store, why: "there is no store here yet".to_owned() });
    }
    let home = Home::lock(dir)?;
    let mut found = Inspection { file_bytes: store.metadata().map_or(0, |m| m.len()), ..Inspection::default() };
    let copy = home.database().with_extension(format!("redb{DOCTOR}{}", std::process::id()));
    let _ = std::fs::remove_file(&copy);
    let pass = caught(|| {
        backup::copy(&store, &copy).map(|()| match open_file(&copy) {
            Ok(mut db) => {
                check_pages(&mut db, &mut found);
                match caught(|| Snapshot::new(&db)) {
                    Ok(Ok(read)) => check_rows(&read, &mut found),
                    Ok(Err(e)) => found.problems.push(e.to_string()),
                    Err(why) => found.problems.push(format!("the file: {}", senseless(&why))),
                }
            }
            Err(StoreError::Damaged { why, .. }) => {
                found
                    .problems
                    .push(format!("the file is damaged: {why}; put a backup back with labeltui restore FILE"));
            }
            Err(StoreError::Foreign(_)) => found.problems.push(StoreError::Foreign(store.clone()).to_string()),
            Err(e) => found.problems.push(e.to_string()),
        })
    });
    let _ = std::fs::remove_file(&copy);
    // The database is closed on the way out, which a damaged file may not survive either.
    let done = pass.unwrap_or_else(|why| {
        found.problems.push(format!("the file: {}", senseless(&why)));
        Ok(())
    });
    done.map(|()| found)
}

fn check_pages(db: &mut redb::Database, found: &mut Inspection) {
    match caught(|| db.check_integrity()) {
        // A copy of a file in use has to be repaired; what counts is that it can be.
        Ok(Ok(_)) => {}
        Ok(Err(e)) => found.problems.push(format!("the file's pages: {e}")),
        Err(why) => found.problems.push(format!("the file: {}", senseless(&why))),
    }
}

/// Every row of every table, and what they point at.
fn check_rows(read: &Snapshot, found: &mut Inspection) {
    let format = caught(|| read.get(META, FORMAT)).ok().and_then(Result::ok).flatten();
    let format = format.and_then(|v| u32::try_from(v).ok());
    found.format_version = format.unwrap_or(0);
    match format {
        Some(FORMAT_VERSION) => {}
        Some(newer) if newer > FORMAT_VERSION => found.problems.push(format!(
            "the store has format {newer}, this labeltui reads up to {FORMAT_VERSION}: install a newer labeltui"
        )),
        Some(older) => found.problems.push(format!("the store has the older format {older}")),
        None => found.problems.push("the store's format cannot be read".to_owned()),
    }
    check(read, found, META);
    check(read, found, EXPERIMENTS);
    check(read, found, TRACES);
    check(read, found, TRACE_ORDER);
    check(read, found, TURNS);
    check(read, found, SNAPSHOTS);
    check(read, found, IMPORTED);
    check(read, found, SCHEMAS);
    check(read, found, SCHEMA_VERSIONS);
    check(read, found, SESSIONS);
    check(read, found, PROGRESS);
    check(read, found, PEOPLE);
    check(read, found, ITEMS);
    check(read, found, ITEM_OF_TRACE);
    check(read, found, SESSIONS_OF_TRACE);
    check(read, found, OPEN_ITEMS);
    check(read, found, ASSIGNED_ITEMS);
    check(read, found, CLAIM_TIMES);
    check(read, found, CLAIMS_OF);
    check(read, found, DRAFT_ORDER);
    check(read, found, SKIPPED_ITEMS);
    check(read, found, REMOVED_ITEMS);
    check(read, found, MINE);
    check(read, found, DRAFTS);
    check(read, found, ANSWERS);
    check(read, found, EVENTS);
    check(read, found, SESSION_EVENTS);
    check(read, found, REQUESTS);
    check(read, found, REQUEST_TIMES);
    visit(read, found, "bodies", BODIES, |body| {
        zstd::stream::copy_decode(body, std::io::sink()).map_err(|e| e.to_string())
    });
    if let Err(why) = caught(|| check_turns(read, found)) {
        found.problems.push(format!("turns: {}", senseless(&why)));
    }
    if let Err(why) = caught(|| check_bodies(read, found)) {
        found.problems.push(format!("traces and items, and the bodies they name: {}", senseless(&why)));
    }
}

fn check<K: Key + 'static, R: DeserializeOwned>(read: &Snapshot, found: &mut Inspection, table: Table<K, R>) {
    visit(read, found, table.name, table.def, |bytes| {
        decode::<R>(table.name, bytes).map(drop).map_err(|e| match e {
            StoreError::BadRow { why, .. } => why,
            e => e.to_string(),
        })
    });
}

fn visit<K: Key + 'static>(
    read: &Snapshot,
    found: &mut Inspection,
    name: &'static str,
    def: redb::TableDefinition<'static, K, &'static [u8]>,
    row: impl Fn(&[u8]) -> Result<(), String>,
) {
    let mut problems = Vec::new();
    let mut bad = 0usize;
    let pass = caught(|| {
        let open = match read.tx.open_table(def) {
            Ok(open) => open,
            Err(TableError::TableDoesNotExist(_)) => return Ok(0),
            Err(e) => return Err(StoreError::from(e)),
        };
        let mut rows = 0;
        for entry in open.range::<K::SelfType<'_>>(..)? {
            let (key, value) = entry?;
            rows += 1;
            if let Err(why) = row(value.value()) {
                bad += 1;
                if bad <= NAMED {
                    problems.push(format!("{name} {:?}: {why}", key.value()));
                }
            }
        }
        Ok(rows)
    });
    match pass {
        Ok(Ok(rows)) => {
            found.rows.insert(name, rows);
        }
        Ok(Err(e)) => problems.push(format!("{name}: {e}")),
        Err(why) => problems.push(format!("{name}: {}", senseless(&why))),
    }
    if bad > NAMED {
        problems.push(format!("{name}: {} more rows cannot be read", bad - NAMED));
    }
    found.problems.append(&mut problems);
}

/// The turns of conversations are those that the traces say, no more and no fewer.
fn check_turns(read: &Snapshot, found: &mut Inspection) {
    let mut wrong = Vec::new();
    let mut known = 0u64;
    let traces = read.scan(TRACES, "".., false, |id, row| {
        let Some(session) = row.summary.session() else { return Ok(true) };
        known += 1;
        if !read.has(TURNS.def, (row.experiment, session, row.summary.request_time.0, id))? {
            wrong.push(format!("trace {id}: it is not among the turns of {session}"));
        }
        Ok(wrong.len() < NAMED)
    });
    let listed = found.rows.get("turns").copied().unwrap_or(0);
    if traces.is_ok() && wrong.is_empty() && listed != known {
        wrong.push(format!("turns: {listed} are listed, the traces have {known}"));
    }
    found.problems.append(&mut wrong);
}

/// Traces and items must find the body they name.
fn check_bodies(read: &Snapshot, found: &mut Inspection) {
    let mut missing = Vec::new();
    let mut need = |what: String, snapshot: u64| -> Result<bool, StoreError> {
        if !read.has(BODIES, snapshot)? {
            missing.push(format!("{what}: its body {snapshot} is missing"));
        }
        Ok(missing.len() < NAMED)
    };
    let traces = read.scan(TRACES, "".., false, |id, row| need(format!("trace {id}"), row.snapshot.0));
    let items = read.scan(ITEMS, (0, 0).., false, |(session, item), row| {
        need(format!("item {item} of session {session}"), row.snapshot.0)
    });
    found.problems.append(&mut missing);
    // Rows that cannot be read have been named above.
    for e in [traces, items].into_iter().filter_map(Result::err) {
        if !matches!(e, StoreError::BadRow { .. }) {
            found.problems.push(e.to_string());
        }
    }
}
