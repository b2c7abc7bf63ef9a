//! The rules where they serve a team: starting, who is here, what ends by itself, who may be told.

use super::clock;
use super::presence::{Lost, Place, Presence, Terminal};
use super::{Served, Team};
use crate::model::{ItemNo, Time};
use crate::service::api::{Notice, Principal, Refusal, Request, Response, Role};
use crate::service::claims::{Claims, ends};
use crate::service::hub::Hub;
use crate::service::items::lookup;
use crate::service::local::{Change, Local, now};
use crate::service::rights;
use crate::service::ruling::{Done, settle};
use crate::store::{Asked, META, Read as _, SESSIONS, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// When the store was last written to, in `META`.
const LAST_TIME: &str = "last_time";

impl Local {
    /// The rules over this store, served to a team. Claims that were live when the last server ended get a fresh
    /// grace; those that end later are told to who watches, by a thread that ends with the last reference.
    ///
    /// # Errors
    /// The store's.
    pub fn served(store: Store, hub: Hub, team: Team) -> Result<Arc<Self>, StoreError> {
        let started = now();
        let local = Arc::new(Self::serve(store, hub, team, started)?);
        clock::start(&local, started);
        Ok(local)
    }

    /// As [`Local::served`], at a given time and without a clock.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn serve(store: Store, hub: Hub, team: Team, now: Time) -> Result<Self, StoreError> {
        let stopped = store.read()?.get(META, LAST_TIME)?.map_or(now, |at| Time(i64::try_from(at).unwrap_or(now.0)));
        let grace = team.grace_ms();
        let done = store.change(now, move |txn| settle(ends::restart(txn, stopped, grace)))?;
        done.map_err(|refused| StoreError::Misuse(refused.message))?;
        Ok(Self { store, hub, served: Some(Served { team, presence: Presence::default() }) })
    }

    /// A connection of somebody has ended. With a terminal's last one, what was held there lasts for the grace.
    pub(in crate::service) fn left(&self, account: &str, from: Terminal, now: Time) {
        let Some(served) = &self.served else { return };
        let Some(gone) = served.presence.gone(account, from) else { return };
        let (whose, grace, lost) = (account.to_owned(), served.team.grace_ms(), gone.lost);
        // A command leaves while its person's screen is open: there is nothing to write.
        if lost != Lost::On(Vec::new()) {
            let done = self.store.change(now, move |txn| settle(ends::cut_short(txn, &whose, &lost, grace)));
            if let Err(e) = done {
                tracing::warn!("the claims of somebody who left keep their time: {e}");
            }
        }
        if let Some(session) = gone.news {
            self.hub.tell(Notice::Presence { session });
        }
    }

    /// Where somebody is (`None`: they leave the session), and who else is there. Only a move is activity, or what its
    /// person does there: a screen says where it is also when others come and go.
    pub(in crate::service) fn here(
        &self,
        who: &Principal,
        at: Change,
        session: &str,
        item: Option<(Option<ItemNo>, bool)>,
    ) -> Result<Response, Refusal> {
        let id = self.read(|read| {
            let row = lookup::session(read, session)?;
            rights::may_look(&row, who).map(|()| row.id)
        })?;
        let Some(served) = &self.served else { return Ok(Response::Done) };
        let active = item.is_some_and(|(_, active)| active);
        let item = item.map(|(item, _)| item);
        let place = item.map(|item| Place { session: session.to_owned(), id, item });
        let moved = served.presence.moved(&who.account, at.from, place);
        for session in moved.news {
            self.hub.tell(Notice::Presence { session });
        }
        if let Some(item) = item.flatten().filter(|_| moved.really || active) {
            self.looked_at(who, Claims::On(at.now), session, item);
        }
        Ok(Response::Here(served.presence.others(&who.account, session)))
    }

    /// Looking at an item that one holds is activity. Where that cannot be written down (a full disk), reading goes on all the
    /// same.
    pub(in crate::service) fn looked_at(&self, who: &Principal, claims: Claims, session: &str, item: ItemNo) {
        let Claims::On(now) = claims else { return };
        if !self.read(|read| ends::is_due(read, who, claims, session, item)).unwrap_or(false) {
            return;
        }
        let (me, session) = (who.clone(), session.to_owned());
        let _ = self.write(
            Change { now, asked: Asked { id: Uuid::nil(), mark: 0 }, from: Terminal::default() },
            None,
            move |txn| {
                ends::renew(txn, &me, &session, item)?;
                Ok(Done::quiet(Response::Done))
            },
        );
    }

    /// Whether the item that somebody goes on from is on another of their screens, too: it is not given back then.
    pub(in crate::service) fn stays(&self, who: &Principal, from: Terminal, request: &Request) -> bool {
        match (&self.served, request) {
            (Some(served), Request::Next { session, after: Some(item) }) => {
                served.presence.beside(&who.account, from, session).contains(item)
            }
            _ => false,
        }
    }

    /// Tells of the claims that ended after one moment and until another.
    pub(in crate::service) fn tell_ended(&self, after: Time, now: Time) {
        let ended = self.store.read().and_then(|read| ends::ended(&read, after, now));
        // A store that cannot be read says so to whoever asks it.
        for notice in ended.unwrap_or_default() {
            self.hub.tell(notice);
        }
    }

    /// The request with accounts where it names people.
    pub(in crate::service) fn with_accounts(&self, mut request: Request) -> Request {
        use crate::service::api::Assign;
        use crate::service::sync::api::{SyncChange, SyncRequest};
        let Some(served) = &self.served else { return request };
        let map = |name: &mut String| *name = served.team.account_of(name).to_owned();
        match &mut request {
            Request::SessionCreate(spec) => spec.users.iter_mut().for_each(map),
            Request::SessionUpdate { patch, .. } => {
                patch.add_users.iter_mut().chain(&mut patch.remove_users).for_each(map);
            }
            Request::Assign { assign: Assign::Ids { user: Some(user), .. }, .. } => map(user),
            Request::Labels { query, .. } => query.user.iter_mut().for_each(map),
            Request::Sync(SyncRequest::Change(SyncChange::Adopt { acts, .. })) => {
                acts.iter_mut().for_each(|act| map(&mut act.reviewer));
            }
            _ => {}
        }
        request
    }

    /// What somebody may be told: nothing of sessions that are not theirs. Of one that is no more they learn by
    /// reading again.
    pub(in crate::service) fn shows(&self, who: &Principal, notices: Vec<Notice>) -> Vec<Notice> {
        if who.role != Role::Reviewer {
            return notices;
        }
        let read = self.store.read();
        // Mostly all are about one session.
        let mut theirs: BTreeMap<String, Option<bool>> = BTreeMap::new();
        let mut may = |session: &str| {
            *theirs.entry(session.to_owned()).or_insert_with(|| {
                let row = read.as_ref().ok()?.get(SESSIONS, session).ok()?;
                row.map(|row| rights::is_theirs(&row, who))
            })
        };
        let is_at =
            |session: &str| self.served.as_ref().is_some_and(|served| served.presence.is_at(&who.account, session));
        let shown = notices.into_iter().filter_map(|notice| match &notice {
            Notice::Item { session, .. } | Notice::Session { session } | Notice::Presence { session } => {
                match may(session) {
                    Some(true) => Some(notice),
                    // Whoever has it open is told that it changed: that they are taken off it they learn by reading.
                    Some(false) if matches!(notice, Notice::Session { .. }) && is_at(session) => Some(notice),
                    Some(false) => None,
                    None => Some(Notice::Resync),
                }
            }
            Notice::Traces => None,
            Notice::Resync | Notice::Reconnecting | Notice::Refused { .. } | Notice::Connected => Some(notice),
        });
        shown.collect()
    }
}
