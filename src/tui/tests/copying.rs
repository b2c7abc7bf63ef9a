//! Copying: to the clipboard where it fits and there is one, else to a file; each says what, how much and where.

use super::rig::{Rig, World, pass_fail};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;

fn last(rig: &Rig) -> &Effect {
    rig.outside.iter().rfind(|e| matches!(e, Effect::Copy(_) | Effect::Keep { .. })).unwrap()
}

#[test]
fn y_sends_what_is_under_the_cursor_and_says_what_and_how_much() {
    let mut rig = World::new(2, &[pass_fail("quality")]).open("ann");
    rig.screen(100, 30);
    rig.keys("Y");
    assert!(matches!(last(&rig), Effect::Copy(text) if text == "question 0: what about ticket 0?"), "{:?}", last(&rig));
    assert_eq!(rig.said(), "message (user) sent to the clipboard (32 bytes) · C copies it to a file");
    rig.keys("r");
    rig.screen(100, 30);
    rig.keys("Y");
    assert!(matches!(last(&rig), Effect::Copy(text) if text == "Ticket 0 is open since Monday."));
    rig.keys("w");
    rig.screen(100, 30);
    rig.keys("/ 'span_id' Enter");
    rig.screen(100, 30);
    rig.keys("Y");
    assert!(matches!(last(&rig), Effect::Copy(text) if text.starts_with(".data.spans[0].")), "{:?}", last(&rig));
    assert!(rig.said().starts_with("path sent to the clipboard ("));
}

#[test]
fn without_a_clipboard_or_over_its_size_it_goes_to_a_file_that_is_named() {
    let mut rig = World::new(2, &[pass_fail("quality")]).open("ann");
    rig.screen(100, 30);
    rig.app.no_clipboard = true;
    rig.keys("Y");
    assert!(matches!(last(&rig), Effect::Keep { what: "message", .. }));
    assert_eq!(rig.said(), "copying the message (user) (32 bytes) to a file…");
    rig.send(Msg::Kept { what: "message", result: Ok("/copies/message-1.txt".into()) });
    assert_eq!(rig.said(), "message copied to /copies/message-1.txt");
    rig.send(Msg::Kept { what: "message", result: Err("/copies: no space left".into()) });
    assert_eq!(rig.said(), "the message could not be copied to a file: /copies: no space left");
    rig.app.no_clipboard = false;
    rig.keys("w");
    rig.screen(100, 30);
    rig.keys("C");
    assert!(matches!(last(&rig), Effect::Keep { what: "trace", text } if text.starts_with('{')));
}
