//! What a condition is about.

use std::fmt;

/// The left side of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    TraceId,
    ClientRequestId,
    Name,
    Status,
    /// When the request came in.
    Start,
    /// When it was answered.
    End,
    /// Milliseconds.
    Duration,
    /// Linked prompts, as `name/version`.
    Prompt,
    /// Everything that its spans say.
    Text,
    Tag(String),
    Metadata(String),
    SpanName,
    SpanType,
    SpanStatus,
    SpanAttribute(String),
    Feedback(String),
    Expectation(String),
    Issue,
}

/// What must be read to know the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    Summary,
    Assessments,
    Body,
}

/// How values of a key compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Number,
    Time,
    /// A number where both sides are numbers, else text.
    Either,
    /// Only patterns make sense.
    Pattern,
}

const ACCEPTED: &str = "name, status, timestamp, end_time, execution_time, trace_id, client_request_id, run_id, \
                        session, user, prompt, text, tag.KEY, metadata.KEY, span.name, span.type, span.status, \
                        span.attributes.KEY, feedback.NAME, expectation.NAME, issue.id";

impl Key {
    /// Reads a key as written, its quotes taken off.
    pub(super) fn read(word: &str) -> Result<Self, String> {
        let (entity, rest) = word.split_once('.').unwrap_or((word, ""));
        let named = |make: fn(String) -> Self, example: &str| {
            if rest.is_empty() {
                Err(format!("a name is missing after {entity}: {example}"))
            } else {
                Ok(make(rest.to_owned()))
            }
        };
        match entity.to_ascii_lowercase().as_str() {
            "attributes" | "attribute" | "attr" | "trace" | "traces" => {
                Self::attribute(rest).ok_or_else(|| format!("{word} is no attribute of a trace; there are {ACCEPTED}"))
            }
            "tag" | "tags" => named(Self::Tag, "tag.team"),
            "metadata" | "request_metadata" | "trace_metadata" => {
                named(Self::Metadata, "metadata.`mlflow.trace.session`")
            }
            "feedback" => named(Self::Feedback, "feedback.summary_quality"),
            "expectation" | "expectations" => named(Self::Expectation, "expectation.expected_facts"),
            "issue" if rest.eq_ignore_ascii_case("id") => Ok(Self::Issue),
            "span" | "spans" => Self::span(rest).ok_or_else(|| {
                format!("{word}: of a span there are span.name, span.type, span.status and span.attributes.KEY")
            }),
            _ => Self::attribute(word).ok_or_else(|| format!("{word} is not known; there are {ACCEPTED}")),
        }
    }

    fn attribute(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "request_id" | "trace_id" | "id" => Self::TraceId,
            "client_request_id" => Self::ClientRequestId,
            "name" | "trace_name" => Self::Name,
            "status" | "state" => Self::Status,
            "timestamp" | "timestamp_ms" | "request_time" | "time" => Self::Start,
            "end_time" | "end_time_ms" => Self::End,
            "execution_time" | "execution_time_ms" | "execution_duration" | "execution_duration_ms" => Self::Duration,
            "run_id" => Self::Metadata("mlflow.sourceRun".to_owned()),
            "session" | "session_id" => Self::Metadata("mlflow.trace.session".to_owned()),
            "user" | "user_id" => Self::Metadata("mlflow.trace.user".to_owned()),
            "prompt" => Self::Prompt,
            "text" => Self::Text,
            _ => return None,
        })
    }

    fn span(rest: &str) -> Option<Self> {
        let (first, name) = rest.split_once('.').unwrap_or((rest, ""));
        Some(match (first.to_ascii_lowercase().as_str(), name) {
            ("name", "") => Self::SpanName,
            ("type" | "span_type", "") => Self::SpanType,
            ("status" | "status_code", "") => Self::SpanStatus,
            ("attributes" | "attribute", name) if !name.is_empty() => Self::SpanAttribute(name.to_owned()),
            _ => return None,
        })
    }

    pub(super) const fn cost(&self) -> Cost {
        match self {
            Self::Text | Self::SpanName | Self::SpanType | Self::SpanStatus | Self::SpanAttribute(_) => Cost::Body,
            Self::Feedback(_) | Self::Expectation(_) | Self::Issue => Cost::Assessments,
            _ => Cost::Summary,
        }
    }

    /// Conditions of these hold on one and the same span.
    pub(super) const fn is_of_span(&self) -> bool {
        matches!(self, Self::SpanName | Self::SpanType | Self::SpanStatus | Self::SpanAttribute(_))
    }

    pub(super) const fn sort(&self) -> Sort {
        match self {
            Self::Start | Self::End => Sort::Time,
            Self::Duration => Sort::Number,
            Self::Text => Sort::Pattern,
            Self::Tag(_) | Self::Metadata(_) | Self::SpanAttribute(_) | Self::Feedback(_) | Self::Expectation(_) => {
                Sort::Either
            }
            _ => Sort::Text,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            |f: &mut fmt::Formatter<'_>, entity: &str, name: &str| write!(f, "{entity}.`{}`", name.replace('`', "``"));
        match self {
            Self::TraceId => f.write_str("trace_id"),
            Self::ClientRequestId => f.write_str("client_request_id"),
            Self::Name => f.write_str("name"),
            Self::Status => f.write_str("status"),
            Self::Start => f.write_str("timestamp_ms"),
            Self::End => f.write_str("end_time_ms"),
            Self::Duration => f.write_str("execution_time_ms"),
            Self::Prompt => f.write_str("prompt"),
            Self::Text => f.write_str("trace.text"),
            Self::Tag(name) => named(f, "tag", name),
            Self::Metadata(name) => named(f, "metadata", name),
            Self::SpanName => f.write_str("span.name"),
            Self::SpanType => f.write_str("span.type"),
            Self::SpanStatus => f.write_str("span.status"),
            Self::SpanAttribute(name) => named(f, "span.attributes", name),
            Self::Feedback(name) => named(f, "feedback", name),
            Self::Expectation(name) => named(f, "expectation", name),
            Self::Issue => f.write_str("issue.id"),
        }
    }
}
