//! ReAct in plain words: what a model does is a line "Action:", and what came back is handed to it as a user's message that
//! begins with "Observation:". Nobody said that.

use super::{Message, Part, Role};

/// Gives observations to the tools that they come from.
pub(super) fn observed(messages: &mut [Message]) {
    let mut acted: Option<String> = None;
    for message in messages {
        match message.role {
            Role::Assistant => acted = action(&message.text()),
            Role::User => {
                if let Some(tool) = acted.take()
                    && let [Part::Text(text)] = message.parts.as_slice()
                    && let Some(words) = text.trim_start().strip_prefix("Observation:")
                {
                    *message = Message { name: Some(tool), ..Message::words(Role::Tool, words.trim()) };
                }
            }
            _ => {}
        }
    }
}

/// The tool of the last line "Action: …".
fn action(text: &str) -> Option<String> {
    let line = text.lines().rev().find_map(|line| line.trim().strip_prefix("Action:"))?.trim();
    let name = line.split(['(', '[', '{']).next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observation_is_a_tool_s_only_after_an_action() {
        let said = |role, text: &str| Message::words(role, text);
        let mut all = [
            said(Role::User, "Observation: it squeaks"),
            said(Role::Assistant, "Thought: I look\nAction: stock\nAction Input: chain"),
            said(Role::User, "Observation: 7 pieces"),
            said(Role::Assistant, "Final Answer: seven"),
            said(Role::User, "Observation: still squeaks"),
        ];
        observed(&mut all);
        let roles: Vec<_> = all.iter().map(|m| (m.role, m.name.as_deref(), m.text())).collect();
        assert_eq!(roles[0], (Role::User, None, "Observation: it squeaks".to_owned()));
        assert_eq!(roles[2], (Role::Tool, Some("stock"), "7 pieces".to_owned()));
        assert_eq!(roles[4].0, Role::User);
    }
}
