//! Threads that wait, so that the screen does not: for saves, for answers, for traces to be read, for notices.

use super::msg::{Built, Msg, ReadingKey};
use super::trace::{self, Material, Reading};
use crate::service::api::{About, Call, Notice, Reason, Request};
use crate::service::client::Service;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;
use uuid::Uuid;

/// A change on its way: its number, itself, and what it is about.
type Change = (u64, Request, Option<About>);

/// A question that found nobody, or a watch that ended, is repeated after this time.
const AGAIN: Duration = Duration::from_secs(1);

/// A body to read.
pub(super) struct Build {
    pub(super) key: ReadingKey,
    pub(super) material: Material,
}

/// Where work is sent.
pub(super) struct Workers {
    pub(super) saves: Sender<Change>,
    pub(super) asks: Sender<(u64, Request)>,
    pub(super) builds: Sender<Build>,
    pub(super) pages: Sender<trace::Job>,
    pub(super) searches: Sender<trace::Job>,
    base: Uuid,
}

impl Workers {
    /// Starts the threads. They end with the channels.
    pub(super) fn start(service: &Arc<dyn Service>, to: &Sender<Msg>) -> io::Result<Self> {
        let base = Uuid::now_v7();
        let (saves, saves_rx) = unbounded();
        let (asks, asks_rx) = unbounded();
        let (builds, builds_rx) = unbounded();
        let (s, t) = (Arc::clone(service), to.clone());
        Builder::new().name("saves".into()).spawn(move || save(&*s, base, &saves_rx, &t))?;
        let (s, t) = (Arc::clone(service), to.clone());
        Builder::new().name("asks".into()).spawn(move || answer(&*s, base, &asks_rx, &t))?;
        let t = to.clone();
        Builder::new().name("readings".into()).spawn(move || build(&builds_rx, &t))?;
        // Two for pages, so that one that is looked at need not wait for a large one that no longer is. One for searches:
        // of those only the newest is wanted, and a processor stays free for the screen.
        let (pages, pages_rx) = unbounded();
        let (searches, searches_rx) = unbounded();
        for (name, work) in [("pages", pages_rx.clone()), ("more pages", pages_rx), ("searches", searches_rx)] {
            let t = to.clone();
            Builder::new().name(name.into()).spawn(move || run(&work, &t))?;
        }
        let (s, t) = (Arc::clone(service), to.clone());
        Builder::new().name("notices".into()).spawn(move || watch(&*s, &t))?;
        Ok(Self { saves, asks, builds, pages, searches, base })
    }

    /// The request id that belongs to a number: a retry of the same action carries the same.
    pub(super) fn id(&self, n: u64) -> Uuid {
        id(self.base, n)
    }
}

fn id(base: Uuid, n: u64) -> Uuid {
    Uuid::from_u128(base.as_u128().wrapping_add(u128::from(n)))
}

fn save(service: &dyn Service, base: Uuid, work: &Receiver<Change>, to: &Sender<Msg>) {
    for (n, request, about) in work {
        let result = service.call(Call { id: id(base, n), request, about });
        if to.send(Msg::Reply(n, Box::new(result))).is_err() {
            return;
        }
    }
}

/// Questions wait for the store to be there again: a screen never gives up.
fn answer(service: &dyn Service, base: Uuid, work: &Receiver<(u64, Request)>, to: &Sender<Msg>) {
    let mut away = false;
    for (n, request) in work {
        let result = loop {
            let result = service.call(Call { id: id(base, n), request: request.clone(), about: None });
            let unavailable = matches!(&result, Err(r) if r.reason == Reason::Unavailable);
            if away != unavailable {
                away = unavailable;
                let notice = if away { Notice::Reconnecting } else { Notice::Connected };
                if to.send(Msg::Notice(notice)).is_err() {
                    return;
                }
            }
            if !unavailable {
                break result;
            }
            std::thread::sleep(AGAIN);
        };
        if to.send(Msg::Reply(n, Box::new(result))).is_err() {
            return;
        }
    }
}

fn build(work: &Receiver<Build>, to: &Sender<Msg>) {
    for job in work {
        // A trace is hostile data: if reading it fails, the screen says so and goes on.
        let Build { key, material } = job;
        let reading = catch_unwind(AssertUnwindSafe(|| Reading::read(material))).ok();
        if to.send(Msg::Built(Built { key, reading: reading.map(Arc::new) })).is_err() {
            return;
        }
    }
}

fn run(work: &Receiver<trace::Job>, to: &Sender<Msg>) {
    for job in work {
        // Pages catch their own panics and say so; whatever else fails is only missed.
        if let Ok(done) = catch_unwind(AssertUnwindSafe(|| job.run()))
            && to.send(Msg::Done(Box::new(done))).is_err()
        {
            return;
        }
    }
}

/// A watch that ended or was refused is asked for again: a right may come back.
fn watch(service: &dyn Service, to: &Sender<Msg>) {
    let mut missed = false;
    loop {
        if let Ok(notices) = service.watch() {
            let first = std::mem::take(&mut missed).then_some(Notice::Resync);
            for notice in first.into_iter().chain(notices) {
                if to.send(Msg::Notice(notice)).is_err() {
                    return;
                }
            }
        }
        missed = true;
        std::thread::sleep(AGAIN);
    }
}
