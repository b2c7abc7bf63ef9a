//! For tests: a tracking server in memory that plays what was recorded from a real one (MLflow 3.17.2), traps
//! included, and whose answers can be lost, doubled, or put in the place of others.

mod world;

pub use world::World;

use super::{Client, Settings};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It is carried out, and the connection is gone before the answer.
    Lost,
    /// It is not carried out, and the connection is gone.
    Broken,
    /// Its answer comes twice.
    Doubled,
    /// It is carried out twice, and the second answer comes.
    Twice,
    /// It is not carried out and never answered.
    Silent,
    /// It is answered with this status and body, and not carried out.
    Says(u16, String),
}

/// Looks at a call (method, path with query) and says what goes wrong.
pub type Plan = Box<dyn FnMut(&str, &str) -> Option<Trouble> + Send>;

struct Shared {
    world: World,
    plan: Option<Plan>,
}

/// The server; it lives as long as the test's process.
#[derive(Clone)]
pub struct Fake {
    shared: Arc<Mutex<Shared>>,
    uri: String,
}

impl Fake {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared { world: World::default(), plan: None }));
        let fake = Self { shared: Arc::clone(&shared), uri };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || drop(serve(stream, &shared)));
            }
        });
        fake
    }

    /// Everything that it has.
    pub fn world(&self) -> impl std::ops::DerefMut<Target = World> + '_ {
        struct Guard<'a>(MutexGuard<'a, Shared>);
        impl std::ops::Deref for Guard<'_> {
            type Target = World;
            fn deref(&self) -> &World {
                &self.0.world
            }
        }
        impl std::ops::DerefMut for Guard<'_> {
            fn deref_mut(&mut self) -> &mut World {
                &mut self.0.world
            }
        }
        Guard(self.shared.lock().unwrap())
    }

    pub fn trouble(&self, plan: impl FnMut(&str, &str) -> Option<Trouble> + Send + 'static) {
        self.shared.lock().unwrap().plan = Some(Box::new(plan));
    }

    pub fn well(&self) {
        self.shared.lock().unwrap().plan = None;
    }

    /// A client that does not wait long.
    pub fn client(&self) -> Client {
        Client::new(self.settings()).unwrap()
    }

    pub fn settings(&self) -> Settings {
        let settings = Settings::read(Some(&self.uri), &|_| None, None).unwrap();
        Settings { backoff: Duration::from_millis(1), retries: 4, timeout: Duration::from_secs(20), ..settings }
    }
}

fn serve(stream: TcpStream, shared: &Mutex<Shared>) -> std::io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace();
        let (method, target) = (words.next().unwrap_or("").to_owned(), words.next().unwrap_or("").to_owned());
        let (mut length, mut headers) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            if header.trim().is_empty() {
                break;
            }
            if let Some(n) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = n.trim().parse().unwrap_or(0);
            }
            headers.push_str(&header);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let (trouble, answer) = {
            let mut shared = shared.lock().unwrap();
            let trouble = shared.plan.as_mut().and_then(|plan| plan(&method, &target));
            let carried_out = !matches!(trouble, Some(Trouble::Broken | Trouble::Silent | Trouble::Says(..)));
            shared.world.headers = headers;
            if trouble == Some(Trouble::Twice) {
                shared.world.answer(&method, &target, &body);
            }
            let answer = carried_out.then(|| shared.world.answer(&method, &target, &body));
            (trouble, answer)
        };
        let (status, text) = match (&trouble, answer) {
            (Some(Trouble::Lost | Trouble::Broken), _) => return Ok(()),
            // Until the client has had enough.
            (Some(Trouble::Silent), _) => return reader.read_line(&mut line).map(drop),
            (Some(Trouble::Says(status, text)), _) => (*status, text.clone()),
            (_, Some((status, text))) => (status, text),
            (_, None) => return Ok(()),
        };
        let whole = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{text}", text.len());
        writer.write_all(whole.as_bytes())?;
        if trouble == Some(Trouble::Doubled) {
            writer.write_all(whole.as_bytes())?;
        }
    }
}
