//! One person in two terminals: nothing that one has submitted is overwritten by the other before somebody has seen it.

use super::rig::{Rig, World, note, pass_fail};
use crate::tui::command::Command;

fn values(world: &World) -> Vec<String> {
    world.labels().iter().map(|l| l.assessment_value.to_string()).collect()
}

/// A screen with a word half written, over which another one has submitted; `heard`: and it has been told so.
fn overtaken(heard: bool) -> (World, Rig) {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    here.keys("Tab i 'AAAA' ~");
    there.settle();
    there.keys("Tab i 'BBBB' Esc Enter");
    if heard {
        here.settle();
    }
    (world, here)
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
    assert!(asks(&here), "{}", here.said());
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
    assert!(asks(&here), "{}", here.said());
    assert_eq!(world.labels().iter().map(|l| l.assessment_value.clone()).collect::<Vec<_>>(), [true]);
    let other = here.app.key(Command::TakeTheirs);
    here.keys(&other);
    assert_eq!(here.value("quality"), "true");
}

#[test]
fn what_another_terminal_submitted_is_a_conflict_also_after_the_item_was_left() {
    for heard in [true, false] {
        let (world, mut here) = overtaken(heard);
        here.keys("Esc Right Left Enter");
        assert_eq!(here.item(), 1);
        assert!(asks(&here), "{heard}: {}", here.said());
        assert!(values(&world).iter().all(|v| v.contains("BBBB")), "{:?}", values(&world));
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
    assert!(!asks(&rig), "{}", rig.said());
    // A draft over what I submitted myself, left and come back to.
    rig.keys("Left");
    rig.keys("Left");
    rig.keys("y Right Left Enter");
    assert!(!asks(&rig), "{}", rig.said());
}

#[test]
fn what_another_terminal_submitted_and_this_one_shows_is_no_conflict() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.settle();
    here.keys("n Enter");
    assert!(!asks(&here), "{}", here.said());
    assert!(world.labels().iter().any(|l| l.assessment_value == false));
    // An undo there brings the draft back here, as it stood.
    there.settle();
    there.keys("Left u");
    here.settle();
    here.keys("Left Enter");
    assert!(!asks(&here), "{}", here.said());
}

#[test]
fn what_was_written_unseen_is_a_conflict_in_whatever_terminal_it_is_submitted() {
    for heard in [true, false] {
        let (world, mut here) = overtaken(heard);
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

#[test]
fn what_was_not_touched_here_is_no_part_of_the_choice() {
    for (key, kept) in [(Command::KeepMine, "false"), (Command::TakeTheirs, "true")] {
        let world = World::new(2, &[pass_fail("quality"), note(), pass_fail("safe")]);
        let (mut here, mut there) = (world.open("ann"), world.open("ann"));
        there.keys("y i 'theirs' Esc Enter");
        here.keys("n Enter");
        assert!(asks(&here), "{}", here.said());
        let screen = here.screen(120, 40);
        assert!(screen.contains("stays: theirs") && !screen.contains("mine:  –"), "{screen}");
        here.keys(&here.app.key(key));
        let values = values(&world);
        assert!(values.len() == 2 && values.contains(&"\"theirs\"".to_owned()), "{values:?}");
        assert!(values.contains(&kept.to_owned()), "{values:?}");
    }
}

#[test]
fn all_of_both_versions_can_be_read_before_one_is_chosen() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open_at("ann", Some("s"), (60, 16)), world.open("ann"));
    let words = |whose: char| (0..150).map(|n| format!("{whose}{n} ")).collect::<String>();
    there.keys(&format!("y i '{}the other end' Esc Enter", words('o')));
    here.keys(&format!("n i '{}my end' Esc Enter", words('m')));
    assert!(asks(&here), "{}", here.said());
    assert!(!here.screen(60, 16).contains("my end"));
    let mut read = String::new();
    for _ in 0..30 {
        read.push_str(&here.screen(60, 16));
        here.keys("PgDn");
    }
    assert!(read.contains("my end") && read.contains("the other end"), "{read}");
    let passed: Vec<String> = words('o').split(' ').filter(|word| !read.contains(word)).map(str::to_owned).collect();
    assert!(passed.is_empty(), "a page passes nothing by: {passed:?}");
    // Help stands over it and goes again.
    here.keys("?");
    assert!(here.screen(60, 16).contains("keys"), "{}", here.screen(60, 16));
    here.keys("Esc");
    assert!(asks(&here) && here.screen(60, 16).contains("two versions"), "{}", here.screen(60, 16));
}

#[test]
fn a_decline_does_not_retract_what_its_person_has_not_seen() {
    for before in [true, false] {
        let world = World::new(2, &[pass_fail("quality"), note()]);
        let (mut here, mut there) = (world.open("ann"), world.open("ann"));
        if before {
            here.keys("x 'not mine'");
            there.keys("y Enter");
            here.settle();
            here.keys("Enter");
        } else {
            here.down = true;
            here.keys("x 'not mine' Enter");
            there.keys("y Enter");
            here.down = false;
            here.wait(1000);
        }
        assert!(here.said().contains("not declined: another terminal"), "{}", here.said());
        assert_eq!((here.item(), values(&world)), (1, vec!["true".to_owned()]));
        // Seen, it may be declined.
        here.keys("x 'not mine' Enter");
        assert_eq!(values(&world), Vec::<String>::new(), "{}", here.said());
    }
}

#[test]
fn a_draft_over_what_was_not_seen_is_decided_before_it_is_declined() {
    let world = World::new(2, &[pass_fail("quality"), note()]);
    let (mut here, mut there) = (world.open("ann"), world.open("ann"));
    there.keys("y Enter");
    here.keys("n x 'not mine' Enter");
    assert!(here.said().contains("not declined") && here.said().contains("Enter shows both"), "{}", here.said());
    here.keys("Enter");
    assert!(asks(&here), "{}", here.said());
    here.keys(&here.app.key(Command::TakeTheirs));
    here.keys("x 'not mine' Enter");
    assert_eq!(values(&world), Vec::<String>::new(), "{}", here.said());
}
