//! Taking the labels out of a session in which every item is answered.

use super::report::{at_most, heading};
use super::support::Place;
use super::{Scale, memory};
use labeltui::model::{AnswerChange, BasedOn, Change};
use labeltui::service::api::{ItemKey, Principal, Request, Response, Role};
use labeltui::service::client::ask;
use labeltui::service::link::{Link, LinkOptions, Patience};
use serde_json::json;
use std::io::Read as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Many at once, so that commits are shared.
const PEOPLE: usize = 64;

pub fn run(scale: &Scale, place: &Place) {
    heading(&format!("labels of {} answers", scale.items));
    let who = Principal { account: "alice".into(), assessor_id: "alice".into(), role: Role::Admin };
    let link = Link::open(LinkOptions { dir: place.store(), server: None, who, patience: Patience::Command }).unwrap();
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PEOPLE {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= scale.items {
                        return;
                    }
                    submit(&link, n);
                }
            });
        }
    });
    at_most(
        &format!("submits in a second, {PEOPLE} at once"),
        scale.items as f64 / began.elapsed().as_secs_f64(),
        "",
        None,
    );
    drop(link);

    for format in ["jsonl", "csv"] {
        let began = Instant::now();
        let mut child = place.command(&["labels", "s", "--format", format]).stdout(Stdio::piped()).spawn().unwrap();
        let (mut bytes, mut peak, mut buffer) = (0, None, vec![0; 1 << 16]);
        let mut out = child.stdout.take().unwrap();
        while let Ok(n @ 1..) = out.read(&mut buffer) {
            bytes += n;
            peak = memory::peak(child.id()).or(peak);
        }
        assert!(child.wait().unwrap().success());
        let seconds = began.elapsed().as_secs_f64();
        at_most(&format!("labels --format {format} ({} MB)", bytes >> 20), seconds, "s", Some(1.0));
        if let Some(peak) = peak {
            at_most("resident at most meanwhile", peak, "MB", Some(100.0));
        }
    }
}

fn submit(link: &Link, n: usize) {
    let position = u32::try_from(n).unwrap();
    let item = match ask(link, Request::Item { session: "s".into(), item: ItemKey::Position(position) }).unwrap() {
        Response::Item(view) => view.row.item,
        other => panic!("{other:?}"),
    };
    let change = AnswerChange {
        schema: "quality".into(),
        value: Change::Set(json!(!n.is_multiple_of(3))),
        comment: Change::Set(format!("because of {n}")),
    };
    ask(
        link,
        Request::Submit {
            session: "s".into(),
            item,
            based_on: BasedOn::Any,
            seen: None,
            changes: vec![change],
            extra: false,
        },
    )
    .unwrap();
}
