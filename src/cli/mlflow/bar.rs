//! How far a sync is, on stderr, where a person looks at it.

use crate::cli::interrupt::Keeping;
use crate::cli::talk;
use crate::mlflow::tell::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar, or nothing; and what a signal waits for, where something is to be kept before the program ends.
pub(super) struct Bar(ProgressBar, Option<Keeping>);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::hidden();
        if talk::is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        Self(bar, None)
    }

    /// Before a signal ends the program, what came is kept.
    pub(super) fn keeping() -> Self {
        Self(Self::new().0, Some(Keeping::begin()))
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, what: &str, total: Option<u64>) {
        let template = match total {
            Some(_) => "{msg} {bar:30} {pos} of {len}  {per_sec:.1}  {eta} left",
            None => "{msg} {pos}  {per_sec:.1}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.set_message(what.to_owned());
        self.0.reset();
        match total {
            Some(total) => self.0.set_length(total),
            None => self.0.unset_length(),
        }
    }

    fn done(&self, n: u64) {
        self.0.inc(n);
    }

    fn say(&self, text: &str) {
        self.0.suspend(|| talk::say(text));
    }

    fn must_end(&self) -> bool {
        self.1.as_ref().is_some_and(Keeping::is_asked)
    }

    fn may_end(&self) {
        self.0.finish_and_clear();
        if let Some(keeping) = &self.1 {
            keeping.kept();
        }
    }
}
