//! Traces that attack the screen or make no sense: one for each way in which a trace can be hostile.

use super::traces::{HOSTILE, one};
use serde_json::{Value, json};

/// More texts that act on terminals or on the order of reading, or that tempt a program to count wrongly.
const TEXTS: [(&str, &str); 12] = [
    ("sgr", "word \u{1b}[31;1mred\u{1b}[0m \u{1b}[38;2;"),
    ("unterminated", "word ends in an escape \u{1b}]0;OWNED"),
    ("rtl", "word مرحبا بالعالم 123 abc שלום עולם after"),
    ("zwj", "word 👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🇩🇪🇫🇷👍🏿❤️‍🔥☺️☺︎ after"),
    ("indic", "word नमस्ते क्षत्रिय สวัสดี ក្រុម வணக்கம் after"),
    ("wide", "word 日本語のテキスト、ｶﾀｶﾅ한국어 after"),
    ("combining", "word Z̴̢̧̛͓̭͙a̷l̶g̵o̸ e\u{301}\u{301}\u{301}\u{301}\u{301} after"),
    ("separators", "word ls\u{2028}ps\u{2029}nel\u{85}end after"),
    ("fillers", "word \u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}\u{180e}\u{ad}\u{34f} after"),
    ("interlinear", "word \u{fff9}a\u{fffa}b\u{fffb}\u{fffc}\u{fffd}\u{e000}\u{10fffd} after"),
    ("variation", "word a\u{fe0f}b\u{fe00}c\u{e0100}\u{e01ef} after"),
    ("frame", "│ forged ┌─ questions 1/1 ─┐\n│ ▶ quality  1 ● Yes │\n└──┘\n KEYS  q quit"),
];

/// Every case: its name, and a trace as a line of JSON. Trace `i` has the id of [`super::traces::id`].
pub fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, Value)> = Vec::new();
    for (name, text) in HOSTILE.iter().chain(&TEXTS) {
        cases.push(((*name).to_owned(), everywhere(text)));
    }
    cases.extend(large().into_iter().chain(odd()).chain(broken()).map(|(name, trace)| (name.to_owned(), trace)));
    let numbered = cases.into_iter().enumerate().map(|(i, (name, mut trace))| {
        // The same place in the queue as here.
        let head: Value = serde_json::from_str(&one(i, "", "", "")).expect("JSON");
        for field in ["trace_id", "request_time"] {
            trace["info"][field] = head["info"][field].clone();
        }
        (name, trace.to_string())
    });
    numbered.collect()
}

fn plain(question: &str, answer: &str, padding: &str) -> Value {
    serde_json::from_str(&one(0, question, answer, padding)).expect("JSON")
}

/// A text wherever a trace has room for one.
fn everywhere(text: &str) -> Value {
    let mut trace = plain(text, text, text);
    trace["info"]["tags"]["mlflow.traceName"] = json!(text);
    trace["info"]["tags"][text] = json!(text);
    trace["info"]["state"] = json!(text);
    trace["info"]["assessments"] = json!([{ "assessment_name": text, "trace_id": "x", "source": { "source_type": "HUMAN", "source_id": text },
        "create_time": "2026-03-02T08:00:00Z", "last_update_time": "2026-03-02T08:00:00Z", "rationale": text,
        "feedback": { "value": text }, "metadata": { text: text }, "valid": true }]);
    for span in spans(&mut trace) {
        span["name"] = json!(text);
        span["attributes"]["mlflow.spanType"] = json!(json!(text).to_string());
        span["attributes"][text] = json!(json!(text).to_string());
        span["status"] = json!({ "code": "STATUS_CODE_ERROR", "message": text });
        span["events"] = json!([{ "name": "exception", "time_unix_nano": 1, "attributes":
            { "exception.type": text, "exception.message": text, "exception.stacktrace": text } }]);
    }
    trace
}

fn spans(trace: &mut Value) -> &mut Vec<Value> {
    trace["data"]["spans"].as_array_mut().expect("spans")
}

/// The root's output as it stands in the attribute.
fn output(raw: &str) -> Value {
    let mut trace = plain("word?", "", "");
    spans(&mut trace)[0]["attributes"]["mlflow.spanOutputs"] = json!(raw);
    trace
}

fn large() -> Vec<(&'static str, Value)> {
    let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    let row = format!("|{}\n", " cell |".repeat(400));
    let mut deep = plain("word?", "deep", "");
    let mut parent = spans(&mut deep)[0]["span_id"].clone();
    for n in 0..2000_u64 {
        let mut span = spans(&mut deep)[1].clone();
        // In hex: MLflow has written both.
        let id = json!(format!("{:016x}", 1000 + n));
        (span["span_id"], span["parent_span_id"]) = (id.clone(), parent);
        spans(&mut deep).push(span);
        parent = id;
    }
    vec![
        ("one line of 200,000", plain("word?", &"日本wide".repeat(40_000), "")),
        ("50,000 lines", plain("word?", &"a line of text\n".repeat(50_000), "")),
        ("a wide table", plain("word?", &format!("{row}|{}\n{}", "-|".repeat(400), row.repeat(5)), "")),
        ("500 levels", output(&nested(500))),
        ("100,000 levels", output(&nested(100_000))),
        ("2,000 spans deep", deep),
    ]
}

/// Values that are not what they should be.
fn odd() -> Vec<(&'static str, Value)> {
    let set = |path: &str, value: Value| {
        let mut trace = plain("word?", "answer", "");
        *trace.pointer_mut(path).expect(path) = value;
        trace
    };
    let attribute = "/data/spans/0/attributes/mlflow.spanOutputs";
    vec![
        ("lone surrogates", output(r#""\ud83d alone \udc00""#)),
        ("repeated keys", output(r#"{"a": 1, "a": 2}"#)),
        ("NaN", output(r#"{"score": NaN, "other": [Infinity, -Infinity]}"#)),
        ("plain text in an attribute", output("not JSON at all {")),
        ("an attribute that is no text", set(attribute, json!({ "already": ["an", "object"] }))),
        ("encoded twice", output(&json!(json!({ "a": "b" }).to_string()).to_string())),
        ("encoded nine times", output(&(0..9).fold("1".to_owned(), |text, _| json!(text).to_string()))),
        ("empty texts", plain("", "", "")),
        ("times as texts", set("/data/spans/1/start_time_unix_nano", json!("1700000000000000000"))),
        ("the end before the start", set("/data/spans/1/end_time_unix_nano", json!(5))),
        ("the end of time", set("/data/spans/1/end_time_unix_nano", json!(i64::MAX))),
        ("no end", set("/data/spans/1/end_time_unix_nano", Value::Null)),
        ("an unknown state", set("/info/state", json!("HALF_DONE"))),
        ("a number as metadata", set("/info/trace_metadata", json!({ "n": 3, "o": { "p": [null] } }))),
        ("no status", set("/data/spans/0/status", Value::Null)),
        ("events that are none", set("/data/spans/0/events", json!([{}, { "name": null, "attributes": 7 }]))),
        ("links that are none", set("/data/spans/0/links", json!([3, { "trace_id": "x", "span_id": [] }]))),
    ]
}

/// Trees that are none.
fn broken() -> Vec<(&'static str, Value)> {
    let change = |f: &dyn Fn(&mut Vec<Value>)| {
        let mut trace = plain("word?", "answer", "");
        f(spans(&mut trace));
        trace
    };
    vec![
        ("no spans", change(&|spans| spans.clear())),
        ("no root", change(&|spans| drop(spans.remove(0)))),
        ("two roots", change(&|spans| spans[1]["parent_span_id"] = Value::Null)),
        ("all in a circle", change(&|spans| spans[0]["parent_span_id"] = spans[2]["span_id"].clone())),
        ("its own parent", change(&|spans| spans[1]["parent_span_id"] = spans[1]["span_id"].clone())),
        ("the same id twice", change(&|spans| spans[2]["span_id"] = spans[1]["span_id"].clone())),
        ("an empty parent", change(&|spans| spans[1]["parent_span_id"] = json!(""))),
        ("ids that are none", change(&|spans| spans[1]["span_id"] = json!("\u{1b}[2J not an id"))),
    ]
}
