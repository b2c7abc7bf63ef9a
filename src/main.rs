//! The `labeltui` program: parse the command line, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    labeltui::store::quiet_caught_panics();
    ExitCode::from(labeltui::cli::main(std::env::args_os()))
}
