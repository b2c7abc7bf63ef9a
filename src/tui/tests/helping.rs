//! Help, palette, panels, and the keys of the trace.

use super::rig::{World, all_kinds, pass_fail};
use crate::service::api::SessionSpec;
use crate::tui::command::{Context, TABLE};
use crate::tui::effect::Effect;
use crate::tui::panel::PanelKind;
use crate::tui::trace::View;

#[test]
fn help_opens_on_the_answering_keys_and_esc_its_own_key_or_a_view_key_closes_it() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("?");
    let screen = rig.screen(120, 40);
    assert!(screen.contains("Answering") && screen.contains("pick option N"), "{screen}");
    rig.keys("Esc");
    assert!(rig.app.panel.is_none());
    rig.keys("? ?");
    assert!(rig.app.panel.is_none());
    rig.keys("? t");
    assert!(rig.app.panel.is_none());
}

#[test]
fn every_command_stands_in_the_help() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("?");
    let mut all = String::new();
    for _ in 0..20 {
        all.push_str(&rig.screen(200, 50));
        rig.keys("PgDn");
    }
    let shown = [Context::Review, Context::Trace, Context::Writing, Context::Edit, Context::Keys, Context::Always];
    let picks = |c| matches!(c, crate::tui::command::Command::Pick(_));
    assert!(all.contains("1-9 0") && all.contains("pick option N"), "the keys of the options are one line");
    for spec in TABLE.iter().filter(|s| shown.contains(&s.context) && !picks(s.command)) {
        let words: Vec<&str> = spec.doc.split_whitespace().take(4).collect();
        assert!(all.contains(&words.join(" ")), "{} is not in the help", spec.name);
    }
}

#[test]
fn panels_are_never_modal() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("? y");
    assert_eq!(rig.value("quality"), "true");
    assert!(rig.app.panel.is_some());
}

#[test]
fn the_palette_finds_commands_fuzzily_and_runs_them() {
    let world = World::new(3, &all_kinds());
    let mut rig = world.open("ann");
    rig.keys("Ctrl-P 'nxt itm' Enter");
    assert_eq!(rig.item(), 2);
    rig.keys(": Esc");
    assert!(rig.app.prompt.is_none());
    rig.keys(": 'view' Down Enter");
    assert_ne!(rig.app.review.as_ref().unwrap().pane.as_ref().unwrap().view(), View::Messages);
}

#[test]
fn the_instructions_are_shown_at_the_first_opening_and_with_shift_i() {
    let spec = SessionSpec { instructions: Some("# Read first\n\nBe **kind**.".into()), ..SessionSpec::default() };
    let world = World::with(2, &all_kinds(), spec);
    let mut rig = world.open("ann");
    let screen = rig.screen(80, 24);
    assert!(screen.contains("Read first") && screen.contains("Be kind."), "{screen}");
    rig.keys("Esc I");
    assert_eq!(rig.app.panel.map(|p| p.kind), Some(PanelKind::Instructions));
    rig.keys("I y Enter");
    assert!(rig.app.panel.is_none());
    assert!(world.open("ann").app.panel.is_none(), "not at the second opening");
}

#[test]
fn views_have_their_keys_and_z_zooms() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    for (key, view) in
        [("o", View::Output), ("t", View::Tree), ("r", View::Documents), ("w", View::Raw), ("m", View::Messages)]
    {
        rig.keys(key);
        assert_eq!(rig.app.review.as_ref().unwrap().pane.as_ref().unwrap().view(), view);
    }
    assert!(rig.screen(120, 40).contains("┌ queue"));
    rig.keys("z");
    let zoomed = rig.screen(120, 40);
    assert!(!zoomed.contains("┌ queue") && zoomed.contains("question 1 of"), "{zoomed}");
    assert!(rig.screen(80, 24).contains("question 1 of"), "its keys work, so it is in sight");
    rig.keys("z");
    assert!(rig.screen(120, 40).contains("┌ queue"));
}

#[test]
fn the_border_counts_the_rows_of_the_size_that_is_drawn() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    let counted = |screen: &str| {
        screen.lines().find_map(|l| l.split_whitespace().find(|w| w.starts_with("1/")).map(str::to_owned))
    };
    let mut seen = std::collections::BTreeSet::new();
    for view in ["w", "o", "t", "r", "m"] {
        rig.keys(view);
        for (size, key) in [((200, 50), ""), ((80, 24), ""), ((120, 40), "z"), ((120, 40), "z"), ((60, 16), "")] {
            rig.keys(key);
            let first = rig.screen(size.0, size.1);
            assert_eq!(first, rig.screen(size.0, size.1), "{view} {size:?} {key}: what is drawn once is drawn again");
            seen.extend(counted(&first));
        }
    }
    assert!(seen.len() > 5, "the rows differ with the width: {seen:?}");
}

#[test]
fn copying_says_sent() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("o Y");
    assert!(rig.outside.iter().any(|e| matches!(e, Effect::Copy(_))), "{}", rig.said());
    assert!(rig.said().contains("sent"), "{}", rig.said());
}

#[test]
fn what_others_say_is_shown_after_submitting_and_not_before() {
    let world = World::with(1, &[pass_fail("quality")], SessionSpec { reviews: Some(2), ..SessionSpec::default() });
    world.open("bob").keys("n");
    let mut rig = world.open("ann");
    rig.keys("R");
    assert!(rig.app.panel.is_none() && rig.said().contains("hidden until you have submitted"), "{}", rig.said());
    assert!(!rig.screen(120, 40).contains("bob"));
    rig.keys("y R");
    let screen = rig.screen(120, 40);
    assert!(screen.contains("me ") && screen.contains("bob") && screen.contains("No"), "{screen}");
}

#[test]
fn ctrl_l_repaints() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("Ctrl-L");
    assert!(rig.outside.iter().any(|e| matches!(e, Effect::Repaint)));
}

#[test]
fn the_title_is_the_only_thing_said_to_the_window() {
    let rig = World::new(1, &all_kinds()).open("ann");
    let titles: Vec<_> = rig.outside.iter().filter(|e| matches!(e, Effect::Title(_))).collect();
    assert_eq!(titles.len(), 1);
    assert!(matches!(titles[0], Effect::Title(t) if t.starts_with("s ")));
}

#[test]
fn the_footer_names_the_mode_and_the_keys_that_work() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    let keys = rig.screen(120, 40);
    let foot = keys.lines().nth(39).unwrap().to_owned();
    assert!(foot.starts_with(" KEYS ") && foot.contains("1-2 answer") && foot.contains("? help · q quit"), "{foot}");
    rig.keys("c");
    let writing = rig.screen(120, 40);
    let foot = writing.lines().nth(39).unwrap();
    assert!(foot.starts_with(" WRITING ") && foot.contains("Esc leave"), "{foot}");
}

#[test]
fn help_has_one_line_for_the_keys_of_all_options() {
    let mut rig = World::new(1, &all_kinds()).open("ann");
    rig.keys("?");
    let screen = rig.screen(120, 40);
    assert!(screen.contains("1-9 0"), "{screen}");
    assert_eq!(screen.matches("pick option").count(), 1, "{screen}");
}
