//! Large traces: pages that come in two steps or only when they are wanted, and searches that come later.

use super::*;
use crate::tui::trace::sheet::Extent;
use crate::tui::trace::{Done, Job, Reaction};

/// A chain with one tool call below it; the output is `output`.
fn of(output: &Value) -> String {
    body(&[
        span(1, None, "root", "CHAIN", &json!("the question"), output),
        span(2, Some(1), "tool", "TOOL", &json!("needle in the inputs"), &json!("fine")),
    ])
}

fn lines(count: usize) -> String {
    (0..count).fold(String::new(), |out, i| out + &format!("line {i} of the answer\n"))
}

/// Runs what the pane asks for, in order, until it asks for nothing; what it said on the way.
fn settle(pane: &mut TracePane) -> Vec<String> {
    let mut said = Vec::new();
    loop {
        let jobs = pane.jobs();
        if jobs.is_empty() {
            return said;
        }
        said.extend(jobs.into_iter().filter_map(|job| pane.done(job.run()).message));
    }
}

/// Runs the first thing that the pane asks for.
fn step(pane: &mut TracePane) -> Reaction {
    let done: Vec<Done> = pane.jobs().into_iter().take(1).map(|job| job.run()).collect();
    done.into_iter().map(|d| pane.done(d)).next().unwrap_or_default()
}

#[test]
fn the_beginning_comes_first_and_stays_where_it_is_when_the_rest_comes() {
    let body = of(&json!(lines(20_000)));
    for which in View::ALL {
        let mut pane = TracePane::open_at(
            Arc::new(Reading::build(&Material { view: which, ..Material::of(body.as_str()) })),
            which,
        );
        if which == View::Tree {
            step(&mut pane);
        }
        let first = show(&pane, 80, 24);
        assert!(!first.contains("reading…"), "{which:?}: {first}");
        pane.command(if which == View::Tree { TraceCommand::ScrollDetail(3) } else { TraceCommand::ScrollLines(3) });
        let before = show(&pane, 80, 24);
        settle(&mut pane);
        let (before, after) = (before.split_once('\n').unwrap().1.to_owned(), show(&pane, 80, 24));
        assert_eq!(after.split_once('\n').unwrap().1, before, "{which:?}");
    }
}

#[test]
fn the_rest_of_a_page_waits_for_the_frame_that_shows_its_beginning() {
    let mut pane = pane(&of(&json!(lines(20_000))));
    let waits = |pane: &mut TracePane| pane.jobs().iter().map(Job::can_wait).collect::<Vec<_>>();
    assert_eq!(waits(&mut pane), [true], "the beginning came with the reading");
    pane.command(TraceCommand::View(View::Raw));
    assert_eq!(waits(&mut pane), [false], "nothing of this one is there");
    pane.command(TraceCommand::View(View::Tree));
    assert_eq!(waits(&mut pane), [false], "nor of a span's details");
    pane.command(TraceCommand::Find("needle".into()));
    assert!(waits(&mut pane).contains(&true), "a search");
}

#[test]
fn a_view_that_is_not_there_yet_says_so_and_blocks_nothing() {
    let mut pane = pane(&of(&json!(lines(20_000))));
    settle(&mut pane);
    pane.command(TraceCommand::View(View::Raw));
    assert!(pane.waits() && show(&pane, 80, 24).contains("reading…"));
    for command in [TraceCommand::ScrollLines(1), TraceCommand::Fold, TraceCommand::Top, TraceCommand::FindNext] {
        pane.command(command);
        show(&pane, 80, 24);
    }
    settle(&mut pane);
    assert!(show(&pane, 80, 24).contains("\"data\""));
}

#[test]
fn the_end_is_shown_once_it_is_there() {
    let mut pane = pane(&of(&json!(lines(20_000))));
    show(&pane, 80, 24);
    pane.command(TraceCommand::Bottom);
    settle(&mut pane);
    assert!(show(&pane, 80, 24).contains("line 19999 of the answer"));
}

#[test]
fn a_large_page_is_let_go_of_and_comes_back_at_its_place() {
    let mut pane = pane(&of(&json!(lines(60_000))));
    settle(&mut pane);
    pane.command(TraceCommand::Bottom);
    settle(&mut pane);
    let there = show(&pane, 80, 24);
    pane.command(TraceCommand::View(View::Documents));
    settle(&mut pane);
    show(&pane, 80, 24);
    pane.command(TraceCommand::View(View::Messages));
    assert!(pane.waits(), "it was let go of");
    settle(&mut pane);
    assert_eq!(show(&pane, 80, 24), there);
}

#[test]
fn a_search_marks_what_is_on_screen_at_once_and_counts_later() {
    let mut pane = pane(&of(&json!(lines(20_000))));
    settle(&mut pane);
    show(&pane, 80, 24);
    for needle in ["l", "li", "line 1999"] {
        pane.command(TraceCommand::Find(needle.into()));
        assert!(pane.footer().ends_with('…'), "{}", pane.footer());
    }
    let said = settle(&mut pane);
    // 1999 and 19990 to 19999; the two searches before were given up.
    assert_eq!(said, ["1 of 11"]);
    assert!(show(&pane, 80, 24).contains("line 1999 of"));
    assert_eq!(pane.command(TraceCommand::FindPrev).message.as_deref(), Some("11 of 11"));
    assert!(show(&pane, 80, 24).contains("line 19999 of"));
}

#[test]
fn a_search_before_the_page_is_there_waits_for_it() {
    let mut pane = pane(&of(&json!(lines(20_000))));
    show(&pane, 80, 24);
    pane.command(TraceCommand::Find("line 19999".into()));
    let said = settle(&mut pane);
    assert_eq!(said, ["1 of 1"]);
    assert!(show(&pane, 80, 24).contains("line 19999 of"));
}

#[test]
fn what_only_other_views_have_is_told_and_gone_to() {
    for output in [json!("fine"), json!(lines(20_000))] {
        let mut pane = pane(&of(&output));
        pane.command(TraceCommand::View(View::Output));
        settle(&mut pane);
        show(&pane, 80, 24);
        let mut said: Vec<String> = pane.command(TraceCommand::Find("needle in".into())).message.into_iter().collect();
        said.extend(settle(&mut pane));
        assert_eq!(said.last().map(String::as_str), Some("none here · 1 in messages · 1 in tree · 1 in raw"));
        assert_eq!(pane.elsewhere(), Some(View::Messages));
        pane.command(TraceCommand::FindNext);
        settle(&mut pane);
        assert_eq!((pane.view(), pane.elsewhere()), (View::Messages, None));
        let shown = show(&pane, 80, 24);
        assert!(shown.contains("1 of 1") && shown.split_once('\n').unwrap().1.contains("needle in"), "{shown}");
    }
}

#[test]
fn the_search_goes_through_the_details_of_all_spans() {
    let mut spans = vec![span(1, None, "root", "CHAIN", &json!("q"), &json!("a"))];
    let say = |n: u64| {
        json!(format!("{}{}", "padding ".repeat(20), if n.is_multiple_of(500) { "Needle needle" } else { "" }))
    };
    spans.extend((2..=2_000).map(|n| span(n, Some(n / 2), &format!("step {n}"), "TOOL", &say(n), &json!("x"))));
    let mut pane = pane(&body(&spans));
    pane.command(TraceCommand::View(View::Tree));
    settle(&mut pane);
    show(&pane, 80, 24);
    pane.command(TraceCommand::Find("needle".into()));
    assert_eq!(settle(&mut pane), ["1 of 8"]);
    for n in 2..=9 {
        let shown = show(&pane, 80, 24);
        assert!(shown.contains("Needle needle"), "{n}: {shown}");
        let said = pane.command(TraceCommand::FindNext).message.unwrap();
        assert_eq!(said, format!("{} of 8", (n - 1) % 8 + 1));
        settle(&mut pane);
    }
    // A longer needle is looked for among the rows of the shorter one.
    pane.command(TraceCommand::Find("needle needle".into()));
    assert_eq!(settle(&mut pane), ["1 of 4"]);
    pane.command(TraceCommand::Find("needle needles".into()));
    assert_eq!(settle(&mut pane).last().map(String::as_str), Some("not found: needle needles"));
}

#[test]
fn selections_in_a_hurry_make_only_the_last_page() {
    let spans: Vec<Value> =
        (1..=2_000).map(|n| span(n, (n > 1).then_some(1), "s", "TOOL", &json!(lines(3)), &json!(n))).collect();
    let mut pane = pane(&body(&spans));
    pane.command(TraceCommand::View(View::Tree));
    settle(&mut pane);
    for _ in 0..100 {
        pane.command(TraceCommand::SelectNext);
    }
    let made = pane.jobs().into_iter().map(|job| pane.done(job.run())).filter(|r| r.changed).count();
    assert_eq!(made, 1);
    assert!(!pane.waits());
}

#[test]
fn a_page_that_cannot_be_made_says_so_and_the_others_work() {
    let mut trace: Value = serde_json::from_str(&agent()).unwrap();
    trace["info"]["tags"]["mlflow.traceName"] = super::super::reading::FAILS.into();
    let mut pane = pane(&trace.to_string());
    assert!(show(&pane, 80, 24).contains("this could not be made readable"));
    pane.set_view(View::Raw);
    assert!(show(&pane, 80, 24).contains("support_agent") || show(&pane, 80, 24).contains("{"));
}

#[test]
fn a_large_table_is_shown_as_json_in_every_view() {
    let rows: Vec<Value> = (0..14_000)
        .map(|n| json!({ "id": n, "name": format!("row {n}"), "at": { "x": n, "y": [n] }, "ok": true }))
        .collect();
    let mut pane = pane(&of(&json!({ "rows": rows })));
    for which in [View::Messages, View::Output, View::Tree, View::Raw] {
        pane.set_view(which);
        if which == View::Tree {
            pane.command(TraceCommand::Top);
        }
        settle(&mut pane);
        pane.command(TraceCommand::Find("row 13999".into()));
        settle(&mut pane);
        let shown = show(&pane, 100, 30);
        assert!(shown.split_once('\n').unwrap().1.contains("row 13999"), "{which:?}: {shown}");
    }
}

#[test]
fn what_is_only_looked_through_is_the_text_of_the_page_and_takes_less() {
    let rows: Vec<Value> =
        (0..2_000).map(|n| json!({ "id": n, "list": [[], { "a": "x\ny" }], "name": "row" })).collect();
    let body = body(&[
        span(1, None, "root", "CHAIN", &json!("the question"), &json!({ "rows": rows })),
        span(
            2,
            Some(1),
            "find",
            "RETRIEVER",
            &json!("question"),
            &json!([{ "page_content": "a **question**", "id": "d" }]),
        ),
    ]);
    let reading = Reading::build(&Material::of(body));
    assert!(!reading.is_small());
    for view in View::ALL {
        let made = |extent| reading.sheet(view, 0, extent).page;
        let (whole, text) = (made(Extent::Whole), made(Extent::Text));
        assert_eq!(text.text(), whole.text(), "{view:?}");
        assert!(text.weight() <= whole.weight() && text.runs(text.line(0)).is_empty(), "{view:?}");
    }
    let weight = |extent| reading.sheet(View::Raw, 0, extent).page.weight();
    assert!(weight(Extent::Text) < weight(Extent::Whole) * 3 / 4);
}

#[test]
fn a_span_is_copied_whole_and_its_page_holds_no_copy_of_it() {
    let output = json!((0..40_000).collect::<Vec<u32>>());
    let reading = Arc::new(Reading::build(&Material::of(of(&output))));
    let mut pane = TracePane::open_at(Arc::clone(&reading), View::Tree);
    settle(&mut pane);
    let (what, text) = pane.copy_text().unwrap();
    assert_eq!(what, "span");
    assert!(text.starts_with("root CHAIN ") && text.contains(&output.to_string()));
    let page = reading.sheet(View::Tree, 0, Extent::Whole).page;
    let held: usize = page.blocks().iter().filter(|b| b.what == "span").map(|b| b.raw.len()).sum();
    assert_eq!(held, 0);
}
