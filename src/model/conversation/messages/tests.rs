//! Every shape in a short form.

use super::*;
use crate::model::conversation::state::state;
use crate::model::json::parse;

/// Messages in a short form: "role: part | part".
fn read(text: &str, side: Role) -> String {
    let (json, _) = parse(text).unwrap();
    let Some(found) = messages(&json, side) else { return "no conversation".to_owned() };
    let show = |p: &Part| match p {
        Part::Text(t) => t.to_string(),
        Part::Data(t) => format!("data {t}"),
        Part::Reasoning(t) => format!("thinks {t}"),
        Part::Media(t) => format!("media {t}"),
        Part::Refusal(t) => format!("refuses {t}"),
        Part::Source(t) => format!("from {t}"),
        Part::Ended(t) => format!("({t})"),
        Part::Item { kind, json } => format!("item {kind} {json}"),
        Part::Call(c) => {
            let result = c.result.as_ref().map(|r| format!(" = {r}")).unwrap_or_default();
            let error = c.error.as_ref().map(|e| format!(" ! {e}")).unwrap_or_default();
            format!("calls {}({}) {}{result}{error}", c.name, c.arguments, c.id.as_deref().unwrap_or("-"))
        }
        Part::Result { id, text, .. } => format!("result {} {text}", id.as_deref().unwrap_or("-")),
    };
    let line = |m: &Message| format!("{:?}: {}", m.role, m.parts.iter().map(show).collect::<Vec<_>>().join(" | "));
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn openai_chat() {
    let input = r#"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"T"},{"type":"image_url","image_url":{"url":"mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70"}}]}]}"#;
    assert_eq!(read(input, Role::User), "System: S\nUser: T | media image/png · 70 bytes · attachment a1");
    let output = r#"{"choices":[{"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}}]}}]}"#;
    assert_eq!(read(output, Role::Assistant), r#"Assistant: calls f({"x": 1}) c1"#);
}

#[test]
fn vercels_messages_hold_a_call_and_its_result_in_one_part() {
    let ui = r#"{"messages":[{"role":"user","parts":[{"type":"text","text":"Q"}]},{"role":"assistant","parts":[{"type":"step-start"},{"type":"tool-get-weather","toolCallId":"c1","state":"output-available","input":{"city":"Oslo"},"output":{"t":3}},{"type":"dynamic-tool","toolName":"look","toolCallId":"c2","state":"output-error","input":{},"errorText":"no"},{"type":"text","text":"A"},{"type":"source-url","sourceId":"1","url":"https://a.example","title":"T"}]}]}"#;
    assert_eq!(
        read(ui, Role::User),
        "User: Q\nAssistant: calls get-weather({\"city\":\"Oslo\"}) c1 = {\"t\":3} | calls look({}) c2 ! no | A | from T · https://a.example"
    );
    let old = r#"[{"role":"assistant","parts":[{"type":"tool-invocation","toolInvocation":{"state":"result","toolCallId":"c1","toolName":"add","args":{"a":1},"result":2}}]}]"#;
    assert_eq!(read(old, Role::User), "Assistant: calls add({\"a\":1}) c1 = 2");
}

#[test]
fn cohere_and_agent2agent() {
    let asked = r#"{"model":"command-r","preamble":"S","chat_history":[{"role":"USER","message":"Hi"},{"role":"CHATBOT","message":"Hello"}],"message":"Q"}"#;
    assert_eq!(read(asked, Role::User), "System: S\nUser: Hi\nAssistant: Hello\nUser: Q");
    let task = r#"{"id":"t","kind":"task","status":{"state":"completed"},"artifacts":[{"artifactId":"a","name":"answer","parts":[{"kind":"text","text":"A"}]}]}"#;
    assert_eq!(read(task, Role::Assistant), "Assistant: A");
}

#[test]
fn what_nobody_knows_stands_in_its_place() {
    let output = r#"{"object":"response","output":[{"id":"m","type":"mcp_list_tools","tools":[]},{"type":"reasoning","summary":[{"type":"summary_text","text":"short"}],"content":[{"type":"reasoning_text","text":"long"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}]}"#;
    assert_eq!(
        read(output, Role::Assistant),
        "Assistant: item mcp_list_tools {\"id\":\"m\",\"tools\":[],\"type\":\"mcp_list_tools\"}\nAssistant: thinks short\n\nlong | A"
    );
    let input = r#"{"input":[{"role":"user","content":"Q"},{"type":"item_reference","id":"m0"}]}"#;
    assert_eq!(
        read(input, Role::User),
        "User: Q\nAssistant: item item_reference {\"id\":\"m0\",\"type\":\"item_reference\"}"
    );
    assert_eq!(read(r#"[{"a":1},{"b":2}]"#, Role::User), "no conversation");
}

#[test]
fn shorthands_of_langchain() {
    assert_eq!(
        read(r#"{"messages":[["system","S"],["human","Q"],["ai","A"]]}"#, Role::User),
        "System: S\nUser: Q\nAssistant: A"
    );
    assert_eq!(read(r#"{"messages":["Q"]}"#, Role::User), "User: Q");
    assert_eq!(read(r#"{"messages":"Q"}"#, Role::User), "User: Q");
}

#[test]
fn langchain_s_blocks_and_broken_calls() {
    let output = r#"{"messages":[{"type":"ai","content":[{"type":"reasoning","reasoning":"hm"},{"type":"text","text":"A"}],"invalid_tool_calls":[{"name":"f","args":"{bad","id":"x","error":"not JSON"}]}]}"#;
    assert_eq!(read(output, Role::Assistant), "Assistant: thinks hm | A | calls f({bad) x ! not JSON");
}

#[test]
fn ollama_s_images_and_tools() {
    let input = r#"{"model":"m","messages":[{"role":"user","content":"Q","images":["iVBORw0KGgo="]},{"role":"tool","tool_name":"look","content":"seen"}]}"#;
    assert_eq!(read(input, Role::User), "User: Q | media image · 8 bytes · inline\nTool: result look seen");
}

#[test]
fn haystack_and_semantic_kernel() {
    let haystack = r#"[{"role":"assistant","content":[{"reasoning":{"reasoning_text":"hm"}},{"tool_call":{"tool_name":"w","arguments":{"c":"B"},"id":"h"}}]},{"role":"tool","content":[{"tool_call_result":{"result":"sun","origin":{"tool_name":"w","arguments":{},"id":"h"},"error":false}}]},{"role":"assistant","content":[{"text":"sunny"}]}]"#;
    assert_eq!(
        read(haystack, Role::User),
        "Assistant: thinks hm | calls w({\"c\":\"B\"}) h\nTool: result h sun\nAssistant: sunny"
    );
    let kernel = r#"[{"role":"user","items":[{"content_type":"text","text":"Q"}]},{"role":"assistant","items":[{"content_type":"function_call","id":"k","name":"f","arguments":"{}"}]},{"role":"tool","items":[{"content_type":"function_result","id":"k","result":"7"}]}]"#;
    assert_eq!(read(kernel, Role::User), "User: Q\nAssistant: calls f({}) k\nTool: result k 7");
}

#[test]
fn a_tool_s_screenshot_is_its_result() {
    let input = r#"[{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"done"},{"type":"image_url","image_url":{"url":"https://a.example/x.png"}}]},{"role":"function","name":"f","content":"7"}]"#;
    let shown = read(input, Role::User);
    assert!(shown.starts_with("Tool: result c done\n▣ image") && shown.ends_with("Tool: result f 7"), "{shown}");
}

#[test]
fn what_an_agent_s_object_tells_beside_its_answer() {
    let agno = r#"{"content":"A","reasoning_content":"hm","messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]}"#;
    assert_eq!(read(agno, Role::Assistant), "User: Q\nAssistant: thinks hm | A");
    let llama = r#"{"response":{"role":"assistant","blocks":[{"block_type":"text","text":"4"}]},"tool_calls":[{"tool_name":"add","tool_kwargs":{"a":2},"tool_id":"q","tool_output":{"blocks":[{"block_type":"text","text":"4"}],"tool_name":"add","raw_output":4}}]}"#;
    assert_eq!(read(llama, Role::Assistant), "Assistant: calls add({\"a\":2}) q = 4 | 4");
}

#[test]
fn a_report_in_a_state_stands_below_its_name() {
    let (json, _) = parse(
        r##"{"messages":[{"type":"ai","content":"A"}],"report":"# R\nfound","usage":{"n":1},"step":3,"last":"A","last_message":{"role":"assistant","content":"A"}}"##,
    )
    .unwrap();
    let shown = state(&json, None, &Message::words(Role::Assistant, "A"));
    assert_eq!(shown, [Part::Text("report:\n\n# R\nfound".into()), Part::Data("{\"step\":3}".into())]);
}

#[test]
fn openai_responses() {
    let output = r#"{"output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"hm"}]},{"type":"function_call","call_id":"c1","id":"fc","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"7"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A"}]}]}"#;
    assert_eq!(read(output, Role::Assistant), "Assistant: thinks hm | calls f({}) c1\nTool: result c1 7\nAssistant: A");
    assert_eq!(read(r#"{"model":"m","input":"Q","instructions":"be brief"}"#, Role::User), "System: be brief\nUser: Q");
}

#[test]
fn anthropic() {
    let input = r#"{"system":"S","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"I look"},{"type":"tool_use","id":"t1","name":"f","input":{"c":"P"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"18C"}]}]}]}"#;
    assert_eq!(
        read(input, Role::User),
        "System: S\nAssistant: thinks hm | I look | calls f({\"c\":\"P\"}) t1\nTool: result t1 18C"
    );
    assert_eq!(
        read(
            r#"{"id":"m","type":"message","role":"assistant","content":[{"type":"text","text":"A"}]}"#,
            Role::Assistant
        ),
        "Assistant: A"
    );
}

#[test]
fn langchain_and_langgraph() {
    let state = r#"{"messages":[{"type":"human","content":"Q"},{"type":"ai","content":"","tool_calls":[{"name":"f","args":{"c":1},"id":"c1","type":"tool_call"}]},{"type":"tool","content":"R","tool_call_id":"c1"}]}"#;
    assert_eq!(read(state, Role::User), "User: Q\nAssistant: calls f({\"c\":1}) c1\nTool: result c1 R");
    assert_eq!(read(&format!(r#"[{{"graph":null,"update":{state}}}]"#), Role::User), read(state, Role::User));
    assert_eq!(
        read(r#"[[{"lc":1,"id":["langchain","HumanMessage"],"kwargs":{"content":"Q"}}]]"#, Role::User),
        "User: Q"
    );
    assert_eq!(read(r#"{"generations":[[{"text":"A"}]]}"#, Role::Assistant), "Assistant: A");
}

#[test]
fn llamaindex_gemini_and_gen_ai_parts() {
    let blocks = r#"{"message":{"role":"assistant","blocks":[{"block_type":"text","text":"A"}]},"raw":{}}"#;
    assert_eq!(read(blocks, Role::Assistant), "Assistant: A");
    let gemini = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"A"},{"functionCall":{"name":"f","args":{}}}]}}]}"#;
    assert_eq!(read(gemini, Role::Assistant), "Assistant: A | calls f({}) -");
    let parts = r#"[{"role":"assistant","parts":[{"type":"text","content":"A"},{"type":"tool_call","id":"c","name":"f","arguments":{"n":1}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c","response":"R"}]}]"#;
    assert_eq!(read(parts, Role::Assistant), "Assistant: A | calls f({\"n\":1}) c\nTool: result c R");
}

#[test]
fn what_is_no_conversation_is_told_apart() {
    for text in [r#"{"question":"Q"}"#, "[1,2]", r#"[{"page_content":"x"}]"#, "[]", r#"{"messages":[]}"#] {
        assert_eq!(read(text, Role::User), "no conversation", "{text}");
    }
}

#[test]
fn threads_of_openai_keep_the_words_one_deeper() {
    let answer = r#"{"data":[{"id":"m","object":"thread.message","role":"assistant","content":[{"type":"text","text":{"value":"A","annotations":[{"type":"file_citation","text":"x","file_citation":{"file_id":"f1","quote":"q"}}]}},{"type":"image_file","image_file":{"file_id":"f2"}}]}]}"#;
    assert_eq!(read(answer, Role::Assistant), "Assistant: A | from f1 · “q” | media image · f2");
    let asked = r#"{"messages":[{"role":"user","content":[{"type":"text","text":{"value":"Q","annotations":[]}}]}]}"#;
    assert_eq!(read(asked, Role::User), "User: Q");
}

#[test]
fn what_langchain_and_llamaindex_keep_in_additional_kwargs() {
    let thought = r#"{"generations":[[{"text":"A","message":{"type":"ai","content":"A","additional_kwargs":{"reasoning_content":"hm","refusal":"no"}}}]]}"#;
    assert_eq!(read(thought, Role::Assistant), "Assistant: thinks hm | A | refuses no");
    let old = r#"[[{"type":"ai","content":"","additional_kwargs":{"function_call":{"name":"f","arguments":"{}"}}},{"type":"function","name":"f","content":"R"}]]"#;
    assert_eq!(read(old, Role::User), "Assistant: calls f({}) -\nTool: result f R");
    let llama = r#"{"messages":[{"role":"tool","additional_kwargs":{"tool_call_id":"c1","name":"f"},"blocks":[{"block_type":"text","text":"R"}]}]}"#;
    assert_eq!(read(llama, Role::User), "Tool: result c1 R");
}

#[test]
fn results_that_say_by_their_type_that_they_are_errors() {
    let failed = |text: &str| {
        let found = messages(&parse(text).unwrap().0, Role::User).unwrap_or_default();
        found.iter().flat_map(|m| &m.parts).any(|p| matches!(p, Part::Result { failed: true, .. }))
    };
    let vercel = |kind: &str| {
        format!(
            r#"[{{"role":"tool","content":[{{"type":"tool-result","toolCallId":"v","toolName":"f","output":{{"type":"{kind}","value":"E"}}}}]}}]"#
        )
    };
    assert!(failed(&vercel("error-text")) && failed(&vercel("error-json")) && !failed(&vercel("text")));
    let anthropic = r#"[{"role":"assistant","content":[{"type":"web_search_tool_result","tool_use_id":"s","content":{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}}]}]"#;
    assert!(failed(anthropic));
}

#[test]
fn a_run_s_list_begins_with_its_setup_and_ends_with_its_answer_once() {
    let run = |end: &str| {
        format!(
            r#"[{{"type":"system","subtype":"init","model":"m"}},{{"type":"user","message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t","content":"R"}}]}}}},{{"type":"assistant","message":{{"role":"assistant","content":"A"}}}},{{"type":"result","subtype":"success","result":"{end}"}}]"#
        )
    };
    let begin =
        "System: data {\"model\":\"m\",\"subtype\":\"init\",\"type\":\"system\"}\nTool: result t R\nAssistant: A";
    assert_eq!(read(&run("A"), Role::Assistant), begin);
    let other = read(&run("B"), Role::Assistant);
    assert_eq!(other, format!("{begin}\nAssistant: B | data {{\"subtype\":\"success\",\"type\":\"result\"}}"));
}

#[test]
fn a_remote_call_is_what_it_is_about() {
    let asked = r#"{"jsonrpc":"2.0","id":1,"method":"message/send","params":{"message":{"role":"user","parts":[{"kind":"text","text":"Q"}]}}}"#;
    assert_eq!(read(asked, Role::User), "User: Q");
    let answered =
        r#"{"jsonrpc":"2.0","id":1,"result":{"kind":"task","artifacts":[{"parts":[{"kind":"text","text":"A"}]}]}}"#;
    assert_eq!(read(answered, Role::Assistant), "Assistant: A");
    assert_eq!(read(r#"{"jsonrpc":"2.0","params":{"question":"Q"}}"#, Role::User), "User: Q");
}

#[test]
fn a_python_call_s_history_is_history_and_its_argument_the_question() {
    let call =
        r#"{"args":["Q"],"kwargs":{"history":[{"role":"user","content":"Q0"},{"role":"assistant","content":"A0"}]}}"#;
    assert_eq!(read(call, Role::User), "User: Q0\nAssistant: A0\nUser: Q");
    assert_eq!(read(r#"{"args":["Q"],"kwargs":{"k":3}}"#, Role::User), "no conversation");
}

#[test]
fn calls_in_the_spellings_of_other_frameworks() {
    let custom = r#"{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"custom","custom":{"name":"code","input":"print(1)"}}]}}]}"#;
    assert_eq!(read(custom, Role::Assistant), "Assistant: calls code(print(1)) c");
    let langchain = r#"{"type":"ai","content":[{"type":"server_tool_call","name":"w","args":{"q":1},"id":"s"},{"type":"server_tool_result","tool_call_id":"s","status":"success","output":"R"},{"type":"non_standard","value":{"type":"fancy"}}]}"#;
    let want = "Assistant: calls w({\"q\":1}) s | result s R | item fancy {\"type\":\"fancy\"}";
    assert_eq!(read(langchain, Role::Assistant), want);
    let broken = r#"{"type":"ai","content":[{"type":"text","text":"T"},{"type":"invalid_tool_call","id":"b","name":"bad","args":"{x","error":"not json"}],"invalid_tool_calls":[{"type":"invalid_tool_call","id":"b","name":"bad","args":"{x","error":"not json"}]}"#;
    assert_eq!(read(broken, Role::Assistant), "Assistant: T | calls bad({x) b ! not json");
    let agno = r#"[{"role":"tool","tool_call_id":"c","content":"no","tool_call_error":true}]"#;
    let (json, _) = parse(agno).unwrap();
    let found = messages(&json, Role::User).unwrap();
    assert!(matches!(&found[0].parts[0], Part::Result { failed: true, .. }), "{found:?}");
    let remembered = r#"[{"source":"a","type":"TextMessage","content":"A"},{"source":"a","type":"MemoryQueryEvent","content":[{"content":"M"}]}]"#;
    assert!(read(remembered, Role::Assistant).contains("item MemoryQueryEvent {"));
    let asked = |state: &str| {
        read(
            &format!(
                r#"[{{"role":"assistant","parts":[{{"type":"tool-pay","toolCallId":"c","input":{{}},{state}}}]}}]"#
            ),
            Role::User,
        )
    };
    let call = "Assistant: calls pay({}) c = ";
    assert_eq!(asked(r#""state":"approval-requested","approval":{"id":"p"}"#), format!("{call}(asks for approval)"));
    let no = r#""state":"approval-responded","approval":{"id":"p","approved":false,"reason":"no"}"#;
    assert_eq!(asked(no), format!("{call}(declined by a person: no)"));
    assert_eq!(asked(r#""state":"output-denied""#), format!("{call}(declined by a person)"));
}

#[test]
fn a_reference_stands_behind_its_sentence_and_guarded_words_are_words() {
    let mistral = r#"{"choices":[{"message":{"role":"assistant","content":[{"type":"text","text":"It was Ada"},{"type":"reference","reference_ids":[1,3]},{"type":"text","text":"."}]}}]}"#;
    assert_eq!(read(mistral, Role::Assistant), "Assistant: It was Ada. | from reference 1, 3");
    let bedrock = r#"{"messages":[{"role":"user","content":[{"text":"T"},{"guardContent":{"text":{"text":"G","qualifiers":["query"]}}}]}]}"#;
    assert_eq!(read(bedrock, Role::User), "User: T | G");
}

#[test]
fn a_function_s_result_of_semantic_kernel_is_its_value() {
    let chat = r#"{"function":{"name":"chat","plugin_name":"p"},"value":[{"content_type":"message","role":"assistant","items":[{"content_type":"text","text":"A"}]}]}"#;
    assert_eq!(read(chat, Role::Assistant), "Assistant: A");
    let plain = r#"{"function":{"name":"chat","plugin_name":"p"},"value":"A","metadata":{}}"#;
    assert_eq!(read(plain, Role::Assistant), "Assistant: A");
}

#[test]
fn what_is_asked_beside_a_thread_that_was_answered_is_asked_now() {
    let thread = r#"[{"role":"user","content":"Q1"},{"role":"assistant","content":"A1"}]"#;
    let earlier = "User: Q1\nAssistant: A1";
    for (key, asked) in [
        ("question", r#""Q2""#),
        ("user_input", r#""Q2""#),
        ("message", r#""Q2""#),
        ("new_message", r#"{"role":"user","content":"Q2"}"#),
    ] {
        let input = format!(r#"{{"{key}":{asked},"messages":{thread}}}"#);
        assert_eq!(read(&input, Role::User), format!("{earlier}\nUser: Q2"), "{key}");
    }
    let same = format!(r#"{{"question":"Q1","messages":{thread}}}"#);
    assert_eq!(read(&same, Role::User), earlier);
    let call = format!(r#"{{"model":"m","prompt":"P","messages":{thread}}}"#);
    assert_eq!(read(&call, Role::User), earlier);
    let about = format!(r#"{{"topic":"T","messages":{thread}}}"#);
    assert_eq!(read(&about, Role::User), earlier);
    let open = r#"{"question":"Q1","messages":[{"role":"user","content":"Q1"}]}"#;
    assert_eq!(read(open, Role::User), "User: Q1");
}
