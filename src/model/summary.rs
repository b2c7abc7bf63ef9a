//! The short facts about a trace. Spans are only read where the info does not say.

use super::Time;
use super::conversation;
use super::json::{Json, parse_shape as parse};
use super::model_use::model_use;
use super::preview;
use super::span_tree::Tree;
use super::trace::{Span, Trace, TraceSummary};
use super::trace_parse::read_span;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest tag or metadata value kept for lists and filters, in bytes.
const LONGEST: usize = 250;

/// The summary of a trace in v3 form; `bytes` is its size as JSON, `read` its spans where somebody has read them.
pub(crate) fn summarise(info: &Json<'_>, spans: &[Json<'_>], bytes: usize, read: Option<&[Span]>) -> TraceSummary {
    facts(info, spans, bytes, read, true)
}

/// The same with the previews that the info itself has: for others inputs and outputs would have to be read a second time.
pub(crate) fn without_previews(info: &Json<'_>, spans: &[Json<'_>], bytes: usize, read: &[Span]) -> TraceSummary {
    facts(info, spans, bytes, Some(read), false)
}

fn facts(info: &Json<'_>, spans: &[Json<'_>], bytes: usize, read: Option<&[Span]>, previews: bool) -> TraceSummary {
    let known = read.is_some();
    let (all, top) = (OnceCell::new(), OnceCell::new());
    let read = || read.unwrap_or_else(|| all.get_or_init(|| spans.iter().map(read_span).collect::<Vec<_>>()));
    // Most of a trace is in spans that nobody asks for here.
    let only = || if known { None } else { only_root(spans) };
    let root = || top.get_or_init(|| only().or_else(|| root(read()).cloned())).as_ref();

    let mut abridged = false;
    let tags = short_values(info.get("tags"), &mut abridged);
    let mut metadata = short_values(info.get("trace_metadata"), &mut abridged);
    if metadata.get(SESSION).is_none_or(String::is_empty)
        && let Some(name) = if known { session_of_read(read()) } else { session_of(spans) }
    {
        metadata.insert(SESSION.to_owned(), name);
    }
    let word = |key: &str| info.some(key).map(Json::plain).filter(|t| !t.is_empty());
    // OpenTelemetry's roots often say nothing; the models below them do.
    let whole = OnceCell::new();
    let told = |spans: &[Span]| -> &(Option<Arc<str>>, Option<Arc<str>>) { whole.get_or_init(|| in_attributes(spans)) };
    let said = |text: &Arc<str>| !matches!(text.trim(), "" | "null" | "{}");
    // What only says whose the trace is asks nothing, nor do inputs beside which the chat stands.
    let asks = |text: &Arc<str>| said(text) && !conversation::only_names(text, false);
    let inputs = || {
        let own = || root().and_then(|s| s.inputs.clone()).filter(asks);
        let plain = !root().is_some_and(conversation::has_chat);
        plain
            .then(|| own().or_else(|| conversation::first_input(read()).filter(asks)))
            .flatten()
            .or_else(|| told(read()).0.clone())
            .or_else(|| root().and_then(|s| s.inputs.clone()).filter(said))
    };
    let last_output = || {
        let failed = root().is_some_and(|s| s.status == "ERROR");
        if failed { None } else { conversation::last_output(read()) }
    };
    let outputs =
        || root().and_then(|s| s.outputs.clone()).filter(said).or_else(last_output).or_else(|| told(read()).1.clone());
    TraceSummary {
        trace_id: word("trace_id").unwrap_or_default(),
        name: tags.get("mlflow.traceName").cloned().or_else(|| root().map(|s| s.name.clone())).unwrap_or_default(),
        state: word("state").unwrap_or_else(|| "STATE_UNSPECIFIED".to_owned()),
        request_time: info.some("request_time").and_then(time).or_else(|| earliest(read())).unwrap_or_default(),
        duration_ms: duration(info).or_else(|| root().and_then(length)),
        request_preview: preview::request(word("request_preview"), || if previews { inputs() } else { None }),
        response_preview: preview::response(word("response_preview"), || if previews { outputs() } else { None }),
        spans: u32::try_from(spans.len()).unwrap_or(u32::MAX),
        tokens: metadata.get("mlflow.trace.tokenUsage").and_then(|t| total_tokens(t)).or_else(|| {
            let known = metadata.contains_key("mlflow.trace.tokenUsage");
            (!known).then(|| sum_model_use(read())).flatten().and_then(|[_, _, total]| u64::try_from(total).ok())
        }),
        bytes: bytes as u64,
        client_request_id: word("client_request_id"),
        tags,
        metadata,
        abridged,
    }
}

/// Metadata with the name of the conversation that a trace is a turn of.
const SESSION: &str = "mlflow.trace.session";

/// Where instrumentations keep it: in attributes of spans.
const SESSIONS: [&str; 8] = [
    "session.id",
    "gen_ai.conversation.id",
    "traceloop.association.properties.session_id",
    "langfuse.session.id",
    "lmnr.association.properties.session_id",
    "gcp.vertex.agent.session_id",
    "voltagent.conversation_id",
    "ai.telemetry.metadata.sessionId",
];

/// The conversation that spans are of, where one says so.
pub(crate) fn session_of(spans: &[Json<'_>]) -> Option<String> {
    let each = spans.iter().flat_map(|s| s.get("attributes").map(Json::members).unwrap_or_default());
    named(each.map(|(k, v)| (k.as_ref(), v)), Json::plain)
}

/// The same of spans that were read.
fn session_of_read(spans: &[Span]) -> Option<String> {
    named(spans.iter().flat_map(|s| &s.attributes).map(|(k, v)| (k.as_str(), v)), ToString::to_string)
}

fn named<'k, V>(attributes: impl Iterator<Item = (&'k str, V)>, text: impl Fn(V) -> String) -> Option<String> {
    let named = attributes.filter_map(|(k, v)| Some((SESSIONS.iter().position(|name| *name == k)?, v)));
    let (_, name) = named.min_by_key(|(rank, _)| *rank)?;
    // An attribute is JSON.
    let name = text(name);
    let name = parse(&name).map_or_else(|_| name.clone(), |(json, _)| json.plain());
    Some(name).filter(|n| !n.trim().is_empty() && n.len() <= LONGEST)
}

/// Whether a trace's body may say of which conversation it is a turn.
pub(crate) fn mentions_session(body: &str) -> bool {
    let names = SESSIONS.iter().chain([&SESSION]);
    names.into_iter().any(|name| memchr::memmem::find(body.as_bytes(), name.as_bytes()).is_some())
}

/// More spans than this are not read through for a line of a list.
const FEW: usize = 500;

/// What was asked and answered in a trace whose root does not say it (its spans do, or their attributes: ADK, Vercel,
/// OpenInference), as JSON strings.
fn in_attributes(spans: &[Span]) -> (Option<Arc<str>>, Option<Arc<str>>) {
    if spans.len() > FEW || spans.iter().all(|s| s.attributes.is_empty() && s.events.is_empty()) {
        return (None, None);
    }
    let trace = Trace { spans: spans.to_vec(), ..Trace::default() };
    let read = conversation::conversation(&trace, &Tree::build(&trace.spans), &[]);
    let quoted = |text: Option<Arc<str>>| text.map(|t| Json::text(t.as_ref()).to_json().into());
    (quoted(read.question), quoted(read.output))
}

/// The root, where it is plain to see which one that is, without reading the others.
fn only_root(spans: &[Json<'_>]) -> Option<Span> {
    let parent = |s: &Json<'_>| s.get("parent_span_id").and_then(Json::as_text).is_some_and(|p| !p.is_empty());
    let mut tops = spans.iter().filter(|s| s.is_object() && !parent(s));
    let (Some(one), None) = (tops.next(), tops.next()) else { return None };
    let odd = one.some("parent_span_id").is_some_and(|p| p.as_text().is_none());
    (!odd).then(|| read_span(one))
}

/// The span that stands for the trace: the first at the top that is in its place, else the first at all.
pub(crate) fn root(spans: &[Span]) -> Option<&Span> {
    let roots = spans.iter().filter(|s| s.parent.is_none());
    roots.min_by_key(|s| s.start_ns.unwrap_or(i64::MAX)).or_else(|| {
        let first = Tree::build(spans).rows.first().map(|r| r.span)?;
        spans.get(first)
    })
}

/// A map's values as text, those too long for a summary left out.
fn short_values(map: Option<&Json<'_>>, abridged: &mut bool) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (key, value) in map.map(Json::members).unwrap_or_default() {
        let value = value.plain();
        if value.len() > LONGEST || key.len() > LONGEST {
            *abridged = true;
        } else {
            out.insert(key.to_string(), value);
        }
    }
    out
}

/// RFC 3339, or milliseconds as a number.
pub(crate) fn time(value: &Json<'_>) -> Option<Time> {
    let Some(text) = value.as_text() else { return value.as_int().map(Time) };
    Time::parse(&text).or_else(|| value.as_int().map(Time))
}

fn earliest(spans: &[Span]) -> Option<Time> {
    spans.iter().filter_map(|s| s.start_ns).min().map(|ns| Time(ns.div_euclid(1_000_000)))
}

fn duration(info: &Json<'_>) -> Option<i64> {
    if let Some(ms) = info.some("execution_duration_ms").and_then(Json::as_int) {
        return Some(ms);
    }
    let value = info.some("execution_duration")?;
    match value.as_text() {
        // REST: seconds with an "s".
        Some(text) => {
            let seconds: f64 = text.trim_end_matches('s').parse().ok()?;
            #[allow(clippy::cast_possible_truncation)]
            (seconds.abs() < 1.0e12).then_some((seconds * 1000.0).round() as i64)
        }
        None => value.as_int(),
    }
}

fn length(span: &Span) -> Option<i64> {
    Some(span.end_ns?.checked_sub(span.start_ns?)?.div_euclid(1_000_000))
}

/// Input, output and total tokens of a usage in JSON.
fn usage(text: &str) -> Option<[i64; 3]> {
    let (usage, _) = parse(text).ok()?;
    let count = |key: &str| usage.some(key).and_then(Json::as_int).filter(|n| *n >= 0);
    let (input, output) = (count("input_tokens"), count("output_tokens"));
    let total = count("total_tokens").or_else(|| input?.checked_add(output?))?;
    Some([input.unwrap_or(0), output.unwrap_or(0), total])
}

fn total_tokens(text: &str) -> Option<u64> {
    usage(text).and_then(|[_, _, total]| u64::try_from(total).ok())
}

/// Token usage of all spans as MLflow sums it for a trace's info, from its own attribute alone.
pub(crate) fn sum_usage(spans: &[Span]) -> Option<[i64; 3]> {
    sum(spans, |s| s.attributes.iter().find(|(k, _)| k == "mlflow.chat.tokenUsage").and_then(|(_, v)| usage(v)))
}

/// The same in whatever convention, as the tree shows it: for traces whose info says nothing.
fn sum_model_use(spans: &[Span]) -> Option<[i64; 3]> {
    sum(spans, |span| {
        let used = model_use(span);
        let total = used.total.filter(|n| *n >= 0)?;
        Some([used.input.unwrap_or(0), used.output.unwrap_or(0), total])
    })
}

/// Not counting again what a span above has already counted.
fn sum(spans: &[Span], of: impl Fn(&Span) -> Option<[i64; 3]>) -> Option<[i64; 3]> {
    let found: Vec<Option<[i64; 3]>> = spans.iter().map(of).collect();
    if found.iter().all(Option::is_none) {
        return None;
    }
    let (mut total, mut covered_to) = ([0i64; 3], 0);
    for (at, row) in Tree::build(spans).rows.iter().enumerate() {
        if at < covered_to {
            continue;
        }
        if let Some(usage) = found.get(row.span).copied().flatten() {
            total.iter_mut().zip(usage).for_each(|(sum, n)| *sum = sum.saturating_add(n));
            covered_to = row.end;
        }
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::super::Trace;
    use super::*;

    #[test]
    fn a_summary_says_what_the_info_says() {
        let long = "x".repeat(300);
        let body = format!(
            r#"{{"data":{{"spans":[]}},"info":{{"trace_id":"tr-1","request_time":"2026-11-24T05:37:46.120Z","state":"OK",
            "execution_duration_ms":185,"client_request_id":"c1","request_preview":"What?\n  Now","response_preview":"\"That.\"",
            "tags":{{"mlflow.traceName":"app","n":1,"long":"{long}"}},
            "trace_metadata":{{"mlflow.trace.tokenUsage":"{{\"total_tokens\": 158}}"}}}}}}"#
        );
        let s = Trace::parse(&body).summary;
        assert_eq!((s.trace_id.as_str(), s.name.as_str(), s.state.as_str()), ("tr-1", "app", "OK"));
        assert_eq!((s.duration_ms, s.tokens, s.client_request_id.as_deref()), (Some(185), Some(158), Some("c1")));
        assert_eq!((s.request_preview.as_str(), s.response_preview.as_str()), ("What? Now", "That."));
        assert_eq!(s.request_time, Time::parse("2026-11-24T05:37:46.120Z").unwrap());
        assert_eq!((s.tags.get("n").unwrap().as_str(), s.tags.contains_key("long"), s.abridged), ("1", false, true));
        assert_eq!(s.bytes, body.len() as u64);
    }

    #[test]
    fn tokens_are_summed_in_every_convention() {
        let body = r#"{"data":{"spans":[{"span_id":"a","start_time_unix_nano":1,"attributes":{}},
            {"span_id":"b","parent_span_id":"a","attributes":{"gen_ai.usage.input_tokens":"30","gen_ai.usage.output_tokens":"12"}},
            {"span_id":"c","parent_span_id":"a","attributes":{"llm.token_count.total":"8"}}]},"info":{"trace_id":"t"}}"#;
        assert_eq!(Trace::parse(body).summary.tokens, Some(50));
    }

    #[test]
    fn a_summary_falls_back_on_the_spans() {
        let body = r#"{"data":{"spans":[
            {"span_id":"b","parent_span_id":"a","start_time_unix_nano":2000000,"attributes":{"mlflow.chat.tokenUsage":"{\"total_tokens\":5}"}},
            {"span_id":"a","name":"root","start_time_unix_nano":1000000,"end_time_unix_nano":4000000,
             "attributes":{"mlflow.spanInputs":"{\"messages\":[{\"role\":\"user\",\"content\":\"Hello?\"}]}","mlflow.spanOutputs":"\"Hi\"",
             "mlflow.chat.tokenUsage":"{\"input_tokens\":5,\"output_tokens\":2}"}}]},"info":{"trace_id":"t"}}"#;
        let s = Trace::parse(body).summary;
        assert_eq!((s.name.as_str(), s.request_time, s.duration_ms, s.tokens), ("root", Time(1), Some(3), Some(7)));
        assert_eq!((s.request_preview.as_str(), s.response_preview.as_str()), ("Hello?", "Hi"));
    }

    #[test]
    fn a_root_that_was_asked_null_shows_what_the_model_below_it_was_asked() {
        let body = r#"{"data":{"spans":[
            {"span_id":"a","name":"run","start_time_unix_nano":1,"attributes":{"mlflow.spanInputs":"null","mlflow.spanOutputs":"null"}},
            {"span_id":"b","parent_span_id":"a","start_time_unix_nano":2,"attributes":{"mlflow.spanType":"\"CHAT_MODEL\"",
             "mlflow.spanInputs":"[{\"role\":\"user\",\"content\":\"Hello?\"}]"}}]},"info":{"trace_id":"t"}}"#;
        assert_eq!(Trace::parse(body).summary.request_preview, "Hello?");
    }

    #[test]
    fn what_only_attributes_say_is_previewed() {
        let body = r#"{"data":{"spans":[{"span_id":"a","name":"invocation","start_time_unix_nano":1,"attributes":{}},
            {"span_id":"b","parent_span_id":"a","name":"chat","start_time_unix_nano":2,"attributes":{"gen_ai.operation.name":"\"chat\"",
             "gen_ai.input.messages":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Hello?\"}]}]",
             "gen_ai.output.messages":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"Hi.\"}]}]"}}]},"info":{"trace_id":"t"}}"#;
        let s = Trace::parse(body).summary;
        assert_eq!((s.request_preview.as_str(), s.response_preview.as_str()), ("Hello?", "Hi."));
    }

    #[test]
    fn a_root_that_asks_nothing_leaves_the_question_to_its_spans() {
        let preview = |root: &str, below: &str| {
            let body = format!(
                r#"{{"data":{{"spans":[{{"span_id":"a","start_time_unix_nano":1,"attributes":{{{root}}}}},
                {{"span_id":"b","parent_span_id":"a","start_time_unix_nano":2,"attributes":{{"mlflow.spanType":"\"CHAT_MODEL\"",{below}}}}},
                {{"span_id":"c","parent_span_id":"a","start_time_unix_nano":3,"attributes":{{"mlflow.spanType":"\"TOOL\"","mlflow.spanInputs":"{{}}"}}}}]}},
                "info":{{"trace_id":"t"}}}}"#
            );
            Trace::parse(&body).summary.request_preview
        };
        let parts =
            r#""gen_ai.input.messages":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Hello?\"}]}]""#;
        for root in ["", r#""mlflow.spanInputs":"{}""#, r#""mlflow.spanInputs":"{\"conversation_id\":\"c9\"}""#] {
            assert_eq!(preview(root, parts), "Hello?", "{root}");
        }
        let chat =
            r#""mlflow.spanInputs":"{\"x\":1}","mlflow.chat.messages":"[{\"role\":\"user\",\"content\":\"Hello?\"}]""#;
        assert_eq!(preview(chat, r#""n":"1""#), "Hello?");
        assert_eq!(preview(r#""mlflow.spanInputs":"{\"x\":1}""#, parts), "{\"x\":1}");
    }

    #[test]
    fn a_conversation_s_name_in_an_attribute_is_that_of_the_trace() {
        let of = |attributes: &str, metadata: &str| {
            let body = format!(
                r#"{{"data":{{"spans":[{{"span_id":"a","attributes":{{}}}},{{"span_id":"b","attributes":{{{attributes}}}}}]}},"info":{{"trace_id":"t","trace_metadata":{{{metadata}}}}}}}"#
            );
            assert!(mentions_session(&body));
            Trace::parse(&body).summary.session().map(str::to_owned)
        };
        assert_eq!(of(r#""session.id":"\"s1\"""#, "").as_deref(), Some("s1"));
        assert_eq!(of(r#""gen_ai.conversation.id":"c1""#, "").as_deref(), Some("c1"));
        assert_eq!(of(r#""gen_ai.conversation.id":"c1","session.id":"\"s1\"""#, "").as_deref(), Some("s1"));
        assert_eq!(of(r#""session.id":"\"s1\"""#, r#""mlflow.trace.session":"own""#).as_deref(), Some("own"));
        assert_eq!(of(r#""session.id":"\"\"""#, ""), None);
        assert!(!mentions_session(r#"{"data":{"spans":[]}}"#));
    }

    #[test]
    fn odd_times_are_read() {
        let at = |t: &str| time(&Json::text(t.to_owned()));
        assert_eq!(at("9999-12-31T23:59:59.999999999Z"), Some(Time(253_402_300_799_999)));
        assert_eq!(at("1795498666120"), Some(Time(1_795_498_666_120)));
        assert_eq!(at("soon"), None);
        assert_eq!(duration(&Json::object(vec![("execution_duration".into(), Json::text("0.185s"))])), Some(185));
    }
}
