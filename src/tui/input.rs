//! Keys from the terminal, on a thread of their own that can step aside while `$EDITOR` has the terminal.

use super::msg::Msg;
use crossbeam_channel::Sender;
use crossterm::event::{self, Event, KeyCode, MouseEventKind};
use rustix::event::{PollFd, PollFlags, poll};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::time::Duration;

/// Rows of one notch of the wheel.
const NOTCH: i32 = 3;

/// The input thread's handle.
pub(super) struct Input {
    wake: UnixStream,
    aside: mpsc::Receiver<()>,
    go_on: mpsc::Sender<()>,
}

impl Input {
    /// Starts reading keys.
    pub(super) fn start(to: Sender<Msg>) -> io::Result<Self> {
        let tty = tty()?;
        let (wake, woken) = UnixStream::pair()?;
        woken.set_nonblocking(true)?;
        let (aside_tx, aside) = mpsc::channel();
        let (go_on, go_on_rx) = mpsc::channel();
        std::thread::Builder::new().name("input".into()).spawn(move || {
            read_keys(&tty, woken, &to, &aside_tx, &go_on_rx);
        })?;
        Ok(Self { wake, aside, go_on })
    }

    /// Stops reading until [`Self::resume`]; returns once the thread has stepped aside.
    pub(super) fn pause(&mut self) {
        if self.wake.write_all(b"p").is_ok() {
            // It is inside crossterm only for as long as bytes are there.
            let _ = self.aside.recv_timeout(Duration::from_millis(300));
        }
    }

    /// Goes on reading.
    pub(super) fn resume(&mut self) {
        let _ = self.go_on.send(());
    }
}

/// What keys are read from, as crossterm chooses it.
fn tty() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    if stdin.is_terminal() { stdin.as_fd().try_clone_to_owned() } else { Ok(File::open("/dev/tty")?.into()) }
}

fn read_keys(
    tty: &OwnedFd,
    mut woken: UnixStream,
    to: &Sender<Msg>,
    aside: &mpsc::Sender<()>,
    go_on: &mpsc::Receiver<()>,
) {
    loop {
        let mut fds = [PollFd::new(tty, PollFlags::IN), PollFd::new(&woken, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        let [keys, wake] = fds.map(|fd| fd.revents());
        if keys.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            let _ = to.send(Msg::Gone);
            return;
        }
        if wake.contains(PollFlags::IN) {
            let mut byte = [0; 16];
            if matches!(woken.read(&mut byte), Ok(0)) || aside.send(()).is_err() || go_on.recv().is_err() {
                return;
            }
            continue;
        }
        if !keys.contains(PollFlags::IN) {
            continue;
        }
        let mut events = Vec::new();
        while matches!(event::poll(Duration::ZERO), Ok(true)) {
            let Ok(event) = event::read() else { return };
            events.push(event);
        }
        let none = events.is_empty();
        for msg in rejoin(events).into_iter().filter_map(message) {
            if to.send(msg).is_err() {
                return;
            }
        }
        if none {
            // Half a key sequence: the rest comes with the next bytes. Do not spin meanwhile.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Esc and an arrow that arrive in one read (a slow link) are taken for `Esc`, `[` and a letter by crossterm, which reads
/// `ESC ESC` as one Esc. Put them together again: nobody types those three in one read.
fn rejoin(events: Vec<Event>) -> Vec<Event> {
    let code = |event: Option<&Event>| match event {
        Some(Event::Key(key)) => Some(key.code),
        _ => None,
    };
    let mut out = Vec::with_capacity(events.len());
    let mut at = 0;
    while let Some(event) = events.get(at) {
        out.push(event.clone());
        at += 1;
        if code(Some(event)) == Some(KeyCode::Esc) && code(events.get(at)) == Some(KeyCode::Char('[')) {
            let arrow = match code(events.get(at + 1)) {
                Some(KeyCode::Char('A')) => KeyCode::Up,
                Some(KeyCode::Char('B')) => KeyCode::Down,
                Some(KeyCode::Char('C')) => KeyCode::Right,
                Some(KeyCode::Char('D')) => KeyCode::Left,
                Some(KeyCode::Char('H')) => KeyCode::Home,
                Some(KeyCode::Char('F')) => KeyCode::End,
                Some(KeyCode::Char('Z')) => KeyCode::BackTab,
                _ => continue,
            };
            out.push(Event::Key(arrow.into()));
            at += 2;
        }
    }
    out
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollDown => Some(Msg::Wheel(NOTCH)),
            MouseEventKind::ScrollUp => Some(Msg::Wheel(-NOTCH)),
            _ => None,
        },
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// On Linux: tells when the terminal has hung up, whatever the input thread does (crossterm issue 793: it would spin).
#[cfg(target_os = "linux")]
pub(super) fn watch_hangup(to: Sender<Msg>) -> io::Result<()> {
    let tty = io::stdout().as_fd().try_clone_to_owned()?;
    std::thread::Builder::new().name("hangup".into()).spawn(move || {
        loop {
            let mut fds = [PollFd::new(&tty, PollFlags::empty())];
            match poll(&mut fds, None) {
                Err(rustix::io::Errno::INTR) => {}
                _ => break,
            }
        }
        let _ = to.send(Msg::Gone);
    })?;
    Ok(())
}

/// macOS relies on SIGHUP.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch_hangup(_to: Sender<Msg>) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn esc_and_an_arrow_in_one_read_stay_two_keys() {
        let keys = |codes: &[KeyCode]| codes.iter().map(|c| Event::Key((*c).into())).collect::<Vec<_>>();
        let read = keys(&[KeyCode::Esc, KeyCode::Char('['), KeyCode::Char('C'), KeyCode::Char('x')]);
        assert_eq!(rejoin(read), keys(&[KeyCode::Esc, KeyCode::Right, KeyCode::Char('x')]));
        let plain = keys(&[KeyCode::Esc, KeyCode::Char('['), KeyCode::Char('1')]);
        assert_eq!(rejoin(plain.clone()), plain);
    }
}
