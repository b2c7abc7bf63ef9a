//! The other side: calls and notices over a socket, with an eye on whether anybody is still there.

use super::frame::{self, Idle, MESSAGE_CAP, is_timeout};
use super::hello::{self, Hello, Wants, Welcome};
use super::peer;
use crate::service::api::{Call, Notice, Principal, Reason, Refusal, Response};
use crate::service::team::accounts;
use serde::Deserialize as _;
use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// No hello within this: it is there and does not answer.
const HELLO_WAIT: Duration = Duration::from_secs(2);

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// Nobody is there (any more): try the rule of one owner again.
    Gone(String),
    /// Somebody is there and does not answer.
    Silent,
    /// It answered no: another version, another user.
    Refused(Refusal),
}

/// The service at the other end of a socket.
pub struct Remote {
    door: Door,
    /// Whom the other end takes us for.
    who: Principal,
    /// Connections not in use: each carries one call at a time.
    idle: Mutex<Vec<UnixStream>>,
}

/// How to get in.
#[derive(Clone)]
struct Door {
    path: PathBuf,
    who: Principal,
    /// Only a process of our own user is to be trusted there.
    private: bool,
    /// What we are called among the terminals of our account.
    terminal: Uuid,
}

/// Notices from the other end.
pub struct Watching {
    from: BufReader<UnixStream>,
}

impl Remote {
    /// Connects and waits for the welcome. With `private`, only a server of the same user will do.
    ///
    /// # Errors
    /// Nobody there, no answer within 2 s, or a refusal.
    pub fn connect(path: &Path, who: &Principal, private: bool) -> Result<Self, Trouble> {
        let door = Door { path: path.to_owned(), who: who.clone(), private, terminal: Uuid::now_v7() };
        let (first, welcome) = door.knock(Wants::Calls)?;
        let who = Principal::deserialize(&welcome.who).unwrap_or_else(|_| who.clone());
        Ok(Self { door, who, idle: Mutex::new(vec![first]) })
    }

    /// Whom the other end takes us for: on a team server, the kernel's word and the role that it gives.
    #[must_use]
    pub const fn who(&self) -> &Principal {
        &self.who
    }

    /// Asks and waits. However long it takes, as long as the other end still says hello to others.
    ///
    /// # Errors
    /// The answer did not come: nothing is known of the change. The inner error is the service's refusal.
    pub fn call(&self, call: &Call) -> Result<Result<Response, Refusal>, Trouble> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let stream = idle.map_or_else(|| self.door.enter(Wants::Calls), Ok)?;
        let mut patient = Patient { stream: &stream, door: &self.door, silent: false };
        let answer = frame::send(&mut patient, call)
            .and_then(|()| frame::receive(&mut BufReader::new(&mut patient), MESSAGE_CAP, Idle::Ends));
        match answer {
            Ok(Some(answer)) => {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
                Ok(answer)
            }
            Ok(None) => Err(Trouble::Gone("it has left".to_owned())),
            Err(_) if patient.silent => Err(Trouble::Silent),
            Err(e) => Err(Trouble::Gone(e.to_string())),
        }
    }

    /// Starts a stream of notices.
    ///
    /// # Errors
    /// As [`Remote::connect`].
    pub fn watch(&self) -> Result<Watching, Trouble> {
        let stream = self.door.enter(Wants::Watch)?;
        stream.set_read_timeout(None).map_err(|e| Trouble::Gone(e.to_string()))?;
        Ok(Watching { from: BufReader::new(stream) })
    }
}

impl Watching {
    /// Waits for the next notices; `None` when the other end has left.
    pub fn wait(&mut self) -> Option<Vec<Notice>> {
        frame::receive(&mut self.from, MESSAGE_CAP, Idle::Ends).ok().flatten()
    }

    /// Something that ends the waiting from another thread.
    ///
    /// # Errors
    /// Out of file descriptors.
    pub fn stopper(&self) -> io::Result<impl Fn() + Send + Sync + use<>> {
        let stream = self.from.get_ref().try_clone()?;
        Ok(move || drop(stream.shutdown(Shutdown::Both)))
    }
}

impl Door {
    fn enter(&self, wants: Wants) -> Result<UnixStream, Trouble> {
        self.knock(wants).map(|(stream, _)| stream)
    }

    fn knock(&self, wants: Wants) -> Result<(UnixStream, Welcome), Trouble> {
        let gone = |e: io::Error| Trouble::Gone(e.to_string());
        let mut stream = connect(&self.path)?;
        if self.private && !peer::is_me(&stream).map_err(gone)? {
            let message = format!("{}: another user answers there", self.path.display());
            return Err(Trouble::Refused(Refusal { reason: Reason::NotPermitted, message }));
        }
        stream.set_read_timeout(Some(HELLO_WAIT)).map_err(gone)?;
        stream.set_write_timeout(Some(HELLO_WAIT)).map_err(gone)?;
        // A server without room says so and hangs up before it has read anything: its welcome is there all the same.
        let said = frame::send(&mut stream, &Hello::new(&self.who, wants, self.terminal));
        let welcome: Option<Welcome> =
            frame::receive(&mut stream, hello::CAP, Idle::Ends).map_err(|e| broken(said.err().unwrap_or(e)))?;
        let welcome = welcome.ok_or_else(|| Trouble::Gone("it has left".to_owned()))?;
        let welcome = welcome.check(self.private).map_err(Trouble::Refused)?;
        Ok((stream, welcome))
    }
}

fn broken(e: io::Error) -> Trouble {
    if is_timeout(&e) { Trouble::Silent } else { Trouble::Gone(e.to_string()) }
}

/// Connects within the time for a hello: a stopped process whose backlog is full would hold us for ever.
fn connect(path: &Path) -> Result<UnixStream, Trouble> {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, sockopt};
    let gone = |e: rustix::io::Errno| Trouble::Gone(io::Error::from(e).to_string());
    #[cfg(target_os = "linux")]
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, rustix::net::SocketFlags::CLOEXEC, None);
    #[cfg(not(target_os = "linux"))]
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)
        .and_then(|s| rustix::io::fcntl_setfd(&s, rustix::io::FdFlags::CLOEXEC).map(|()| s));
    let socket = socket.map_err(gone)?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(HELLO_WAIT)).map_err(gone)?;
    let address = SocketAddrUnix::new(path).map_err(gone)?;
    match rustix::net::connect(&socket, &address) {
        Ok(()) => Ok(UnixStream::from(socket)),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::TIMEDOUT | rustix::io::Errno::INPROGRESS) => {
            Err(Trouble::Silent)
        }
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM) => Err(Trouble::Refused(forbidden(path))),
        Err(e) => Err(gone(e)),
    }
}

/// The kernel keeps us from the socket: it is for a group that we are not in, or were not when we logged in.
fn forbidden(path: &Path) -> Refusal {
    let me = accounts::own_name();
    let group = fs::metadata(path).ok().and_then(|m| accounts::group_name(m.gid()));
    let message = match group {
        Some(group) if group != "root" => format!(
            "{}: only members of group {group} may use this server, and {me} is not logged in as one; an admin adds {me} with: usermod -aG {group} {me}",
            path.display()
        ),
        _ => format!("{}: {me} may not use this server", path.display()),
    };
    Refusal { reason: Reason::NotPermitted, message }
}

/// Waits as long as the other end is alive: whenever nothing moves for 2 s, it must say hello.
struct Patient<'a> {
    stream: &'a UnixStream,
    door: &'a Door,
    silent: bool,
}

impl Patient<'_> {
    fn wait<T>(&mut self, mut step: impl FnMut(&UnixStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            match step(self.stream) {
                Err(e) if is_timeout(&e) => {
                    if self.door.enter(Wants::Nothing).is_err() {
                        self.silent = true;
                        return Err(e);
                    }
                }
                done => return done,
            }
        }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.wait(|mut stream| stream.read(out))
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wait(|mut stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
