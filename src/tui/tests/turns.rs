//! Reading a trace that is a turn of a conversation: the other turns come with it.

use super::rig::{World, pass_fail};
use crate::ingest::{Packer, read_document};
use crate::service::api::{ImportBatch, Request, Which};
use serde_json::json;

/// A turn of the conversation `walk-in`, in OpenTelemetry's form.
fn turn(n: u64, question: &str, answer: &str) -> String {
    let attribute = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
    json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [{
        "traceId": format!("{:032x}", 0xabc0 + n), "spanId": format!("{n:016x}"), "name": "desk",
        "startTimeUnixNano": ((1_772_456_000 + 60 * n) * 1_000_000_000).to_string(),
        "endTimeUnixNano": ((1_772_456_001 + 60 * n) * 1_000_000_000).to_string(),
        "attributes": [
            attribute("session.id", "walk-in"),
            attribute("input.value", &json!({ "question": question }).to_string()),
            attribute("output.value", answer),
        ]
    }] }] }] })
    .to_string()
}

#[test]
fn the_turns_around_an_item_are_on_its_screen_and_follow_the_reviewer() {
    let world = World::new(0, &[pass_fail("ok")]);
    let mut packer = Packer::new().unwrap();
    let said = [("Do you repair brakes?", "Yes, all kinds."), ("And what is it?", "From 25 EUR."), ("Thanks!", "Bye.")];
    let traces = (1..).zip(said).flat_map(|(n, (question, answer))| {
        read_document(turn(n, question, answer).as_bytes(), &mut packer).unwrap().traces
    });
    world.ask("ann", Request::Import(ImportBatch { experiment: "E".into(), traces: traces.collect() }));
    world.ask("ann", Request::AddTraces { session: "s".into(), which: Which::All, refresh: false });
    let mut rig = world.open("ann");
    let shown = rig.screen(160, 40);
    assert!(shown.contains("turn 1 of 3 · this item") && shown.contains("▸ 2 later turns"), "{shown}");
    assert!(!shown.contains("From 25 EUR."), "{shown}");
    rig.keys("Right");
    let shown = rig.screen(160, 40);
    assert!(shown.contains("▸ turn 1 · 12:54 · Do you repair brakes? → Yes, all kinds."), "{shown}");
    assert!(shown.contains("turn 2 of 3 · this item") && shown.contains("From 25 EUR."), "{shown}");
    rig.keys("l");
    let shown = rig.screen(160, 40);
    assert!(shown.contains("▾ turn 1 ·") && shown.contains("┆ │ Yes, all kinds."), "{shown}");
    rig.keys("h");
    assert!(rig.screen(160, 40).contains("▸ turn 1 ·"));
}
