//! stdout: data. The one place that writes there while no screen is up.

use super::Failure;
use crate::text::sanitize_lines;
use std::io::{self, BufWriter, IsTerminal as _, Write};

/// Where a command's data goes: buffered, and sanitised where a person's terminal is at the other end.
pub struct Out {
    to: BufWriter<Box<dyn Write + Send>>,
    terminal: bool,
    columns: Option<usize>,
}

impl Out {
    /// The process's stdout.
    #[must_use]
    pub fn stdout() -> Self {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let columns = if terminal { rustix::termios::tcgetwinsize(&stdout).ok() } else { None };
        let columns = columns.map(|s| usize::from(s.ws_col)).filter(|w| *w > 0);
        Self { to: BufWriter::with_capacity(64 * 1024, Box::new(stdout)), terminal, columns }
    }

    /// A file, whole or not at all; see [`super::WholeFile`].
    #[must_use]
    pub fn file(to: Box<dyn Write + Send>) -> Self {
        Self { to: BufWriter::with_capacity(64 * 1024, to), terminal: false, columns: None }
    }

    /// Into memory, as if it were a terminal of that many columns, or none; and how to read what was written.
    #[cfg(test)]
    pub fn captured(columns: Option<usize>) -> (Self, impl Fn(&mut Self) -> String) {
        use std::sync::{Arc, Mutex};
        #[derive(Clone, Default)]
        struct Shared(Arc<Mutex<Vec<u8>>>);
        impl Write for Shared {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let shared = Shared::default();
        let out = Self { to: BufWriter::new(Box::new(shared.clone())), terminal: columns.is_some(), columns };
        (out, move |out: &mut Self| {
            out.flush().unwrap();
            String::from_utf8(shared.0.lock().unwrap().clone()).unwrap()
        })
    }

    /// Whether a terminal is at the other end.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of the terminal at the other end.
    #[must_use]
    pub const fn width(&self) -> Option<usize> {
        self.columns
    }

    /// Text for people (any number of lines) and a line end; sanitised always: people look at pipes, too.
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let safe = sanitize_lines(text);
        self.put(safe.as_bytes())?;
        self.put(b"\n")
    }

    /// Data whose exact bytes are wanted in a file or pipe; on a terminal it is sanitised.
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn exact(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.terminal {
            let text = String::from_utf8_lossy(bytes);
            let safe = sanitize_lines(&text);
            self.put(safe.as_bytes())
        } else {
            self.put(bytes)
        }
    }

    /// Bytes that this program made itself and that hold nothing of a trace (help, completions).
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.put(bytes)?;
        self.flush()
    }

    /// One JSON document on lines of its own; control and format characters are escaped, so it is safe anywhere.
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn json(&mut self, value: &serde_json::Value) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Failure::Refused(e.to_string()))?;
        self.put(super::json::escape(&text).as_bytes())?;
        self.put(b"\n")
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// The reader went away, or the disk is full.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.to.flush().map_err(|e| Failure::io("the output", &e))
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.to.write_all(bytes).map_err(|e| Failure::io("the output", &e))
    }
}
