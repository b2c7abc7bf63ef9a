//! Bringing a session's answers and statuses to its server.

mod items;
mod link;
mod place;
mod queued;

use super::client::Client;
use super::fault::Fault;
use super::reconcile::Side;
use super::sides::People;
use super::tell::{Home, Progress};
use crate::model::Time;
use crate::service::api::SessionView;
use crate::store::LinkRow;
use std::collections::BTreeMap;

/// Items of one round: their infos are asked for in one call, and what came of them is noted in one change.
const ROUND: u32 = 100;

/// What to push, and how.
pub struct Push<'a> {
    /// The server.
    pub client: &'a Client,
    /// The service.
    pub home: Home<'a>,
    /// Session name.
    pub session: &'a str,
    /// The experiment there, where somebody said it: at the first push, or to mend a wrong link. Else the traces tell.
    pub experiment: Option<&'a str>,
    /// The experiment where the traces do not tell.
    pub usual: Option<&'a str>,
    /// As long as there is none: the queue there; the session's name where not said.
    pub queue: Option<&'a str>,
    /// Where both sides changed.
    pub prefer: Option<Side>,
    /// Account → name there.
    pub names: &'a BTreeMap<String, String>,
    /// The time now.
    pub now: Time,
    /// Who looks.
    pub progress: &'a dyn Progress,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Pushed {
    /// Answers made or changed there.
    pub answers: u64,
    /// Answers taken back there.
    pub taken_back: u64,
    /// Answers taken over from there (`--prefer remote`).
    pub adopted: u64,
    /// Statuses set in the queue.
    pub statuses: u64,
    /// Calls that wrote something.
    pub calls: u64,
    pub failed: u64,
    pub conflicts: u64,
    /// What could not be said there, or is gone there.
    pub notes: Vec<String>,
}

/// Everything that a round needs.
struct Round<'a> {
    push: &'a Push<'a>,
    session: SessionView,
    link: LinkRow,
    /// The queue, where there is one that takes our statuses.
    queue: Option<String>,
    people: People,
    /// There is no queue now, but a later push may make one or be let in: what is to be in it waits.
    waits: bool,
    /// Traces that the queue does not take, and why.
    refused: BTreeMap<String, String>,
    renamed: queued::Renamed,
    /// Traces that are not there.
    gone: Vec<String>,
    out: Pushed,
}

impl Push<'_> {
    /// Pushes.
    ///
    /// # Errors
    /// The server cannot be reached or does not let us; what was pushed until then is noted.
    pub fn run(&self) -> Result<Pushed, Fault> {
        let session = self.home.session(self.session)?;
        let link = self.linked()?;
        let mut round = Round {
            people: People::of(&session, self.names, link.pulled),
            push: self,
            queue: None,
            waits: false,
            refused: BTreeMap::new(),
            renamed: queued::Renamed::default(),
            gone: Vec::new(),
            link,
            session,
            out: Pushed::default(),
        };
        round.place()?;
        round.waits = round.queue.is_none() && round.link.queue_id.is_none();
        // After it: a queue that is there now has every item to take in.
        let waiting = self.home.gather(self.session)?;
        self.progress.begin("pushing", Some(waiting));
        let mut after = None;
        loop {
            let work = self.home.work(self.session, after, ROUND)?;
            let Some(last) = work.last() else { break };
            after = Some(last.item);
            round.items(&work)?;
        }
        let Round { mut link, gone, renamed, mut out, .. } = round;
        out.notes.extend(renamed.note());
        if let Some(first) = gone.first() {
            let more = if gone.len() > 1 { format!(" and {} are", count(gone.len() - 1)) } else { " is".to_owned() };
            out.notes.push(format!("{first}{more} not there (deleted?); nothing is made anew"));
        }
        link.last_push = Some(self.now);
        link.notes.clone_from(&out.notes);
        self.home.link(self.session, link)?;
        Ok(out)
    }
}

fn count(more: usize) -> String {
    if more == 1 { "1 more trace".to_owned() } else { format!("{more} more traces") }
}
