//! What a program wrote of objects that it could not write as JSON: Python's `repr`. A message is read out of it
//! (`ChatMessage(role=<MessageRole.USER: 'user'>, …)`), as if it were the object.

use super::roles::role_of;
use crate::model::json::{Json, NULL, is_json};

/// Values inside values are followed this far.
const DEPTH: usize = 32;

/// A message that was written as a text: an object of what stood in it, with its role.
pub(super) fn repr_of(value: &Json<'_>) -> Option<Json<'static>> {
    let (Json::Escaped(raw) | Json::Canonical(raw)) = value else {
        let Json::Text(text) = value else { return None };
        return if begins(text) { read(text) } else { None };
    };
    // Most texts need not be decoded to see that they are none.
    if begins(raw) { read(&value.as_text()?) } else { None }
}

/// Any value that Python printed, whole.
pub(super) fn printed(text: &str) -> Option<Json<'static>> {
    let mut reader = Reader { rest: text };
    reader.value(DEPTH).filter(|_| reader.rest.trim().is_empty())
}

/// `…Message(name=`
fn begins(text: &str) -> bool {
    let text = text.trim_start();
    let Some((class, rest)) = text.get(..text.floor_char_boundary(96)).and_then(|t| t.split_once('(')) else {
        return false;
    };
    let named = class.ends_with("Message") || class.ends_with("MessageChunk");
    let key = rest.split_once('=').is_some_and(|(key, _)| key.chars().all(in_name) && !key.is_empty());
    named && key && class.chars().all(in_name)
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.')
}

fn read(text: &str) -> Option<Json<'static>> {
    let class = text.trim_start().split('(').next()?.rsplit('.').next()?;
    let mut found = printed(text).filter(Json::is_object)?;
    if found.some("role").or_else(|| found.some("_role")).is_none() {
        let role = role_of(class).map(|_| class.to_ascii_lowercase())?;
        found.put("role", Json::text(role));
    }
    Some(found)
}

/// Python's literals, and calls of classes with named arguments.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn value(&mut self, depth: usize) -> Option<Json<'static>> {
        let depth = depth.checked_sub(1)?;
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            quote @ ('\'' | '"') => self.text(quote).map(Json::text),
            '[' => self.list(']', depth),
            '(' => self.list(')', depth),
            '{' => self.dict(depth),
            '<' => self.angle(depth),
            _ => self.word(depth),
        }
    }

    /// Takes what comes next, if it is this.
    fn takes(&mut self, c: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn text(&mut self, quote: char) -> Option<String> {
        let mut found = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    let (_, escape) = chars.next()?;
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    if digits > 0 {
                        let hex: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
                        found.push(char::from_u32(u32::from_str_radix(&hex, 16).ok()?).unwrap_or('\u{fffd}'));
                        continue;
                    }
                    match escape {
                        'n' => found.push('\n'),
                        't' => found.push('\t'),
                        'r' => found.push('\r'),
                        '\n' => {}
                        '\\' | '\'' | '"' => found.push(escape),
                        other => found.extend(['\\', other]),
                    }
                }
                c if c == quote => {
                    self.rest = self.rest.get(at + c.len_utf8()..)?;
                    return Some(found);
                }
                c => found.push(c),
            }
        }
        None
    }

    fn list(&mut self, end: char, depth: usize) -> Option<Json<'static>> {
        self.rest = self.rest.get(1..)?;
        let mut items = Vec::new();
        while !self.takes(end) {
            let class = self.class();
            let item = self.value(depth)?;
            // Objects in a row are told apart by their class, where nothing in them says what they are.
            let says = ["text", "type", "block_type", "role"].iter().any(|k| item.get(k).is_some());
            items.push(match class.filter(|_| item.is_object() && !says) {
                Some(class) => Json::object(vec![(class.into(), item)]),
                None => item,
            });
            if !self.takes(',') && !self.rest.starts_with(end) {
                return None;
            }
        }
        Some(Json::Array(items))
    }

    /// The class of the object that comes next, as a key: `ToolCall(…)` is a `tool_call`.
    fn class(&self) -> Option<String> {
        let (class, _) = self.rest.trim_start().split_once('(')?;
        let class = Some(class.rsplit('.').next()?).filter(|c| !c.is_empty() && c.chars().all(in_name))?;
        let mut found = String::new();
        for (at, c) in class.char_indices() {
            if c.is_ascii_uppercase() && at > 0 {
                found.push('_');
            }
            found.push(c.to_ascii_lowercase());
        }
        Some(found)
    }

    fn dict(&mut self, depth: usize) -> Option<Json<'static>> {
        self.rest = self.rest.get(1..)?;
        let mut members = Vec::new();
        while !self.takes('}') {
            let key = self.value(depth)?;
            if !self.takes(':') {
                return None;
            }
            members.push((key.plain().into(), self.value(depth)?));
            if !self.takes(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(Json::object(members))
    }

    /// `<Role.USER: 'user'>` is its value; anything else that stands so is a text.
    fn angle(&mut self, depth: usize) -> Option<Json<'static>> {
        let whole = self.rest;
        self.rest = self.rest.get(1..)?;
        let name = self.rest.find(|c| !in_name(c)).and_then(|at| self.rest.get(..at))?;
        self.rest = self.rest.get(name.len()..)?;
        if name.contains('.') && self.takes(':') {
            let found = self.value(depth)?;
            return self.takes('>').then_some(found);
        }
        let mut open = 1_usize;
        let end = self.rest.char_indices().find(|(_, c)| {
            open = open + usize::from(*c == '<') - usize::from(*c == '>');
            open == 0
        });
        let end = name.len() + 1 + end?.0 + 1;
        self.rest = whole.get(end..)?;
        Some(Json::text(whole.get(..end)?.to_owned()))
    }

    /// A number, `None`, or an object of a class.
    fn word(&mut self, depth: usize) -> Option<Json<'static>> {
        let end = self.rest.find(|c| !in_name(c) && !matches!(c, '-' | '+')).unwrap_or(self.rest.len());
        let word = self.rest.get(..end).filter(|w| !w.is_empty())?;
        let whole = self.rest;
        self.rest = self.rest.get(end..)?;
        if !self.rest.starts_with('(') {
            return Some(match word {
                "None" => NULL,
                "True" => Json::Atom("true".into()),
                "False" => Json::Atom("false".into()),
                number if is_json(number) => Json::Atom(number.to_owned().into()),
                other => Json::text(other.to_owned()),
            });
        }
        self.rest = self.rest.get(1..)?;
        let (mut members, mut named) = (Vec::new(), true);
        while !self.takes(')') {
            let key = self.rest.find(|c| !in_name(c)).and_then(|at| self.rest.get(..at)).unwrap_or_default();
            let value = match self.rest.get(key.len()..).and_then(|rest| rest.strip_prefix('=')) {
                Some(rest) if !key.is_empty() => {
                    self.rest = rest;
                    self.value(depth)?
                }
                _ => {
                    named = false;
                    self.value(depth)?
                }
            };
            members.push((key.to_owned().into(), value));
            if !self.takes(',') && !self.rest.starts_with(')') {
                return None;
            }
        }
        // `datetime.datetime(2026, 1, 1)`
        let text = || whole.get(..whole.len() - self.rest.len()).map(|t| Json::text(t.to_owned()));
        if named { Some(Json::object(members)) } else { text() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::messages;
    use super::super::{Part, Role, ToolCall};
    use super::*;

    fn told(text: &str, side: Role) -> Vec<(Role, Vec<Part>)> {
        let json = Json::Array(vec![Json::text(text)]);
        messages(&json, side).unwrap_or_default().into_iter().map(|m| (m.role, m.parts)).collect()
    }

    #[test]
    fn a_message_written_as_its_repr_says_who_speaks_and_what() {
        let words = |text: &str| vec![Part::Text(text.into())];
        for (text, role, said) in [
            (
                r#"ChatMessage(_role=<ChatRole.USER: 'user'>, _content=[TextContent(text="It's 4 °C?\nYes \u00e9")], _name=None, _meta={'n': 1})"#,
                Role::User,
                "It's 4 °C?\nYes é",
            ),
            (
                "ChatMessage(role=<MessageRole.SYSTEM: 'system'>, additional_kwargs={}, blocks=[TextBlock(block_type='text', text='Be brief.')])",
                Role::System,
                "Be brief.",
            ),
            ("HumanMessage(content='Hi', additional_kwargs={}, response_metadata={})", Role::User, "Hi"),
        ] {
            assert_eq!(told(text, Role::Assistant), [(role, words(said))], "{text}");
        }
        let call = "ChatMessage(_role=<ChatRole.ASSISTANT: 'assistant'>, _content=[ToolCall(tool_name='f', arguments={'n': 4, 'b': True}, id='c1', extra=None)], _name=None, _meta={'f': <function f.<locals>.g at 0x7f>, 't': datetime.datetime(2026, 1, 1)})";
        let called = ToolCall {
            id: Some("c1".into()),
            name: "f".into(),
            arguments: r#"{"n":4,"b":true}"#.into(),
            ..ToolCall::default()
        };
        assert_eq!(told(call, Role::User), [(Role::Assistant, vec![Part::Call(called)])]);
        let result = "ChatMessage(_role=<ChatRole.TOOL: 'tool'>, _content=[ToolCallResult(result='18', origin=ToolCall(tool_name='f', arguments={}, id='c1', extra=None), error=False)], _name=None, _meta={})";
        let came = Part::Result { id: Some("c1".into()), text: "18".into(), failed: false };
        assert_eq!(told(result, Role::Assistant), [(Role::Tool, vec![came])]);
    }

    #[test]
    fn other_texts_are_no_messages_and_nothing_is_too_deep_or_torn() {
        for text in [
            "Message(s) for you",
            "ChatMessage(role='user', content='cut",
            "ErrorMessage(code=7)",
            "ChatMessage(role='user') and more",
            "f(x=1)",
        ] {
            assert_eq!(told(text, Role::Assistant), [], "{text}");
        }
        let deep = format!("ChatMessage(role='user', content={}", "[".repeat(100_000));
        assert_eq!(told(&deep, Role::Assistant), []);
    }
}
