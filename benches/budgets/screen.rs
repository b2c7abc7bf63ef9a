//! The screen through a pseudo-terminal: from start to first frame, from key to frame, bytes of a frame.

use super::import::prose;
use super::report::{self, at_most, ms, percentile};
use super::support::{Launch, Place, Screen, traces};
use super::{Scale, memory};
use std::io::{BufWriter, Write as _};
use std::time::{Duration, Instant};

/// A frame is a synchronized update.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Nothing more belongs to a key when nothing came for this long.
pub const QUIET: Duration = Duration::from_millis(60);

/// A session `s` of all items.
pub fn session(scale: &Scale) -> Place {
    report::heading(&format!("a session of {} items", scale.items));
    let place = Place::new();
    let mut out = BufWriter::new(std::fs::File::create(place.path("traces.jsonl")).unwrap());
    for i in 0..scale.items {
        // Long enough to scroll, and no two alike, so that a next item is a new screen.
        let answer = format!("It is open: {}", prose(i * 2, 900));
        let trace = traces::one(i, &format!("question {i}: what about ticket {i}?"), &answer, &prose(i * 2 + 1, 600));
        writeln!(out, "{trace}").unwrap();
    }
    drop(out);
    let began = Instant::now();
    place.session_of("traces.jsonl");
    at_most("import, schemas, session and add-traces", began.elapsed().as_secs_f64(), "s", None);
    place
}

pub fn run(scale: &Scale, place: &Place) {
    report::heading("screen at 80x24");
    starts(scale, place);
    let mut screen = open(place);
    let size = frame(&mut screen, "<C-l>").1;
    at_most("bytes of a whole repaint", size as f64, "B", None);
    keys(scale, &mut screen, "next question (Tab)", "<Tab>", Some(1_000.0));
    keys(scale, &mut screen, "next item (→)", "<Right>", Some(4_096.0));
    two_keys(scale, &mut screen, "scroll the trace by a row (j, k)", ["j", "k"], None);
    screen.keys("t").settle(QUIET);
    two_keys(scale, &mut screen, "move the selection in the span tree (j, k)", ["j", "k"], None);
    screen.keys("m").settle(QUIET);
    submits(scale, &mut screen);
    burst(&mut screen);
    idle(&mut screen);
    if let Some(held) = memory::now(pid(&screen)) {
        at_most("resident", held, "MB", Some(100.0));
    }
    screen.keys("q").end();
    browse(scale, place);
}

pub fn pid(screen: &Screen) -> u32 {
    screen.pid().as_raw_nonzero().get().unsigned_abs()
}

fn open(place: &Place) -> Screen {
    let mut screen = Launch::new(place, &["open", "s"]).size(80, 24).start();
    screen.wait_for("Is it good?").wait_for("question").settle(QUIET);
    screen
}

fn starts(scale: &Scale, place: &Place) {
    let (mut first, mut readable) = (Vec::new(), Vec::new());
    for _ in 0..scale.starts {
        let mut screen = Launch::new(place, &["open", "s"]).size(80, 24).start();
        screen.wait("the first frame", |t| t.screen().alternate_screen() && t.text().contains("complete "));
        first.push(ms(screen.elapsed()));
        screen.wait_for("Is it good?").wait("the trace", |t| t.text().contains("is open since"));
        readable.push(ms(screen.elapsed()));
        screen.keys("q").end();
    }
    at_most("start to first frame, p50", percentile(&first, 50), "ms", Some(50.0));
    at_most("start to first frame, p95", percentile(&first, 95), "ms", Some(50.0));
    at_most("start to question and trace on screen, p50", percentile(&readable, 50), "ms", Some(50.0));
}

/// Sends a key and reads its first frame: how long that took, and the bytes of all that followed.
pub fn frame(screen: &mut Screen, key: &str) -> (f64, usize) {
    let before = screen.raw().len();
    let sent = Instant::now();
    screen.keys(key);
    let at = screen.read_until(|raw| ended(&raw[before..])).duration_since(sent);
    screen.settle(QUIET);
    (ms(at), screen.raw().len() - before)
}

/// A frame has ended in these bytes.
pub fn ended(raw: &[u8]) -> bool {
    find(raw, END)
}

fn find(raw: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(raw, what).is_some()
}

fn keys(scale: &Scale, screen: &mut Screen, what: &str, key: &str, bytes: Option<f64>) {
    two_keys(scale, screen, what, [key, key], bytes);
}

fn two_keys(scale: &Scale, screen: &mut Screen, what: &str, keys: [&str; 2], bytes: Option<f64>) {
    let samples: Vec<_> = (0..scale.keys).map(|n| frame(screen, keys[n % 2])).collect();
    let times: Vec<_> = samples.iter().map(|s| s.0).collect();
    let sizes: Vec<_> = samples.iter().map(|s| s.1 as f64).collect();
    at_most(&format!("{what}: key to frame, p50"), percentile(&times, 50), "ms", None);
    at_most(&format!("{what}: key to frame, p95"), percentile(&times, 95), "ms", Some(5.0));
    at_most(&format!("{what}: bytes, p50"), percentile(&sizes, 50), "B", None);
    at_most(&format!("{what}: bytes, p95"), percentile(&sizes, 95), "B", bytes);
}

fn submits(scale: &Scale, screen: &mut Screen) {
    let (mut times, mut sizes) = (Vec::new(), Vec::new());
    for _ in 0..scale.keys.min(50) {
        // Longer than the guard that keeps a held key from answering the next item unread.
        screen.settle(Duration::from_millis(250));
        frame(screen, "1");
        let item = item_number(screen);
        let before = screen.raw().len();
        let sent = Instant::now();
        screen.keys("<Enter>");
        screen.wait("the next item", |t| number_in(&t.text()) != item);
        times.push(ms(screen.last_output() - sent));
        screen.settle(QUIET);
        sizes.push((screen.raw().len() - before) as f64);
    }
    at_most("submit to next item, p50", percentile(&times, 50), "ms", Some(10.0));
    at_most("submit to next item, p95", percentile(&times, 95), "ms", Some(10.0));
    at_most("submit to next item: bytes, p95", percentile(&sizes, 95), "B", Some(4_096.0));
}

fn item_number(screen: &Screen) -> Option<u32> {
    number_in(&screen.text())
}

/// The number after "item " on the screen.
fn number_in(text: &str) -> Option<u32> {
    let after = &text[text.find("item ")? + 5..];
    after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())].parse().ok()
}

fn burst(screen: &mut Screen) {
    screen.settle(QUIET);
    let before = screen.raw().len();
    screen.send(&b"j".repeat(500));
    screen.settle(Duration::from_millis(500));
    let frames = memchr::memmem::find_iter(&screen.raw()[before..], BEGIN).count();
    at_most("frames of 500 keys in a burst", frames as f64, "", Some(3.0));
}

fn idle(screen: &mut Screen) {
    screen.settle(Duration::from_millis(500));
    at_most("bytes in 3 s of idleness", screen.settle(Duration::from_secs(3)) as f64, "B", Some(0.0));
}

/// The list of traces, the longest list there is.
fn browse(scale: &Scale, place: &Place) {
    let mut screen = Launch::new(place, &[]).size(80, 24).start();
    screen.wait("the session list", |t| t.screen().alternate_screen() && t.text().contains('s')).settle(QUIET);
    screen.keys("t").wait_for("question").settle(QUIET);
    keys(scale, &mut screen, "move the selection in the list of traces (j)", "j", Some(400.0));
    screen.keys("q").settle(QUIET);
    screen.keys("q");
    screen.end();
}
