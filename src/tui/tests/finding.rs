//! Finding in the queue by the text of the traces: piece by piece, stoppable, and never in the way.

use super::rig::{Rig, World, pass_fail};
use crate::model::ItemNo;
use crate::service::api::{Found, Response};
use crate::tui::app::Ask;
use crate::tui::msg::Msg;

/// The screen waits for the next piece of a search: it comes like this.
fn piece(rig: &mut Rig, items: &[u32], next: Option<u32>) {
    let asked = rig.app.asked.iter().find(|(_, a)| **a == Ask::Narrow).map(|(n, _)| *n).unwrap();
    let found = Found { items: items.iter().map(|n| ItemNo(*n)).collect(), next: next.map(ItemNo) };
    rig.send(Msg::Reply(asked, Box::new(Ok(Response::Found(found)))));
}

#[test]
fn the_text_of_the_traces_is_searched_not_only_what_the_queue_shows() {
    let mut rig = World::new(12, &[pass_fail("quality")]).open("ann");
    // In a document of the trace, and nowhere in its preview.
    rig.keys("f 'monday doc-7' Enter");
    assert_eq!((rig.said(), rig.item()), ("one item matches", 8));
    rig.keys("Right");
    assert!(rig.said().starts_with("that is the last match; f and an empty text"), "{}", rig.said());
    rig.keys("f");
    rig.keys("Ctrl-U 'no such words' Enter");
    assert_eq!(rig.said(), "no item matches: all items are shown");
}

#[test]
fn matches_come_piece_by_piece_and_keys_work_in_between() {
    let mut rig = World::new(12, &[pass_fail("quality")]).open("ann");
    rig.search_by_hand = true;
    rig.keys("f 'ticket' Enter");
    piece(&mut rig, &[4, 5], Some(5));
    assert_eq!(rig.item(), 5, "the first match is shown at once");
    let screen = rig.screen(120, 40);
    assert!(screen.contains("searching the traces: 50 % · 2 found · Esc stops"), "{screen}");
    assert!(screen.contains("ticket  (2…)"), "{screen}");
    rig.keys("Right Right");
    assert_eq!((rig.item(), rig.said()), (6, "that is the last match so far; the search goes on"));
    piece(&mut rig, &[9], None);
    assert_eq!((rig.item(), rig.said()), (6, "3 items match"));
    rig.keys("Right");
    assert_eq!(rig.item(), 10);
}

#[test]
fn esc_stops_a_search_and_keeps_what_it_has_found() {
    let mut rig = World::new(12, &[pass_fail("quality")]).open("ann");
    rig.search_by_hand = true;
    rig.keys("f 'ticket' Enter");
    piece(&mut rig, &[4], Some(5));
    rig.keys("Esc");
    assert_eq!(rig.said(), "the search has stopped: 1 found so far");
    assert!(!rig.app.asked.values().any(|a| *a == Ask::Narrow));
    assert!(rig.screen(120, 40).contains("ticket  (1)"));
    rig.keys("Esc");
    assert_eq!(rig.said(), "all items are shown again");
}

#[test]
fn while_one_types_it_is_said_what_is_found_here_or_where_else() {
    let mut rig = World::new(2, &[pass_fail("quality")]).open("ann");
    rig.keys("/ 'spanType'");
    assert!(rig.said().starts_with("none here · "), "{}", rig.said());
    for (columns, rows) in [(80, 24), (120, 40)] {
        let screen = rig.screen(columns, rows);
        let line = screen.lines().find(|l| l.contains("find in this trace")).unwrap();
        assert!(line.contains("spanType") && line.contains("none here · ") && line.contains("in raw"), "{line}");
    }
    rig.keys("Enter");
    assert!(rig.said().starts_with("none here · ") && rig.said().ends_with("; goes there"), "{}", rig.said());
    rig.keys("/ Ctrl-U 'ticket'");
    let screen = rig.screen(80, 24);
    let line = screen.lines().find(|l| l.contains("find in this trace")).unwrap();
    assert!(line.trim_end().ends_with(" of 4") || line.contains("1 of "), "{line}");
}
