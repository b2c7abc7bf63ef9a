//! Assessments: made, changed in place, taken away.

use super::{V3, found, text};
use crate::mlflow::client::{Ask, Client, Method, segment};
use crate::mlflow::fault::Fault;
use serde_json::{Map, Value, json};

impl Client {
    /// Makes one with the id that it carries; one that is there already stays as it is.
    ///
    /// # Errors
    /// Any of [`Fault`]'s; `is_missing`: the trace is not there.
    pub fn create_assessment(&self, trace: &str, assessment: &Value) -> Result<Value, Fault> {
        let path = format!("{V3}/traces/{}/assessments", segment(trace));
        let body = json!({ "assessment": assessment });
        let id = text(assessment, "assessment_id");
        match self.json(&Ask::write(Method::Post, &path, &body), |v| is_assessment(v, &id)) {
            Ok(answer) => Ok(inner(answer)),
            // Made before, and the answer was lost.
            Err(Fault::Refused { code, message }) if code == "INTERNAL_ERROR" && message.contains("constraint") => {
                let path = format!("{path}/{}", segment(&id));
                match found(self.json(&Ask::get(&path, &[]), |v| is_assessment(v, &id)))? {
                    Some(answer) => Ok(inner(answer)),
                    None => Err(Fault::Refused { code, message }),
                }
            }
            Err(fault) => Err(fault),
        }
    }

    /// Changes one in place; `mask` names the fields that are sent.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn patch_assessment(&self, trace: &str, id: &str, fields: &Value, mask: &str) -> Result<Value, Fault> {
        let path = format!("{V3}/traces/{}/assessments/{}", segment(trace), segment(id));
        let mut assessment = fields.clone();
        assessment["assessment_id"] = json!(id);
        assessment["trace_id"] = json!(trace);
        let body = json!({ "assessment": assessment, "update_mask": mask });
        self.json(&Ask::write(Method::Patch, &path, &body), |v| is_assessment(v, id)).map(inner)
    }

    /// Takes one away; one that is not there is no matter.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn delete_assessment(&self, trace: &str, id: &str) -> Result<(), Fault> {
        let path = format!("{V3}/traces/{}/assessments/{}", segment(trace), segment(id));
        found(self.json(&Ask::delete(&path), |v| v.as_object().is_some_and(Map::is_empty))).map(drop)
    }
}

fn inner(mut answer: Value) -> Value {
    answer.get_mut("assessment").map(Value::take).unwrap_or_default()
}

fn is_assessment(answer: &Value, id: &str) -> bool {
    answer.get("assessment").is_some_and(|a| text(a, "assessment_id") == id)
}
