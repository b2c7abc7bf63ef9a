//! A durable save, beside what the disk itself needs to make bytes durable.

use super::Scale;
use super::report::{at_most, heading, ms, percentile};
use super::support::{Place, traces};
use labeltui::model::{AnswerChange, BasedOn, Change};
use labeltui::service::api::{ItemKey, Principal, Request, Response, Role};
use labeltui::service::client::{Service as _, ask};
use labeltui::service::link::{Link, LinkOptions, Patience};
use serde_json::json;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Instant;

pub fn run(scale: &Scale) {
    heading("saving");
    let place = Place::new();
    place.write("traces.jsonl", &traces::plain(scale.saves.min(200)));
    place.session_of("traces.jsonl");
    let disk = disk(place.path("").as_path(), scale.saves);
    at_most("the disk's own fdatasync of 4 KB, p50", percentile(&disk, 50), "ms", None);
    at_most("the disk's own fdatasync of 4 KB, p95", percentile(&disk, 95), "ms", None);

    let who = Principal { account: "alice".into(), assessor_id: "alice".into(), role: Role::Admin };
    let link = Link::open(LinkOptions { dir: place.store(), server: None, who, patience: Patience::Command }).unwrap();
    let item = match ask(&link, Request::Item { session: "s".into(), item: ItemKey::Position(0) }).unwrap() {
        Response::Item(view) => view.row.item,
        other => panic!("{other:?}"),
    };
    let save = |n: usize| {
        let change = AnswerChange {
            schema: "quality".into(),
            value: Change::Set(json!(n.is_multiple_of(2))),
            comment: Change::Set(format!("comment {n}")),
        };
        let began = Instant::now();
        ask(&link, Request::Answer { session: "s".into(), item, changes: vec![change], based_on: BasedOn::Any })
            .unwrap();
        ms(began.elapsed())
    };
    let saves: Vec<_> = (0..scale.saves).map(save).collect();
    let budget = |p| 1.0 + 2.0 * percentile(&disk, p);
    at_most("a durable save, p50", percentile(&saves, 50), "ms", Some(budget(50)));
    at_most("a durable save, p95", percentile(&saves, 95), "ms", Some(budget(95)));
    link.suspend();
}

fn disk(folder: &Path, times: usize) -> Vec<f64> {
    let mut file = std::fs::File::create(folder.join("sync")).unwrap();
    file.write_all(&vec![0; 1 << 20]).and_then(|()| file.sync_all()).unwrap();
    let block = [7; 4096];
    let sync = |n: usize| {
        file.seek(SeekFrom::Start(n as u64 % 256 * 4096)).unwrap();
        let began = Instant::now();
        file.write_all(&block).and_then(|()| file.sync_data()).unwrap();
        ms(began.elapsed())
    };
    (0..times).map(sync).collect()
}
