//! Streams: pieces of an answer that only make sense together.

mod answer;
mod segments;
mod several;

use super::content::{call, known};
use super::ending::{ending, unasked};
use super::failed::broken;
use super::roles::role_of;
use super::sources::sources;
use super::{Message, Part, Role};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::trace::Span;
use answer::Answer;

/// The answer in a list of chunks, in the forms of OpenAI (chat and Responses), Anthropic, LangChain, LlamaIndex, Gemini,
/// Bedrock and Ollama. `None` where any element is no chunk.
pub(super) fn joined(items: &[Json<'_>]) -> Option<Vec<Message>> {
    if items.iter().any(|i| !i.is_object()) {
        return None;
    }
    if let Some(found) = several::items(items).or_else(|| segments::deltas(items)) {
        return Some(found);
    }
    // A Responses stream ends with the whole answer, or with what there is of it.
    let ends = |i: &&Json<'_>| matches!(kind_of(i).as_str(), "response.completed" | "response.incomplete");
    if let Some(whole) = items.iter().rev().find(ends).and_then(|i| i.some("response")) {
        return super::messages::messages(whole, Role::Assistant);
    }
    if let [one] = items
        && one.some("candidates").is_some()
    {
        // It is all there is.
        return None;
    }
    let mut answer = Answer::default();
    items.iter().all(|item| answer.take(item)).then(|| answer.message()).flatten().map(|m| vec![m])
}

/// The last chunk of a span's, as JSON text.
pub(super) fn last_chunk(span: &Span) -> Option<&str> {
    let last = span.events.iter().rev().find(|e| e.name.starts_with("mlflow.chunk.item"))?;
    last.attributes.iter().find(|(k, _)| k.ends_with("value")).map(|(_, v)| v.as_str())
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
    let mut read: Option<Vec<Json<'_>>> = texts.iter().map(|t| parse(t).ok().map(|(json, _)| json)).collect();
    if let Some(items) = &mut read
        && let Some(pieces) = broken(items).map(|(pieces, _)| pieces.len())
    {
        items.truncate(pieces);
    }
    match read {
        Some(items) if items.iter().all(Json::is_object) => joined(&items),
        Some(items) => {
            let words: Option<Vec<_>> = items.iter().map(Json::as_text).collect();
            words.map(|w| vec![Message::words(Role::Assistant, w.concat())])
        }
        None => Some(vec![Message::words(Role::Assistant, texts.concat())]),
    }
}

/// How a streamed answer ended, where its summary does not say: one of the last chunks does.
pub(super) fn ending_of(span: &Span) -> Option<Part> {
    let chunks = span.events.iter().rev().filter(|e| e.name.starts_with("mlflow.chunk.item")).take(LAST);
    let text = chunks.filter_map(|e| e.attributes.iter().find(|(k, _)| k.ends_with("value")));
    let mut answer = Answer::default();
    text.filter_map(|(_, v)| parse(v).ok()).find_map(|(json, _)| {
        answer.take(&json);
        answer.ended.take()
    })
}

/// LangGraph's several modes at once: `["values", {…}]` and with a namespace before it; its messages come with where they
/// were said: `[{"type": "AIMessageChunk", …}, {…}]`.
pub(super) fn unpaired<'a>(items: &[Json<'a>]) -> Option<Vec<Json<'a>>> {
    let spoken = |m: &Json<'_>| m.get("content").is_some() && role_of(&kind_of(m)).is_some();
    let placed = |item: &Json<'a>| match item.items() {
        [m, place] if spoken(m) && place.is_object() => Some(m.clone()),
        _ => None,
    };
    // A subgraph's states come with where it stands: `[["agent:1"], {…}]`.
    let within = |ns: &Json<'_>| matches!(ns, Json::Array(names) if names.iter().all(|n| n.as_text().is_some_and(|t| t.contains(':'))));
    let one = |item: &Json<'a>| match item.items() {
        [mode, state] | [_, mode, state] if mode.as_text().is_some() && state.is_object() => Some(state.clone()),
        [mode, said] | [_, mode, said] if mode.as_text().is_some() => placed(said),
        [ns, state] if within(ns) && state.is_object() => Some(state.clone()),
        _ => placed(item),
    };
    if items.is_empty() { None } else { items.iter().map(one).collect() }
}

/// Chunks at the end of a stream that may say how it ended: after it come usage and the like.
const LAST: usize = 4;

fn kind_of(item: &Json<'_>) -> String {
    item.some("type").or_else(|| item.some("object")).map(Json::plain).unwrap_or_default()
}

/// Azure's streams begin with what its filter found in the prompt, and may end with what it found in the answer, in chunks of
/// no kind.
fn is_filter(item: &Json<'_>) -> bool {
    let found = |json: &Json<'_>| json.members().iter().any(|(key, _)| key.contains("_filter_"));
    let choices = item.some("choices").map(Json::items);
    let said = |c: &Json<'_>| ["delta", "message", "text"].iter().any(|k| c.some(k).is_some());
    choices.is_some_and(|all| (found(item) || all.iter().any(found)) && !all.iter().any(said))
}

impl Answer {
    /// Adds a chunk; false if it is none.
    fn take(&mut self, item: &Json<'_>) -> bool {
        let kind = kind_of(item);
        if let Some(choices) = item.some("choices") {
            let delta = || choices.items().iter().any(|c| c.some("delta").is_some());
            let is_chunk = kind.ends_with(".chunk") || delta() || is_filter(item);
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
        if ["candidates", "usageMetadata", "usage_metadata"].iter().any(|k| item.some(k).is_some()) {
            self.gemini(item.some("candidates").and_then(|c| c.items().first()));
            self.ended = self.ended.take().or_else(|| unasked(item)?.parts.pop());
            return true;
        }
        let text = |key: &str| item.some(key).and_then(Json::as_text);
        match kind.as_str() {
            "response.output_text.delta" => self.say(&text("delta").unwrap_or_default()),
            "response.refusal.delta" => self.refuse(&text("delta").unwrap_or_default()),
            "response.reasoning_summary_text.delta" => self.think(&text("delta").unwrap_or_default()),
            k if k.starts_with("response.") => {}
            "content_block_start" => self.block(item, item.some("content_block")),
            "content_block_delta" => self.block_delta(item, item.some("delta")),
            "message_delta" => self.ends(item.some("delta")),
            "message_start" | "message_stop" | "content_block_stop" | "ping" => {}
            "AIMessageChunk" => {
                self.delta(item);
                self.ends(Some(item));
            }
            _ => return self.nameless(item),
        }
        true
    }

    /// A chunk that does not say what it is: LlamaIndex', Ollama's, Bedrock's.
    fn nameless(&mut self, item: &Json<'_>) -> bool {
        // LlamaIndex: {"text": "so far", "delta": "new"}; MLflow's agents: {"delta": {"role", "content"}}.
        let known = |d: &&Json<'_>| item.some("text").is_some() || item.members().len() == 1 || d.is_object();
        if let Some(delta) = item.some("delta").filter(known) {
            match delta.as_text() {
                Some(new) => self.say(&new),
                None => self.delta(delta),
            }
            self.ends(Some(item));
            return true;
        }
        if item.some("done").is_some() {
            let (message, words) = (item.some("message"), item.some("response").and_then(Json::as_text));
            if let Some(message) = message {
                self.delta(message);
            }
            self.say(words.as_deref().unwrap_or_default());
            self.ends(Some(item));
            return message.is_some() || words.is_some();
        }
        match item.members() {
            [(key, piece)] => self.bedrock(key, piece),
            _ => false,
        }
    }

    /// Bedrock's pieces say what they are by their only key.
    fn bedrock(&mut self, key: &str, piece: &Json<'_>) -> bool {
        match key {
            "contentBlockStart" => self.block(piece, piece.some("start").and_then(|s| s.some("toolUse"))),
            "contentBlockDelta" => self.block_delta(piece, piece.some("delta")),
            "messageStop" => self.ends(Some(piece)),
            "messageStart" | "contentBlockStop" | "metadata" => {}
            _ => return false,
        }
        true
    }

    /// A block begins: a call, whose arguments follow, or a result, which is whole.
    fn block(&mut self, item: &Json<'_>, block: Option<&Json<'_>>) {
        let Some(block) = block else { return };
        let kind = kind_of(block);
        if kind.ends_with("tool_use") || block.some("toolUseId").is_some() {
            let mut new = call(block);
            new.arguments.clear();
            self.call(number(item), new);
        } else if kind.ends_with("tool_result") {
            self.parts(std::slice::from_ref(block));
        }
    }

    fn block_delta(&mut self, item: &Json<'_>, delta: Option<&Json<'_>>) {
        let Some(delta) = delta else { return };
        let get = |key: &str| delta.some(key).and_then(Json::as_text).unwrap_or_default();
        self.think(&get("thinking"));
        self.say(&get("text"));
        self.argue(number(item), &get("partial_json"));
        if let Some(cited) = delta.some("citation") {
            let mut found = Vec::new();
            sources(&Json::object(vec![("citations".into(), Json::Array(vec![cited.clone()]))]), &mut found);
            self.sources.extend(found.into_iter().filter(|s| !self.sources.contains(s)).collect::<Vec<_>>());
        }
        // Bedrock's.
        let inner = |key: &str, name: &str| delta.some(key)?.some(name)?.as_text();
        self.think(&inner("reasoningContent", "text").unwrap_or_default());
        self.argue(number(item), &inner("toolUse", "input").unwrap_or_default());
    }

    fn ends(&mut self, chunk: Option<&Json<'_>>) {
        self.ended = self.ended.take().or_else(|| ending(chunk?));
    }

    /// A piece of Gemini's first candidate.
    fn gemini(&mut self, candidate: Option<&Json<'_>>) {
        self.parts(candidate.and_then(|c| c.some("content")?.some("parts")).map(Json::items).unwrap_or_default());
        self.ends(candidate);
    }

    fn parts(&mut self, parts: &[Json<'_>]) {
        let mut found = Vec::new();
        for part in parts {
            known(part, &mut found);
        }
        found.into_iter().for_each(|part| self.add(part));
    }

    /// OpenAI's `delta`, and what is like it.
    fn delta(&mut self, delta: &Json<'_>) {
        for key in ["reasoning_content", "reasoning", "thinking"] {
            self.think(&delta.some(key).and_then(Json::as_text).unwrap_or_default());
        }
        match delta.some("content") {
            Some(list @ Json::Array(_)) => {
                for part in list.items() {
                    self.say(&part.some("text").and_then(Json::as_text).unwrap_or_default());
                }
            }
            Some(text) => self.say(&text.as_text().unwrap_or_default()),
            None => {}
        }
        self.refuse(&delta.some("refusal").and_then(Json::as_text).unwrap_or_default());
        let calls = delta.some("tool_call_chunks").or_else(|| delta.some("tool_calls")).map(Json::items);
        for (at, piece) in calls.unwrap_or_default().iter().enumerate() {
            let index = piece.some("index").and_then(Json::as_int).unwrap_or(at as i64);
            self.call(index, call(piece));
        }
    }
}

/// The number of the block that a piece belongs to.
fn number(item: &Json<'_>) -> i64 {
    ["index", "contentBlockIndex"].iter().find_map(|k| item.some(k)?.as_int()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::ToolCall;

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
        let refused = r#"[{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"refusal":"I "}}]},{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"refusal":"will not."}}]}]"#;
        assert_eq!(read(refused), Some(vec![Part::Refusal("I will not.".into())]));
        let filtered = r#"[{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}]"#;
        assert_eq!(read(filtered), Some(vec![cut("blocked: content_filter")]));
        let searched = r#"[{"type":"content_block_delta","index":0,"delta":{"text":"I "}},{"type":"content_block_delta","index":0,"delta":{"text":"look."}},
            {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"s","name":"w","input":{}}},
            {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}},
            {"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","tool_use_id":"s","content":"R"}},
            {"type":"content_block_delta","index":3,"delta":{"text":"A"}}]"#;
        let call = ToolCall { id: Some("s".into()), name: "w".into(), arguments: "{}".into(), ..ToolCall::default() };
        let result = Part::Result { id: Some("s".into()), text: "R".into(), failed: false };
        let text = |words: &str| Part::Text(words.into());
        assert_eq!(read(searched), Some(vec![text("I look."), Part::Call(call), result, text("A")]), "in order");
        let bedrock = r#"[{"messageStart":{"role":"assistant"}},{"contentBlockDelta":{"delta":{"text":"Sev"},"contentBlockIndex":0}},{"contentBlockDelta":{"delta":{"text":"en"},"contentBlockIndex":0}},
            {"contentBlockStop":{"contentBlockIndex":0}},{"contentBlockStart":{"start":{"toolUse":{"toolUseId":"t","name":"w"}},"contentBlockIndex":1}},
            {"contentBlockDelta":{"delta":{"toolUse":{"input":"{}"}},"contentBlockIndex":1}},{"messageStop":{"stopReason":"max_tokens"}},{"metadata":{"usage":{}}}]"#;
        let call = ToolCall { id: Some("t".into()), name: "w".into(), arguments: "{}".into(), ..ToolCall::default() };
        assert_eq!(read(bedrock), Some(vec![text("Seven"), Part::Call(call), cut("cut: max_tokens")]));
        let ollama = r#"[{"model":"m","response":"Sev","done":false},{"model":"m","response":"en","done":true,"done_reason":"stop"}]"#;
        assert_eq!(read(ollama), Some(vec![text("Seven")]));
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
