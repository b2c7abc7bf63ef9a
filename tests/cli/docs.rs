//! What the README says of the command line is so.

use super::bench::{Bench, demo};

/// The shell lines of the README's journey that do not open a screen, run as they stand there.
#[test]
fn the_readmes_journey_works_as_it_is_written() {
    let text = include_str!("../../README.md").replace(" \\\n", " ");
    let block = text.split("```sh\n").find(|b| b.starts_with("# 1. Traces")).expect("the journey");
    let block = block.split("```").next().unwrap();
    let bench = Bench::new();
    std::fs::copy(demo("traces.jsonl"), bench.path("traces.jsonl")).unwrap();
    let lines: Vec<&str> =
        block.lines().filter(|l| l.starts_with("labeltui ") && !l.starts_with("labeltui open")).collect();
    assert!(lines.len() >= 8, "{lines:?}");
    for line in lines {
        let words = words(line.split(" #").next().unwrap());
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        bench.ok(&words);
    }
    for file in ["labels.jsonl", "dataset.jsonl", "traces-with-labels.jsonl"] {
        assert!(bench.path(file).exists(), "{file}");
    }
}

/// Words as a shell makes them; the README needs no more than double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('"').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// docs/keys.md is made from the command table; with `LABELTUI_BLESS` set, this test writes it.
#[test]
fn the_list_of_keys_is_that_of_the_command_table() {
    use labeltui::tui::command::TABLE;
    use std::fmt::Write as _;
    let mut text = "# Commands and keys\n\nMade from the command table of the program; `[keys]` in the configuration \
                    ([config.md](config.md)) takes the names.\n"
        .to_owned();
    let mut context = None;
    for spec in TABLE {
        if context != Some(spec.context) {
            context = Some(spec.context);
            write!(text, "\n## {}\n\n| name | keys | what |\n|---|---|---|\n", spec.context.title()).unwrap();
        }
        let keys: Vec<String> = spec.keys.iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect();
        writeln!(text, "| `{}` | {} | {} |", spec.name, keys.join(" "), spec.doc).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    if std::env::var_os("LABELTUI_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "docs/keys.md is out of date: LABELTUI_BLESS=1 cargo test --test cli list_of_keys");
}
