//! Items whose trace a pull has not seen: not wanted by the filter, or deleted there.

use super::{Pull, Pulled, Room};
use crate::mlflow::api::trace_id;
use crate::mlflow::fault::Fault;
use std::collections::HashSet;

/// Ids of one call.
const PAGE: usize = 100;
/// Ids that are named.
const NAMED: usize = 5;

impl Pull<'_> {
    pub(super) fn gone(&self, room: &Room, seen: &HashSet<String>, out: &mut Pulled) -> Result<(), Fault> {
        let mut unseen = self.home.traces(&room.name)?;
        unseen.retain(|id| !seen.contains(id));
        let mut gone = Vec::new();
        let mut out_of_queue = 0;
        for part in unseen.chunks(PAGE) {
            let there: HashSet<String> = self.client.infos(part)?.iter().map(trace_id).collect();
            gone.extend(part.iter().filter(|id| !there.contains(*id)).cloned());
            out_of_queue += there.len();
        }
        if !gone.is_empty() {
            let named: Vec<&str> = gone.iter().take(NAMED).map(String::as_str).collect();
            let more = if gone.len() > NAMED { format!(" and {} more", gone.len() - NAMED) } else { String::new() };
            out.notes.push(format!(
                "{} deleted there; the session's copies stay: {}{more}",
                if gone.len() == 1 { "1 trace was".to_owned() } else { format!("{} traces were", gone.len()) },
                named.join(", ")
            ));
        }
        if out_of_queue > 0 && room.link.pulled && self.filter.is_none() && room.link.queue_id.is_some() {
            out.notes.push(format!("{out_of_queue} items are no longer in the queue there; they stay here"));
        }
        Ok(())
    }
}
