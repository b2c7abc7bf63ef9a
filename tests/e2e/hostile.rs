//! Traces that attack the terminal: nothing of them reaches it but visible text.

use super::support::{Launch, Place, Screen, traces};
use std::time::Duration;

/// A pause in the output that means that a key's frames are drawn.
const DRAWN: Duration = Duration::from_millis(60);

/// Characters that act on a terminal or on reading order, in what was written.
fn acts(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let mut before = '\0';
    let mut found = Vec::new();
    for c in text.chars() {
        let wrong = match c {
            // The end of our own title.
            '\u{7}' => !text.contains("\u{1b}]"),
            '\u{1b}' | '\r' | '\n' | '\u{8}' => false,
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' => {
                true
            }
            '\u{feff}' | '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}' => true,
            _ => false,
        };
        if wrong {
            found.push(format!("{c:?} after {before:?}"));
        }
        before = c;
    }
    found
}

fn unharmed(screen: &Screen, what: &str) {
    let seen = screen.terminal().seen();
    assert_eq!(seen.odd, [""; 0], "{what}");
    // What a title shows of a trace is visible text; one that begins so was set by the trace.
    assert!(!seen.titles.iter().any(|t| t.starts_with("OWNED")), "{what}: {:?}", seen.titles);
    assert!(seen.copied.is_empty(), "{what}: the clipboard was written");
    assert_eq!(acts(screen.raw()), [""; 0], "{what}");
}

#[test]
fn hostile_traces_leave_the_terminal_unharmed_in_every_view() {
    let place = Place::new();
    place.write("hostile.jsonl", &traces::hostile());
    place.session_of("hostile.jsonl");
    let mut screen = Launch::new(&place, &["open", "s"]).size(120, 40).start();
    screen.wait_for("Is it good?");
    for (i, (name, _)) in traces::HOSTILE.iter().enumerate() {
        for view in ["m", "o", "t", "jjj", "r", "w", "R"] {
            screen.keys(view).settle(DRAWN);
            unharmed(&screen, &format!("{name} in view {view}"));
            let state = screen.terminal().screen();
            assert!(state.alternate_screen() && state.bracketed_paste(), "{name} in view {view}: modes");
            assert_eq!(state.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "{name} in view {view}");
        }
        if i + 1 < traces::HOSTILE.len() {
            let next = format!("item {}", i + 2);
            screen.keys("<Esc><Right>").wait_for(&next);
        }
    }
    screen.keys("<Esc>q");
    screen.end();
    unharmed(&screen, "leaving");
    assert!(screen.terminal().is_restored());
}

#[test]
fn hostile_traces_leave_the_terminal_unharmed_on_the_command_line() {
    let place = Place::new();
    place.write("hostile.jsonl", &traces::hostile());
    place.session_of("hostile.jsonl");
    let text = traces::HOSTILE[1].1;
    place.ok(&["answer", "s", &traces::id(0), &format!("better={}", text.replace('\0', "")), "--submit"]);
    place.write("broken.jsonl", &format!("{{\"info\": {{\"trace_id\": \"{text}\"\n\u{1b}]0;OWNED\u{7}\n"));
    for arguments in [
        vec!["trace", "list"],
        vec!["trace", "show", &traces::id(0)],
        vec!["labels", "s"],
        vec!["labels", "s", "--format", "csv"],
        vec!["labels", "s", "--format", "jsonl"],
        vec!["export", "s"],
        vec!["dataset", "s"],
        vec!["audit", "s"],
        vec!["audit", "s", "--json"],
        vec!["stats", "s"],
        vec!["session", "show", "s"],
        vec!["import", "broken.jsonl"],
        vec!["trace", "show", text],
        vec!["trace", "list", "--filter", text],
        vec!["open", text],
        vec!["schema", "show", text],
    ] {
        let mut screen = Launch::new(&place, &arguments).start();
        screen.end();
        unharmed(&screen, &format!("{arguments:?}"));
    }
}
