//! RULES: Answering, line by line.

use crate::model::{BasedOn, EventNo, Input, ItemNo, MineState};
use crate::service::api::{
    Act, Call, LabelQuery, Reason, Request, Response, Role, SeenAnswer, SessionPatch, SessionSpec,
};
use crate::service::kit::{Kit, clear, comment, pass_fail, person, reason, schema, set};
use serde_json::json;
use uuid::Uuid;

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
    let first = kit.submit_on("ann", 0, BasedOn::Nothing, &[set("ok", json!(true))]).unwrap();
    let refused = kit.submit_on("ann", 0, BasedOn::Nothing, &[set("ok", json!(false))]).unwrap_err();
    let Reason::Conflict { current } = refused.reason else { panic!("{refused:?}") };
    assert_eq!(current.answers[0].value, json!(true));
    let based_on: Option<EventNo> = first.saved.mine.based_on;
    kit.submit_on("ann", 0, based_on.into(), &[set("ok", json!(false))]).unwrap();
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
fn the_last_answer_of_an_item_can_be_retracted_and_the_item_is_to_do_again() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    let done = kit.submit("ann", 0, &[clear("ok")]).unwrap();
    assert_eq!((done.written, done.retracted, done.saved.mine.state), (0, 1, MineState::Todo));
    assert_eq!((done.saved.progress.complete, kit.values()), (0, vec![]));
    kit.consistent();
    kit.undo("ann", None).unwrap();
    assert_eq!((kit.state("ann", 0), kit.values().len()), (MineState::Submitted, 1));
    kit.redo("ann", None).unwrap();
    assert_eq!((kit.state("ann", 0), kit.values().len()), (MineState::Todo, 0));
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
    assert_eq!(kit.undo("ann", None).unwrap().what, "score = 4");
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

#[test]
fn a_submit_needs_the_required_questions_and_at_least_one_answer() {
    let kit = kit();
    let mut must = schema("must", pass_fail());
    must.required = true;
    kit.put(must);
    kit.update(SessionPatch { add_schemas: vec!["must".into()], ..SessionPatch::default() }).unwrap();
    let empty = kit.submit("ann", 0, &[]).unwrap_err();
    assert_eq!(empty.reason, Reason::Incomplete { missing: Vec::new() });
    assert_eq!(empty.message, "nothing answered: s skips, x declines");
    // A comment without a value is kept and is no answer.
    kit.answer("ann", 0, &[comment("ok", "hm")]).unwrap();
    assert_eq!(reason(kit.submit("ann", 0, &[])), Reason::Incomplete { missing: Vec::new() });
    let partly = kit.submit("ann", 0, &[set("score", json!(1))]).unwrap_err();
    assert_eq!(partly.reason, Reason::Incomplete { missing: vec!["must".into()] });
    assert_eq!(partly.message, "must needs an answer");
    kit.submit("ann", 0, &[set("score", json!(1)), set("must", json!(true))]).unwrap();
    let kept = kit.item("ann", 0);
    assert_eq!(kept.draft.entries["ok"].comment.as_deref(), Some("hm"));
    assert_eq!(kept.answers.len(), 2);
    // Nor can all be taken back while one of them is required.
    let cleared = kit.submit("ann", 0, &[clear("score"), clear("must")]).unwrap_err();
    assert_eq!(cleared.reason, Reason::Incomplete { missing: vec!["must".into()] });
    kit.consistent();
}

#[test]
fn half_typed_text_is_kept_in_the_draft_and_not_in_the_log() {
    let kit = kit();
    let before = kit.events();
    assert_eq!(kit.typed("ann", 0, "score", "4.").mine.state, MineState::Draft);
    assert_eq!(kit.events(), before);
    assert_eq!(kit.item("ann", 0).draft.entries["score"].typing.as_deref(), Some("4."));
    kit.answer("ann", 0, &[set("score", json!(4.5))]).unwrap();
    let entry = &kit.item("ann", 0).draft.entries["score"];
    assert_eq!((entry.typing.as_deref(), &entry.value), (None, &Some(json!(4.5))));
    kit.consistent();
}

#[test]
fn half_typed_text_does_not_wake_a_skipped_item_but_an_answer_does() {
    let kit = kit();
    kit.act("ann", 0, Act::Skip).unwrap();
    assert_eq!(kit.typed("ann", 0, "score", "4").mine.state, MineState::Skipped);
    kit.answer("ann", 0, &[set("score", json!(4))]).unwrap();
    assert_eq!(kit.state("ann", 0), MineState::Draft);
    kit.undo("ann", None).unwrap();
    assert_eq!(kit.state("ann", 0), MineState::Skipped);
    kit.consistent();
}

#[test]
fn what_is_empty_clears() {
    let kit = kit();
    kit.put(schema("words", Input::Text { max_length: None }));
    kit.update(SessionPatch { add_schemas: vec!["words".into()], ..SessionPatch::default() }).unwrap();
    kit.answer("ann", 0, &[set("words", json!("hello"))]).unwrap();
    let saved = kit.answer("ann", 0, &[set("words", json!(" "))]).unwrap();
    assert_eq!((saved.mine.state, saved.mine.has_draft), (MineState::Todo, false));
}

#[test]
fn a_comment_where_none_is_asked_is_refused() {
    let kit = kit();
    let mut mute = schema("mute", pass_fail());
    mute.enable_comment = false;
    kit.put(mute);
    kit.update(SessionPatch { add_schemas: vec!["mute".into()], ..SessionPatch::default() }).unwrap();
    let refused = kit.answer("ann", 0, &[comment("mute", "x")]).unwrap_err();
    assert_eq!(refused.message, "mute takes no comment");
}

#[test]
fn a_comment_changed_later_is_a_new_version_with_the_same_value() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true)), comment("ok", "first")]).unwrap();
    assert_eq!(kit.submit("ann", 0, &[comment("ok", "second")]).unwrap().written, 1);
    let rows = kit.labels(LabelQuery::default());
    assert_eq!((rows.len(), rows[0].assessment_comment.as_deref()), (1, Some("second")));
    kit.submit("ann", 0, &[comment("ok", "")]).unwrap();
    assert_eq!(kit.labels(LabelQuery::default())[0].assessment_comment, None);
}

#[test]
fn undo_can_be_of_one_item_and_a_new_act_clears_redo() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 1, &[set("ok", json!(false))]).unwrap();
    assert_eq!(kit.undo("ann", Some(0)).unwrap().item, ItemNo(0));
    assert_eq!(kit.values().len(), 1);
    assert_eq!(reason(kit.undo("ann", Some(2))), Reason::Nothing);
    assert_eq!(reason(kit.undo("bob", None)), Reason::Nothing);
    kit.act("ann", 2, Act::Skip).unwrap();
    assert_eq!(reason(kit.redo("ann", None)), Reason::Nothing);
    kit.consistent();
}

#[test]
fn undo_reaches_a_hundred_acts_and_survives_a_restart() {
    let kit = kit();
    for n in 0..110_u32 {
        kit.answer("ann", 0, &[set("score", json!(f64::from(n % 50) / 10.0))]).unwrap();
    }
    let again = Kit { local: crate::service::local::Local::new(kit.store.clone(), kit.hub.clone()), ..kit };
    let undone = (0..200).take_while(|_| again.undo("ann", None).is_ok()).count();
    assert_eq!(undone, 100);
    again.consistent();
}

#[test]
fn undo_of_an_edit_makes_the_older_version_valid_again() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(false))]).unwrap();
    let undone = kit.undo("ann", None).unwrap();
    assert_eq!(undone.saved.mine.state, MineState::Submitted);
    assert_eq!(kit.values()[0].2, json!(true));
    assert_eq!(kit.item("ann", 0).draft.entries["ok"].value, Some(json!(false)));
    kit.consistent();
}

#[test]
fn undo_of_a_removed_item_is_passed_over() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.submit("ann", 1, &[set("ok", json!(true))]).unwrap();
    kit.lead(Request::RemoveTraces { session: "s".into(), ids: vec!["tr-01".into()] }).unwrap();
    assert_eq!(kit.undo("ann", None).unwrap().item, ItemNo(0));
    kit.consistent();
}

#[test]
fn declining_a_submitted_item_retracts_it_and_keeps_the_words() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true)), comment("ok", "why")]).unwrap();
    kit.act("ann", 0, Act::Decline { reason: "not mine".into() }).unwrap();
    assert_eq!(kit.values(), []);
    let view = kit.item("ann", 0);
    assert_eq!(view.draft.entries["ok"].comment.as_deref(), Some("why"));
    assert_eq!(view.row.mine.reason.as_deref(), Some("not mine"));
    kit.undo("ann", None).unwrap();
    assert_eq!(kit.values().len(), 1);
    kit.consistent();
}

#[test]
fn deferring_and_declining_need_a_reason_and_skipping_an_item_to_do() {
    let kit = kit();
    assert_eq!(reason(kit.act("ann", 0, Act::Decline { reason: " ".into() })), Reason::Invalid);
    assert_eq!(reason(kit.act("ann", 0, Act::Discard)), Reason::Nothing);
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    assert_eq!(reason(kit.act("ann", 0, Act::Skip)), Reason::Invalid);
}

#[test]
fn a_closed_session_is_for_reading_only() {
    let kit = kit();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.update(SessionPatch { closed: Some(true), ..SessionPatch::default() }).unwrap();
    assert_eq!(reason(kit.answer("ann", 1, &[set("ok", json!(true))])), Reason::Closed);
    assert_eq!(reason(kit.submit("ann", 0, &[])), Reason::Closed);
    assert_eq!(reason(kit.undo("ann", None)), Reason::Closed);
    assert_eq!(kit.item("ann", 0).answers.len(), 1);
    kit.update(SessionPatch { closed: Some(false), ..SessionPatch::default() }).unwrap();
    kit.undo("ann", None).unwrap();
}

#[test]
fn a_retry_with_the_same_request_id_changes_nothing_twice() {
    let kit = kit();
    let ann = person("ann", Role::Admin);
    let request = Request::Submit {
        session: "s".into(),
        item: ItemNo(0),
        based_on: BasedOn::Nothing,
        seen: None,
        changes: vec![set("ok", json!(true))],
        extra: false,
    };
    let call = Call::new(request);
    let first = kit.local.handle(&ann, kit.now(), call.clone()).unwrap();
    let events = kit.events();
    let again = kit.local.handle(&ann, kit.now(), call).unwrap();
    assert_eq!(kit.events(), events);
    match (first, again) {
        (Response::Submitted(a), Response::Submitted(b)) => assert_eq!(a, b),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_id_that_comes_again_from_somebody_else_or_for_something_else_is_refused() {
    let kit = kit();
    let ask = |id, name: &str, item, request: fn(ItemNo) -> Request| {
        let call = Call { id, request: request(ItemNo(item)), about: None };
        kit.local.handle(&person(name, Role::Admin), kit.now(), call)
    };
    let submit = |item| Request::Submit {
        session: "s".into(),
        item,
        based_on: BasedOn::Any,
        seen: None,
        changes: vec![set("ok", json!(true))],
        extra: false,
    };
    let answer = |item| Request::Answer {
        session: "s".into(),
        item,
        changes: vec![set("ok", json!(true))],
        based_on: BasedOn::Any,
    };
    let id = Uuid::now_v7();
    let told = |done: Result<Response, _>| serde_json::to_value(done.unwrap()).unwrap();
    let first = told(ask(id, "ann", 0, submit));
    for again in [ask(id, "bob", 0, submit), ask(id, "ann", 1, submit), ask(id, "ann", 0, answer)] {
        let refused = again.unwrap_err();
        assert_eq!(refused.reason, Reason::Invalid);
        assert!(refused.message.contains("this request id has been used"), "{refused}");
    }
    assert_eq!(told(ask(id, "ann", 0, submit)), first, "a retry gets its answer");
    assert_eq!(kit.values().len(), 1);
    kit.consistent();
}

#[test]
fn two_terminals_of_one_person_the_last_write_wins_per_question_and_watchers_are_told() {
    let kit = kit();
    let notices = kit.hub.subscribe();
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 0, &[set("score", json!(2))]).unwrap();
    kit.answer("ann", 0, &[set("ok", json!(false))]).unwrap();
    let draft = kit.item("ann", 0).draft;
    assert_eq!((&draft.entries["ok"].value, &draft.entries["score"].value), (&Some(json!(false)), &Some(json!(2))));
    assert!(notices.try_recv().is_ok());
}

/// Ann's screen shows "ok" answered so and "score" not at all, and submits.
fn submit_having_seen(kit: &Kit, ok: bool) -> Result<Response, crate::service::api::Refusal> {
    let shown = |schema: &str, value| SeenAnswer { schema: schema.into(), value, comment: None };
    let seen = Some(vec![shown("ok", Some(json!(ok))), shown("score", None)]);
    let (session, item, based_on) = ("s".into(), ItemNo(0), BasedOn::Nothing);
    kit.user("ann", Request::Submit { session, item, based_on, seen, changes: vec![], extra: false })
}

#[test]
fn a_submit_names_what_was_seen_of_the_draft_and_another_terminals_pick_is_a_conflict() {
    for (other, what) in [(set("ok", json!(false)), "picked otherwise"), (set("score", json!(3)), "answered more")] {
        let kit = kit();
        kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
        kit.answer("ann", 0, &[other]).unwrap();
        let events = kit.events();
        let Reason::Conflict { current } = reason(submit_having_seen(&kit, true)) else { panic!("{what}") };
        assert!(!current.draft.entries.is_empty(), "both are shown: {what}");
        assert_eq!((kit.events(), kit.state("ann", 0)), (events, MineState::Draft), "{what}");
    }
    let kit = kit();
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 0, &[comment("ok", "from elsewhere")]).unwrap();
    assert!(matches!(reason(submit_having_seen(&kit, true)), Reason::Conflict { .. }));
    // What is half typed elsewhere is no answer, and stays.
    let kit = self::kit();
    kit.answer("ann", 0, &[set("ok", json!(true))]).unwrap();
    kit.typed("ann", 0, "score", "4");
    submit_having_seen(&kit, true).unwrap();
    assert_eq!(kit.item("ann", 0).draft.entries["score"].typing.as_deref(), Some("4"));
}

#[test]
fn a_value_a_comment_and_what_is_typed_are_at_most_64_kb_and_more_is_refused_with_the_bound() {
    let kit = kit();
    kit.put(schema("text", Input::Text { max_length: None }));
    kit.update(SessionPatch { add_schemas: vec!["text".into()], ..SessionPatch::default() }).unwrap();
    let (fits, over) = ("x".repeat(64 << 10), "x".repeat((64 << 10) + 1));
    kit.answer("ann", 0, &[set("text", json!(fits))]).unwrap();
    let typed = Request::Type {
        session: "s".into(),
        item: ItemNo(0),
        schema: "text".into(),
        value: Some(over.clone()),
        comment: None,
        based_on: BasedOn::Any,
    };
    for refused in [
        kit.answer("ann", 0, &[set("text", json!(over))]).map(drop),
        kit.answer("ann", 0, &[comment("ok", &over)]).map(drop),
        kit.submit("ann", 0, &[set("text", json!(over))]).map(drop),
        kit.user("ann", typed).map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused.reason, Reason::BadAnswer { .. }), "{refused}");
        assert!(refused.message.contains("takes at most 64 KB") && refused.message.contains("65 KB"), "{refused}");
    }
    assert_eq!(kit.item("ann", 0).draft.entries["text"].value, Some(json!(fits)));
}

#[test]
fn labels_are_submitted_current_answers_ordered_by_item_schema_and_reviewer() {
    let kit = kit();
    kit.submit("bob", 1, &[set("score", json!(2)), set("ok", json!(true))]).unwrap();
    kit.submit("ann", 1, &[set("ok", json!(false))]).unwrap();
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 2, &[set("ok", json!(true))]).unwrap();
    let order: Vec<_> = kit
        .labels(LabelQuery::default())
        .into_iter()
        .map(|r| (r.request_id, r.assessment_name, r.assessor_id))
        .collect();
    let row = |t: &str, s: &str, w: &str| (t.to_owned(), s.to_owned(), format!("{w}@example.com"));
    assert_eq!(
        order,
        [row("tr-00", "ok", "bob"), row("tr-01", "ok", "ann"), row("tr-01", "ok", "bob"), row("tr-01", "score", "bob")]
    );
    let by = |query| kit.labels(query).len();
    assert_eq!(by(LabelQuery { user: Some("bob".into()), ..Default::default() }), 3);
    assert_eq!(by(LabelQuery { user: Some("bob@example.com".into()), ..Default::default() }), 3);
    assert_eq!(by(LabelQuery { schema: Some("score".into()), ..Default::default() }), 1);
}

#[test]
fn what_was_written_unseen_says_so_until_both_were_seen() {
    let kit = kit();
    let seen = |based_on, value| Request::Answer {
        session: "s".into(),
        item: ItemNo(0),
        changes: vec![set("ok", json!(value))],
        based_on,
    };
    let unseen = || kit.item("ann", 0).draft.unseen_since(&kit.shown("ann").schemas);
    let first = kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap().saved.mine.based_on;
    kit.user("ann", seen(BasedOn::from(first), false)).unwrap();
    assert_eq!(unseen(), BasedOn::Any, "it knows what it stands over");
    kit.act("ann", 0, Act::Discard).unwrap();
    kit.user("ann", seen(BasedOn::Nothing, false)).unwrap();
    assert_eq!(unseen(), BasedOn::Nothing);
    // Neither another word about it, nor an undo of that, nor a script that looks at nothing makes it seen.
    kit.answer("ann", 0, &[comment("ok", "why")]).unwrap();
    kit.undo("ann", None).unwrap();
    assert_eq!(unseen(), BasedOn::Nothing);
    let refused = kit.submit("ann", 0, &[]).unwrap_err();
    assert!(matches!(refused.reason, Reason::Conflict { .. }), "{refused:?}");
    let refused = kit.act("ann", 0, Act::Decline { reason: "no".into() }).unwrap_err();
    assert!(matches!(refused.reason, Reason::Conflict { .. }), "{refused:?}");
    kit.consistent();
    let done = kit.submit_on("ann", 0, BasedOn::from(first), &[]).unwrap();
    assert_eq!((done.written, unseen()), (1, BasedOn::Any));
    kit.consistent();
}
