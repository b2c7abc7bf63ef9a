//! What is deleted stays in the log, and the audit tells it.

use crate::model::{BasedOn, ItemNo};
use crate::service::api::{AuditRow, Past, Reason, Request, Response, Role, SessionSpec, Which};
use crate::service::kit::{Kit, person, reason, set};
use serde_json::json;

fn rows(answer: Result<Response, crate::service::api::Refusal>) -> Vec<AuditRow> {
    match answer.unwrap() {
        Response::Audit(rows) => rows,
        other => panic!("{other:?}"),
    }
}

fn audit(kit: &Kit, session: &str) -> Vec<AuditRow> {
    rows(kit.lead(Request::Audit { session: session.into(), after: None, limit: 99 }))
}

/// In small pages, so that paging is tried too.
fn past(kit: &Kit, of: &Past) -> Vec<AuditRow> {
    let mut all: Vec<AuditRow> = Vec::new();
    loop {
        let after = all.last().map(|row| row.event);
        let page = rows(kit.lead(Request::AuditPast { of: of.clone(), after, limit: 2 }));
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn whats(rows: &[AuditRow]) -> Vec<&str> {
    rows.iter().map(|row| row.what.as_str()).collect()
}

fn again(kit: &Kit) {
    kit.session(SessionSpec {
        name: "s".into(),
        experiment: "Default".into(),
        schemas: vec!["ok".into()],
        ..SessionSpec::default()
    });
}

#[test]
fn the_audit_of_a_deleted_session_says_what_it_said_and_who_deleted_it() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let before = audit(&kit, "s");
    kit.lead(Request::SessionDelete { session: "s".into(), with_answers: true }).unwrap();
    let after = audit(&kit, "s");
    let (last, same) = after.split_last().unwrap();
    assert_eq!((last.what.as_str(), last.account.as_str()), ("session_deleted", "lead"));
    assert_eq!(format!("{same:?}"), format!("{before:?}"), "with the traces, and what was superseded");
    assert_eq!(reason(kit.lead(Request::Audit { session: "t".into(), after: None, limit: 9 })), Reason::NotFound);
}

#[test]
fn where_a_name_is_used_again_each_session_has_its_own_audit_and_both_can_be_read() {
    let kit = Kit::with_session(1, SessionSpec::default());
    let first = audit(&kit, "s");
    kit.lead(Request::SessionDelete { session: "s".into(), with_answers: false }).unwrap();
    again(&kit);
    let own = audit(&kit, "s");
    assert_eq!(whats(&own), ["session_created"]);
    let all = past(&kit, &Past::Session("s".into()));
    assert_eq!(whats(&all[..first.len()]), whats(&first));
    assert_eq!(whats(&all[first.len()..]), ["session_deleted", "session_created"]);
    let unknown = Request::AuditPast { of: Past::Session("t".into()), after: None, limit: 9 };
    assert_eq!(reason(kit.lead(unknown)), Reason::NotFound);
}

#[test]
fn the_audit_of_an_experiment_says_who_deleted_its_traces_and_sessions() {
    let kit = Kit::with_session(2, SessionSpec::default());
    let which = Which::Ids(vec!["tr-01".into()]);
    kit.lead(Request::TraceDelete { experiment: "Default".into(), which }).unwrap();
    kit.lead(Request::SessionDelete { session: "s".into(), with_answers: false }).unwrap();
    let all = past(&kit, &Past::Experiment("Default".into()));
    assert_eq!(whats(&all), ["schema_put", "schema_put", "session_created", "traces_deleted", "session_deleted"]);
    assert_eq!((all[3].account.as_str(), &all[3].detail["ids"]), ("lead", &json!(["tr-01"])));
    assert_eq!((all[4].account.as_str(), &all[4].detail["name"]), ("lead", &json!("s")));
    let other = Request::AuditPast { of: Past::Experiment("other".into()), after: None, limit: 9 };
    assert_eq!(reason(kit.lead(other)), Reason::NotFound);
}

#[test]
fn a_deleted_session_tells_nobody_what_they_still_have_to_judge_for_themselves() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.lead(Request::SessionDelete { session: "s".into(), with_answers: true }).unwrap();
    let spec = SessionSpec { users: vec!["cat".into()], blind: Some(true), ..SessionSpec::default() };
    kit.session(SessionSpec { name: "t".into(), experiment: "Default".into(), schemas: vec!["ok".into()], ..spec });
    kit.lead(Request::AddTraces { session: "t".into(), which: Which::All, refresh: false }).unwrap();
    let cat = person("cat", Role::Lead);
    let ask = || rows(kit.ask(&cat, Request::Audit { session: "s".into(), after: None, limit: 99 }));
    assert!(ask().iter().all(|row| row.trace_id.is_none()), "{:?}", ask());
    let (session, item, changes) = ("t".into(), ItemNo(0), vec![set("ok", json!(false))]);
    kit.ask(&cat, Request::Submit { session, item, based_on: BasedOn::Any, seen: None, changes, extra: false })
        .unwrap();
    assert!(ask().iter().any(|row| row.what == "submitted"));
}
