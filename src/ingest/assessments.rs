//! Assessments out of a file, every field kept.

use crate::model::Assessment;
use crate::model::json::Json;
use serde_json::{Map, Number, Value};

/// Reads `info.assessments`.
///
/// # Errors
/// It is no list of objects.
pub(super) fn read(list: &Json<'_>, trace_id: &str, warnings: &mut Vec<String>) -> Result<Vec<Assessment>, String> {
    if list.is_null() {
        return Ok(Vec::new());
    }
    let Json::Array(items) = list else { return Err("info.assessments is not a list".to_owned()) };
    items.iter().enumerate().map(|(i, item)| one(i, item, trace_id, warnings)).collect()
}

fn one(at: usize, json: &Json<'_>, trace_id: &str, warnings: &mut Vec<String>) -> Result<Assessment, String> {
    let mut lossy = 0;
    let Value::Object(mut map) = value(json, &mut lossy) else {
        return Err(format!("info.assessments[{at}] is not an object"));
    };
    if lossy > 0 {
        warnings.push(format!("assessment {at}: {lossy} × a number with more digits than are kept"));
    }
    let id = match map.get("assessment_id") {
        Some(Value::String(id)) if !id.is_empty() => return Ok(Assessment(map)),
        None | Some(Value::Null | Value::String(_)) => made_id(trace_id, json),
        Some(other) => other.to_string(),
    };
    map.insert("assessment_id".to_owned(), Value::String(id));
    Ok(Assessment(map))
}

/// The same assessment gets the same id at every import.
fn made_id(trace_id: &str, json: &Json<'_>) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(trace_id.as_bytes());
    hash.update(b"\n");
    hash.update(json.to_json().as_bytes());
    let hex = hash.finalize().to_hex();
    format!("a-{}", hex.get(..32).unwrap_or(&hex))
}

/// As serde_json's value. Recursion is bounded by the parser's depth.
fn value(json: &Json<'_>, lossy: &mut u32) -> Value {
    match json {
        Json::Atom(a) => match a.as_ref() {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => self::number(number, lossy),
        },
        Json::Array(items) => Value::Array(items.iter().map(|v| value(v, lossy)).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(k, v)| (k.to_string(), value(v, lossy))).collect::<Map<_, _>>())
        }
        text => Value::String(text.plain()),
    }
}

fn number(text: &str, lossy: &mut u32) -> Value {
    if let Ok(n) = text.parse::<i64>() {
        return n.into();
    }
    if let Ok(n) = text.parse::<u64>() {
        return n.into();
    }
    let whole = !text.contains(['.', 'e', 'E']);
    match text.parse::<f64>().ok().and_then(Number::from_f64) {
        Some(n) if !whole => Value::Number(n),
        // Too large for a number here: its digits are worth more than its type.
        _ => {
            *lossy += 1;
            Value::String(text.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read_text(text: &str) -> Result<(Vec<Assessment>, Vec<String>), String> {
        let mut warnings = Vec::new();
        read(&parse(text).unwrap().0, "tr-1", &mut warnings).map(|a| (a, warnings))
    }

    #[test]
    fn every_field_is_kept_and_a_missing_id_is_always_the_same() {
        let text = r#"[{"assessment_id":"a-1","feedback":{"value":3.5},"future":{"x":[1,null]}},{"name":"n"},{"assessment_id":7}]"#;
        let (read, warnings) = read_text(text).unwrap();
        assert_eq!(read[0].0["future"], serde_json::json!({"x": [1, null]}));
        assert_eq!((read[0].id(), read[2].id(), warnings.len()), ("a-1", "7", 0));
        assert_eq!(read[1].id(), read_text(r#"[{ "name" : "n" }]"#).unwrap().0[0].id());
        assert!(read[1].id().len() == 34 && read[1].id().starts_with("a-"));
    }

    #[test]
    fn large_numbers_are_kept_as_text_and_told() {
        let (read, warnings) =
            read_text(r#"[{"a":123456789012345678901234567890,"b":1e999,"c":18446744073709551615}]"#).unwrap();
        assert_eq!(read[0].0["a"], "123456789012345678901234567890");
        assert_eq!((&read[0].0["b"], &read[0].0["c"]), (&Value::from("1e999"), &Value::from(u64::MAX)));
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn what_is_no_list_of_objects_is_refused() {
        assert!(read_text("{}").is_err() && read_text("[1]").is_err());
        assert_eq!(read_text("null").unwrap().0, []);
    }
}
