//! The service over a Unix socket: frames, a hello with a version, calls and a stream of notices.

mod admit;
mod connection;
mod frame;
mod guests;
mod hello;
mod line;
mod peer;
pub(in crate::service) mod place;
mod remote;
mod room;
mod server;
#[cfg(test)]
pub(in crate::service) mod tests;

pub use admit::Admit;
pub use hello::PROTOCOL;
pub use line::{Later, Line};
pub use remote::{Remote, Trouble, Watching};
pub use server::{Listening, Server};

use super::api::{Call, Notice, Principal, Refusal, Response};
use super::team::presence::Terminal;
use std::sync::Arc;

/// What answers calls behind a socket or in process: the rules, with a clock.
pub trait Handler: Send + Sync {
    /// Answers one call of one person.
    ///
    /// # Errors
    /// A refusal: nothing was changed.
    fn handle(&self, who: &Principal, call: Call) -> Result<Response, Refusal>;

    /// As [`Handler::handle`], where the answer may also be given [`Line::later`]: then there is none here.
    fn begin(&self, who: &Principal, call: Call, _line: &Arc<Line>) -> Option<Result<Response, Refusal>> {
        Some(self.handle(who, call))
    }

    /// A connection of theirs begins, for calls or for watching. Each is followed by one [`Handler::gone`].
    fn arrived(&self, _who: &Principal, _from: Terminal) {}

    /// A connection of theirs has ended, however it did. With a terminal's last one its claims get the grace.
    fn gone(&self, _who: &Principal, _from: Terminal) {}

    /// What a watcher may be told of some notices; asked when they are sent, not when they are told.
    fn shown(&self, _who: &Principal, notices: Vec<Notice>) -> Vec<Notice> {
        notices
    }
}
