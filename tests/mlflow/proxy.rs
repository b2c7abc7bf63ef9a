//! A proxy between labeltui and the server that drops, delays and doubles answers.

use super::server::{Desk, Server};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// One HTTP message with its body.
fn message(from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let mut length = 0;
    loop {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        whole.extend_from_slice(&line);
        let text = String::from_utf8_lossy(&line).to_lowercase();
        if let Some(n) = text.strip_prefix("content-length:") {
            length = n.trim().parse().ok()?;
        }
        if text.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    whole.extend_from_slice(&body);
    Some(whole)
}

/// Starts it; its port.
fn proxy(server: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicU32::new(0));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let count = Arc::clone(&count);
            thread::spawn(move || {
                let Ok(upstream) = TcpStream::connect(("127.0.0.1", server)) else { return };
                let (mut down, mut up) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
                let (mut asks, mut answers) = (BufReader::new(client), BufReader::new(upstream));
                while let Some(ask) = message(&mut asks) {
                    if up.write_all(&ask).is_err() {
                        return;
                    }
                    let Some(answer) = message(&mut answers) else { return };
                    let sent = match count.fetch_add(1, Ordering::Relaxed) % 9 {
                        // Carried out, and the answer is lost.
                        3 => return,
                        5 => down.write_all(&answer).and_then(|()| down.write_all(&answer)),
                        7 => {
                            thread::sleep(Duration::from_millis(300));
                            down.write_all(&answer)
                        }
                        _ => down.write_all(&answer),
                    };
                    if sent.is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[test]
fn answers_that_are_dropped_delayed_and_doubled_change_nothing() {
    let server = Server::start(&[]);
    let ids = server.seed("proxied", 12);
    let uri = format!("http://127.0.0.1:{}", proxy(server.port));
    let desk = Desk::new();
    desk.session(&uri, "proxied");
    for (n, id) in ids.iter().enumerate() {
        let (grade, ideal) = (format!("grade={}", n % 10), format!("ideal=text {n}"));
        desk.ok("alice", &["answer", "s", id, &grade, &ideal, "ok=Yes", "--submit"]);
    }
    let pushed = desk.json("lead", &["mlflow", "push", "s", "--tracking-uri", &uri])["pushed"][0].clone();
    assert_eq!(pushed["failed"], 0);
    for (n, id) in ids.iter().enumerate() {
        let seen = server.sdk(&["assessments", id]);
        let seen = seen.as_array().unwrap();
        assert_eq!(seen.len(), 3, "{seen:#?}");
        let grade = seen.iter().find(|a| a["assessment_name"] == "grade").unwrap();
        assert_eq!(grade["feedback"]["value"], (n % 10) as f64);
    }
    let again = desk.json("lead", &["mlflow", "push", "s"])["pushed"][0].clone();
    assert_eq!((&again["answers"], &again["taken_back"]), (&0.into(), &0.into()));
    let other = Desk::new();
    let pulled =
        other.json("carol", &["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "proxied", "--queue", "s"]);
    assert_eq!((&pulled["imported"], &pulled["answers"]), (&12.into(), &36.into()));
}
