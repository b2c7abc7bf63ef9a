//! The terminal: taking it over, giving it back, and writing frames. Nothing else writes to stdout while the screen is up.

use super::app::App;
use super::backend::Columns;
use super::draw;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, DisableLineWrap, EnableLineWrap, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{Command, execute};
use ratatui::Terminal;
use ratatui::layout::Rect;
use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours now: the panic hook and the end of the run both give it back, once.
static OURS: AtomicBool = AtomicBool::new(false);
/// Whether mouse reporting is on.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Collects a frame so that it leaves in one write.
#[derive(Default, Clone)]
struct Frame {
    bytes: Rc<RefCell<Vec<u8>>>,
}

impl Write for Frame {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Frames are sent whole by [`Screen::draw`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal while the screen is up.
pub(super) struct Screen {
    terminal: Terminal<Columns<Frame>>,
    frame: Frame,
    last: Vec<u8>,
    mouse: bool,
}

/// Why a full screen cannot be shown here, if so.
#[must_use]
pub fn unusable() -> Option<&'static str> {
    if !io::stdout().is_terminal() {
        return Some("the screen needs a terminal, and standard output is none; `labeltui --help` lists the commands");
    }
    if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
        return Some("the screen needs a terminal that can place text, and TERM=dumb cannot");
    }
    None
}

impl Screen {
    /// Takes the terminal over.
    pub(super) fn enter(mouse: bool) -> io::Result<Self> {
        take(mouse)?;
        let frame = Frame::default();
        let terminal = Terminal::new(Columns::new(frame.clone()))?;
        Ok(Self { terminal, frame, last: Vec::new(), mouse })
    }

    /// Takes it over again after [`give_back`].
    pub(super) fn again(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.repaint()
    }

    /// The next frame paints everything. No question is sent to the terminal.
    pub(super) fn repaint(&mut self) -> io::Result<()> {
        self.last.clear();
        let (width, height) = crossterm::terminal::size()?;
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Paints the state; sends what differs in one synchronized write, and nothing where nothing differs.
    pub(super) fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.draw(|frame| draw::draw(app, frame))?;
        let bytes = self.frame.bytes.take();
        if self.last.ends_with(&bytes) {
            return Ok(());
        }
        let mut out = Vec::with_capacity(bytes.len() + 16);
        ansi(&mut out, BeginSynchronizedUpdate);
        out.extend_from_slice(&bytes);
        ansi(&mut out, EndSynchronizedUpdate);
        self.last = bytes;
        send(&out)
    }

    /// The window title (sanitised by the caller's state).
    pub(super) fn title(&self, title: &str) -> io::Result<()> {
        // OSC 2 alone: crossterm's SetTitle is OSC 0, which sets the icon's name as well.
        send(format!("\x1b]2;{}\x07", crate::text::sanitize(title)).as_bytes())
    }

    /// To the terminal's clipboard, by OSC 52.
    pub(super) fn copy(&self, text: &str) -> io::Result<()> {
        send(format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).as_bytes())
    }

    /// Mouse reporting on or off.
    pub(super) fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        MOUSE.store(on, Ordering::SeqCst);
        if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    // crossterm would otherwise drop reverse and bold under NO_COLOR, and the selection with them; colours are the theme's.
    crossterm::style::force_color_output(true);
    crossterm::terminal::enable_raw_mode()?;
    OURS.store(true, Ordering::SeqCst);
    // Without wrapping, a cluster that a terminal takes for wider than it is never reaches the next row.
    execute!(io::stdout(), EnterAlternateScreen, DisableLineWrap, EnableBracketedPaste, Hide)?;
    if mouse {
        MOUSE.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back as it was; a second time does nothing.
pub(super) fn give_back() {
    if OURS.swap(false, Ordering::SeqCst) {
        // The terminal may be gone; then there is nothing to restore.
        if MOUSE.swap(false, Ordering::SeqCst) {
            let _ = execute!(io::stdout(), DisableMouseCapture);
        }
        let _ = execute!(
            io::stdout(),
            EndSynchronizedUpdate,
            DisableBracketedPaste,
            EnableLineWrap,
            LeaveAlternateScreen,
            Show
        );
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// A panic on this thread gives the terminal back before anything is printed. One that is caught and becomes an error
/// leaves the terminal alone, on whatever thread: it is only noted in the log.
pub(super) fn restore_on_panic() {
    let main = std::thread::current().id();
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if crate::service::panic_is_caught() {
            previous(info);
        } else if std::thread::current().id() == main {
            give_back();
            previous(info);
        }
    }));
}

fn ansi(out: &mut Vec<u8>, command: impl Command) {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = command.write_ansi(&mut text);
    out.extend_from_slice(text.as_bytes());
}

fn send(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
