//! Finding in the queue: words, my states, statuses.

use crate::model::{ItemNo, ItemStatus, MineState};
use crate::service::api::{Principal, Response};
use crate::service::items::lookup;
use crate::service::ruling::{Ruled, Stop};
use crate::service::{people, rights, traces};
use crate::store::{ITEMS, ItemRow, Read};

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
}

/// Numbers of the items that match, in queue order.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn find(read: &impl Read, who: &Principal, session: &str, wanted: &Wanted<'_>) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    let words: Vec<String> = wanted.text.split_whitespace().map(str::to_lowercase).collect();
    let mut found = Vec::new();
    let mut stopped: Option<Stop> = None;
    read.scan(ITEMS, (session.id, 0)..(session.id + 1, 0), false, |(_, number), row| {
        if row.removed || !(wanted.status.is_empty() || wanted.status.contains(&row.status)) {
            return Ok(true);
        }
        let hit = words_hit(read, &row, &words, wanted.deep).and_then(|hit| {
            let ask = hit && !wanted.mine.is_empty();
            let mine = || people::mine(read, session.id, &who.account, ItemNo(number));
            Ok(hit && (!ask || wanted.mine.contains(&mine()?.state)))
        });
        match hit {
            Ok(true) => found.push(ItemNo(number)),
            Ok(false) => {}
            Err(stop) => stopped = Some(stop),
        }
        Ok(stopped.is_none())
    })?;
    stopped.map_or(Ok(Response::Found(found)), Err)
}

fn words_hit(read: &impl Read, row: &ItemRow, words: &[String], deep: bool) -> Ruled<bool> {
    let near = format!("{}\n{}\n{}", row.trace_id, row.name, row.preview).to_lowercase();
    let missing: Vec<&String> = words.iter().filter(|w| !near.contains(w.as_str())).collect();
    if missing.is_empty() || !deep {
        return Ok(missing.is_empty());
    }
    let body = traces::body(read, row.snapshot)?.to_lowercase();
    Ok(missing.iter().all(|w| body.contains(w.as_str())))
}
