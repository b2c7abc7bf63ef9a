//! docs/json.md is what the program prints: same names, same types.

use super::bench::{ACME, Bench, JOHN, demo};
use serde_json::Value;

/// The documented example under a heading that begins with `name`.
fn documented(name: &str) -> Value {
    let text = include_str!("../../docs/json.md");
    let section = text.split("\n## ").find(|s| s.starts_with(name)).unwrap_or_else(|| panic!("no section {name}"));
    let block = section.split("```json\n").nth(1).and_then(|s| s.split("```").next()).expect("an example");
    serde_json::from_str(block).unwrap_or_else(|e| panic!("{name}: {e}: {block}"))
}

/// Same names and types; `{}`, `[]` and `null` in the documentation leave open what is inside.
fn same_shape(at: &str, wanted: &Value, real: &Value) {
    match (wanted, real) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(w), Value::Object(r)) => {
            if !w.is_empty() {
                let names = |m: &serde_json::Map<String, Value>| m.keys().cloned().collect::<Vec<_>>();
                assert_eq!(sorted(names(w)), sorted(names(r)), "{at}");
            }
            for (key, value) in w {
                same_shape(&format!("{at}.{key}"), value, &r[key]);
            }
        }
        (Value::Array(w), Value::Array(r)) => {
            if let (Some(w), Some(r)) = (w.first(), r.first()) {
                same_shape(&format!("{at}[]"), w, r);
            }
        }
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        _ => panic!("{at}: documented {wanted}, printed {real}"),
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn every_documented_document_is_what_is_printed() {
    let bench = Bench::with_session();
    let answer = bench.json(&["answer", "label_summaries", JOHN, "summary_quality=Yes", "--submit", "--json"]);
    bench.ok(&["answer", "label_summaries", ACME, "confidence=4", "--comment", "summary_quality=hm"]);
    for (section, args) in [
        ("schema", &["schema", "show", "summary_quality", "--json"][..]),
        ("session", &["session", "show", "label_summaries", "--json"]),
        ("stats", &["stats", "label_summaries", "--json"]),
        ("doctor", &["doctor", "--json"]),
    ] {
        same_shape(section, &documented(section), &bench.json(args));
    }
    bench.ok(&["answer", "label_summaries", ACME, "expected_summary=x", "--submit"]);
    same_shape("dataset", &documented("dataset"), &bench.ok(&["dataset", "label_summaries"]).lines()[0]);
    same_shape("trace", &documented("trace"), &bench.json(&["trace", "list", "--json"])["traces"][0]);
    same_shape("answer", &documented("answer"), &answer);
    same_shape("audit", &documented("audit"), &bench.json(&["audit", "label_summaries", "--json"])["events"][0]);
    let imported = bench.json(&["import", demo("traces.jsonl").to_str().unwrap(), "--json"]);
    same_shape("import", &documented("import"), &imported);
}

#[test]
fn lists_wrap_their_rows_under_one_name() {
    let bench = Bench::with_session();
    let one = bench.json(&["session", "show", "label_summaries", "--json"]);
    assert_eq!(bench.json(&["session", "list", "--json"]), serde_json::json!({ "sessions": [one] }));
    let schemas = bench.json(&["schema", "list", "--json"]);
    assert_eq!(schemas["label_schemas"].as_array().unwrap().len(), 4);
    let applied = bench.json(&["schema", "apply", demo("schemas.json").to_str().unwrap(), "--overwrite", "--json"]);
    assert_eq!(applied["applied"][0]["change"], "unchanged");
    let added = bench.json(&["session", "add-traces", "label_summaries", "--all", "--json"]);
    let wanted = serde_json::json!({"session": "label_summaries", "added": 0, "already": 12, "refreshed": 0,
                                    "missing": [], "share": "labeltui open label_summaries"});
    assert_eq!(added, wanted);
}
