//! JSON without whitespace, keys as they stand (canonical where they are sorted), one spelling of every escape, numbers as they were written.

use super::Json;
use super::text::{push_escaped, push_respelled};

impl Json<'_> {
    /// The canonical text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// Appends the canonical text. Recursion is bounded: no value is deeper than [`super::MAX_DEPTH`] and a little.
    pub fn write(&self, out: &mut String) {
        match self {
            Self::Atom(text) => out.push_str(text),
            Self::Unread(text) => out.push_str(text),
            Self::Escaped(raw) => {
                out.push('"');
                push_respelled(out, raw);
                out.push('"');
            }
            Self::Canonical(raw) => {
                out.push('"');
                out.push_str(raw);
                out.push('"');
            }
            Self::Text(text) => {
                out.push('"');
                push_escaped(out, text);
                out.push('"');
            }
            Self::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (i, (key, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    out.push('"');
                    push_escaped(out, key);
                    out.push_str("\":");
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}
