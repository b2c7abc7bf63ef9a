//! MLflow 2.x JSON into v3's form. What v3 has no word for stays under its old name.

use crate::model::json::{Json, NULL};
use crate::model::{Time, preview, span_id};

/// Longest preview that MLflow writes, in characters.
pub(super) const PREVIEW: usize = 1000;

/// A trace whose info names it by `request_id`.
pub(super) fn normalise<'a>(mut trace: Json<'a>) -> Json<'a> {
    let mut info = trace.take("info").unwrap_or(NULL);
    rename(&mut info, "request_id", "trace_id", |v| v);
    rename(&mut info, "experiment_id", "trace_location", location);
    rename(&mut info, "timestamp_ms", "request_time", |v| match v.as_int() {
        Some(ms) => Json::text(Time(ms).to_string()),
        None => v,
    });
    rename(&mut info, "execution_time_ms", "execution_duration_ms", |v| v);
    rename(&mut info, "status", "state", |v| match v.as_text().as_deref() {
        Some("TRACE_STATUS_UNSPECIFIED") => Json::text("STATE_UNSPECIFIED"),
        _ => v,
    });
    rename(&mut info, "request_metadata", "trace_metadata", map);
    rename(&mut info, "tags", "tags", map);
    for (data_key, preview_key, role) in [
        ("request", "request_preview", preview::Side::Request),
        ("response", "response_preview", preview::Side::Response),
    ] {
        let text = trace.get("data").and_then(|d| d.some(data_key)).map(Json::plain);
        if let (None, Some(text)) = (info.some(preview_key), text) {
            info.put(preview_key, Json::text(preview::words(&text, role, PREVIEW)));
        }
    }
    trace.put("info", info);
    trace
}

fn location<'a>(experiment: Json<'a>) -> Json<'a> {
    // MLflow's ids of experiments are texts.
    let experiment = if experiment.is_null() { experiment } else { Json::text(experiment.plain()) };
    Json::sorted(vec![
        ("type".into(), Json::text("MLFLOW_EXPERIMENT")),
        ("mlflow_experiment".into(), Json::sorted(vec![("experiment_id".into(), experiment)])),
    ])
}

/// REST writes maps as lists of key and value.
fn map<'a>(value: Json<'a>) -> Json<'a> {
    let Json::Array(pairs) = &value else { return value };
    let members: Option<Vec<_>> = pairs
        .iter()
        .map(|pair| Some((pair.get("key")?.as_text()?.into_owned().into(), pair.get("value").cloned().unwrap_or(NULL))))
        .collect();
    members.map_or(value, Json::object)
}

/// Moves a member to its new name, unless that is taken.
fn rename<'a>(json: &mut Json<'a>, from: &str, to: &'static str, change: impl FnOnce(Json<'a>) -> Json<'a>) {
    if from != to && json.some(to).is_some() {
        return;
    }
    if let Some(value) = json.take(from) {
        json.put(to, change(value));
    }
}

/// A span in v2's form. What has v3's name already stays, also where both names are there: a span is read twice when a
/// stored trace is.
pub(super) fn span<'a>(mut span: Json<'a>) -> Json<'a> {
    let mut context = span.take("context").unwrap_or(NULL);
    for key in ["trace_id", "span_id"] {
        if span.some(key).is_none()
            && let Some(id) = context.take(key)
        {
            span.put(key, base64(id));
        }
    }
    let nothing_left = context.is_null() || context.is_object() && context.members().is_empty();
    if !nothing_left {
        span.put("context", context);
    }
    rename(&mut span, "parent_id", "parent_span_id", base64);
    if span.get("parent_span_id").is_none() {
        span.put("parent_span_id", NULL);
    }
    rename(&mut span, "start_time", "start_time_unix_nano", |v| v);
    rename(&mut span, "end_time", "end_time_unix_nano", |v| v);
    if span.some("status").is_none() {
        let code = span.take("status_code").map_or_else(|| "UNSET".to_owned(), |c| c.plain());
        let code = if code.starts_with("STATUS_CODE_") { code } else { format!("STATUS_CODE_{code}") };
        let message = span.take("status_message").unwrap_or(NULL);
        let message = if message.is_null() { Json::text("") } else { message };
        span.put("status", Json::sorted(vec![("code".into(), Json::text(code)), ("message".into(), message)]));
    }
    if matches!(span.get("events"), Some(Json::Array(_)))
        && let Some(Json::Array(mut events)) = span.take("events")
    {
        events.iter_mut().for_each(|e| rename(e, "timestamp", "time_unix_nano", |v| v));
        span.put("events", Json::Array(events));
    }
    span
}

/// v3 writes ids as base64; what is no hex stays.
fn base64<'a>(id: Json<'a>) -> Json<'a> {
    match id.as_text().and_then(|text| span_id::to_base64(&text)) {
        Some(text) => Json::text(text),
        None => id,
    }
}
