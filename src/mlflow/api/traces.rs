//! Traces: infos and spans.

use super::{V3, list, text};
use crate::mlflow::client::{Ask, Client};
use crate::mlflow::fault::Fault;
use crate::model::Assessment;
use serde_json::{Value, json};

/// Infos of one page: the most that the server gives.
const PAGE: u32 = 500;

impl Client {
    /// A page of infos, oldest first, with their assessments; where the next page begins.
    ///
    /// # Errors
    /// The filter makes no sense; any of [`Fault`]'s.
    pub fn search(
        &self,
        experiment: &str,
        filter: Option<&str>,
        token: Option<&str>,
    ) -> Result<(Vec<Value>, Option<String>), Fault> {
        let mut body = json!({
            "locations": [{ "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": { "experiment_id": experiment } }],
            "max_results": PAGE,
            "order_by": ["timestamp_ms ASC"],
        });
        if let Some(filter) = filter {
            body["filter"] = json!(filter);
        }
        if let Some(token) = token {
            body["page_token"] = json!(token);
        }
        // The last page may be `{}`.
        let path = format!("{V3}/traces/search");
        let fits = |v: &Value| {
            v.as_object().is_some_and(|map| map.keys().all(|k| matches!(k.as_str(), "traces" | "next_page_token")))
        };
        let mut page = self.json(&Ask::find(&path, &body), fits)?;
        let next = page.get("next_page_token").and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned);
        let infos = match page.get_mut("traces").map(Value::take) {
            Some(Value::Array(infos)) => infos,
            _ => Vec::new(),
        };
        Ok((infos, next))
    }

    /// The infos of these traces; those that are not there are left out.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn infos(&self, traces: &[String]) -> Result<Vec<Value>, Fault> {
        if traces.is_empty() {
            return Ok(Vec::new());
        }
        let body = json!({ "trace_ids": traces });
        let path = format!("{V3}/traces/batchGetInfos");
        let fits = |v: &Value| {
            v.is_object() && list(v, "trace_infos").iter().all(|info| traces.contains(&text(info, "trace_id")))
        };
        let ask = Ask::find(&path, &body);
        let mut answer = self.json(&ask, fits)?;
        Ok(match answer.get_mut("trace_infos").map(Value::take) {
            Some(Value::Array(infos)) => infos,
            _ => Vec::new(),
        })
    }

    /// A trace's spans, `{"spans": [...]}` in the form of `Trace.to_json`, as the bytes that came; `None`: none there.
    ///
    /// # Errors
    /// Any of [`Fault`]'s; `is_missing`: the trace is not there; `Unfit`: what is kept there is no whole trace.
    pub fn spans(&self, trace: &str) -> Result<Option<Vec<u8>>, Fault> {
        let ask = Ask::get("/ajax-api/2.0/mlflow/get-trace-artifact", &[("request_id", trace)]).one_of_many();
        match self.bytes(&ask, |bytes| are_spans_of(bytes, trace)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Fault::Refused { code, .. }) if code == "NOT_FOUND" => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// Whether an artifact holds the spans of this trace: the first span names it, in base64 or as MLflow's own id.
fn are_spans_of(bytes: &[u8], trace: &str) -> bool {
    let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    if !has(b"\"spans\"") {
        return false;
    }
    let empty = has(b"\"spans\":[]") || has(b"\"spans\": []");
    let hex = trace.strip_prefix("tr-").unwrap_or(trace);
    let raw: Option<Vec<u8>> =
        hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    let encoded = raw.filter(|raw| raw.len() == 16).map(|raw| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(raw)
    });
    // An id of another form cannot be recognised; the answer is then taken for what it says it is.
    empty || has(hex.as_bytes()) || encoded.is_none_or(|encoded| has(encoded.as_bytes()))
}

/// An info's assessments.
#[must_use]
pub fn assessments(info: &Value) -> Vec<Assessment> {
    list(info, "assessments").iter().filter_map(|a| a.as_object().map(|map| Assessment(map.clone()))).collect()
}

/// The experiment that an info's trace is in, by id; `None`: it is kept elsewhere.
#[must_use]
pub fn experiment_of(info: &Value) -> Option<String> {
    info.get("trace_location")?.get("mlflow_experiment").map(|e| text(e, "experiment_id")).filter(|id| !id.is_empty())
}

/// An info's trace id.
#[must_use]
pub fn trace_id(info: &Value) -> String {
    text(info, "trace_id")
}
