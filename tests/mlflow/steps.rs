//! README's six steps, as they stand there, on either side.

use super::server::{Desk, Server};
use serde_json::json;

const README: &str = include_str!("../../README.md");

/// What stands in backticks in a cell of the table: `row` from 1, `column` 1 is MLflow's side, 2 ours.
fn cell(row: usize, column: usize) -> Vec<&'static str> {
    let line = README.lines().find(|l| l.starts_with(&format!("| {row} "))).expect("a step");
    line.split(" | ").nth(column).expect("a side").split('`').skip(1).step_by(2).collect()
}

/// The words of a command of the README; it has no quotes.
fn words(command: &str, uri: &str) -> Vec<String> {
    let words = command.split_whitespace().skip(1);
    words.map(|w| if w == "URI" { uri.to_owned() } else { w.to_owned() }).collect()
}

#[test]
fn the_six_steps_of_the_readme_work_on_either_side() {
    let server = Server::start(&[]);
    let ids = server.seed("support", 2);
    let uri = server.uri();
    let there: Vec<&str> = [2, 3, 4].iter().map(|row| cell(*row, 1)[0]).collect();
    let mut run = vec!["run", "support"];
    run.extend(there);
    server.sdk(&run);

    // A queue that was made there becomes a session.
    let desk = Desk::new();
    desk.ok("lead", &["mlflow", "pull", "--tracking-uri", &uri, "--experiment", "support", "--queue", "summaries"]);
    let session = desk.json("lead", &["session", "show", "summaries"]);
    assert_eq!((&session["users"], &session["progress"]["items"]), (&json!(["alice"]), &json!(2)));
    assert_eq!(session["schemas"][0]["name"], "summary_quality");

    // The same steps made here.
    let desk = Desk::new();
    for row in 1..=4 {
        let command = words(cell(row, 2)[0], &uri);
        desk.ok("lead", &command.iter().map(String::as_str).collect::<Vec<_>>());
    }
    desk.ok("lead", &["session", "update", "summaries", "--schema", "expected_response"]);
    for id in &ids {
        desk.ok("alice", &["answer", "summaries", id, "summary_quality=Yes", "expected_response=document", "--submit"]);
    }
    for command in [cell(5, 2)[1], cell(6, 2)[0], cell(6, 2)[1]] {
        let command = words(command, &uri);
        desk.ok("lead", &command.iter().map(String::as_str).collect::<Vec<_>>());
    }
    desk.ok("lead", &["dataset", "summaries", "-o", "dataset.jsonl"]);
    assert_eq!(server.sdk(&["records", "support", "NAME"]).as_array().unwrap().len(), 2);

    // And MLflow's side reads it, as the README shows.
    let block = README.split("```python\n").filter_map(|s| s.split("```").next());
    let block = block.into_iter().find(|s| s.contains("mlflow.genai.evaluate")).expect("the snippet");
    let block = block.replace("http://127.0.0.1:5000", &uri);
    let folder = desk.path("");
    assert_eq!(server.sdk(&["snippet", folder.to_str().unwrap(), &block]), 2);
}
