//! What a session's view hides of inputs and outputs is in no view, whatever way a format has into the conversation.

use super::formats::{body, names};
use crate::model::review_view::from_text;
use crate::tui::trace::sheet::Extent;
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, Turn, Turns, View};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const MARK: &str = "QZMARKQZ";

/// Members by which shapes are known: marking these would make another shape of it.
const SHAPE: [&str; 20] = [
    "role",
    "type",
    "id",
    "name",
    "object",
    "status",
    "part_kind",
    "block_type",
    "kind",
    "tool_call_id",
    "call_id",
    "_role",
    "toolCallId",
    "state",
    "lc",
    "source",
    "finish_reason",
    "stop_reason",
    "class_name",
    "tool_use_id",
];

/// Writes the mark into all texts of a value.
fn mark(value: &mut Value) {
    match value {
        Value::String(text) if text.starts_with(['{', '[']) && serde_json::from_str::<Value>(text).is_ok() => {
            let mut inner = serde_json::from_str(text).unwrap();
            mark(&mut inner);
            *text = inner.to_string();
        }
        Value::String(text) => text.push_str(MARK),
        Value::Array(items) => items.iter_mut().for_each(mark),
        Value::Object(members) => {
            members.iter_mut().filter(|(k, _)| !SHAPE.contains(&k.as_str())).for_each(|(_, v)| mark(v))
        }
        _ => {}
    }
}

/// The objects at the top of inputs or outputs: it, or the elements of a list.
fn tops(value: &mut Value) -> Vec<&mut serde_json::Map<String, Value>> {
    match value {
        Value::Object(members) => vec![members],
        Value::Array(items) => items.iter_mut().flat_map(tops).collect(),
        _ => Vec::new(),
    }
}

fn sides(body: &mut Value, attribute: &str, mut with: impl FnMut(&mut Value)) {
    for span in body["data"]["spans"].as_array_mut().unwrap() {
        if let Some(text) = span["attributes"].get(attribute).and_then(Value::as_str) {
            let mut value: Value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            if let Some(inner) = value.as_str().and_then(|t| serde_json::from_str(t).ok()) {
                value = inner;
            }
            with(&mut value);
            span["attributes"][attribute] = value.to_string().into();
        }
    }
}

/// What stands in each view but raw, folded or not.
fn pages(material: &Material) -> Vec<(View, String)> {
    let reading = Reading::build(material);
    let views = View::ALL.into_iter().filter(|v| *v != View::Raw);
    let text = |v, row| reading.sheet(v, row, Extent::Whole).page.text().to_owned();
    let rows = reading.outline.tree.rows.len();
    views.map(|v| (v, (0..if v == View::Tree { rows } else { 1 }).map(|row| text(v, row)).collect())).collect()
}

fn hiding(body: &str, path: &str) -> Material {
    let view = format!("[fields]\nhide = ['{path}']");
    Material { lens: Arc::new(from_text("v.toml", &view).unwrap()), ..Material::of(body) }
}

#[test]
fn a_hidden_field_of_any_format_is_in_no_view() {
    let (mut cases, mut told) = (0, 0);
    for name in names() {
        let whole: Value = serde_json::from_str(&body(&name)).unwrap();
        for (side, attribute) in [("inputs", "mlflow.spanInputs"), ("outputs", "mlflow.spanOutputs")] {
            let mut keys = BTreeSet::new();
            sides(&mut whole.clone(), attribute, |v| keys.extend(tops(v).iter().flat_map(|m| m.keys().cloned())));
            for key in keys {
                let mut marked = whole.clone();
                sides(&mut marked, attribute, |v| {
                    tops(v).into_iter().for_each(|m| {
                        if let Some(v) = m.get_mut(&key) {
                            mark(v)
                        }
                    })
                });
                let marked = marked.to_string();
                let path = format!("{side}.{key}");
                told += usize::from(
                    pages(&Material::of(marked.as_str())).iter().any(|(v, t)| *v == View::Messages && t.contains(MARK)),
                );
                for (view, text) in pages(&hiding(&marked, &path)) {
                    assert!(!text.contains(MARK), "{name}: {path} in {view:?}: {text}");
                }
                cases += 1;
            }
        }
    }
    assert!(cases > 100 && told > 60, "{cases} {told}");
}

#[test]
fn a_hidden_attribute_is_told_by_no_message() {
    let mut cases = 0;
    for name in ["genai_parts", "openinference", "openllmetry", "vercel_ai", "logfire", "genai_events"] {
        let whole: Value = serde_json::from_str(&body(name)).unwrap();
        let spans = whole["data"]["spans"].as_array().unwrap();
        let keys: BTreeSet<String> =
            spans.iter().flat_map(|s| s["attributes"].as_object().unwrap().keys().cloned()).collect();
        for key in keys.iter().filter(|k| !k.starts_with("mlflow.") && !k.contains('*')) {
            let mut marked = whole.clone();
            for span in marked["data"]["spans"].as_array_mut().unwrap() {
                if let Some(value) = span["attributes"].get_mut(key) {
                    mark(value);
                }
            }
            for (view, text) in pages(&hiding(&marked.to_string(), &format!("attributes.{key}"))) {
                assert!(view == View::Tree || !text.contains(MARK), "{name}: {key} in {view:?}: {text}");
            }
            cases += 1;
        }
    }
    assert!(cases > 40, "{cases}");
}

#[test]
fn a_report_of_several_lines_beside_the_messages_is_hidden_with_its_name_and_found_by_no_search() {
    let inputs = json!({ "messages": [{ "role": "user", "content": "Why?" }] });
    let report = format!("{MARK} one\n\ntwo");
    let outputs =
        json!({ "messages": [{ "type": "ai", "content": "So." }], "final_report": report, "more": "x".repeat(200) });
    let body = super::body(&[super::span(1, None, "app", "CHAIN", &inputs, &outputs)]);
    let material = hiding(&body, "outputs.final_report");
    for (view, text) in pages(&material) {
        assert!(!text.contains("final_report") && !text.contains(MARK), "{view:?}: {text}");
        assert!(view == View::Documents || text.contains("xxx"), "{view:?}: {text}");
    }
    let mut pane = TracePane::open(Arc::new(Reading::build(&material)));
    pane.set_view(View::Messages);
    super::show(&pane, 80, 40);
    assert_eq!(pane.hidden(), 1);
    pane.command(TraceCommand::Find(MARK.to_owned()));
    super::show(&pane, 80, 40);
    // The raw JSON knows no view.
    assert_eq!(pane.found_words().as_deref(), Some("none here · 1 in raw"));
    assert!(pages(&Material::of(body.as_str()))[3].1.contains(MARK), "without the view");
}

#[test]
fn what_is_hidden_is_not_said_to_be_missing_and_the_output_is_copied_whole() {
    let body = super::body(&[super::span(1, None, "app", "CHAIN", &json!({ "question": "Why?" }), &json!("So."))]);
    let material = hiding(&body, "outputs");
    let pages = pages(&material);
    assert!(pages.iter().all(|(_, text)| !text.contains("So.") && !text.contains("no answer")), "{pages:?}");
    assert!(pages[3].1.contains("(hidden)"), "{pages:?}");
    let pane = TracePane::open(Arc::new(Reading::build(&material)));
    assert_eq!(pane.output_text().as_deref(), Some("So."));
}

#[test]
fn another_turn_s_hidden_question_is_not_in_its_line() {
    let turn = |q: &str| {
        super::body(&[super::span(1, None, "app", "CHAIN", &json!({ "question": q, "n": 1 }), &json!("So."))])
    };
    let other = |body: Option<String>| Turn { question: MARK.into(), answer: "So.".into(), body, ..Turn::default() };
    for body in [Some(turn(MARK)), None] {
        let turns = Turns { own: 1, total: 2, turns: vec![other(body)] };
        let material = Material { turns, ..hiding(&turn("Why?"), "inputs.question") };
        for (view, text) in pages(&material) {
            assert!(!text.contains(MARK), "{view:?}: {text}");
        }
    }
}

#[test]
fn a_hidden_field_of_documents_is_in_no_view_whatever_returned_them() {
    let found = json!([{ "page_content": "Paris is the capital.", "metadata": { "source": "w.md", "owner": MARK } }]);
    let asked = json!({ "messages": [{ "role": "user", "content": "Capital?" }] });
    let root = |outputs: Value| super::span(1, None, "agent", "AGENT", &asked, &outputs);
    let below = |kind: &str, outputs: Value| {
        vec![
            root(json!({ "answer": "Paris" })),
            super::span(2, Some(1), "search", kind, &json!({ "q": "capital" }), &outputs),
        ]
    };
    let call = json!({ "type": "ai", "content": "", "tool_calls": [{ "name": "get", "args": {}, "id": "r1" }] });
    let tool = |content: &str, artifact: &Value| {
        let found =
            json!({ "type": "tool", "name": "get", "tool_call_id": "r1", "content": content, "artifact": artifact });
        json!({ "messages": [{ "type": "human", "content": "Capital?" }, call, found, { "type": "ai", "content": "Paris" }] })
    };
    for spans in [
        below("TOOL", found.clone()),
        below("RETRIEVER", found.clone()),
        below("TOOL", json!({ "context": found, "answer": "z" })),
        vec![root(json!({ "answer": "Paris", "source_documents": found }))],
        vec![root(tool(&found.to_string(), &Value::Null))],
        vec![root(tool("what the model read", &found))],
    ] {
        let body = super::body(&spans);
        assert!(pages(&Material::of(body.as_str())).iter().any(|(_, text)| text.contains(MARK)), "{body}");
        for (view, text) in pages(&hiding(&body, "metadata.owner")) {
            assert!(!text.contains(MARK), "{view:?}: {text}");
            assert!(view != View::Messages || text.contains("Paris is the capital."), "{view:?}: {text}");
        }
        let material = hiding(&body, "metadata.owner");
        let mut pane = TracePane::open(Arc::new(Reading::build(&material)));
        for view in [View::Messages, View::Documents, View::Tree] {
            pane.set_view(view);
            if view == View::Tree && spans.len() > 1 {
                pane.command(TraceCommand::ScrollLines(1));
            }
            super::show(&pane, 100, 60);
            assert_eq!(pane.hidden(), 1, "{view:?} of {body}");
        }
    }
}
