//! RULES: Answering, line by line.

use crate::model::{EventNo, MineState};
use crate::service::api::{Act, LabelQuery, Reason, SessionSpec};
use crate::service::kit::{Kit, clear, comment, reason, set};
use serde_json::json;

fn kit() -> Kit {
    Kit::with_session(3, SessionSpec::default())
}

#[test]
fn answers_are_a_draft_until_submitted_and_then_a_label() {
    let kit = kit();
    let saved = kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    assert_eq!(saved.mine.state, MineState::Draft);
    assert_eq!(kit.values(), []);
    let done = kit.submit("ann", 0, &[comment("ok", "fine")]).unwrap();
    assert_eq!((done.written, done.retracted), (1, 0));
    assert_eq!(done.saved.progress.complete, 1);
    assert_eq!(kit.values(), [("tr-00".into(), "ok".into(), json!(true), "ann@example.com".into())]);
    assert_eq!(kit.labels(LabelQuery::default())[0].assessment_comment.as_deref(), Some("fine"));
    kit.consistent();
}

#[test]
fn a_value_outside_its_schema_is_refused_and_nothing_changes() {
    let kit = kit();
    let before = kit.events();
    let refused = kit.answer("ann", 0, &[set("ok", json!(true)), set("score", json!(9))]).unwrap_err();
    assert_eq!(refused.reason, Reason::BadAnswer { schema: "score".into() });
    assert_eq!(refused.message, "score must be at most 5, not 9 (at least 0)");
    assert_eq!((kit.events(), kit.state("ann", 0)), (before, MineState::Todo));
    assert_eq!(reason(kit.submit("ann", 0, &[set("score", json!(9))])), Reason::BadAnswer { schema: "score".into() });
}

#[test]
fn enter_on_an_unchanged_submitted_item_only_moves_on() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    let before = kit.events();
    let again = kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    assert_eq!((again.written, again.retracted, kit.events()), (0, 0, before));
}

#[test]
fn a_submit_on_moved_answers_is_a_conflict() {
    let kit = kit();
    let first = kit.submit_on("ann", 0, Some(None), &[set("ok", json!(true))]).unwrap();
    let refused = kit.submit_on("ann", 0, Some(None), &[set("ok", json!(false))]).unwrap_err();
    let Reason::Conflict { current } = refused.reason else { panic!("{refused:?}") };
    assert_eq!(current.answers[0].value, json!(true));
    let based_on: Option<EventNo> = first.saved.mine.based_on;
    kit.submit_on("ann", 0, Some(based_on), &[set("ok", json!(false))]).unwrap();
}

#[test]
fn an_edit_is_a_new_version_that_names_the_one_it_supersedes() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let all = kit.labels(LabelQuery { all_versions: true, ..LabelQuery::default() });
    assert_eq!(
        all.iter().map(|r| (r.assessment_value.clone(), r.valid)).collect::<Vec<_>>(),
        [(json!(true), false), (json!(false), true)]
    );
    assert_eq!(kit.item("ann", 0).answers[0].overrides.as_deref(), Some(all[0].assessment_id.as_str()));
    assert_eq!(kit.values().len(), 1);
    assert!(all[0].assessment_id.starts_with("a-") && all[0].assessment_id.len() == 34);
}

#[test]
fn a_cleared_answer_is_retracted() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true)), set("score", json!(3))]).unwrap();
    let done = kit.submit("ann", 0, &[clear("score")]).unwrap();
    assert_eq!((done.written, done.retracted), (0, 1));
    assert_eq!(kit.values().len(), 1);
    kit.consistent();
}

#[test]
fn undo_takes_a_submit_back_and_the_answers_are_a_draft_again() {
    let kit = kit();
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("score", json!(4))]).unwrap();
    let undone = kit.undo("ann", None).unwrap();
    assert_eq!(undone.what, "submit of item 1");
    assert_eq!((undone.saved.mine.state, undone.saved.progress.complete), (MineState::Draft, 0));
    assert_eq!(kit.values(), []);
    let draft = kit.item("ann", 0).draft;
    assert_eq!(draft.entries["ok"].value, Some(json!(true)));
    assert_eq!(draft.entries["score"].value, Some(json!(4)));
    assert_eq!(kit.redo("ann", None).unwrap().what, "submit of item 1");
    assert_eq!(kit.values().len(), 2);
    kit.undo("ann", None).unwrap();
    assert_eq!(kit.undo("ann", None).unwrap().what, "ok = Yes");
    assert_eq!(reason(kit.undo("ann", None)), Reason::Nothing);
    kit.consistent();
}

#[test]
fn undo_goes_through_skips_deferrals_declines_and_discards() {
    let kit = kit();
    kit.answer("ann", 1, &[set("ok", json!(true))]).unwrap();
    kit.act("ann", 0, Act::Skip).unwrap();
    kit.act("ann", 1, Act::Discard).unwrap();
    kit.act("ann", 1, Act::Defer { reason: "ask bob".into() }).unwrap();
    kit.act("ann", 2, Act::Decline { reason: "not mine".into() }).unwrap();
    assert_eq!(kit.shown("ann").progress.declined, 1);
    let whats: Vec<String> = (0..5).map(|_| kit.undo("ann", None).unwrap().what).collect();
    assert_eq!(
        whats,
        ["decline of item 3", "deferral of item 2", "discarded draft of item 2", "skip of item 1", "ok = Yes"]
    );
    assert_eq!(kit.shown("ann").progress.declined, 0);
    kit.consistent();
}
