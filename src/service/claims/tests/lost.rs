use super::*;

#[test]
fn a_lost_terminals_claim_gets_the_grace_though_the_same_person_is_elsewhere() {
    let kit = team(3);
    for terminal in [1, 2] {
        kit.arrived("ann", terminal);
    }
    // A draft left behind and the item on screen, both in the terminal that is lost; the other is at another item.
    kit.answer("ann", 0, &[set("ok", json!(YES))]).unwrap();
    kit.here("ann", 1, 0);
    assert_eq!(kit.next("ann", Some(0)), Some(1));
    kit.here("ann", 1, 1);
    kit.answer("ann", 2, &[set("ok", json!(YES))]).unwrap();
    kit.here("ann", 2, 2);
    // A command comes and goes: it has held nothing.
    kit.arrived("ann", 3);
    kit.left("ann", 3);
    kit.left("ann", 1);
    kit.wait(60);
    assert_eq!((kit.holder(0).as_deref(), kit.holder(1).as_deref()), (Some("ann"), Some("ann")), "within the grace");
    kit.wait(61);
    assert_eq!((kit.holder(0), kit.holder(1), kit.holder(2).as_deref()), (None, None, Some("ann")));
    kit.consistent();
}

#[test]
fn a_lost_terminals_claim_stays_while_another_of_the_person_is_at_the_item() {
    let kit = team(1);
    kit.next("ann", None);
    for terminal in [1, 2] {
        kit.arrived("ann", terminal);
        kit.here("ann", terminal, 0);
    }
    kit.left("ann", 1);
    kit.wait(5 * 60);
    assert_eq!(kit.holder(0).as_deref(), Some("ann"));
    kit.left("ann", 2);
    kit.wait(2 * 60);
    assert_eq!(kit.holder(0), None);
    kit.consistent();
}

#[test]
fn to_say_again_where_one_is_when_others_move_is_no_activity() {
    let kit = team(1);
    kit.next("ann", None);
    kit.here("ann", 1, 0);
    for _ in 0..5 {
        kit.wait(4 * 60);
        kit.here("ann", 1, 0);
    }
    assert_eq!(kit.next("bob", None), Some(0), "her claim is over");
    kit.consistent();
}

#[test]
fn a_place_that_is_not_asked_for_any_more_goes_and_its_holder_is_offered_an_extra_review() {
    let kit = twice(2);
    // Bob came later and has begun; ann has only opened it.
    kit.next("ann", None);
    kit.answer("bob", 0, &[set("ok", json!(YES))]).unwrap();
    let watch = kit.hub.subscribe();
    kit.update(SessionPatch { reviews: Some(1), ..SessionPatch::default() }).unwrap();
    let told = Notice::Item { session: "s".into(), item: crate::model::ItemNo(0), by: "lead".into() };
    assert!(watch.try_iter().any(|notice| notice == told), "their screens look again");
    let refused = kit.submit("ann", 0, &[set("ok", json!(YES))]).unwrap_err();
    assert!(refused.message.contains("bob has this") && refused.message.contains("--extra"), "{refused}");
    assert_eq!(kit.state("ann", 0), MineState::Draft);
    yes(&kit, "bob", 0);
    let refused = kit.submit("ann", 0, &[]).unwrap_err();
    assert!(refused.message.contains("no further review is asked for") || refused.message.contains("bob"), "{refused}");
    kit.submit_extra("ann", 0, &[]).unwrap();
    let submitted: Vec<_> = audit(&kit).into_iter().filter(|row| row.what == "submitted").collect();
    let extra: Vec<_> = submitted.iter().map(|row| (row.account.as_str(), row.detail.get("extra").is_some())).collect();
    assert_eq!(extra, [("bob", false), ("ann", true)]);
    let released = audit(&kit).into_iter().find(|row| row.what == "released").unwrap();
    assert_eq!((released.account.as_str(), &released.detail["of"]), ("lead", &json!(["ann"])));
    kit.consistent();
}

#[test]
fn who_came_first_keeps_the_place_where_all_have_begun() {
    let kit = twice(1);
    for name in ["ann", "bob"] {
        kit.answer(name, 0, &[set("ok", json!(YES))]).unwrap();
    }
    kit.update(SessionPatch { reviews: Some(1), ..SessionPatch::default() }).unwrap();
    assert_eq!(reason(kit.submit("bob", 0, &[])), Reason::Taken { by: vec!["ann".into()] });
    yes(&kit, "ann", 0);
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Complete);
    // Two are wanted again: his is an ordinary one.
    kit.update(SessionPatch { reviews: Some(2), ..SessionPatch::default() }).unwrap();
    yes(&kit, "bob", 0);
    assert_eq!(kit.item("ann", 0).row.status, ItemStatus::Complete);
    kit.consistent();
}
