use crate::model::{BasedOn, ItemNo, Keep};
use crate::service::api::{
    Assign, ImportBatch, ItemKey, LabelQuery, Past, Reason, Refusal, Request, Response, Role, SessionPatch,
    SessionSpec, Which,
};
use crate::service::kit::{Kit, pass_fail, person, reason, schema, set};
use crate::service::local::Local;
use crate::service::sync::api::{SyncChange, SyncRead, SyncRequest};
use crate::service::team::Team;
use serde_json::json;

/// Every request, and who may make it: admin, lead, reviewer.
fn table() -> Vec<(Request, [bool; 3])> {
    let s = || "s".to_owned();
    let e = || "Default".to_owned();
    let all = [true; 3];
    let lead = [true, true, false];
    let admin = [true, false, false];
    let item = ItemNo(0);
    vec![
        (Request::Import(ImportBatch { experiment: e(), traces: Vec::new() }), lead),
        (Request::ImportCheck { experiment: e(), ids: Vec::new() }, lead),
        (Request::TraceList { experiment: e(), filter: None, after: None, limit: 1 }, lead),
        (Request::TraceShow { trace_id: "tr-00".into() }, lead),
        (Request::TraceDelete { experiment: e(), which: Which::Ids(vec!["tr-01".into()]) }, admin),
        (
            Request::SchemaPut { experiment: e(), schema: schema("new", pass_fail()), overwrite: true, applied: false },
            lead,
        ),
        (Request::SchemaList { experiment: e() }, all),
        (Request::SchemaDelete { experiment: e(), name: "new".into() }, lead),
        (Request::SessionCreate(SessionSpec { name: "t".into(), experiment: e(), ..SessionSpec::default() }), lead),
        (Request::SessionUpdate { session: s(), patch: SessionPatch::default() }, lead),
        (Request::SessionList, all),
        (Request::SessionGet { session: s() }, all),
        (Request::AddTraces { session: s(), which: Which::All, refresh: false }, lead),
        (Request::RemoveTraces { session: s(), ids: vec!["tr-02".into()] }, lead),
        (Request::Assign { session: s(), assign: Assign::Ids { ids: vec!["tr-00".into()], user: None } }, lead),
        (Request::Queue { session: s(), from: 0, limit: 1 }, all),
        (Request::Find { session: s(), text: "tr".into(), mine: vec![], status: vec![], deep: true, after: None }, all),
        (Request::Item { session: s(), item: ItemKey::No(item) }, all),
        (Request::Body { session: s(), item }, all),
        (Request::Turns { session: s(), item }, all),
        (Request::Next { session: s(), after: None }, all),
        (
            Request::Type {
                session: s(),
                item,
                schema: "ok".into(),
                value: None,
                comment: Some("x".into()),
                based_on: BasedOn::Any,
            },
            all,
        ),
        (Request::Answer { session: s(), item, changes: vec![set("ok", json!(true))], based_on: BasedOn::Any }, all),
        (
            Request::Submit { session: s(), item, based_on: BasedOn::Any, seen: None, changes: vec![], extra: false },
            all,
        ),
        (Request::Reveal { session: s(), item }, all),
        (Request::Undo { session: s(), item: None }, all),
        (Request::Redo { session: s(), item: None }, all),
        (
            Request::Act { session: s(), item: ItemNo(1), act: crate::service::api::Act::Skip, based_on: BasedOn::Any },
            all,
        ),
        (Request::Here { session: s(), item: Some(item), active: true }, all),
        (Request::Decide { session: s(), item, schema: "ok".into(), keep: Keep::Local }, all),
        (Request::Leave { session: s() }, all),
        (Request::Labels { session: s(), query: LabelQuery::default(), after: None, limit: 9 }, all),
        (Request::Dataset { session: s(), imported: false, per_reviewer: false, after: None, limit: 9 }, lead),
        (Request::Export { session: s(), after: None, limit: 9 }, lead),
        (Request::Stats { session: s() }, lead),
        (Request::Audit { session: s(), after: None, limit: 9 }, lead),
        (Request::AuditPast { of: Past::Session(s()), after: None, limit: 9 }, lead),
        (Request::AuditPast { of: Past::Experiment("Default".into()), after: None, limit: 9 }, lead),
        (Request::Sync(SyncRequest::Read(SyncRead::Links { session: None })), lead),
        (Request::Sync(SyncRequest::Change(SyncChange::Gather { session: s() })), lead),
        (Request::Backup { path: "/nowhere/at/all".into() }, admin),
        (Request::Doctor, admin),
        (Request::SessionDelete { session: s(), with_answers: true }, admin),
    ]
}

#[test]
fn who_may_is_one_table_and_every_cell_holds() {
    for (at, role) in [Role::Admin, Role::Lead, Role::Reviewer].into_iter().enumerate() {
        let kit = Kit::with_session(3, SessionSpec::default());
        for (request, may) in table() {
            let name = format!("{request:?}");
            let answer: Result<Response, Refusal> = kit.ask(&person("who", role), request);
            let refused = matches!(&answer, Err(r) if r.reason == Reason::NotPermitted);
            assert_eq!(refused, !may[at], "{role:?} {name}: {answer:?}");
            if may[at] && !(name.starts_with("Backup") || name.starts_with("Decide")) {
                assert!(answer.is_ok(), "{role:?} {name}: {answer:?}");
            }
        }
    }
}

#[test]
fn every_refusal_says_which_right_is_missing() {
    let kit = Kit::with_session(1, SessionSpec::default());
    let team = Team { reviewers: Some("experts".into()), leads: Some("leads".into()), ..Team::default() };
    let local = Local::serve(kit.store.clone(), kit.hub.clone(), team, kit.now()).unwrap();
    let kit = Kit { local, ..kit };
    let ask = |role, request| kit.ask(&person("ann", role), request).unwrap_err().message;
    let audit = Request::Audit { session: "s".into(), after: None, limit: 9 };
    assert_eq!(
        ask(Role::Reviewer, audit),
        "the audit needs the right of a lead (group leads); ann is a reviewer (group experts)"
    );
    let query = LabelQuery { user: Some("bob".into()), ..LabelQuery::default() };
    assert_eq!(
        ask(Role::Reviewer, Request::Labels { session: "s".into(), query, after: None, limit: 9 }),
        "seeing labels of others needs the right of a lead (group leads); ann is a reviewer (group experts)"
    );
    let delete = Request::SessionDelete { session: "s".into(), with_answers: false };
    assert_eq!(
        ask(Role::Lead, delete),
        "deleting a session needs the right of an admin (root, or the server's own account); ann is a lead (group leads)"
    );
    for (request, may) in table() {
        if !may[2] {
            let message = ask(Role::Reviewer, request);
            assert!(message.contains(" needs the right of ") && !message.starts_with("this "), "{message}");
        }
    }
}

#[test]
fn a_reviewer_lists_and_opens_sessions_that_are_theirs() {
    let kit = Kit::with_session(
        1,
        SessionSpec { users: vec!["ann".into(), "bob@example.com".into()], ..SessionSpec::default() },
    );
    kit.session(SessionSpec { name: "free".into(), experiment: "Default".into(), ..SessionSpec::default() });
    for (name, sees, opens) in [("ann", 2, true), ("bob", 2, true), ("cat", 1, false)] {
        let who = person(name, Role::Reviewer);
        match kit.ask(&who, Request::SessionList).unwrap() {
            Response::Sessions(list) => assert_eq!(list.len(), sees, "{name}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(kit.ask(&who, Request::SessionGet { session: "s".into() }).is_ok(), opens);
    }
}

#[test]
fn an_assigned_list_restricts_who_may_answer_and_says_the_way_in() {
    let kit = Kit::with_session(1, SessionSpec { users: vec!["ann".into()], ..SessionSpec::default() });
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    let refused = kit.answer("cat", 0, &[set("ok", json!(true))]).unwrap_err();
    assert_eq!(refused.reason, Reason::NotPermitted);
    assert!(refused.message.contains("labeltui session update s --user cat"), "{}", refused.message);
    // Looking is the owner's right.
    assert_eq!(kit.item("cat", 0).row.trace_id, "tr-00");
}

#[test]
fn a_reviewer_sees_their_own_labels_only() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let ask = |user: Option<&str>| {
        let query = LabelQuery { user: user.map(Into::into), ..LabelQuery::default() };
        kit.ask(&person("ann", Role::Reviewer), Request::Labels { session: "s".into(), query, after: None, limit: 9 })
    };
    match ask(None).unwrap() {
        Response::Labels(page) => assert_eq!((page.rows.len(), &page.rows[0].assessment_value), (1, &json!(false))),
        other => panic!("{other:?}"),
    }
    assert_eq!(reason(ask(Some("bob"))), Reason::NotPermitted);
}

#[test]
fn a_lead_declines_for_everybody() {
    let kit = Kit::with_session(1, SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    let decline = |role| {
        let act = crate::service::api::Act::Decline { reason: "spam".into() };
        kit.ask(
            &person("boss", role),
            Request::Act { session: "s".into(), item: ItemNo(0), act, based_on: BasedOn::Any },
        )
        .unwrap();
    };
    decline(Role::Reviewer);
    assert_eq!(kit.shown("ann").progress.declined, 0);
    decline(Role::Lead);
    assert_eq!(kit.shown("ann").progress.declined, 1);
    kit.undo("boss", None).unwrap();
    kit.undo("boss", None).unwrap();
    assert_eq!(kit.shown("ann").progress.declined, 0);
    kit.consistent();
}

#[test]
fn a_lead_who_is_not_assigned_declines_for_everybody_and_takes_it_back_and_does_no_more() {
    let users = vec!["ann".into(), "bob".into()];
    let kit = Kit::team(1, SessionSpec { reviews: Some(2), users, ..SessionSpec::default() });
    for (name, role) in [("boss", Role::Lead), ("root", Role::Admin)] {
        let who = person(name, role);
        let act =
            |act| kit.ask(&who, Request::Act { session: "s".into(), item: ItemNo(0), act, based_on: BasedOn::Any });
        let spam = || crate::service::api::Act::Decline { reason: "spam".into() };
        act(spam()).unwrap();
        assert_eq!(kit.shown("ann").progress.declined, 1, "{name}");
        kit.ask(&who, Request::Undo { session: "s".into(), item: None }).unwrap();
        assert_eq!(kit.shown("ann").progress.declined, 0, "{name}");
        kit.ask(&who, Request::Redo { session: "s".into(), item: None }).unwrap();
        kit.ask(&who, Request::Undo { session: "s".into(), item: Some(ItemNo(0)) }).unwrap();
        assert_eq!(reason(act(crate::service::api::Act::Skip)), Reason::NotPermitted);
        let answer = Request::Answer {
            session: "s".into(),
            item: ItemNo(0),
            changes: vec![set("ok", json!(true))],
            based_on: BasedOn::Any,
        };
        assert_eq!(reason(kit.ask(&who, answer)), Reason::NotPermitted);
        // What they answered while they were assigned is not theirs to take back any more.
        kit.update(SessionPatch { add_users: vec![name.into()], ..SessionPatch::default() }).unwrap();
        let answer = Request::Answer {
            session: "s".into(),
            item: ItemNo(0),
            changes: vec![set("ok", json!(true))],
            based_on: BasedOn::Any,
        };
        kit.ask(&who, answer).unwrap();
        kit.update(SessionPatch { remove_users: vec![name.into()], ..SessionPatch::default() }).unwrap();
        assert_eq!(reason(kit.ask(&who, Request::Undo { session: "s".into(), item: None })), Reason::NotPermitted);
        kit.update(SessionPatch { closed: Some(true), ..SessionPatch::default() }).unwrap();
        assert_eq!(reason(act(spam())), Reason::Closed);
        kit.update(SessionPatch { closed: Some(false), ..SessionPatch::default() }).unwrap();
    }
    let cat = Request::Act {
        session: "s".into(),
        item: ItemNo(0),
        act: crate::service::api::Act::Decline { reason: "x".into() },
        based_on: BasedOn::Any,
    };
    assert_eq!(reason(kit.user("cat", cat)), Reason::NotFound);
    kit.consistent();
}

#[test]
fn to_a_reviewer_a_session_that_is_not_theirs_is_as_one_that_is_not_there() {
    let kit = Kit::with_session(1, SessionSpec { users: vec!["ann".into()], ..SessionSpec::default() });
    let cat = person("cat", Role::Reviewer);
    let asks = |session: &str| {
        let session = session.to_owned();
        [
            Request::SessionGet { session: session.clone() },
            Request::Next { session: session.clone(), after: None },
            Request::Item { session: session.clone(), item: ItemKey::No(ItemNo(0)) },
            Request::Decide { session: session.clone(), item: ItemNo(0), schema: "ok".into(), keep: Keep::Local },
            Request::Labels { session, query: LabelQuery::default(), after: None, limit: 9 },
        ]
    };
    for (theirs, none) in asks("s").into_iter().zip(asks("t")) {
        let (there, not_there) = (kit.ask(&cat, theirs).unwrap_err(), kit.ask(&cat, none).unwrap_err());
        assert_eq!(there.reason, Reason::NotFound);
        assert!(there.message.contains("cat is not assigned to s,"), "{there}");
        assert_eq!(there.message.replace(" s,", " t,").replace(" s ", " t "), not_there.message);
    }
    // A right that is missing in a session of hers is still named.
    let audit = Request::Audit { session: "s".into(), after: None, limit: 9 };
    assert_eq!(reason(kit.ask(&cat, audit)), Reason::NotPermitted);
}

#[test]
fn who_has_a_session_open_is_told_that_they_are_taken_off_it_and_nobody_else_is() {
    use crate::service::api::Notice;
    let users = ["ann", "bob"].map(str::to_owned).to_vec();
    let kit = Kit::team(1, SessionSpec { users, ..SessionSpec::default() });
    let [ann, bob] = ["ann", "bob"].map(|name| person(name, Role::Reviewer));
    kit.ask(&ann, Request::Here { session: "s".into(), item: None, active: false }).unwrap();
    let patch = SessionPatch { remove_users: ["ann", "bob"].map(str::to_owned).to_vec(), ..SessionPatch::default() };
    let patch = SessionPatch { add_users: vec!["carl".into()], ..patch };
    kit.ask(&person("lead", Role::Lead), Request::SessionUpdate { session: "s".into(), patch }).unwrap();
    let session = Notice::Session { session: "s".into() };
    let item = Notice::Item { session: "s".into(), item: ItemNo(0), by: "carl".into() };
    assert_eq!(kit.local.shows(&ann, vec![session.clone(), item.clone()]), std::slice::from_ref(&session));
    assert!(kit.local.shows(&bob, vec![session, item]).is_empty(), "they have it not open");
}
