//! Open, answer, comment, submit, kill, reopen: nothing is lost.

use super::support::{Launch, Place, Screen, traces};
use rustix::process::Signal;
use serde_json::json;
use std::time::Duration;

/// More than the second within which a draft is saved.
const A_SECOND_OF_TYPING: Duration = Duration::from_millis(1_300);

fn open(place: &Place) -> Screen {
    let mut screen = Launch::new(place, &["open", "s"]).start();
    screen.wait_for("Is it good?").wait_for("question");
    screen
}

#[test]
fn answers_given_with_single_keys_come_out_as_labels() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.wait_for("question 0").wait_for("complete 0/6");
    screen.keys("1").keys("2").keys("iIt is still open.<Esc>").wait_for("It is still open.");
    screen.keys("<Enter>").wait_for("complete 1/6").wait_for("question 1");
    screen.keys("q");
    assert!(screen.end().success());
    let mut labels = place.labels();
    labels.sort_by(|a, b| a.1.cmp(&b.1));
    let first = traces::id(0);
    assert_eq!(
        labels,
        [
            (first.clone(), "better".to_owned(), json!("It is still open."), None),
            (first.clone(), "quality".to_owned(), json!(true), None),
            (first, "tone".to_owned(), json!("cold"), None),
        ]
    );
}

#[test]
fn a_draft_survives_kill_9() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("2<S-Tab>").keys("cbecause it is wr").wait_for("because it is wr").wait_for("saved");
    screen.settle(A_SECOND_OF_TYPING);
    screen.signal(Signal::KILL);
    screen.end();
    let mut again = open(&place);
    again.wait_for("because it is wr");
    assert_eq!(place.labels(), [], "a draft is no label");
    // It is still an answer in progress: submitting it makes a label of it.
    again.keys("<Enter>").wait_for("complete 1/6");
    again.keys("q").end();
    let comment = Some("because it is wr".to_owned());
    assert_eq!(place.labels(), [(traces::id(0), "quality".to_owned(), json!(false), comment)]);
}

#[test]
fn half_typed_text_survives_the_end_of_the_terminal() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("<Tab><Tab>").keys("ihalf a senten").wait_for("half a senten");
    screen.hang_up();
    screen.wait_process();
    open(&place).wait_for("half a senten");
}

#[test]
fn half_typed_text_survives_sigterm_and_sighup_and_the_terminal_is_restored() {
    for signal in [Signal::TERM, Signal::HUP] {
        let place = Place::with_session();
        let mut screen = open(&place);
        screen.keys("<Tab><Tab>").keys("ihalf a word").wait_for("half a word");
        screen.signal(signal);
        screen.end();
        assert!(screen.terminal().is_restored(), "{signal:?}: {}", screen.terminal().screen().contents());
        open(&place).wait_for("half a word");
    }
}

#[test]
fn undo_goes_back_through_a_submit_after_a_restart() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("1<Enter>").wait_for("complete 1/6");
    screen.keys("q").end();
    assert_eq!(place.labels().len(), 1);
    let mut screen = open(&place);
    screen.wait_for("complete 1/6").keys("u").wait_for("complete 0/6");
    screen.keys("q").end();
    assert_eq!(place.labels(), []);
    let audit = place.ok(&["audit", "s", "--json"]);
    assert!(audit.contains("submit") && audit.contains("undo"), "the log keeps both: {audit}");
}
