//! The grammar, from outside: expressions against traces.

use super::*;
use crate::model::{Assessment, Span, Time, Trace, TraceSummary};
use proptest::prelude::*;
use serde_json::json;
use std::cell::Cell;

/// A trace at hand that counts how often its body was asked for.
struct Subject {
    summary: TraceSummary,
    assessments: Vec<Assessment>,
    body: String,
    trace: Trace,
    bodies: Cell<u32>,
}

impl FilterSubject for Subject {
    fn summary(&self) -> &TraceSummary {
        &self.summary
    }
    fn assessments(&self) -> &[Assessment] {
        &self.assessments
    }
    fn body(&self) -> Option<&str> {
        self.bodies.set(self.bodies.get() + 1);
        Some(&self.body)
    }
    fn trace(&self) -> Option<&Trace> {
        self.bodies.set(self.bodies.get() + 1);
        Some(&self.trace)
    }
}

fn subject() -> Subject {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let assessment = |v: serde_json::Value| Assessment(v.as_object().cloned().unwrap_or_default());
    let span = |name: &str, kind: &str, status: &str| Span {
        name: name.to_owned(),
        span_type: kind.to_owned(),
        status: status.to_owned(),
        ..Span::default()
    };
    Subject {
        summary: TraceSummary {
            trace_id: "tr-1".to_owned(),
            name: "support_bot".to_owned(),
            state: "ERROR".to_owned(),
            request_time: Time(1_795_478_400_000), // 2026-11-24T00:00:00Z
            duration_ms: Some(1_500),
            abridged: true,
            tags: map(&[("team", "Support"), ("mlflow.linkedPrompts", r#"[{"name": "qa", "version": "2"}]"#)]),
            metadata: map(&[("mlflow.trace.session", "s-9"), ("n", "10")]),
            ..TraceSummary::default()
        },
        assessments: vec![
            assessment(json!({"assessment_name": "rating", "feedback": {"value": 4.0}})),
            assessment(json!({"assessment_name": "old", "feedback": {"value": "x"}, "valid": false})),
            assessment(json!({"assessment_name": "ok", "feedback": {"value": true}, "valid": true})),
            assessment(json!({"assessment_name": "facts", "expectation":
                {"serialized_value": {"serialization_format": "JSON_FORMAT", "value": "[\"it rains\", \"b\"]"}}})),
            assessment(json!({"assessment_name": "iss-7", "issue": {"issue_name": "slow"}})),
        ],
        body: json!({"info": {"tags": {"long": "a".repeat(300)}}}).to_string(),
        trace: Trace {
            summary: TraceSummary::default(),
            spans: vec![
                Span {
                    inputs: Some(r#"{"q": "Where is my \"refund\"?\nNow"}"#.into()),
                    attributes: vec![("model".to_owned(), r#""gpt-4o""#.into()), ("top_k".to_owned(), "5".into())],
                    ..span("root", "CHAIN", "OK")
                },
                span("search", "RETRIEVER", "ERROR"),
            ],
        },
        bodies: Cell::new(0),
    }
}

fn holds(expression: &str) -> bool {
    Filter::parse(expression).unwrap_or_else(|e| panic!("{expression}: {e}")).matches(&subject())
}

#[test]
fn what_the_grammar_accepts_and_finds() {
    for expression in [
        "",
        "  ",
        "name = 'support_bot'",
        "attributes.name = 'support_bot'",
        "trace.status = 'ERROR' AND attributes.request_id = 'tr-1'",
        "status IN ('OK', 'ERROR')",
        "status NOT IN ('OK')",
        "status != \"OK\"",
        "state RLIKE '^ERR'",
        "name LIKE 'support%' and name not in ('other')",
        "name ILIKE '%BOT'",
        "timestamp_ms >= 1795478400000",
        "timestamp = '2026-11-24'",
        "timestamp < '2026-11-24T00:00:00.001Z' AND timestamp > '2026-11-23 23:59'",
        "timestamp >= 2026-11-24",
        "end_time = 1795478401500",
        "execution_time_ms > 1000 AND execution_time < 1500.5",
        "tag.team = 'Support'",
        "tags.`team` LIKE 'Sup_ort'",
        "tags.\"team\" IS NOT NULL",
        "tag.nothing IS NULL",
        "tag.long LIKE 'aaa%'",
        "metadata.`mlflow.trace.session` = 's-9'",
        "session = 's-9'",
        "metadata.n > 9",
        "prompt = 'qa/2'",
        "span.name = 'search'",
        "span.type = 'RETRIEVER' AND span.status = 'ERROR'",
        "span.attributes.model = 'gpt-4o'",
        "span.attributes.`top_k` > 4",
        "feedback.rating > 3",
        "feedback.rating = '4' AND feedback.rating = 4",
        "feedback.ok = true AND feedback.ok = 'true'",
        "feedback.nobody IS NULL",
        "feedback.old IS NULL",
        "expectation.facts LIKE '%rain%'",
        "expectation.facts = 'b'",
        "issue.id = 'iss-7'",
        "trace.text LIKE '%my \"refund\"?%'",
        "text ILIKE '%REFUND%'",
        "text RLIKE 'refund.*\\nNow'",
    ] {
        assert!(holds(expression), "{expression}");
    }
}

#[test]
fn what_does_not_match() {
    for expression in [
        "name = 'Support_bot'",
        "name LIKE 'support'",
        "tag.nothing != 'x'",
        "tag.nothing LIKE '%'",
        "client_request_id != 'x'",
        "client_request_id IS NOT NULL",
        "timestamp > '2026-11-24'",
        "feedback.rating < 4",
        "feedback.old = 'x'",
        "feedback.facts IS NOT NULL",
        "expectation.facts != 'b'",
        "issue.id IN ('iss-8')",
        "text LIKE 'refund'",
        "metadata.n < '9'",
    ] {
        assert!(!holds(expression), "{expression}");
    }
}

#[test]
fn conditions_on_spans_hold_on_one_span() {
    assert!(holds("span.name = 'root' AND span.status = 'OK'"));
    assert!(!holds("span.name = 'root' AND span.status = 'ERROR'"));
}

#[test]
fn the_body_is_read_only_where_it_decides() {
    let subject = subject();
    let matches = |e: &str| Filter::parse(e).unwrap().matches(&subject);
    assert!(!matches("trace.text LIKE '%refund%' AND name = 'other'"));
    assert!(!matches("span.name = 'root' AND feedback.rating = 1"));
    assert!(matches("name = 'support_bot' AND feedback.rating = 4"));
    assert_eq!(subject.bodies.get(), 0);
    assert!(matches("trace.text LIKE '%refund%' AND name = 'support_bot'"));
    assert!(subject.bodies.get() > 0);
    assert!(Filter::parse("text LIKE 'a'").unwrap().reads_bodies());
    assert!(!Filter::parse("name LIKE 'a'").unwrap().reads_bodies());
}

#[test]
fn errors_say_where_and_what_would_be_accepted() {
    for (expression, expected) in [
        ("name = 'a' OR name = 'b'", "column 12: OR: not part of the grammar: join conditions with AND"),
        ("nam = 'a'", "column 1: nam is not known; there are name, status"),
        ("name 'a'", "column 6: 'a': expected =, !=,"),
        ("name = a", "column 8: a: a text stands in quotes: 'a'"),
        ("name = 'a", "column 8: the quote ' is never closed"),
        ("name = 'a' status = 'b'", "column 12: status: expected AND or the end"),
        ("name = ", "column 7: expected a value"),
        ("name = 'a' AND", "column 15: expected a key"),
        ("(name = 'a')", "column 1: ( parentheses stand only after IN"),
        ("name IN 'a'", "column 9: 'a': after IN comes a list"),
        ("name IN ('a' 'b')", "column 14: 'b': expected , or ) in the list"),
        ("name IS 'a'", "column 9: 'a': after IS comes NULL or NOT NULL"),
        ("name NOT LIKE 'a'", "column 10: LIKE: after NOT comes IN"),
        ("text = 'a'", "column 6: = trace.text takes LIKE, ILIKE or RLIKE"),
        ("timestamp > 'soon'", "column 13: 'soon': expected a time: '2026-11-24'"),
        ("timestamp LIKE '2%'", "column 16: '2%': timestamp_ms is a number"),
        ("execution_time > 'slow'", "column 18: 'slow': execution_time_ms takes a number of milliseconds"),
        ("name RLIKE '('", "column 12: not a regular expression: unclosed group"),
        ("span.colour = 'a'", "column 1: span.colour: of a span there are span.name"),
        ("tag = 'a'", "column 1: a name is missing after tag: tag.team"),
        ("é & 1", "column 3: '&' has no meaning here"),
    ] {
        let error = Filter::parse(expression).map(|f| f.to_string()).expect_err(expression);
        assert!(error.starts_with(expected), "{expression}\n  says     {error}\n  expected {expected}");
    }
}

#[test]
fn a_lazy_subject_fetches_once() {
    let fetched = Cell::new((0, 0));
    let given = subject();
    let lazy = LazySubject::new(
        &given.summary,
        || {
            fetched.set((fetched.get().0 + 1, fetched.get().1));
            given.assessments.clone()
        },
        || {
            fetched.set((fetched.get().0, fetched.get().1 + 1));
            Some(given.body.clone())
        },
        |_| Trace::default(),
    );
    for expression in ["name = 'support_bot'", "feedback.rating = 4", "feedback.ok = 'true'", "tag.long LIKE 'a%'"] {
        assert!(Filter::parse(expression).unwrap().matches(&lazy), "{expression}");
    }
    assert!(Filter::parse("tag.long LIKE '%a'").unwrap().matches(&lazy));
    assert_eq!(fetched.get(), (1, 1));
}

#[test]
fn conditions_read_bodies_as_they_are_stored() {
    let body = include_str!("../../../tests/journey/traces.jsonl").lines().nth(1).unwrap();
    let trace = Trace::parse(body);
    let lazy = LazySubject::new(&trace.summary, Vec::new, || Some(body.to_owned()), Trace::parse);
    let matches = |e: &str| Filter::parse(e).unwrap().matches(&lazy);
    for expression in [
        "span.type = 'RETRIEVER' AND span.name LIKE 'retrieve%'",
        "span.attributes.mlflow.llm.model = 'small-1'",
        "span.attributes.`mlflow.spanInputs` LIKE '%Answer from the documents%'",
        "trace.text LIKE '%export of invoices fails since Monday%'",
        "status = 'OK' AND tag.team = 'support' AND session = 'conv-1' AND execution_time = 1200",
        "timestamp > '2020-03-02T09:01' AND timestamp < '2020-03-02T09:03Z'",
    ] {
        assert!(matches(expression), "{expression}");
    }
    assert!(!matches("trace.text LIKE '%John Doe%'"));
}

fn key() -> impl Strategy<Value = String> {
    let name = "[a-z`\". é%']{1,6}";
    let quoted = |entity: &'static str| name.prop_map(move |n| format!("{entity}.`{}`", n.replace('`', "``")));
    prop_oneof![
        Just("name".to_owned()),
        Just("attributes.status".to_owned()),
        Just("trace.request_id".to_owned()),
        quoted("tags"),
        quoted("metadata"),
        quoted("span.attributes"),
        quoted("feedback"),
        quoted("expectation"),
    ]
}

fn condition() -> impl Strategy<Value = String> {
    let text = || "\\PC{0,8}".prop_map(|t: String| format!("'{}'", t.replace('\'', "''")));
    let test = prop_oneof![
        (prop::sample::select(vec!["=", "!=", "<", ">=", "LIKE", "ILIKE"]), text())
            .prop_map(|(o, t)| format!("{o} {t}")),
        prop::collection::vec(text(), 1..4).prop_map(|l| format!("NOT IN ({})", l.join(" , "))),
        Just("IS NULL".to_owned()),
        Just("is not null".to_owned()),
    ];
    (key(), test).prop_map(|(k, t)| format!("{k} {t}"))
}

proptest! {
    #[test]
    fn parse_never_panics(text in "\\PC{0,60}") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn parse_never_panics_on_what_is_nearly_an_expression(
        words in prop::collection::vec(prop::sample::select(vec![
            "name", "tag.a", "=", "'a'", "AND", "IN", "(", ")", ",", "IS", "NOT", "NULL", "LIKE", "RLIKE", "1e9", "`", "'", "\"",
            "timestamp", "2026-11-24", "-1", "feedback.", "span.attributes.x", "text",
        ]), 0..12)
    ) {
        if let Ok(filter) = Filter::parse(&words.join(" ")) {
            let _ = filter.matches(&subject());
        }
    }

    #[test]
    fn what_is_printed_reads_back_the_same(conditions in prop::collection::vec(condition(), 1..4)) {
        let text = conditions.join(" AND ");
        let filter = Filter::parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let printed = filter.to_string();
        let again = Filter::parse(&printed).map_err(|e| TestCaseError::fail(format!("{printed}: {e}")))?;
        prop_assert_eq!(&again.to_string(), &printed);
        prop_assert_eq!(format!("{:?}", again.conditions), format!("{:?}", filter.conditions));
        prop_assert_eq!(again.matches(&subject()), filter.matches(&subject()));
    }
}
