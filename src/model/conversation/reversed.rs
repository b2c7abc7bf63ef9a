//! A chat as the one saw it who began it: what that one said is the assistant's there, and whoever answered is a user by name
//! (AutoGen's `chat_history`).

use super::assemble::same_words;
use super::{Message, Role};

/// Gives such a chat its roles back, and takes out of it the question that it begins with.
pub(super) fn reversed(heard: &[Message], told: &mut Vec<Message>) {
    let Some(asked) = heard.iter().rev().find(|m| m.role == Role::User) else { return };
    let Some(first) = told.first().filter(|m| m.role == Role::Assistant && m.name.is_some()) else { return };
    let same = same_words(&Message { role: Role::User, ..first.clone() }, asked);
    let others = told.iter().filter(|m| m.role == Role::User);
    if !same || others.clone().next().is_none() || !others.clone().all(|m| m.name.is_some() && m.name != first.name) {
        return;
    }
    told.remove(0);
    for message in told.iter_mut().filter(|m| m.name.is_some()) {
        message.role = match message.role {
            Role::Assistant => Role::User,
            Role::User => Role::Assistant,
            other => other,
        };
    }
}
