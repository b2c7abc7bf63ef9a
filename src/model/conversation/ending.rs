//! Why an answer ended before it was done: cut at a limit, or blocked by a filter. An ordinary end says nothing.

use super::assemble::words;
use super::attributes::attribute;
use super::message::with_json;
use super::spoken::squeezed;
use super::{Message, Part, Role};
use crate::model::json::Json;
use crate::model::trace::Span;

/// Where models' interfaces say why they stopped.
const KEYS: [&str; 7] = [
    "finish_reason",
    "finishReason",
    "stop_reason",
    "stopReason",
    "done_reason",
    "completionReason",
    "completion_reason",
];

/// The same, in the attributes of a span that does not say it with its messages.
const ATTRIBUTES: [&str; 5] = [
    "gen_ai.response.finish_reasons",
    "gen_ai.response.finish_reason",
    "ai.response.finishReason",
    "llm.finish_reason",
    "llm.response.finish_reason",
];

/// A limit was reached; as they are written, but for case and dashes.
const CUT: [&str; 9] = [
    "length",
    "max_tokens",
    "max_output_tokens",
    "max_completion_tokens",
    "max_length",
    "model_length",
    "token_limit",
    "error_limit",
    "model_context_window_exceeded",
];

/// Somebody did not want this said.
const BLOCKED: [&str; 15] = [
    "content_filter",
    "content_filtered",
    "guardrail_intervened",
    "safety",
    "recitation",
    "language",
    "blocklist",
    "prohibited_content",
    "spii",
    "image_safety",
    "image_recitation",
    "image_prohibited_content",
    "model_armor",
    "refusal",
    "error_toxic",
];

/// It went wrong in another way.
const ODD: [&str; 11] = [
    "error",
    "other",
    "cancelled",
    "incomplete",
    "pause_turn",
    "malformed_function_call",
    "malformed_model_output",
    "malformed_tool_use",
    "unexpected_tool_call",
    "too_many_tool_calls",
    "insufficient_system_resource",
];

/// Ordinary ends.
const DONE: [&str; 11] = [
    "stop",
    "end_turn",
    "stop_sequence",
    "tool_calls",
    "tool_use",
    "tool_call",
    "function_call",
    "complete",
    "completed",
    "eos_token",
    "finish",
];

/// Gemini's reasons, where they are written as the numbers of an enumeration.
const NUMBERED: [&str; 11] = [
    "",
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "RECITATION",
    "OTHER",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "MALFORMED_FUNCTION_CALL",
    "IMAGE_SAFETY",
];

/// The end of an answer of which nothing more is known.
const INCOMPLETE: &str = "cut: incomplete";

/// "cut: length", "blocked: SAFETY"; nothing for an ordinary end.
fn say(reason: &str) -> Option<String> {
    // An enumeration of Python's is written with its class.
    let reason = reason.rsplit('.').next().unwrap_or(reason).trim();
    let word = reason.to_ascii_lowercase().replace('-', "_");
    let is = |list: &[&str]| list.contains(&word.as_str());
    let how = match () {
        () if word == "incomplete" => return Some(INCOMPLETE.to_owned()),
        () if is(&CUT) => "cut",
        () if is(&BLOCKED) => "blocked",
        () if is(&ODD) => "ended",
        () => return None,
    };
    Some(format!("{how}: {reason}"))
}

/// How the answer in an object ended, where that is worth a word.
pub(super) fn ending(value: &Json<'_>) -> Option<Part> {
    said(value).map(|s| Part::Ended(s.into()))
}

/// The same of an object that may be an application's: `status` means anything there.
pub(super) fn reason(value: &Json<'_>) -> Option<Part> {
    direct(value).map(|s| Part::Ended(s.into()))
}

fn direct(value: &Json<'_>) -> Option<String> {
    KEYS.iter().filter_map(|k| value.some(k)).find_map(|reason| match reason.as_text() {
        Some(text) => say(&text),
        None => say(NUMBERED.get(usize::try_from(reason.as_int()?).ok()?)?),
    })
}

fn said(value: &Json<'_>) -> Option<String> {
    // Responses say that an answer is not whole, and beside it why.
    let details = || value.some("incomplete_details")?.some("reason")?.as_text();
    let incomplete = || value.some("status").and_then(Json::as_text).filter(|s| s == "incomplete");
    let incomplete = || incomplete().and_then(|s| say(&s).map(|s| details().map_or(s, |d| cut_for(&d))));
    // LangChain and LlamaIndex keep what the model's interface said beside the message.
    let beside = || ["response_metadata", "generation_info", "details"].iter().find_map(|k| said(value.some(k)?));
    let raw = || said(value.some("raw")?.some("choices")?.items().first()?);
    direct(value).or_else(incomplete).or_else(beside).or_else(raw)
}

fn cut_for(reason: &str) -> String {
    say(reason).unwrap_or_else(|| format!("cut: {reason}"))
}

/// Gemini refuses to answer a question at all.
pub(super) fn unasked(value: &Json<'_>) -> Option<Message> {
    let feedback = ["promptFeedback", "prompt_feedback"].iter().find_map(|k| value.some(k))?;
    let reason = ["blockReason", "block_reason"].iter().find_map(|k| feedback.some(k))?.as_text()?;
    let reason = reason.rsplit('.').next()?;
    let said = ["blockReasonMessage", "block_reason_message"].iter().find_map(|k| feedback.some(k)?.as_text());
    let said = said.filter(|t| !t.trim().is_empty()).map(|t| format!(": {t}")).unwrap_or_default();
    let what = Part::Ended(format!("blocked: {reason} (the question){said}").into());
    Some(Message { role: Role::Assistant, name: None, parts: vec![what] })
}

/// A member that says nothing but how an answer ended.
pub(super) fn is_ending(key: &str, value: &Json<'_>) -> bool {
    let known = |t: &str| say(t).is_some() || DONE.contains(&t.to_ascii_lowercase().as_str());
    KEYS.contains(&key) && value.as_text().is_some_and(|t| known(&t))
}

impl Message {
    /// One of several answers.
    pub(in crate::model) fn is_choice(&self) -> bool {
        let numbers = self.name.as_deref().and_then(|n| n.strip_prefix("choice ")).and_then(|n| n.split_once(" of "));
        numbers.is_some_and(|(one, of)| [one, of].iter().all(|n| n.parse::<usize>().is_ok()))
    }

    /// Why it ended, where that is worth a word.
    pub(super) fn ended(&self) -> Option<&Part> {
        self.parts.iter().find(|p| matches!(p, Part::Ended(_)))
    }

    /// Notes why it ended, unless it is known. That it is not whole says less than why.
    pub(super) fn end(&mut self, why: Option<Part>) {
        let Some(why) = why else { return };
        self.parts.retain(|p| !matches!(p, Part::Ended(known) if known.as_ref() == INCOMPLETE));
        if self.ended().is_none() {
            self.parts.push(why);
        }
    }
}

/// Why a model ended that said this, among other things; of several answers each has an end of its own.
pub(super) fn why_ended(said: &[Message], this: &Message) -> Option<Part> {
    let all = said.iter().rev();
    if !said.iter().any(Message::is_choice) {
        return all.filter_map(Message::ended).next().cloned();
    }
    let words = squeezed(&words(this));
    said.iter().find(|m| squeezed(&self::words(m)) == words)?.ended().cloned()
}

/// Several answers to one question are numbered.
pub(super) fn as_choices(mut answers: Vec<Message>) -> Vec<Message> {
    let several = answers.len();
    for (at, message) in answers.iter_mut().enumerate().filter(|_| several > 1) {
        message.name = Some(format!("choice {} of {several}", at + 1));
    }
    answers
}

/// Notes what a span's attributes say of how its answer ended. Where the words were not recorded this is all there is.
pub(super) fn of_span(span: &Span, told: &mut Vec<Message>) {
    let reason = ATTRIBUTES.iter().find_map(|k| attribute(span, k));
    if told.iter().any(Message::is_choice) {
        // One for each answer.
        let all = |json: &Json<'_>| json.items().iter().map(|r| r.as_text().and_then(|t| say(&t))).collect::<Vec<_>>();
        let all = reason.and_then(|text| with_json(text, all)).unwrap_or_default();
        for (message, why) in told.iter_mut().zip(all) {
            message.end(why.map(|why| Part::Ended(why.into())));
        }
        return;
    }
    let first = |json: &Json<'_>| json.items().first().unwrap_or(json).as_text().and_then(|t| say(&t));
    let Some(why) = reason.and_then(|text| with_json(text, first).unwrap_or_else(|| say(text))) else { return };
    let why = Part::Ended(why.into());
    match told.iter_mut().rev().find(|m| m.role == Role::Assistant) {
        Some(last) => last.end(Some(why)),
        None => told.push(Message { role: Role::Assistant, name: None, parts: vec![why] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn read(text: &str) -> Option<String> {
        said(&parse(text).unwrap().0)
    }

    #[test]
    fn an_end_that_is_none_is_told_and_an_ordinary_one_is_not() {
        for (text, told) in [
            (r#"{"finish_reason":"length"}"#, "cut: length"),
            (r#"{"finish_reason":"content_filter"}"#, "blocked: content_filter"),
            (r#"{"finishReason":"content-filter"}"#, "blocked: content-filter"),
            (r#"{"finishReason":"MAX_TOKENS"}"#, "cut: MAX_TOKENS"),
            (r#"{"finish_reason":"FinishReason.RECITATION"}"#, "blocked: RECITATION"),
            (r#"{"finish_reason":3}"#, "blocked: SAFETY"),
            (r#"{"stop_reason":"max_tokens"}"#, "cut: max_tokens"),
            (r#"{"stop_reason":"refusal"}"#, "blocked: refusal"),
            (r#"{"stopReason":"guardrail_intervened"}"#, "blocked: guardrail_intervened"),
            (r#"{"done_reason":"length"}"#, "cut: length"),
            (r#"{"completionReason":"LENGTH"}"#, "cut: LENGTH"),
            (r#"{"finish_reason":"MALFORMED_FUNCTION_CALL"}"#, "ended: MALFORMED_FUNCTION_CALL"),
            (
                r#"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}"#,
                "cut: max_output_tokens",
            ),
            (r#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#, "blocked: content_filter"),
            (r#"{"status":"incomplete"}"#, "cut: incomplete"),
            (r#"{"content":"","response_metadata":{"finish_reason":"length"}}"#, "cut: length"),
            (r#"{"raw":{"choices":[{"finish_reason":"length"}]}}"#, "cut: length"),
        ] {
            assert_eq!(read(text).as_deref(), Some(told), "{text}");
        }
        for reason in ["stop", "end_turn", "tool_calls", "STOP", "stop_sequence", "tool_use", "", "whatever"] {
            assert_eq!(read(&format!(r#"{{"finish_reason":"{reason}","status":"completed"}}"#)), None, "{reason}");
        }
        assert_eq!(read(r#"{"finish_reason":1,"incomplete_details":null,"status":"completed"}"#), None);
    }
}
