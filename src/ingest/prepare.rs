//! From a trace in v3 form to what is stored: its canonical body, hash, summary, and assessments apart.

use super::assessments;
use super::pack::Packer;
use crate::model::json::{Json, NULL, Oddities};
use crate::model::summary;
use crate::service::api::PreparedTrace;

/// Prepares a trace in v3 form. `merge` as in [`PreparedTrace`]; what had to be changed is added to `warnings`.
///
/// # Errors
/// Its assessments have no form that could be kept.
pub fn prepare(
    mut trace: Json<'_>,
    merge: bool,
    packer: &mut Packer,
    warnings: &mut Vec<String>,
) -> Result<PreparedTrace, String> {
    let listed = match trace_info(&mut trace) {
        Some(info) => info.take("assessments"),
        None => None,
    };
    let body = Body::write(&trace);
    let info = trace.get("info").unwrap_or(&NULL);
    let summary = summary::summarise(info, crate::model::trace_parse::spans_of(&trace), body.text.len(), None);
    let assessments = match listed {
        None => Vec::new(),
        Some(list) => assessments::read(&list, &summary.trace_id, warnings)?,
    };
    Ok(PreparedTrace { hash: body.hash(), body: packer.pack(&body.text)?, summary, assessments, merge })
}

fn trace_info<'t, 'a>(trace: &'t mut Json<'a>) -> Option<&'t mut Json<'a>> {
    let Json::Object(members) = trace else { return None };
    members.iter_mut().find(|(k, _)| k == "info").map(|(_, info)| info)
}

/// A canonical body, and where in it the parts are that make its identity.
struct Body {
    text: String,
    info: std::ops::Range<usize>,
    spans: std::ops::Range<usize>,
}

impl Body {
    fn write(trace: &Json<'_>) -> Self {
        let mut out = Self { text: String::new(), info: 0..0, spans: 0..0 };
        out.text.push('{');
        for (i, (key, value)) in trace.members().iter().enumerate() {
            out.key(i, key);
            let from = out.text.len();
            match key.as_ref() {
                "data" if value.is_object() => out.data(value),
                _ => value.write(&mut out.text),
            }
            if key == "info" {
                out.info = from..out.text.len();
            }
        }
        out.text.push('}');
        out
    }

    fn data(&mut self, data: &Json<'_>) {
        self.text.push('{');
        for (i, (key, value)) in data.members().iter().enumerate() {
            self.key(i, key);
            let from = self.text.len();
            value.write(&mut self.text);
            if key == "spans" {
                self.spans = from..self.text.len();
            }
        }
        self.text.push('}');
    }

    fn key(&mut self, at: usize, key: &str) {
        if at > 0 {
            self.text.push(',');
        }
        Json::text(key).write(&mut self.text);
        self.text.push(':');
    }

    /// RULES, Identity: info (without assessments) and spans; what else a file holds does not make another trace.
    fn hash(&self) -> String {
        let mut hash = blake3::Hasher::new();
        for part in [&self.info, &self.spans] {
            hash.update(self.text.get(part.clone()).unwrap_or_default().as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().to_hex().to_string()
    }
}

/// What a reader must know of odd JSON: nothing is changed silently.
pub(super) fn warn(odd: Oddities, warnings: &mut Vec<String>) {
    let mut say = |n: u32, what: &str| {
        if n > 0 {
            warnings.push(format!("{n} × {what}"));
        }
    };
    say(odd.not_a_number, "NaN or Infinity, which JSON does not know: kept as text");
    say(odd.lone_surrogates, "half a surrogate pair, which is no character: kept as its escape, written out");
    say(odd.repeated_keys, "a key repeated in one object: the last one is kept");
}
