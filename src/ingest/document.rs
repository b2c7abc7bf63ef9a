//! One document of a file: which format it is, and the traces in it.

use super::pack::Packer;
use super::prepare::{prepare, warn};
use super::{otlp, v2, v3};
use crate::model::json::{Json, parse};
use crate::service::api::PreparedTrace;

/// What one document held.
#[derive(Debug, Default)]
pub struct Document {
    /// Ready to be stored, in the file's order.
    pub traces: Vec<PreparedTrace>,
    /// What was kept in another form than it came, in plain words.
    pub warnings: Vec<String>,
    /// Parts that were not taken, and why; the traces beside them are good.
    pub rejected: Vec<String>,
}

/// Reads a document: an MLflow trace (v3, v2) or an OTLP export.
///
/// # Errors
/// It is no JSON, or holds no trace; a sentence that may quote the document.
pub fn read_document(bytes: &[u8], packer: &mut Packer) -> Result<Document, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("not UTF-8 (byte {})", e.valid_up_to() + 1))?;
    let (json, odd) = parse(text).map_err(|e| format!("not JSON: {e}"))?;
    let mut document = Document::default();
    warn(odd, &mut document.warnings);
    traces(json, packer, &mut document)?;
    Ok(document)
}

fn traces(json: Json<'_>, packer: &mut Packer, document: &mut Document) -> Result<(), String> {
    if !json.is_object() {
        return Err(format!("not a trace: {}", kind(&json)));
    }
    if let Some(key) = ["resourceSpans", "resource_spans"].into_iter().find(|k| json.get(k).is_some()) {
        let (traces, rejected) = otlp::traces(json.get(key).map(Json::items).unwrap_or_default());
        document.rejected = rejected;
        for trace in traces {
            document.traces.push(prepare(trace, true, packer, &mut document.warnings)?);
        }
        return Ok(());
    }
    let trace = mlflow(json)?;
    document.traces.push(prepare(trace, false, packer, &mut document.warnings)?);
    Ok(())
}

fn mlflow(json: Json<'_>) -> Result<Json<'_>, String> {
    let Some(info) = json.get("info") else {
        return Err("not a trace: neither MLflow's {\"info\", \"data\"} nor OTLP's {\"resourceSpans\"}".to_owned());
    };
    if !info.is_object() {
        return Err("info is not an object".to_owned());
    }
    let named = |key: &str| info.some(key).is_some_and(|v| v.as_text().is_none_or(|t| !t.trim().is_empty()));
    let v3 = named("trace_id");
    if !v3 && !named("request_id") {
        return Err("no trace_id (nor request_id): a trace without an id cannot be kept".to_owned());
    }
    let json = if v3 { json } else { v2::normalise(json) };
    match json.get("info").and_then(|i| i.get("trace_id")).map(|id| id.as_text().is_some()) {
        Some(true) => v3::normalise(json),
        _ => Err("the trace's id is not a text".to_owned()),
    }
}

fn kind(json: &Json<'_>) -> &'static str {
    match json {
        Json::Array(_) => "a list inside a list",
        Json::Atom(_) => "a bare number, true, false or null",
        Json::Object(_) | Json::Unread(_) => "an object",
        Json::Escaped(_) | Json::Canonical(_) | Json::Text(_) => "a bare text",
    }
}
