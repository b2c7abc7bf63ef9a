//! A server with basic-auth: who may only READ, and who may EDIT.

use super::server::{Desk, Server};
use std::process::Command;

/// A call of the auth interface as the admin.
fn admin(server: &Server, path: &str, body: &str) {
    let code = "import base64,sys,urllib.request as u\n\
        r=u.Request(sys.argv[1],data=sys.argv[2].encode(),method='POST',headers={'Content-Type':'application/json',\
        'Authorization':'Basic '+base64.b64encode(b'admin:a-long-password-1').decode()})\n\
        u.urlopen(r).read()";
    let uri = format!("{}{path}", server.uri());
    let out = Command::new(super::server::python()).args(["-c", code, &uri, body]).output().unwrap();
    assert!(out.status.success(), "{path}: {}", String::from_utf8_lossy(&out.stderr));
}

fn login(desk: &mut Desk, user: &str, password: &str) {
    desk.env = vec![("MLFLOW_TRACKING_USERNAME", user.to_owned()), ("MLFLOW_TRACKING_PASSWORD", password.to_owned())];
}

#[test]
fn a_reader_is_told_what_is_missing_and_an_editor_pushes() {
    let server = Server::start(&["--auth"]);
    let uri = server.uri();
    let signed = uri.replace("http://", "http://admin:a-long-password-1@");
    let ids = super::server::sdk(&signed, &["seed", "team", "1", "0"]);
    let id = ids[0].as_str().unwrap();
    for user in ["reader", "editor"] {
        admin(
            &server,
            "/api/2.0/mlflow/users/create",
            &format!("{{\"username\":\"{user}\",\"password\":\"long-enough-12\"}}"),
        );
    }
    let right =
        "{\"username\":\"editor\",\"resource_type\":\"experiment\",\"resource_id\":\"1\",\"permission\":\"EDIT\"}";
    admin(&server, "/api/3.0/mlflow/users/permissions/grant", right);
    let mut desk = Desk::new();
    let pull = ["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "team"];
    let (code, said) = desk.no("alice", &pull);
    assert!(code == 1 && said.contains("401") && said.contains("MLFLOW_TRACKING_USERNAME"), "{code} {said}");
    login(&mut desk, "reader", "wrong");
    assert!(desk.no("alice", &pull).1.contains("401"));
    // As the file says it, too.
    desk.env.clear();
    let file = desk.path(".mlflow");
    std::fs::create_dir(&file).unwrap();
    let text = "[mlflow]\nmlflow_tracking_username = reader\nmlflow_tracking_password = long-enough-12\n";
    std::fs::write(file.join("credentials"), text).unwrap();
    desk.ok("alice", &pull);
    desk.ok(
        "alice",
        &["--experiment", "team", "schema", "create", "ok", "--type", "feedback", "--pass-fail", "Y", "N"],
    );
    desk.ok(
        "alice",
        &["--experiment", "team", "session", "create", "s", "--schema", "ok", "--user", "alice", "--user", "editor"],
    );
    desk.ok("alice", &["session", "add-traces", "s", "--all"]);
    desk.ok("alice", &["answer", "s", id, "ok=Y", "--submit"]);
    let (code, said) = desk.no("alice", &["mlflow", "push", "s", "--tracking-uri", &uri]);
    assert!(code == 1 && said.contains("EDIT on the experiment is needed"), "{code} {said}");
    assert_eq!(desk.json("alice", &["mlflow", "status", "s"])["links"][0]["pending"], 1);
    login(&mut desk, "editor", "long-enough-12");
    let pushed = desk.json("alice", &["mlflow", "push", "s"])["pushed"][0].clone();
    // A status needs a place in the queue, too; the editor has one.
    assert_eq!((&pushed["answers"], &pushed["statuses"], &pushed["failed"]), (&1.into(), &1.into(), &0.into()));
    let notes = pushed["notes"].to_string();
    assert!(notes.contains("question ok was not made there") && notes.contains("MANAGE"), "{notes}");
    assert!(notes.contains("editor completed") && notes.contains("not alice"), "{notes}");
    let seen = super::server::sdk(&signed, &["assessments", id]);
    assert_eq!(seen.as_array().unwrap().len(), 1);
    let store = std::fs::read_dir(desk.path("store")).unwrap();
    for file in store.map(|f| f.unwrap().path()).filter(|p| p.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(memchr::memmem::find(&bytes, b"long-enough-12").is_none(), "{}", file.display());
    }
}
