//! The service, asked in the words of a sync; and how a sync says how far it is.

use super::fault::Fault;
use crate::model::ItemNo;
use crate::service::api::{Request, Response, SessionView};
use crate::service::client::{Service, ask};
use crate::service::sync::api::{
    Adoption, ItemWork, LinkView, PulledTrace, Settled, SyncChange, SyncRead, SyncRequest, SyncResponse,
};
use crate::store::LinkRow;

/// Items of one change: reviewers' saves wait for no more than these.
const AT_ONCE: usize = 20;
/// Rows of one page of a queue.
const ROWS: u32 = 100;

/// Something that shows how far a sync is; nothing where nobody looks.
pub trait Progress: Sync {
    /// What is being done now, of how many things, if that is known.
    fn begin(&self, what: &str, total: Option<u64>);
    /// So many are done.
    fn done(&self, n: u64);
    /// Something to say.
    fn say(&self, text: &str);
    /// Whether somebody wants it to end.
    fn must_end(&self) -> bool {
        false
    }
    /// What has been done is kept: the program may end.
    fn may_end(&self) {}
}

/// Nobody looks.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn done(&self, _: u64) {}
    fn say(&self, _: &str) {}
}

/// The service's side of a sync.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    /// Whom to ask.
    pub service: &'a dyn Service,
}

fn odd() -> Fault {
    Fault::NotUsable("the store gave an answer of another kind; is it another version?".to_owned())
}

impl Home<'_> {
    /// Any request.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn ask(&self, request: Request) -> Result<Response, Fault> {
        Ok(ask(self.service, request)?)
    }

    fn read(&self, read: SyncRead) -> Result<SyncResponse, Fault> {
        match self.ask(Request::Sync(SyncRequest::Read(read)))? {
            Response::Sync(answer) => Ok(answer),
            _ => Err(odd()),
        }
    }

    fn write(&self, change: SyncChange) -> Result<SyncResponse, Fault> {
        match self.ask(Request::Sync(SyncRequest::Change(change)))? {
            Response::Sync(answer) => Ok(answer),
            _ => Err(odd()),
        }
    }

    /// A session.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn session(&self, name: &str) -> Result<SessionView, Fault> {
        match self.ask(Request::SessionGet { session: name.to_owned() })? {
            Response::Session(view) => Ok(*view),
            _ => Err(odd()),
        }
    }

    /// The traces of a session, in the order of its queue.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn traces(&self, session: &str) -> Result<Vec<String>, Fault> {
        let mut ids = Vec::new();
        loop {
            let from = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            match self.ask(Request::Queue { session: session.to_owned(), from, limit: ROWS })? {
                Response::Queue(page) if page.rows.is_empty() => return Ok(ids),
                Response::Queue(page) => ids.extend(page.rows.into_iter().map(|row| row.trace_id)),
                _ => return Err(odd()),
            }
        }
    }

    /// The links of one session or of all.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn links(&self, session: Option<&str>) -> Result<Vec<LinkView>, Fault> {
        match self.read(SyncRead::Links { session: session.map(str::to_owned) })? {
            SyncResponse::Links(views) => Ok(views),
            _ => Err(odd()),
        }
    }

    /// Links a session, or changes its link.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn link(&self, session: &str, link: LinkRow) -> Result<LinkRow, Fault> {
        match self.write(SyncChange::Link { session: session.to_owned(), link: Box::new(link) })? {
            SyncResponse::Links(views) => views.into_iter().next().map(|v| v.link).ok_or_else(odd),
            _ => Err(odd()),
        }
    }

    /// How many answers may have to be pushed, after a look through the log.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn gather(&self, session: &str) -> Result<u64, Fault> {
        loop {
            match self.write(SyncChange::Gather { session: session.to_owned() })? {
                SyncResponse::Gathered { waiting, more: false } => return Ok(waiting),
                SyncResponse::Gathered { .. } => {}
                _ => return Err(odd()),
            }
        }
    }

    /// The next items with something to sync.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn work(&self, session: &str, after: Option<ItemNo>, limit: u32) -> Result<Vec<ItemWork>, Fault> {
        match self.read(SyncRead::Work { session: session.to_owned(), after, limit })? {
            SyncResponse::Work(work) => Ok(work),
            _ => Err(odd()),
        }
    }

    /// The items of these traces.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn items(&self, session: &str, traces: Vec<String>) -> Result<Vec<ItemWork>, Fault> {
        match self.read(SyncRead::Items { session: session.to_owned(), traces })? {
            SyncResponse::Work(work) => Ok(work),
            _ => Err(odd()),
        }
    }

    /// Which traces have to be fetched.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn stale(&self, experiment: &str, traces: Vec<(String, String)>) -> Result<Vec<String>, Fault> {
        match self.read(SyncRead::Stale { experiment: experiment.to_owned(), traces })? {
            SyncResponse::Ids(ids) => Ok(ids),
            _ => Err(odd()),
        }
    }

    /// Notes what a sync came to.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn settle(&self, session: &str, items: Vec<Settled>) -> Result<(), Fault> {
        for part in items.chunks(AT_ONCE) {
            self.write(SyncChange::Settle { session: session.to_owned(), items: part.to_vec() })?;
        }
        Ok(())
    }

    /// Takes answers in that were made there; for each act why it was not taken, if it was not.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn adopt(&self, session: &str, acts: Vec<Adoption>) -> Result<Vec<Option<String>>, Fault> {
        let mut outcomes = Vec::with_capacity(acts.len());
        for part in acts.chunks(AT_ONCE) {
            match self.write(SyncChange::Adopt { session: session.to_owned(), acts: part.to_vec() })? {
                SyncResponse::Adopted(part) => outcomes.extend(part),
                _ => return Err(odd()),
            }
        }
        Ok(outcomes)
    }

    /// Items that were reopened there are open here, too.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn reopen(&self, session: &str, items: Vec<ItemNo>) -> Result<(), Fault> {
        for part in items.chunks(AT_ONCE) {
            self.write(SyncChange::Reopen { session: session.to_owned(), items: part.to_vec() })?;
        }
        Ok(())
    }

    /// Merges assessments; the traces that have new ones.
    ///
    /// # Errors
    /// The service's refusal.
    pub fn pulled(&self, traces: Vec<PulledTrace>) -> Result<Vec<String>, Fault> {
        match self.write(SyncChange::Pulled { traces })? {
            SyncResponse::Merged(ids) => Ok(ids),
            _ => Err(odd()),
        }
    }
}
