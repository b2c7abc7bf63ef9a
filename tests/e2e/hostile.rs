//! Traces that attack the terminal: nothing of them reaches it but visible text.

use super::support::{Launch, Place, Screen, hostile, traces};
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
    // The titles are ours alone; on the command line there is none.
    let ours = |t: &String| t == "labeltui" || t == "s – labeltui";
    assert!(seen.titles.iter().all(ours), "{what}: {:?}", seen.titles);
    assert!(seen.copied.is_empty(), "{what}: the clipboard was written");
    assert_eq!(acts(screen.raw()), [""; 0], "{what}");
}

/// The cells of the interface that a trace has no part in: the header, the borders, the mode, and the cursor.
struct Frame {
    /// Columns that are a border all the way down, and the rows between which they are.
    columns: Vec<u16>,
    rows: (u16, u16),
    cursor_hidden: bool,
}

impl Frame {
    fn of(screen: &Screen) -> Self {
        let state = screen.terminal().screen();
        let (height, width) = (state.size().0.get(), state.size().1.get());
        let cell = |y: u16, x: u16| state.cell(y, x).map(|c| c.contents().to_owned()).unwrap_or_default();
        let top = (0..height).find(|y| cell(*y, 0) == "┌").expect("an upper edge");
        let bottom = (0..height).rfind(|y| cell(*y, 0) == "└").expect("a lower edge");
        let columns = (0..width).filter(|x| (top + 1..bottom).all(|y| cell(y, *x) == "│")).collect();
        Self { columns, rows: (top, bottom), cursor_hidden: state.hide_cursor() }
    }

    fn stands(&self, screen: &Screen, what: &str) {
        let state = screen.terminal().screen();
        let (height, width) = (state.size().0.get(), state.size().1.get());
        let cell = |y: u16, x: u16| state.cell(y, x).map(|c| c.contents().to_owned()).unwrap_or_default();
        let text = screen.text();
        for x in &self.columns {
            for y in self.rows.0 + 1..self.rows.1 {
                assert_eq!(cell(y, *x), "│", "{what}: column {x}, row {y} of\n{text}");
            }
            let edges = (cell(self.rows.0, *x), cell(self.rows.1, *x));
            assert!("┌┐".contains(&edges.0) && "└┘".contains(&edges.1), "{what}: {edges:?} at {x} of\n{text}");
        }
        let row = |y: u16| state.rows(0, width).nth(y.into()).unwrap_or_default();
        assert!(row(0).starts_with(" s   complete 0/"), "{what}: {}", row(0));
        assert!(
            row(height - 1).starts_with(" KEYS ") && row(height - 1).ends_with("q quit"),
            "{what}: {}",
            row(height - 1)
        );
        assert_eq!(state.hide_cursor(), self.cursor_hidden, "{what}: the cursor");
        assert!(state.alternate_screen() && state.bracketed_paste(), "{what}: modes");
        assert!(!state.application_cursor() && !state.application_keypad(), "{what}: modes");
        assert_eq!(state.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "{what}: mouse");
    }
}

/// What a reader does in a trace: every view, a search, folds, the ends.
const KEYS: [&str; 7] = ["<Home>ml", "o", "tjjjl", "e", "r", "w<End>", "/word<Enter>"];

fn every_view_of_every_case(size: (u16, u16)) {
    let place = Place::new();
    let cases = hostile::cases();
    let lines: String =
        std::iter::once(traces::plain(1)).chain(cases.iter().skip(1).map(|(_, l)| format!("{l}\n"))).collect();
    place.write("hostile.jsonl", &lines);
    place.session_of("hostile.jsonl");
    let mut screen = Launch::new(&place, &["open", "s"]).size(size.0, size.1).start();
    screen.wait_for("Is it good?").wait_for("▾ user");
    // What the interface looks like around a trace that is not hostile.
    let frames: Vec<Frame> = KEYS
        .iter()
        .map(|keys| {
            screen.keys(keys).settle(DRAWN);
            Frame::of(&screen)
        })
        .collect();
    for (i, (name, _)) in cases.iter().enumerate().skip(1) {
        screen.keys("<Esc><Right>").wait_for(&format!("item {}", i + 1)).wait_gone("reading");
        for (keys, frame) in KEYS.iter().zip(&frames) {
            screen.keys(keys).settle(DRAWN);
            screen.wait_gone("reading");
            let what = format!("{name} after {keys} at {size:?}");
            unharmed(&screen, &what);
            frame.stands(&screen, &what);
        }
    }
    screen.keys("<Esc>q");
    screen.end();
    unharmed(&screen, "leaving");
    assert!(screen.terminal().is_restored());
}

#[test]
fn no_trace_harms_the_terminal_or_the_interface_in_any_view_on_a_wide_screen() {
    every_view_of_every_case((120, 40));
}

#[test]
fn no_trace_harms_the_terminal_or_the_interface_in_any_view_on_a_small_screen() {
    every_view_of_every_case((80, 24));
}

/// Others' answers are text of strangers too.
#[test]
fn hostile_assessments_are_revealed_as_text() {
    let place = Place::new();
    let cases = hostile::cases();
    let lines: String = cases.iter().take(traces::HOSTILE.len()).map(|(_, l)| format!("{l}\n")).collect();
    place.write("hostile.jsonl", &lines);
    place.session_of("hostile.jsonl");
    for i in 0..traces::HOSTILE.len() {
        place.ok(&["answer", "s", &traces::id(i), "quality=true", "--submit"]);
    }
    let mut screen = Launch::new(&place, &["open", "s"]).start();
    screen.wait_for("Is it good?");
    for i in 0..traces::HOSTILE.len() {
        screen.keys(&format!("g{}<Enter>", i + 1)).wait_for(&format!("item {}", i + 1));
        screen.keys("R").wait_for("what others say").settle(DRAWN);
        unharmed(&screen, traces::HOSTILE[i].0);
        screen.keys("<Esc>").wait_gone("what others say");
    }
    screen.keys("q");
    screen.end();
    assert!(screen.terminal().is_restored());
}

#[test]
fn hostile_traces_leave_the_terminal_unharmed_on_the_command_line() {
    let place = Place::new();
    let cases = hostile::cases();
    place.write("hostile.jsonl", &cases.iter().map(|(_, l)| format!("{l}\n")).collect::<String>());
    place.session_of("hostile.jsonl");
    let text = traces::HOSTILE[1].1;
    place.ok(&["answer", "s", &traces::id(0), &format!("better={}", text.replace('\0', "")), "--submit"]);
    place.write("broken.jsonl", &format!("{{\"info\": {{\"trace_id\": \"{text}\"\n\u{1b}]0;OWNED\u{7}\n"));
    place.write(
        "view.toml",
        &format!("name = '{}'\n[spans]\nhide = ['{0}']", text.replace(['\u{1b}', '\u{7}'], "\u{202e}")),
    );
    let ids: Vec<String> = (0..cases.len()).map(traces::id).collect();
    let mut commands: Vec<Vec<&str>> = ids.iter().map(|id| vec!["trace", "show", id]).collect();
    commands.extend([
        vec!["trace", "list"],
        vec!["labels", "s"],
        vec!["labels", "s", "--format", "csv"],
        vec!["labels", "s", "--format", "jsonl"],
        vec!["labels", "s", "--imported"],
        vec!["export", "s"],
        vec!["dataset", "s"],
        vec!["audit", "s"],
        vec!["audit", "s", "--json"],
        vec!["stats", "s"],
        vec!["session", "show", "s"],
        vec!["session", "update", "s", "--view", "view.toml"],
        vec!["import", "broken.jsonl"],
        vec!["trace", "show", text],
        vec!["trace", "list", "--filter", text],
        vec!["open", text],
        vec!["schema", "show", text],
    ]);
    for arguments in commands {
        let mut screen = Launch::new(&place, &arguments).start();
        screen.end();
        unharmed(&screen, &format!("{arguments:?}"));
    }
}
