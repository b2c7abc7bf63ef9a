//! A tracking server of the test's own on the loopback, MLflow's SDK beside it, and labeltui with a store of its own.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

/// The Python of a virtual environment with mlflow==3.17.2. Missing: the test fails, it does not skip.
pub fn python() -> PathBuf {
    let named = std::env::var_os("LABELTUI_MLFLOW_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let path = named.or_else(|| cache.map(|c| c.join("labeltui-ci/venv/bin/python"))).expect("a home folder");
    assert!(
        path.exists(),
        "{}: no Python with MLflow; .ci/run makes it, or set LABELTUI_MLFLOW_PYTHON",
        path.display()
    );
    path
}

pub fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mlflow").join(name)
}

/// A server; killed with the test.
pub struct Server {
    host: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    pub folder: tempfile::TempDir,
    pub port: u16,
}

impl Server {
    pub fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("labeltui-mlflow-").tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let mut host = Command::new(python())
            .arg(script("host.py"))
            .arg(port.to_string())
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server's host");
        let to = host.stdin.take().expect("stdin");
        let from = BufReader::new(host.stdout.take().expect("stdout"));
        let mut server = Self { host, to, from, folder, port };
        server.up();
        server
    }

    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn say(&mut self, word: &str) -> String {
        writeln!(self.to, "{word}").expect("the host listens");
        let mut line = String::new();
        self.from.read_line(&mut line).expect("the host answers");
        line.trim().to_owned()
    }

    /// Starts it (again) and waits until it answers.
    pub fn up(&mut self) {
        let said = self.say("start");
        assert_eq!(said, "up", "{}", self.log());
    }

    /// What it has written to its log: a line for every request that it has answered.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        assert_eq!(self.say("kill"), "down");
    }

    /// A command of sdk.py.
    pub fn sdk(&self, arguments: &[&str]) -> Value {
        sdk(&self.uri(), arguments)
    }

    pub fn seed(&self, experiment: &str, n: u32) -> Vec<String> {
        let ids = self.sdk(&["seed", experiment, &n.to_string(), "0"]);
        ids.as_array().expect("ids").iter().map(|v| v.as_str().expect("an id").to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = writeln!(self.to, "kill");
        let mut line = String::new();
        let _ = self.from.read_line(&mut line);
        let _ = self.host.kill();
        let _ = self.host.wait();
    }
}

pub fn sdk(uri: &str, arguments: &[&str]) -> Value {
    let out = Command::new(python()).arg(script("sdk.py")).arg(uri).args(arguments).output().expect("python");
    assert!(out.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("JSON")
}

/// A store of its own, and who works in it.
pub struct Desk {
    folder: tempfile::TempDir,
    pub env: Vec<(&'static str, String)>,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), env: Vec::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, who: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labeltui"));
        command.args(arguments).env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("HOME", self.folder.path()).env("LABELTUI_STORE", self.path("store")).env("LABELTUI_USER", who);
        command.env("TZ", "UTC").envs(self.env.iter().map(|(k, v)| (*k, v)));
        command
    }

    pub fn run(&self, who: &str, arguments: &[&str]) -> Output {
        self.command(who, arguments).output().expect("labeltui runs")
    }

    pub fn ok(&self, who: &str, arguments: &[&str]) -> String {
        let out = self.run(who, arguments);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        let data = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{arguments:?}: {:?}\n{said}\n{data}", out.status);
        String::from_utf8(out.stdout).expect("UTF-8")
    }

    pub fn json(&self, who: &str, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        serde_json::from_str(&self.ok(who, &all)).expect("JSON")
    }

    /// What must not work: the exit code and what was said.
    pub fn no(&self, who: &str, arguments: &[&str]) -> (i32, String) {
        let out = self.run(who, arguments);
        assert!(!out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stdout));
        (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&out.stderr).into_owned())
    }

    /// Pulls an experiment into a session that asks every kind of question.
    pub fn session(&self, uri: &str, experiment: &str) {
        self.ok("lead", &["mlflow", "pull", "--tracking-uri", uri, "--experiment", experiment]);
        let schema = |name: &str, rest: &[&str]| {
            let mut all =
                vec!["--experiment", experiment, "schema", "create", name, "--comment", "--title", "A title?"];
            all.extend(rest);
            self.ok("lead", &all);
        };
        schema("ok", &["--type", "feedback", "--pass-fail", "Yes", "No"]);
        schema("tone", &["--type", "feedback", "--option", "warm", "--option", "cold"]);
        schema("faults", &["--type", "feedback", "--option", "a", "--option", "b, c", "--multi"]);
        schema("grade", &["--type", "feedback", "--numeric", "--min", "0", "--max", "10"]);
        schema("remark", &["--type", "feedback", "--text"]);
        schema("remarks", &["--type", "feedback", "--text-list"]);
        schema("ideal", &["--type", "expectation", "--text"]);
        schema("level", &["--type", "expectation", "--numeric"]);
        schema("facts", &["--type", "expectation", "--text-list"]);
        schema("right", &["--type", "expectation", "--pass-fail", "Yes", "No"]);
        let mut create = vec!["--experiment", experiment, "session", "create", "s", "--user", "alice", "--user", "bob"];
        for name in NAMES {
            create.extend(["--schema", name]);
        }
        self.ok("lead", &create);
        self.ok("lead", &["session", "add-traces", "s", "--all"]);
    }
}

/// Every kind of question, both types.
pub const NAMES: [&str; 10] =
    ["ok", "tone", "faults", "grade", "remark", "remarks", "ideal", "level", "facts", "right"];
