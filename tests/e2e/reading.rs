//! Reading in a real terminal: a session's view and everything, searching, citations, copies.

use super::support::{Launch, Place, Screen, traces};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::os::unix::fs::PermissionsExt as _;

fn open(place: &Place) -> Screen {
    let mut screen = Launch::new(place, &["open", "s"]).start();
    screen.wait_for("Is it good?").wait_for("▾ user");
    screen
}

const VIEW: &str = "name = 'short'\nviews = ['messages', 'documents']\n[messages]\nhide = ['documents', 'system']\n";

#[test]
fn a_session_s_view_hides_v_shows_and_a_change_arrives_while_reading() {
    let place = Place::with_session();
    place.write("view.toml", VIEW);
    place.ok(&["session", "update", "s", "--view", "view.toml"]);
    let mut screen = open(&place);
    screen.wait_for("short · 2 hidden · v all").wait_gone("open since Monday");
    screen.keys("t").wait_for("tree is not in view short: v shows everything");
    screen.keys("v").wait_for("open since Monday").wait_for("everything · v view short");
    screen.keys("v").wait_gone("open since Monday");
    place.ok(&["session", "update", "s", "--remove-view"]);
    screen.wait_for("what this session shows of a trace has changed").wait_for("open since Monday");
    screen.keys("q").end();
    // A view is for the eyes: what leaves has everything.
    place.ok(&["session", "update", "s", "--view", "view.toml"]);
    assert!(place.ok(&["export", "s"]).contains("open since Monday"));
}

#[test]
fn the_queue_is_searched_by_the_text_of_its_traces() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("fmonday doc-4<Enter>").wait_for("one item matches").wait_for("item 5");
    screen.keys("<Esc>").wait_for("all items are shown again");
    screen.keys("fno such words<Enter>").wait_for("no item matches");
    screen.keys("q").end();
}

#[test]
fn a_search_goes_along_from_view_to_view() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("/monday<Enter>").wait_for("monday: 1 of ");
    for view in ["r", "t", "w"] {
        screen.keys(view).wait_for("monday: ").wait_for("open since Monday");
    }
    screen.keys("q").end();
}

#[test]
fn a_citation_leads_to_its_document_and_back() {
    let place = Place::new();
    let answer = "It is open since Monday [doc-0].";
    place.write("t.jsonl", &(traces::one(0, "question 0?", answer, "and more") + "\n"));
    place.session_of("t.jsonl");
    let mut screen = open(&place);
    screen.keys("D").wait_for("score: 0.75");
    screen.keys("D").wait_gone("score: 0.75").wait_for("[doc-0]");
    screen.keys("q").end();
}

#[test]
fn copies_go_to_the_clipboard_or_to_a_private_file() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("rY").wait_for("document sent to the clipboard (");
    let copied = |screen: &Screen| {
        let last = screen.terminal().seen().copied.last().expect("a copy").clone();
        String::from_utf8(STANDARD.decode(last).unwrap()).unwrap()
    };
    assert_eq!(copied(&screen).trim(), "Ticket 0 is open since Monday.");
    screen.keys("w/spanType<Enter>Y").wait_for("path sent to the clipboard (");
    assert_eq!(copied(&screen), ".data.spans[0].attributes.\"mlflow.spanType\"");
    screen.keys("C").wait_for("trace copied to ");
    screen.keys("q").end();
    let file = std::fs::read_dir(place.path("home/data/labeltui/copies")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(file.file_name().unwrap(), "trace-1.txt");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains("open since Monday"));
}

#[test]
fn a_terminal_without_a_clipboard_gets_a_file() {
    let place = Place::with_session();
    let mut screen = Launch::new(&place, &["open", "s"]).env("TERM", "linux").start();
    screen.wait_for("▾ user").keys("Y").wait_for("message copied to ");
    screen.keys("q").end();
    assert!(screen.terminal().seen().copied.is_empty());
    let file = place.path("home/data/labeltui/copies/message-1.txt");
    assert!(std::fs::read_to_string(file).unwrap().starts_with("You answer questions"));
}

#[test]
fn the_other_turns_of_a_conversation_stand_around_the_item_s_own() {
    let place = Place::new();
    let turn = |i: usize, question: &str, answer: &str| {
        let mut trace: serde_json::Value = serde_json::from_str(&traces::one(i, question, answer, "")).unwrap();
        trace["info"]["trace_metadata"]["mlflow.trace.session"] = "talk-1".into();
        trace.to_string() + "\n"
    };
    let talk =
        [turn(0, "Where is it?", "In Oslo."), turn(1, "And the other?", "In Rome."), turn(2, "Thanks!", "Welcome.")];
    place.write("talk.jsonl", &talk.concat());
    place.session_of("talk.jsonl");
    let mut screen = Launch::new(&place, &["open", "s"]).start();
    screen.wait_for("turn 1 of 3 · this item").wait_for("2 later turns").wait_for("In Oslo.").wait_gone("In Rome.");
    screen.keys("<Right>").wait_for("turn 2 of 3 · this item").wait_for("turn 1 · ").wait_for("1 later turn");
    screen.wait_for("Where is it? → In Oslo.").wait_for("In Rome.").wait_gone("Welcome.");
    place.write("view.toml", "[messages]\nhide = ['turns']\n");
    place.ok(&["session", "update", "s", "--view", "view.toml"]);
    screen.wait_gone("In Oslo.").wait_for("In Rome.").wait_for("2 hidden");
    screen.keys("q").end();
}
