//! Values of answers: do they fit their question, how are they typed, how are they shown.

use super::{Input, LabelSchema};
use serde_json::{Number, Value};

/// Whether `value` fits the question. What comes back is the same value; only the options of a list are put in the
/// schema's order.
///
/// # Errors
/// What does not fit, with the bound, in one clause ("must be at most 5").
pub fn check(schema: &LabelSchema, value: &Value) -> Result<Value, String> {
    match (&schema.input, value) {
        (Input::PassFail { .. }, Value::Bool(_)) => Ok(value.clone()),
        (Input::PassFail { positive_label, negative_label }, _) => {
            Err(format!("must be true ({positive_label}) or false ({negative_label}), not {}", short(value)))
        }
        (Input::Categorical { options }, Value::String(text)) => known(options, text).map(|()| value.clone()),
        (Input::Categorical { options }, _) => Err(format!("must be {}, not {}", one_of(options), short(value))),
        (Input::CategoricalList { options }, Value::Array(list)) => in_order(options, list),
        (Input::CategoricalList { options }, _) => {
            Err(format!("must be a list out of {}, not {}", one_of(options), short(value)))
        }
        (Input::Numeric { min_value, max_value }, Value::Number(n)) => {
            within(n, *min_value, *max_value).map(|()| value.clone())
        }
        (Input::Numeric { .. }, _) => Err(format!("must be a number, not {}", short(value))),
        (Input::Text { max_length }, Value::String(text)) => fits(text, *max_length, "text").map(|()| value.clone()),
        (Input::Text { .. }, _) => Err(format!("must be text, not {}", short(value))),
        (Input::TextList { max_length_each, max_count }, Value::Array(list)) => {
            texts(list, *max_length_each, *max_count).map(|()| value.clone())
        }
        (Input::TextList { .. }, _) => Err(format!("must be a list of texts, not {}", short(value))),
    }
}

/// Reads a value as a person or a script types it: `true`, `false` or the label; a number; an option; a text; a list as
/// `a,b` or a JSON array.
///
/// # Errors
/// As [`check`], or that it cannot be read.
pub fn parse(schema: &LabelSchema, text: &str) -> Result<Value, String> {
    let value = match &schema.input {
        Input::PassFail { positive_label, negative_label } => Value::Bool(match text.trim() {
            t if t == positive_label.trim() => true,
            t if t == negative_label.trim() => false,
            "true" => true,
            "false" => false,
            t => {
                return Err(format!(
                    "must be true or {}, false or {}, not {}",
                    quoted(positive_label),
                    quoted(negative_label),
                    quoted(t)
                ));
            }
        }),
        Input::Categorical { options } => Value::String(option(options, text)),
        Input::Numeric { .. } => Value::Number(number(text)?),
        Input::Text { .. } => Value::String(text.to_owned()),
        Input::CategoricalList { options } => match json_list(text)? {
            Some(list) => list,
            None if options.iter().any(|o| o == text.trim()) => Value::Array(vec![text.trim().into()]),
            None => Value::Array(text.split(',').map(|piece| option(options, piece).into()).collect()),
        },
        Input::TextList { .. } => match json_list(text)? {
            Some(list) => list,
            None => Value::Array(text.split(',').map(|piece| piece.trim().into()).collect()),
        },
    };
    check(schema, &value)
}

/// Whether a value stands for "nothing answered": an empty text or list. Such a change clears the answer.
#[must_use]
pub fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// A value as a person reads it: the label of a pass/fail, options and texts separated by commas.
#[must_use]
pub fn display(schema: &LabelSchema, value: &Value) -> String {
    match (&schema.input, value) {
        (Input::PassFail { positive_label, .. }, Value::Bool(true)) => positive_label.clone(),
        (Input::PassFail { negative_label, .. }, Value::Bool(false)) => negative_label.clone(),
        _ => plain(value),
    }
}

/// A value as text without its question: scalars bare, texts of a list separated by commas.
#[must_use]
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn known(options: &[String], text: &str) -> Result<(), String> {
    if options.iter().any(|o| o == text) {
        return Ok(());
    }
    Err(format!("{} is not an option: must be {}", quoted(text), one_of(options)))
}

fn in_order(options: &[String], list: &[Value]) -> Result<Value, String> {
    if list.is_empty() {
        return Err("is empty; clear the answer instead".to_owned());
    }
    let mut places = Vec::with_capacity(list.len());
    for value in list {
        let Some(text) = value.as_str() else {
            return Err(format!("must be a list of options, not {}", short(value)));
        };
        known(options, text)?;
        let place = options.iter().position(|o| o == text);
        if places.contains(&place) {
            return Err(format!("{} is chosen twice", quoted(text)));
        }
        places.push(place);
    }
    places.sort_unstable();
    Ok(places.into_iter().flatten().filter_map(|i| options.get(i)).map(|o| Value::String(o.clone())).collect())
}

fn within(n: &Number, min: Option<f64>, max: Option<f64>) -> Result<(), String> {
    let Some(x) = n.as_f64().filter(|x| x.is_finite()) else {
        return Err(format!("must be a finite number, not {n}"));
    };
    if let Some(min) = min.filter(|min| x < *min) {
        return Err(format!("must be at least {min}, not {n}{}", other("at most", max)));
    }
    if let Some(max) = max.filter(|max| x > *max) {
        return Err(format!("must be at most {max}, not {n}{}", other("at least", min)));
    }
    Ok(())
}

fn other(words: &str, bound: Option<f64>) -> String {
    bound.map(|b| format!(" ({words} {b})")).unwrap_or_default()
}

fn fits(text: &str, max: Option<u64>, what: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("{what} is empty; clear the answer instead"));
    }
    let length = text.chars().count() as u64;
    match max.filter(|max| length > *max) {
        Some(max) => Err(format!("{what} has {length} characters, at most {max} are allowed")),
        None => Ok(()),
    }
}

fn texts(list: &[Value], max_length: Option<u64>, max_count: Option<u64>) -> Result<(), String> {
    if list.is_empty() {
        return Err("list is empty; clear the answer instead".to_owned());
    }
    if let Some(max) = max_count.filter(|max| list.len() as u64 > *max) {
        return Err(format!("list has {} entries, at most {max} are allowed", list.len()));
    }
    for (i, value) in list.iter().enumerate() {
        let Some(text) = value.as_str() else {
            return Err(format!("entry {} must be text, not {}", i + 1, short(value)));
        };
        if text.trim().is_empty() {
            return Err(format!("entry {} is empty", i + 1));
        }
        fits(text, max_length, &format!("entry {}", i + 1))?;
    }
    Ok(())
}

/// The option that was meant: exactly as typed, else without the spaces around it.
fn option(options: &[String], typed: &str) -> String {
    if options.iter().any(|o| o == typed) { typed.to_owned() } else { typed.trim().to_owned() }
}

fn number(text: &str) -> Result<Number, String> {
    let text = text.trim();
    let unreadable = || format!("must be a number, not {}", quoted(text));
    if let Ok(whole) = text.parse::<i64>() {
        return Ok(whole.into());
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Ok(whole.into());
    }
    let digits = text.trim_start_matches(['-', '+']);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("{} has too many digits to be kept exactly", quoted(text)));
    }
    // Rust also reads "inf", "nan" and "infinity" as numbers.
    if text.bytes().any(|b| b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) {
        return Err(unreadable());
    }
    let x = text.parse::<f64>().map_err(|_| unreadable())?;
    Number::from_f64(x).ok_or_else(|| format!("must be a finite number, not {}", quoted(text)))
}

fn json_list(text: &str) -> Result<Option<Value>, String> {
    if !text.trim_start().starts_with('[') {
        return Ok(None);
    }
    match serde_json::from_str(text) {
        Ok(list @ Value::Array(_)) => Ok(Some(list)),
        Ok(_) => Ok(None),
        Err(e) => Err(format!("starts with [ but is no JSON array: {e}")),
    }
}

fn one_of(options: &[String]) -> String {
    match options {
        [one] => quoted(one),
        [first @ .., last] if first.len() < 12 => {
            let first: Vec<_> = first.iter().map(|o| quoted(o)).collect();
            format!("{} or {}", first.join(", "), quoted(last))
        }
        _ => format!("one of the {} options", options.len()),
    }
}

fn quoted(text: &str) -> String {
    let mut cut: String = text.chars().take(60).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("\"{cut}\"")
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[path = "value_tests.rs"]
mod tests;
