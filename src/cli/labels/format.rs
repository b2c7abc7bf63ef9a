//! The columns of the labels table in every format. Their order is a promise; new ones go to the end.

use crate::cli::{Failure, json};
use crate::model::{ItemStatus, value};
use crate::service::api::LabelRow;
use serde_json::Value;
use std::borrow::Cow;

/// The columns.
pub const COLUMNS: [&str; 13] = [
    "request_id",
    "assessment_name",
    "assessment_value",
    "assessment_comment",
    "assessor_id",
    "timestamp",
    "assessment_id",
    "assessment_type",
    "session",
    "item_status",
    "schema_version",
    "span_id",
    "valid",
];

/// One row as text: scalars bare, lists and objects as JSON, what is absent as nothing.
pub fn cells(row: &LabelRow) -> [Cow<'_, str>; 13] {
    let LabelRow {
        request_id,
        assessment_name,
        assessment_value,
        assessment_comment,
        assessor_id,
        timestamp,
        assessment_id,
        assessment_type,
        session,
        item_status,
        schema_version,
        span_id,
        valid,
    } = row;
    [
        request_id.into(),
        assessment_name.into(),
        bare(assessment_value),
        assessment_comment.as_deref().unwrap_or_default().into(),
        assessor_id.into(),
        timestamp.into(),
        assessment_id.into(),
        assessment_type.into(),
        session.into(),
        status(*item_status).into(),
        schema_version.map(|v| v.to_string()).unwrap_or_default().into(),
        span_id.as_deref().unwrap_or_default().into(),
        if *valid { "true" } else { "false" }.into(),
    ]
}

fn bare(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => text.into(),
        Value::Bool(_) | Value::Number(_) => value::plain(value).into(),
        Value::Array(_) | Value::Object(_) => value.to_string().into(),
    }
}

const fn status(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Pending => "pending",
        ItemStatus::Complete => "complete",
        ItemStatus::Declined => "declined",
    }
}

/// The head of a CSV file.
pub fn csv_head() -> String {
    COLUMNS.join(",") + "\n"
}

/// Rows as CSV, exactly.
pub fn csv(rows: &[LabelRow]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::with_capacity(rows.len() * 200));
    for row in rows {
        writer.write_record(cells(row).iter().map(|c| c.as_bytes())).map_err(|e| Failure::Refused(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| Failure::Refused(e.to_string()))
}

/// Rows as JSON lines; a value keeps its type, control and format characters are escaped.
pub fn jsonl(rows: &[LabelRow]) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(rows.len() * 400);
    for row in rows {
        let line = serde_json::to_string(row).map_err(|e| Failure::Refused(e.to_string()))?;
        bytes.extend_from_slice(json::escape(&line).as_bytes());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn row(value: Value) -> LabelRow {
        LabelRow {
            request_id: "tr-1".to_owned(),
            assessment_name: "q".to_owned(),
            assessment_value: value,
            assessment_comment: Some("a \"b\",\nc\u{202e}".to_owned()),
            assessor_id: "ann".to_owned(),
            timestamp: "2026-01-01T00:00:00.000Z".to_owned(),
            assessment_id: "a-1".to_owned(),
            assessment_type: "feedback".to_owned(),
            session: "s".to_owned(),
            item_status: ItemStatus::Complete,
            schema_version: Some(2),
            span_id: None,
            valid: true,
        }
    }

    #[test]
    fn csv_is_exact_with_scalars_bare_and_lists_as_json() {
        for (value, wanted) in [
            (json!(true), "true"),
            (json!(3), "3"),
            (json!(3.5), "3.5"),
            (json!("Yes, but"), "\"Yes, but\""),
            (json!(["a", "b"]), "\"[\"\"a\"\",\"\"b\"\"]\""),
            (json!(null), ""),
        ] {
            let text = String::from_utf8(csv(&[row(value)]).unwrap()).unwrap();
            let rest = "\"a \"\"b\"\",\nc\u{202e}\",ann,2026-01-01T00:00:00.000Z,a-1,feedback,s,complete,2,,true\n";
            assert_eq!(text, format!("tr-1,q,{wanted},{rest}"));
        }
    }

    #[test]
    fn jsonl_has_the_columns_in_order_and_keeps_types() {
        let text = String::from_utf8(jsonl(&[row(json!(["a", 3.5, true]))]).unwrap()).unwrap();
        let mut at = 0;
        for column in COLUMNS {
            let found = text.find(&format!("\"{column}\":")).unwrap_or_else(|| panic!("{column} in {text}"));
            assert!(found >= at, "{column} is out of order");
            at = found;
        }
        assert!(text.contains("\"assessment_value\":[\"a\",3.5,true]") && text.contains("\\u202e"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
