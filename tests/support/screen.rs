//! The program on a pseudo-terminal.

use super::place::{FOREIGN, Place, binary};
use super::terminal::Terminal;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read as _, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Only a hang takes this long; two cores may be busy with other tests.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Between Esc and the next key.
const PAUSE: Duration = Duration::from_millis(100);

/// How a screen is started.
pub struct Launch<'a> {
    place: &'a Place,
    program: std::path::PathBuf,
    arguments: Vec<String>,
    size: (u16, u16),
    environment: Vec<(String, String)>,
}

impl<'a> Launch<'a> {
    /// The binary with these arguments.
    pub fn new(place: &'a Place, arguments: &[&str]) -> Self {
        Self::of(place, &binary(), arguments)
    }

    /// Another program (a shell around it).
    pub fn of(place: &'a Place, program: &std::path::Path, arguments: &[&str]) -> Self {
        Self {
            place,
            program: program.to_owned(),
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            size: (120, 40),
            environment: Vec::new(),
        }
    }

    /// Columns and rows; 120x40 where not said.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn start(self) -> Screen {
        let (columns, rows) = self.size;
        let pair = native_pty_system().openpty(pty_size(columns, rows)).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.arguments);
        command.cwd(self.place.path(""));
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in self.place.environment() {
            command.env(name, value);
        }
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the binary runs");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("the terminal's output");
        let (tell, output) = channel();
        let hung_up = Arc::new(AtomicBool::new(false));
        let leaving = Arc::clone(&hung_up);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let told = tell.send((Instant::now(), buffer[..n].to_vec()));
                if told.is_err() || leaving.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        Screen {
            input: pair.master.take_writer().expect("the terminal's input"),
            master: Some(pair.master),
            hung_up,
            child,
            output,
            terminal: Terminal::new(columns, rows),
            raw: Vec::new(),
            started,
            last: started,
        }
    }
}

/// A running program and what its terminal shows.
pub struct Screen {
    input: Box<dyn Write + Send>,
    master: Option<Box<dyn MasterPty + Send>>,
    hung_up: Arc<AtomicBool>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<(Instant, Vec<u8>)>,
    terminal: Terminal,
    /// Everything written so far.
    raw: Vec<u8>,
    started: Instant,
    last: Instant,
}

impl Screen {
    /// Presses keys, as in [`super::keys::bytes`]. After Esc there is a pause, as people make one: without it a
    /// terminal means Alt and the next key.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        let mut parts = keys.split("<Esc>").peekable();
        while let Some(part) = parts.next() {
            self.send(&super::keys::bytes(part));
            if parts.peek().is_some() {
                self.settle(PAUSE);
                self.send(b"\x1b").settle(PAUSE);
            }
        }
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.send(&super::keys::paste(text))
    }

    pub fn send(&mut self, bytes: &[u8]) -> &mut Self {
        self.input.write_all(bytes).and_then(|()| self.input.flush()).expect("the terminal takes input");
        self
    }

    /// Reads on until the screen is as wanted.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&Terminal) -> bool) -> &mut Self {
        let deadline = Instant::now() + DEADLINE;
        while !wanted(&self.terminal) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((at, bytes)) => self.take(at, &bytes),
                Err(RecvTimeoutError::Timeout) => panic!("waited in vain for {what}; the screen is\n{}", self.text()),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait();
                    panic!("it ended ({status:?}) while waiting for {what}; the screen was\n{}", self.text())
                }
            }
        }
        self
    }

    /// Reads on until what was written is as wanted; when the last bytes of it came.
    pub fn read_until(&mut self, wanted: impl Fn(&[u8]) -> bool) -> Instant {
        while !wanted(&self.raw) {
            match self.output.recv_timeout(DEADLINE) {
                Ok((at, bytes)) => self.take(at, &bytes),
                Err(e) => panic!("nothing more was written ({e}); the screen is\n{}", self.text()),
            }
        }
        self.last
    }

    /// Until this text is somewhere on the screen.
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait(text, |t| t.text().contains(text))
    }

    /// Until this text is nowhere on the screen.
    pub fn wait_gone(&mut self, text: &str) -> &mut Self {
        self.wait(&format!("{text:?} to go"), |t| !t.text().contains(text))
    }

    /// Reads on until nothing was written for `quiet`; how many bytes came.
    pub fn settle(&mut self, quiet: Duration) -> usize {
        let before = self.raw.len();
        while let Ok((at, bytes)) = self.output.recv_timeout(quiet) {
            self.take(at, &bytes);
        }
        self.raw.len() - before
    }

    /// Until the program has ended.
    pub fn end(&mut self) -> ExitStatus {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((at, bytes)) => self.take(at, &bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().expect("its exit status"),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; the screen is\n{}", self.text()),
            }
        }
    }

    fn take(&mut self, at: Instant, bytes: &[u8]) {
        self.last = at;
        self.raw.extend_from_slice(bytes);
        self.terminal.feed(bytes);
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.terminal.resize(columns, rows);
        self.master.as_ref().expect("a terminal").resize(pty_size(columns, rows)).expect("a resize");
        self
    }

    /// The terminal goes away, as when a link drops or a window closes. (The library types a newline and an end of
    /// file before it closes, which a program sees as keys.)
    pub fn hang_up(&mut self) -> &mut Self {
        self.hung_up.store(true, Ordering::SeqCst);
        // The reader holds the terminal too; a repaint lets it see that it should leave.
        self.keys("<C-l>");
        while let Ok((at, bytes)) = self.output.recv_timeout(DEADLINE) {
            self.take(at, &bytes);
        }
        self.input = Box::new(std::io::sink());
        self.master = None;
        self
    }

    /// Waits for the process itself, where its terminal is gone.
    pub fn wait_process(&mut self) -> ExitStatus {
        self.child.wait().expect("its exit status")
    }

    /// Sends a signal by its number, to this process alone.
    pub fn signal(&mut self, signal: rustix::process::Signal) -> &mut Self {
        rustix::process::kill_process(self.pid(), signal).expect("a signal");
        self
    }

    pub fn pid(&self) -> rustix::process::Pid {
        let id = self.child.process_id().and_then(|id| i32::try_from(id).ok());
        id.and_then(rustix::process::Pid::from_raw).expect("a process id")
    }

    pub fn terminal(&self) -> &Terminal {
        &self.terminal
    }

    pub fn text(&self) -> String {
        self.terminal.text()
    }

    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// From the start to the last bytes read.
    pub fn elapsed(&self) -> Duration {
        self.last - self.started
    }

    /// When the last bytes came.
    pub fn last_output(&self) -> Instant {
        self.last
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}
