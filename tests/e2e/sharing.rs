//! Two processes of one person (or two people on one machine) and one store.

use super::support::{Launch, Place, Screen, traces};
use rustix::process::Signal;
use serde_json::json;

fn open(place: &Place, who: &str) -> Screen {
    let mut screen = Launch::new(place, &["--as", who, "open", "s"]).start();
    screen.wait_for("Is it good?").wait_for("question");
    screen
}

#[test]
fn commands_work_while_the_screen_is_up_and_the_screen_sees_what_they_did() {
    let place = Place::with_session();
    let mut screen = open(&place, "alice");
    screen.wait_for("complete 0/6");
    place.ok(&["answer", "s", &traces::id(3), "quality=true", "--comment", "quality=from a script", "--submit"]);
    screen.wait_for("complete 1/6");
    assert_eq!(place.labels(), [(traces::id(3), "quality".to_owned(), json!(true), Some("from a script".to_owned()))]);
    screen.keys("1<Enter>").wait_for("complete 2/6");
    assert_eq!(place.labels().len(), 2);
    screen.keys("q");
    assert!(screen.end().success());
}

#[test]
fn when_the_owner_of_the_store_leaves_another_takes_over() {
    let place = Place::with_session();
    let mut owner = open(&place, "alice");
    let mut other = open(&place, "bob");
    owner.keys("q");
    assert!(owner.end().success());
    other.keys("1<Enter>").wait_for("complete 1/6");
    assert_eq!(place.labels().len(), 1);
    other.keys("q");
    assert!(other.end().success());
}

#[test]
fn when_the_owner_of_the_store_is_killed_another_takes_over() {
    let place = Place::with_session();
    let mut owner = open(&place, "alice");
    let mut other = open(&place, "bob");
    owner.keys("1<Enter>").wait_for("complete 1/6");
    owner.signal(Signal::KILL).end();
    other.wait_for("complete 1/6").keys(".").wait_for("item 2");
    other.keys("2<Enter>").wait_for("complete 2/6");
    assert_eq!(place.labels().len(), 2);
}

#[test]
fn an_owner_that_does_not_answer_is_named() {
    let place = Place::with_session();
    let mut owner = open(&place, "alice");
    owner.signal(Signal::STOP);
    let said = place.fails(3, &["labels", "s"]);
    assert!(said.contains(&owner.pid().as_raw_nonzero().to_string()) && said.contains("does not answer"), "{said}");
    owner.signal(Signal::CONT);
    assert_eq!(place.labels(), []);
}
