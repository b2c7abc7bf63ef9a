use crate::model::{Input, LabelSchema, MineState};
use crate::service::api::{
    LabelQuery, Reason, Refusal, Request, Response, SchemaChange, SchemaOutcome, SessionPatch, SessionSpec,
};
use crate::service::kit::{Kit, pass_fail, reason, schema, set};
use serde_json::json;

fn put(kit: &Kit, schema: LabelSchema, overwrite: bool, applied: bool) -> Result<SchemaOutcome, Refusal> {
    match kit.lead(Request::SchemaPut { experiment: "Default".into(), schema, overwrite, applied })? {
        Response::SchemaPut(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

fn options(list: &[&str]) -> Input {
    Input::Categorical { options: list.iter().map(|&o| o.into()).collect() }
}

#[test]
fn creating_overwriting_wording_and_versions() {
    let kit = Kit::new();
    let first = put(&kit, schema("tone", options(&["a", "b"])), false, false).unwrap();
    assert_eq!((first.change, first.schema.version), (SchemaChange::Created, 1));
    let mut words = schema("tone", options(&["a", "b"]));
    words.title = Some("How does it sound?".into());
    assert_eq!(reason(put(&kit, words.clone(), false, false)), Reason::Exists);
    let second = put(&kit, words.clone(), true, false).unwrap();
    assert_eq!((second.change, second.schema.version), (SchemaChange::Wording, 1));
    let events = kit.events();
    assert_eq!(put(&kit, words.clone(), true, false).unwrap().change, SchemaChange::Unchanged);
    assert_eq!(kit.events(), events, "an identical overwrite does nothing");
    words.input = options(&["a", "b", "c"]);
    let third = put(&kit, words, true, false).unwrap();
    assert_eq!((third.change, third.schema.version), (SchemaChange::NewVersion, 2));
    assert_eq!(reason(put(&kit, schema("tone", pass_fail()), true, false)), Reason::Invalid);
}

#[test]
fn the_reserved_name_is_refused_on_create_and_accepted_when_applied() {
    let kit = Kit::new();
    let default = schema("Feedback", Input::Text { max_length: None });
    assert_eq!(reason(put(&kit, default.clone(), false, false)), Reason::Invalid);
    assert_eq!(put(&kit, default, false, true).unwrap().change, SchemaChange::Created);
}

#[test]
fn built_ins_are_usable_without_creating_them() {
    let kit = Kit::new();
    kit.trace("tr-00", 0);
    let names: Vec<String> = ["expected_facts", "guidelines", "expected_response"].map(Into::into).into();
    let view = kit.session(SessionSpec {
        name: "s".into(),
        experiment: "Default".into(),
        schemas: names,
        ..SessionSpec::default()
    });
    assert_eq!(view.schemas.len(), 3);
    kit.add(crate::service::api::Which::All);
    kit.submit("ann", 0, &[set("expected_facts", json!(["one", "two"]))]).unwrap();
    assert_eq!(kit.values()[0].2, json!(["one", "two"]));
    // Changed, it is version 2: old answers keep version 1.
    let mut own = crate::model::schema_check::built_in("expected_response").unwrap();
    own.required = true;
    assert_eq!(put(&kit, own, true, false).unwrap().schema.version, 2);
    let unknown = SessionSpec {
        name: "t".into(),
        experiment: "Default".into(),
        schemas: vec!["nope".into()],
        ..SessionSpec::default()
    };
    assert_eq!(reason(kit.lead(Request::SessionCreate(unknown))), Reason::NotFound);
}

#[test]
fn deleting_a_schema_in_use_is_refused() {
    let kit = Kit::with_session(1, SessionSpec::default());
    let delete = |name: &str| kit.lead(Request::SchemaDelete { experiment: "Default".into(), name: name.into() });
    let refused = delete("ok").unwrap_err();
    assert_eq!(refused.reason, Reason::InUse);
    assert!(refused.message.contains("labeltui session update s --remove-schema ok"), "{}", refused.message);
    kit.update(SessionPatch { remove_schemas: vec!["ok".into()], ..SessionPatch::default() }).unwrap();
    delete("ok").unwrap();
    assert_eq!(reason(delete("ok")), Reason::NotFound);
}

#[test]
fn old_answers_keep_their_version_and_drafts_that_no_longer_fit_are_kept_and_marked() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("score", json!(5))]).unwrap();
    kit.answer("ann", 1, &[set("score", json!(5)), set("ok", json!(true))]).unwrap();
    kit.put(schema("score", Input::Numeric { min_value: Some(0.0), max_value: Some(3.0) }));
    assert_eq!(kit.labels(LabelQuery::default())[0].schema_version, Some(1));
    let draft = kit.item("ann", 1).draft;
    assert_eq!(draft.entries["score"].value, Some(json!(5)));
    assert_eq!(draft.entries["score"].unfit.as_deref(), Some("must be at most 3, not 5 (at least 0)"));
    assert_eq!(draft.entries["ok"].unfit, None);
    assert_eq!(reason(kit.submit("ann", 1, &[])), Reason::BadAnswer { schema: "score".into() });
    kit.submit("ann", 1, &[set("score", json!(2))]).unwrap();
    assert_eq!(kit.labels(LabelQuery::default())[2].schema_version, Some(2));
    kit.consistent();
}

#[test]
fn a_redo_of_an_answer_that_no_longer_fits_is_refused() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("ann", 0, &[set("score", json!(5))]).unwrap();
    kit.undo("ann", None).unwrap();
    kit.put(schema("score", Input::Numeric { min_value: Some(0.0), max_value: Some(3.0) }));
    assert_eq!(reason(kit.redo("ann", None)), Reason::Invalid);
    kit.consistent();
}

#[test]
fn adding_a_schema_leaves_complete_items_complete_and_reask_reopens_them_with_the_old_answers() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.put(schema("new", pass_fail()));
    kit.update(SessionPatch { add_schemas: vec!["new".into()], ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.shown("ann").progress.complete, 1);
    kit.update(SessionPatch { reask: true, ..SessionPatch::default() }).unwrap();
    assert_eq!((kit.shown("ann").progress.complete, kit.state("ann", 0)), (0, MineState::Todo));
    let view = kit.item("ann", 0);
    assert_eq!((view.answers.len(), view.answers[0].value.clone()), (1, json!(true)));
    assert_eq!(kit.values().len(), 1, "old answers stay labels");
    assert_eq!(kit.next("ann", None), Some(0));
    let done = kit.submit("ann", 0, &[set("new", json!(false))]).unwrap();
    assert_eq!((done.written, done.saved.progress.complete), (1, 1));
    // Nothing is missing any more.
    let events = kit.events();
    kit.update(SessionPatch { reask: true, ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.events(), events);
    kit.consistent();
}

#[test]
fn reask_asks_what_was_answered_under_an_older_version() {
    let kit = Kit::with_session(2, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true)), set("score", json!(5))]).unwrap();
    let mut words = schema("ok", pass_fail());
    words.title = Some("Only other words".into());
    kit.put(words);
    kit.update(SessionPatch { reask: true, ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.shown("ann").progress.complete, 1, "a change of wording asks nobody again");
    kit.put(schema("score", Input::Numeric { min_value: Some(0.0), max_value: Some(9.0) }));
    kit.update(SessionPatch { reask: true, ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.shown("ann").progress.complete, 0);
    kit.submit("ann", 0, &[]).unwrap();
    assert_eq!(kit.shown("ann").progress.complete, 1);
    kit.update(SessionPatch { reask: true, ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.shown("ann").progress.complete, 1, "who has submitted since is not asked again");
    kit.consistent();
}

#[test]
fn removing_a_schema_hides_its_answers_which_stay_in_all_versions() {
    let kit = Kit::with_session(1, SessionSpec::default());
    kit.submit("ann", 0, &[set("ok", json!(true)), set("score", json!(5))]).unwrap();
    kit.update(SessionPatch { remove_schemas: vec!["score".into()], ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.values().len(), 1);
    assert_eq!(kit.labels(LabelQuery { all_versions: true, ..LabelQuery::default() }).len(), 2);
    kit.consistent();
}
