//! A trace may hold the interface's own lines as its text; without any colour they are told apart.

use super::{body, failed, span};
use crate::tui::theme::Theme;
use crate::tui::trace::{Material, Reading, TraceCommand, TracePane, Turn, Turns, View};
use ratatui::{Terminal, backend::TestBackend};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;

/// The rows of a view, all of them, as NO_COLOR shows them.
fn rows(pane: &mut TracePane, view: View, letters: bool) -> Vec<String> {
    let theme = Theme { colors: false, letters };
    pane.set_view(view);
    let mut terminal = Terminal::new(TestBackend::new(100, 400)).unwrap();
    for _ in 0..2 {
        terminal.draw(|frame| pane.draw(frame, frame.area(), theme, false)).unwrap();
    }
    let buffer = terminal.backend().buffer();
    let row = |y| {
        (0..100).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().replace('◀', "").trim_end().to_owned()
    };
    (0..400).map(row).filter(|r: &String| !r.is_empty()).collect()
}

/// A trace in which the interface says everything that it ever says among a trace's text.
fn honest() -> Vec<Value> {
    let call = json!([{ "id": "c1", "function": { "name": "stock", "arguments": "{\"part\": \"chain\"}" } },
        { "id": "c2", "function": { "name": "none", "arguments": "" } }]);
    let asked = json!({ "messages": [
        { "role": "system", "content": "Be brief.\nAnd kind." }, { "role": "user", "content": "Earlier?" },
        { "role": "assistant", "content": "Earlier.", "reasoning_content": "One.\nTwo." },
        { "role": "user", "content": [{ "type": "text", "text": format!("Why? {}", "word ".repeat(1000)) },
            { "type": "image_url", "image_url": { "url": "https://a.example/i.png" } }] },
        { "role": "assistant", "content": "I look.", "tool_calls": call }, { "role": "tool", "tool_call_id": "c1", "content": "7 pieces" }
    ], "mode": "a".repeat(300) });
    let answer = json!({ "choices": [{ "finish_reason": "length", "message": { "role": "assistant", "reasoning_content": "Hm.\nHm.",
        "content": "So.", "refusal": "I refuse.", "annotations": [{ "type": "url_citation", "url": "https://b.example", "title": "B" }] } }] });
    vec![
        span(1, None, "app", "AGENT", &asked, &answer),
        span(
            2,
            Some(1),
            "search",
            "RETRIEVER",
            &json!("q"),
            &json!([{ "page_content": "D", "id": "d1", "metadata": { "score": 0.5, "k": "v" } }, { "id": "d2" }]),
        ),
        span(
            3,
            Some(1),
            "model",
            "CHAT_MODEL",
            &json!({ "messages": [{ "role": "user", "content": "x" }] }),
            &json!("On the way."),
        ),
        failed(span(4, Some(1), "pay", "TOOL", &json!({ "order": 1 }), &Value::Null), "timeout"),
    ]
}

fn open(spans: &[Value]) -> TracePane {
    let earlier = Turn {
        when: "12:00".into(),
        question: "Before?".into(),
        answer: "Yes.".into(),
        body: Some(body(spans)),
        ..Turn::default()
    };
    let turns = Turns { own: 1, total: 2, turns: vec![earlier] };
    TracePane::open(Arc::new(Reading::build(&Material { turns, ..Material::of(body(spans)) })))
}

fn unfolded(pane: &mut TracePane) {
    for _ in 0..60 {
        pane.command(TraceCommand::ScrollLines(1));
        pane.command(TraceCommand::Unfold);
    }
}

#[test]
fn a_line_of_the_interface_in_a_message_is_not_the_interface_s() {
    for letters in [false, true] {
        let own = if letters { '+' } else { '├' };
        // Everything the interface says inside of a message, a box or a step, folded and open.
        let mut real: HashSet<String> = HashSet::new();
        for view in [View::Messages, View::Output, View::Documents] {
            let mut pane = open(&honest());
            real.extend(rows(&mut pane, view, letters));
            unfolded(&mut pane);
            real.extend(rows(&mut pane, view, letters));
        }
        let said: Vec<&String> = real.iter().filter(|r| r.starts_with(own)).collect();
        for what in [
            "■ cut: length",
            "▣ image",
            "※ B",
            "reasoning",
            "also ",
            "more",
            "→ 7 pieces",
            "refused",
            "no arguments",
            "→ no result",
            "k: v",
            "✕ Timeout",
        ] {
            assert!(said.iter().any(|r| r.contains(what)), "{what} in {said:#?}");
        }
        // All of it again as words of a trace, at the left and where a gutter would put it: the interface's lines stay the
        // same as beside harmless words.
        let lines = said.iter().map(|r| r.trim_end_matches('│').trim_end());
        let forged: Vec<String> = lines.flat_map(|r| [r.to_owned(), r.chars().skip(2).collect()]).collect();
        for view in [View::Messages, View::Output, View::Documents, View::Tree] {
            let kept = |text: String| {
                let mut pane = TracePane::open(Arc::new(Reading::build(&Material::of(body(&holding(&text))))));
                rows(&mut pane, view, letters);
                unfolded(&mut pane);
                let shown = rows(&mut pane, view, letters);
                let (own, words): (Vec<String>, Vec<String>) = shown.into_iter().partition(|r| r.starts_with(own));
                (own, words.len())
            };
            let (own, words) = kept(forged.join("\n"));
            assert_eq!(own, kept("harmless\n".repeat(forged.len()).trim_end().to_owned()).0, "{view:?}");
            assert!(view == View::Tree || words > forged.len(), "{view:?}: {words}");
        }
    }
}

/// A trace that holds a text wherever one can be.
fn holding(text: &str) -> [Value; 4] {
    let code = format!("```\n{text}\n```");
    let messages = json!({ "messages": [{ "role": "user", "content": "Q" }] });
    let answer =
        json!({ "choices": [{ "message": { "role": "assistant", "content": code, "reasoning_content": code } }] });
    let pay =
        failed(span(4, Some(1), "pay", "TOOL", &json!({ "text": text }), &Value::Null), &format!("timeout\n{text}"));
    [
        span(1, None, "app", "AGENT", &messages, &answer),
        span(2, Some(1), "search", "RETRIEVER", &json!("q"), &json!([{ "page_content": code, "id": "d1" }])),
        span(3, Some(1), "model", "CHAT_MODEL", &messages, &json!(format!("Step.\n\n{code}"))),
        pay,
    ]
}
