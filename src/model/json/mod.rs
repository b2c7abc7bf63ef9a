//! JSON as traces need it: borrowed, iterative, exact.
//!
//! `serde_json::Value` would do for most of it, but not here: numbers keep the digits they were written with,
//! Python's `NaN` and lone surrogates are read instead of refused, depth is bounded by a number and not by the stack,
//! and a string is only unescaped where somebody looks into it (an import mostly copies).

mod parse;
mod text;
mod write;

pub use parse::{
    JsonError, MAX_DEPTH, Oddities, is_heavy, is_json, parse, parse_as_written, parse_level_to_cut, parse_shape,
    parse_to_cut, parse_top,
};
pub use text::{escape, literal, unescape};

use std::borrow::Cow;

/// A JSON value that borrows from the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// A number, `true`, `false` or `null`, as written.
    Atom(Cow<'a, str>),
    /// The inside of a string literal, escapes still in it (checked: they are well-formed).
    Escaped(&'a str),
    /// The same where every escape is spelled canonically: it can be copied as it stands.
    Canonical(&'a str),
    /// A string without escapes.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object: every key once, in the order of the source or sorted (see [`Json::object`], [`Json::sorted`]).
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
    /// An array or object as it was written, which nobody has looked into (see [`parse_top`]).
    Unread(&'a str),
}

/// Up to this many members an object is in the order of its source, and looked through from its beginning.
pub const WIDE: usize = 4096;

/// `null`.
pub const NULL: Json<'static> = Json::Atom(Cow::Borrowed("null"));

impl<'a> Json<'a> {
    /// An object out of its members, in their order (what people read). Of two with one key both stay, so that both can be
    /// read; the later value is the one that is found, as in Python. More than [`WIDE`] members are sorted: nobody reads
    /// them in order.
    #[must_use]
    pub fn object(members: Vec<(Cow<'a, str>, Self)>) -> Self {
        if members.len() > WIDE { Self::sorted(members) } else { Self::Object(members) }
    }

    /// The same sorted by key: the canonical form, which is stored and hashed.
    #[must_use]
    pub fn sorted(mut members: Vec<(Cow<'a, str>, Self)>) -> Self {
        if !members.is_sorted_by(|a, b| a.0 < b.0) {
            members.reverse();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members.dedup_by(|later, first| later.0 == first.0);
        }
        Self::Object(members)
    }

    /// A string.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A whole number.
    #[must_use]
    pub fn int(n: i64) -> Self {
        Self::Atom(n.to_string().into())
    }

    /// A member of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        place(members, key).and_then(|i| members.get(i)).map(|(_, v)| v)
    }

    /// A member that is there and not `null`.
    #[must_use]
    pub fn some(&self, key: &str) -> Option<&Self> {
        self.get(key).filter(|v| !v.is_null())
    }

    /// Takes a member out of an object.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        let Self::Object(members) = self else { return None };
        let at = place(members, key)?;
        Some(members.remove(at).1)
    }

    /// Puts a member into an object (anything else stays as it is).
    pub fn put(&mut self, key: &'static str, value: Self) {
        let Self::Object(members) = self else { return };
        if let Some(member) = place(members, key).and_then(|at| members.get_mut(at)) {
            member.1 = value;
            return;
        }
        // A sorted object stays one.
        let sorted = members.is_sorted_by(|a, b| a.0 < b.0);
        let at = if sorted { members.partition_point(|(k, _)| k.as_ref() < key) } else { members.len() };
        members.insert(at, (Cow::Borrowed(key), value));
        if !sorted && members.len() > WIDE {
            members.sort_by(|a, b| a.0.cmp(&b.0));
        }
    }

    /// The members of an object; of anything else none.
    #[must_use]
    pub fn members(&self) -> &[(Cow<'a, str>, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The elements of an array; of anything else none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Self::Array(items) = self { items } else { &[] }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Atom(a) if a == "null")
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        match self {
            Self::Unread(text) => text.starts_with('{'),
            other => matches!(other, Self::Object(_)),
        }
    }

    /// What `read` makes of it, looked into first where nobody has: so many further levels.
    pub fn looked_into<T>(&self, levels: usize, read: impl FnOnce(&Json<'_>) -> T) -> T {
        match self {
            Self::Unread(text) => read(parse_top(text, levels).as_ref().unwrap_or(&NULL)),
            known => read(known),
        }
    }

    /// A string's text.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Escaped(raw) | Self::Canonical(raw) => Some(unescape(raw)),
            Self::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    /// A whole number, also one written as a string or with an empty fraction (`"3"`, `3.0`).
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        let text = match self {
            Self::Atom(a) => Cow::Borrowed(a.as_ref()),
            other => other.as_text()?,
        };
        let text = text.trim();
        text.parse().ok().or_else(|| {
            let n: f64 = text.parse().ok()?;
            #[allow(clippy::cast_possible_truncation)]
            (n.is_finite() && n.abs() < 9.0e18).then_some(n as i64)
        })
    }

    /// What a person would read: a string's text, anything else as JSON.
    #[must_use]
    pub fn plain(&self) -> String {
        self.as_text().map_or_else(|| self.to_json(), Cow::into_owned)
    }
}

/// Where a key is.
fn place(members: &[(Cow<'_, str>, Json<'_>)], key: &str) -> Option<usize> {
    if members.len() > WIDE {
        return members.binary_search_by(|(k, _)| k.as_ref().cmp(key)).ok();
    }
    members.iter().rposition(|(k, _)| k == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_keep_their_digits_and_strings_their_meaning() {
        let (json, odd) =
            parse(r#" {"b": 1.10, "a": 123456789012345678901234567890, "c": "\u00e9\/\u001B" } "#).unwrap();
        assert_eq!(json.to_json(), r#"{"a":123456789012345678901234567890,"b":1.10,"c":"é/\u001b"}"#);
        assert!(odd.is_empty());
    }

    #[test]
    fn python_s_odd_tokens_stay_visible_and_are_counted() {
        let (json, odd) = parse(r#"{"a":NaN,"b":-Infinity,"c":"x\ud83dy","d":"\ud83d\ude00","a":Infinity}"#).unwrap();
        assert_eq!(json.to_json(), r#"{"a":"Infinity","b":"-Infinity","c":"x\\ud83dy","d":"😀"}"#);
        assert_eq!((odd.not_a_number, odd.lone_surrogates, odd.repeated_keys), (3, 1, 1));
    }

    #[test]
    fn what_is_read_as_written_keeps_the_order_of_its_keys() {
        let text = r#"{"verdict":1,"because":{"z":1,"b":2},"a":3,"verdict":4}"#;
        let (json, odd) = parse_as_written(text).unwrap();
        // Both values of a key can be read; the later one counts.
        assert_eq!(json.to_json(), text);
        assert_eq!(json.get("verdict").map(Json::plain), Some("4".into()));
        assert_eq!((odd.repeated_keys, json.get("a").map(Json::plain)), (0, Some("3".into())));
        assert_eq!(parse_shape(text).unwrap().0, json);
        // One that is too wide to be read is found in all the same.
        let wide: Vec<String> = (0..=WIDE).rev().map(|n| format!("\"k{n}\":{n}")).collect();
        let wide = format!("{{{}}}", wide.join(","));
        let mut json = parse_as_written(&wide).unwrap().0;
        assert_eq!(json.get("k17").map(Json::plain), Some("17".into()));
        json.put("k17", Json::int(0));
        assert_eq!((json.take("k17").map(|v| v.plain()), json.get("k17")), (Some("0".into()), None));
    }

    #[test]
    fn escapes_mean_the_same_wherever_they_stand() {
        // Texts are read eight bytes at a time: every escape once at every place.
        for (escape, meant) in [
            (r#"\""#, "\""),
            (r"\\", "\\"),
            (r"\/", "/"),
            (r"\n", "\n"),
            (r"\u00e9", "é"),
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d", r"\ud83d"),
            (r"\q", r"\q"),
            (r"\u12", r"\u12"),
            (r"\", r"\"),
            ("日", "日"),
        ] {
            for before in 0..20 {
                for after in [0, 3, 9, 40] {
                    let around = |mid: &str| format!("{}{mid}{}", "é".repeat(before), "x ".repeat(after));
                    assert_eq!(unescape(&around(escape)), around(meant), "{escape} {before} {after}");
                }
            }
        }
    }

    #[test]
    fn what_holds_too_many_values_is_not_looked_through_for_a_shape() {
        let table = |n: usize| format!("[{}0]", r#"{"id":1,"name":"of a row in a table"},"#.repeat(n));
        assert!(parse_shape(&table(100)).is_ok());
        assert!(parse_shape(&table(30_000)).is_err());
        // Whatever the values look like: what is read of a text of any size stays within bounds.
        for unit in ["1,", "\"\",", "[],", "{},", "[[]],", r#"{"a":1},"#, r#""{\"a\":1}","#, "null,"] {
            for bytes in [900 << 10, 5 << 20] {
                let text = format!("[{}0]", unit.repeat(bytes / unit.len()));
                let held = parse_shape(&text).map_or(0, |(json, _)| bytes_of(&json));
                assert!(held <= 20 << 20, "{unit} of {bytes}: {held}");
                let held = parse_to_cut(&text).map_or(0, |(json, _)| bytes_of(&json));
                assert!(held <= 64 << 20, "to cut: {unit} of {bytes}: {held}");
            }
        }
        // Words are no values, whatever stands in them, and vectors beside documents hide none.
        assert!(parse_shape(&format!("[\"{}\"]", "prose, {of} [a]: \\\"kind\\\" ".repeat(200_000))).is_ok());
        let vector = format!("[{}0]", "0.0123456789,".repeat(1535));
        let document = format!(r#"{{"page_content":"words","embedding":{vector}}}"#);
        assert!(parse_shape(&format!("[{}]", vec![document; 150].join(","))).is_ok());
    }

    /// Memory of a value beside the text that it borrows from.
    fn bytes_of(json: &Json<'_>) -> usize {
        match json {
            Json::Array(items) => items.capacity() * size_of::<Json<'_>>() + items.iter().map(bytes_of).sum::<usize>(),
            Json::Object(members) => {
                let own = members.capacity() * size_of::<(Cow<'_, str>, Json<'_>)>();
                own + members.iter().map(|(_, v)| bytes_of(v)).sum::<usize>()
            }
            _ => 0,
        }
    }

    #[test]
    fn depth_is_refused_not_overflowed() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&deep(MAX_DEPTH)).is_ok());
        assert!(parse(&deep(MAX_DEPTH + 1)).is_err());
        assert!(is_json(&deep(1_000_000)));
        assert!(!is_json(&"[".repeat(1_000_000)));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (bad, at) in [
            ("", 0),
            ("{\"a\":}", 5),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("[1 2]", 3),
            ("\"abc", 4),
            ("\"\\x\"", 1),
            ("tru", 0),
            ("01", 1),
            ("1.", 0),
            ("{} {}", 3),
        ] {
            assert_eq!(parse(bad).unwrap_err().at, at, "{bad}");
            assert!(!is_json(bad), "{bad}");
        }
    }

    /// Any JSON value that serde_json can hold.
    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "\\PC{0,6}".prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::btree_map("[a-c\\PC]{0,3}", inner, 0..5)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
            ]
        })
    }

    /// The same value as another program would write it: keys backwards, spread out, every character escaped.
    fn otherwise(value: &serde_json::Value, out: &mut String) {
        let quote = |text: &str| {
            let units: Vec<String> = text.encode_utf16().map(|u| format!("\\u{u:04X}")).collect();
            format!("\"{}\"", units.concat())
        };
        match value {
            serde_json::Value::String(text) => out.push_str(&quote(text)),
            serde_json::Value::Array(items) => {
                out.push_str("[\n\t");
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { " , " } else { "" });
                    otherwise(item, out);
                }
                out.push_str("\r\n]");
            }
            serde_json::Value::Object(members) => {
                out.push_str("{ ");
                for (i, (key, item)) in members.iter().rev().enumerate() {
                    out.push_str(if i > 0 { "\n,\n" } else { "" });
                    out.push_str(&quote(key));
                    out.push_str(" : ");
                    otherwise(item, out);
                }
                out.push_str(" }");
            }
            other => out.push_str(&other.to_string()),
        }
    }

    proptest! {
        /// Order apart, it is the same value.
        #[test]
        fn what_is_read_as_written_is_what_is_read_sorted(value in value()) {
            let mut other = String::new();
            otherwise(&value, &mut other);
            let written = parse_as_written(&other).unwrap().0.to_json();
            prop_assert_eq!(parse(&written).unwrap().0.to_json(), parse(&other).unwrap().0.to_json());
        }

        #[test]
        fn canonical_json_does_not_depend_on_key_order_whitespace_or_escapes(value in value()) {
            let plain = value.to_string();
            let mut other = String::from(" \n");
            otherwise(&value, &mut other);
            let canonical = parse(&other).unwrap().0.to_json();
            prop_assert_eq!(&parse(&plain).unwrap().0.to_json(), &canonical);
            prop_assert_eq!(&parse(&canonical).unwrap().0.to_json(), &canonical);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&canonical).unwrap(), value);
        }

        /// What is not looked into is there all the same.
        #[test]
        fn reading_the_upper_levels_alone_loses_nothing(value in value(), levels in 0usize..5) {
            let canonical = parse(&value.to_string()).unwrap().0.to_json();
            let top = parse_top(&canonical, levels).unwrap();
            prop_assert_eq!(top.to_json(), &canonical[..]);
            prop_assert_eq!(top.looked_into(usize::MAX, |json| json.to_json()), canonical);
        }

        /// serde_json is the reference for everything that both accept.
        #[test]
        fn reads_what_serde_json_reads(text in "[\\[\\]{}:,\"a\\\\u0d8n1.e\\- ]{0,24}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text).ok();
            let ours = parse(&text).ok();
            if let Some(theirs) = theirs {
                let (ours, _) = ours.expect("serde_json reads it");
                let again: serde_json::Value = serde_json::from_str(&ours.to_json()).unwrap();
                prop_assert_eq!(again, theirs);
            }
            prop_assert_eq!(parse(&text).is_ok(), is_json(&text));
        }

        #[test]
        fn a_literal_is_what_reading_it_gives(text in r#"\PC{0,20}|[ \n]?"([a-z日]|[\\]{1,2}["nu\\]|[\\]ud83d|"){0,30}"[ ,]?"#) {
            let read = parse(&text).ok().filter(|_| text.contains('"'));
            let read = read.and_then(|(json, _)| json.as_text().map(Cow::into_owned));
            prop_assert_eq!(literal(&text).map(Cow::into_owned), read);
            let quoted = escape(&text);
            prop_assert_eq!(literal(&quoted).map(Cow::into_owned), Some(text));
        }

        #[test]
        fn escaping_and_unescaping_are_inverse(text in any::<String>()) {
            let quoted = escape(&text);
            let theirs: String = serde_json::from_str(&quoted).unwrap();
            prop_assert_eq!(&theirs, &text);
            prop_assert_eq!(unescape(&quoted[1..quoted.len() - 1]).into_owned(), text.clone());
            prop_assert_eq!(quoted, serde_json::to_string(&text).unwrap());
        }
    }
}
