//! Large traces through a pseudo-terminal: opening, every view, keys at the top and at the bottom, memory.

use super::large;
use super::report::{self, at_most, ms, percentile};
use super::screen::{QUIET, ended, frame, pid};
use super::support::{Launch, Place, Screen};
use super::{Scale, memory};
use std::time::{Duration, Instant};

/// A page in pieces and a search are done when nothing more came for this long.
const DONE: Duration = Duration::from_millis(700);

pub fn run(scale: &Scale) {
    for large in large::all(scale.shrink) {
        report::heading(&format!("{} on a screen of 120x40", large.name));
        let place = Place::new();
        place.write("traces.jsonl", &format!("{}\n", large.line));
        place.session_of("traces.jsonl");
        let mut screen = Launch::new(&place, &["open", "s"]).size(120, 40).start();
        screen.wait("the trace", |t| t.text().contains("Is it good?") && !t.text().contains("reading"));
        at_most("start to question and trace on screen", ms(screen.elapsed()), "ms", Some(100.0));
        screen.settle(DONE);
        for (key, view) in [("o", "output"), ("t", "tree"), ("r", "documents"), ("w", "raw"), ("m", "messages")] {
            let (sent, before) = (Instant::now(), screen.raw().len());
            screen.keys(key).read_until(|raw| ended(&raw[before..]));
            screen.wait("the view", |t| !t.text().contains("reading…"));
            at_most(&format!("{view}: key to its first text"), ms(screen.last_output() - sent), "ms", Some(100.0));
            screen.settle(DONE);
            if let Some(held) = memory::now(pid(&screen)) {
                at_most(&format!("{view}: resident"), held, "MB", Some(100.0));
            }
            keys(scale, &mut screen, &format!("{view}, at the top"), ["j", "k"]);
            screen.keys("<End>").settle(DONE);
            keys(scale, &mut screen, &format!("{view}, at the bottom"), ["k", "j"]);
        }
        typing(&mut screen);
        screen.keys("q").end();
    }
}

/// The most memory that a screen held that shows a trace of the smallest values in every view and looks for something in all
/// of them, the next trace being of the same kind.
pub fn memory_of_shapes(scale: &Scale) {
    report::heading("memory with 5 MB of the smallest values, another such trace ahead");
    for (name, lines) in large::dense_shapes(scale.shrink).into_iter().take(scale.shapes) {
        let place = Place::new();
        place.write("traces.jsonl", &lines);
        place.session_of("traces.jsonl");
        let mut screen = Launch::new(&place, &["open", "s"]).size(120, 40).start();
        screen.wait("the trace", |t| t.text().contains("Is it good?") && !t.text().contains("reading"));
        screen.settle(DONE);
        for keys in ["o", "w", "t", "r", "m", "/", "x", "y", "<Enter>", "w", "<End>", "]", "w", "["] {
            screen.keys(keys).settle(DONE);
            screen.wait("the view", |t| !t.text().contains("reading…"));
            screen.settle(DONE);
        }
        if let (Some(peak), Some(held)) = (memory::peak(pid(&screen)), memory::now(pid(&screen))) {
            at_most(&format!("{name}: most"), peak, "MB", Some(100.0));
            at_most(&format!("{name}: in the end"), held, "MB", Some(100.0));
        }
        screen.keys("q").end();
    }
}

fn keys(scale: &Scale, screen: &mut Screen, what: &str, keys: [&str; 2]) {
    let mut samples = Vec::new();
    for n in 0..scale.keys.min(40) {
        // A page that fits the screen does not move, and nothing is written.
        let before = screen.raw().len();
        screen.keys(keys[n % 2]);
        if screen.settle(QUIET) == 0 && screen.raw().len() == before {
            continue;
        }
        // Nor does what is marked on it, at its ends.
        let (sent, before) = (Instant::now(), screen.raw().len());
        screen.keys(keys[(n + 1) % 2]);
        if screen.settle(QUIET) > 0 {
            samples.push((ms(screen.last_output() - sent), screen.raw().len() - before));
        }
    }
    if samples.is_empty() {
        return;
    }
    let times: Vec<_> = samples.iter().map(|s| s.0).collect();
    let sizes: Vec<_> = samples.iter().map(|s| s.1 as f64).collect();
    at_most(&format!("{what}: key to frame, p50"), percentile(&times, 50), "ms", None);
    at_most(&format!("{what}: key to frame, p95"), percentile(&times, 95), "ms", Some(5.0));
    at_most(&format!("{what}: bytes, p95"), percentile(&sizes, 95), "B", None);
}

/// A search, letter by letter, without waiting for its count.
fn typing(screen: &mut Screen) {
    screen.keys("/").settle(QUIET);
    let times: Vec<_> = ["r", "e", "p", "o", "r", "t"].iter().map(|key| frame(screen, key).0).collect();
    at_most("a letter of a search: key to frame, the slowest", percentile(&times, 99), "ms", Some(5.0));
    screen.keys("<Esc>").settle(DONE);
}
