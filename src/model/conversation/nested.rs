//! Attributes with dots in their names, put back into the shape that they were taken from.

use crate::model::json::Json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A tree of names; leaves are values.
enum Node<'a> {
    Leaf(Json<'a>),
    Inner(BTreeMap<String, Node<'a>>),
}

/// `{"tool_calls.0.function.name": "f"}` as `{"tool_calls": [{"function": {"name": "f"}}]}`. Numbers are places in a
/// list; where a name is both a value and a group, the group stays.
pub(super) fn unflatten<'k, 'a>(fields: impl Iterator<Item = (&'k str, Json<'a>)>) -> Json<'a> {
    let mut root: BTreeMap<String, Node<'a>> = BTreeMap::new();
    for (path, value) in fields {
        let mut at = &mut root;
        let mut names = path.split('.').take(16).peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                at.entry(name.to_owned()).or_insert(Node::Leaf(value));
                break;
            }
            let inner = at.entry(name.to_owned()).or_insert_with(|| Node::Inner(BTreeMap::new()));
            if let Node::Leaf(_) = inner {
                *inner = Node::Inner(BTreeMap::new());
            }
            let Node::Inner(next) = inner else { break };
            at = next;
        }
    }
    json(Node::Inner(root))
}

fn json(node: Node<'_>) -> Json<'_> {
    let names = match node {
        Node::Leaf(value) => return value,
        Node::Inner(names) => names,
    };
    if !names.is_empty() && names.keys().all(|k| k.len() < 10 && k.bytes().all(|b| b.is_ascii_digit())) {
        let mut list: Vec<(u32, Node<'_>)> = names.into_iter().map(|(k, v)| (k.parse().unwrap_or(0), v)).collect();
        list.sort_by_key(|(n, _)| *n);
        return Json::Array(list.into_iter().map(|(_, v)| json(v)).collect());
    }
    Json::object(names.into_iter().map(|(k, v)| (Cow::Owned(k), json(v))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_dots_become_lists_and_objects() {
        let fields =
            [("role", "assistant"), ("tool_calls.10.name", "b"), ("tool_calls.2.name", "a"), ("x.y", "1"), ("x", "2")];
        let found = unflatten(fields.into_iter().map(|(k, v)| (k, Json::text(v))));
        assert_eq!(found.to_json(), r#"{"role":"assistant","tool_calls":[{"name":"a"},{"name":"b"}],"x":{"y":"1"}}"#);
    }
}
