//! One OTLP span in v3's form.

use super::value::{encoded, members};
use super::{either, leftovers, vocabulary};
use crate::model::json::{Json, NULL, escape};
use crate::model::span_id;
use crate::model::trace_parse::status_name;

/// What a span's export said about where it came from; kept with each span, so that pieces can be put together.
#[derive(Clone)]
pub(super) struct Origin<'a> {
    resource: Json<'a>,
    scope: Json<'a>,
}

impl<'a> Origin<'a> {
    pub(super) fn resource(resource_spans: &Json<'a>) -> Self {
        Self { resource: flat(resource_spans.get("resource"), resource_spans), scope: NULL }
    }

    pub(super) fn scope(&self, scope_spans: &Json<'a>) -> Self {
        let scope = scope_spans.get("scope").or_else(|| scope_spans.get("instrumentationLibrary"));
        Self { resource: self.resource.clone(), scope: flat(scope, scope_spans) }
    }
}

/// A resource or scope with its attributes as an object, and the schema it follows.
fn flat<'a>(part: Option<&Json<'a>>, around: &Json<'a>) -> Json<'a> {
    let mut all = part.map(|p| leftovers(p, &["attributes"])).unwrap_or_default();
    all.push(("attributes".into(), members(part.and_then(|p| p.get("attributes")))));
    if let Some(schema) =
        either(around, "schemaUrl", "schema_url").filter(|s| s.as_text().is_none_or(|t| !t.is_empty()))
    {
        all.push(("schemaUrl".into(), schema.clone()));
    }
    Json::sorted(all)
}

/// Whether a stored span was made here: MLflow's have no resource.
pub(in super::super) fn is_ours(span: &Json<'_>) -> bool {
    span.get("resource").is_some_and(Json::is_object)
}

const KNOWN: [&str; 16] = [
    "traceId",
    "trace_id",
    "spanId",
    "span_id",
    "parentSpanId",
    "parent_span_id",
    "name",
    "startTimeUnixNano",
    "start_time_unix_nano",
    "endTimeUnixNano",
    "end_time_unix_nano",
    "attributes",
    "events",
    "links",
    "status",
    "resource",
];

/// The span; `trace` is its trace's id in hex.
pub(super) fn normalise<'a>(span: &Json<'a>, trace: &str, origin: &Origin<'a>) -> Json<'a> {
    let plain = members(span.get("attributes"));
    let events: Vec<_> = span.get("events").map(Json::items).unwrap_or_default().iter().map(event).collect();
    let links = span.get("links").map(Json::items).unwrap_or_default().iter().map(link).collect();
    let mut attributes: Vec<_> = plain.members().iter().map(|(k, v)| (k.clone(), encoded(v))).collect();
    let name = span.some("name").map(Json::plain).unwrap_or_default();
    attributes.extend(vocabulary::mlflow_attributes(&plain, &name, &events));
    if plain.get("mlflow.traceRequestId").is_none() {
        attributes.push(("mlflow.traceRequestId".into(), Json::text(escape(&format!("tr-{trace}")))));
    }

    let mut all = leftovers(span, &KNOWN);
    all.extend([
        ("trace_id".into(), base64(Some(&Json::text(trace.to_owned())))),
        ("span_id".into(), base64(either(span, "spanId", "span_id"))),
        ("parent_span_id".into(), base64(either(span, "parentSpanId", "parent_span_id"))),
        ("name".into(), span.some("name").cloned().unwrap_or_else(|| Json::text(""))),
        ("start_time_unix_nano".into(), nanoseconds(either(span, "startTimeUnixNano", "start_time_unix_nano"))),
        ("end_time_unix_nano".into(), nanoseconds(either(span, "endTimeUnixNano", "end_time_unix_nano"))),
        ("attributes".into(), Json::sorted(attributes)),
        ("events".into(), Json::Array(events)),
        ("links".into(), Json::Array(links)),
        ("status".into(), status(span.get("status").unwrap_or(&NULL))),
        ("resource".into(), origin.resource.clone()),
        ("scope".into(), origin.scope.clone()),
    ]);
    Json::sorted(all)
}

fn status<'a>(status: &Json<'a>) -> Json<'a> {
    let mut all = leftovers(status, &["code", "message"]);
    all.push(("code".into(), Json::text(format!("STATUS_CODE_{}", status_name(status.get("code").unwrap_or(&NULL))))));
    all.push(("message".into(), status.some("message").cloned().unwrap_or_else(|| Json::text(""))));
    Json::sorted(all)
}

fn event<'a>(event: &Json<'a>) -> Json<'a> {
    let mut all = leftovers(event, &["timeUnixNano", "time_unix_nano", "attributes"]);
    all.push(("time_unix_nano".into(), nanoseconds(either(event, "timeUnixNano", "time_unix_nano"))));
    all.push(("attributes".into(), members(event.get("attributes"))));
    Json::sorted(all)
}

fn link<'a>(link: &Json<'a>) -> Json<'a> {
    let hex = |camel, snake| either(link, camel, snake).map(|id| span_id::readable(&id.plain())).unwrap_or_default();
    let mut all = leftovers(link, &["traceId", "trace_id", "spanId", "span_id", "attributes"]);
    all.push(("trace_id".into(), Json::text(format!("tr-{}", hex("traceId", "trace_id")))));
    all.push(("span_id".into(), Json::text(hex("spanId", "span_id"))));
    all.push(("attributes".into(), members(link.get("attributes"))));
    Json::sorted(all)
}

/// Times are 64-bit numbers: texts in protobuf's JSON, numbers in MLflow's. 0 and absent mean: not yet.
fn nanoseconds<'a>(time: Option<&Json<'a>>) -> Json<'a> {
    match time.and_then(Json::as_int) {
        Some(0) | None => NULL,
        Some(ns) => Json::int(ns),
    }
}

/// An id in base64, as v3 writes it; `null` where there is none, the text itself where it is no id.
fn base64<'a>(id: Option<&Json<'_>>) -> Json<'a> {
    let text = id.map(Json::plain).unwrap_or_default();
    if text.is_empty() {
        return NULL;
    }
    Json::text(span_id::to_base64(&span_id::readable(&text)).unwrap_or(text))
}
