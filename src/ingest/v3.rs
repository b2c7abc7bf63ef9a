//! MLflow's v3 JSON: already in the form that is kept; only checked.

use super::v2;
use crate::model::json::Json;

/// Checks a trace whose info names it by `trace_id` and fills in what the stored form promises: `data.spans` is there.
///
/// # Errors
/// A part has a form that cannot be kept.
pub(super) fn normalise<'a>(mut trace: Json<'a>) -> Result<Json<'a>, String> {
    let mut data = trace.take("data").filter(|d| !d.is_null()).unwrap_or_else(|| Json::sorted(Vec::new()));
    if !data.is_object() {
        return Err("data is not an object".to_owned());
    }
    let spans = match data.take("spans").filter(|s| !s.is_null()) {
        None => Vec::new(),
        Some(Json::Array(spans)) => spans,
        Some(_) => return Err("data.spans is not a list".to_owned()),
    };
    if let Some(at) = spans.iter().position(|s| !s.is_object()) {
        return Err(format!("data.spans[{at}] is not an object"));
    }
    // A v3 info over spans in v2's form: MLflow, too, tells them apart span by span.
    let spans = spans.into_iter().map(|s| if s.get("context").is_some() { v2::span(s) } else { s }).collect();
    data.put("spans", Json::Array(spans));
    trace.put("data", data);
    Ok(trace)
}
