//! How values look to a person on the command line.

use crate::model::Time;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time in the zone of the person who reads it.
#[must_use]
pub fn when(time: Time) -> String {
    Timestamp::from_millisecond(time.0).map_or_else(
        |_| time.to_string(),
        |t| t.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string(),
    )
}

/// `1 trace`, `2 traces`, `2 entries`.
#[must_use]
pub fn count(n: u64, one: &str) -> String {
    match (n, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (n, Some(stem)) => format!("{n} {stem}ies"),
        (n, None) => format!("{n} {one}s"),
    }
}

/// An argument as a shell takes it.
#[must_use]
pub fn shell(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_shell() {
        assert_eq!(shell("label_summaries"), "label_summaries");
        assert_eq!(shell("it's mine"), "'it'\\''s mine'");
        assert_eq!(shell(""), "''");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!((count(1, "trace"), count(0, "trace")), ("1 trace".to_owned(), "0 traces".to_owned()));
        assert_eq!(count(2, "entry"), "2 entries");
    }
}
