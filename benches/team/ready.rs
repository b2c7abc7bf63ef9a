//! From the start of `labeltui serve` to its first answer.

use super::report::{at_most, heading, ms, percentile};
use super::server::reviewer;
use super::support::Place;
use labeltui::service::socket::Remote;
use std::process::{Child, Stdio};
use std::time::Instant;

pub fn run(place: &Place, starts: usize) {
    let size = std::fs::metadata(place.store().join("labeltui.redb")).map_or(0, |m| m.len() >> 20);
    heading(&format!("ready again, on a store of {size} MB"));
    let socket = place.path("team.sock");
    let start = || {
        let began = Instant::now();
        let mut command = place.command(&["serve", "--socket"]);
        let child = command.arg(&socket).stderr(Stdio::null()).spawn().unwrap();
        while Remote::connect(&socket, &reviewer("anybody"), false).is_err() {
            std::thread::yield_now();
        }
        (child, ms(began.elapsed()))
    };
    for (what, stop) in [("after kill -9", kill as fn(&mut Child)), ("after SIGTERM", terminate)] {
        let mut times = Vec::new();
        for _ in 0..starts {
            let (mut child, took) = start();
            times.push(took);
            stop(&mut child);
            child.wait().unwrap();
        }
        at_most(&format!("{what}, p50"), percentile(&times, 50), "ms", Some(100.0));
        at_most(&format!("{what}, p95"), percentile(&times, 95), "ms", Some(100.0));
    }
}

fn kill(child: &mut Child) {
    child.kill().unwrap();
}

fn terminate(child: &mut Child) {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
}
