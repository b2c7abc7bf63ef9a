//! Points in time: UTC, whole milliseconds.

use jiff::civil::{DateTime, date};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z. Printed as RFC 3339 with milliseconds and `Z`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

impl Time {
    /// Reads RFC 3339 (any offset, any fraction; cut to milliseconds).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond())).or_else(|| {
            // The last day of the year 9999 is no timestamp any more, and a favourite of hostile files.
            let civil: DateTime = text.trim_end_matches(['Z', 'z']).parse().ok()?;
            let since = civil.duration_since(EPOCH).as_millis();
            text.ends_with(['Z', 'z']).then(|| i64::try_from(since).ok().map(Self)).flatten()
        })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(t) => write!(f, "{t:.3}"),
            Err(_) => match EPOCH.checked_add(jiff::SignedDuration::from_millis(self.0)) {
                Ok(civil) => write!(f, "{civil:.3}Z"),
                Err(_) => write!(f, "{} ms", self.0),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_milliseconds_and_reads_them_back() {
        let t = Time(1_795_498_666_120);
        assert_eq!(t.to_string(), "2026-11-24T05:37:46.120Z");
        assert_eq!(Time::parse("2026-11-24T06:37:46.120999+01:00"), Some(t));
        assert_eq!(Time::parse("yesterday"), None);
        let last = Time::parse("9999-12-31T23:59:59.999999999Z").unwrap();
        assert_eq!(last.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Time(i64::MAX).to_string(), "9223372036854775807 ms");
    }
}
