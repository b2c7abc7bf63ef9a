//! People who claim, submit, take back and submit again, and write down what was acknowledged.

use super::ledger::{Deed, Ledger};
use crate::model::{AnswerChange, BasedOn, Change, ItemNo};
use crate::service::api::{Call, Principal, Reason, Refusal, Request, Response, Role};
use crate::service::client::Service as _;
use crate::service::link::{Link, LinkOptions, Patience};
use crate::service::socket::Remote;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// What all of them share.
pub struct Work {
    socket: PathBuf,
    /// The flaw: a retry gets a new id.
    fresh_ids: bool,
    acknowledged: Mutex<u64>,
    /// Something was acknowledged, or is wrong.
    moved: Condvar,
    pub stop: AtomicBool,
    holders: Mutex<BTreeMap<ItemNo, String>>,
    ledger: Mutex<Ledger>,
    problems: Mutex<Vec<String>>,
}

/// The product's own link, or one that is wrong on purpose.
enum Line {
    Product(Box<Link>),
    Wrong(Option<Remote>),
}

impl Work {
    pub fn new(socket: PathBuf, fresh_ids: bool) -> Self {
        Self {
            socket,
            fresh_ids,
            acknowledged: Mutex::default(),
            moved: Condvar::new(),
            stop: AtomicBool::new(false),
            holders: Mutex::default(),
            ledger: Mutex::default(),
            problems: Mutex::default(),
        }
    }

    pub fn problems(&self) -> Vec<String> {
        self.problems.lock().unwrap().clone()
    }

    /// Somebody has seen something wrong already: no need to go on.
    pub fn is_broken(&self) -> bool {
        !self.problems.lock().unwrap().is_empty()
    }

    pub fn acknowledged(&self) -> u64 {
        *self.acknowledged.lock().unwrap()
    }

    /// Until so much has been acknowledged, or something is wrong.
    pub fn await_acknowledged(&self, enough: u64) {
        let behind = |count: &mut u64| *count < enough && !self.is_broken();
        drop(self.moved.wait_while(self.acknowledged.lock().unwrap(), behind).unwrap());
    }

    /// A moment, or less where something is acknowledged.
    pub fn await_something(&self) {
        let acknowledged = self.acknowledged.lock().unwrap();
        drop(self.moved.wait_timeout(acknowledged, Duration::from_millis(20)).unwrap());
    }

    pub fn into_ledger(self) -> Ledger {
        self.ledger.into_inner().unwrap()
    }

    /// One person's day.
    pub fn person(&self, name: &str) {
        let who = Principal { account: name.to_owned(), assessor_id: name.to_owned(), role: Role::Reviewer };
        let mut line = if self.fresh_ids {
            Line::Wrong(None)
        } else {
            let (dir, server) = (PathBuf::new(), Some(self.socket.clone()));
            let link = Link::open(LinkOptions { dir, server, who: who.clone(), patience: Patience::Command });
            Line::Product(Box::new(link.unwrap()))
        };
        let mut after = None;
        let mut n = 0;
        while !self.stop.load(Ordering::SeqCst) && !self.is_broken() {
            n += 1;
            match self.one(&mut line, &who, after, &format!("{name} {n}")) {
                Ok(item) => after = Some(item),
                Err(problem) => {
                    self.problems.lock().unwrap().push(format!("{name}: {problem}"));
                    return self.moved.notify_all();
                }
            }
        }
    }

    /// Claims an item, submits, takes it back, submits again.
    fn one(&self, line: &mut Line, who: &Principal, after: Option<ItemNo>, text: &str) -> Result<ItemNo, String> {
        let session = || "s".to_owned();
        let item = match self.ask(line, who, Request::Next { session: session(), after })? {
            Response::Next(Some(item)) => item,
            other => return Err(format!("no item is left: {other:?}")),
        };
        if let Some(other) = self.holders.lock().unwrap().insert(item, who.account.clone())
            && other != who.account
        {
            return Err(format!("item {} is also {other}'s", item.0));
        }
        let change = AnswerChange {
            schema: "ok".into(),
            value: Change::Set(json!(true)),
            comment: Change::Set(text.to_owned()),
        };
        let submit = Request::Submit {
            session: session(),
            item,
            based_on: BasedOn::Any,
            seen: None,
            changes: vec![change],
            extra: false,
        };
        match self.ask(line, who, submit)? {
            Response::Submitted(done) if done.written == 1 => self.done(who, Deed::Submitted(item, text.to_owned())),
            other => return Err(format!("a submit wrote nothing: {other:?}")),
        }
        for (request, deed) in [
            (Request::Undo { session: session(), item: None }, Deed::Undone(item)),
            (Request::Redo { session: session(), item: None }, Deed::Redone(item)),
        ] {
            match self.ask(line, who, request)? {
                Response::Undone(undone) if undone.item == item => self.done(who, deed),
                other => return Err(format!("not what was to be undone or redone: {other:?}")),
            }
        }
        Ok(item)
    }

    fn done(&self, who: &Principal, deed: Deed) {
        self.ledger.lock().unwrap().write(&who.account, deed);
        *self.acknowledged.lock().unwrap() += 1;
        self.moved.notify_all();
    }

    /// Asks until there is an answer, under one id as long as nothing is wrong on purpose.
    fn ask(&self, line: &mut Line, who: &Principal, request: Request) -> Result<Response, String> {
        let mut call = Call::new(request);
        loop {
            match line.call(self, who, &call) {
                Some(answer) => return answer.map_err(|refusal| refusal.message),
                None if self.is_broken() => return Err("stopped".to_owned()),
                None if self.fresh_ids => call.id = Uuid::now_v7(),
                None => {}
            }
        }
    }
}

impl Line {
    /// `None`: nothing is known of the change.
    fn call(&mut self, work: &Work, who: &Principal, call: &Call) -> Option<Result<Response, Refusal>> {
        match self {
            Self::Product(link) => match link.call(call.clone()) {
                Err(refusal) if refusal.reason == Reason::Unavailable => None,
                answer => Some(answer),
            },
            Self::Wrong(remote) => {
                if remote.is_none() {
                    *remote = Remote::connect(&work.socket, who, false).ok();
                }
                match remote.as_ref()?.call(call) {
                    Ok(Err(refusal)) if refusal.reason == Reason::Unavailable => None,
                    Ok(answer) => Some(answer),
                    Err(_) => {
                        *remote = None;
                        None
                    }
                }
            }
        }
    }
}
