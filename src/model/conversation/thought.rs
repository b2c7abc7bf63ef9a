//! Thoughts that a model writes into its words: `<think>…</think>` where an answer begins (DeepSeek, Qwen). Elsewhere, or
//! without its end, it is a text like any other.

use super::{Message, Part, Role};

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Tells the thoughts of these messages apart from their words.
pub(in crate::model) fn apart(messages: &mut [Message]) {
    for message in messages.iter_mut().filter(|m| m.role == Role::Assistant) {
        let first = message.parts.iter().position(|p| !matches!(p, Part::Reasoning(_)));
        let Some(at) = first else { continue };
        let Some(Part::Text(text)) = message.parts.get(at) else { continue };
        let Some(inside) = text.trim_start().strip_prefix(OPEN) else { continue };
        let Some((thought, words)) = inside.split_once(CLOSE) else { continue };
        let (thought, words) = (thought.trim(), words.trim_start());
        let parts = [
            (!thought.is_empty()).then(|| Part::Reasoning(thought.into())),
            (!words.is_empty()).then(|| Part::Text(words.into())),
        ];
        message.parts.splice(at..=at, parts.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, role: Role) -> Vec<Part> {
        let mut messages = [Message::words(role, text)];
        apart(&mut messages);
        messages[0].parts.clone()
    }

    #[test]
    fn only_a_thought_that_opens_an_answer_stands_apart() {
        let (thought, words) = (Part::Reasoning("hm".into()), Part::Text("A".into()));
        assert_eq!(read("<think>\nhm\n</think>\n\nA", Role::Assistant), [thought.clone(), words.clone()]);
        assert_eq!(read("\n<think></think>A", Role::Assistant), [words], "Qwen without a thought");
        assert_eq!(read("<think>hm</think>", Role::Assistant), [thought]);
        for text in ["<think>never ends", "Use <think>x</think>", "</think>A"] {
            assert_eq!(read(text, Role::Assistant), [Part::Text(text.into())], "{text}");
        }
        let asked = "<think>hm</think>A";
        assert_eq!(read(asked, Role::User), [Part::Text(asked.into())], "a person may write what they like");
    }
}
