//! An answer being put together out of its pieces, in the order in which they came.

use crate::model::conversation::{Message, Part, Role, ToolCall};

/// See the module.
#[derive(Default)]
pub(super) struct Answer {
    blocks: Vec<Block>,
    /// What its words come from: below all of it.
    pub sources: Vec<Part>,
    /// Why it ended, where that is worth a word.
    pub ended: Option<Part>,
}

enum Block {
    Thought(String),
    Words(String),
    Refusal(String),
    /// A call, by the number that its pieces carry.
    Call(i64, ToolCall),
    /// What came in one piece.
    Whole(Part),
}

impl Answer {
    /// More words. They go on with those before, unless a tool was called in between.
    pub(super) fn say(&mut self, text: &str) {
        self.write(text, |b| if let Block::Words(words) = b { Some(words) } else { None }, Block::Words);
    }

    /// More of a thought.
    pub(super) fn think(&mut self, text: &str) {
        self.write(text, |b| if let Block::Thought(words) = b { Some(words) } else { None }, Block::Thought);
    }

    /// More of a refusal.
    pub(super) fn refuse(&mut self, text: &str) {
        self.write(text, |b| if let Block::Refusal(words) = b { Some(words) } else { None }, Block::Refusal);
    }

    fn write(&mut self, text: &str, of: impl Fn(&mut Block) -> Option<&mut String>, new: impl Fn(String) -> Block) {
        if text.is_empty() {
            return;
        }
        let since = self.blocks.iter().rposition(|b| matches!(b, Block::Call(..) | Block::Whole(_)));
        let from = since.map_or(0, |at| at + 1);
        match self.blocks.iter_mut().skip(from).find_map(of) {
            Some(words) => words.push_str(text),
            None => self.blocks.push(new(text.to_owned())),
        }
    }

    /// A piece of a call, which begins it if its number is new, or its id: some servers number none (Gemini's for OpenAI's
    /// clients), or all of them 0.
    pub(super) fn call(&mut self, number: i64, mut piece: ToolCall) {
        piece.id = piece.id.filter(|id| !id.is_empty());
        let other = |call: &ToolCall| matches!((&call.id, &piece.id), (Some(a), Some(b)) if a != b);
        match self.called(number).filter(|call| !other(call)) {
            Some(call) => {
                call.id = call.id.take().or(piece.id);
                call.name.push_str(&piece.name);
                call.arguments.push_str(&piece.arguments);
            }
            None => self.blocks.push(Block::Call(number, piece)),
        }
    }

    fn called(&mut self, number: i64) -> Option<&mut ToolCall> {
        self.blocks.iter_mut().rev().find_map(|b| match b {
            Block::Call(n, call) if *n == number => Some(call),
            _ => None,
        })
    }

    /// More of the arguments of a call that was begun.
    pub(super) fn argue(&mut self, number: i64, text: &str) {
        if let Some(call) = self.called(number) {
            call.arguments.push_str(text);
        }
    }

    /// A part that came whole: words go on with those before.
    pub(super) fn add(&mut self, part: Part) {
        match part {
            Part::Text(text) => self.say(&text),
            Part::Reasoning(text) => self.think(&text),
            other => self.blocks.push(Block::Whole(other)),
        }
    }

    /// The message; nothing where nothing came.
    pub(super) fn message(self) -> Option<Message> {
        let part = |block| match block {
            Block::Thought(text) => Part::Reasoning(text.into()),
            Block::Words(text) => Part::Text(text.into()),
            Block::Refusal(text) => Part::Refusal(text.into()),
            Block::Call(_, call) => Part::Call(call),
            Block::Whole(part) => part,
        };
        let parts: Vec<Part> = self.blocks.into_iter().map(part).chain(self.sources).chain(self.ended).collect();
        (!parts.is_empty()).then_some(Message { role: Role::Assistant, name: None, parts })
    }
}
