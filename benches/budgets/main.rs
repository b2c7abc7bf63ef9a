//! What the program costs, beside what it may cost. `cargo bench`; `-- --smoke` for a small run that only shows that it runs;
//! `-- import screen` for some of the parts.
//!
//! Nothing is asserted: machines differ. Each line says `ok` or `over` for its budget.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod answers;
mod import;
mod large;
#[allow(dead_code)]
mod memory;
mod opening;
mod reading;
mod report;
mod save;
mod screen;
#[path = "../../tests/support/mod.rs"]
mod support;

/// How much of everything.
pub struct Scale {
    /// Items of the session, and answers.
    pub items: usize,
    /// Bytes of the import file.
    pub import: u64,
    /// Repetitions of what is measured by the key.
    pub keys: usize,
    /// Starts of the program.
    pub starts: usize,
    /// Durable saves.
    pub saves: usize,
    /// Large traces are this many times smaller.
    pub shrink: usize,
    /// Shapes of small values that are tried: each takes a screen through every view.
    pub shapes: usize,
}

const FULL: Scale =
    Scale { items: 100_000, import: 1 << 30, keys: 200, starts: 15, saves: 500, shrink: 1, shapes: usize::MAX };
const SMOKE: Scale = Scale { items: 2_000, import: 20 << 20, keys: 10, starts: 2, saves: 30, shrink: 50, shapes: 2 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let scale = if arguments.iter().any(|a| a == "--smoke") { SMOKE } else { FULL };
    let parts: Vec<&str> = arguments.iter().map(String::as_str).filter(|a| !a.starts_with("--")).collect();
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);

    if wanted("import") {
        import::run(&scale);
    }
    if wanted("reading") {
        reading::run(&scale);
    }
    if wanted("large") {
        opening::run(&scale);
    }
    if wanted("large") || wanted("memory") {
        opening::memory_of_shapes(&scale);
    }
    if wanted("save") {
        save::run(&scale);
    }
    if wanted("screen") || wanted("labels") {
        let place = screen::session(&scale);
        if wanted("screen") {
            screen::run(&scale, &place);
        }
        if wanted("labels") {
            answers::run(&scale, &place);
        }
    }
}
