//! One attempt of the rule: try to open; if it is already open, connect; if refused, retry.

use super::{LinkOptions, Owner, Patience, Shared, State, unavailable};
use crate::service::api::{Reason, Refusal};
use crate::service::socket::{Handler, Remote, Server, Trouble, place};
use crate::store::{self, Store, StoreError};
use std::path::Path;
use std::sync::Arc;

/// An attempt that did not succeed.
pub(super) struct Failed {
    pub refusal: Refusal,
    /// Another attempt would end the same way.
    pub last: bool,
}

pub(super) fn attempt(shared: &Shared) -> Result<State, Failed> {
    let options = &shared.options;
    if let Some(server) = &options.server {
        return connect(options, server, false);
    }
    match Store::open(&options.dir) {
        Ok(store) => Ok(State::Owner(Arc::new(own(shared, store)))),
        Err(StoreError::InUse(_)) => match store::holder(&options.dir).and_then(|h| h.socket) {
            Some(socket) => connect(options, &socket, true),
            None => Err(Failed { refusal: unavailable(no_answer(options)), last: false }),
        },
        Err(e) => Err(Failed { refusal: unavailable(e.to_string()), last: true }),
    }
}

fn connect(options: &LinkOptions, socket: &Path, private: bool) -> Result<State, Failed> {
    Remote::connect(socket, &options.who, private)
        .map(|remote| State::Remote(Arc::new(remote)))
        .map_err(|trouble| failure(options, trouble))
}

/// The store is ours: the rules on it, and a socket for whoever comes next.
fn own(shared: &Shared, store: Store) -> Owner {
    let handler = (shared.build)(store.clone(), shared.hub.clone());
    let server = listen(shared, &handler, &store);
    if server.is_none() {
        tracing::error!("no socket for {}: other commands wait until this one ends", shared.options.dir.display());
    }
    Owner { handler, server, store }
}

fn listen(shared: &Shared, handler: &Arc<dyn Handler>, store: &Store) -> Option<Server> {
    place::candidates(&shared.options.dir, &place::runtime_dirs()).iter().find_map(|socket| {
        let started = place::prepare(socket)
            .and_then(|()| Server::start(socket, Arc::clone(handler), shared.hub.clone()))
            .and_then(|server| store.announce(socket).map(|()| server).map_err(std::io::Error::other));
        started.inspect_err(|e| tracing::warn!("no socket at {}: {e}", socket.display())).ok()
    })
}

/// What a failed connection means to whoever asked.
pub(super) fn failure(options: &LinkOptions, trouble: Trouble) -> Failed {
    match trouble {
        // Refused for want of room: there may be some in a moment.
        Trouble::Refused(refusal) => {
            let last = refusal.reason != Reason::Unavailable;
            Failed { refusal, last }
        }
        Trouble::Silent => {
            Failed { refusal: unavailable(no_answer(options)), last: options.patience == Patience::Command }
        }
        Trouble::Gone(why) => {
            let message = match &options.server {
                Some(server) => format!("no labeltui server answers at {} ({why}); is it running?", server.display()),
                None => no_answer(options),
            };
            Failed { refusal: unavailable(message), last: false }
        }
    }
}

fn no_answer(options: &LinkOptions) -> String {
    match (&options.server, store::holder(&options.dir)) {
        (Some(server), _) => format!("the labeltui server at {} does not answer", server.display()),
        (None, Some(holder)) => format!("labeltui (pid {}) holds the store and does not answer", holder.pid),
        (None, None) => format!("another labeltui holds the store in {} and does not answer", options.dir.display()),
    }
}
