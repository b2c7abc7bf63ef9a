//! What the tree says of time, failure, cost and place.

use super::*;

fn tree(spans: &[Value], columns: u16, rows: u16) -> String {
    view(&body(spans), View::Tree, columns, rows)
}

fn at(mut span: Value, start: i64, end: Option<i64>) -> Value {
    span["start_time_unix_nano"] = start.into();
    span["end_time_unix_nano"] = end.map_or(Value::Null, Value::from);
    span
}

fn step(id: u64, parent: Option<u64>, name: &str) -> Value {
    span(id, parent, name, "CHAIN", &Value::Null, &Value::Null)
}

const NOW: i64 = 1_700_000_000_000_000_000;
const MS: i64 = 1_000_000;

#[test]
fn odd_times_are_marked_in_words_and_squeeze_nobody() {
    let shown = tree(
        &[
            at(step(1, None, "root"), NOW, Some(NOW + 100 * MS)),
            at(step(2, Some(1), "half"), NOW, Some(NOW + 50 * MS)),
            at(step(3, Some(1), "running"), NOW + 50 * MS, None),
            at(step(4, Some(1), "backwards"), NOW + 50 * MS, Some(NOW + 20 * MS)),
            at(step(5, Some(1), "old clock"), 1, Some(2)),
            at(step(6, Some(1), "far"), NOW, Some(i64::MAX)),
            at(step(7, Some(1), "late"), NOW + 200 * MS, Some(NOW + 201 * MS)),
            at(step(8, Some(1), "first"), i64::MIN, Some(i64::MAX)),
            at(step(9, Some(1), "none"), NOW, Some(NOW)),
        ],
        120,
        30,
    );
    insta::assert_snapshot!("odd_times", shown);
}

#[test]
fn a_folded_row_says_what_failed_below_and_the_error_is_counted_once() {
    let fails = |id, parent, name: &str| failed(step(id, Some(parent), name), "timeout");
    let spans =
        [failed(step(1, None, "root"), "timeout"), fails(2, 1, "step"), fails(3, 2, "tool"), step(4, Some(1), "fine")];
    let mut pane = pane(&body(&spans));
    assert!(pane.title().contains("· 1 error ·"), "{}", pane.title());
    // From another view too; the failure in the messages comes before the tree.
    pane.set_view(View::Raw);
    show(&pane, 100, 20);
    assert_eq!(pane.command(TraceCommand::NextError).message.as_deref(), Some("error 1 of 1"));
    assert_eq!(pane.view(), View::Tree);
    insta::assert_snapshot!("errors", show(&pane, 100, 30));
    pane.command(TraceCommand::Parent);
    pane.command(TraceCommand::Fold);
    let shown = show(&pane, 100, 30);
    assert!(shown.contains("step ✕1 below ↑ from below"), "{shown}");
}

#[test]
fn sums_stand_where_only_children_know_and_count_nothing_twice() {
    let used = |mut span: Value, tokens: u64, cost: &str| {
        span["attributes"]["mlflow.chat.tokenUsage"] = json!({ "total_tokens": tokens }).to_string().into();
        span["attributes"]["mlflow.llm.cost"] = format!(r#"{{"total_cost": {cost}}}"#).into();
        span
    };
    let shown = tree(
        &[
            step(1, None, "root"),
            used(step(2, Some(1), "agent"), 100, "0.5"),
            used(step(3, Some(2), "inner"), 100, "0.5"),
            used(step(4, Some(1), "chat"), 20, "0.25"),
        ],
        160,
        12,
    );
    assert!(shown.lines().any(|l| l.contains("root") && l.contains("Σ 120 tok") && l.contains("$0.7500")), "{shown}");
    assert!(shown.lines().any(|l| l.contains("agent") && l.contains(" 100 tok") && l.contains("$0.5000")), "{shown}");
}

#[test]
fn deep_levels_say_their_depth_and_long_names_keep_both_ends() {
    let mut spans = vec![step(1, None, "root")];
    spans.extend((2..=120).map(|id| step(id, Some(id - 1), &format!("a_step_with_a_rather_long_name_{id}"))));
    let mut pane = pane(&body(&spans));
    pane.set_view(View::Tree);
    for _ in 0..240 {
        pane.command(TraceCommand::Unfold);
    }
    let shown = show(&pane, 80, 24);
    assert!(shown.contains("119› ") && shown.contains("…") && shown.contains("name_120"), "{shown}");
}

#[test]
fn links_name_the_other_trace_or_the_span() {
    let mut linked = step(2, Some(1), "linked");
    linked["links"] = json!([
        { "trace_id": "tr-ffff0000ffff0000ffff0000ffff0000", "span_id": "00000000000000aa", "attributes": { "why": "retry" } },
        { "trace_id": "tr-0123456789abcdef0123456789abcdef", "span_id": "0000000000000001", "attributes": null },
    ]);
    let mut pane = pane(&body(&[step(1, None, "root"), linked]));
    pane.set_view(View::Tree);
    pane.command(TraceCommand::SelectNext);
    let shown = show(&pane, 100, 30);
    assert!(shown.contains("→ trace tr-ffff0000ffff0000ffff0000ffff0000 · span 00000000000000aa"), "{shown}");
    assert!(shown.contains("→ root · span 0000000000000001 of this trace"), "{shown}");
    assert!(shown.contains("span 0000000000000002 · started +10 ms · 2023-11-14T22:13:20.020Z"), "{shown}");
}

#[test]
fn a_long_stack_trace_is_folded_and_unfolds() {
    let mut broken = failed(step(1, None, "root"), "bad");
    let stack: String = (0..60).map(|n| format!("  File \"a.py\", line {n}\n")).collect();
    broken["events"][0]["attributes"]["exception.stacktrace"] = stack.into();
    let mut pane = pane(&body(&[broken]));
    pane.set_view(View::Tree);
    assert!(show(&pane, 100, 40).contains("▸ stack trace (60 lines)"));
    assert!(pane.command(TraceCommand::FoldDetail(false)).changed);
    assert!(show(&pane, 100, 40).contains("line 9"));
    assert!(pane.command(TraceCommand::FoldDetail(true)).changed);
}

#[test]
fn broken_traces_are_shown_whole_and_marked() {
    let mut cycle = span(7, Some(8), "loop_a", "CHAIN", &json!("x"), &json!("y"));
    cycle["end_time_unix_nano"] = Value::Null;
    let body = body(&[
        cycle,
        span(8, Some(7), "loop_b", "CHAIN", &json!(1), &json!(2)),
        span(9, Some(99), "lost", "TOOL", &json!({}), &json!({})),
        span(9, None, "twin", "TOOL", &json!({}), &json!({})),
    ]);
    let mut pane = pane(&body);
    pane.set_view(View::Tree);
    for _ in 0..4 {
        pane.command(TraceCommand::Unfold);
        pane.command(TraceCommand::SelectNext);
    }
    let shown = show(&pane, 80, 24);
    for name in ["loop_a", "loop_b", "lost", "twin", "(orphan)", "(cycle)", "(same id)"] {
        assert!(shown.contains(name), "{name} in {shown}");
    }
    for empty in ["", "{}", "[]", "null", r#"{"info":{},"data":{"spans":[]}}"#, r#"{"data":{"spans":[{}]}}"#] {
        for which in View::ALL {
            view(empty, which, 40, 10);
        }
    }
}

#[test]
fn a_trace_without_spans_says_so() {
    let shown = tree(&[], 80, 24);
    assert!(shown.contains("no spans in this trace"), "{shown}");
}

#[test]
fn what_was_opened_in_a_span_s_details_is_open_when_one_comes_back() {
    let deep = json!({"a": {"b": {"c": {"d": {"e": {"f": {"g": ["hidden first", "x", "y"]}}}}}}});
    let spans = [span(1, None, "root", "CHAIN", &deep, &Value::Null), step(2, Some(1), "other")];
    let mut pane = pane(&body(&spans));
    pane.set_view(View::Tree);
    assert!(!show(&pane, 140, 60).contains("hidden first"));
    while pane.command(TraceCommand::FoldDetail(false)).changed {}
    assert!(show(&pane, 140, 60).contains("hidden first"));
    for _ in 0..2 {
        pane.command(TraceCommand::SelectNext);
        assert!(!show(&pane, 140, 60).contains("hidden first"));
        pane.command(TraceCommand::SelectPrev);
        assert!(show(&pane, 140, 60).contains("hidden first"), "{}", show(&pane, 140, 60));
    }
}
