use crate::model::{ItemStatus, MineState};
use crate::service::api::{
    Act, Assign, AuditRow, Hold, Notice, Reason, Request, Response, Role, SessionPatch, SessionSpec,
};
use crate::service::kit::{Kit, person, reason, set};
use serde_json::json;

/// Places that go with a terminal, or with the number of reviews.
mod lost;

const YES: bool = true;

fn team(items: usize) -> Kit {
    Kit::team(items, SessionSpec::default())
}

fn twice(items: usize) -> Kit {
    Kit::team(items, SessionSpec { reviews: Some(2), ..SessionSpec::default() })
}

fn yes(kit: &Kit, who: &str, item: u32) {
    kit.submit(who, item, &[set("ok", json!(YES))]).unwrap();
}

fn audit(kit: &Kit) -> Vec<AuditRow> {
    match kit.lead(Request::Audit { session: "s".into(), after: None, limit: 500 }).unwrap() {
        Response::Audit(rows) => rows,
        other => panic!("{other:?}"),
    }
}

#[test]
fn next_claims_and_nobody_else_gets_the_same_item() {
    let kit = team(3);
    assert_eq!(kit.next("ann", None), Some(0));
    assert_eq!(kit.next("bob", None), Some(1));
    assert_eq!(kit.next("cat", None), Some(2));
    assert_eq!(kit.next("dan", None), None);
    assert_eq!((kit.holder(0).as_deref(), kit.holder(1).as_deref()), (Some("ann"), Some("bob")));
    kit.consistent();
}

#[test]
fn next_asked_again_gives_the_claim_that_is_mine() {
    let kit = team(3);
    assert_eq!(kit.next("ann", None), Some(0));
    let events = kit.events();
    assert_eq!(kit.next("ann", None), Some(0), "from another terminal, or because the answer was lost");
    assert_eq!(kit.events(), events);
}

#[test]
fn looking_around_claims_nothing() {
    let kit = team(2);
    let events = kit.events();
    assert!(!kit.item("ann", 0).row.taken);
    kit.user("ann", Request::Body { session: "s".into(), item: crate::model::ItemNo(0) }).unwrap();
    kit.user("ann", Request::Here { session: "s".into(), item: Some(crate::model::ItemNo(0)), active: false }).unwrap();
    assert_eq!((kit.holder(0), kit.events()), (None, events));
}

#[test]
fn the_first_keystroke_and_the_first_pick_claim() {
    let kit = team(2);
    let saved = kit.typed("ann", 0, "score", "1");
    assert!(matches!(saved.hold, Hold::Mine { .. }), "{saved:?}");
    assert!(matches!(kit.answer("bob", 1, &[set("ok", json!(YES))]).unwrap().hold, Hold::Mine { .. }));
    assert_eq!((kit.holder(0).as_deref(), kit.holder(1).as_deref()), (Some("ann"), Some("bob")));
    kit.consistent();
}

#[test]
fn others_see_that_somebody_has_it_before_a_word_is_typed() {
    let kit = team(1);
    kit.next("bob", None);
    let row = kit.item("ann", 0).row;
    assert_eq!((row.holder.as_deref(), row.taken), (Some("bob"), true));
    let mine = kit.item("bob", 0).row;
    assert_eq!((mine.holder, mine.taken), (None, false));
}

#[test]
fn what_is_written_on_anothers_item_is_a_draft_and_offered_as_an_extra_review() {
    let kit = team(1);
    kit.next("bob", None);
    let saved = kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    assert_eq!(saved.hold, Hold::Taken { by: vec!["bob".into()] });
    let refused = kit.submit("ann", 0, &[set("score", json!(4))]).unwrap_err();
    assert_eq!(refused.reason, Reason::Taken { by: vec!["bob".into()] });
    assert!(refused.message.contains("bob has this") && refused.message.contains("extra review"), "{refused}");
    assert_eq!(kit.item("ann", 0).draft.entries["score"].value, Some(json!(4)), "what came with it is kept too");
    kit.submit_extra("ann", 0, &[]).unwrap();
    // It takes nothing from bob, who goes on.
    yes(&kit, "bob", 0);
    assert_eq!(kit.values().len(), 3);
    let last = audit(&kit).into_iter().find(|row| row.what == "submitted").unwrap();
    assert_eq!((last.account.as_str(), &last.detail["extra"]), ("ann", &json!(true)));
    kit.consistent();
}

#[test]
fn an_extra_review_that_was_taken_back_is_done_again_as_an_extra() {
    let kit = team(1);
    yes(&kit, "bob", 0);
    kit.submit_extra("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.undo("ann", None).unwrap();
    assert_eq!(kit.redo("ann", None).unwrap().saved.mine.state, MineState::Submitted);
    let redone = audit(&kit).into_iter().find(|row| row.what == "redone").unwrap();
    assert_eq!(redone.detail["extra"], json!(true));
    kit.undo("ann", None).unwrap();
    kit.redo("ann", None).unwrap();
    assert_eq!(kit.values().len(), 2);
    kit.consistent();
}

#[test]
fn a_claim_lasts_15_minutes_from_the_last_activity() {
    let kit = team(1);
    kit.next("ann", None);
    kit.wait(14 * 60);
    kit.reads("ann", 0);
    kit.wait(14 * 60);
    assert_eq!(kit.next("bob", None), None, "reading it was activity");
    kit.wait(2 * 60);
    assert_eq!(kit.holder(0), None, "over");
    assert_eq!(kit.next("bob", None), Some(0));
    assert_eq!(kit.item("ann", 0).row.holder.as_deref(), Some("bob"));
    kit.consistent();
}

#[test]
fn typing_renews_without_a_write_for_each_key() {
    let kit = team(1);
    let end = |hold| match hold {
        Hold::Mine { until } => until.0,
        other => panic!("{other:?}"),
    };
    let first = end(kit.typed("ann", 0, "score", "1").hold);
    assert_eq!(end(kit.typed("ann", 0, "score", "12").hold), first, "fresh enough");
    kit.wait(6 * 60);
    assert!(end(kit.typed("ann", 0, "score", "12").hold) > first, "also where the text is the same");
    kit.consistent();
}

#[test]
fn a_claim_that_is_over_and_that_nobody_took_is_renewed_by_its_holder() {
    let kit = team(2);
    kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.wait(60 * 60);
    let events = kit.events();
    assert!(matches!(kit.typed("ann", 0, "score", "1").hold, Hold::Mine { .. }));
    assert_eq!((kit.events(), kit.holder(0).as_deref()), (events, Some("ann")));
    kit.wait(60 * 60);
    yes(&kit, "ann", 0);
    kit.consistent();
}

#[test]
fn a_lost_claim_keeps_the_draft_and_goes_to_whoever_asked_first() {
    let kit = team(1);
    kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.wait(16 * 60);
    assert_eq!(kit.next("bob", None), Some(0));
    assert_eq!(kit.next("cat", None), None);
    assert_eq!(reason(kit.submit("ann", 0, &[])), Reason::Taken { by: vec!["bob".into()] });
    assert_eq!(kit.state("ann", 0), MineState::Draft);
    assert_eq!(kit.next("ann", None), None, "her draft is on bob's item now");
    let taken = audit(&kit).into_iter().rfind(|row| row.what == "claimed").unwrap();
    assert_eq!((taken.account.as_str(), &taken.detail["from"]), ("bob", &json!(["ann"])));
    yes(&kit, "bob", 0);
    let refused = kit.submit("ann", 0, &[]).unwrap_err();
    assert!(refused.message.contains("bob has reviewed it already"), "{refused}");
    kit.consistent();
}

#[test]
fn a_dropped_connection_leaves_a_grace() {
    let kit = team(1);
    kit.next("ann", None);
    kit.drop_link("ann");
    kit.wait(60);
    assert_eq!(kit.next("bob", None), None);
    kit.wait(61);
    assert_eq!(kit.next("bob", None), Some(0));
    kit.consistent();
}

#[test]
fn only_the_last_connection_counts_and_coming_back_within_the_grace_keeps_the_claim() {
    let kit = team(1);
    kit.arrived("ann", 1);
    kit.arrived("ann", 1);
    kit.next("ann", None);
    kit.left("ann", 1);
    kit.wait(5 * 60);
    assert_eq!(kit.holder(0).as_deref(), Some("ann"), "another terminal of hers is open");
    kit.left("ann", 1);
    kit.wait(60);
    kit.here("ann", 2, 0);
    kit.wait(10 * 60);
    assert_eq!(kit.holder(0).as_deref(), Some("ann"));
}

#[test]
fn a_restart_gives_every_live_claim_a_fresh_grace() {
    let kit = team(2);
    kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.wait(20 * 60);
    kit.next("bob", Some(0));
    // Down for longer than any claim lasts.
    kit.wait(60 * 60);
    let kit = kit.restarted();
    kit.wait(60);
    assert_eq!(kit.holder(1).as_deref(), Some("bob"), "live when it stopped");
    assert_eq!(kit.holder(0), None, "over before");
    kit.wait(61);
    assert_eq!(kit.holder(1), None);
    kit.consistent();
}

#[test]
fn skip_defer_and_leaving_without_a_draft_release_and_a_draft_keeps_the_claim() {
    let kit = team(4);
    kit.next("ann", None);
    kit.act("ann", 0, Act::Skip).unwrap();
    kit.typed("ann", 1, "score", "1");
    kit.act("ann", 1, Act::Defer { reason: "later".into() }).unwrap();
    assert_eq!((kit.holder(0), kit.holder(1)), (None, None));
    kit.answer("ann", 2, &[set("ok", json!(YES))]).unwrap();
    assert_eq!(kit.next("ann", Some(2)), Some(3));
    kit.leave("ann");
    assert_eq!((kit.holder(2).as_deref(), kit.holder(3)), (Some("ann"), None));
    kit.consistent();
}

#[test]
fn going_on_from_an_untouched_item_gives_it_back() {
    let kit = team(3);
    kit.next("ann", None);
    assert_eq!(kit.next("ann", Some(0)), Some(1));
    assert_eq!((kit.holder(0), kit.holder(1).as_deref()), (None, Some("ann")));
    // From one that was only looked at, back to what is claimed.
    assert_eq!(kit.next("ann", Some(2)), Some(1));
    let released = audit(&kit).into_iter().find(|row| row.what == "released").unwrap();
    assert_eq!((released.account.as_str(), &released.detail["of"]), ("ann", &json!(["ann"])));
    kit.consistent();
}

#[test]
fn next_looks_in_the_order_of_the_rules() {
    let kit = team(8);
    let assign = |id: &str, user: &str| {
        let assign = Assign::Ids { ids: vec![id.into()], user: Some(user.into()) };
        kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    };
    kit.act("ann", 0, Act::Skip).unwrap();
    assign("tr-05", "ann");
    kit.answer("bob", 6, &[set("ok", json!(YES))]).unwrap();
    kit.answer("ann", 7, &[set("ok", json!(YES))]).unwrap();
    kit.wait(16 * 60);
    kit.typed("ann", 3, "score", "1");
    yes(&kit, "cat", 1);
    let mut order = Vec::new();
    while let Some(item) = kit.next("ann", None) {
        order.push(item);
        yes(&kit, "ann", item);
    }
    // Live claim, draft (its claim is over), assigned, bob's that is over, unassigned, skipped.
    assert_eq!(order, [3, 7, 5, 6, 2, 4, 0]);
    kit.consistent();
}

#[test]
fn undoing_a_submit_gives_the_claim_back() {
    let kit = team(2);
    kit.next("ann", None);
    yes(&kit, "ann", 0);
    assert_eq!(kit.holder(0), None);
    assert!(matches!(kit.undo("ann", None).unwrap().saved.hold, Hold::Mine { .. }));
    assert_eq!((kit.holder(0).as_deref(), kit.next("bob", None)), (Some("ann"), Some(1)));
    kit.consistent();
}

#[test]
fn a_review_taken_back_comes_back_only_while_there_is_a_place() {
    let kit = team(1);
    yes(&kit, "ann", 0);
    kit.undo("ann", Some(0)).unwrap();
    kit.wait(16 * 60);
    assert_eq!(kit.next("bob", None), Some(0));
    let redone = kit.redo("ann", None);
    assert_eq!(reason(redone), Reason::Taken { by: vec!["bob".into()] });
    assert_eq!(kit.values(), []);
    kit.consistent();
}

#[test]
fn with_two_reviews_two_may_claim_and_each_only_once() {
    let kit = twice(1);
    assert_eq!(kit.next("ann", None), Some(0));
    assert_eq!(kit.next("bob", None), Some(0));
    assert_eq!(kit.next("cat", None), None);
    let row = kit.item("ann", 0).row;
    assert_eq!((row.holder.as_deref(), row.taken), (Some("bob"), false));
    yes(&kit, "ann", 0);
    assert_eq!(kit.next("ann", Some(0)), None, "what she has done does not need her");
    assert_eq!(kit.next("cat", None), None, "ann's review and bob's claim are the two");
    kit.act("bob", 0, Act::Decline { reason: "cannot judge it".into() }).unwrap();
    assert_eq!(kit.item("cat", 0).row.status, ItemStatus::Pending, "a decline does not count");
    assert_eq!(kit.next("cat", None), Some(0));
    yes(&kit, "cat", 0);
    assert_eq!(kit.item("cat", 0).row.status, ItemStatus::Complete);
    kit.consistent();
}

#[test]
fn an_assigned_item_keeps_a_place_for_its_reviewer_and_the_others_are_for_all() {
    let kit = twice(1);
    let assign = Assign::Ids { ids: vec!["tr-00".into()], user: Some("ann".into()) };
    kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    assert_eq!(kit.next("bob", None), Some(0));
    assert_eq!(kit.next("cat", None), None);
    assert_eq!(kit.next("ann", None), Some(0));
    assert_eq!(kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap().hold, Hold::Free);
    kit.consistent();
}

#[test]
fn what_is_assigned_to_another_is_theirs() {
    let kit = team(1);
    kit.next("bob", None);
    let assign = Assign::Ids { ids: vec!["tr-00".into()], user: Some("ann".into()) };
    kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    assert_eq!((kit.holder(0), kit.next("bob", None)), (None, None));
    assert_eq!(reason(kit.submit("bob", 0, &[set("ok", json!(YES))])), Reason::Taken { by: vec!["ann".into()] });
    yes(&kit, "ann", 0);
    kit.consistent();
}

#[test]
fn a_split_leaves_items_to_those_who_are_at_them() {
    let kit = Kit::team(5, SessionSpec { users: vec!["ann".into(), "bob".into()], ..SessionSpec::default() });
    kit.next("bob", None);
    kit.lead(Request::Assign { session: "s".into(), assign: Assign::Split }).unwrap();
    let whose: Vec<_> = (0..5).map(|n| kit.item("ann", n).row.assigned.unwrap()).collect();
    assert_eq!(whose[0], "bob");
    assert_eq!(whose.iter().filter(|user| *user == "ann").count(), 3, "evenly: {whose:?}");
    kit.consistent();
}

#[test]
fn only_whoever_has_a_place_may_decline_an_item_for_everybody() {
    let kit = team(1);
    kit.next("bob", None);
    let decline = || Act::Decline { reason: "spam".into() };
    assert_eq!(reason(kit.act("ann", 0, decline())), Reason::Taken { by: vec!["bob".into()] });
    kit.act("ann", 0, Act::Skip).unwrap();
    let boss = person("boss", Role::Lead);
    let act = Request::Act {
        session: "s".into(),
        item: crate::model::ItemNo(0),
        act: decline(),
        based_on: crate::model::BasedOn::Any,
    };
    kit.ask(&boss, act).unwrap();
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Declined);
    yes(&kit, "bob", 0);
    kit.consistent();
}

#[test]
fn whoever_leaves_the_session_gives_up_what_they_hold() {
    let kit = Kit::team(2, SessionSpec { users: vec!["ann".into(), "bob".into()], ..SessionSpec::default() });
    kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.update(SessionPatch { remove_users: vec!["ann".into()], ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.next("bob", None), Some(0));
    kit.consistent();
}

#[test]
fn a_change_of_the_number_of_reviews_opens_places() {
    let kit = team(1);
    kit.next("ann", None);
    assert_eq!(kit.next("bob", None), None);
    kit.update(SessionPatch { reviews: Some(2), ..SessionPatch::default() }).unwrap();
    assert_eq!(kit.next("bob", None), Some(0));
    assert_eq!(kit.next("cat", None), None);
    yes(&kit, "ann", 0);
    kit.consistent();
}

#[test]
fn claims_that_end_by_themselves_are_told() {
    let kit = team(2);
    kit.next("ann", None);
    let before = kit.now();
    kit.wait(16 * 60);
    let watch = kit.hub.subscribe();
    kit.local.tell_ended(before, kit.now());
    let ended = Notice::Item { session: "s".into(), item: crate::model::ItemNo(0), by: "ann".into() };
    assert_eq!(watch.try_iter().collect::<Vec<_>>(), [ended]);
    kit.local.tell_ended(kit.now(), kit.now());
    assert_eq!(watch.try_iter().count(), 0, "once");
}

#[test]
fn a_private_store_claims_nothing_and_takes_a_teams_claims_for_over() {
    let kit = team(2);
    kit.next("ann", None);
    let private = Kit { local: crate::service::local::Local::new(kit.store.clone(), kit.hub.clone()), ..kit };
    assert_eq!(private.next("bob", None), Some(0));
    assert_eq!(private.next("cat", None), Some(0));
    assert_eq!(private.item("cat", 0).row.holder, None);
    yes(&private, "bob", 0);
    yes(&private, "ann", 0);
    private.consistent();
}

#[test]
fn who_has_submitted_is_not_named_in_a_blind_session() {
    let kit = twice(1);
    yes(&kit, "bob", 0);
    yes(&kit, "cat", 0);
    let saved = kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    assert_eq!(saved.hold, Hold::Taken { by: Vec::new() });
    let refused = kit.submit("ann", 0, &[]).unwrap_err();
    assert_eq!(refused.reason, Reason::Taken { by: Vec::new() });
    assert!(!refused.message.contains("bob") && !refused.message.contains("cat"), "{refused}");
    assert!(refused.message.contains("no further review is asked for"), "{refused}");
}

#[test]
fn a_screen_that_only_reads_again_keeps_no_claim() {
    let kit = team(2);
    kit.arrived("ann", 1);
    kit.next("ann", None);
    kit.here("ann", 1, 0);
    for _ in 0..16 {
        // Notices come, and what is on the screen is read again; nobody is at the keys.
        kit.wait(60);
        kit.item("ann", 0);
        kit.here("ann", 1, 0);
    }
    assert_eq!((kit.holder(0), kit.next("bob", None)), (None, Some(0)));
}

#[test]
fn what_is_on_another_screen_of_theirs_stays_claimed_when_one_goes() {
    let kit = team(3);
    kit.arrived("ann", 1);
    kit.arrived("ann", 2);
    kit.next("ann", None);
    kit.here("ann", 1, 0);
    kit.here("ann", 2, 0);
    kit.leave_from("ann", 1);
    assert_eq!(kit.holder(0).as_deref(), Some("ann"), "it is being read in the other");
    kit.leave_from("ann", 2);
    assert_eq!(kit.holder(0), None);
}
