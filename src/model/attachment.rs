//! What MLflow keeps apart from a trace: `mlflow-attachment://ID?content_type=image%2Fpng&size=70&…` stands in its place.

/// What such an address says of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// By which MLflow finds it.
    pub id: &'a str,
    /// "image/png", "70 bytes", a file's name, where they are known.
    pub facts: Vec<String>,
}

/// Reads an address; `None` for anything else, and for a text that only begins with one.
#[must_use]
pub fn attachment(address: &str) -> Option<Attachment<'_>> {
    let rest = address.trim().strip_prefix("mlflow-attachment://")?;
    if rest.contains(char::is_whitespace) {
        return None;
    }
    let (id, query) = rest.split_once('?').unwrap_or((rest, ""));
    let value = |keys: &[&str]| {
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, v)| keys.contains(k) && !v.is_empty())
    };
    let name = value(&["filename", "file_name", "name"]).map(|(_, v)| decoded(v));
    let kind = value(&["content_type", "mime_type"]).map(|(_, v)| decoded(v));
    let size = value(&["size"]).map(|(_, v)| format!("{} bytes", decoded(v)));
    Some(Attachment { id, facts: [kind, name, size].into_iter().flatten().collect() })
}

/// Without the escapes of an address.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let meant = digits.and_then(|d| u8::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok());
        out.push(meant.unwrap_or(*byte));
        at += if meant.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_type_name_and_size() {
        let facts = |address: &str| attachment(address).map(|a| (a.id.to_owned(), a.facts.join(" · ")));
        let some = |id: &str, facts: &str| Some((id.to_owned(), facts.to_owned()));
        let whole = "mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70&filename=a%20b.png";
        assert_eq!(facts(whole), some("a1", "image/png · a b.png · 70 bytes"));
        assert_eq!(facts("mlflow-attachment://a1?content_type=application/pdf"), some("a1", "application/pdf"));
        assert_eq!(facts("mlflow-attachment://a1"), some("a1", ""));
        assert_eq!(facts("mlflow-attachment://a1?size=%f"), some("a1", "%f bytes"));
        assert_eq!(facts("mlflow-attachment://a1 and more"), None);
        assert_eq!(facts("https://a1"), None);
    }
}
