//! The large traces that a reader must not notice: one for each size that is promised.

use super::import::prose;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A trace that is large in one way.
pub struct Large {
    /// How.
    pub name: &'static str,
    /// As a line of an import file.
    pub line: String,
}

const MB: usize = 1 << 20;

/// All of them; smaller by `shrink` for a smoke run.
pub fn all(shrink: usize) -> Vec<Large> {
    let lines = |n: usize| {
        (0..n).fold(String::new(), |mut out, i| {
            let _ = writeln!(out, "line {i}: {}", prose(i, 60));
            out
        })
    };
    let deep = 100_000 / shrink;
    let of = |name, output: &Value| Large {
        name,
        line: trace(name, &[span(1, None, "root", "CHAIN", &json!({ "question": name }), output)]),
    };
    vec![
        Large { name: "5,000 spans", line: spans("5,000 spans", 5_000 / shrink) },
        of("5 MB of prose", &json!(paragraphs(5 * MB / shrink))),
        of("5 MB of JSON", &dense(5 * MB / shrink)),
        of("a line of 200,000", &json!(prose(7, 200_000 / shrink))),
        of("100,000 levels", &json!(format!("{}1{}", "[".repeat(deep), "]".repeat(deep)))),
        of("50,000 lines", &json!(lines(50_000 / shrink))),
    ]
}

/// Traces of 5 MB of the smallest values that there are, two of each: what takes the most memory for its size.
pub fn dense_shapes(shrink: usize) -> Vec<(&'static str, String)> {
    let size = 5 * MB / shrink;
    let list_of = |unit: &str, size: usize| format!("[{}0]", format!("{unit},").repeat(size / (unit.len() + 1)));
    let list = |unit: &str| list_of(unit, size);
    let text = |text: &str| Value::from(text).to_string();
    let keys = (0..size / 10).fold(String::from("{"), |mut out, n| {
        let _ = write!(out, "\"{n:x}\":1,");
        out
    });
    let inner = text(&list_of(r#"{"a":1,"b":"x y"}"#, size / 4));
    // As many signs of markup as are read as such.
    let markdown = |unit: &str, signs: usize| text(&unit.repeat(149_000 / signs / shrink));
    let shapes = [
        ("objects of many kinds", dense(size).to_string()),
        ("numbers", list("1")),
        ("vectors", list(&format!("[{}0.1]", "0.1,".repeat(60)))),
        ("empty lists", list("[]")),
        ("empty objects", list("{}")),
        ("lists in lists", list("[[]]")),
        ("short texts", list("\"a\"")),
        ("short objects", list(r#"{"a":1}"#)),
        ("short keys", format!("{keys}\"end\":0}}")),
        ("line ends", list(r#""\n""#)),
        ("texts that hold JSON", list(&text(r#"{"a":1}"#))),
        ("JSON in a text in a text", format!("{{\"a\":{}}}", text(&format!("{{\"a\":{inner}}}")))),
        ("levels", format!("{}{}", "[".repeat(size / 2), "]".repeat(size / 2))),
        ("a hundred levels again and again", list(&format!("{}{}", "[".repeat(100), "]".repeat(100)))),
        ("a table of small cells", markdown("|a|b|\n", 4)),
        (
            "a table of many columns",
            text(&format!("{0}\n{1}\n{0}\n", "|a".repeat(37_000 / shrink), "|-".repeat(37_000 / shrink))),
        ),
        ("small emphasis", markdown("**a** ", 4)),
        ("small items", markdown("- a\n", 1)),
    ];
    let two = |name: &str, output: &str| {
        (0..2).fold(String::new(), |out, n| {
            let mut span = span(1, None, "root", "CHAIN", &json!({ "question": name }), &Value::Null);
            span["attributes"]["mlflow.spanOutputs"] = output.into();
            out + &trace(&format!("{name} {n}"), &[span]) + "\n"
        })
    };
    let mut all: Vec<_> = shapes.iter().map(|(name, output)| (*name, two(name, output))).collect();
    all.push((
        "5,000 spans",
        format!("{}\n{}\n", spans("5,000 spans, once", 5_000 / shrink), spans("again", 5_000 / shrink)),
    ));
    all
}

fn paragraphs(bytes: usize) -> String {
    let mut out = String::with_capacity(bytes + 1_000);
    let mut n = 0;
    while out.len() < bytes {
        n += 1;
        let _ = write!(out, "## Part {n}\n\n{}\n\n- a *point*\n- `code` and more\n\n", prose(n, 700));
    }
    out
}

/// Many small values, some of them nested: the most lines and colours for its size.
fn dense(bytes: usize) -> Value {
    let mut rows = Vec::new();
    let mut size = 0;
    while size < bytes {
        let n = rows.len();
        let row = json!({ "id": n, "ok": n % 3 == 0, "score": n as f64 / 7.0, "tags": ["a", "bc"], "name": format!("row {n}"),
            "at": { "line": n, "column": n % 80, "file": { "path": format!("src/part_{n}.txt"), "size": n * 17 } } });
        size += row.to_string().len() + 1;
        rows.push(row);
    }
    json!({ "rows": rows })
}

fn spans(name: &str, count: usize) -> String {
    let kinds = ["CHAIN", "TOOL", "LLM", "RETRIEVER", "AGENT"];
    let one = |n: usize| {
        let parent = (n > 0).then(|| (n - 1) / 4 + 1);
        let kind = if n == 0 { "AGENT" } else { kinds[n % kinds.len()] };
        span(
            n + 1,
            parent,
            &format!("step_{n}"),
            kind,
            &json!({ "query": format!("question {n}"), "k": n }),
            &json!({ "answer": prose(n, 120) }),
        )
    };
    trace(name, &(0..count).map(one).collect::<Vec<_>>())
}

fn span(id: usize, parent: Option<usize>, name: &str, kind: &str, inputs: &Value, outputs: &Value) -> Value {
    let hex = |n: usize| format!("{n:016x}");
    let start = 1_700_000_000_000_000_000_u64 + id as u64 * 1_000_000;
    json!({
        "span_id": hex(id), "parent_span_id": parent.map(hex), "name": name,
        "start_time_unix_nano": start, "end_time_unix_nano": start + 900_000_000 / id as u64,
        "status": { "code": "STATUS_CODE_OK", "message": "" }, "events": [],
        "attributes": { "mlflow.spanType": json!(kind).to_string(), "mlflow.spanInputs": inputs.to_string(), "mlflow.spanOutputs": outputs.to_string() }
    })
}

fn trace(name: &str, spans: &[Value]) -> String {
    let id = name.bytes().fold(7_u128, |h, b| h.wrapping_mul(1_000_003).wrapping_add(u128::from(b)));
    json!({
        "info": { "trace_id": format!("tr-{id:032x}"), "state": "OK", "request_time": "2026-01-01T00:00:00Z", "execution_duration_ms": 900,
            "request_preview": name, "tags": { "mlflow.traceName": name }, "trace_metadata": {} },
        "data": { "spans": spans }
    })
    .to_string()
}
