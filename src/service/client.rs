//! What the screens and commands hold: something that answers calls, wherever the store is.

use super::api::{Call, Notice, Refusal, Request, Response};
use crossbeam_channel::Receiver;

/// Answers calls. In process, over a socket, or a link that is either and changes between them.
pub trait Service: Send + Sync {
    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// A refusal: nothing was changed (`Unavailable`: nothing is known to have been changed; retry with the same id).
    fn call(&self, call: Call) -> Result<Response, Refusal>;

    /// Tells of changes from now on, by others and by me.
    ///
    /// # Errors
    /// `Unavailable`.
    fn watch(&self) -> Result<Receiver<Notice>, Refusal>;

    /// Before the process stops (Ctrl-Z): an owner closes store and socket so that others can go on.
    fn suspend(&self) {}

    /// After it goes on: the rule of one owner is run again at the next call.
    fn resume(&self) {}
}

/// Asks with a fresh id.
///
/// # Errors
/// The service's refusal.
pub fn ask(service: &dyn Service, request: Request) -> Result<Response, Refusal> {
    service.call(Call::new(request))
}
