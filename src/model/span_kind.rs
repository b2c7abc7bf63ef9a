//! Which of MLflow's types a span has that tells its kind in another convention's words.

use std::sync::Arc;

type Words = [(&'static str, &'static str)];

/// OpenInference's kinds.
pub(crate) const OPENINFERENCE: [(&str, &str); 11] = [
    ("TOOL", "TOOL"),
    ("CHAIN", "CHAIN"),
    ("LLM", "LLM"),
    ("RETRIEVER", "RETRIEVER"),
    ("EMBEDDING", "EMBEDDING"),
    ("AGENT", "AGENT"),
    ("RERANKER", "RERANKER"),
    ("UNKNOWN", "UNKNOWN"),
    ("GUARDRAIL", "GUARDRAIL"),
    ("EVALUATOR", "EVALUATOR"),
    // MLflow has no type for what fills a template in; its own tracers call it a step of a chain.
    ("PROMPT", "CHAIN"),
];

/// The operations of the GenAI conventions, and what frameworks add to them.
pub(crate) const OPERATIONS: [(&str, &str); 28] = [
    ("chat", "CHAT_MODEL"),
    ("create_agent", "AGENT"),
    ("invoke_agent", "AGENT"),
    ("agent_run", "AGENT"),
    ("handoff", "AGENT"),
    ("invoke_workflow", "WORKFLOW"),
    ("plan", "TASK"),
    ("embeddings", "EMBEDDING"),
    ("embedding", "EMBEDDING"),
    ("execute_tool", "TOOL"),
    ("tool_call", "TOOL"),
    ("generate_content", "LLM"),
    ("text_completion", "LLM"),
    ("call_llm", "LLM"),
    ("response", "LLM"),
    ("fetch_response", "LLM"),
    ("retrieval", "RETRIEVER"),
    ("rerank", "RERANKER"),
    ("guardrail", "GUARDRAIL"),
    ("evaluate", "EVALUATOR"),
    ("create_memory_store", "MEMORY"),
    ("delete_memory_store", "MEMORY"),
    ("create_memory", "MEMORY"),
    ("search_memory", "MEMORY"),
    ("update_memory", "MEMORY"),
    ("upsert_memory", "MEMORY"),
    ("delete_memory", "MEMORY"),
    ("query_memory", "MEMORY"),
];

/// OpenLLMetry's kinds.
pub(crate) const TRACELOOP: [(&str, &str); 5] =
    [("workflow", "WORKFLOW"), ("task", "TASK"), ("agent", "AGENT"), ("tool", "TOOL"), ("unknown", "UNKNOWN")];

/// Where each stands, in the order MLflow asks them.
const SAID: [(&str, &Words); 3] = [
    ("openinference.span.kind", &OPENINFERENCE),
    ("gen_ai.operation.name", &OPERATIONS),
    ("traceloop.span.kind", &TRACELOOP),
];

/// The type that a span's attributes tell.
pub(crate) fn said(attributes: &[(String, Arc<str>)]) -> Option<&'static str> {
    SAID.iter().find_map(|(key, words)| {
        let (_, kind) = attributes.iter().find(|(k, _)| k == key)?;
        let kind = kind.trim_matches('"');
        words.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(kind)).map(|(_, ours)| *ours)
    })
}
