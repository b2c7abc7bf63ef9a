//! What a lead changes under somebody who reads: a trace that was read in again, traces that come to an empty session.

use super::rig::{World, note, pass_fail};
use crate::service::api::{Request, Which};

#[test]
fn a_trace_that_was_read_in_again_comes_to_the_screen_and_is_said() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    rig.keys("y i 'half a wo'");
    world.read_in_again(0, "Another one:");
    rig.settle();
    assert!(rig.said().contains("item 1 was read in again"), "{}", rig.said());
    assert!(rig.screen(120, 40).contains("Another one: ticket 0"), "{}", rig.screen(120, 40));
    rig.keys("'rd' Esc");
    assert_eq!(rig.question("note").text(), "half a word");
    rig.keys("Enter");
    assert_eq!((rig.item(), world.labels().len()), (2, 2));
}

#[test]
fn nothing_is_submitted_about_a_copy_that_is_not_the_item_s_any_more() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    // The submit waits while the trace changes.
    rig.down = true;
    rig.keys("y i 'words' Esc Enter");
    world.read_in_again(0, "Another one:");
    rig.down = false;
    rig.wait(1000);
    assert_eq!((rig.item(), world.labels().len()), (1, 0), "{}", rig.said());
    assert!(rig.said().contains("read in again"), "{}", rig.said());
    assert!(rig.screen(120, 40).contains("Another one: ticket 0"), "{}", rig.screen(120, 40));
    assert_eq!((rig.value("quality").as_str(), rig.question("note").text().as_str()), ("true", "words"));
    rig.keys("Enter");
    assert_eq!((rig.item(), world.labels().len()), (2, 2));
}

#[test]
fn traces_that_come_to_an_empty_session_come_to_the_screen() {
    let world = World::new(2, &[pass_fail("quality")]);
    let ids = (0..2).map(|i| format!("tr-{i:032x}")).collect();
    world.ask("lea", Request::RemoveTraces { session: "s".into(), ids });
    let mut rig = world.open("ann");
    assert!(rig.said().contains("no traces yet"), "{}", rig.said());
    world.ask("lea", Request::AddTraces { session: "s".into(), which: Which::All, refresh: false });
    rig.settle();
    assert_eq!((rig.item(), rig.screen(120, 40).contains("Answer 0")), (1, true), "{}", rig.screen(120, 40));
}
