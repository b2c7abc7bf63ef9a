//! RULES: Identity and copies.

use crate::home::{Home, fixture};
use labeltui::ingest::{Packer, read_document, unpack};
use labeltui::service::api::ImportOutcome::{Duplicate, Imported, Rejected, Updated};
use labeltui::service::api::Response;
use labeltui::service::import;
use labeltui::service::ruling::settle;
use labeltui::store::{BODIES, EVENTS, IMPORTED, Read as _, SNAPSHOTS};
use proptest::prelude::*;

fn trace(id: &str, name: &str, assessments: &str) -> String {
    format!(
        r#"{{"info":{{"trace_id":"{id}","request_time":"2026-01-01T00:00:00Z","request_preview":"{name}","assessments":{assessments}}},"data":{{"spans":[]}}}}"#
    )
}

fn events(home: &Home) -> usize {
    let mut n = 0;
    home.0
        .read()
        .unwrap()
        .scan(EVENTS, 0.., false, |_, _| {
            n += 1;
            Ok(true)
        })
        .unwrap();
    n
}

#[test]
fn importing_again_changes_nothing_and_logs_nothing() {
    let home = Home::new();
    let file = fixture("v3.jsonl");
    assert_eq!(home.import(&file), [Imported, Imported, Imported]);
    assert_eq!(events(&home), 1, "one event for the batch");
    assert_eq!(home.import(&file), [Duplicate, Duplicate, Duplicate]);
    assert_eq!(events(&home), 1);
    assert_eq!(home.list(None, 10).total, 3);
}

#[test]
fn order_of_keys_whitespace_and_escapes_do_not_make_another_trace() {
    let home = Home::new();
    let one = r#"{"info":{"trace_id":"t","state":"OK","tags":{"a":"é","b":"/"}},"data":{"spans":[{"name":"s","span_id":"x"}]}}"#;
    let two = r#"{ "data" : {"spans":[ {"span_id":"x", "name":"s"} ]}, "info":{"tags":{"b":"\/","a":"\u00e9"}, "state":"OK","trace_id":"t"} }"#;
    assert_eq!(home.import(one), [Imported]);
    assert_eq!(home.import(two), [Duplicate]);
}

#[test]
fn new_assessments_are_merged_by_id_and_count_as_an_update() {
    let home = Home::new();
    home.import(&trace("t", "x", r#"[{"assessment_id":"a-1","assessment_name":"n"}]"#));
    let body = home.show("t").body;
    assert_eq!(home.import(&trace("t", "x", r#"[{"assessment_id":"a-2","assessment_name":"m"}]"#)), [Updated]);
    assert_eq!(home.import(&trace("t", "x", r#"[{"assessment_id":"a-2","assessment_name":"m"}]"#)), [Duplicate]);
    let doc = home.show("t");
    assert_eq!((doc.assessments.len(), doc.body), (2, body));
    // Without an id it is the same one at every import.
    assert_eq!(home.import(&trace("t", "x", r#"[{"name":"bare"}]"#)), [Updated]);
    assert_eq!(home.import(&trace("t", "x", r#"[{"name":"bare"}]"#)), [Duplicate]);
}

#[test]
fn another_body_is_a_new_snapshot_and_the_old_one_goes_unless_a_session_has_copied_it() {
    let home = Home::new();
    home.import(&trace("t", "one", "null"));
    assert_eq!(home.import(&trace("t", "two", "null")), [Updated]);
    assert_eq!(home.show("t").summary.request_preview, "two");
    let read = home.0.read().unwrap();
    assert_eq!(read.bytes(BODIES, 1).unwrap(), None);
    // As `add-traces` does it: one more reference.
    home.change(|txn| {
        let mut row = txn.get(SNAPSHOTS, 2)?.unwrap();
        row.references += 1;
        txn.put(SNAPSHOTS, 2, &row)?;
        Ok(labeltui::service::ruling::Done::quiet(Response::Done))
    });
    home.import(&trace("t", "three", "null"));
    let read = home.0.read().unwrap();
    assert!(read.bytes(BODIES, 2).unwrap().is_some());
    assert_eq!(read.get(SNAPSHOTS, 2).unwrap().unwrap().references, 1);
    assert_eq!(home.show("t").summary.request_preview, "three");
    assert_eq!(home.list(None, 10).total, 1);
}

#[test]
fn a_trace_belongs_to_one_experiment_and_the_other_one_is_named() {
    let home = Home::new();
    home.import_into("First", &trace("t", "x", "null"));
    let outcome = home.import_into("Second", &trace("t", "x", "null"));
    assert!(matches!(&outcome[..], [Rejected(why)] if why.contains("First")), "{outcome:?}");
    let read = home.0.read().unwrap();
    let checked = settle(import::check(&read, "Second", &["t".into(), "new".into()])).unwrap().unwrap();
    assert!(matches!(&checked, Response::Imported(o) if matches!(&o[..], [Rejected(_), Duplicate])), "{checked:?}");
    assert_eq!(home.list(None, 10).total, 0, "Default is empty");
}

#[test]
fn of_two_in_one_file_the_later_is_current() {
    let home = Home::new();
    let both = format!("{}\n{}", trace("t", "one", "null"), trace("t", "two", "null"));
    assert_eq!(home.import(&both), [Imported, Updated]);
    assert_eq!(home.show("t").summary.request_preview, "two");
}

#[test]
fn lists_come_newest_first_page_by_page() {
    let home = Home::new();
    let lines: Vec<String> = (0..25)
        .map(|n| trace(&format!("t{n:02}"), "x", "null").replace("01T00:00:00", &format!("01T00:00:{:02}", n / 2)))
        .collect();
    home.import(&lines.join("\n"));
    let read = home.0.read().unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page =
            settle(labeltui::service::traces::list(&read, &crate::home::admin(), "Default", None, after.as_ref(), 7))
                .unwrap()
                .unwrap();
        let Response::Traces(page) = page else { panic!("{page:?}") };
        assert_eq!(page.total, 25);
        seen.extend(page.rows.into_iter().map(|r| r.trace_id));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let wanted: Vec<String> = (0..25).rev().map(|n| format!("t{n:02}")).collect();
    assert_eq!(seen, wanted);
    assert_eq!(home.list(Some("request_id = 't03' AND timestamp_ms > 0"), 7).rows.len(), 1);
    let unknown = settle(labeltui::service::traces::list(&read, &crate::home::admin(), "Typo", None, None, 7))
        .unwrap()
        .unwrap_err();
    assert!(unknown.message.contains("Default"), "{unknown}");
    let filter =
        settle(labeltui::service::traces::list(&read, &crate::home::admin(), "Default", Some("nonsense ="), None, 7))
            .unwrap();
    assert!(filter.is_err());
}

#[test]
fn deleting_takes_the_trace_its_assessments_and_its_body() {
    let home = Home::new();
    let file = fixture("v3.jsonl");
    home.import(&file);
    let id = "tr-292d45724aa3f88b256623b501cd2a60";
    assert_eq!(home.delete(&[id]), 1);
    assert_eq!(home.list(None, 10).total, 2);
    let read = home.0.read().unwrap();
    assert!(settle(labeltui::service::traces::show(&read, &crate::home::admin(), id)).unwrap().is_err());
    assert_eq!((read.bytes(BODIES, 1).unwrap(), read.get(SNAPSHOTS, 1).unwrap().is_none()), (None, true));
    let mut left = 0;
    read.scan(IMPORTED, (id, "")..(id, "b"), false, |_, _| {
        left += 1;
        Ok(true)
    })
    .unwrap();
    assert_eq!(left, 0);
    let missing = labeltui::service::api::Which::Ids(vec![id.into()]);
    assert!(
        settle(labeltui::service::traces::choose(&read, &crate::home::admin(), "Default", &missing)).unwrap().is_err()
    );
    assert_eq!(home.import(&file)[0], Imported);
}

/// A span with some members of v2's form and some of v3's, each with a value of its own.
fn mixed_span() -> impl Strategy<Value = String> {
    let names = "context parent_id parent_span_id trace_id span_id start_time start_time_unix_nano status status_code \
                 status_message events attributes odd";
    let members: Vec<_> = names.split_whitespace().map(|name| proptest::option::of(value(name))).collect();
    members.prop_map(move |values| {
        let members = names.split_whitespace().zip(values);
        let members: Vec<_> = members.filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?))).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn value(name: &'static str) -> impl Strategy<Value = String> {
    let inner = |key: &str| format!(r#"{{"{key}":"0x1a","kept {name}":"{name}"}}"#);
    prop_oneof![
        Just(format!("\"0x2b {name}\"")),
        Just(format!(r#"["{name}",{{"timestamp":1}}]"#)),
        Just("7".to_owned()),
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just(inner("span_id")),
        Just(inner("trace_id")),
        Just(inner("timestamp")),
    ]
}

proptest! {
    /// Found by `fuzz ingest`: what v3 has no word for stays where it stood, and a second reading took it for v2 again.
    #[test]
    fn a_stored_trace_is_its_own_canonical_form_and_lost_nothing_whatever_a_span_mixes(span in mixed_span()) {
        let given = format!(r#"{{"info":{{"trace_id":"t"}},"data":{{"spans":[{span}]}}}}"#);
        let mut packer = Packer::new().unwrap();
        let once = read_document(given.as_bytes(), &mut packer).unwrap().traces.remove(0);
        let body = unpack(&once.body).unwrap();
        let again = read_document(body.as_bytes(), &mut packer).unwrap().traces.remove(0);
        prop_assert_eq!(&again.hash, &once.hash, "{} became {}", &given, &body);
        for word in given.split('"').filter(|w| w.starts_with("kept ") || w.starts_with("0x2b ")) {
            prop_assert!(body.contains(word), "{} became {}", &given, &body);
        }
    }
}
