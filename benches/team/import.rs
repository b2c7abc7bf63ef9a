//! Reviewing while a lead imports.

use super::load::{all, show};
use super::report::{at_most, heading};
use super::server::Server;
use super::support::{Place, traces};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub fn run(place: &Place, count: usize) {
    place.write("more.jsonl", &traces::bulky(count).replace("\"tr-", "\"tr-more-"));
    for people in [8, 64] {
        heading(&format!("{people} review while {count} traces of 20 KB are imported"));
        let server = Server::start(place, Duration::ZERO);
        let mut command = place.command(&["import", "more.jsonl", "--experiment", "Other"]);
        command.env_remove("LABELTUI_STORE").env_remove("LABELTUI_USER").env("LABELTUI_SERVER", server.socket());
        let began = Instant::now();
        let mut importing = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let over = AtomicBool::new(false);
        let times = std::thread::scope(|scope| {
            let seconds = scope.spawn(|| {
                let ended = importing.wait().unwrap();
                over.store(true, Ordering::Relaxed);
                assert!(ended.success());
                began.elapsed().as_secs_f64()
            });
            let times = all(people, &server.socket(), &|| !over.load(Ordering::Relaxed));
            at_most("the import took", seconds.join().unwrap(), "s", None);
            times
        });
        at_most("pairs meanwhile", times.saves.len() as f64, "", None);
        show("save", &times.saves, Some(15.0));
    }
}
