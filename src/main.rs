//! The `labeltui` program: parse the command line, run, exit code.

fn main() {}
