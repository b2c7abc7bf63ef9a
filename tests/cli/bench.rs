//! A home folder of its own for each test, and the program run in it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A home with nothing in it.
pub struct Bench {
    home: TempDir,
}

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Bench {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// With the demo's traces, schemas and session; the store is the default one of the bench.
    pub fn with_session() -> Self {
        let bench = Self::new();
        bench.ok(&["import", demo("traces.jsonl").to_str().unwrap()]);
        bench.ok(&["schema", "apply", demo("schemas.json").to_str().unwrap()]);
        let schemas = ["summary_quality", "expected_summary", "confidence", "problems"].map(|s| ["--schema", s]);
        let mut create = vec!["session", "create", "label_summaries"];
        create.extend(schemas.iter().flatten());
        bench.ok(&create);
        bench.ok(&["session", "add-traces", "label_summaries", "--all"]);
        bench
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The program with nothing of the machine's own settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_labeltui"));
        command.args(args).env_clear().current_dir(self.home()).stdin(Stdio::null());
        command.env("HOME", self.home()).env("LOGNAME", "tester").env("TZ", "UTC").env("TERM", "xterm");
        command.env("LABELTUI_STORE", self.path("store"));
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Runs what must work.
    pub fn ok(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran
    }

    /// Runs what must work and print one JSON document.
    pub fn json(&self, args: &[&str]) -> Value {
        let ran = self.ok(args);
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{args:?}: {e}: {}", ran.out))
    }

    /// Runs what must fail in this way.
    #[track_caller]
    pub fn fails(&self, args: &[&str], code: i32, said: &str) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        assert!(ran.err.contains(said), "{args:?} said: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}: data beside a failure");
        ran
    }
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The lines of the output as JSON.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
    }
}

/// A file of the demo.
pub fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name)
}

/// John Doe's trace, the first of the queue.
pub const JOHN: &str = "tr-249676013ea404ecd5cce1fbde9cad63";
/// The trace after it.
pub const ACME: &str = "tr-efb9b41028b53520fa6578e76524fd7a";
