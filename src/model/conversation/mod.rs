//! The conversation in a trace: who said what, which tools were called and what they returned, which documents came in
//! between, and what went wrong. Out of the formats that frameworks really write, by shape rather than by name.

mod aside;
mod asks;
mod assemble;
mod attributes;
mod besides;
mod calls;
mod content;
mod dispatch;
mod earlier;
mod echoed;
mod ending;
mod envelopes;
mod events;
mod extras;
mod failed;
mod failures;
mod fields;
mod found;
mod functions;
mod given;
mod growing;
mod handed;
mod history;
mod inline;
mod interfaces;
mod items;
mod mcp;
mod media;
mod message;
mod messages;
mod named;
mod nested;
mod once;
mod order;
mod paired;
mod pending;
mod pieces;
mod prompts;
mod provided;
mod react;
mod reprs;
mod resumed;
mod reversed;
mod roles;
mod siblings;
mod single;
mod sources;
mod spoken;
mod stages;
mod stand_in;
mod state;
mod stream;
mod structured;
#[cfg(test)]
mod tests;
mod thought;
mod tools;
mod trajectory;
mod walk;
mod web;

pub(crate) use asks::stopped;
pub use assemble::conversation;
pub(super) use assemble::{first_input, last_output};
pub(super) use attributes::has_chat;
pub(super) use failed::failure;
pub(crate) use failed::reported;
pub use found::documents_in;
pub(super) use found::is_document;
pub(crate) use inline::{data_uri, without_bytes};
pub(super) use media::media;
pub(super) use messages::messages;
pub(super) use siblings::only_names;
pub(super) use single::single;
pub(super) use thought::apart;

use super::document::Document;
use std::sync::Arc;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
    /// Somebody in a role of the application's own, which is the message's name.
    Other,
}

/// A call of a tool, with what came back where that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// `tool_call_id`, where there is one.
    pub id: Option<String>,
    /// Name of the tool.
    pub name: String,
    /// Arguments as JSON text (or whatever was written).
    pub arguments: String,
    /// What it returned: JSON text or plain.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// What the model was given of it, where that is something else.
    pub given: Option<String>,
    /// Who called it, where several agents act.
    pub by: Option<String>,
    /// Who tells it.
    pub told_by: Teller,
    /// The documents that it returned, where nothing but the messages tells them.
    pub documents: Vec<Document>,
    /// The documents that it returned and the conversation tells in panels of their own.
    pub elsewhere: Option<Elsewhere>,
}

/// Who tells of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Teller {
    /// A message: the model's that made it, or the application's.
    #[default]
    Message,
    /// The tool's own span.
    Span,
    /// Either.
    Both,
}

/// Documents of a tool's result that stand in panels of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// How many.
    pub count: usize,
    /// Their panels stand before the call.
    pub above: bool,
    /// What the tool returned beside them, as JSON text.
    pub rest: Option<String>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words, maybe Markdown.
    Text(Arc<str>),
    /// A value that is not words, as JSON text.
    Data(Arc<str>),
    /// What the model thought before it spoke.
    Reasoning(Arc<str>),
    /// An image, a sound, a file: what it is, how large, where.
    Media(String),
    /// It refused, and said so.
    Refusal(Arc<str>),
    /// A call of a tool.
    Call(ToolCall),
    /// Where the words come from: title and place of what is cited.
    Source(String),
    /// What stands among messages and is none (an item of a kind that nobody knows, a server's tools): its kind, and JSON text.
    Item {
        /// As it is written.
        kind: Arc<str>,
        /// All of it.
        json: Arc<str>,
    },
    /// It ended before it was done, and why: "cut: length", "blocked: content_filter".
    Ended(Arc<str>),
    /// A result whose call is not in sight.
    Result {
        /// `tool_call_id`.
        id: Option<String>,
        /// JSON text or plain.
        text: Arc<str>,
        /// The tool failed, and this says how.
        failed: bool,
    },
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// A role that is none of ours, or the speaker's name.
    pub name: Option<String>,
    /// What it consists of.
    pub parts: Vec<Part>,
}

impl Message {
    /// A message of plain words.
    #[must_use]
    pub fn words(role: Role, text: impl Into<Arc<str>>) -> Self {
        Self { role, name: None, parts: vec![Part::Text(text.into())] }
    }

    /// It says something: words, a refusal, data, or why there are none.
    pub(crate) fn speaks(&self) -> bool {
        self.parts.iter().any(|p| matches!(p, Part::Text(_) | Part::Refusal(_) | Part::Data(_) | Part::Ended(_)))
    }

    /// All words of it, as they came.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().filter_map(Part::text).collect::<Vec<_>>().join("\n\n")
    }
}

impl Part {
    /// The call that it is.
    pub(crate) fn call(&self) -> Option<&ToolCall> {
        if let Self::Call(call) = self { Some(call) } else { None }
    }

    /// The text of words, data and results.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(t) | Self::Data(t) | Self::Refusal(t) => Some(t.as_ref()),
            Self::Result { text, .. } => Some(text.as_ref()),
            _ => None,
        }
    }
}

/// Something in the conversation, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A message; `history` where it is an earlier turn that the application sent along.
    Message {
        /// What was said.
        message: Message,
        /// It belongs to an earlier turn.
        history: bool,
    },
    /// What a model or an agent said on the way to the answer.
    Step {
        /// The span it stands for.
        name: String,
        /// What was said.
        message: Message,
    },
    /// What the answering model was given and nothing else here tells; "…" stands for what is.
    Given {
        /// The span that answered.
        name: String,
        /// It is a model's, as far as anything tells; else any function's.
        model: bool,
        /// Context, prompts, the question in other words.
        messages: Vec<Message>,
    },
    /// What a span found that neither speaks nor is called: a guardrail, an evaluator, a memory, any function.
    Aside {
        /// Its type.
        kind: String,
        /// The span's name.
        name: String,
        /// What a function was given.
        asked: Option<Arc<str>>,
        /// What it returned: JSON text or plain.
        result: Arc<str>,
    },
    /// So many functions more are in the tree alone.
    More(usize),
    /// Index into the retrievals of [`super::document::documents`].
    Documents(usize),
    /// Something failed: index of the span, type and message.
    Failure {
        /// Index into the trace's spans.
        span: usize,
        /// "TimeoutError: payment gateway timeout".
        what: String,
        /// The stack trace, where there is one.
        stack: Option<String>,
    },
    /// Nobody answered, and nothing says why.
    Silence,
}

/// A trace as a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// In the order of reading.
    pub entries: Vec<Entry>,
    /// The actual output as plain text: the last answer's words, else the output as it is.
    pub output: Option<Arc<str>>,
    /// What the person asked (the last user message), for marking its terms in documents.
    pub question: Option<Arc<str>>,
}
