//! OTLP's `AnyValue`.

use super::either;
use crate::model::json::{Json, NULL};

/// The plain JSON of `{"stringValue": ...}` and its kind. Unknown kinds stay as they are.
pub(super) fn plain<'a>(value: &Json<'a>) -> Json<'a> {
    if let Some(text) =
        either(value, "stringValue", "string_value").or_else(|| either(value, "bytesValue", "bytes_value"))
    {
        return text.clone();
    }
    if let Some(int) = either(value, "intValue", "int_value") {
        // 64-bit numbers are texts in protobuf's JSON.
        return int.as_int().map_or_else(|| int.clone(), Json::int);
    }
    if let Some(double) = either(value, "doubleValue", "double_value") {
        return double.clone();
    }
    if let Some(boolean) = either(value, "boolValue", "bool_value") {
        return boolean.clone();
    }
    if let Some(list) = either(value, "arrayValue", "array_value") {
        return Json::Array(list.get("values").map(Json::items).unwrap_or_default().iter().map(plain).collect());
    }
    if let Some(map) = either(value, "kvlistValue", "kvlist_value") {
        return members(map.get("values"));
    }
    if value.members().is_empty() { NULL } else { value.clone() }
}

/// A list of `{"key", "value"}` as an object.
pub(super) fn members<'a>(list: Option<&Json<'a>>) -> Json<'a> {
    let pairs = list.map(Json::items).unwrap_or_default().iter().filter_map(|pair| {
        let key = pair.get("key")?.as_text()?.into_owned();
        Some((key.into(), pair.get("value").map_or(NULL, plain)))
    });
    Json::sorted(pairs.collect())
}

/// A value as MLflow keeps an attribute: JSON in a string. A text that is itself JSON of a string, list or object is
/// not encoded again.
pub(super) fn encoded<'a>(value: &Json<'_>) -> Json<'a> {
    let Some(text) = value.as_text() else { return Json::text(value.to_json()) };
    let structured = text.trim_start().starts_with(['{', '[', '"']) && crate::model::json::is_json(&text);
    Json::text(if structured { text.into_owned() } else { crate::model::json::escape(&text) })
}
