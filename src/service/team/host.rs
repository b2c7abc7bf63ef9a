//! The process that owns a team's store: its life from the lock to the last answer.

use super::place;
use super::roles::Roles;
use crate::service::api::{Reason, Refusal};
use crate::service::hub::Hub;
use crate::service::local::Local;
use crate::service::socket::{Admit, Handler, Listening, Server, place as private};
use crate::store::{self, Store, StoreError};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What a team server is started with.
pub struct HostOptions {
    /// The store's folder.
    pub dir: PathBuf,
    /// Where the team finds it; made here unless `inherited` has it.
    pub socket: PathBuf,
    /// Sockets that a service manager has made and keeps.
    pub inherited: Vec<UnixListener>,
    /// Who is who.
    pub roles: Roles,
    /// How long an item stays with somebody whose connection has dropped.
    pub grace: Duration,
}

/// A running team server; dropping it stops it.
pub struct Host {
    store: Store,
    server: Server,
}

impl Host {
    /// Takes the store, then answers: at the team's socket, and at the private one beside the store for the server's
    /// own account.
    ///
    /// # Errors
    /// The store is in use or cannot be opened; the socket cannot be made.
    pub fn start(options: HostOptions) -> Result<Self, Refusal> {
        let store = Store::open(&options.dir).map_err(|e| refusal(&e, &options.dir))?;
        let admit = Arc::new(options.roles.clone());
        Self::with(store, admit, options)
    }

    /// As [`Host::start`], with a store that is open already and other eyes at the door (a measurement has no 64 accounts).
    ///
    /// # Errors
    /// The socket cannot be made; the store's.
    pub fn with(store: Store, admit: Arc<dyn Admit>, options: HostOptions) -> Result<Self, Refusal> {
        let hub = Hub::new();
        let team = options.roles.team(options.grace);
        let rules = Local::served(store.clone(), hub.clone(), team).map_err(|e| refusal(&e, &options.dir))?;
        Self::on(store, rules, hub, admit, options)
    }

    /// As [`Host::start`], on rules over a store that is open already.
    pub(in crate::service) fn on(
        store: Store,
        rules: Arc<dyn Handler>,
        hub: Hub,
        admit: Arc<dyn Admit>,
        options: HostOptions,
    ) -> Result<Self, Refusal> {
        let mut listening: Vec<_> = options.inherited.into_iter().map(Listening::inherited).collect();
        if listening.is_empty() {
            let listener = place::listen(&options.socket, options.roles.group())?;
            listening.push(Listening::own(listener, &options.socket));
        }
        listening.extend(beside(&store, &options.dir));
        let server = Server::serve(listening, admit, rules, hub)
            .map_err(|e| Refusal { reason: Reason::Unavailable, message: format!("the server cannot start: {e}") })?;
        Ok(Self { store, server })
    }

    /// Takes no more calls, answers those under way, does what is queued and closes the store.
    pub fn stop(&self) {
        self.server.stop();
        self.store.close();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The private socket, for whoever names the store instead of the server. The team can do without.
fn beside(store: &Store, dir: &Path) -> Option<Listening> {
    private::candidates(dir, &private::runtime_dirs()).iter().find_map(|path| {
        let made = private::prepare(path).and_then(|()| Listening::private(path));
        let made = made.and_then(|made| store.announce(path).map(|()| made).map_err(std::io::Error::other));
        made.inspect_err(|e| tracing::warn!("no private socket at {}: {e}", path.display())).ok()
    })
}

fn refusal(error: &StoreError, dir: &Path) -> Refusal {
    let message = match (error, store::holder(dir)) {
        (StoreError::InUse(_), Some(holder)) => {
            format!("labeltui (pid {}) holds the store in {}; stop it first", holder.pid, dir.display())
        }
        (StoreError::InUse(_), None) => format!("another labeltui holds the store in {}", dir.display()),
        _ => error.to_string(),
    };
    Refusal { reason: Reason::Unavailable, message }
}
