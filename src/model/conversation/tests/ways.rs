//! What agents hand on: to other agents, to themselves, in their answers.

use super::{ANSWER, SYSTEM, read, span};

#[test]
fn a_retriever_that_stands_alone_tells_its_documents_once() {
    let docs = r#"[{"page_content":"D1","id":"a"},{"page_content":"D2","id":"b"}]"#;
    assert_eq!(read(vec![span("1", None, "RETRIEVER", "\"Q\"", docs)]), "User: Q\ndocuments 0");
    let silent = r#"[{"id":"a","score":0.5}]"#;
    assert_eq!(read(vec![span("1", None, "RETRIEVER", r#"{"query":"Q"}"#, silent)]), "User: Q\ndocuments 0");
}

#[test]
fn a_sub_agent_s_answer_that_its_tool_returns_is_told_once() {
    let asked = r#"{"messages":[{"role":"system","content":"S2"},{"role":"user","content":"T"}]}"#;
    let answer = r#"{"choices":[{"message":{"role":"assistant","content":"Found it."}}]}"#;
    let shown = read(vec![
        span("1", None, "AGENT", r#"{"messages":[{"role":"user","content":"Q"}]}"#, ANSWER),
        span("2", Some("1"), "TOOL", r#"{"task":"T"}"#, "\"Found it.\""),
        span("3", Some("2"), "CHAT_MODEL", asked, answer),
        span("4", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert_eq!(shown.matches("Found it.").count(), 1, "{shown}");
    assert!(shown.contains(r#"n2({"task":"T"}) -> Found it."#), "{shown}");
}

#[test]
fn an_answer_s_way_is_told_where_no_span_tells_it() {
    let outputs = r#"{"trajectory":{"thought_0":"I look","tool_name_0":"stock","tool_args_0":{"part":"chain"},"observation_0":"7"},"answer":"Seven."}"#;
    let root = || span("1", None, "AGENT", r#"{"question":"Q"}"#, outputs);
    assert_eq!(
        read(vec![root()]),
        "User: Q\nAssistant: thinks I look | stock({\"part\":\"chain\"}) -> 7\nAssistant: Seven."
    );
    let told = read(vec![root(), span("2", Some("1"), "TOOL", r#"{"part":"chain"}"#, "\"7\"")]);
    assert_eq!(told.matches("-> 7").count(), 1, "{told}");
    let all = read(vec![
        root(),
        span("2", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
        span("3", Some("1"), "TOOL", r#"{"part":"chain"}"#, "\"7\""),
    ]);
    assert!(all.ends_with("Assistant: Seven.") && !all.contains("trajectory"), "{all}");
}

#[test]
fn what_a_loop_observed_is_not_said_by_the_person() {
    let messages = r#"{"messages":[{"role":"user","content":"How many?"},{"role":"assistant","content":"Thought: I look\nAction: stock\nAction Input: chain"},{"role":"user","content":"Observation: 7 pieces"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", messages, ANSWER)]);
    assert!(shown.contains("Tool: 7 pieces") && !shown.contains("earlier"), "{shown}");
}

#[test]
fn gemini_s_contents_in_every_form_are_the_question() {
    for (contents, want) in [
        (r#""Q""#, "User: Q"),
        (r#"["Q1","Q2"]"#, "User: Q1 | Q2"),
        (r#"[{"text":"Q1"},{"text":"Q2"}]"#, "User: Q1 | Q2"),
        (r#"[{"role":"user","parts":[{"text":"Q"}]}]"#, "User: Q"),
    ] {
        let inputs = format!(r#"{{"contents":{contents},"generation_config":{{"top_k":3}}}}"#);
        let shown = read(vec![span("1", None, "CHAT_MODEL", &inputs, ANSWER)]);
        assert_eq!(shown.lines().next().unwrap().split(" | data").next(), Some(want), "{contents}: {shown}");
    }
    let blocked = r#"{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"Not this."}}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", r#"{"contents":"Q"}"#, blocked)]);
    assert!(shown.contains("(blocked: SAFETY (the question): Not this.)"), "{shown}");
}

#[test]
fn a_thread_that_is_listed_newest_first_is_told_in_order() {
    let message = |at: u32, role: &str, text: &str| {
        format!(
            r#"{{"object":"thread.message","created_at":{at},"role":"{role}","content":[{{"type":"text","text":{{"value":"{text}","annotations":[]}}}}]}}"#
        )
    };
    let list = |all: &[String]| format!(r#"{{"object":"list","data":[{}],"has_more":false}}"#, all.join(","));
    let outputs = list(&[
        message(4, "assistant", "A2"),
        message(3, "user", "Q2"),
        message(2, "assistant", "A1"),
        message(1, "user", "Q1"),
    ]);
    let shown = read(vec![span("1", None, "AGENT", r#"{"messages":[{"role":"user","content":"Q2"}]}"#, &outputs)]);
    assert_eq!(shown, "earlier User: Q1\nearlier Assistant: A1\nUser: Q2\nAssistant: A2");
    // Of the same second the list's order says which came first.
    let same = list(&[message(1, "assistant", "A"), message(1, "user", "Q")]);
    assert_eq!(
        read(vec![span("1", None, "AGENT", r#"{"messages":[{"role":"user","content":"Q"}]}"#, &same)]),
        "User: Q\nAssistant: A"
    );
}

#[test]
fn a_handoff_without_a_result_says_what_it_is() {
    let calls = r#"{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"h","function":{"name":"transfer_to_parts_desk","arguments":"{}"}}]}}]}"#;
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"A\""),
        span("2", Some("1"), "CHAT_MODEL", SYSTEM, calls),
        span("3", Some("1"), "CHAT_MODEL", SYSTEM, ANSWER),
    ]);
    assert!(shown.contains("transfer_to_parts_desk({}) -> (handed over to parts desk)"), "{shown}");
}
