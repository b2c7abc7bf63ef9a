//! OTLP JSON into v3's form, as MLflow's own OTLP endpoint does it.
//!
//! Everything a trace's info says is worked out from its spans, and its spans are in a fixed order, so it does not
//! matter in which pieces they arrive.

mod info;
mod kinds;
mod messages;
mod span;
mod value;
mod vocabulary;

pub(super) use info::trace;
pub(super) use span::is_ours;

use crate::model::json::{Json, NULL};
use crate::model::span_id;
use std::collections::BTreeMap;

/// The traces in `resourceSpans`, and what was wrong with spans that belong to none.
pub(super) fn traces<'a>(resource_spans: &[Json<'a>]) -> (Vec<Json<'a>>, Vec<String>) {
    let mut found: BTreeMap<String, Vec<Json<'a>>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut rejected = Vec::new();
    for resource in resource_spans {
        let about = span::Origin::resource(resource);
        let scopes = either(resource, "scopeSpans", "scope_spans")
            .or_else(|| either(resource, "instrumentationLibrarySpans", "instrumentation_library_spans"));
        for scope in scopes.map(Json::items).unwrap_or_default() {
            let origin = about.scope(scope);
            for span in scope.get("spans").map(Json::items).unwrap_or_default() {
                match id(span) {
                    Ok(id) => {
                        let spans = found.entry(id.clone()).or_insert_with(|| {
                            order.push(id.clone());
                            Vec::new()
                        });
                        spans.push(span::normalise(span, &id, &origin));
                    }
                    Err(why) => rejected.push(why),
                }
            }
        }
    }
    let traces = order.into_iter().filter_map(|id| Some(trace(&format!("tr-{id}"), found.remove(&id)?))).collect();
    (traces, rejected)
}

/// The hex of a span's trace id.
fn id(span: &Json<'_>) -> Result<String, String> {
    let name = || span.get("name").map(Json::plain).unwrap_or_default();
    let text = either(span, "traceId", "trace_id").map(Json::plain).unwrap_or_default();
    let hex = span_id::readable(&text);
    if hex.len() == 32 && span_id::as_hex(&hex).is_some() {
        return Ok(hex);
    }
    Err(if text.is_empty() {
        format!("span {:?} has no traceId", name())
    } else {
        format!("span {:?} has traceId {text:?}, which is not 16 bytes in hex", name())
    })
}

/// What makes a stored span the same span: its id; all of it, where it has none.
pub(super) fn identity(span: &Json<'_>) -> String {
    match span.some("span_id") {
        Some(id) => span_id::readable(&id.plain()),
        None => span.to_json(),
    }
}

/// Protobuf's JSON has camelCase names; some writers keep snake_case.
fn either<'j, 'a>(json: &'j Json<'a>, camel: &str, snake: &str) -> Option<&'j Json<'a>> {
    json.some(camel).or_else(|| json.some(snake))
}

/// Members that nothing above has a place for, under the names they came with.
fn leftovers<'a>(json: &Json<'a>, known: &[&str]) -> Vec<(std::borrow::Cow<'a, str>, Json<'a>)> {
    json.members().iter().filter(|(k, v)| !known.contains(&k.as_ref()) && *v != NULL).cloned().collect()
}
