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
