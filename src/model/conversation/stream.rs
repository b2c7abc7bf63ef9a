//! Streams: pieces of an answer that only make sense together.

use super::content::known;
use super::ending::{ending, unasked};
use super::{Message, Part, Role, ToolCall};
use crate::model::json::{Json, parse_as_written as parse};
use crate::model::trace::Span;
use std::collections::BTreeMap;

/// An answer being put together.
#[derive(Default)]
struct Answer {
    text: String,
    thoughts: String,
    calls: BTreeMap<i64, ToolCall>,
    /// What came whole (Gemini's calls and images).
    whole: Vec<Part>,
    ended: Option<Part>,
}

/// The answer in a list of chunks, in the forms of OpenAI (chat and Responses), Anthropic, LangChain, LlamaIndex, Gemini
/// and Ollama. `None` where any element is no chunk.
pub(super) fn joined(items: &[Json<'_>]) -> Option<Vec<Message>> {
    if items.iter().any(|i| !i.is_object()) {
        return None;
    }
    // A Responses stream ends with the whole answer, or with what there is of it.
    let ends = |i: &&Json<'_>| matches!(kind_of(i).as_str(), "response.completed" | "response.incomplete");
    if let Some(whole) = items.iter().rev().find(ends).and_then(|i| i.some("response")) {
        return super::messages::messages(whole, Role::Assistant);
    }
    let mut answer = Answer::default();
    items.iter().all(|item| answer.take(item)).then(|| answer.message()).flatten().map(|m| vec![m])
}

/// The answer in a span's `mlflow.chunk.item` events, each of which holds a chunk as JSON.
pub(super) fn from_events(span: &Span) -> Option<Vec<Message>> {
    let chunks = span.events.iter().filter(|e| e.name.starts_with("mlflow.chunk.item"));
    let texts: Vec<&str> = chunks
        .filter_map(|e| e.attributes.iter().find(|(k, _)| k.ends_with("value")))
        .map(|(_, v)| v.as_str())
        .collect();
    if texts.is_empty() {
        return None;
    }
    let read: Option<Vec<Json<'_>>> = texts.iter().map(|t| parse(t).ok().map(|(json, _)| json)).collect();
    match read {
        Some(items) if items.iter().all(Json::is_object) => joined(&items),
        Some(items) => {
            let words: Option<Vec<_>> = items.iter().map(Json::as_text).collect();
            words.map(|w| vec![Message::words(Role::Assistant, w.concat())])
        }
        None => Some(vec![Message::words(Role::Assistant, texts.concat())]),
    }
}

fn kind_of(item: &Json<'_>) -> String {
    item.some("type").or_else(|| item.some("object")).map(Json::plain).unwrap_or_default()
}

impl Answer {
    /// Adds a chunk; false if it is none.
    fn take(&mut self, item: &Json<'_>) -> bool {
        let kind = kind_of(item);
        if let Some(choices) = item.some("choices") {
            let is_chunk = kind.ends_with(".chunk") || choices.items().iter().any(|c| c.some("delta").is_some());
            if is_chunk {
                // Further choices (n > 1) are other answers; the first one is read.
                let first = choices.items().iter().find(|c| c.some("index").and_then(Json::as_int).unwrap_or(0) == 0);
                if let Some(delta) = first.and_then(|c| c.some("delta")) {
                    self.delta(delta);
                }
                self.ends(first);
            }
            return is_chunk;
        }
        if let Some(pieces) = item.some("candidates").or_else(|| item.some("usageMetadata")) {
            self.gemini(pieces.items().first());
            self.ended = self.ended.take().or_else(|| unasked(item)?.parts.pop());
            return true;
        }
        let text = |key: &str| item.some(key).and_then(Json::as_text);
        match kind.as_str() {
            "response.output_text.delta" => self.text.push_str(&text("delta").unwrap_or_default()),
            "response.reasoning_summary_text.delta" => self.thoughts.push_str(&text("delta").unwrap_or_default()),
            k if k.starts_with("response.") => {}
            "content_block_start" => {
                let index = item.some("index").and_then(Json::as_int).unwrap_or(0);
                let block = item.some("content_block").filter(|b| kind_of(b).ends_with("tool_use"));
                if let Some(block) = block {
                    let mut call = super::content::call(block);
                    call.arguments.clear();
                    self.calls.insert(index, call);
                }
            }
            "content_block_delta" => {
                let Some(delta) = item.some("delta") else { return true };
                let get = |key: &str| delta.some(key).and_then(Json::as_text).unwrap_or_default();
                self.text.push_str(&get("text"));
                self.thoughts.push_str(&get("thinking"));
                let index = item.some("index").and_then(Json::as_int).unwrap_or(0);
                if let Some(call) = self.calls.get_mut(&index) {
                    call.arguments.push_str(&get("partial_json"));
                }
            }
            "message_delta" => self.ends(item.some("delta")),
            "message_start" | "message_stop" | "content_block_stop" | "ping" => {}
            "AIMessageChunk" => {
                self.delta(item);
                self.ends(Some(item));
            }
            _ => {
                if let Some(delta) =
                    item.some("delta").filter(|_| item.some("text").is_some() || item.members().len() == 1)
                {
                    // LlamaIndex: {"text": "so far", "delta": "new"}.
                    match delta.as_text() {
                        Some(new) => self.text.push_str(&new),
                        None => self.delta(delta),
                    }
                    return true;
                }
                if item.some("done").is_some() && item.some("message").is_some() {
                    if let Some(message) = item.some("message") {
                        self.delta(message);
                    }
                    self.ends(Some(item));
                    return true;
                }
                return false;
            }
        }
        true
    }

    fn ends(&mut self, chunk: Option<&Json<'_>>) {
        self.ended = self.ended.take().or_else(|| ending(chunk?));
    }

    /// A piece of Gemini's first candidate.
    fn gemini(&mut self, candidate: Option<&Json<'_>>) {
        let parts = candidate.and_then(|c| c.some("content")?.some("parts")).map(Json::items).unwrap_or_default();
        let mut found = Vec::new();
        for part in parts {
            known(part, &mut found);
        }
        for part in found {
            match part {
                Part::Text(text) => self.text.push_str(&text),
                Part::Reasoning(text) => self.thoughts.push_str(&text),
                other => self.whole.push(other),
            }
        }
        self.ends(candidate);
    }

    /// OpenAI's `delta`, and what is like it.
    fn delta(&mut self, delta: &Json<'_>) {
        match delta.some("content") {
            Some(list @ Json::Array(_)) => {
                for part in list.items() {
                    self.text.push_str(&part.some("text").and_then(Json::as_text).unwrap_or_default());
                }
            }
            Some(text) => self.text.push_str(&text.as_text().unwrap_or_default()),
            None => {}
        }
        for key in ["reasoning_content", "reasoning"] {
            self.thoughts.push_str(&delta.some(key).and_then(Json::as_text).unwrap_or_default());
        }
        let calls = delta.some("tool_call_chunks").or_else(|| delta.some("tool_calls")).map(Json::items);
        for (at, piece) in calls.unwrap_or_default().iter().enumerate() {
            let index = piece.some("index").and_then(Json::as_int).unwrap_or(at as i64);
            let new = super::content::call(piece);
            let call = self.calls.entry(index).or_default();
            call.id = call.id.take().or(new.id);
            call.name.push_str(&new.name);
            call.arguments.push_str(&new.arguments);
        }
    }

    fn message(self) -> Option<Message> {
        let mut parts = Vec::new();
        if !self.thoughts.is_empty() {
            parts.push(Part::Reasoning(self.thoughts.into()));
        }
        if !self.text.is_empty() {
            parts.push(Part::Text(self.text.into()));
        }
        parts.extend(self.calls.into_values().map(Part::Call));
        parts.extend(self.whole);
        parts.extend(self.ended);
        (!parts.is_empty()).then_some(Message { role: Role::Assistant, name: None, parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<Part>> {
        joined(parse(text).unwrap().0.items()).map(|m| m.into_iter().flat_map(|m| m.parts).collect())
    }

    #[test]
    fn chunks_become_one_answer() {
        let chat = r#"[{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"He"}}]},
            {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"llo","tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\""}}]}}]},
            {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]},
            {"object":"chat.completion.chunk","choices":[]}]"#;
        let call =
            ToolCall { id: Some("c1".into()), name: "f".into(), arguments: r#"{"a":1}"#.into(), ..ToolCall::default() };
        assert_eq!(read(chat), Some(vec![Part::Text("Hello".into()), Part::Call(call)]));
        let claude = r#"[{"type":"message_start"},{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}},{"type":"message_stop"}]"#;
        assert_eq!(read(claude), Some(vec![Part::Text("Hi".into())]));
        let langchain = r#"[{"type":"AIMessageChunk","content":"a"},{"type":"AIMessageChunk","content":"b"}]"#;
        assert_eq!(read(langchain), Some(vec![Part::Text("ab".into())]));
        let responses = r#"[{"type":"response.created","response":{}},{"type":"response.output_text.delta","delta":"a"},{"type":"response.output_text.delta","delta":"b"}]"#;
        assert_eq!(read(responses), Some(vec![Part::Text("ab".into())]));
        let gemini = r#"[{"candidates":[{"content":{"parts":[{"text":"hm","thought":true}],"role":"model"}}],"usageMetadata":{}},
            {"candidates":[{"content":{"parts":[{"text":"Sev"}]}}]},
            {"candidates":[{"content":{"parts":[{"text":"en"},{"functionCall":{"name":"f","args":{}}}]},"finishReason":"MAX_TOKENS"}]},
            {"usageMetadata":{"totalTokenCount":3}}]"#;
        let call = ToolCall { name: "f".into(), arguments: "{}".into(), ..ToolCall::default() };
        let cut = |why: &str| Part::Ended(why.into());
        assert_eq!(
            read(gemini),
            Some(vec![
                Part::Reasoning("hm".into()),
                Part::Text("Seven".into()),
                Part::Call(call),
                cut("cut: MAX_TOKENS")
            ])
        );
        let blocked = r#"[{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{}}]"#;
        assert_eq!(read(blocked), Some(vec![cut("blocked: SAFETY (the question)")]));
        let ends = r#"[{"type":"content_block_delta","index":0,"delta":{"text":"Hi"}},{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}]"#;
        assert_eq!(read(ends), Some(vec![Part::Text("Hi".into()), cut("cut: max_tokens")]));
        let filtered = r#"[{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}]"#;
        assert_eq!(read(filtered), Some(vec![cut("blocked: content_filter")]));
        let llama = r#"[{"text":"a","delta":"a"},{"text":"ab","delta":"b"}]"#;
        assert_eq!(read(llama), Some(vec![Part::Text("ab".into())]));
    }

    #[test]
    fn what_is_no_stream_is_left_alone() {
        for other in
            [r#"[{"role":"user","content":"x"}]"#, r#"[{"page_content":"x"}]"#, "[1]", r#"[{"type":"reasoning"}]"#]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
