//! What became of everything: counts, and the lines that were not taken.

use crate::cli::{Context, Failure, show, talk};
use crate::service::api::ImportOutcome;
use indicatif::ProgressBar;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Rejected lines (and remarks) that are named; the others are counted.
const NAMED: usize = 1000;
/// Longest reason, in characters: it may quote the line.
const LONGEST: usize = 300;

/// One line and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    file: String,
    line: u64,
    why: String,
}

impl Remark {
    fn to_json(&self) -> serde_json::Value {
        json!({"file": self.file, "line": self.line, "why": self.why})
    }
}

/// Counts and remarks of a whole import, from several threads.
#[derive(Default)]
pub(super) struct Report {
    counts: Mutex<Counts>,
    /// What is said goes around it; nothing is said without one.
    bar: Option<ProgressBar>,
    /// This pass only looks: what is said of good lines waits for the one that imports them.
    looking: AtomicBool,
}

#[derive(Default)]
struct Counts {
    imported: u64,
    updated: u64,
    duplicates: u64,
    rejected_total: u64,
    rejected: Vec<Remark>,
    warnings_total: u64,
    warnings: Vec<Remark>,
}

impl Report {
    /// A report whose words go around this bar.
    pub(super) fn around(bar: &ProgressBar) -> Self {
        Self { bar: Some(bar.clone()), ..Self::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(&self, file: &str, line: u64, outcome: &ImportOutcome) {
        match outcome {
            ImportOutcome::Imported => self.lock().imported += 1,
            ImportOutcome::Updated => self.lock().updated += 1,
            ImportOutcome::Duplicate => self.lock().duplicates += 1,
            ImportOutcome::Rejected(why) => self.reject(file, line, why),
        }
    }

    pub(super) fn reject(&self, file: &str, line: u64, why: &str) {
        let mut counts = self.lock();
        counts.rejected_total += 1;
        let n = counts.rejected_total;
        if let Some(said) = remark(&mut counts.rejected, file, line, why) {
            self.say(&said);
        } else if n == NAMED as u64 + 1 {
            self.say("more lines were rejected; they are only counted");
        }
    }

    pub(super) fn warn(&self, file: &str, line: u64, what: &str) {
        let mut counts = self.lock();
        counts.warnings_total += 1;
        if let Some(said) = remark(&mut counts.warnings, file, line, what)
            && !self.looking.load(Ordering::Relaxed)
        {
            self.say(&format!("{said} (imported)"));
        }
    }

    /// From here on lines are only looked at, or imported.
    pub(super) fn only_look(&self, looking: bool) {
        self.looking.store(looking, Ordering::Relaxed);
    }

    pub(super) fn has_rejected(&self) -> bool {
        self.lock().rejected_total > 0
    }

    /// After a pass that only looked: nothing was imported, and what it had to say of good lines will be said again.
    pub(super) fn forget_good(&self) {
        let mut counts = self.lock();
        let rejected = std::mem::take(&mut counts.rejected);
        *counts = Counts { rejected_total: counts.rejected_total, rejected, ..Counts::default() };
    }

    #[cfg(test)]
    pub(super) fn to_json(&self) -> serde_json::Value {
        self.lock().to_json()
    }

    fn say(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.suspend(|| talk::say(text));
        }
    }

    pub(super) fn print(&self, as_json: bool, ctx: &mut Context) -> Result<(), Failure> {
        let counts = self.lock();
        if as_json {
            return ctx.out.json(&counts.to_json());
        }
        let mut line = format!(
            "imported {}, {} updated, {}",
            show::count(counts.imported, "trace"),
            counts.updated,
            show::count(counts.duplicates, "duplicate"),
        );
        if counts.rejected_total > 0 {
            line.push_str(&format!(", {} rejected", counts.rejected_total));
        }
        ctx.out.line(&line)
    }
}

impl Counts {
    fn to_json(&self) -> serde_json::Value {
        json!({
            "imported": self.imported,
            "updated": self.updated,
            "duplicates": self.duplicates,
            "rejected_total": self.rejected_total,
            "rejected": self.rejected.iter().map(Remark::to_json).collect::<Vec<_>>(),
            "warnings_total": self.warnings_total,
            "warnings": self.warnings.iter().map(Remark::to_json).collect::<Vec<_>>(),
        })
    }
}

/// Notes it while there is room, and gives the words for it.
fn remark(list: &mut Vec<Remark>, file: &str, line: u64, why: &str) -> Option<String> {
    if list.len() == NAMED {
        return None;
    }
    let mut why: String = why.to_owned();
    if let Some((cut, _)) = why.char_indices().nth(LONGEST) {
        why.truncate(cut);
        why.push('…');
    }
    // Line 0: the file as a whole.
    let said = if line == 0 { format!("{file}: {why}") } else { format!("{file}:{line}: {why}") };
    list.push(Remark { file: file.to_owned(), line, why });
    Some(said.replace(['\n', '\r'], " "))
}
