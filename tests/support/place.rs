//! A store of one's own in a temporary folder, and commands on it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The binary under test; `.ci/run` may name another build of it.
pub fn binary() -> PathBuf {
    std::env::var_os("LABELTUI_TEST_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_labeltui")), PathBuf::from)
}

/// Variables that would let the machine's own settings into a test.
pub const FOREIGN: [&str; 13] = [
    "LABELTUI_STORE",
    "LABELTUI_SERVER",
    "LABELTUI_USER",
    "LABELTUI_EXPERIMENT",
    "LABELTUI_CONFIG",
    "LABELTUI_LOG",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "SSH_CONNECTION",
    "SSH_TTY",
    "EDITOR",
];

/// A temporary folder with a store (`store/`) and a home of its own.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let place =
            Self { folder: tempfile::Builder::new().prefix("labeltui-").tempdir().expect("a temporary folder") };
        std::fs::create_dir(place.path("home")).expect("a home");
        place
    }

    /// With a session `s` of the support traces and three questions: pass/fail with comment, choice, text.
    pub fn with_session() -> Self {
        let place = Self::new();
        place.write("traces.jsonl", &super::traces::plain(6));
        place.session_of("traces.jsonl");
        place
    }

    /// A session `s` of all traces in `file`.
    pub fn session_of(&self, file: &str) {
        self.ok(&["import", file]);
        self.ok(&[
            "schema",
            "create",
            "quality",
            "--type",
            "feedback",
            "--title",
            "Is it good?",
            "--pass-fail",
            "Yes",
            "No",
            "--comment",
        ]);
        self.ok(&["schema", "create", "tone", "--type", "feedback", "--option", "warm", "--option", "cold"]);
        self.ok(&["schema", "create", "better", "--type", "expectation", "--text"]);
        self.ok(&["session", "create", "s", "--schema", "quality", "--schema", "tone", "--schema", "better"]);
        self.ok(&["session", "add-traces", "s", "--all"]);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn store(&self) -> PathBuf {
        self.path("store")
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The environment of every process of this place.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        let home = self.path("home");
        vec![
            ("LABELTUI_STORE", self.store()),
            ("LABELTUI_USER", PathBuf::from("alice")),
            ("XDG_CONFIG_HOME", home.join("config")),
            ("XDG_DATA_HOME", home.join("data")),
            ("XDG_RUNTIME_DIR", home.join("run")),
            ("HOME", home),
            ("TZ", PathBuf::from("UTC")),
        ]
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(&binary(), arguments)
    }

    pub fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.envs(self.environment());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// Must succeed; its stdout.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "labeltui {arguments:?}: {}\n{}", output.status, text(&output.stderr));
        text(&output.stdout)
    }

    /// Must fail with this exit code; its stderr.
    pub fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "labeltui {arguments:?}\n{said}{}", text(&output.stdout));
        said
    }

    /// With something on stdin.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut stdin = child.stdin.take().expect("piped");
        let written = stdin.write_all(input);
        drop(stdin);
        let output = child.wait_with_output().expect("output");
        written.expect("it reads its input");
        output
    }

    /// The submitted labels: (trace, question, value, comment).
    pub fn labels(&self) -> Vec<(String, String, serde_json::Value, Option<String>)> {
        let lines = self.ok(&["labels", "s", "--format", "jsonl"]);
        let row = |line: &str| {
            let v: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
            let text = |k: &str| v[k].as_str().map(ToOwned::to_owned);
            let named = |k: &str| text(k).expect("a text");
            (named("request_id"), named("assessment_name"), v["assessment_value"].clone(), text("assessment_comment"))
        };
        lines.lines().map(row).collect()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
