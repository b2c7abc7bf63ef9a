//! Points in time as people write them in a filter.

use crate::model::Time;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// RFC 3339, or a date, or a date and time; without an offset it is UTC. Unix milliseconds.
pub(super) fn read(text: &str) -> Option<i64> {
    if let Some(time) = Time::parse(text) {
        return Some(time.0);
    }
    let civil: DateTime = match text.parse::<Date>() {
        // `parse::<Date>` also takes a date and time, and drops the time.
        Ok(date) if text.len() <= 10 => date.at(0, 0, 0, 0),
        _ => text.parse().ok()?,
    };
    TimeZone::UTC.to_timestamp(civil).ok().map(|t| t.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_as_utc_unless_they_say_otherwise() {
        assert_eq!(read("1970-01-02"), Some(86_400_000));
        assert_eq!(read("1970-01-01T00:01"), Some(60_000));
        assert_eq!(read("1970-01-01 00:00:01.5"), Some(1_500));
        assert_eq!(read("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(read("yesterday"), None);
        assert_eq!(read("1970-13-01"), None);
    }
}
