//! Which of MLflow's types a span has: by what its family calls it, else by what it carries, else by how its name begins.

use super::vocabulary::FAMILIES;
use crate::model::json::Json;
use crate::model::span_kind::OPERATIONS;
use std::borrow::Cow;

/// Attributes (or beginnings of them, where they end in a dot) that only a span of one type carries, the surest first: a
/// framework that tells no kind is known by them.
const CARRIED: [(&str, &str); 14] = [
    ("gcp.vertex.agent.llm_request", "LLM"),
    ("gcp.vertex.agent.tool_call_args", "TOOL"),
    ("gcp.vertex.agent.tool_response", "TOOL"),
    ("gen_ai.tool.call.id", "TOOL"),
    ("gen_ai.tool.call.arguments", "TOOL"),
    ("gen_ai.tool.name", "TOOL"),
    ("retrieval.documents.", "RETRIEVER"),
    ("reranker.output_documents.", "RERANKER"),
    ("gen_ai.retrieval.documents", "RETRIEVER"),
    ("db.vector.query.top_k", "RETRIEVER"),
    ("all_messages_events", "AGENT"),
    ("gen_ai.request.model", "LLM"),
    ("llm.model_name", "LLM"),
    ("gen_ai.agent.name", "AGENT"),
];

/// The type of a span with these attributes (decoded) and this name.
pub(super) fn span_type(own: &Json<'_>, name: &str) -> Option<&'static str> {
    said(own).or_else(|| asked(own)).or_else(|| carried(own)).or_else(|| named(name))
}

/// A family's own word for it.
fn said(own: &Json<'_>) -> Option<&'static str> {
    FAMILIES.iter().find_map(|w| {
        let kind = own.some(w.kind)?.as_text()?;
        w.types.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(&kind)).map(|(_, ours)| *ours)
    })
}

/// Older OpenLLMetry says only what was asked of the model.
fn asked(own: &Json<'_>) -> Option<&'static str> {
    match own.some("llm.request.type")?.as_text()?.as_ref() {
        "chat" => Some("CHAT_MODEL"),
        "completion" => Some("LLM"),
        "embedding" => Some("EMBEDDING"),
        "rerank" => Some("RERANKER"),
        _ => None,
    }
}

fn carried(own: &Json<'_>) -> Option<&'static str> {
    let has = |key: &str| match key.ends_with('.') {
        true => own.members().iter().any(|(k, _)| k.starts_with(key)),
        false => own.some(key).is_some(),
    };
    CARRIED.iter().find(|(key, _)| has(key)).map(|(_, ours)| *ours)
}

/// "execute_tool stock": the conventions begin a span's name with its operation. A single word ("plan", "chat") begins
/// names of other things too.
fn named(name: &str) -> Option<&'static str> {
    let first: Cow<'_, str> = name.split_whitespace().next()?.to_ascii_lowercase().into();
    OPERATIONS.iter().find(|(word, _)| word.contains('_') && *word == first).map(|(_, ours)| *ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn kind(attributes: &str, name: &str) -> &'static str {
        span_type(&parse(attributes).unwrap().0, name).unwrap_or("-")
    }

    #[test]
    fn every_family_s_word_is_one_of_mlflow_s_types() {
        let check = |key: &str, all: &[(&str, &str)]| {
            for (word, want) in all {
                assert_eq!(kind(&format!(r#"{{"{key}":"{word}"}}"#), "x"), *want, "{key} {word}");
            }
        };
        check("gen_ai.operation.name", &OPERATIONS);
        let kinds = "LLM CHAIN AGENT TOOL EMBEDDING RETRIEVER RERANKER GUARDRAIL EVALUATOR UNKNOWN";
        kinds.split(' ').for_each(|k| check("openinference.span.kind", &[(k, k)]));
        check("openinference.span.kind", &[("PROMPT", "CHAIN"), ("agent", "AGENT"), ("Tool", "TOOL")]);
        check(
            "traceloop.span.kind",
            &[("workflow", "WORKFLOW"), ("task", "TASK"), ("agent", "AGENT"), ("tool", "TOOL"), ("unknown", "UNKNOWN")],
        );
        check("langfuse.observation.type", &[("generation", "LLM"), ("span", "-"), ("guardrail", "GUARDRAIL")]);
        check("llm.request.type", &[("chat", "CHAT_MODEL"), ("completion", "LLM"), ("rerank", "RERANKER")]);
    }

    #[test]
    fn a_span_that_tells_no_kind_is_known_by_what_it_carries_or_how_its_name_begins() {
        assert_eq!(kind(r#"{"gcp.vertex.agent.llm_request":"{}","gen_ai.agent.name":"a"}"#, "call_llm"), "LLM");
        assert_eq!(kind(r#"{"gcp.vertex.agent.tool_call_args":"{}"}"#, "execute_tool stock"), "TOOL");
        assert_eq!(kind(r#"{"gen_ai.tool.name":"stock","tool_arguments":"{}"}"#, "running tool: stock"), "TOOL");
        assert_eq!(kind(r#"{"agent_name":"shop","all_messages_events":"[]"}"#, "shop run"), "AGENT");
        assert_eq!(kind(r#"{"gen_ai.system":"openai","gen_ai.request.model":"m"}"#, "Chat with 'm'"), "LLM");
        assert_eq!(kind(r#"{"retrieval.documents.0.document.content":"A"}"#, "find"), "RETRIEVER");
        assert_eq!(kind("{}", "agent_run [shop]"), "AGENT");
        assert_eq!(kind("{}", "invoke_agent shop"), "AGENT");
        assert_eq!(kind("{}", "generate_content m"), "LLM");
        for other in ["plan a trip", "chat.postMessage", "GET /chat", "invocation", "response"] {
            assert_eq!(kind("{}", other), "-", "{other}");
        }
    }
}
