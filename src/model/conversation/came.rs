//! What came back for the calls that a root tells, earlier turns' among them: who asks again has the same called again, and
//! what comes back then is this turn's.

use super::calls::{answered, signature};
use super::handed::spelled;
use super::{Message, Part, ToolCall};
use std::collections::HashMap;

/// Results by name and arguments; `None` where nobody says what came back.
#[derive(Debug, Default)]
pub(super) struct Came(HashMap<String, Vec<Option<String>>>);

impl Came {
    /// Of all that a root heard and told.
    pub(super) fn of<'m>(messages: impl Iterator<Item = &'m Message>) -> Self {
        let mut messages: Vec<Message> = messages.cloned().collect();
        answered(&mut messages);
        let mut all: HashMap<String, Vec<Option<String>>> = HashMap::new();
        for part in messages.iter().flat_map(|m| &m.parts) {
            if let Part::Call(call) = part {
                all.entry(signature(call)).or_default().push(came(call).map(str::to_owned));
            }
        }
        Self(all)
    }

    /// The call was told, but every time with another result than this one's: it is another call.
    pub(super) fn otherwise(&self, call: &ToolCall) -> bool {
        let (Some(told), Some(now)) = (self.0.get(&signature(call)), came(call)) else { return false };
        let now = spelled(now);
        told.iter().all(|then| then.as_ref().is_some_and(|then| spelled(then) != now))
    }
}

fn came(call: &ToolCall) -> Option<&str> {
    call.error.as_deref().or(call.result.as_deref())
}
