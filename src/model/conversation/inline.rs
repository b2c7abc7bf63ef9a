//! Bytes that stand in a field as text (`"data:image/png;base64,…"`, `"b64_json": "…"`): nobody reads them, so that they are
//! told by type and size where the value is shown.

use super::media::describe;
use std::borrow::Cow;

/// Shorter texts are shown as they are.
const SHORT: usize = 64;
/// A data URI says what it is within so many bytes.
const HEAD: usize = 200;
/// A text of more bytes is not gone through.
const MOST: usize = 32 << 20;

/// Names of fields that hold an image's bytes.
const IMAGES: [&str; 4] = ["\"b64_json\"", "\"image_base64\"", "\"image_b64\"", "\"base64_image\""];

/// What a text is, where it is nothing but a data URI: "▣ image/png · 70 bytes · inline".
pub(crate) fn data_uri(text: &str) -> Option<String> {
    let head = text.get(..text.floor_char_boundary(HEAD))?;
    let whole = text.starts_with("data:") && head.contains(";base64,") && text.len() > SHORT;
    let bytes = whole && !text.bytes().any(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\\'));
    bytes.then(|| describe("data", text))
}

/// JSON text with such values told in words; the text itself where there are none.
pub(crate) fn without_bytes(json: &str) -> Cow<'_, str> {
    if json.len() > MOST {
        return Cow::Borrowed(json);
    }
    let mut places: Vec<(usize, usize, String)> = Vec::new();
    for at in memchr::memmem::find_iter(json.as_bytes(), "\"data:") {
        places.extend(string(json, at).and_then(|text| Some((at + 1, at + 1 + text.len(), data_uri(text)?))));
    }
    // In JSON inside a string, also where that is only a part of the string, as DSPy writes an image.
    for at in memchr::memmem::find_iter(json.as_bytes(), "\\\"data:") {
        let inside = json.get(at + 2..).unwrap_or_default();
        let end = memchr::memchr2(b'"', b'\\', inside.as_bytes()).filter(|e| inside.as_bytes().get(*e) == Some(&b'\\'));
        let text = end.and_then(|end| inside.get(..end));
        places.extend(text.and_then(|text| Some((at + 2, at + 2 + text.len(), data_uri(text)?))));
    }
    for name in IMAGES {
        for at in memchr::memmem::find_iter(json.as_bytes(), name) {
            let from = at + name.len();
            let Some(after) = json.get(from..).map(str::trim_start).and_then(|t| t.strip_prefix(':')) else { continue };
            let from = json.len() - after.trim_start().len();
            let Some(text) = string(json, from).filter(|t| t.len() > SHORT && !t.starts_with("data:")) else {
                continue;
            };
            if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b)) {
                places.push((from + 1, from + 1 + text.len(), describe("image", text)));
            }
        }
    }
    if places.is_empty() {
        return Cow::Borrowed(json);
    }
    places.sort_unstable();
    let (mut told, mut from) = (String::new(), 0);
    for (start, end, what) in places {
        told.push_str(json.get(from..start).unwrap_or_default());
        told.push_str("▣ ");
        told.push_str(&what);
        from = end;
    }
    told.push_str(json.get(from..).unwrap_or_default());
    Cow::Owned(told)
}

/// The JSON string without escapes that begins with the quote at `at`.
fn string(json: &str, at: usize) -> Option<&str> {
    let inside = json.get(at..)?.strip_prefix('"')?;
    let end = memchr::memchr2(b'"', b'\\', inside.as_bytes())?;
    inside.get(..end).filter(|_| inside.as_bytes().get(end) == Some(&b'"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_by_type_and_size_and_all_else_is_left() {
        let bytes = "QUJD".repeat(40);
        let json = format!(r#"{{"file":"data:application/pdf;base64,{bytes}","n":[1,"é"],"b64_json" : "{bytes}"}}"#);
        let told = r#"{"file":"▣ application/pdf · 120 bytes · inline","n":[1,"é"],"b64_json" : "▣ image · 120 bytes · inline"}"#;
        assert_eq!(without_bytes(&json), told);
        let dspy = format!(r#"{{"q":"<<START>>[{{\"url\": \"data:image/png;base64,{bytes}\"}}]<<END>> what?"}}"#);
        let told = r#"{"q":"<<START>>[{\"url\": \"▣ image/png · 120 bytes · inline\"}]<<END>> what?"}"#;
        assert_eq!(without_bytes(&dspy), told);
        for other in [
            r#"{"a":"data: the figures of the year, which are long enough to be taken for something else, or not"}"#
                .to_owned(),
            r#"{"b64_json":"short"}"#.to_owned(),
            format!(r#"{{"b64_json":"{}"}}"#, "two words ".repeat(20)),
            format!(r#"{{"a":"data:image/png;base64,{bytes}"#),
            "{}".to_owned(),
        ] {
            assert_eq!(without_bytes(&other), other);
        }
    }
}
