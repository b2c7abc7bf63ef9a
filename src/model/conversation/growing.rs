//! A state told again each time it has grown (LangGraph's `stream_mode="values"`): the last one is all there is to tell.

use super::messages::lists;
use crate::model::json::Json;

/// The last of a list of states each of which goes on with the one before.
pub(super) fn last<'j, 'a>(states: &'j [Json<'a>]) -> Option<&'j Json<'a>> {
    let last = states.last().filter(|_| states.len() > 1)?;
    let grows = states.windows(2).all(|pair| match pair {
        [a, b] => a.is_object() && b.is_object() && goes_on(a, b),
        _ => false,
    });
    // Rows that are all alike are rows.
    (grows && states.first() != Some(last)).then_some(last)
}

/// All that was there is still there. Where a list of messages says that it is the same conversation, what stands beside
/// it may have changed.
fn goes_on(before: &Json<'_>, after: &Json<'_>) -> bool {
    if before.some("role").is_some() {
        // Messages are no states.
        return false;
    }
    let same = |list: &Json<'_>, longer: &Json<'_>| longer.items().starts_with(list.items());
    let listed = |key: &&str| before.some(key).is_some_and(|v| matches!(v, Json::Array(_)) && !v.items().is_empty());
    if let Some(key) = lists().find(|k| listed(k)) {
        let (list, longer) = (before.some(key), after.some(key));
        return list.zip(longer).is_some_and(|(list, longer)| same(list, longer));
    }
    !before.members().is_empty()
        && before.members().iter().all(|(key, value)| match (value, after.get(key)) {
            (Json::Array(_), Some(longer @ Json::Array(_))) => same(value, longer),
            (value, Some(now)) => value.is_null() || value == now,
            (_, None) => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str) -> Option<String> {
        last(parse(text).unwrap().0.items()).map(Json::to_json)
    }

    #[test]
    fn of_states_that_grow_the_last_is_told() {
        let states = r#"[{"messages":[{"a":1}],"n":1},{"messages":[{"a":1},{"b":2}],"n":2}]"#;
        assert_eq!(read(states).as_deref(), Some(r#"{"messages":[{"a":1},{"b":2}],"n":2}"#));
        let plain = r#"[{"topic":"cats"},{"joke":"J","topic":"cats"}]"#;
        assert_eq!(read(plain).as_deref(), Some(r#"{"joke":"J","topic":"cats"}"#));
        for rows in [
            r#"[{"messages":[{"a":1}]},{"messages":[{"b":2}]}]"#,
            r#"[{"role":"user","content":"Q"},{"role":"assistant","content":"A"}]"#,
            r#"[{"a":1},{"a":2}]"#,
            r#"[{"a":1},{"a":1}]"#,
            r#"[{"a":1}]"#,
            "[1,2]",
            "[{},{}]",
        ] {
            assert_eq!(read(rows), None, "{rows}");
        }
    }
}
