//! The manual page and the completions that are shipped are those that the program makes.

use super::bench::Bench;
use std::path::Path;

fn same(file: &str, args: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(file);
    let shipped = std::fs::read_to_string(&path).unwrap_or_default();
    let made = Bench::new().ok(args).out;
    assert!(shipped == made, "assets/{file} is out of date: cargo run -- {} > assets/{file}", args.join(" "));
}

#[test]
fn the_manual_page_is_up_to_date() {
    same("man/labeltui.1", &["man"]);
}

#[test]
fn the_completions_are_up_to_date() {
    same("completions/labeltui.bash", &["completions", "bash"]);
    same("completions/_labeltui", &["completions", "zsh"]);
    same("completions/labeltui.fish", &["completions", "fish"]);
}

#[test]
fn the_manual_has_every_command() {
    let page = Bench::new().ok(&["man"]).out.replace('\\', "");
    for command in ["IMPORT", "SESSION ADD-TRACES", "SCHEMA CREATE", "ANSWER", "LABELS", "DATASET", "EXPORT", "DOCTOR"]
    {
        assert!(page.contains(&format!(".SH \"LABELTUI {command}\"")), "{command}");
    }
}
