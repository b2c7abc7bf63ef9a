//! Several agents, people who decide, guardrails and memories.

use super::{read, span};
use crate::model::trace::Span;

const ASKED: &str = r#"{"messages":[{"role":"user","content":"Q"}]}"#;

fn named(name: &str, span: Span) -> Span {
    Span { name: name.into(), ..span }
}

#[test]
fn agents_words_and_tools_stand_in_the_order_of_their_spans_with_whose_they_are() {
    let said = |name: &str, words: &str| format!(r#"{{"type":"ai","name":"{name}","content":"{words}"}}"#);
    let state = |messages: &[String]| format!(r#"{{"messages":[{}]}}"#, messages.join(","));
    let (plan, booked) = (said("planner", "The plan."), said("booker", "Booked."));
    let thread = [r#"{"type":"human","content":"Q"}"#.to_owned(), plan.clone(), booked.clone()];
    let spans = vec![
        span("1", None, "CHAIN", ASKED, &state(&thread)),
        named("planner", span("2", Some("1"), "AGENT", ASKED, &state(&[plan]))),
        named("maps", span("3", Some("2"), "TOOL", r#"{"q":"rome"}"#, "\"MAP\"")),
        named("booker", span("4", Some("1"), "AGENT", ASKED, &state(&[booked]))),
        named("book", span("5", Some("4"), "TOOL", r#"{"h":"x"}"#, "\"OK\"")),
    ];
    assert_eq!(
        read(spans),
        "User: Q\nAssistant: planner maps({\"q\":\"rome\"}) -> MAP\nAssistant: The plan.\n\
         Assistant: booker book({\"h\":\"x\"}) -> OK\nAssistant: Booked."
    );
    // Where one acts, nobody needs to be named.
    let alone = vec![
        span("1", None, "CHAIN", ASKED, "\"A\""),
        named("helper", span("2", Some("1"), "AGENT", ASKED, "\"A\"")),
        named("maps", span("3", Some("2"), "TOOL", "{}", "1")),
    ];
    assert_eq!(read(alone), "User: Q\nAssistant: maps({}) -> 1\nAssistant: A");
}

#[test]
fn a_call_that_the_root_tells_comes_before_the_documents_that_it_found() {
    let call = r#"{"type":"ai","content":"","tool_calls":[{"name":"n3","args":{},"id":"c1"}]}"#;
    let thread = format!(
        r#"{{"messages":[{{"type":"human","content":"Q"}},{call},{{"type":"tool","content":"D","tool_call_id":"c1"}},{{"type":"ai","content":"A"}}]}}"#
    );
    let shown = read(vec![
        span("1", None, "CHAIN", ASKED, &thread),
        span("2", Some("1"), "CHAT_MODEL", ASKED, call),
        span("3", Some("1"), "TOOL", "{}", "\"D\""),
        span("4", Some("3"), "RETRIEVER", "\"Q\"", r#"[{"page_content":"D"}]"#),
        span("5", Some("1"), "CHAT_MODEL", ASKED, r#"{"type":"ai","content":"A"}"#),
    ]);
    assert_eq!(shown, "User: Q\nAssistant: n3({}) -> D\ndocuments 0\nAssistant: A");
}

#[test]
fn what_a_person_decided_stands_where_it_was_decided_and_a_rejected_call_did_not_fail() {
    let resume = r#"{"resume":{"decisions":[{"type":"reject","message":"Not that one"}]},"update":null,"goto":[]}"#;
    let thread = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"drop","args":{},"id":"c1"}]},
        {"type":"tool","content":"Not that one","tool_call_id":"c1","status":"error"},{"type":"ai","content":"I did not."}]}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAIN", resume, thread)]),
        "User: Q\nAssistant: drop({}) -> (rejected by a person) Not that one\nUser: reject: Not that one\nAssistant: I did not."
    );
    let words = "User rejected the tool call for `drop` with reason: Not that one";
    let around = thread.replace("\"Not that one\"", &format!("\"{words}\""));
    assert_eq!(
        read(vec![
            span("1", None, "CHAIN", resume, &around),
            span(
                "2",
                Some("1"),
                "CHAT_MODEL",
                &around.replace(r#",{"type":"ai","content":"I did not."}"#, ""),
                "\"I did not.\""
            )
        ]),
        format!(
            "User: Q\nAssistant: drop({{}}) -> (rejected by a person) {words}\nUser: reject: Not that one\nAssistant: I did not."
        )
    );
    let approve = r#"{"resume":{"decisions":[{"type":"approve"}]}}"#;
    let ran = thread.replace("Not that one", "3 rows").replace(",\"status\":\"error\"", "");
    assert_eq!(
        read(vec![span("1", None, "CHAIN", approve, &ran)]),
        "User: Q\nAssistant: drop({}) -> 3 rows\nUser: approve\nAssistant: I did not."
    );
    // A tool that failed did fail.
    let failed = read(vec![span("1", None, "CHAIN", approve, &thread.replace("Not that one", "no such table"))]);
    assert!(failed.contains("drop({}) -> no such table"), "{failed}");
}

#[test]
fn what_guardrails_evaluators_and_memories_found_is_told_and_what_their_models_said_once() {
    let verdict = r#"{"score":1,"reason":"It rests on nothing."}"#;
    let judged = format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":{verdict:?}}}}}]}}"#);
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, "\"A\""),
        named("input_guard", span("2", Some("1"), "GUARDRAIL", "{}", r#"{"flagged":true}"#)),
        named("recall", span("3", Some("1"), "MEMORY", "{}", r#"["User is Ann"]"#)),
        named("judge", span("4", Some("1"), "EVALUATOR", "{}", verdict)),
        span("5", Some("4"), "CHAT_MODEL", "{}", &judged),
        named(
            "earlier",
            span(
                "7",
                Some("1"),
                "MEMORY",
                "{}",
                r#"{"messages":[{"role":"user","content":"I am Ann"},{"role":"assistant","content":"Hi"}]}"#,
            ),
        ),
        named("empty", span("6", Some("1"), "GUARDRAIL", "{}", "null")),
    ]);
    assert_eq!(
        shown,
        format!(
            "User: Q\nGUARDRAIL input_guard: {{\"flagged\":true}}\nMEMORY recall: [\"User is Ann\"]\n\
             EVALUATOR judge: {verdict}\nMEMORY earlier: user: I am Ann\nassistant: Hi\nAssistant: A"
        )
    );
}

#[test]
fn a_chat_that_its_beginner_wrote_down_is_told_with_the_roles_of_those_who_answered() {
    let chat = r#"{"chat_history":[{"role":"assistant","name":"user_proxy","content":"Plan a trip"},{"role":"user","name":"planner","content":"Rome."},{"role":"assistant","name":"user_proxy","content":"Cheaper"},{"role":"user","name":"critic","content":"Bari."}]}"#;
    let spans = vec![span("1", None, "AGENT", r#"{"message":"Plan a trip"}"#, chat)];
    assert_eq!(read(spans), "User: Plan a trip\nAssistant: Rome.\nUser: Cheaper\nAssistant: Bari.");
    // An assistant that repeats the question says it.
    let echo = r#"{"messages":[{"role":"assistant","content":"Plan a trip"},{"role":"assistant","content":"Rome."}]}"#;
    let spans = vec![span("1", None, "AGENT", r#"{"message":"Plan a trip"}"#, echo)];
    assert_eq!(read(spans), "User: Plan a trip\nAssistant: Plan a trip\nAssistant: Rome.");
}

#[test]
fn a_sentence_whose_pieces_are_cited_is_one_and_its_sources_follow() {
    let blocks = r#"{"role":"assistant","content":[{"type":"text","text":"Grass is "},
        {"type":"text","text":"green","citations":[{"type":"char_location","cited_text":"The grass is green.","document_index":0,"document_title":"D"}]},
        {"type":"text","text":"."},{"type":"tool_use","id":"t","name":"f","input":{}},{"type":"text","text":"Done."}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", ASKED, blocks)]);
    assert_eq!(
        shown,
        // What it points at stands beside the words.
        "User: Q\ndocuments 0\nAssistant: Grass is green. | Source(\"D · “The grass is green.”\") | f({}) -> ? | Done."
    );
    let plain = r#"{"role":"assistant","content":[{"type":"text","text":"One."},{"type":"text","text":"Two."}]}"#;
    assert_eq!(read(vec![span("1", None, "CHAT_MODEL", ASKED, plain)]), "User: Q\nAssistant: One. | Two.");
}

#[test]
fn documents_that_an_untyped_function_returns_and_an_answer_s_own_sources_are_documents() {
    let found = r#"[{"text":"PTO is 25 days.","score":0.9,"source":"hr.md"}]"#;
    let spans = vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, "\"25 days.\""),
        span("2", Some("1"), "UNKNOWN", r#"{"query":"PTO"}"#, found),
    ];
    assert_eq!(read(spans), "User: Q\ndocuments 0\nAssistant: 25 days.");
    let own =
        r#"{"answer":"A [1]","sources":[{"title":"S1","url":"http://s1","snippet":"25 days are what you get."}]}"#;
    let spans = vec![span("1", None, "CHAIN", r#"{"question":"Q"}"#, own)];
    assert_eq!(read(spans), "User: Q\ndocuments 0\nAssistant: A [1]");
    // What a retriever found is not told twice.
    let spans = vec![
        span("1", None, "CHAIN", r#"{"question":"Q"}"#, own),
        span(
            "2",
            Some("1"),
            "RETRIEVER",
            "\"Q\"",
            r#"[{"page_content":"25 days are what you get. And more.","metadata":{"source":"http://s1"}}]"#,
        ),
    ];
    assert_eq!(read(spans).matches("documents").count(), 1);
}

#[test]
fn an_answer_that_is_returned_with_its_documents_is_words_and_documents() {
    let asked = r#"{"question":"Q"}"#;
    let tuple = r#"["Paris.",[{"page_content":"Paris is the capital.","metadata":{"source":"a.md"}}]]"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", asked, tuple)]), "User: Q\ndocuments 0\nAssistant: Paris.");
    for name in ["documents", "retriever_resources", "sourceDocuments", "chunks"] {
        let own = format!(
            r#"{{"answer":"Paris.","n":1,"{name}":[{{"id":"d1","text":"Paris is the capital.","score":0.8}}]}}"#
        );
        let told = read(vec![span("1", None, "CHAIN", asked, &own)]);
        assert_eq!(told, "User: Q\ndocuments 0\nAssistant: Paris. | data {\"n\":1}", "{name}");
    }
    // A tool's are told in its box.
    let tool = r#"{"documents":[{"id":"d1","text":"Paris is the capital.","score":0.8}]}"#;
    let spans = vec![span("1", None, "CHAIN", asked, "\"A\""), span("2", Some("1"), "TOOL", "{}", tool)];
    assert!(!read(spans).contains("documents 0"));
}
