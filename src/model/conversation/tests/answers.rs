//! Which words are this turn's answer, and what belongs to it.

use super::super::conversation;
use super::{read, span};
use crate::model::document::documents;
use crate::model::span_tree::Tree;
use crate::model::trace::Trace;

fn chain(inputs: &str, outputs: &str) -> String {
    read(vec![span("1", None, "CHAIN", inputs, outputs)])
}

#[test]
fn an_output_s_copy_of_the_history_is_history() {
    let turns = r#"[{"type":"human","content":"Who is Bob?"},{"type":"ai","content":"Bob is CFO."}]"#;
    let asked = format!(r#"{{"input":"What about him?","chat_history":{turns}}}"#);
    let want = "earlier User: Who is Bob?\nearlier Assistant: Bob is CFO.\nUser: What about him?\nAssistant: He left.";
    let echoed = format!(r#"{{"input":"What about him?","chat_history":{turns},"answer":"He left."}}"#);
    assert_eq!(chain(&asked, &echoed), want);
    let plain = turns.replace("type", "role").replace("human", "user").replace("\"ai\"", "\"assistant\"");
    let asked = format!(r#"{{"question":"What about him?","history":{plain}}}"#);
    assert_eq!(chain(&asked, &format!(r#"{{"answer":"He left.","history":{plain}}}"#)), want);
    // An application that keeps but the last message.
    let window = r#"{"answer":"He left.","history":[{"role":"assistant","content":"Bob is CFO."}]}"#;
    assert_eq!(chain(&asked, window), want);
    // What is new in it stays: here it has grown.
    let grown = plain
        .replace(']', r#",{"role":"user","content":"What about him?"},{"role":"assistant","content":"He left."}]"#);
    assert_eq!(chain(&asked, &format!(r#"{{"answer":"He left.","history":{grown}}}"#)), want);
    let memory = r#"{"question":"Q","history":"Human: Who is Bob?","text":"A"}"#;
    let told = chain(r#"{"question":"Q","history":"Human: Who is Bob?"}"#, memory);
    assert_eq!(told, "User: Q | data {\"history\":\"Human: Who is Bob?\"}\nAssistant: A");
}

/// The conversation and what is copied as the actual output.
fn with_output(outputs: &str) -> (String, String) {
    let spans = vec![span("1", None, "CHAIN", r#"{"messages":[{"role":"user","content":"Refund?"}]}"#, outputs)];
    let trace = Trace { spans: spans.clone(), ..Trace::default() };
    let found = conversation(&trace, &Tree::build(&trace.spans), &documents(&trace));
    (read(spans), found.output.as_deref().unwrap_or_default().to_owned())
}

#[test]
fn the_answer_that_a_state_names_is_the_answer() {
    let state = |more: &str| {
        format!(
            r#"{{"messages":[{{"type":"human","content":"Refund?"}},{{"type":"ai","content":"Draft: no."}}]{more}}}"#
        )
    };
    for name in ["final_answer", "final_report", "answer", "response", "output"] {
        let (told, output) = with_output(&state(&format!(r#","{name}":"Yes, in 30 days.","step":2"#)));
        assert_eq!(
            told, "User: Refund?\nAssistant: Draft: no.\nAssistant: Yes, in 30 days. | data {\"step\":2}",
            "{name}"
        );
        assert_eq!(output, "Yes, in 30 days.");
    }
    // The messages end with it.
    let (told, _) = with_output(&state(r#","answer":" Draft:  no.""#));
    assert_eq!(told.matches("Draft").count(), 1, "{told}");
    // The state still has what an earlier turn was answered.
    let old = r#"{"messages":[{"type":"human","content":"Hi"},{"type":"ai","content":"Hello."},{"type":"human","content":"Refund?"},{"type":"ai","content":"No."}],"answer":"Hello."}"#;
    assert_eq!(with_output(old).1, "No.");
}

#[test]
fn a_report_stands_behind_the_questions_that_were_asked_for_it() {
    let state = r##"{"messages":[{"type":"human","content":"Refund?"},{"type":"ai","content":"Which?"},{"type":"human","content":"The last."}],"final_report":"# Yes"}"##;
    let (told, output) = with_output(state);
    assert!(told.ends_with("User: The last.\nAssistant: # Yes"), "{told}");
    assert_eq!(output, "# Yes");
}

#[test]
fn a_chain_s_run_is_not_what_it_was_given_or_gave() {
    let asked = r#"{"inputs":{"question":"Q"},"tags":[],"metadata":{},"kwargs":{"name":"Sequence"}}"#;
    assert_eq!(chain(asked, r#"{"outputs":"A joke.","kwargs":{}}"#), "User: Q\nAssistant: A joke.");
    assert_eq!(
        chain(asked, r#"{"outputs":{"answer":"A","risk":"high"},"kwargs":{"tags":["x"]}}"#),
        "User: Q\nAssistant: A | data {\"risk\":\"high\"}"
    );
}

#[test]
fn what_an_application_says_beside_its_message_is_told_with_it() {
    let own = r#"{"role":"assistant","content":"Yes","id":"m1","refusal":null,"annotations":[],"usage":{"n":1},"risk":"high","needs_human":false}"#;
    assert_eq!(
        chain(r#"{"question":"Safe?"}"#, own),
        "User: Safe?\nAssistant: Yes | data {\"risk\":\"high\",\"needs_human\":false}"
    );
    let choices = r#"{"id":"c1","object":"chat.completion","model":"m","created":1,"usage":{},"choices":[{"index":0,"message":{"role":"assistant","content":"Yes","risk":"high"},"finish_reason":"stop","logprobs":null}],"warning":"Ask a doctor."}"#;
    for kind in ["CHAIN", "CHAT_MODEL"] {
        let told = read(vec![span("1", None, kind, r#"{"messages":[{"role":"user","content":"Safe?"}]}"#, choices)]);
        assert_eq!(
            told, "User: Safe?\nAssistant: Yes | data {\"warning\":\"Ask a doctor.\",\"risk\":\"high\"}",
            "{kind}"
        );
    }
    let protocol = choices.replace(r#","warning":"Ask a doctor.""#, "").replace(r#","risk":"high""#, "");
    assert_eq!(chain(r#"{"question":"Safe?"}"#, &protocol), "User: Safe?\nAssistant: Yes");
}

#[test]
fn words_that_the_application_cut_short_are_a_step() {
    let full =
        r#"{"choices":[{"message":{"role":"assistant","content":"Paris is the capital, but NOT since 1940-44."}}]}"#;
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, r#""Paris is the capital""#),
        span("2", Some("1"), "CHAT_MODEL", r#"{"messages":[{"role":"user","content":"Q"}]}"#, full),
    ]);
    assert_eq!(
        shown,
        "User: Q\nstep n2: Paris is the capital, but NOT since 1940-44.\nAssistant: Paris is the capital"
    );
}

#[test]
fn pairs_and_memories_are_earlier_turns_and_what_stands_beside_them_is_kept() {
    let want = "earlier User: Who is Bob?\nearlier Assistant: Bob is CFO.\nUser: What about him?";
    for turns in [
        r#"[["Who is Bob?","Bob is CFO."]]"#,
        r#"[{"human":"Who is Bob?","ai":"Bob is CFO."}]"#,
        r#""Human: Who is Bob?\nAI: Bob is CFO.""#,
    ] {
        let asked = format!(r#"{{"message":"What about him?","history":{turns},"user":"u1"}}"#);
        let told = chain(&asked, "\"He left.\"");
        assert_eq!(told, format!("{want} | data {{\"user\":\"u1\"}}\nAssistant: He left."), "{turns}");
        let echoed = format!(r#"{{"question":"What about him?","history":{turns},"text":"He left."}}"#);
        assert_eq!(chain(&asked.replace(r#","user":"u1""#, ""), &echoed), format!("{want}\nAssistant: He left."));
    }
    // A chat's function empties the field and hands back the chat.
    let grown = r#"["",[["Who is Bob?","Bob is CFO."],["What about him?","He left."]]]"#;
    let asked = r#"{"message":"What about him?","chat_history":[["Who is Bob?","Bob is CFO."]]}"#;
    assert_eq!(chain(asked, grown), format!("{want}\nAssistant: He left."));
}

#[test]
fn a_cut_answer_that_was_asked_for_again_is_a_step() {
    let asked = r#"{"messages":[{"role":"user","content":"Q"}]}"#;
    let answer = |words: &str, why: &str| {
        format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{words}"}},"finish_reason":"{why}"}}]}}"#)
    };
    let shown = read(vec![
        span("1", None, "AGENT", asked, &answer("The full answer.", "stop")),
        span("2", Some("1"), "CHAT_MODEL", asked, &answer("The full ans", "length")),
        span("3", Some("1"), "CHAT_MODEL", asked, &answer("The full answer.", "stop")),
    ]);
    assert_eq!(shown, "User: Q\nstep n2: The full ans | (cut: length)\nAssistant: The full answer.");
    // The answer itself, cut as it is, is told once.
    let shown = read(vec![
        span("1", None, "AGENT", asked, &answer("The full ans", "length")),
        span("2", Some("1"), "CHAT_MODEL", asked, &answer("The full ans", "length")),
    ]);
    assert_eq!(shown, "User: Q\nAssistant: The full ans | (cut: length)");
}

#[test]
fn who_grades_an_answer_gave_none() {
    let shown = read(vec![
        span("1", None, "CHAIN", "", ""),
        span("2", Some("1"), "CHAIN", r#"{"text":"Tell me a joke"}"#, "\"Knock knock\""),
        span("3", Some("1"), "CHAIN", r#"{"text":"Knock knock"}"#, r#"{"score":2}"#),
    ]);
    assert_eq!(
        shown,
        "User: Tell me a joke\nCHAIN n3({\"text\":\"Knock knock\"}): {\"score\":2}\nAssistant: Knock knock"
    );
}

#[test]
fn what_an_application_noted_in_a_message_stands_beside_it() {
    let output = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"A","additional_kwargs":{"warning":"unsure","refusal":null,"token_count":7},"response_metadata":{"x":1},"needs_human":true,"id":"r1"}]}"#;
    let shown = chain(r#"{"messages":[{"type":"human","content":"Q"}]}"#, output);
    assert_eq!(shown, "User: Q\nAssistant: A | data {\"needs_human\":true,\"warning\":\"unsure\"}");
}

#[test]
fn a_root_that_only_says_whose_it_is_was_asked_what_its_model_was() {
    let asked = r#"{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Hello?"}]}"#;
    let model = || {
        span("2", Some("1"), "CHAT_MODEL", asked, r#"{"choices":[{"message":{"role":"assistant","content":"Hi."}}]}"#)
    };
    let shown = read(vec![span("1", None, "CHAIN", r#"{"session_id":"s7"}"#, "\"Hi.\""), model()]);
    assert_eq!(shown, "System: S\nUser: Hello? | data {\"session_id\":\"s7\"}\nAssistant: Hi.");
    let shown = read(vec![span("1", None, "CHAIN", r#"{"ticket_id":"t7"}"#, "\"Hi.\""), model()]);
    assert!(shown.starts_with("System: S\nUser: data {\"ticket_id\":\"t7\"}\n"), "{shown}");
}
