//! Messages out of one JSON value: inputs or outputs of a span, in the shapes of the frameworks.

use super::asks::{self, asks};
use super::content::{known, parts};
use super::ending::{as_choices, ending, unasked};
use super::envelopes::{called, envelope, in_body};
use super::failed::broken;
use super::fields::{ANSWERED, ASKED};
use super::history::asked_beside;
use super::interfaces::{images, steps, texts, vercel};
use super::items::{broke_off, decided, gathered, kind_of, names_role, of_response, stranger, unknown};
use super::message::{bare, message, pydantic};
use super::named::named_answer;
use super::reprs::repr_of;
use super::resumed::decision;
use super::single::single;
use super::sources::{grounding, sources};
use super::{Message, Part, Role, growing, history, pieces, stream};
use crate::model::json::{Json, parse_shape as parse};

/// Shapes inside shapes are followed this far.
const DEPTH: usize = 6;

/// The messages of a value; `side` is who speaks where nothing says so. `None` where it is not a conversation.
pub(in crate::model) fn messages(value: &Json<'_>, side: Role) -> Option<Vec<Message>> {
    shaped(value, side, DEPTH).filter(|m| !m.is_empty())
}

fn shaped(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let depth = depth.checked_sub(1)?;
    match value {
        Json::Array(items) => list(items, side, depth),
        Json::Object(_) => object(value, side, depth),
        text => shaped(&repr_of(text)?, side, depth),
    }
}

fn said(role: Role, parts: Vec<Part>) -> Message {
    Message { role, name: None, parts }
}

fn list(items: &[Json<'_>], side: Role, depth: usize) -> Option<Vec<Message>> {
    if items.is_empty() {
        return None;
    }
    if side == Role::Assistant
        && let Some(joined) = stream::joined(items)
    {
        return Some(joined);
    }
    if side == Role::Assistant
        && let Some((pieces, _)) = broken(items)
    {
        // The error at its end is told as a failure.
        return list(pieces, side, depth).or_else(|| pieces::until_error(pieces));
    }
    if side == Role::Assistant
        && let Some(parts) = pieces::objects(items)
    {
        return Some(vec![said(side, parts)]);
    }
    if side == Role::Assistant
        && let Some(inner) = stream::unpaired(items)
    {
        return list(&inner, side, depth);
    }
    if side == Role::Assistant
        && let Some(last) = growing::last(items)
    {
        return shaped(last, side, depth);
    }
    if side == Role::Assistant
        && let Some(found) = beside_nothing(items, depth)
    {
        return Some(found);
    }
    let mut found = Vec::new();
    let (mut strange, mut sure, mut named) = (0, false, true);
    let roles = items.iter().any(names_role);
    for item in items {
        let known = decided(item, items).or_else(|| message(item));
        sure |= known.is_some() || item.some("message").is_some_and(|m| message(m).is_some());
        match known {
            Some(m) => match found.last_mut().filter(|last| goes_on(last, &m)) {
                Some(last) => last.parts.extend(m.parts),
                None => found.push(m),
            },
            // Batches: [[message, ...], ...]; commands: [{"update": {"messages": ...}}].
            None => match shaped(item, side, depth) {
                Some(more) => found.extend(more),
                None if closes(item, found.last()) => {}
                None => {
                    if let Some(last) = found.iter_mut().rev().find(|m: &&mut Message| m.role == Role::Assistant) {
                        last.end(broke_off(item));
                    }
                    strange += 1;
                    named &= kind_of(item).is_some();
                    found.push(stranger(item, side, roles));
                }
            },
        }
    }
    if strange == 0 {
        return Some(if are_choices(items, &found) { as_choices(found) } else { found });
    }
    // What nobody knows stands in its place: under its own name beside a message, without one unless hardly anything else is
    // there.
    let told = (sure && named) || strange * 2 <= found.len();
    let blocks = |strange| if roles { None } else { blocks(items, side, strange) };
    blocks(false).or_else(|| told.then(|| gathered(found))).or_else(|| blocks(true))
}

/// OpenTelemetry's list of candidates: each an answer with an end of its own.
fn are_choices(items: &[Json<'_>], found: &[Message]) -> bool {
    let ends = |i: &Json<'_>| i.some("finish_reason").is_some() && i.some("parts").is_some();
    let answers = |m: &Message| m.role == Role::Assistant && m.speaks() && !m.parts.iter().any(|p| p.call().is_some());
    items.len() > 1 && items.len() == found.len() && items.iter().all(ends) && found.iter().all(answers)
}

/// What a function returns that hands on the field it emptied and the chat: `["", [["Q", "A"]]]`.
fn beside_nothing(items: &[Json<'_>], depth: usize) -> Option<Vec<Message>> {
    let empty = |item: &Json<'_>| item.is_null() || item.as_text().is_some_and(|t| t.is_empty());
    let mut full = items.iter().filter(|item| !empty(item));
    let chat = full.next().filter(|_| items.len() > 1 && full.next().is_none())?;
    list(chat.items(), Role::Assistant, depth.checked_sub(1)?).or_else(|| history::pairs(chat.items()))
}

/// The end of a run, which says the last words once more: `{"type": "result", "result": "…"}`.
fn closes(item: &Json<'_>, last: Option<&Message>) -> bool {
    let ends = item.some("type").and_then(Json::as_text).is_some_and(|t| t == "result");
    let again = || item.some("result").and_then(Json::as_text).is_some_and(|r| last.is_some_and(|m| m.text() == r));
    ends && again()
}

/// Responses tell a thought and what follows from it as two items; one speaker says both.
fn goes_on(last: &Message, next: &Message) -> bool {
    let thought = !last.parts.is_empty() && last.parts.iter().all(|p| matches!(p, Part::Reasoning(_)));
    thought && last.role == Role::Assistant && next.role == Role::Assistant && last.name == next.name
}

/// A message's parts without the message: `[{"text": "A"}, {"toolUse": {...}}]`.
/// `strange`: up to a half of them may be of kinds that nobody knows.
fn blocks(items: &[Json<'_>], side: Role, strange: bool) -> Option<Vec<Message>> {
    let mut parts = Vec::new();
    let mut left = if strange { items.len() / 2 } else { 0 };
    for item in items {
        if item.members().len() != 1 && item.some("type").is_none() {
            return None;
        }
        if !known(item, &mut parts) {
            left = left.checked_sub(1)?;
            parts.push(unknown(&kind_of(item)?, item));
        }
    }
    let says = |p: &Part| matches!(p, Part::Text(_) | Part::Call(_) | Part::Reasoning(_));
    parts.iter().any(says).then(|| vec![said(side, parts)])
}

/// Where frameworks keep a list of messages, besides where they keep earlier turns.
const LISTS: [&str; 18] = [
    "messages",
    "agent.messages",
    "all_messages",
    "input",
    "output",
    "inputs",
    "outputs",
    "contents",
    "new_messages",
    "new_items",
    "replies",
    "message",
    "content",
    "chat_message",
    "chat",
    "prompt",
    "prompts",
    "conversation",
];

/// Where frameworks keep a list of messages: earlier turns first.
pub(super) fn lists() -> impl Iterator<Item = &'static str> {
    history::KEYS.into_iter().chain(LISTS)
}

fn object(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    if let Some(found) = pydantic(value) {
        return Some(found);
    }
    if let Some(one) = message(value) {
        return Some(vec![one]);
    }
    if let Some(found) = thread(value, side, depth) {
        return Some(found);
    }
    if let Some(found) = in_body(value, |inner| shaped(inner, side, depth)) {
        return Some(found);
    }
    if let Some(inner) = envelope(value, side) {
        return shaped(inner, side, depth).or_else(|| single(inner, side).map(|m| vec![m]));
    }
    if side == Role::User
        && let Some(inner) = called(value)
    {
        return listed(&inner, side, depth);
    }
    if side != Role::Assistant {
        return decision(value).map(|m| vec![m]).or_else(|| listed(value, side, depth));
    }
    if let Some(question) = asks(value) {
        return Some(until(value, question, depth));
    }
    let mut found = listed(value, side, depth)?;
    // AutoGen: what an agent did before it answered.
    if let Some(inner) = value.some("inner_messages").and_then(|i| shaped(i, side, depth)) {
        found.splice(0..0, inner);
    }
    beside_answer(value, &mut found);
    named_answer(value, &mut found);
    if let Some(last) = found.iter_mut().rev().find(|m| m.role == Role::Assistant) {
        last.end(ending(value));
    }
    Some(found)
}

/// What was said until an application stopped with a question; where nothing was, the rest of its state stands beside it.
fn until(value: &Json<'_>, mut question: Message, depth: usize) -> Vec<Message> {
    let rest = asks::without(value);
    let mut found = listed(&rest, Role::Assistant, depth).unwrap_or_default();
    if found.is_empty() && !rest.members().is_empty() {
        question.parts.push(Part::Data(rest.to_json().into()));
    }
    found.push(question);
    found
}

/// What an answer's object tells beside its messages: the run's thoughts (Agno), the calls of an agent's tools (LlamaIndex),
/// what it rests on (Gemini).
fn beside_answer(value: &Json<'_>, found: &mut [Message]) {
    let Some(last) = found.iter_mut().rev().find(|m| m.role == Role::Assistant) else { return };
    let thought = value.some("reasoning_content").and_then(Json::as_text).filter(|t| !t.is_empty());
    if let Some(thought) = thought
        && !last.parts.iter().any(|p| matches!(p, Part::Reasoning(_)))
    {
        last.parts.insert(0, Part::Reasoning(thought.as_ref().into()));
    }
    grounding(value, &mut last.parts);
    // Perplexity's addresses stand beside the choices; its results, where it tells them, are documents.
    let cites = value.some("choices").is_some() && value.some("search_results").is_none();
    if cites && !last.parts.iter().any(|p| matches!(p, Part::Source(_))) {
        sources(value, &mut last.parts);
    }
    let calls = value.some("tool_calls").map(Json::items).unwrap_or_default();
    if !calls.is_empty() && calls.iter().all(|c| c.some("tool_output").is_some()) {
        let calls = calls.iter().map(|c| Part::Call(super::content::call(c)));
        last.parts.splice(0..0, calls);
    }
}

/// So many of them are earlier turns.
const EARLIER: usize = history::KEYS.len();

fn listed(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let mut found = systems(value);
    let before = found.len();
    let mut asked = false;
    for (at, key) in lists().enumerate() {
        let more = match value.some(key) {
            Some(list @ Json::Array(items)) if key == "message" || key == "content" => {
                shaped(list, side, depth).or_else(|| mixed(items, side))
            }
            // Gemini's: one message, of texts and parts.
            Some(Json::Array(items)) if key == "contents" && !items.is_empty() && items.iter().all(is_part) => {
                mixed(items, side)
            }
            Some(list @ Json::Array(items)) => {
                let found = shaped(list, side, depth).or_else(|| shorthand(key, items, side));
                let found = found.or_else(|| history::history(list).filter(|_| at < EARLIER));
                found.or_else(|| of_response(value, items, side).filter(|_| key == "output"))
            }
            Some(text) if at < EARLIER && text.as_text().is_some() => history::history(text),
            Some(text) if key == "contents" && side == Role::User && text.as_text().is_some() => {
                text.as_text().map(|t| vec![Message::words(side, t.as_ref())])
            }
            Some(inner @ Json::Object(_)) => shaped(inner, side, depth),
            Some(text) if key == "messages" => text.as_text().map(|t| vec![Message::words(side, t.as_ref())]),
            // Beside messages or settings a text is what somebody said; alone it is any value.
            Some(text)
                if matches!(key, "input" | "inputs" | "contents" | "prompt")
                    && (before > 0 || is_model_call(value) || (key == "inputs" && goes_to_agent(value))) =>
            {
                text.as_text().map(|t| vec![Message::words(side, t.as_ref())])
            }
            _ => None,
        };
        // A prompt that was built on the way is no answer.
        let answers = |m: &Vec<Message>| {
            side != Role::Assistant || m.iter().any(|m| m.role != Role::User && m.role != Role::System)
        };
        if let Some(more) = more.filter(answers) {
            found.extend(more);
            asked = at >= EARLIER;
        }
        if asked {
            break;
        }
    }
    if found.len() > before && asked {
        let now = side == Role::User && !is_model_call(value);
        found.extend(asked_beside(value, &found).filter(|_| now));
        return Some(found);
    }
    if !found.is_empty() {
        // History, or a system prompt: what is said now stands beside it.
        let keys: &[&str] = if side == Role::User { &ASKED } else { &ANSWERED };
        if let Some(text) = keys.iter().find_map(|k| value.some(k)?.as_text()).filter(|t| !t.is_empty()) {
            // Cohere's history has the answer already.
            if side == Role::User || found.last().is_none_or(|m| m.role != side || m.text() != text) {
                found.push(Message::words(side, text.as_ref()));
            }
            let last = found.last_mut().filter(|_| side == Role::Assistant);
            last.into_iter().for_each(|m| sources(value, &mut m.parts));
            return Some(found);
        }
        if found.len() > before {
            return Some(found);
        }
    }
    answers(value, side, depth)
}

/// A text, or an object that says neither who speaks nor what it consists of.
fn is_part(item: &Json<'_>) -> bool {
    item.as_text().is_some() || (item.is_object() && item.some("role").is_none() && item.some("parts").is_none())
}

/// OpenAI's threads are listed with the newest message first: `{"object": "list", "data": [{"object": "thread.message"}]}`.
fn thread(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let list = value.some("data")?.items();
    let said = |m: &Json<'_>| m.some("object").and_then(Json::as_text).is_some_and(|o| o == "thread.message");
    if list.is_empty() || !list.iter().all(said) {
        return None;
    }
    let mut in_order: Vec<Json<'_>> = list.iter().rev().cloned().collect();
    in_order.sort_by_key(|m| m.some("created_at").and_then(Json::as_int));
    self::list(&in_order, side, depth)
}

/// LangChain's shorthand: `{"messages": ["..."]}`.
fn shorthand(key: &str, items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let said = || items.iter().map(|i| i.as_text().map(|t| Message::words(side, t.as_ref()))).collect();
    if key == "messages" { said() } else { None }
}

/// A model's settings stand beside its input.
fn is_model_call(value: &Json<'_>) -> bool {
    value.some("model").is_some() || value.some("model_name").is_some() || value.some("modelId").is_some()
}

/// Mistral's conversations are begun with an agent, and gone on with by their id.
fn goes_to_agent(value: &Json<'_>) -> bool {
    value.some("agent_id").is_some() || value.some("conversation_id").is_some()
}

/// Anthropic, gen_ai, Gemini, Responses and Cohere keep the system prompt beside the messages.
fn systems(value: &Json<'_>) -> Vec<Message> {
    const KEYS: [&str; 7] = [
        "system",
        "system_instructions",
        "system_instruction",
        "systemInstruction",
        "system_prompt",
        "instructions",
        "preamble",
    ];
    let beside = [Some(value), value.some("config"), value.some("request")];
    let given = beside.into_iter().flatten().flat_map(|v| KEYS.iter().filter_map(move |k| v.some(k)));
    let each = given.filter_map(|system| {
        let mut m = said(Role::System, Vec::new());
        parts(system.some("parts").unwrap_or(system), &mut m.parts);
        // An answer repeats the instructions as `null` or a list; data is no prompt.
        m.parts.iter().any(|p| matches!(p, Part::Text(_))).then_some(m)
    });
    each.take(1).collect()
}

/// Texts and parts of one message in a row (Gemini's chat).
fn mixed(items: &[Json<'_>], side: Role) -> Option<Vec<Message>> {
    let mut parts = Vec::new();
    items.iter().all(|i| known(i, &mut parts)).then(|| vec![said(side, parts)])
}

/// What models answer.
fn answers(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    if let Some(choices) = value.some("choices") {
        let each = choices.items().iter().filter_map(|c| {
            let mut m = c
                .some("message")
                .or_else(|| c.some("delta"))
                .and_then(|m| message(m).or_else(|| bare(m, Role::Assistant)))
                .or_else(|| c.some("text").map(|t| Message::words(Role::Assistant, t.plain())))?;
            m.end(ending(c));
            Some(m)
        });
        return Some(as_choices(each.collect()));
    }
    if let Some(candidates) = value.some("candidates") {
        let each = candidates.items().iter().filter_map(|c| {
            // One that was blocked has no content.
            let content = c.some("content").and_then(|c| bare(c, Role::Assistant));
            let mut m = content.clone().unwrap_or_else(|| said(Role::Assistant, Vec::new()));
            grounding(c, &mut m.parts);
            m.end(ending(c));
            (content.is_some() || !m.parts.is_empty()).then_some(m)
        });
        let each: Vec<Message> = each.collect();
        if !each.is_empty() {
            return Some(as_choices(each));
        }
    }
    if let Some(blocked) = unasked(value) {
        return Some(vec![blocked]);
    }
    if let Some(generations) = value.some("generations") {
        return Some(generations_of(generations, depth));
    }
    if let Some(found) = texts(value).filter(|_| side == Role::Assistant) {
        return Some(found);
    }
    if let Some(found) = vercel(value).filter(|_| side == Role::Assistant) {
        return Some(steps(value, found));
    }
    if let Some(inner) = ["message", "update", "request", "response", "messages", "result"]
        .iter()
        .find_map(|k| value.some(k).filter(|v| v.is_object()))
        && let Some(found) = shaped(inner, side, depth).or_else(|| lone(inner, side))
    {
        return Some(found);
    }
    if let Some(made) = value.some("artifacts").filter(|_| side == Role::Assistant) {
        // Agent2Agent: what a task has made.
        let each: Vec<Message> = made.items().iter().filter_map(|a| lone(a, side)).flatten().collect();
        if !each.is_empty() {
            return Some(each);
        }
    }
    images(value).or_else(|| inside(value, side, depth))
}

/// `{"content": "...", ...}` without a role.
fn lone(inner: &Json<'_>, side: Role) -> Option<Vec<Message>> {
    inner.some("content").or_else(|| inner.some("parts"))?;
    bare(inner, side).filter(|m| !m.parts.is_empty()).map(|m| vec![m])
}

/// The member of an object in which there is a conversation (a graph's node); of several (a pipeline's components) the
/// last that answers.
fn inside(value: &Json<'_>, side: Role, depth: usize) -> Option<Vec<Message>> {
    let members: Vec<_> = value.members().iter().filter(|(_, v)| !v.is_null()).collect();
    if let Some((_, body)) = members.iter().find(|(k, _)| k.ends_with("body")) {
        // A request or its answer, beside method and address; JSON in a string as often as not.
        let text = body.as_text();
        let inner = text.as_ref().and_then(|t| parse(t).ok()).map(|(json, _)| json);
        if let Some(found) = shaped(inner.as_ref().unwrap_or(body), side, depth) {
            return Some(found);
        }
    }
    if let [(_, only)] = members.as_slice() {
        return shaped(only, side, depth);
    }
    if side != Role::Assistant || members.iter().any(|(_, v)| !v.is_object()) {
        return None;
    }
    let read = |(_, v): &&(std::borrow::Cow<'_, str>, Json<'_>)| shaped(v, side, depth);
    let answers = |m: &Vec<Message>| m.iter().any(|m| m.role.answers() && m.speaks());
    members.iter().rev().filter_map(read).find(answers)
}

fn generations_of(value: &Json<'_>, depth: usize) -> Vec<Message> {
    let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
    let each = value.items().iter().flat_map(|g| match g {
        Json::Array(_) => generations_of(g, depth),
        _ => {
            let found = g.some("message").and_then(message);
            let mut found = found.or_else(|| g.some("text").map(|t| Message::words(Role::Assistant, t.plain())));
            if let Some(m) = &mut found {
                m.end(ending(g));
            }
            found.into_iter().collect()
        }
    });
    each.collect()
}

#[cfg(test)]
mod tests;
