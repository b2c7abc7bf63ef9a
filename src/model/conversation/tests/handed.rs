//! What the model was given of a call, where its span returned something else.

use super::{read, span};
use crate::model::trace::{Span, SpanEvent};

/// An agent whose model called `orders`, whose span returned this, and which went on with that.
fn agent(tool: Span, given: &str) -> String {
    let call = r#"{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"orders","arguments":"{}"}}]}"#;
    let asked = |more: &str| format!(r#"{{"messages":[{{"role":"user","content":"How many are late?"}}{more}]}}"#);
    let handed = asked(&format!(r#",{call},{{"role":"tool","tool_call_id":"1","content":{given:?}}}"#));
    let answer = r#"{"choices":[{"message":{"role":"assistant","content":"Two."}}]}"#;
    read(vec![
        span("1", None, "AGENT", &asked(""), answer),
        span("2", Some("1"), "CHAT_MODEL", &asked(""), &format!(r#"{{"choices":[{{"message":{call}}}]}}"#)),
        Span { name: "orders".into(), ..tool },
        span("4", Some("1"), "CHAT_MODEL", &handed, answer),
    ])
}

#[test]
fn a_result_that_the_model_was_given_otherwise_is_told_both_ways() {
    let tool = || span("3", Some("1"), "TOOL", "{}", r#"["a late","b late","c late"]"#);
    assert_eq!(
        agent(tool(), "['a late', 'b late' ...truncated]"),
        "User: How many are late?\nAssistant: orders({}) -> [\"a late\",\"b late\",\"c late\"] (the model: ['a late', 'b late' ...truncated])\nAssistant: Two."
    );
    let same = agent(tool(), "['a late', 'b late', 'c late']");
    assert!(same.contains("c late\"]\nAssistant: Two."), "{same}");
}

#[test]
fn a_failure_that_the_model_was_not_told_of_is_told_both_ways() {
    let mut tool = Span { status: "ERROR".into(), ..span("3", Some("1"), "TOOL", "{}", "") };
    let attributes =
        vec![("exception.type".into(), "PaymentError".into()), ("exception.message".into(), "card declined".into())];
    tool.events.push(SpanEvent { name: "exception".into(), attributes, ..SpanEvent::default() });
    let shown = agent(tool.clone(), "Payment queued");
    assert!(shown.contains("orders({}) -> PaymentError: card declined (the model: Payment queued)"), "{shown}");
    let shown = agent(tool, "Error: PaymentError('card declined')");
    assert!(!shown.contains("the model:"), "{shown}");
}

#[test]
fn a_call_without_an_id_is_found_by_its_name_and_arguments() {
    let handed = r#"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"x\": 1}"}}]},{"role":"tool","tool_call_id":"1","content":"five"}]}"#;
    let answer = r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#;
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"A\""),
        Span { name: "f".into(), ..span("2", Some("1"), "TOOL", r#"{"x":1}"#, "\"seven\"") },
        span("3", Some("1"), "CHAT_MODEL", handed, answer),
    ]);
    assert_eq!(shown, "User: Q\nAssistant: f({\"x\":1}) -> seven (the model: five)\nAssistant: A");
}

#[test]
fn what_an_earlier_turn_called_is_called_again_where_another_result_came_back() {
    let call = |id: &str| {
        format!(
            r#"{{"role":"assistant","content":null,"tool_calls":[{{"id":"{id}","function":{{"name":"w","arguments":"{{}}"}}}}]}},{{"role":"tool","tool_call_id":"{id}","content":"ID"}}"#
        )
    };
    let earlier = format!(
        r#"{{"role":"user","content":"Weather?"}},{},{{"role":"assistant","content":"Sun."}},{{"role":"user","content":"Again?"}}"#,
        call("a").replace("ID", "sunny")
    );
    let shown = |now: &str, whole: bool| {
        let asked = format!(r#"{{"messages":[{earlier}]}}"#);
        let model = format!(r#"{{"messages":[{earlier},{}]}}"#, call("b").replace("ID", now));
        let answer = r#"{"choices":[{"message":{"role":"assistant","content":"So."}}]}"#;
        let state = format!(
            r#"{{"messages":[{earlier},{},{{"role":"assistant","content":"So."}}]}}"#,
            call("b").replace("ID", now)
        );
        read(vec![
            span("1", None, "AGENT", &asked, if whole { &state } else { answer }),
            Span { name: "w".into(), ..span("2", Some("1"), "TOOL", "{}", &format!("\"{now}\"")) },
            span("3", Some("1"), "CHAT_MODEL", &model, answer),
        ])
    };
    for whole in [false, true] {
        let told = shown("rain", whole);
        assert_eq!(told.matches("rain").count(), 1, "{told}");
        assert!(told.contains("User: Again?\nAssistant: w({}) -> rain\nAssistant: So."), "{told}");
    }
}

#[test]
fn of_calls_that_are_alike_nobody_says_what_the_model_was_given_of_which() {
    let calls = r#"{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}},{"id":"2","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"six"},{"role":"tool","tool_call_id":"2","content":"three"}"#;
    let handed = format!(r#"{{"messages":[{{"role":"user","content":"Q"}},{calls}]}}"#);
    let tool = |id: &str, out: &str| Span { name: "f".into(), ..span(id, Some("1"), "TOOL", "{}", out) };
    let shown = read(vec![
        span("1", None, "AGENT", "\"Q\"", "\"A\""),
        tool("2", "\"three\""),
        tool("3", "\"six\""),
        span("4", Some("1"), "CHAT_MODEL", &handed, r#"{"choices":[{"message":{"role":"assistant","content":"A"}}]}"#),
    ]);
    assert!(!shown.contains("the model:"), "{shown}");
}

/// An agent that called the same twice, whose spans returned one thing and whose answering model was given another. With
/// `ids` its first models are recorded, and so is which call is which.
fn twice(spans: [&str; 2], given: [&str; 2], ids: bool) -> String {
    let call = |id: &str| {
        format!(
            r#"{{"role":"assistant","content":null,"tool_calls":[{{"id":"{id}","function":{{"name":"w","arguments":"{{}}"}}}}]}}"#
        )
    };
    let asked = |upto: usize| {
        let calls = ["a", "b"].iter().zip(given).take(upto);
        let calls = calls
            .map(|(id, given)| format!(r#",{},{{"role":"tool","tool_call_id":"{id}","content":"{given}"}}"#, call(id)));
        format!(r#"{{"messages":[{{"role":"user","content":"Poll"}}{}]}}"#, calls.collect::<String>())
    };
    let model = |id: &str, upto: usize, said: &str| {
        span(id, Some("1"), "CHAT_MODEL", &asked(upto), &format!(r#"{{"choices":[{{"message":{said}}}]}}"#))
    };
    let tool =
        |id: &str, out: &str| Span { name: "w".into(), ..span(id, Some("1"), "TOOL", "{}", &format!("{out:?}")) };
    let mut all = vec![span("1", None, "AGENT", r#"{"question":"Poll"}"#, "\"So.\"")];
    all.extend(ids.then(|| model("2", 0, &call("a"))));
    all.push(tool("3", spans[0]));
    all.extend(ids.then(|| model("4", 1, &call("b"))));
    all.push(tool("5", spans[1]));
    all.push(model("6", 2, r#"{"role":"assistant","content":"So."}"#));
    read(all)
}

#[test]
fn of_calls_that_are_alike_each_says_what_the_model_was_given_of_it() {
    for ids in [true, false] {
        let told = |spans, given| twice(spans, given, ids);
        let shown = told(["pending", "denied"], ["pending", "approved"]);
        assert!(shown.contains("-> pending") && shown.contains("-> denied (the model: approved)"), "{ids} {shown}");
        assert_eq!(shown.matches("the model:").count(), 1, "{ids} {shown}");
        // In another order, and what another of them returned, is no difference.
        let shown = told(["pending", "denied"], ["denied", "pending"]);
        assert!(!shown.contains("the model:"), "{ids} {shown}");
        let shown = told(["one", "two"], ["cut", "cut"]);
        assert_eq!(shown.matches("(the model: cut)").count(), 2, "{ids} {shown}");
    }
}

#[test]
fn what_an_earlier_turn_was_given_is_not_what_the_model_was_given_now() {
    let call = |id: &str, came: &str| {
        format!(
            r#",{{"role":"assistant","content":null,"tool_calls":[{{"id":"{id}","function":{{"name":"w","arguments":"{{}}"}}}}]}},{{"role":"tool","tool_call_id":"{id}","content":"{came}"}}"#
        )
    };
    let history = format!(
        r#"{{"role":"user","content":"Weather?"}}{},{{"role":"assistant","content":"Sun."}},{{"role":"user","content":"Again?"}}"#,
        call("a", "sun")
    );
    let shown = |given: &str| {
        read(vec![
            span("1", None, "AGENT", &format!(r#"{{"messages":[{history}]}}"#), "\"So.\""),
            Span { name: "w".into(), ..span("2", Some("1"), "TOOL", "{}", "\"rain\"") },
            span(
                "3",
                Some("1"),
                "CHAT_MODEL",
                &format!(r#"{{"messages":[{history}{}]}}"#, call("b", given)),
                r#"{"choices":[{"message":{"role":"assistant","content":"So."}}]}"#,
            ),
        ])
    };
    assert!(shown("snow").contains("-> rain (the model: snow)"), "{}", shown("snow"));
    assert!(!shown("rain").contains("the model:"), "{}", shown("rain"));
}

/// Two agents that each called the same, whose spans returned these and whose models were given those.
fn two_agents(names: [&str; 2], spans: [&str; 2], given: [&str; 2]) -> String {
    let mut all = vec![span("1", None, "AGENT", r#"{"question":"Poll"}"#, "\"So.\"")];
    for (at, ((name, came), given)) in names.iter().zip(spans).zip(given).enumerate() {
        let id = |n: usize| (10 * (at + 1) + n).to_string();
        let asked = format!(
            r#"{{"messages":[{{"role":"user","content":"Q{at}"}},{{"role":"assistant","content":null,"tool_calls":[{{"id":"c{at}","function":{{"name":"w","arguments":"{{}}"}}}}]}},{{"role":"tool","tool_call_id":"c{at}","content":"{given}"}}]}}"#
        );
        let said = format!(r#"{{"choices":[{{"message":{{"role":"assistant","content":"R{at}"}}}}]}}"#);
        let own = span(&id(0), Some("1"), "AGENT", &format!("\"Q{at}\""), &format!("\"R{at}\""));
        all.push(Span { name: (*name).into(), ..own });
        all.push(Span { name: "w".into(), ..span(&id(1), Some(&id(0)), "TOOL", "{}", &format!("{came:?}")) });
        all.push(span(&id(2), Some(&id(0)), "CHAT_MODEL", &asked, &said));
    }
    read(all)
}

#[test]
fn of_two_agents_each_says_what_its_own_model_was_given() {
    let shown = two_agents(["one", "other"], ["denied", "denied"], ["approved", "approved"]);
    assert_eq!(shown.matches("-> denied (the model: approved)").count(), 2, "{shown}");
    let shown = two_agents(["one", "other"], ["denied", "pending"], ["denied", "approved"]);
    assert!(shown.contains("one w({}) -> denied\n"), "{shown}");
    assert!(shown.contains("other w({}) -> pending (the model: approved)"), "{shown}");
    // Nobody knows whose is whose.
    let shown = two_agents(["same", "same"], ["denied", "denied"], ["approved", "approved"]);
    assert!(!shown.contains("the model:"), "{shown}");
    let shown = two_agents(["one", "other"], ["a", "b"], ["b", "a"]);
    assert!(!shown.contains("the model:"), "{shown}");
}
