//! Everything through a team server: the commands know only its socket, and a watch outlives it.

use super::broken::{rows, until};
use super::server::{Desk, Server};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

/// A process of labeltui's that runs on; killed with the test.
struct Running(Child);

impl Running {
    /// Returns once it has said this.
    fn start(desk: &Desk, arguments: &[&str], said: &str) -> Self {
        let mut child = desk.command("lead", arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains(said) {
            line.clear();
            assert_ne!(talk.read_line(&mut line).unwrap(), 0, "{arguments:?} ended without saying {said:?}");
        }
        // Nobody may block it by not reading.
        std::thread::spawn(move || std::io::copy(&mut talk, &mut std::io::sink()));
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_team_server_pulls_pushes_and_watches_and_may_be_started_again_meanwhile() {
    let server = Server::start(&[]);
    let ids = server.seed("team", 3);
    let uri = server.uri();
    let mut desk = Desk::new();
    let socket = desk.path("team.sock");
    let serve = ["serve", "--socket", "team.sock"];
    let serving = Running::start(&desk, &serve, "serves");
    desk.env = vec![("LABELTUI_SERVER", socket.to_str().unwrap().to_owned())];
    let pull = ["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "team", "--session", "s"];
    let pulled = desk.json("lead", &pull);
    assert_eq!((&pulled["imported"], &pulled["added"]), (&3.into(), &3.into()));
    desk.ok("lead", &["--experiment", "team", "schema", "create", "ok", "--type", "feedback", "--pass-fail", "Y", "N"]);
    desk.ok("lead", &["session", "update", "s", "--schema", "ok"]);
    desk.ok("lead", &["answer", "s", &ids[0], "ok=Y", "--submit"]);
    desk.ok("lead", &["mlflow", "push", "s"]);
    assert_eq!(rows(&server, "assessments"), 1);

    let _watching = Running::start(&desk, &["mlflow", "push", "--watch"], "pushing what is answered");
    desk.ok("lead", &["answer", "s", &ids[1], "ok=N", "--submit"]);
    until("the watch's push", || rows(&server, "assessments") == 2);
    drop(serving);
    desk.env.clear();
    let _serving = Running::start(&desk, &serve, "serves");
    desk.env = vec![("LABELTUI_SERVER", socket.to_str().unwrap().to_owned())];
    desk.ok("lead", &["answer", "s", &ids[2], "ok=Y", "--submit"]);
    until("the push after the server was started again", || rows(&server, "assessments") == 3);
    until("its note", || desk.json("lead", &["mlflow", "status", "s"])["links"][0]["pending"] == 0);
}
