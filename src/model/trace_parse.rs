//! Reads a stored body. Whatever is missing or of an unexpected form is left empty; nothing fails, nothing panics.

use super::halves::in_halves;
use super::json::{Json, NULL, escape, is_json, literal, parse_shape, parse_top, unescape};
use super::span_id::readable;
use super::span_kind;
use super::summary::{summarise, without_previews};
use super::trace::{Span, SpanEvent, Trace};
use std::borrow::Cow;
use std::sync::Arc;

/// Levels of a body above its spans. They, and what they hold, are read one after the other: all of it at once would take
/// up to twenty times its size.
const UPPER: usize = 3;
/// Levels of a span, or of an event, above the values that it holds.
const OWN: usize = 2;

impl Trace {
    /// Reads a body (canonical JSON, v3). A body that is no JSON, which the store never holds, reads as an empty trace.
    #[must_use]
    pub fn parse(body: &str) -> Self {
        let Ok(json) = parse_top(body, UPPER) else { return Self::default() };
        let spans = spans(&json);
        let summary = summarise(json.get("info").unwrap_or(&NULL), spans_of(&json), body.len(), Some(&spans));
        Self { summary, spans }
    }

    /// Reads a body for the eye: the same, with no previews but those that the info gives, for others take as long as all
    /// the rest.
    #[must_use]
    pub fn for_reading(body: &str) -> Self {
        let Ok(json) = parse_top(body, UPPER) else { return Self::default() };
        let spans = spans(&json);
        let summary = without_previews(json.get("info").unwrap_or(&NULL), spans_of(&json), body.len(), &spans);
        Self { summary, spans }
    }
}

/// The spans of a trace in v3 form, unread.
pub(crate) fn spans_of<'a, 'j>(trace: &'j Json<'a>) -> &'j [Json<'a>] {
    trace.get("data").and_then(|d| d.get("spans")).map(Json::items).unwrap_or_default()
}

fn spans(trace: &Json<'_>) -> Vec<Span> {
    let (told, rest) = apart(spans_of(trace), SMALLEST_SPAN);
    let rest = rest.map(|(count, json)| Span {
        name: format!("{count} more spans"),
        span_type: "UNKNOWN".to_owned(),
        status: "UNSET".to_owned(),
        attributes: vec![("spans".to_owned(), json.into())],
        ..Span::default()
    });
    let mut all = in_halves(told, |_, part| part.iter().map(|span| span.looked_into(OWN, read_span)).collect());
    all.extend(rest);
    all
}

/// Elements of a list that are told one by one whatever they are.
const FEW: usize = 1000;
/// Bytes of a span on average, in a list of many; nobody writes smaller ones.
const SMALLEST_SPAN: usize = 200;
/// The same of events, links and attributes.
const SMALLEST: usize = 24;

/// The elements that are told one by one, and of a list of very many and very small ones the rest, as one JSON value: a
/// million empty spans would take a gigabyte.
fn apart<'j, 'a>(items: &'j [Json<'a>], smallest: usize) -> (&'j [Json<'a>], Option<(usize, String)>) {
    let bytes = || items.iter().map(|item| if let Json::Unread(text) = item { text.len() } else { 1 }).sum::<usize>();
    let most = if items.len() > FEW { FEW.max(bytes() / smallest) } else { FEW };
    let Some((told, rest)) = items.split_at_checked(most) else { return (items, None) };
    if rest.is_empty() {
        return (items, None);
    }
    let mut json = String::from("[");
    for item in rest {
        item.write(&mut json);
        json.push(',');
    }
    json.pop();
    json.push(']');
    (told, Some((rest.len(), json)))
}

/// One span in v3 form.
pub(crate) fn read_span(json: &Json<'_>) -> Span {
    let status = json.get("status").unwrap_or(&NULL);
    let mut span = Span {
        id: id(json.get("span_id")).unwrap_or_default(),
        parent: id(json.get("parent_span_id")),
        name: json.some("name").map(Json::plain).unwrap_or_default(),
        span_type: "UNKNOWN".to_owned(),
        start_ns: json.get("start_time_unix_nano").and_then(Json::as_int),
        end_ns: json.get("end_time_unix_nano").and_then(Json::as_int),
        status: status_name(status.get("code").unwrap_or(status)),
        status_message: ["message", "description"]
            .iter()
            .find_map(|k| status.some(k))
            .map(Json::plain)
            .unwrap_or_default(),
        events: events(json.get("events").map(Json::items).unwrap_or_default()),
        links: links(json.get("links").map(Json::items).unwrap_or_default()),
        ..Span::default()
    };
    let attributes = json.get("attributes").map(Json::members).unwrap_or_default();
    let long = || attributes.iter().map(|(k, v)| k.len() + text_of(v).len()).sum::<usize>();
    let most = if attributes.len() > FEW { FEW.max(long() / SMALLEST) } else { FEW };
    let mut rest = Vec::new();
    for (at, (key, value)) in attributes.iter().enumerate() {
        match key.as_ref() {
            "mlflow.spanInputs" => (span.inputs, span.inputs_text) = payload(value),
            "mlflow.spanOutputs" => (span.outputs, span.outputs_text) = payload(value),
            "mlflow.spanType" if !value.is_null() => {
                span.span_type = decoded(value);
                span.attributes.push((key.to_string(), attribute(value)));
            }
            _ if at < most => span.attributes.push((key.to_string(), attribute(value))),
            _ => rest.push((key, value)),
        }
    }
    if !rest.is_empty() {
        let name = format!("{} more attributes", rest.len());
        let mut json = String::from("{");
        for (key, value) in rest {
            json.push_str(&escape(key));
            json.push(':');
            value.write(&mut json);
            json.push(',');
        }
        json.pop();
        json.push('}');
        span.attributes.push((name, json.into()));
    }
    elsewhere(&mut span);
    if span.span_type == "UNKNOWN"
        && let Some(kind) = span_kind::said(&span.attributes)
    {
        kind.clone_into(&mut span.span_type);
    }
    span
}

/// A value's text, as far as it is there without writing it.
fn text_of<'j>(value: &'j Json<'_>) -> &'j str {
    match value {
        Json::Atom(text) | Json::Text(text) => text,
        Json::Escaped(text) | Json::Canonical(text) | Json::Unread(text) => text,
        _ => "",
    }
}

fn events(all: &[Json<'_>]) -> Vec<SpanEvent> {
    let (told, rest) = apart(all, SMALLEST);
    let rest = rest.map(|(count, json)| SpanEvent {
        name: format!("{count} more events"),
        attributes: vec![("events".to_owned(), json)],
        ..SpanEvent::default()
    });
    told.iter().map(|e| e.looked_into(OWN, event)).chain(rest).collect()
}

fn links(all: &[Json<'_>]) -> Vec<Arc<str>> {
    let (told, rest) = apart(all, SMALLEST);
    told.iter().map(|l| l.to_json().into()).chain(rest.map(|(_, json)| json.into())).collect()
}

/// Where other tracers keep what went into a span and what came out, whatever it is.
const WENT_IN: [&str; 2] = ["haystack.component.input", "haystack.pipeline.input_data"];
const CAME_OUT: [&str; 2] = ["haystack.component.output", "haystack.pipeline.output_data"];

/// Takes them for inputs and outputs, where a span has none of its own.
fn elsewhere(span: &mut Span) {
    for (names, inputs) in [(WENT_IN, true), (CAME_OUT, false)] {
        if (if inputs { &span.inputs } else { &span.outputs }).is_some() {
            continue;
        }
        let Some(at) = span.attributes.iter().position(|(k, _)| names.contains(&k.as_str())) else { continue };
        let (_, value) = span.attributes.remove(at);
        let found = payload(&Json::text(value.to_string()));
        match inputs {
            true => (span.inputs, span.inputs_text) = found,
            false => (span.outputs, span.outputs_text) = found,
        }
    }
}

fn id(json: Option<&Json<'_>>) -> Option<String> {
    json.filter(|v| !v.is_null()).map(|v| readable(&v.plain())).filter(|id| !id.is_empty())
}

/// OK, ERROR or UNSET; whatever else was written stays.
pub(crate) fn status_name(code: &Json<'_>) -> String {
    let code =
        code.as_text().unwrap_or_else(|| Cow::Owned(if code.is_object() { String::new() } else { code.to_json() }));
    match code.strip_prefix("STATUS_CODE_").unwrap_or(&code) {
        "" | "0" | "null" => "UNSET",
        "1" => "OK",
        "2" => "ERROR",
        other => other,
    }
    .to_owned()
}

fn event(json: &Json<'_>) -> SpanEvent {
    SpanEvent {
        name: json.some("name").map(Json::plain).unwrap_or_default(),
        time_ns: ["time_unix_nano", "timestamp"].iter().find_map(|k| json.some(k)).and_then(Json::as_int),
        attributes: json
            .get("attributes")
            .map(Json::members)
            .unwrap_or_default()
            .iter()
            .map(|(k, v)| (k.to_string(), v.plain()))
            .collect(),
    }
}

/// An attribute's value: MLflow writes JSON inside a string; other writers put a value or plain text there.
fn attribute(value: &Json<'_>) -> Arc<str> {
    value.as_text().unwrap_or_else(|| Cow::Owned(value.to_json())).into()
}

/// An attribute that should be a JSON string, or is plain text.
fn decoded(value: &Json<'_>) -> String {
    let text = attribute(value);
    parse_shape(&text)
        .ok()
        .and_then(|(json, _)| json.as_text().map(Cow::into_owned))
        .unwrap_or_else(|| text.to_string())
}

/// Inputs or outputs as JSON text; with it, where that is long and one string, what it says. Strings are opened as long
/// as an object or array comes out in the end: some writers encode twice. Text that only looks a little like JSON, such
/// as an answer in quotes, stays the string that it is.
fn payload(value: &Json<'_>) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let Some(text) = value.as_text() else {
        return ((!value.is_null()).then(|| value.to_json().into()), None);
    };
    let long = text.len() >= LONG;
    if long
        && !may_hold_json(&text)
        && let Some(said) = literal(&text)
    {
        return (Some(text.as_ref().into()), Some(said.into()));
    }
    if !is_json(&text) {
        return (Some(escape(&text).into()), long.then(|| text.into()));
    }
    // Always JSON, this.
    let mut inner = Cow::Borrowed(text.as_ref());
    for _ in 0..4 {
        match inner.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => return (Some(inner.into()), None),
            Some(b'"') if may_hold_json(&inner) => {}
            _ => break,
        }
        match opened(&inner) {
            Some(text) => inner = Cow::Owned(text),
            None => break,
        }
    }
    (Some(text.into()), None)
}

/// A JSON string's text, where that is JSON once more.
fn opened(json: &str) -> Option<String> {
    literal(json).map(Cow::into_owned).filter(|text| is_json(text))
}

/// Whether a JSON string may hold JSON once more, by how it begins: prose of megabytes is not read for that.
fn may_hold_json(json: &str) -> bool {
    let Some(raw) = json.trim_start().strip_prefix('"') else { return false };
    let begins = unescape(raw.get(..raw.floor_char_boundary(BEGINNING)).unwrap_or_default());
    // Nothing but white space, or half an escape, tells nothing yet.
    !begins.trim_start().starts_with(|c| !matches!(c, '{' | '[' | '"' | '\\'))
}

/// Bytes from which on the text of a string is kept beside it.
const LONG: usize = 64 << 10;

/// Bytes of a text by which it is told whether it may be JSON.
const BEGINNING: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attributes: &str) -> Span {
        let body = format!(r#"{{"data":{{"spans":[{{"attributes":{attributes}}}]}},"info":{{}}}}"#);
        Trace::parse(&body).spans.remove(0)
    }

    #[test]
    fn attributes_come_as_json_text_as_values_and_as_plain_text() {
        let span = read(r#"{"a":"[1]","b":{"x":[1]},"c":"just text","mlflow.spanType":"\"TOOL\""}"#);
        let plain: Vec<_> = span.attributes.iter().map(|(k, v)| (k.as_str(), v.as_ref())).collect();
        assert_eq!(plain, [("a", "[1]"), ("b", r#"{"x":[1]}"#), ("c", "just text"), ("mlflow.spanType", "\"TOOL\"")]);
        assert_eq!(span.span_type, "TOOL");
        assert_eq!(read(r#"{"mlflow.spanType":"LLM"}"#).span_type, "LLM");
        assert_eq!(read("{}").span_type, "UNKNOWN");
        // Told in another convention's words alone.
        for (kind, want) in [
            (r#""openinference.span.kind":"\"LLM\"""#, "LLM"),
            (r#""openinference.span.kind":"retriever""#, "RETRIEVER"),
            (r#""traceloop.span.kind":"workflow""#, "WORKFLOW"),
            (r#""gen_ai.operation.name":"execute_tool""#, "TOOL"),
            (r#""gen_ai.operation.name":"something""#, "UNKNOWN"),
            (r#""mlflow.spanType":"CHAIN","openinference.span.kind":"LLM""#, "CHAIN"),
        ] {
            assert_eq!(read(&format!("{{{kind}}}")).span_type, want, "{kind}");
        }
    }

    #[test]
    fn what_other_tracers_call_in_and_out_is_that_where_nothing_else_is() {
        let told = r#""haystack.component.input":"{\"query\": \"Q\"}","haystack.component.output":"\"{\\\"replies\\\": [\\\"A\\\"]}\"""#;
        let span = read(&format!("{{{told}}}"));
        assert_eq!(span.inputs.as_deref(), Some(r#"{"query": "Q"}"#));
        assert_eq!(span.outputs.as_deref(), Some(r#"{"replies": ["A"]}"#));
        assert!(span.attributes.is_empty());
        let span = read(&format!(r#"{{{told},"mlflow.spanInputs":"\"own\""}}"#));
        assert_eq!((span.inputs.as_deref(), span.attributes.len()), (Some("\"own\""), 1));
    }

    #[test]
    fn inputs_and_outputs_are_json_whatever_was_written() {
        let outputs = |v: &str| read(&format!(r#"{{"mlflow.spanOutputs":{v}}}"#)).outputs;
        let check = |written: &str, read: &str| assert_eq!(outputs(written).as_deref(), Some(read), "{written}");
        check(r#""{\"a\":1}""#, r#"{"a":1}"#);
        check(r#"{"a":1}"#, r#"{"a":1}"#);
        check(r#""just text, no quotes""#, r#""just text, no quotes""#);
        check(r#""\"\\\"{\\\\\\\"a\\\\\\\": [1, \\\\\\\"x\\\\\\\"]}\\\"\"""#, r#"{"a": [1, "x"]}"#);
        // Which of them are JSON is told by how they begin, however that is written.
        let spaced = format!("{}{{}}", " ".repeat(BEGINNING));
        check(&escape(&escape(&spaced)), &spaced);
        let cut = format!("{}\"[1]\"", " ".repeat(BEGINNING - 1));
        check(&escape(&escape(&cut)), "[1]");
        check(&escape(&escape("[1] see the note")), r#""[1] see the note""#);
        check(r#""\"\\\"Yes\\\"\"""#, r#""\"Yes\"""#);
        check(r#""{\"a\":NaN}""#, r#"{"a":NaN}"#);
        check(r#""""#, r#""""#);
        assert_eq!(outputs("null"), None);
    }

    #[test]
    fn of_a_long_string_there_is_what_it_says() {
        let outputs = |text: &str| {
            let span = read(&format!(r#"{{"mlflow.spanOutputs":{}}}"#, escape(text)));
            (span.outputs.unwrap_or_default().to_string(), span.outputs_text.map(|t| t.to_string()))
        };
        let long = "a \"quoted\" line\n".repeat(LONG / 10);
        let told = (escape(&long), Some(long.clone()));
        assert_eq!(outputs(&escape(&long)), told);
        assert_eq!(outputs(&long), told);
        assert_eq!(outputs(&format!("\"{long}")), (escape(&format!("\"{long}")), Some(format!("\"{long}"))));
        let list = format!("[{}1]", "1, ".repeat(LONG));
        assert_eq!(outputs(&list), (list.clone(), None));
        assert_eq!(outputs(&escape(&list)), (list, None));
        assert_eq!(outputs("\"short\""), ("\"short\"".into(), None));
    }

    #[test]
    fn a_trace_without_spans_is_read_with_the_previews_of_its_info() {
        let body = r#"{"data":{"spans":[]},"info":{"trace_id":"t","request_preview":"Q","response_preview":"\"A\""}}"#;
        let summary = Trace::for_reading(body).summary;
        assert_eq!((summary.request_preview.as_str(), summary.response_preview.as_str()), ("Q", "A"));
    }

    #[test]
    fn of_a_body_no_more_than_a_span_is_taken_apart_at_a_time() {
        let list = format!("[{}0]", "0,".repeat(1000));
        let span = format!(
            r#"{{"attributes":{{"a":{list},"mlflow.spanInputs":{list}}},"events":[{{"attributes":{{"n":{list}}},"name":"e"}}],"links":[{list}],"name":"s"}}"#
        );
        let body =
            format!(r#"{{"data":{{"spans":[{span},{span}]}},"info":{{"tags":{{"t":{list}}},"trace_id":"tr-1"}}}}"#);
        let top = parse_top(&body, UPPER).unwrap();
        assert!(spans_of(&top).iter().all(|s| matches!(s, Json::Unread(_))));
        // Nor are the values of a span, which are handed on as they stand.
        let own = parse_top(&span, OWN).unwrap();
        assert!(own.get("attributes").unwrap().members().iter().all(|(_, v)| matches!(v, Json::Unread(_))));
        let trace = Trace::parse(&body);
        let read = &trace.spans[1];
        assert_eq!((read.name.as_str(), read.inputs.as_deref()), ("s", Some(list.as_str())));
        assert_eq!((read.attributes[0].1.as_ref(), read.links[0].as_ref()), (list.as_str(), list.as_str()));
        assert_eq!((read.events[0].name.as_str(), &read.events[0].attributes), ("e", &vec![("n".into(), list)]));
        assert_eq!((trace.spans.len(), trace.summary.trace_id.as_str()), (2, "tr-1"));
    }

    #[test]
    fn of_a_million_tiny_things_the_rest_is_one_value() {
        let list = |count: usize| format!("[{}{{}}]", "{},".repeat(count - 1));
        let rest = |count: usize| list(count - FEW);
        let trace = Trace::parse(&format!(r#"{{"data":{{"spans":{}}},"info":{{}}}}"#, list(20_000)));
        assert_eq!((trace.spans.len(), trace.summary.spans), (FEW + 1, 20_000));
        let last = &trace.spans[FEW];
        let all = last.attributes[0].1.to_string();
        assert_eq!((last.name.as_str(), all, &last.outputs), ("19000 more spans", rest(20_000), &None));
        let many: String = (0..9_000).map(|n| format!(r#""k{n:04}":"","#)).collect();
        let body = format!(
            r#"{{"data":{{"spans":[{{"attributes":{{{many}"mlflow.spanInputs":"1"}},"events":{0},"links":{0}}}]}},"info":{{}}}}"#,
            list(9_000)
        );
        let span = Trace::parse(&body).spans.remove(0);
        assert_eq!((span.events.len(), span.events[FEW].name.as_str()), (FEW + 1, "8000 more events"));
        assert_eq!((&span.events[FEW].attributes[0].1, span.links[FEW].as_ref()), (&rest(9_000), rest(9_000).as_str()));
        let told = span.attributes.len() - 1;
        let (name, json) = &span.attributes[told];
        assert_eq!((name, told < 9_000), (&format!("{} more attributes", 9_000 - told), true));
        assert!(json.starts_with(&format!(r#"{{"k{told:04}":"","#)) && json.ends_with(r#""k8999":""}"#), "{name}");
        assert_eq!(span.inputs.as_deref(), Some("1"), "it is found whatever stands before it");
        // What people write is told one by one, however much of it there is.
        let event = r#"{"attributes":{},"name":"e","time_unix_nano":5}"#;
        let body = format!(
            r#"{{"data":{{"spans":[{{"events":[{}{event}]}}]}},"info":{{}}}}"#,
            format!("{event},").repeat(4_999)
        );
        assert_eq!(Trace::parse(&body).spans[0].events.len(), 5_000);
    }

    #[test]
    fn nothing_in_a_body_makes_reading_fail() {
        for body in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"info":null,"data":null}"#,
            r#"{"info":[],"data":{"spans":{}}}"#,
            r#"{"info":{"tags":[1],"trace_metadata":3,"request_time":{}},"data":{"spans":[null,1,"x",[],{}]}}"#,
            r#"{"data":{"spans":[{"span_id":7,"parent_span_id":[],"name":{},"status":"OK","attributes":[],"events":{},"links":5}]}}"#,
        ] {
            let trace = Trace::parse(body);
            assert_eq!(trace.summary.spans as usize, trace.spans.len());
        }
    }

    #[test]
    fn times_may_be_strings_statuses_numbers_and_parents_empty() {
        let body = r#"{"data":{"spans":[{"span_id":"ngdqQmsssuE=","parent_span_id":"","start_time_unix_nano":"1795498666120310818",
            "end_time_unix_nano":1795498666305908024,"status":{"code":2,"message":"broke"},"name":"a",
            "events":[{"name":"exception","time_unix_nano":5,"attributes":{"exception.type":"E","n":1}}]}]}}"#;
        let span = &Trace::parse(body).spans[0];
        assert_eq!((span.id.as_str(), &span.parent), ("9e076a426b2cb2e1", &None));
        assert_eq!((span.start_ns, span.end_ns), (Some(1_795_498_666_120_310_818), Some(1_795_498_666_305_908_024)));
        assert_eq!((span.status.as_str(), span.status_message.as_str()), ("ERROR", "broke"));
        assert_eq!(span.events[0].attributes, [("exception.type".into(), "E".into()), ("n".into(), "1".into())]);
    }
}
