//! What a team costs its server, over the real socket. `cargo bench --bench team`; `-- --smoke` for a small run that only shows
//! that it runs; `-- load import` for some of the parts (load, slow, import, ready), `-- load 64` for one number of callers.
//!
//! The server is a process of its own (this program, run again), so its memory is its own; callers share the machine with it.
//! Nothing is asserted: machines differ. Each line says `ok` or `OVER` for its budget.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod import;
mod load;
#[allow(dead_code)]
#[path = "../budgets/memory.rs"]
mod memory;
mod ready;
#[path = "../budgets/report.rs"]
mod report;
mod server;
#[allow(unused_imports)]
#[path = "../../tests/support/mod.rs"]
mod support;

use std::time::Duration;
use support::{Place, traces};

/// How much of everything.
pub struct Scale {
    /// Items of the session.
    pub items: usize,
    /// Claim+save pairs of 1, 8 and 64 callers.
    pub pairs: [usize; 3],
    /// The same where a sync takes longer.
    pub slow_pairs: [usize; 3],
    /// Traces imported beside reviewing.
    pub imported: usize,
    /// Starts of the server.
    pub starts: usize,
}

const FULL: Scale = Scale {
    items: 60_000,
    pairs: [3_000, 12_000, 50_000],
    slow_pairs: [150, 1_200, 9_600],
    imported: 2_000,
    starts: 15,
};
const SMOKE: Scale = Scale { items: 8_000, pairs: [20, 80, 320], slow_pairs: [5, 20, 80], imported: 100, starts: 2 };

/// What a slower disk needs longer for a sync.
const SLOW: Duration = Duration::from_millis(5);

fn main() {
    if server::is_wanted() {
        return server::serve();
    }
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let scale = if arguments.iter().any(|a| a == "--smoke") { SMOKE } else { FULL };
    let parts: Vec<&str> = arguments.iter().map(String::as_str).filter(|a| !a.starts_with("--")).collect();
    let only = parts.iter().find_map(|part| part.parse().ok());
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);

    let place = Place::new();
    place.write("traces.jsonl", &traces::plain(scale.items));
    place.session_of("traces.jsonl");
    if wanted("load") {
        load::run(&place, &scale.pairs, Duration::ZERO, only);
    }
    if wanted("slow") {
        load::run(&place, &scale.slow_pairs, SLOW, only);
    }
    if wanted("import") {
        import::run(&place, scale.imported);
    }
    if wanted("ready") {
        ready::run(&place, scale.starts);
    }
}
