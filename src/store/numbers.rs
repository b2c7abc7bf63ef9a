//! Lists of numbers that lie close together (events, times), written as differences in a string: a person's undo stack is
//! part of a row that every act of theirs writes. Read as an array, too, as format 2 has them.

use crate::model::{EventNo, Time};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::marker::PhantomData;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Something that is a number.
pub(super) trait Number: Copy {
    fn get(self) -> i64;
    fn of(number: i64) -> Self;
}

impl Number for EventNo {
    fn get(self) -> i64 {
        self.0.cast_signed()
    }
    fn of(number: i64) -> Self {
        Self(number.cast_unsigned())
    }
}

impl Number for Time {
    fn get(self) -> i64 {
        self.0
    }
    fn of(number: i64) -> Self {
        Self(number)
    }
}

pub(super) fn serialize<N: Number, S: Serializer>(numbers: &[N], s: S) -> Result<S::Ok, S::Error> {
    let mut text = String::with_capacity(numbers.len() * 4 + 8);
    let mut last = 0i64;
    for number in numbers {
        if !text.is_empty() {
            text.push(' ');
        }
        write(&mut text, number.get().wrapping_sub(last));
        last = number.get();
    }
    s.serialize_str(&text)
}

fn write(text: &mut String, number: i64) {
    if number < 0 {
        text.push('-');
    }
    let (mut rest, mut digits, mut n) = (number.unsigned_abs(), [0; 13], 13);
    loop {
        n -= 1;
        digits[n] = DIGITS[(rest % 36) as usize];
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    text.extend(digits[n..].iter().map(|&digit| char::from(digit)));
}

pub(super) fn deserialize<'de, N: Number, D: Deserializer<'de>>(d: D) -> Result<Vec<N>, D::Error> {
    struct Either<N>(PhantomData<N>);

    impl<'de, N: Number> Visitor<'de> for Either<N> {
        type Value = Vec<N>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("numbers, as differences or one by one")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            let mut last = 0i64;
            let next = |part: &str| {
                last = last.wrapping_add(i64::from_str_radix(part, 36).map_err(E::custom)?);
                Ok(N::of(last))
            };
            text.split_ascii_whitespace().map(next).collect()
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Self::Value, A::Error> {
            let mut out = Vec::new();
            while let Some(number) = numbers.next_element::<i64>()? {
                out.push(N::of(number));
            }
            Ok(out)
        }
    }
    d.deserialize_any(Either(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row(#[serde(with = "super")] Vec<Time>);

    #[test]
    fn an_array_is_read_as_well() {
        assert_eq!(serde_json::from_str::<Row>("[3,7,5]").unwrap(), Row(vec![Time(3), Time(7), Time(5)]));
        assert_eq!(serde_json::to_string(&Row(vec![Time(3), Time(40), Time(5)])).unwrap(), "\"3 11 -z\"");
        assert!(serde_json::from_str::<Row>("\"3 ?\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers in prop::collection::vec(any::<i64>(), 0..20)) {
            let row = Row(numbers.into_iter().map(Time).collect());
            let text = serde_json::to_string(&row).unwrap();
            prop_assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
        }
    }
}
