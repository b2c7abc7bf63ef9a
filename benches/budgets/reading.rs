//! Reading large traces, inside this process: from the body to a frame, in every view. What the program does on other
//! threads is done here one after the other, so the figures are sums. They are of this thread's time on a processor,
//! which other programs on the machine do not change.

use super::Scale;
use super::large::{self, Large};
use super::report::{self, at_most, ms, percentile};
use labeltui::model::{Trace, json};
use labeltui::tui::theme::Theme;
use labeltui::tui::trace::{Material, Reading, TraceCommand, TracePane, View};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::sync::Arc;
use std::time::Duration;

/// Keys of each kind.
const KEYS: usize = 40;

pub fn run(scale: &Scale) {
    for large in large::all(scale.shrink) {
        report::heading(&format!("reading {} in this process", large.name));
        one(&large);
    }
}

/// Time of this thread on a processor.
struct Clock(Duration);

impl Clock {
    fn start() -> Self {
        Self(Self::now())
    }

    fn now() -> Duration {
        let at = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(at.tv_sec.unsigned_abs(), u32::try_from(at.tv_nsec).unwrap_or(0))
    }

    fn elapsed(&self) -> Duration {
        Self::now() - self.0
    }
}

struct Bench {
    pane: TracePane,
    terminal: Terminal<TestBackend>,
}

impl Bench {
    fn draw(&mut self) {
        let theme = Theme::default();
        self.terminal.draw(|f| self.pane.draw(f, f.area(), theme, true)).unwrap();
    }

    /// Runs what is asked for now; false if that was nothing.
    fn step(&mut self) -> bool {
        let jobs = self.pane.jobs();
        let any = !jobs.is_empty();
        for job in jobs {
            self.pane.done(job.run());
        }
        any
    }

    /// Milliseconds from a command to its frame, without what other threads do.
    fn key(&mut self, command: TraceCommand) -> f64 {
        let began = Clock::start();
        self.pane.command(command);
        self.draw();
        ms(began.elapsed())
    }

    /// The slowest frames of twenty: after a key, and after what it asked for has come.
    fn keys(&mut self, what: &str, commands: &[TraceCommand]) {
        let mut times = Vec::new();
        for n in 0..KEYS {
            times.push(self.key(commands[n % commands.len()].clone()));
            while self.step() {}
            let began = Clock::start();
            self.draw();
            times.push(ms(began.elapsed()));
        }
        at_most(&format!("{what}, p95"), percentile(&times, 95), "ms", Some(5.0));
    }
}

fn one(large: &Large) {
    let body = json::parse(&large.line).unwrap().0.to_json();
    let began = Clock::start();
    std::hint::black_box(Trace::parse(&body));
    at_most("of which parsing the body", ms(began.elapsed()), "ms", None);
    let material = Material::of(body.as_str());
    let began = Clock::start();
    let pane = TracePane::open(Arc::new(Reading::build(&material)));
    let mut bench = Bench { pane, terminal: Terminal::new(TestBackend::new(100, 40)).unwrap() };
    bench.draw();
    at_most("opening: to the first frame", ms(began.elapsed()), "ms", Some(100.0));
    for view in [View::Messages, View::Output, View::Tree, View::Documents, View::Raw] {
        let name = view.name();
        let began = Clock::start();
        bench.pane.command(TraceCommand::View(view));
        while bench.pane.waits() && bench.step() {}
        bench.draw();
        at_most(&format!("{name}: to the first frame"), ms(began.elapsed()), "ms", Some(100.0));
        let began = Clock::start();
        while bench.step() {}
        bench.draw();
        at_most(&format!("{name}: until all of it is there"), ms(began.elapsed()), "ms", None);
        bench.keys(&format!("{name}: a key at the top"), &[TraceCommand::ScrollLines(1), TraceCommand::ScrollPages(1)]);
        bench.key(TraceCommand::Bottom);
        bench.keys(
            &format!("{name}: a key at the bottom"),
            &[TraceCommand::ScrollLines(-1), TraceCommand::ScrollLines(1)],
        );
        bench.keys(&format!("{name}: folding"), &[TraceCommand::Fold, TraceCommand::Unfold]);
        let letters = ["r", "re", "rep", "repo", "report"].map(|n| TraceCommand::Find(n.into()));
        bench.keys(&format!("{name}: a letter of a search"), &letters);
        bench.keys(&format!("{name}: next match"), &[TraceCommand::FindNext]);
        bench.key(TraceCommand::ClearFind);
    }
}
