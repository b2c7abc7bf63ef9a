//! Finding in the queue: words, my states, statuses. A piece of the queue at a time, so that a screen can show what is
//! found, do other things in between, and stop.

use super::words::Word;
use crate::model::{ItemNo, ItemStatus, MineState, Trace};
use crate::service::api::{Found, Principal, Reason, Response};
use crate::service::filter::text::pieces;
use crate::service::items::lookup;
use crate::service::ruling::{Ruled, Stop, no};
use crate::service::{people, rights, traces};
use crate::store::{ITEMS, ItemRow, Read};
use std::borrow::Cow;

/// Rows that one answer looks at, and bytes of bodies that it reads: some tens of milliseconds.
const ROWS: usize = 10_000;
const BYTES: usize = 8 << 20;

/// Most bytes and words of what is looked for: each word costs memory, and on a team's server it is everybody's.
const TEXT: usize = 1000;
const WORDS: usize = 32;

/// What is looked for; empty parts match everything.
pub struct Wanted<'a> {
    /// Words that must all occur.
    pub text: &'a str,
    /// States of mine.
    pub mine: &'a [MineState],
    /// Statuses of the item.
    pub status: &'a [ItemStatus],
    /// Read the bodies too.
    pub deep: bool,
    /// The last item looked at before.
    pub after: Option<ItemNo>,
}

/// Items that match, in queue order, and where to go on.
///
/// # Errors
/// `NotFound`, `NotPermitted`; `Invalid` for a text that is too long.
pub fn find(read: &impl Read, who: &Principal, session: &str, wanted: &Wanted<'_>) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    if wanted.text.len() > TEXT || wanted.text.split_whitespace().count() > WORDS {
        return Err(no(Reason::Invalid, format!("find takes at most {WORDS} words and {TEXT} bytes: look for less")));
    }
    let words = Word::all(wanted.text);
    let mut found = Found::default();
    let (mut rows, mut bytes) = (0, 0);
    let mut stopped: Option<Stop> = None;
    let from = wanted.after.map_or(0, |n| n.0.saturating_add(1));
    read.scan(ITEMS, (session.id, from)..(session.id + 1, 0), false, |(_, number), row| {
        rows += 1;
        if !row.removed && (wanted.status.is_empty() || wanted.status.contains(&row.status)) {
            // What is known of my state costs less than a body.
            let mine = || people::mine(read, session.id, &who.account, ItemNo(number));
            let fits = || Ok(wanted.mine.is_empty() || wanted.mine.contains(&mine()?.state));
            match fits().and_then(|fits| Ok(fits && hit(read, &row, &words, wanted.deep, &mut bytes)?)) {
                Ok(true) => found.items.push(ItemNo(number)),
                Ok(false) => {}
                Err(stop) => stopped = Some(stop),
            }
        }
        let full = rows >= ROWS || bytes >= BYTES;
        if full {
            found.next = Some(ItemNo(number));
        }
        Ok(stopped.is_none() && !full)
    })?;
    stopped.map_or(Ok(Response::Found(found)), Err)
}

fn hit(read: &impl Read, row: &ItemRow, words: &[Word], deep: bool, bytes: &mut usize) -> Ruled<bool> {
    if words.is_empty() {
        return Ok(true);
    }
    let near = format!("{}\n{}\n{}", row.trace_id, row.name, row.preview).to_lowercase();
    let mut missing = words.iter().filter(|w| !w.is_in(&near)).peekable();
    if missing.peek().is_none() || !deep {
        return Ok(missing.peek().is_none());
    }
    let body = traces::body(read, row.snapshot)?;
    *bytes += body.len();
    // The body tells fast where a word cannot be; where it may be, ids and times do not count.
    let may: Vec<&Word> = missing.collect();
    Ok(may.iter().all(|w| w.is_stored_in(&body)) && said(&body, &may))
}

/// Whether every word is in what the trace says: its spans' names, values, attributes and events, its tags and metadata.
fn said(body: &str, words: &[&Word]) -> bool {
    let trace = Trace::parse(body);
    let mut left: Vec<&Word> = words.to_vec();
    let about = trace.summary.tags.values().chain(trace.summary.metadata.values()).map(|v| Cow::Borrowed(v.as_str()));
    for piece in about.chain(trace.spans.iter().flat_map(pieces)) {
        let lower = piece.to_lowercase();
        left.retain(|w| !w.is_in(&lower));
        if left.is_empty() {
            return true;
        }
    }
    false
}
