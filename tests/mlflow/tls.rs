//! TLS: a certificate of the organisation's own authority, certificates that are not checked, one of the client's own.

use super::server::{Desk, Server, python, script};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A door with TLS before a server; it goes with the test.
struct Door(Child, String);

impl Door {
    fn before(server: &Server, desk: &Desk, arguments: &[&str]) -> Self {
        let mut child = Command::new(python())
            .arg(script("tls.py"))
            .arg(server.port.to_string())
            .arg(desk.path(""))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self(child, format!("https://127.0.0.1:{}", port.trim()))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_behind_tls_is_trusted_by_what_mlflows_own_client_is_told() {
    let server = Server::start(&[]);
    let ids = server.seed("tls", 1);
    let mut desk = Desk::new();
    let door = Door::before(&server, &desk, &[]);
    let pull = |desk: &Desk| desk.json("lead", &["mlflow", "pull", "--tracking-uri", &door.1, "--experiment", "tls"]);
    let file = |desk: &Desk, name: &str| desk.path(name).to_str().unwrap().to_owned();

    // Nobody knows its authority: said at once, with the way out.
    let (code, said) = desk.no("lead", &["mlflow", "pull", "--tracking-uri", &door.1, "--experiment", "tls"]);
    assert!(code == 3 && said.contains("MLFLOW_TRACKING_SERVER_CERT_PATH"), "{code} {said}");
    desk.env = vec![("MLFLOW_TRACKING_SERVER_CERT_PATH", file(&desk, "ca.pem"))];
    assert_eq!(pull(&desk)["imported"], 1);
    desk.env = vec![("MLFLOW_TRACKING_INSECURE_TLS", "true".to_owned())];
    assert_eq!(pull(&desk)["unchanged"], 1);
    desk.env = vec![("MLFLOW_TRACKING_SERVER_CERT_PATH", file(&desk, "nowhere.pem"))];
    let (code, said) = desk.no("lead", &["mlflow", "pull", "--tracking-uri", &door.1, "--experiment", "tls"]);
    assert!(code == 2 && said.contains("nowhere.pem"), "{code} {said}");

    // A door that asks who is there. Its authority is a new one.
    let asking = Door::before(&server, &desk, &["--ask"]);
    let pull = ["mlflow", "pull", "--tracking-uri", &asking.1, "--experiment", "tls"];
    let (ca, client) = (file(&desk, "ca.pem"), file(&desk, "client.pem"));
    desk.env = vec![("MLFLOW_TRACKING_SERVER_CERT_PATH", ca.clone()), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0".into())];
    let (code, said) = desk.no("lead", &pull);
    assert!(code == 3, "{code} {said}");
    desk.env = vec![("MLFLOW_TRACKING_SERVER_CERT_PATH", ca), ("MLFLOW_TRACKING_CLIENT_CERT_PATH", client)];
    assert_eq!(desk.json("lead", &pull)["unchanged"], 1);
    assert_eq!(desk.json("lead", &["trace", "show", &ids[0]])["info"]["trace_id"], ids[0].as_str());
}
