//! Traces made for tests, in MLflow's v3 JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Milliseconds of the first trace: 2026-03-02T08:00:00Z.
const BEGIN: u64 = 1_772_438_400_000;

/// `n` short conversations with one retrieved document, one a line. The question of trace `i` is `question i`.
pub fn plain(n: usize) -> String {
    (0..n)
        .map(|i| {
            one(i, &format!("question {i}: what about ticket {i}?"), &format!("Answer {i}: it is open."), "") + "\n"
        })
        .collect()
}

/// Id of trace `i` of these functions.
pub fn id(i: usize) -> String {
    format!("tr-{i:032x}")
}

/// One trace; `padding` goes into the document.
pub fn one(i: usize, question: &str, answer: &str, padding: &str) -> String {
    let at = BEGIN + i as u64 * 60_000;
    let ids = (
        STANDARD.encode((i as u128).to_be_bytes()),
        [1_u64, 2, 3].map(|s| STANDARD.encode((i as u64 * 8 + s).to_be_bytes())),
    );
    let document = json!([{ "page_content": format!("Ticket {i} is open since Monday. {padding}"), "id": format!("doc-{i}"),
        "metadata": { "doc_uri": format!("https://tickets.example/{i}"), "score": 0.75 } }]);
    let messages = json!([{ "role": "system", "content": "You answer questions about tickets." },
        { "role": "user", "content": question }]);
    let span = |n: usize, parent: Option<usize>, name: &str, kind: &str, inputs: Value, outputs: Value| {
        json!({ "trace_id": ids.0, "span_id": ids.1[n], "parent_span_id": parent.map(|p| ids.1[p].clone()), "name": name,
            "start_time_unix_nano": (at + n as u64) * 1_000_000, "end_time_unix_nano": (at + 900 - n as u64) * 1_000_000,
            "status": { "code": "STATUS_CODE_OK", "message": "" }, "events": [], "links": [],
            "attributes": { "mlflow.spanType": json!(kind).to_string(), "mlflow.spanInputs": inputs.to_string(),
                "mlflow.spanOutputs": outputs.to_string() } })
    };
    let previews = (question.chars().take(1000).collect::<String>(), answer.chars().take(1000).collect::<String>());
    json!({
        "info": { "trace_id": id(i), "client_request_id": format!("r-{i}"),
            "trace_location": { "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": { "experiment_id": "1" } },
            "request_time": rfc3339(at), "execution_duration_ms": 900, "state": "OK",
            "request_preview": previews.0, "response_preview": previews.1,
            "trace_metadata": { "mlflow.trace_schema.version": "3" }, "tags": { "mlflow.traceName": "ticket_bot" } },
        "data": { "spans": [
            span(0, None, "ticket_bot", "CHAIN", json!({ "question": question }), json!(answer)),
            span(1, Some(0), "search", "RETRIEVER", json!({ "query": question }), document),
            span(2, Some(0), "chat", "CHAT_MODEL", json!({ "messages": messages }),
                json!({ "choices": [{ "message": { "role": "assistant", "content": answer } }] })),
        ] }
    })
    .to_string()
}

/// `n` traces from number 100 on that take up room on a disk: about 10 KB each after compression.
pub fn bulky(n: usize) -> String {
    let mut state = 1_u64;
    let mut noise = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:08x} ", state >> 32)
    };
    (100..100 + n).map(|i| one(i, "more?", "more", &(0..2_000).map(&mut noise).collect::<String>()) + "\n").collect()
}

fn rfc3339(ms: u64) -> String {
    labeltui::model::Time(i64::try_from(ms).expect("a time")).to_string()
}

/// Texts that try to leave the screen: each an attack, with a plain word before it to wait for.
pub const HOSTILE: [(&str, &str); 14] = [
    ("title", "word \u{1b}]0;OWNED\u{7} after"),
    ("title-st", "word \u{1b}]2;OWNED\u{1b}\\ after"),
    ("clipboard", "word \u{1b}]52;c;T1dORUQ=\u{7} after"),
    ("link", "word \u{1b}]8;;http://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\ after"),
    ("alternate", "word \u{1b}[?1049l\u{1b}[2J\u{1b}[H after"),
    ("modes", "word \u{1b}[?1000h\u{1b}[?2004l\u{1b}[?25l\u{1b}[?1h\u{1b}= after"),
    ("query", "word \u{1b}[6n\u{1b}[c\u{1b}[>q\u{1b}P+q544e\u{1b}\\ after"),
    ("c1", "word \u{9b}31m\u{9d}0;OWNED\u{9c}\u{90}x\u{9c} after"),
    ("reset", "word \u{1b}c\u{1b}[!p\u{1b}#8 after"),
    ("bell", "word \u{7}\u{8}\u{8}\u{8}\u{8}\u{b}\u{c}\u{e}\u{f}\u{7f} after"),
    ("return", "word visible\rhidden after"),
    ("bidi", "word \u{202e}drowssap\u{202c} \u{2066}x\u{2069} after"),
    ("tags", "word \u{e0041}\u{e0042}\u{200b}\u{2060}\u{feff} after"),
    ("nul", "word \u{0}\u{1}\u{2} after"),
];

/// The attacks as traces: in the question, the answer, the document, names, tags and previews at once.
pub fn hostile() -> String {
    let line = |(i, (name, text)): (usize, &(&str, &str))| {
        let mut trace: Value = serde_json::from_str(&one(i, &format!("{name} {text}"), text, text)).expect("JSON");
        trace["info"]["tags"]["mlflow.traceName"] = json!(text);
        trace["info"]["tags"][*text] = json!(text);
        for span in trace["data"]["spans"].as_array_mut().expect("spans") {
            span["name"] = json!(text);
            span["attributes"]["mlflow.spanType"] = json!(json!(text).to_string());
            span["attributes"][*text] = json!(json!(text).to_string());
            span["status"] = json!({ "code": "STATUS_CODE_ERROR", "message": text });
            span["events"] = json!([{ "name": "exception", "time_unix_nano": 1, "attributes":
                { "exception.type": text, "exception.message": text, "exception.stacktrace": text } }]);
        }
        trace.to_string() + "\n"
    };
    HOSTILE.iter().enumerate().map(line).collect()
}
