//! What the program does to a terminal, and how it leaves it.

use super::support::{Launch, Place, Screen};
use rustix::process::Signal;
use std::path::Path;
use std::time::Duration;

fn open(place: &Place) -> Screen {
    let mut screen = Launch::new(place, &["open", "s"]).start();
    screen.wait_for("Is it good?").wait_for("question 0");
    screen
}

/// No byte for this long: nobody is drawing.
const QUIET: Duration = Duration::from_millis(1_500);

#[test]
fn leaving_restores_the_terminal() {
    let place = Place::with_session();
    let mut screen = open(&place);
    assert!(screen.terminal().screen().alternate_screen());
    screen.keys("q");
    assert!(screen.end().success());
    assert!(screen.terminal().is_restored());
    assert_eq!(screen.terminal().seen().odd, [""; 0]);
}

#[test]
fn ctrl_c_says_how_to_leave_and_leaves_the_second_time() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("<C-c>").wait("a word about Ctrl-C", |t| t.text().contains("Ctrl-C") || t.text().contains("again"));
    screen.keys("<C-c>");
    screen.end();
    assert!(screen.terminal().is_restored());
}

/// This terminal starts the program itself, as `ssh -t server labeltui open S` does.
#[test]
fn ctrl_z_does_not_stop_what_no_shell_could_continue() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.keys("<C-z>").wait_for("no shell").keys("q");
    assert!(screen.end().success());
}

#[test]
fn an_idle_screen_writes_nothing() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.settle(QUIET);
    assert_eq!(screen.settle(QUIET), 0);
}

#[test]
fn it_follows_the_size_of_the_terminal_down_to_a_notice_and_back() {
    let place = Place::with_session();
    let mut screen = open(&place);
    for (columns, rows) in [(200, 50), (80, 24), (60, 16), (300, 100), (120, 40)] {
        screen.resize(columns, rows).wait_for("Is it good?").wait_for("complete 0/6");
    }
    for (columns, rows) in [(59, 16), (20, 5), (2, 2), (1, 1)] {
        screen.resize(columns, rows).wait_gone("Is it good?");
    }
    screen.resize(80, 24).wait_for("Is it good?").keys("q");
    assert!(screen.end().success());
}

#[test]
fn no_color_means_no_colours_and_a_selection_that_shows() {
    let place = Place::with_session();
    let mut screen = Launch::new(&place, &["open", "s"]).env("NO_COLOR", "1").start();
    screen.wait_for("Is it good?").wait_for("question 0");
    screen.keys("t").settle(Duration::from_millis(300));
    let coloured = |parameters: &str| {
        parameters.split([';', ':']).any(|p| matches!(p.parse::<u16>(), Ok(30..=38 | 40..=48 | 58 | 90..=107)))
    };
    let raw = String::from_utf8_lossy(screen.raw()).into_owned();
    let sgr = raw.split("\x1b[").skip(1).filter_map(|s| s.split_once('m').map(|(p, _)| p));
    let wrong: Vec<_> = sgr
        .filter(|p| p.bytes().all(|b| b.is_ascii_digit() || b == b';' || b == b':'))
        .filter(|p| coloured(p))
        .collect();
    assert_eq!(wrong, [""; 0]);
    let (rows, columns) = screen.terminal().screen().size();
    let marked = (0..rows.get())
        .flat_map(|r| (0..columns.get()).map(move |c| (r, c)))
        .any(|(r, c)| screen.terminal().screen().cell(r, c).is_some_and(|cell| cell.inverse()));
    assert!(marked, "the selection is drawn in reverse");
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_brings_the_screen_back() {
    let place = Place::with_session();
    let program = super::support::place::binary();
    let mut shell = Launch::of(&place, Path::new("/bin/sh"), &["-i"]).env("PS1", "ready> ").env("ENV", "").start();
    shell.wait_for("ready>").send(format!("{} open s\r", program.display()).as_bytes());
    shell.wait_for("Is it good?").wait_for("question 0");
    shell.keys("<Tab><Tab>ihalf a th").wait_for("half a th");
    shell.keys("<C-z>").wait("the shell's prompt", |t| !t.screen().alternate_screen() && t.text().contains("Stopped"));
    assert!(shell.terminal().is_restored());
    // The store is free meanwhile.
    place.ok(&["answer", "s", &super::support::traces::id(1), "quality=false", "--submit"]);
    shell.send(b"fg\r").wait("the screen", |t| t.screen().alternate_screen()).wait_for("half a th");
    shell.wait_for("complete 1/6");
    shell.keys("<Esc>q");
    shell.wait("the shell", |t| !t.screen().alternate_screen() && t.text().trim_end().ends_with("ready>"));
    shell.send(b"exit\r").end();
}

#[test]
fn a_stop_and_a_continue_from_outside_repaint() {
    let place = Place::with_session();
    let mut screen = open(&place);
    screen.settle(Duration::from_millis(300));
    screen.signal(Signal::STOP).signal(Signal::CONT);
    screen.keys("<Tab>").keys("<S-Tab>").wait_for("Is it good?").keys("q");
    assert!(screen.end().success());
}

#[test]
fn no_terminal_is_wrong_usage_for_a_screen() {
    let place = Place::with_session();
    let said = place.fails(2, &["open", "s"]);
    assert!(said.contains("terminal"), "{said}");
    let mut dumb = Launch::new(&place, &["open", "s"]).env("TERM", "dumb").start();
    assert_eq!(dumb.end().exit_code(), 2);
}

/// Only a binary that is made for live tests has a key that makes the screen fail.
#[cfg(feature = "live-tests")]
#[test]
fn a_panic_restores_the_terminal_says_so_and_saves_half_typed_text() {
    let place = Place::with_session();
    let mut screen =
        Launch::new(&place, &["open", "s"]).env("LABELTUI_TEST_PANIC", "1").env("RUST_BACKTRACE", "0").start();
    screen.wait_for("Is it good?").wait_for("question 0");
    screen.keys("<Tab><Tab>ihalf a word").wait_for("half a word");
    // F12, before the second is over after which a draft is saved anyway.
    screen.send(b"\x1b[24~");
    let status = screen.end();
    assert_eq!(status.exit_code(), 101);
    let shown = screen.terminal().text();
    assert!(screen.terminal().is_restored(), "{shown}");
    assert!(shown.contains("as the test wants it"), "what happened is told on the terminal as it was before: {shown}");
    open(&place).wait_for("half a word");
}
