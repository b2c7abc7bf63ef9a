//! JSONL of 40 KB traces into a durable store.

use super::support::{Place, traces};
use super::{Scale, memory, report};
use std::io::{BufWriter, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A trace of about this many bytes, mostly text that compresses as prose does.
const TRACE: usize = 40_000;

pub fn run(scale: &Scale) {
    report::heading(&format!("import, {} MB of 40 KB traces", scale.import >> 20));
    let place = Place::new();
    let file = place.path("many.jsonl");
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&file).unwrap());
    let (mut written, mut count) = (0, 0);
    while written < scale.import {
        let line = traces::one(count, "What is in the report?", "See below.", &prose(count, TRACE - 3_000));
        written += line.len() as u64 + 1;
        out.write_all(line.as_bytes()).and_then(|()| out.write_all(b"\n")).unwrap();
        count += 1;
    }
    out.into_inner().unwrap().sync_all().unwrap();

    let began = Instant::now();
    let mut child = place.command(&["import", "many.jsonl"]).stdout(Stdio::null()).spawn().unwrap();
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        peak = memory::peak(child.id()).or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = began.elapsed().as_secs_f64();
    assert!(child.wait().unwrap().success());
    report::at_least("import", written as f64 / 1e6 / seconds, "MB/s", 200.0);
    if let Some(peak) = peak {
        report::at_most("resident at most during the import", peak, "MB", Some(250.0));
    }
}

/// Words in an order that differs from trace to trace.
pub fn prose(seed: usize, bytes: usize) -> String {
    const WORDS: [&str; 24] = [
        "the",
        "report",
        "ticket",
        "customer",
        "invoice",
        "was",
        "sent",
        "on",
        "Monday",
        "and",
        "answered",
        "by",
        "support",
        "because",
        "of",
        "an",
        "error",
        "in",
        "export",
        "\"quoted\"",
        "naïve",
        "42",
        "https://docs.example/a",
        "closed.\n",
    ];
    let mut state = seed as u64 * 0x9e37_79b9_7f4a_7c15 + 1;
    let mut out = String::with_capacity(bytes + 32);
    while out.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push_str(WORDS[(state >> 59) as usize % WORDS.len()]);
        // Some of it is new, as ids and numbers are in real traces.
        if state >> 40 & 15 == 0 {
            out.push_str(&format!(" {:x}", state >> 20));
        }
        out.push(' ');
    }
    out
}
