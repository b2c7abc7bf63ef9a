//! Assessments as MLflow writes them: what came in with a trace, kept exactly for export.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One assessment in MLflow's JSON (`Assessment.to_dictionary`), every field kept as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Assessment(pub Map<String, Value>);
