//! Who speaks: the roles of chats, and those that applications make up, which nobody takes for the model's.

use super::{Message, Role};

/// Who speaks, by a role's or a class's name; also as Python writes it ("ChatRole.USER").
pub(super) fn role_of(word: &str) -> Option<Role> {
    let word = word.split_once("Role.").map_or(word, |(_, role)| role);
    Some(match word.to_ascii_lowercase().as_str() {
        "system" | "developer" | "systemmessage" | "systemmessagechunk" => Role::System,
        "user" | "human" | "humanmessage" | "chat_user" | "usermessage" | "humanmessagechunk" => Role::User,
        "assistant" | "tool-call" | "tool_call" | "ai" | "model" | "aimessage" | "aimessagechunk" | "chatbot"
        | "assistantmessage" | "gpt" | "bot" => Role::Assistant,
        "tool" | "function" | "tool-response" | "tool_response" | "toolmessage" | "functionmessage"
        | "toolmessagechunk" | "ipython" => Role::Tool,
        _ => return None,
    })
}

/// Who speaks in a role of an application's own: a person, what surrounds an agent, or somebody else.
pub(super) fn own_role(word: &str) -> Role {
    match word.to_ascii_lowercase().as_str() {
        "customer" | "caller" | "client" | "end_user" | "end-user" | "enduser" | "visitor" => Role::User,
        "observation" | "environment" => Role::Tool,
        _ => Role::Other,
    }
}

impl Role {
    /// May have given an answer: the model, or whom an application calls by a name of its own.
    pub(crate) fn answers(self) -> bool {
        matches!(self, Self::Assistant | Self::Other)
    }

    /// What stands above a message.
    fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Tool => "tool",
            Self::Other => "unknown",
        }
    }
}

impl Message {
    /// What stands above it, and the speaker's name beside that. A role of an application's own stands as it is written.
    pub(crate) fn heading(&self) -> (&str, Option<&str>) {
        let name = self.name.as_deref();
        let own = |name: &&str| own_role(name.split(" (").next().unwrap_or_default()) == self.role;
        match name.filter(own) {
            Some(role) => (role, None),
            None => (self.role.word(), name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::messages;
    use super::*;
    use crate::model::json::parse;

    #[test]
    fn a_role_of_an_application_s_own_is_told_as_it_is_written() {
        let text = r#"[{"role":"Customer","content":"1"},{"role":"agent","content":"2"},{"role":"observation","content":"3"},
            {"role":"critic","name":"Ann","content":"4"},{"role":"user","name":"Bo","content":"5"},{"role":"","content":"6"},
            {"role":"assistant","name":"planner","content":"7"},{"role":"customer","name":"Cy","content":"8"}]"#;
        let found = messages(&parse(text).unwrap().0, Role::User).unwrap();
        let told: Vec<_> = found.iter().map(|m| (m.role, m.heading())).collect();
        assert_eq!(
            told,
            [
                (Role::User, ("Customer", None)),
                (Role::Other, ("agent", None)),
                (Role::Tool, ("observation", None)),
                (Role::Other, ("critic (Ann)", None)),
                (Role::User, ("user", Some("Bo"))),
                (Role::Other, ("unknown", None)),
                (Role::Assistant, ("assistant", Some("planner"))),
                (Role::User, ("customer (Cy)", None)),
            ]
        );
    }
}
