//! `labeltui serve`: the team server, from its socket to its end by a signal.

use super::{Context, Failure, talk};
use crate::service::team::{Host, HostOptions, Roles, accounts};
use clap::Args;
use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::Duration;

/// Where clients look where nothing else is said.
const SOCKET: &str = "/run/labeltui/labeltui.sock";
/// What a shell reports for Ctrl-C.
const INTERRUPTED: u8 = 130;

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where the team finds it [default: --server, else the configuration's server, else /run/labeltui/labeltui.sock]
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
    /// Group whose members may review; without it only this account and root get in
    #[arg(long, value_name = "G")]
    pub group: Option<String>,
    /// Group whose members also import, create, assign and export (they need to be in --group too, for the socket)
    #[arg(long, value_name = "L")]
    pub lead_group: Option<String>,
    /// Seconds that an item stays with somebody whose connection has dropped
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    pub grace: u64,
}

/// Serves until SIGTERM.
///
/// # Errors
/// The store is in use, a group does not exist, the socket cannot be made; 130 after Ctrl-C.
pub fn run(args: &ServeArgs, ctx: &mut Context) -> Result<(), Failure> {
    log_to_stderr();
    // Before the store is taken: a signal from now on is a clean stop.
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|e| Failure::io("signals", &e))?;
    let dir = ctx.store_dir()?;
    let inherited = inherited()?;
    let socket = match &args.socket {
        Some(socket) => std::path::absolute(socket).map_err(|e| Failure::io(&socket.display().to_string(), &e))?,
        None => {
            let named = ctx.globals.server.as_ref().or(ctx.config.server.as_ref());
            named.cloned().unwrap_or_else(|| PathBuf::from(SOCKET))
        }
    };
    let roles = Roles::new(args.group.as_deref(), args.lead_group.as_deref(), ctx.config.people.clone())?;
    more_files();
    let grace = Duration::from_secs(args.grace);
    let at =
        if inherited.is_empty() { socket.display().to_string() } else { "the service manager's socket".to_owned() };
    let host = Host::start(HostOptions { dir: dir.clone(), socket, inherited, roles, grace })?;
    tell_manager(NotifyState::Ready);
    let version = env!("CARGO_PKG_VERSION");
    let (pid, account) = (std::process::id(), accounts::own_name());
    talk::say(&format!("labeltui {version} (pid {pid}, {account}) serves {} at {at}", dir.display()));
    let signal = signals.forever().next();
    tell_manager(NotifyState::Stopping);
    // Whoever does not want to wait asks again.
    std::thread::spawn(move || signals.forever().next().map(|signal| std::process::exit(128 + signal)));
    host.stop();
    talk::say("stopped; what was acknowledged is kept");
    if signal == Some(SIGINT) { Err(Failure::Quiet(INTERRUPTED)) } else { Ok(()) }
}

/// The sockets that a service manager has opened for this process.
fn inherited() -> Result<Vec<UnixListener>, Failure> {
    let mut given = listenfd::ListenFd::from_env();
    let sockets = (0..given.len()).map(|n| given.take_unix_listener(n)).collect::<Result<Vec<_>, _>>();
    let sockets =
        sockets.map_err(|e| Failure::Usage(format!("a socket of the service manager is no Unix socket: {e}")))?;
    Ok(sockets.into_iter().flatten().collect())
}

/// Systemd waits for this; elsewhere nobody listens.
fn tell_manager(state: NotifyState<'_>) {
    if let Err(e) = sd_notify::notify(&[state]) {
        tracing::warn!("the service manager cannot be told: {e}");
    }
}

/// Each connection takes two file descriptors: as many as the system allows us.
fn more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if let Err(e) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!("the limit of open files stays at {:?}: {e}", limit.current);
    }
}

/// What goes wrong, for the journal; never a trace's text.
fn log_to_stderr() {
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_target(false)
        .with_ansi(false);
    // The journal has its own clock.
    let _ = if std::env::var_os("JOURNAL_STREAM").is_some() { log.without_time().try_init() } else { log.try_init() };
}
