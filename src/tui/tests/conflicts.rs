//! One person in two terminals: nothing that one has submitted is overwritten by the other before somebody has seen it.

use super::rig::{Rig, World, note, pass_fail};
use crate::tui::command::Command;

fn values(world: &World) -> Vec<String> {
    world.labels().iter().map(|l| l.assessment_value.to_string()).collect()
}

fn asks(rig: &Rig) -> bool {
    rig.app.review.as_ref().unwrap().conflict.is_some()
}

#[test]
fn what_another_terminal_submitted_under_a_word_is_a_conflict() {
    let world = World::new(2, &[note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    here.keys("i 'mine' ~");
    there.settle();
    there.keys("i 'OTHER ' Esc Enter");
    here.settle();
    here.keys("' more' ~ Esc Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_some(), "{}", here.said());
    let values = || world.labels().iter().map(|l| l.assessment_value.clone()).collect::<Vec<_>>();
    assert!(values().iter().all(|v| v.to_string().contains("OTHER")), "{:?}", values());
    let keep = here.app.key(Command::KeepMine);
    here.keys(&keep);
    assert!(values().iter().any(|v| v == "mine more"), "{:?}", values());
}

#[test]
fn a_pick_made_before_this_screen_heard_of_another_terminals_submit_does_not_win_unasked() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.keys("n Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_some(), "{}", here.said());
    assert_eq!(world.labels().iter().map(|l| l.assessment_value.clone()).collect::<Vec<_>>(), [true]);
    let other = here.app.key(Command::TakeTheirs);
    here.keys(&other);
    assert_eq!(here.value("quality"), "true");
}

#[test]
fn what_another_terminal_submitted_is_a_conflict_also_after_the_item_was_left() {
    for heard in [true, false] {
        let world = World::new(2, &[pass_fail("quality"), note()]);
        let (mut here, mut there) = (world.open("ann"), world.open("ann"));
        here.keys("Tab i 'AAAA' ~");
        there.settle();
        there.keys("Tab i 'BBBB' Esc Enter");
        if heard {
            here.settle();
        }
        here.keys("Esc Right Left Enter");
        assert_eq!(here.item(), 1);
        assert!(here.app.review.as_ref().unwrap().conflict.is_some(), "{heard}: {}", here.said());
        let labels = world.labels();
        assert!(labels.iter().all(|l| l.assessment_value.to_string().contains("BBBB")), "{labels:?}");
    }
}

#[test]
fn an_item_that_was_left_and_undone_here_is_no_conflict() {
    let world = World::new(3, &[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    rig.keys("y Enter");
    assert_eq!(rig.item(), 2);
    rig.keys("n Right u");
    rig.keys("u");
    assert_eq!(rig.item(), 1);
    rig.keys("Shift-Tab n Enter");
    assert!(rig.app.review.as_ref().unwrap().conflict.is_none(), "{}", rig.said());
    // A draft over what I submitted myself, left and come back to.
    rig.keys("Left");
    rig.keys("Left");
    rig.keys("y Right Left Enter");
    assert!(rig.app.review.as_ref().unwrap().conflict.is_none(), "{}", rig.said());
}

#[test]
fn what_another_terminal_submitted_and_this_one_shows_is_no_conflict() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.settle();
    here.keys("n Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_none(), "{}", here.said());
    assert!(world.labels().iter().any(|l| l.assessment_value == false));
    // An undo there brings the draft back here, as it stood.
    there.settle();
    there.keys("Left u");
    here.settle();
    here.keys("Left Enter");
    assert!(here.app.review.as_ref().unwrap().conflict.is_none(), "{}", here.said());
}

#[test]
fn what_was_written_unseen_is_a_conflict_in_whatever_terminal_it_is_submitted() {
    for heard in [true, false] {
        let world = World::new(2, &[pass_fail("quality"), note()]);
        let (mut here, mut there) = (world.open("ann"), world.open("ann"));
        here.keys("Tab i 'AAAA' ~");
        there.settle();
        there.keys("Tab i 'BBBB' Esc Enter");
        if heard {
            here.settle();
        }
        here.keys("Esc q");
        drop(here);
        let mut again = world.open("ann");
        again.keys("Left");
        assert_eq!(again.item(), 1);
        let screen = again.screen(120, 40);
        assert!(screen.contains("! another terminal has submitted"), "{screen}");
        again.keys("Enter");
        assert!(asks(&again), "{heard}: {}", again.said());
        // To close the screen is no way around the choice.
        again.keys("q");
        drop(again);
        let mut again = world.open("ann");
        again.keys("Left Enter");
        assert!(asks(&again), "{heard}: {}", again.said());
        let screen = again.screen(120, 40);
        assert!(screen.contains("mine:  AAAA") && screen.contains("BBBB"), "{screen}");
        assert!(values(&world).iter().all(|v| v.contains("BBBB")), "{:?}", values(&world));
        again.keys(&again.app.key(Command::KeepMine));
        assert_eq!(values(&world), ["\"AAAA\""], "{}", again.said());
        assert!(!asks(&again));
        // It was chosen: from now on it is an answer like any other.
        again.keys("Left Tab i 'C' Esc Enter");
        assert!(!asks(&again), "{}", again.said());
    }
}

#[test]
fn what_is_written_behind_my_own_submit_is_no_conflict() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let mut rig = world.open("ann");
    rig.down = true;
    rig.keys("y Enter i 'words' Esc");
    rig.down = false;
    rig.wait(1000);
    // It is no part of that submit, and is not left behind without a word.
    assert_eq!((rig.item(), world.labels().len()), (1, 1), "{}", rig.said());
    assert!(rig.said().contains("submitted item 1") && rig.said().contains("is a draft"), "{}", rig.said());
    rig.keys("Enter");
    assert!(!asks(&rig), "{}", rig.said());
    assert_eq!(values(&world).len(), 2, "{:?}", values(&world));
}
