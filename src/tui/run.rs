//! The loop: block, take in everything that is ready, draw once. It owns the terminal, the threads and the clock.

use super::app::App;
use super::effect::Effect;
use super::input::{self, Input};
use super::keymap::Keymap;
use super::msg::{Msg, Timer};
use super::terminal::{self, Screen};
use super::theme::Theme;
use super::trace;
use super::update::{start, update};
use super::workers::{Build, Workers};
use super::{copies, editor, signals};
use crate::model::Time;
use crate::service::api::{Call, Principal};
use crate::service::client::Service;
use crate::text::sanitize;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Two frames are at least this far apart on average.
const FRAME: Duration = Duration::from_millis(10);
/// A frame waits this long for an answer that is under way, so that one frame shows both.
const SETTLE: Duration = Duration::from_millis(3);
/// A suspension waits this long for the last saves.
const BEFORE_SUSPEND: Duration = Duration::from_millis(500);

/// What the screen is started with.
pub struct TuiOptions {
    /// Answers calls.
    pub service: Arc<dyn Service>,
    /// Who I am.
    pub who: Principal,
    /// The session to open; none: the list.
    pub session: Option<String>,
    /// The file and the text of the key overrides.
    pub keys: Option<(PathBuf, String)>,
    /// False under NO_COLOR.
    pub colors: bool,
    /// Letters instead of symbols.
    pub letters: bool,
    /// The wheel scrolls (and the terminal no longer selects text).
    pub mouse: bool,
    /// For the trace browser.
    pub experiment: String,
    /// The folder that copies go to.
    pub copies: PathBuf,
}

/// Why the screen cannot be shown on this terminal, if so.
#[must_use]
pub fn unusable() -> Option<&'static str> {
    terminal::unusable()
}

/// Runs the screen until the person leaves; gives the exit code.
///
/// # Errors
/// A mistake in the key overrides, no terminal, or a session that cannot be opened.
pub fn run(options: TuiOptions) -> anyhow::Result<i32> {
    if let Some(why) = unusable() {
        anyhow::bail!(why);
    }
    let keymap = match &options.keys {
        Some((file, text)) => Keymap::with_overrides(file, text).map_err(anyhow::Error::msg)?,
        None => Keymap::defaults(),
    };
    let mut app =
        App::new(options.who, keymap, Theme { colors: options.colors, letters: options.letters }, options.experiment);
    app.tz = jiff::tz::TimeZone::system();
    app.mouse = options.mouse;
    app.no_clipboard = copies::no_clipboard();
    app.no_shell = signals::no_shell();
    app.size = crossterm::terminal::size()?;

    let (to, messages) = unbounded();
    let away = Arc::new(AtomicBool::new(false));
    let workers = Workers::start(&options.service, &to)?;
    signals::start(to.clone(), Arc::clone(&away))?;
    terminal::restore_on_panic();
    let screen = Screen::enter(options.mouse)?;
    let input = Input::start(to.clone())?;
    input::watch_hangup(to.clone())?;
    let mut runner = Runner {
        service: Arc::clone(&options.service),
        workers,
        screen,
        input,
        away,
        to,
        timers: Vec::new(),
        later: Vec::new(),
        suspend: None,
        code: None,
        copies: options.copies,
    };
    let result = catch_unwind(AssertUnwindSafe(|| runner.run(&mut app, &messages, options.session)));
    terminal::give_back();
    match result {
        Ok(code) => match app.fatal.take() {
            Some(why) => Err(anyhow::Error::msg(why)),
            None => Ok(code),
        },
        Err(panic) => {
            runner.save_the_rest(&app);
            resume_unwind(panic)
        }
    }
}

struct Runner {
    service: Arc<dyn Service>,
    workers: Workers,
    screen: Screen,
    input: Input,
    away: Arc<AtomicBool>,
    to: Sender<Msg>,
    timers: Vec<(Instant, Timer)>,
    /// Begun once the frame is drawn that they would hold up: a thread that is woken may take this one's processor.
    later: Vec<trace::Job>,
    suspend: Option<Instant>,
    code: Option<i32>,
    copies: PathBuf,
}

impl Runner {
    fn run(&mut self, app: &mut App, messages: &Receiver<Msg>, session: Option<String>) -> i32 {
        let effects = start(app, session);
        self.perform(app, effects);
        let mut dirty_since = Some(Instant::now());
        let mut frames = [None::<Instant>; 2];
        loop {
            let draw_at = dirty_since.map(|since| {
                // Two frames may follow each other at once, then they keep their distance.
                let free = frames[0].map_or(since, |before_last| before_last + FRAME * 2);
                let settled = if app.settling() { since + SETTLE } else { since };
                free.max(settled)
            });
            match self.wait(messages, draw_at) {
                Some(msg) => {
                    self.take(app, msg);
                    for msg in messages.try_iter().take(10_000).collect::<Vec<_>>() {
                        self.take(app, msg);
                    }
                    dirty_since.get_or_insert_with(Instant::now);
                }
                None => {
                    let now = Instant::now();
                    let due: Vec<Timer> = self.timers.iter().filter(|(at, _)| *at <= now).map(|(_, t)| *t).collect();
                    self.timers.retain(|(at, _)| *at > now);
                    for timer in due {
                        self.take(app, Msg::Timer(timer));
                        dirty_since.get_or_insert(now);
                    }
                }
            }
            if let Some(code) = self.code {
                return code;
            }
            self.suspend_if_due(app);
            let now = Instant::now();
            if draw_at.is_some_and(|at| at <= now) && dirty_since.is_some() {
                let drawn = self.screen.draw(app);
                self.on_terminal(app, drawn);
                dirty_since = None;
                for job in std::mem::take(&mut self.later) {
                    self.begin(job);
                }
                frames = [frames[1], Some(now)];
            }
        }
    }

    /// The next message; none once a timer, a suspension or a frame is due.
    fn wait(&self, messages: &Receiver<Msg>, draw_at: Option<Instant>) -> Option<Msg> {
        let until = self.timers.iter().map(|(at, _)| *at).chain(draw_at).chain(self.suspend).min();
        let Some(until) = until else { return messages.recv().ok() };
        messages.recv_deadline(until).ok()
    }

    fn take(&mut self, app: &mut App, msg: Msg) {
        #[cfg(feature = "live-tests")]
        fail_if_wanted(&msg);
        if matches!(msg, Msg::Resumed) {
            let again = self.screen.again();
            self.on_terminal(app, again);
        }
        let effects = update(app, clock(), msg);
        self.perform(app, effects);
    }

    /// A terminal that cannot be written to is gone: what is typed is saved, then the program leaves.
    fn on_terminal(&mut self, app: &mut App, result: io::Result<()>) {
        if result.is_err() && !app.leaving {
            let effects = update(app, clock(), Msg::Gone);
            self.perform(app, effects);
        }
    }

    fn perform(&mut self, app: &mut App, effects: Vec<Effect>) {
        for effect in effects {
            let on_terminal = match effect {
                // The threads end only with this one.
                Effect::Save(n, request, about) => {
                    drop(self.workers.saves.send((n, request, about)));
                    Ok(())
                }
                Effect::Ask(n, request) => {
                    drop(self.workers.asks.send((n, request)));
                    Ok(())
                }
                Effect::Build { key, material } => {
                    drop(self.workers.builds.send(Build { key, material }));
                    Ok(())
                }
                Effect::Job(job) => {
                    self.job(job);
                    Ok(())
                }
                Effect::Timer(timer, ms) => {
                    self.timers.push((Instant::now() + Duration::from_millis(ms), timer));
                    Ok(())
                }
                Effect::Suspend => {
                    self.suspend = Some(Instant::now() + BEFORE_SUSPEND);
                    Ok(())
                }
                Effect::Quit(code) => {
                    self.code = Some(code);
                    Ok(())
                }
                Effect::Copy(text) => self.screen.copy(&text),
                Effect::Keep { what, text } => {
                    self.keep(what, &text);
                    Ok(())
                }
                Effect::Title(title) => self.screen.title(&title),
                Effect::Mouse(on) => self.screen.mouse(on),
                Effect::Repaint => self.screen.repaint(),
                Effect::Editor(text) => self.edit(&text),
            };
            self.on_terminal(app, on_terminal);
        }
    }

    fn job(&mut self, job: trace::Job) {
        if job.can_wait() { self.later.push(job) } else { self.begin(job) }
    }

    /// The threads end only with this one.
    fn begin(&self, job: trace::Job) {
        let workers = if job.is_search() { &self.workers.searches } else { &self.workers.pages };
        drop(workers.send(job));
    }

    /// Writes a copy to a file and says where it is.
    fn keep(&self, what: &'static str, text: &str) {
        let name = what.replace(' ', "-");
        let kept = copies::keep(&self.copies, &name, text);
        let result = match kept {
            Ok(path) => Ok(sanitize(&path.display().to_string()).into_owned()),
            Err(e) => Err(sanitize(&format!("{}: {e}", self.copies.display())).into_owned()),
        };
        // The receiver is this thread's own.
        let _ = self.to.send(Msg::Kept { what, result });
    }

    /// Gives the terminal to `$EDITOR` and takes it back.
    fn edit(&mut self, text: &str) -> io::Result<()> {
        self.input.pause();
        self.away.store(true, Ordering::SeqCst);
        terminal::give_back();
        let edited = editor::edit(text);
        self.away.store(false, Ordering::SeqCst);
        let again = self.screen.again();
        self.input.resume();
        // The receiver is this thread's own.
        let _ = self.to.send(Msg::Edited(edited));
        again
    }

    /// Stops for the shell once everything is saved, or after a moment. The store is closed meanwhile, so that others can
    /// go on; the screen is painted again when it goes on.
    fn suspend_if_due(&mut self, app: &mut App) {
        let Some(deadline) = self.suspend else { return };
        if !app.outbox.is_empty() && Instant::now() < deadline {
            return;
        }
        self.suspend = None;
        self.service.suspend();
        terminal::give_back();
        signals::stop_now();
        self.service.resume();
        let _ = self.to.send(Msg::Resumed);
    }

    /// The last attempt of a dying process.
    fn save_the_rest(&self, app: &App) {
        for (n, request, about) in app.unsaved() {
            let _ = self.service.call(Call { id: self.workers.id(n), request, about });
        }
    }
}

/// F12 makes the screen panic where a live test wants to see what a panic leaves behind. No binary that people get has it.
#[cfg(feature = "live-tests")]
fn fail_if_wanted(msg: &Msg) {
    let pressed = matches!(msg, Msg::Key(key) if key.code == crossterm::event::KeyCode::F(12));
    assert!(!pressed || std::env::var_os("LABELTUI_TEST_PANIC").is_none(), "as the test wants it");
}

fn clock() -> Time {
    Time(jiff::Timestamp::now().as_millisecond())
}
