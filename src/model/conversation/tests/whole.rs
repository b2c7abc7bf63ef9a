//! Shapes that used to be told in pieces, twice, or as JSON.

use super::{read, span};
use crate::model::trace::Span;

const ASKED: &str = r#"{"messages":[{"role":"user","content":"Q"}]}"#;

#[test]
fn a_graph_that_stops_to_ask_tells_its_question() {
    let ask = r#"{"messages":[{"type":"human","content":"Q"}],"__interrupt__":[{"value":"Shall I?","id":"i"}]}"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", ASKED, ask)]), "User: Q\nAssistant: Shall I?");
    let review = r#"{"draft":"D","__interrupt__":[{"value":{"question":"Is it good?","draft":"D"},"ns":["a"]}]}"#;
    assert_eq!(
        read(vec![span("1", None, "CHAIN", r#"{"topic":"T"}"#, review)]),
        "User: T\nAssistant: Is it good? | data {\"draft\":\"D\"} | data {\"draft\":\"D\"}"
    );
    let approve = r#"{"messages":[{"type":"human","content":"Q"}],"__interrupt__":[{"value":{"action_requests":[{"name":"f","args":{},"description":"Approve f"}]}}]}"#;
    let shown = read(vec![span("1", None, "CHAIN", ASKED, approve)]);
    assert!(shown.starts_with("User: Q\nAssistant: Approve f | data "), "{shown}");
    let updates = r#"[{"agent":{"messages":[{"type":"ai","content":"I book."}]}},{"__interrupt__":[{"value":"Shall I?","id":"i"}]}]"#;
    let shown = read(vec![span("1", None, "CHAIN", ASKED, updates)]);
    assert_eq!(shown, "User: Q\nAssistant: I book.\nAssistant: Shall I?");
}

#[test]
fn one_list_of_all_messages_has_the_question_and_the_answer() {
    let parts = r#"[{"role":"system","parts":[{"type":"text","content":"S"}]},{"role":"user","parts":[{"type":"text","content":"Q"}]},{"role":"assistant","parts":[{"type":"text","content":"A"}],"finish_reason":"stop"}]"#;
    let events = r#"[{"role":"user","content":"Q","event.name":"gen_ai.user.message"},{"role":"assistant","content":"A","event.name":"gen_ai.assistant.message"}]"#;
    for (key, text, system) in [("pydantic_ai.all_messages", parts, "System: S\n"), ("all_messages_events", events, "")]
    {
        for result in [None, Some("A")] {
            let mut agent = span("2", None, "AGENT", "", "");
            agent.attributes.push((key.into(), text.into()));
            agent.attributes.extend(result.map(|r| ("final_result".into(), r.into())));
            let told = format!("{system}User: Q\nAssistant: A");
            assert_eq!(read(vec![agent.clone()]), told, "{key}");
            // Below a web framework's span, which says nothing.
            let below = Span { parent: Some("1".into()), ..agent };
            assert_eq!(read(vec![span("1", None, "", "", ""), below]), told, "{key} below a silent root");
        }
    }
}

#[test]
fn an_agent_below_a_silent_root_is_the_conversation() {
    let mut agent = span("2", Some("1"), "AGENT", "", "");
    for (key, role, words) in [("gen_ai.input.messages", "user", "Q"), ("gen_ai.output.messages", "assistant", "A")] {
        let text = format!(r#"[{{"role":"{role}","parts":[{{"type":"text","content":"{words}"}}]}}]"#);
        agent.attributes.push((key.into(), text.into()));
    }
    assert_eq!(read(vec![span("1", None, "UNKNOWN", "", ""), agent]), "User: Q\nAssistant: A");
}

#[test]
fn entries_of_mistral_s_conversations() {
    let output = r#"{"conversation_id":"c","object":"conversation.response","outputs":[
        {"object":"entry","type":"tool.execution","id":"t","name":"web_search","arguments":"{\"q\":1}","info":{}},
        {"object":"entry","type":"function.call","id":"f","tool_call_id":"c1","name":"w","arguments":{"c":"B"}},
        {"object":"entry","type":"agent.handoff","previous_agent_name":"a","next_agent_name":"b"},
        {"object":"entry","type":"message.output","role":"assistant","content":[{"type":"text","text":"A"},{"type":"tool_reference","tool":"web_search","title":"T","url":"https://a.example"}]}]}"#;
    let input = r#"{"model":"m","inputs":[{"object":"entry","type":"message.input","role":"user","content":"Q"},
        {"type":"function.call","tool_call_id":"c0","name":"w","arguments":"{}"},{"type":"function.result","tool_call_id":"c0","result":"3"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", input, output)]);
    assert_eq!(
        shown,
        "User: Q\nAssistant: w({}) -> 3\nAssistant: web_search({\"q\":1}) -> (completed)\nAssistant: w({\"c\":\"B\"}) -> ?\n\
         Assistant: handoff(a → b) -> (handed over)\nAssistant: A | Source(\"T · https://a.example\")"
    );
    for asked in [r#"{"model":"m","inputs":"Q"}"#, r#"{"agent_id":"a","inputs":"Q","stream":false}"#] {
        assert!(
            read(vec![span("1", None, "CHAT_MODEL", asked, output)]).starts_with("User: Q\nAssistant: web"),
            "{asked}"
        );
    }
}

#[test]
fn what_was_said_after_a_provider_s_tool_stays_after_it() {
    let output = r#"{"role":"assistant","content":[{"type":"text","text":"I look."},{"type":"server_tool_use","id":"s","name":"web_search","input":{"q":1}},
        {"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"A"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", ASKED, output)]);
    assert_eq!(shown, "User: Q\nAssistant: I look. | web_search({\"q\":1}) -> [] | A");
}

#[test]
fn a_thought_that_opens_the_words_is_a_thought() {
    let output = r#"{"choices":[{"message":{"role":"assistant","content":"<think>\nhm\n</think>\n\nA"}}]}"#;
    assert_eq!(read(vec![span("1", None, "CHAT_MODEL", ASKED, output)]), "User: Q\nAssistant: thinks hm | A");
    // Told once, also where the application hands it on.
    let told = read(vec![
        span("1", None, "CHAIN", ASKED, "\"<think>hm</think>A\""),
        span("2", Some("1"), "CHAT_MODEL", ASKED, output),
    ]);
    assert_eq!(told, "User: Q\nAssistant: thinks hm | A");
}

#[test]
fn streams_and_growing_states_are_told_once() {
    let chunks = r#"[{"candidates":[{"content":{"role":"model","parts":[{"text":"Sev"}]}}]},{"candidates":[{"content":{"parts":[{"text":"en"}]},"finishReason":"STOP"}]}]"#;
    let shown = read(vec![span("1", None, "LLM", r#"{"model":"g","contents":"Q"}"#, chunks)]);
    assert_eq!(shown, "User: Q\nAssistant: Seven");
    let states = r#"[{"messages":[{"type":"human","content":"Q"}]},
        {"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"f","args":{},"id":"c"}]}],"n":1},
        {"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"f","args":{},"id":"c"}]},{"type":"tool","content":"7","tool_call_id":"c"},{"type":"ai","content":"A"}],"n":2}]"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", ASKED, states)]), "User: Q\nAssistant: f({}) -> 7\nAssistant: A");
    // Several modes at once, and messages with where they were said.
    let modes = r#"[["values",{"messages":[{"type":"human","content":"Q"}]}],["values",{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"A"}]}]]"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", ASKED, modes)]), "User: Q\nAssistant: A");
    let places = r#"[[{"type":"AIMessageChunk","content":"A"},{"langgraph_node":"a"}],[{"type":"AIMessageChunk","content":"B"},{"langgraph_node":"a"}]]"#;
    assert_eq!(read(vec![span("1", None, "CHAIN", ASKED, places)]), "User: Q\nAssistant: AB");
    let plain = r#"[{"topic":"T"},{"topic":"T","answer":"A"}]"#;
    let shown = read(vec![span("1", None, "CHAIN", r#"{"topic":"T"}"#, plain)]);
    assert_eq!(shown, "User: T\nAssistant: A");
}

#[test]
fn what_an_agent_did_before_its_answer_is_told() {
    // AutoGen's response, a run of OpenAI's agents, Vercel's steps.
    let inner = r#"{"chat_message":{"source":"w","content":"3 C","type":"TextMessage"},"inner_messages":[
        {"source":"w","content":[{"id":"c","name":"t","arguments":"{}"}],"type":"ToolCallRequestEvent"},
        {"source":"w","content":[{"call_id":"c","name":"t","content":"3"}],"type":"ToolCallExecutionEvent"}]}"#;
    let items = r#"{"input":"Q","final_output":"A","new_items":[
        {"type":"tool_call_item","raw_item":{"type":"function_call","call_id":"c","name":"t","arguments":"{}"}},
        {"type":"tool_call_output_item","output":"3","raw_item":{"type":"function_call_output","call_id":"c","output":"3"}},
        {"type":"message_output_item","raw_item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}}]}"#;
    let steps = r#"{"text":"A","finishReason":"stop","steps":[{"finishReason":"tool-calls","content":[
        {"type":"tool-call","toolCallId":"c","toolName":"t","input":{}},
        {"type":"tool-result","toolCallId":"c","toolName":"t","output":{"type":"json","value":3}}]},{"content":[{"type":"text","text":"A"}]}]}"#;
    for (output, answer) in [(inner, "3 C"), (items, "A"), (steps, "A")] {
        let shown = read(vec![span("1", None, "AGENT", r#"{"input":"Q"}"#, output)]);
        assert_eq!(shown, format!("User: Q\nAssistant: t({{}}) -> 3\nAssistant: {answer}"), "{output}");
    }
}

#[test]
fn a_model_s_own_request_in_a_text_is_opened() {
    let input = r#"{"modelId":"m","body":"{\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}],\"max_tokens\":3}"}"#;
    let output = r#"{"body":"{\"generation\":\"Sev\",\"stop_reason\":\"length\"}"}"#;
    assert_eq!(read(vec![span("1", None, "LLM", input, output)]), "User: Q\nAssistant: Sev | (cut: length)");
    let input = r#"{"modelId":"m","body":"{\"prompt\":\"Q\"}"}"#;
    let output = r#"{"body":{"results":[{"outputText":"Sev","completionReason":"LENGTH"}]}}"#;
    assert_eq!(read(vec![span("1", None, "LLM", input, output)]), "User: Q\nAssistant: Sev | (cut: LENGTH)");
}

#[test]
fn roles_and_results_of_agents_messages() {
    let autogen = r#"{"messages":[{"content":"Q","source":"user","type":"UserMessage"},
        {"content":[{"id":"c","name":"t","arguments":"{}"}],"source":"w","type":"AssistantMessage"},
        {"content":[{"call_id":"c","name":"t","content":"3"}],"type":"FunctionExecutionResultMessage"}]}"#;
    let answer = r#"{"content":"A","finish_reason":"stop","cached":false}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", autogen, answer)]);
    assert_eq!(shown, "User: Q\nAssistant: t({}) -> 3\nAssistant: A");
    let smol = r#"{"messages":[{"role":"user","content":"Q"},{"role":"tool-call","content":"t()"},{"role":"tool-response","content":"3"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", smol, answer)]);
    assert!(shown.starts_with("User: Q\nAssistant: t()\nTool: Result"), "{shown}");
    let cohere = r#"{"text":"A","chat_history":[{"role":"USER","message":"Q"},{"role":"CHATBOT","message":"A"}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", r#"{"model":"m","message":"Q"}"#, cohere)]);
    assert_eq!(shown, "User: Q\nAssistant: A");
}

#[test]
fn what_a_program_printed_is_its_result_unless_it_failed() {
    let told = |result: &str| {
        let output = format!(
            r#"{{"role":"assistant","content":[{{"type":"server_tool_use","id":"s","name":"code","input":{{}}}},
            {{"type":"code_execution_tool_result","tool_use_id":"s","content":{result}}}]}}"#
        );
        read(vec![span("1", None, "CHAT_MODEL", ASKED, &output)])
    };
    let fine = r#"{"type":"code_execution_result","stdout":"2\n","stderr":"","return_code":0,"content":[]}"#;
    assert_eq!(told(fine), "User: Q\nAssistant: code({}) -> 2");
    let failed = r#"{"type":"code_execution_result","stdout":"2","stderr":"no","return_code":1}"#;
    assert_eq!(told(failed), "User: Q\nAssistant: code({}) -> 2\nno\n(exit code 1)");
    let left =
        r#"{"type":"code_execution_result","stdout":"2","stderr":"no","return_code":1,"content":[{"file_id":"f1"}]}"#;
    assert_eq!(told(left), format!("User: Q\nAssistant: code({{}}) -> {left}"));
}

#[test]
fn a_last_question_without_a_word_is_one() {
    let asked = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":""}]}"#;
    let answered = r#"{"choices":[{"message":{"role":"assistant","content":"B"}}]}"#;
    let shown = read(vec![span("1", None, "CHAT_MODEL", asked, answered)]);
    assert_eq!(
        shown.lines().skip_while(|l| !l.ends_with(": ")).collect::<Vec<_>>(),
        ["User: ", "Assistant: B"],
        "{shown}"
    );
}

#[test]
fn a_state_s_fields_stand_beside_an_answer_once_and_without_the_thread() {
    let state = r#"{"messages":[{"role":"user","content":"Q"}],"plan":["look","say"],"final_answer":"A"}"#;
    let shown = read(vec![span("1", None, "CHAIN", r#"{"messages":[{"role":"user","content":"Q"}]}"#, state)]);
    assert_eq!(shown, "User: Q\nAssistant: A | data {\"plan\":[\"look\",\"say\"]}");
}

#[test]
fn a_draft_stands_before_what_was_said_of_it_though_the_answer_has_its_words() {
    let asked = r#"{"messages":[{"role":"user","content":"Write a haiku, please"}]}"#;
    let said = |words: &str| format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"{words}"}}}}]}}"#);
    let again = r#"{"messages":[{"role":"user","content":"Write a haiku, please"},{"role":"assistant","content":"Snow falls on the old roof"},{"role":"user","content":"Add a word."}]}"#;
    let shown = read(vec![
        span("1", None, "CHAIN", r#"{"question":"Write a haiku, please"}"#, "\"Snow falls on the old roof slowly\""),
        span("2", Some("1"), "CHAT_MODEL", asked, &said("Snow falls on the old roof")),
        span("3", Some("1"), "CHAT_MODEL", asked, &said("Add a word.")),
        span("4", Some("1"), "CHAT_MODEL", again, &said("Snow falls on the old roof slowly")),
    ]);
    let place = |words: &str| shown.find(words).unwrap_or_else(|| panic!("{words} in {shown}"));
    assert!(place("step n2: Snow falls on the old roof") < place("step n3: Add a word."), "{shown}");
}
