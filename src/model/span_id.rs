//! Span and trace ids come as base64 (SDK), hex (v2, REST, OTLP, assessments) or `tr-` + hex. One form to compare them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// Hex of an id; the text itself where it is neither base64 of 8 or 16 bytes nor hex.
#[must_use]
pub fn readable(id: &str) -> String {
    if let Some(hex) = as_hex(id) {
        return hex;
    }
    match STANDARD.decode(id) {
        Ok(bytes) if bytes.len() == 8 || bytes.len() == 16 => to_hex(&bytes),
        _ => id.to_owned(),
    }
}

/// The lower-case digits of an id in hex, `0x` and `tr-` left out.
#[must_use]
pub fn as_hex(id: &str) -> Option<String> {
    let digits = id.strip_prefix("tr-").or_else(|| id.strip_prefix("0x")).unwrap_or(id);
    (matches!(digits.len(), 16 | 32) && digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .then(|| digits.to_ascii_lowercase())
}

/// MLflow's form in a span: base64 of the bytes of a hex id.
#[must_use]
pub fn to_base64(id: &str) -> Option<String> {
    let hex = as_hex(id)?;
    let bytes: Option<Vec<u8>> =
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(hex.get(i..i + 2)?, 16).ok()).collect();
    Some(STANDARD.encode(bytes?))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_id_reads_the_same() {
        for same in ["ngdqQmsssuE=", "9e076a426b2cb2e1", "9E076A426B2CB2E1", "0x9e076a426b2cb2e1"] {
            assert_eq!(readable(same), "9e076a426b2cb2e1");
        }
        assert_eq!(readable("KS1Fckqj+IslZiO1Ac0qYA=="), "292d45724aa3f88b256623b501cd2a60");
        assert_eq!(readable("tr-292d45724aa3f88b256623b501cd2a60"), "292d45724aa3f88b256623b501cd2a60");
        assert_eq!(readable("!!not base64 nor hex!!"), "!!not base64 nor hex!!");
        assert_eq!(to_base64("9e076a426b2cb2e1").unwrap(), "ngdqQmsssuE=");
        assert_eq!(to_base64("ngdqQmsssuE="), None);
    }
}
