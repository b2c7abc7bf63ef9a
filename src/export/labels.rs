//! Rows of the labels table, from our versions and from assessments that came with the traces.

use crate::model::assessment::AssessmentKind;
use crate::model::{AnswerVersion, Assessment, ItemStatus, schema_check};
use crate::service::api::LabelRow;

/// One of our versions.
#[must_use]
pub fn answer(version: &AnswerVersion, session: &str, status: ItemStatus) -> LabelRow {
    LabelRow {
        request_id: version.trace_id.clone(),
        assessment_name: version.schema.clone(),
        assessment_value: version.value.clone(),
        assessment_comment: version.comment.clone(),
        assessor_id: version.assessor_id.clone(),
        timestamp: version.at.to_string(),
        assessment_id: version.assessment_id.clone(),
        assessment_type: schema_check::type_name(version.kind).to_owned(),
        session: session.to_owned(),
        item_status: status,
        schema_version: Some(version.schema_version),
        span_id: None,
        valid: version.valid,
    }
}

/// An imported assessment; its time is that of its last change, as the file has it.
#[must_use]
pub fn imported(assessment: &Assessment, trace: &str, session: &str, status: ItemStatus) -> LabelRow {
    LabelRow {
        request_id: trace.to_owned(),
        assessment_name: assessment.name().to_owned(),
        assessment_value: assessment.value().into_owned(),
        assessment_comment: assessment.rationale().map(str::to_owned),
        assessor_id: assessment.source_id().to_owned(),
        timestamp: assessment.last_update_time().map(|t| t.to_string()).unwrap_or_default(),
        assessment_id: assessment.id().to_owned(),
        assessment_type: match assessment.kind() {
            AssessmentKind::Feedback => "feedback",
            AssessmentKind::Expectation => "expectation",
            AssessmentKind::Issue => "issue",
        }
        .to_owned(),
        session: session.to_owned(),
        item_status: status,
        schema_version: None,
        span_id: assessment.span_id(),
        valid: assessment.valid(),
    }
}
