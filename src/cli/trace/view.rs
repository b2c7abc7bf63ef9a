//! One trace on paper: the short facts, what was asked and answered, the spans as a tree, documents, assessments.

use crate::cli::{Failure, Out, show};
use crate::model::json::parse;
use crate::model::span_tree::{Mark, Tree};
use crate::model::{Assessment, AssessmentKind, Retrieval, Span, Trace, document, summary};
use crate::service::api::TraceDoc;

/// Longest line of a text, in characters; the whole is in `--json` and on screen.
const LINE: usize = 500;
/// Most lines of one text.
const LINES: usize = 40;

pub(super) fn print(doc: &TraceDoc, out: &mut Out) -> Result<(), Failure> {
    let trace = Trace::parse(&doc.body);
    facts(doc, out)?;
    let root = summary::root(&trace.spans);
    for (head, value, preview) in [
        ("request", root.and_then(|r| r.inputs.as_deref()), &doc.summary.request_preview),
        ("response", root.and_then(|r| r.outputs.as_deref()), &doc.summary.response_preview),
    ] {
        out.line(&format!("\n{head}"))?;
        text(&value.map_or_else(|| preview.clone(), readable), out)?;
    }
    if !trace.spans.is_empty() {
        out.line("\nspans")?;
        spans(&trace.spans, out)?;
    }
    for retrieval in document::documents(&trace) {
        documents(&trace, &retrieval, out)?;
    }
    if !doc.assessments.is_empty() {
        out.line("\nassessments")?;
        doc.assessments.iter().try_for_each(|a| assessment(a, out))?;
    }
    Ok(())
}

fn facts(doc: &TraceDoc, out: &mut Out) -> Result<(), Failure> {
    let s = &doc.summary;
    let known = |n: Option<String>| n.unwrap_or_else(|| "-".to_owned());
    for (key, value) in [
        ("trace", s.trace_id.clone()),
        ("name", s.name.clone()),
        ("experiment", doc.experiment.clone()),
        ("state", s.state.clone()),
        ("time", s.request_time.to_string()),
        ("duration", known(s.duration_ms.map(|ms| format!("{ms} ms")))),
        ("tokens", known(s.tokens.map(|n| n.to_string()))),
        ("size", format!("{} bytes", s.bytes)),
    ] {
        out.line(&format!("{key:<11} {}", one_line(&value)))?;
    }
    if let Some(session) = s.session() {
        // The conversation that it is a turn of: `trace list --filter "metadata.`mlflow.trace.session` = '…'"`.
        out.line(&format!("{:<11} {}", "turn of", one_line(session)))?;
    }
    let own = s.tags.iter().filter(|(k, _)| !k.starts_with("mlflow."));
    for (key, value) in own {
        out.line(&format!("tag         {} = {}", one_line(key), one_line(value)))?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    crate::text::sanitize(text).into_owned()
}

/// A JSON string as its text, anything else indented.
fn readable(json: &str) -> String {
    match parse(json) {
        Ok((value, _)) => match value.as_text() {
            Some(text) => text.into_owned(),
            None => serde_json::from_str::<serde_json::Value>(json)
                .and_then(|v| serde_json::to_string_pretty(&v))
                .unwrap_or_else(|_| json.to_owned()),
        },
        Err(_) => json.to_owned(),
    }
}

fn text(text: &str, out: &mut Out) -> Result<(), Failure> {
    for line in text.lines().take(LINES) {
        let short: String = line.chars().take(LINE).collect();
        out.line(&format!("  {}{}", one_line(&short), if short.len() < line.len() { "…" } else { "" }))?;
    }
    let more = text.lines().count().saturating_sub(LINES);
    if more > 0 { out.line(&format!("  … {} more", show::count(more as u64, "line"))) } else { Ok(()) }
}

fn spans(spans: &[Span], out: &mut Out) -> Result<(), Failure> {
    for row in &Tree::build(spans).rows {
        let Some(span) = spans.get(row.span) else { continue };
        let mark = match row.mark {
            Some(Mark::Orphan) => "  [its parent is not in the trace]",
            Some(Mark::Cycle) => "  [its parents go round in a circle]",
            Some(Mark::Duplicate) => "  [an earlier span has the same id]",
            None => "",
        };
        let took = match (span.start_ns, span.end_ns) {
            (Some(start), Some(end)) => format!("  {} ms", end.saturating_sub(start) / 1_000_000),
            _ => String::new(),
        };
        let failed = if span.status == "ERROR" { format!("  ERROR {}", span.status_message) } else { String::new() };
        // Deep trees are shown in full; only the indentation stops.
        let indent = "  ".repeat(row.depth.min(20) + 1);
        out.line(&format!("{indent}{}", one_line(&format!("{}  {}{took}{failed}{mark}", span.name, span.span_type))))?;
    }
    Ok(())
}

fn documents(trace: &Trace, retrieval: &Retrieval, out: &mut Out) -> Result<(), Failure> {
    let name = trace.spans.get(retrieval.span).map_or("", |s| s.name.as_str());
    let n = show::count(retrieval.documents.len() as u64, "document");
    out.line(&format!("\n{n} from {}", one_line(name)))?;
    for document in &retrieval.documents {
        let uri = document.uri.as_deref().or(document.id.as_deref()).unwrap_or("-");
        let score = document.score.as_deref().map(|s| format!("  {s}")).unwrap_or_default();
        out.line(&format!("  {}", one_line(&format!("{uri}{score}"))))?;
        let start: String = document.content.split_whitespace().collect::<Vec<_>>().join(" ");
        let start: String = start.chars().take(LINE / 3).collect();
        out.line(&format!("    {}", one_line(&start)))?;
    }
    Ok(())
}

fn assessment(a: &Assessment, out: &mut Out) -> Result<(), Failure> {
    let kind = match a.kind() {
        AssessmentKind::Feedback => "feedback",
        AssessmentKind::Expectation => "expectation",
        AssessmentKind::Issue => "issue",
    };
    let value = match a.error() {
        Some((code, message)) => format!("failed: {code} {message}"),
        None => match a.value().as_ref() {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    };
    let old = if a.valid() { "" } else { "  (superseded)" };
    let value: String = value.chars().take(LINE).collect();
    out.line(&format!(
        "  {}",
        one_line(&format!("{} = {value}  {kind} by {} {}{old}", a.name(), a.source_type(), a.source_id()))
    ))?;
    match a.rationale() {
        Some(why) => text(&format!("  {why}"), out),
        None => Ok(()),
    }
}
