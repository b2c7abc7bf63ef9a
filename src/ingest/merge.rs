//! OTLP: collectors split a trace over batches and files; its spans are put together by id.

use super::otlp;
use super::pack::{Packer, unpack};
use super::prepare::prepare;
use crate::model::json::{Json, NULL, parse};
use crate::service::api::PreparedTrace;
use std::collections::HashMap;

/// The current body with the incoming spans in it: a span of the same id is replaced, others are added. What the info
/// says of the whole is worked out anew where it came from spans in the first place; an info that MLflow wrote stays.
///
/// # Errors
/// A body cannot be read.
pub fn merge(current_body: &str, incoming: &PreparedTrace) -> Result<PreparedTrace, String> {
    let incoming_body = unpack(&incoming.body)?;
    let (current, _) = parse(current_body).map_err(|e| format!("a stored body is damaged: {e}"))?;
    let (new, _) = parse(&incoming_body).map_err(|e| format!("a stored body is damaged: {e}"))?;

    let mut spans: Vec<Json<'_>> = spans(&current).to_vec();
    let mut at: HashMap<String, usize> = spans.iter().enumerate().map(|(i, s)| (otlp::identity(s), i)).collect();
    for span in self::spans(&new) {
        match at.get(&otlp::identity(span)) {
            Some(&i) => spans[i] = span.clone(),
            None => {
                at.insert(otlp::identity(span), spans.len());
                spans.push(span.clone());
            }
        }
    }
    let merged = if self::spans(&current).iter().all(otlp::is_ours) {
        otlp::trace(&incoming.summary.trace_id, spans)
    } else {
        let mut merged = current.clone();
        let mut data = merged.take("data").unwrap_or(NULL);
        data.put("spans", Json::Array(spans));
        merged.put("data", data);
        merged
    };
    let mut prepared = prepare(merged, true, &mut Packer::new()?, &mut Vec::new())?;
    prepared.assessments.clone_from(&incoming.assessments);
    Ok(prepared)
}

fn spans<'a, 'j>(trace: &'j Json<'a>) -> &'j [Json<'a>] {
    crate::model::trace_parse::spans_of(trace)
}
