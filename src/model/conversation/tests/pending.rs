//! A call that waited for a person's word and ran in this turn.

use super::{read, span};
use crate::model::trace::Span;

const CALL: &str = r#"{"role":"assistant","content":"May I?","tool_calls":[{"id":"1","type":"function","function":{"name":"rm","arguments":"{\"p\":\"x\"}"}}]}"#;

fn turn(between: &str, output: &str, ran: bool) -> String {
    let asked = format!(
        r#"{{"messages":[{{"role":"user","content":"Delete x"}},{CALL}{between},{{"role":"user","content":"NO!"}}]}}"#
    );
    let mut spans = vec![span("1", None, "AGENT", &asked, output)];
    if ran {
        spans.push(Span { name: "rm".into(), ..span("2", Some("1"), "TOOL", r#"{"p":"x"}"#, "\"removed x\"") });
    }
    read(spans)
}

#[test]
fn what_came_of_a_call_that_waited_stands_after_the_person_s_word() {
    let want = "earlier User: Delete x\nearlier Assistant: May I? | rm({\"p\":\"x\"}) -> (waited for a reply; what came of it is below)\nUser: NO!\nAssistant: rm({\"p\":\"x\"}) -> removed x\nAssistant: As you wish.";
    let answer = r#"{"role":"assistant","content":"As you wish."}"#;
    let said = format!(r#"{{"choices":[{{"message":{answer}}}]}}"#);
    assert_eq!(turn("", &said, true), want);
    // The messages alone tell it, or they do too.
    let state = format!(r#"{{"messages":[{{"role":"tool","tool_call_id":"1","content":"removed x"}},{answer}]}}"#);
    assert_eq!(turn("", &state, true), want);
    assert_eq!(turn("", &state, false), want);
}

#[test]
fn what_came_before_the_person_s_word_stays_before_it() {
    let came = r#",{"role":"tool","tool_call_id":"1","content":"removed x"}"#;
    let answer = r#"{"choices":[{"message":{"role":"assistant","content":"As you wish."}}]}"#;
    let told = turn(came, answer, true);
    assert!(told.contains("May I? | rm({\"p\":\"x\"}) -> removed x\n"), "{told}");
    assert_eq!(told.matches("removed x").count(), 1, "{told}");
    let told = turn("", answer, false);
    assert_eq!(told.matches("rm(").count(), 1, "{told}");
}
