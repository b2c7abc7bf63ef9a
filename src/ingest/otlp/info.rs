//! What a trace's info says, worked out from its spans.

use super::super::v2::PREVIEW;
use crate::model::json::{Json, NULL};
use crate::model::trace_parse::read_span;
use crate::model::{Span, Time, preview, summary};
use std::borrow::Cow;
use std::collections::HashSet;

/// A trace in v3's form out of spans in v3's form.
pub(in super::super) fn trace<'a>(trace_id: &str, mut spans: Vec<Json<'a>>) -> Json<'a> {
    // Of spans with one id the last that came stays.
    spans.reverse();
    let mut seen = HashSet::new();
    spans.retain(|s| seen.insert(super::identity(s)));
    spans.sort_by_cached_key(|s| (s.get("start_time_unix_nano").and_then(Json::as_int), super::identity(s)));

    let read: Vec<Span> = spans.iter().map(read_span).collect();
    let root = summary::root(&read);
    let start = read.iter().filter_map(|s| s.start_ns).min();
    let end = read.iter().filter_map(|s| s.end_ns).max();
    let mut info: Vec<(Cow<'a, str>, Json<'a>)> = vec![
        ("trace_id".into(), Json::text(trace_id.to_owned())),
        (
            "trace_location".into(),
            Json::sorted(vec![
                ("type".into(), Json::text("MLFLOW_EXPERIMENT")),
                ("mlflow_experiment".into(), Json::sorted(vec![("experiment_id".into(), Json::text("0"))])),
            ]),
        ),
        ("request_time".into(), Json::text(Time(start.unwrap_or(0).div_euclid(1_000_000)).to_string())),
        ("state".into(), Json::text(state(&read))),
        ("trace_metadata".into(), metadata(&spans, &read)),
        ("tags".into(), tags(&spans)),
    ];
    if let (Some(start), Some(end)) = (start, end) {
        info.push(("execution_duration_ms".into(), Json::int(end.saturating_sub(start).max(0).div_euclid(1_000_000))));
    }
    for (key, text, side) in [
        ("request_preview", root.and_then(|r| r.inputs.as_deref()), preview::Side::Request),
        ("response_preview", root.and_then(|r| r.outputs.as_deref()), preview::Side::Response),
    ] {
        if let Some(text) = text {
            info.push((key.into(), Json::text(preview::words(text, side, PREVIEW))));
        }
    }
    Json::sorted(vec![
        ("info".into(), Json::sorted(info)),
        ("data".into(), Json::sorted(vec![("spans".into(), Json::Array(spans))])),
    ])
}

/// The root's; without a root the rest is still to come.
fn state(spans: &[Span]) -> &'static str {
    match spans.iter().find(|s| s.parent.is_none()) {
        Some(root) if root.status == "ERROR" => "ERROR",
        Some(_) => "OK",
        None => "IN_PROGRESS",
    }
}

/// Where instrumentations keep whom a trace was for.
const USER: [&str; 8] = [
    "user.id",
    "enduser.id",
    "traceloop.association.properties.user_id",
    "langfuse.user.id",
    "lmnr.association.properties.user_id",
    "gcp.vertex.agent.user_id",
    "enduser.pseudo.id",
    "ai.telemetry.metadata.userId",
];

/// Session, user and token usage, under the names that MLflow gives them.
fn metadata<'a>(spans: &[Json<'a>], read: &[Span]) -> Json<'a> {
    let mut all: Vec<(Cow<'a, str>, Json<'a>)> = vec![("mlflow.trace_schema.version".into(), Json::text("3"))];
    let user = USER
        .iter()
        .find_map(|key| spans.iter().find_map(|s| s.get("attributes")?.some(key)?.as_text().map(|t| unquoted(&t))));
    for (ours, value) in [("mlflow.trace.session", summary::session_of(spans)), ("mlflow.trace.user", user)] {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            all.push((ours.into(), Json::text(value)));
        }
    }
    if let Some(usage) = summary::sum_usage(read) {
        let counts = ["input_tokens", "output_tokens", "total_tokens"].into_iter().zip(usage);
        let usage = Json::sorted(counts.map(|(k, n)| (k.into(), Json::int(n))).collect());
        all.push(("mlflow.trace.tokenUsage".into(), Json::text(usage.to_json())));
    }
    Json::sorted(all)
}

/// An attribute's JSON string as text.
fn unquoted(text: &str) -> String {
    crate::model::json::parse(text).map_or_else(|_| text.to_owned(), |(json, _)| json.plain())
}

/// Resource attributes; where spans differ, the earliest span's.
fn tags<'a>(spans: &[Json<'a>]) -> Json<'a> {
    let mut all: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
    for span in spans {
        let attributes = span.get("resource").and_then(|r| r.get("attributes")).unwrap_or(&NULL);
        for (key, value) in attributes.members() {
            if !all.iter().any(|(k, _)| k == key) {
                all.push((key.clone(), Json::text(value.plain())));
            }
        }
    }
    Json::sorted(all)
}
