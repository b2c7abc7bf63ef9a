//! What an application hands back of its thread, and what a root did not record.

use super::{read, span};
use crate::model::trace::Span;

fn chain(inputs: &str, outputs: &str) -> String {
    read(vec![span("1", None, "CHAIN", inputs, outputs)])
}

const BEFORE: &str = "earlier User: Oslo?\nearlier Assistant: 4.\nUser: And Rome?\nAssistant: ";

#[test]
fn the_way_to_an_answer_stands_before_it_whatever_history_the_output_repeats() {
    let turns = r#"{"type":"human","content":"Oslo?"},{"type":"ai","content":"4."}"#;
    let way = r#""intermediate_steps":[[{"tool":"w","tool_input":{"c":"Rome"},"log":""},"17"]]"#;
    let want = format!("{BEFORE}w({{\"c\":\"Rome\"}}) -> 17\nAssistant: 17.");
    let asked = format!(r#"{{"input":"And Rome?","chat_history":[{turns}]}}"#);
    let repeated = format!(r#"{{"input":"And Rome?","chat_history":[{turns}],"output":"17.",{way}}}"#);
    assert_eq!(chain(&asked, &repeated), want);
    // A memory that holds the new turn already.
    let grown = format!(
        r#"{{"chat_history":[{turns},{{"type":"human","content":"And Rome?"}},{{"type":"ai","content":"17."}}],"output":"17.",{way}}}"#
    );
    assert_eq!(chain(r#"{"input":"And Rome?"}"#, &grown), want);
}

#[test]
fn a_memory_beside_the_answer_is_what_was_said_before() {
    let memory = r#""Human: Oslo?\nAI: 4.""#;
    let turns = r#"[{"role":"user","content":"Oslo?"},{"role":"assistant","content":"4."}]"#;
    for history in [memory, turns] {
        let told = chain(r#"{"input":"And Rome?"}"#, &format!(r#"{{"response":"17.","history":{history}}}"#));
        assert_eq!(told, format!("{BEFORE}17."), "{history}");
    }
    // One in which the question is, in other words or not, is this turn's.
    let steps = r#"[{"role":"user","content":"Plan: And Rome?"},{"role":"assistant","content":"Look."}]"#;
    let told = chain(r#"{"input":"And Rome?"}"#, &format!(r#"{{"response":"17.","history":{steps}}}"#));
    assert_eq!(told, "User: And Rome?\nUser: Plan: And Rome?\nAssistant: Look.\nAssistant: 17.");
}

#[test]
fn a_reply_beside_a_thread_that_nobody_answered_is_the_answer() {
    let thread = r#"{"role":"user","content":"Oslo?"},{"role":"assistant","content":"4."},{"role":"user","content":"And Rome?"}"#;
    let told = chain(r#"{"message":"And Rome?"}"#, &format!(r#"{{"reply":"17.","messages":[{thread}]}}"#));
    assert_eq!(told, format!("{BEFORE}17."));
    let answered = format!(r#"{{"result":"done","messages":[{thread},{{"role":"assistant","content":"17."}}]}}"#);
    assert_eq!(chain(r#"{"message":"And Rome?"}"#, &answered), format!("{BEFORE}17. | data {{\"result\":\"done\"}}"));
}

#[test]
fn a_summary_that_was_put_before_the_question_stands_before_it() {
    let asked = r#"{"messages":[{"role":"user","content":"Oslo?"},{"role":"assistant","content":"4."},{"role":"user","content":"And Rome?"}]}"#;
    let told = r#"[{"summarize":{"messages":[{"type":"remove","content":"","id":"all"},{"type":"human","content":"So far: Oslo, 4."},{"type":"human","content":"And Rome?"}]}},{"model":{"messages":[{"type":"ai","content":"17."}]}}]"#;
    let want = "earlier User: Oslo?\nearlier Assistant: 4.\nUser: So far: Oslo, 4.\nUser: And Rome?\nAssistant: item remove\nAssistant: 17.";
    assert_eq!(chain(asked, told), want);
}

#[test]
fn a_question_or_an_answer_that_was_not_recorded_is_the_model_s() {
    let model = |id| {
        span(
            id,
            Some("1"),
            "CHAT_MODEL",
            r#"{"messages":[{"role":"user","content":"About acme?"}]}"#,
            r#"{"choices":[{"message":{"role":"assistant","content":"It makes anvils."}}]}"#,
        )
    };
    let want = "User: About acme?\nAssistant: It makes anvils.";
    let empty = r#"{"inputs":{"input":""},"tags":[],"kwargs":{}}"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", empty, "\"It makes anvils.\""), model("2")]), want);
    let asked = r#"{"question":"About acme?"}"#;
    for stream in [
        r#"{"response_gen":"<generator object stream at 0x7f>","response_txt":null}"#,
        r#""<async_generator object f at 0x7f>""#,
        r#""<generator object>""#,
        r#""<starlette.responses.StreamingResponse object at 0x7f>""#,
    ] {
        assert_eq!(read(vec![span("1", None, "CHAIN", asked, stream), model("2")]), want, "{stream}");
    }
    // Words about one are words.
    let words = r#""A <generator object f> is lazy.""#;
    let told = read(vec![span("1", None, "CHAIN", asked, words), model("2")]);
    assert!(told.ends_with("Assistant: A <generator object f> is lazy."), "{told}");
}

#[test]
fn a_tool_s_call_is_known_by_the_id_among_how_it_was_run() {
    let run = r#"{"input_str":"{}","tags":[],"metadata":{},"inputs":{"city":"Rome"},"kwargs":{"tool_call_id":"c1"}}"#;
    let attributes = [("gen_ai.tool.name", "w"), ("gen_ai.tool.call.arguments", run)];
    let attributes: Vec<_> = attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect();
    let call = r#"{"messages":[{"role":"user","content":"Rome?"},{"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"w","arguments":"{\"city\": \"Rome\"}"}}]}]}"#;
    for inputs in ["", run] {
        let tool = span("2", Some("1"), "TOOL", inputs, "");
        let shown = read(vec![
            span("1", None, "CHAIN", r#"{"messages":[{"role":"user","content":"Rome?"}]}"#, call),
            Span { status: "ERROR".into(), attributes: attributes.clone(), ..tool },
        ]);
        assert_eq!(shown.matches("w(").count(), 1, "{shown}");
    }
}

#[test]
fn a_summary_stands_before_the_question_also_where_earlier_turns_are_repeated_behind_it() {
    let turns = r#"{"type":"human","content":"Oslo?"},{"type":"ai","content":"4."}"#;
    let asked = format!(r#"{{"messages":[{turns},{{"type":"human","content":"And Rome?"}}]}}"#);
    let told = r#"{"messages":[{"type":"human","content":"So far: Oslo."},{"type":"ai","content":"4."},{"type":"human","content":"And Rome?"},{"type":"ai","content":"17."}]}"#;
    let want = "earlier User: Oslo?\nearlier Assistant: 4.\nUser: So far: Oslo.\nUser: And Rome?\nAssistant: 17.";
    assert_eq!(chain(&asked, told), want);
}

#[test]
fn a_plan_before_calls_is_a_thought() {
    let told = r#"{"message":{"role":"assistant","tool_plan":"I look.","tool_calls":[{"id":"c","type":"function","function":{"name":"w","arguments":"{}"}}]}}"#;
    assert_eq!(chain("\"Rome?\"", told), "User: Rome?\nAssistant: thinks I look. | w({}) -> ?");
}

#[test]
fn what_an_answer_cites_is_told_also_beside_a_history_and_in_a_stream() {
    let source = |title: &str| format!("Source({title:?})");
    let cohere = r#"{"text":"300 m.","chat_history":[{"role":"USER","message":"Hello"},{"role":"CHATBOT","message":"Hi."},{"role":"USER","message":"How tall?"}],"citations":[{"start":0,"end":5,"text":"300 m","document_ids":["doc_0"]}]}"#;
    let told = chain(r#"{"message":"How tall?"}"#, cohere);
    assert!(told.ends_with(&format!("Assistant: 300 m. | {}", source("doc_0 · “300 m”"))), "{told}");
    let stream = r#"[{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Tall."}},{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://c.example","title":"C","cited_text":"cc"}}}]"#;
    let told = chain("\"How tall?\"", stream);
    assert!(told.ends_with(&format!("Assistant: Tall. | {}", source("C · https://c.example · “cc”"))), "{told}");
}
