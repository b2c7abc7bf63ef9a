use crate::model::MineState;
use crate::service::api::{Act, Assign, Request, SessionPatch, SessionSpec};
use crate::service::kit::{Kit, set};
use serde_json::json;

fn kit(items: usize) -> Kit {
    Kit::with_session(items, SessionSpec::default())
}

#[test]
fn next_goes_through_the_queue_and_ends() {
    let kit = kit(3);
    assert_eq!(kit.next("ann", None), Some(0));
    for n in 0..3 {
        kit.submit("ann", n, &[set("ok", json!(true))]).unwrap();
        assert_eq!(kit.next("ann", Some(n)), (n < 2).then_some(n + 1));
    }
    assert_eq!(kit.next("bob", None), None);
}

#[test]
fn next_begins_with_my_newest_draft() {
    let kit = kit(5);
    kit.answer("ann", 3, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 1, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("ann", None), Some(1));
    kit.typed("ann", 3, "score", "1");
    assert_eq!(kit.next("ann", None), Some(3));
    assert_eq!(kit.next("bob", None), Some(0));
    kit.submit("ann", 3, &[]).unwrap();
    assert_eq!(kit.next("ann", Some(3)), Some(1));
}

#[test]
fn moving_on_without_answering_reaches_every_item() {
    let kit = kit(4);
    kit.answer("ann", 1, &[set("ok", json!(true))]).unwrap();
    kit.answer("ann", 2, &[set("ok", json!(true))]).unwrap();
    let mut at = kit.next("ann", None);
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(at.unwrap());
        at = kit.next("ann", at);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3]);
}

#[test]
fn next_prefers_what_is_assigned_to_me_and_never_what_is_assigned_to_others() {
    let kit = kit(4);
    let assign = |id: &str, user: &str| {
        let assign = Assign::Ids { ids: vec![id.into()], user: Some(user.into()) };
        kit.lead(Request::Assign { session: "s".into(), assign }).unwrap();
    };
    assign("tr-02", "ann");
    assign("tr-00", "bob");
    assert_eq!(kit.next("ann", None), Some(2));
    assert_eq!(kit.next("ann", Some(2)), Some(3));
    assert_eq!(kit.next("ann", Some(3)), Some(2));
    assert_eq!(kit.next("cat", None), Some(1));
    kit.consistent();
}

#[test]
fn skipped_items_come_last_in_the_order_of_skipping() {
    let kit = kit(3);
    kit.act("ann", 1, Act::Skip).unwrap();
    kit.act("ann", 0, Act::Skip).unwrap();
    assert_eq!(kit.next("ann", Some(0)), Some(2));
    kit.submit("ann", 2, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("ann", Some(2)), Some(1));
    assert_eq!(kit.next("ann", Some(1)), Some(0));
    assert_eq!(kit.next("ann", Some(0)), Some(1));
}

#[test]
fn deferred_and_declined_items_are_not_next() {
    let kit = kit(3);
    kit.act("ann", 0, Act::Defer { reason: "ask".into() }).unwrap();
    kit.act("ann", 1, Act::Decline { reason: "no".into() }).unwrap();
    assert_eq!(kit.next("ann", None), Some(2));
    assert_eq!(kit.next("bob", None), Some(0));
}

#[test]
fn an_item_i_have_submitted_is_not_next_while_others_must_still_review_it() {
    let kit = kit(2);
    kit.update(SessionPatch { reviews: Some(2), ..SessionPatch::default() }).unwrap();
    kit.submit("ann", 0, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("ann", None), Some(1));
    assert_eq!(kit.next("bob", None), Some(0));
    kit.submit("bob", 0, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("cat", None), Some(1));
}

#[test]
fn the_last_item_to_do_is_next_again_rather_than_nothing() {
    let kit = kit(1);
    assert_eq!(kit.next("ann", Some(0)), Some(0));
    kit.act("ann", 0, Act::Skip).unwrap();
    assert_eq!(kit.next("ann", Some(0)), Some(0));
    assert_eq!(kit.state("ann", 0), MineState::Skipped);
}

#[test]
fn who_has_touched_everything_is_told_so_though_items_stay_open_for_others() {
    let kit = kit(3);
    kit.update(SessionPatch { reviews: Some(2), ..SessionPatch::default() }).unwrap();
    (0..2).for_each(|n| drop(kit.submit("ann", n, &[set("ok", json!(true))]).unwrap()));
    assert_eq!(kit.next("ann", Some(1)), Some(2));
    kit.submit("ann", 2, &[set("ok", json!(true))]).unwrap();
    assert_eq!(kit.next("ann", Some(2)), None);
    kit.undo("ann", Some(0)).unwrap();
    assert_eq!(kit.next("ann", None), Some(0));
}
