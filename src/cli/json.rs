//! JSON that is safe to look at: control and format characters are escaped as `\uXXXX`.

use crate::text::acts;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Escapes what [`acts`] on a terminal in JSON text, where they can only stand inside strings (serde_json escapes those below U+0020).
#[must_use]
pub fn escape(json: &str) -> Cow<'_, str> {
    let bad = |c: char| c != '\n' && acts(c);
    if json.is_ascii() && !json.contains('\u{7f}') || !json.contains(bad) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    let mut units = [0u16; 2];
    for c in json.chars() {
        if bad(c) {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_format_characters_are_escaped_and_mean_the_same() {
        let value = serde_json::json!({"a": "x\u{202e}y\u{7f}\u{9b}31m\u{e0041}é\u{200d}", "b": [1, null]});
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let escaped = escape(&text);
            assert!(!escaped.chars().any(|c| c != '\n' && acts(c)), "{escaped}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        }
        assert!(matches!(escape("{\"a\":\"é\"}"), Cow::Borrowed(_)));
    }
}
