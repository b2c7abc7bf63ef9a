//! The words of OpenInference, GenAI semantic conventions, Traceloop (OpenLLMetry) and others as MLflow's attributes.

use super::kinds::span_type;
use super::messages;
use super::value::encoded;
use crate::model::json::{Json, escape, parse};
use crate::model::span_kind::{OPENINFERENCE, OPERATIONS, TRACELOOP};
use std::borrow::Cow;

/// One family of attribute names.
pub(super) struct Words {
    pub(super) kind: &'static str,
    pub(super) types: &'static [(&'static str, &'static str)],
    inputs: &'static [&'static str],
    outputs: &'static [&'static str],
    /// Input, output, total tokens.
    tokens: [&'static str; 3],
    /// Tokens read from and written to a cache.
    cache: [&'static str; 2],
    models: &'static [&'static str],
    provider: &'static str,
}

/// In the order MLflow asks them.
pub(super) const FAMILIES: [Words; 9] = [
    Words {
        kind: "openinference.span.kind",
        types: &OPENINFERENCE,
        inputs: &["input.value"],
        outputs: &["output.value"],
        tokens: ["llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total"],
        cache: ["llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_write"],
        models: &["llm.response.model_name", "llm.model_name", "llm.request.model_name", "embedding.model_name"],
        provider: "llm.provider",
    },
    Words {
        kind: "gen_ai.operation.name",
        types: &OPERATIONS,
        inputs: &["gen_ai.input.messages", "gen_ai.tool.call.arguments"],
        outputs: &["gen_ai.output.messages", "gen_ai.tool.call.result"],
        tokens: ["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", ""],
        cache: ["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens"],
        models: &["gen_ai.response.model", "gen_ai.request.model"],
        provider: "gen_ai.provider.name",
    },
    Words {
        kind: "traceloop.span.kind",
        types: &TRACELOOP,
        inputs: &["traceloop.entity.input"],
        outputs: &["traceloop.entity.output"],
        tokens: ["gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens", "llm.usage.total_tokens"],
        cache: ["", ""],
        models: &[],
        provider: "gen_ai.system",
    },
    // Google's Agent Development Kit.
    Words {
        kind: "",
        types: &[],
        inputs: &["gcp.vertex.agent.llm_request", "gcp.vertex.agent.tool_call_args"],
        outputs: &["gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_response"],
        ..OTHER
    },
    // Vercel's AI SDK. What `doGenerate` was asked is `ai.prompt.messages`; what it answered is put together elsewhere.
    Words {
        kind: "ai.operationId",
        types: &[
            ("ai.generateText", "LLM"),
            ("ai.generateText.doGenerate", "LLM"),
            ("ai.toolCall", "TOOL"),
            ("ai.streamText", "LLM"),
            ("ai.streamText.doStream", "LLM"),
            ("ai.generateObject", "LLM"),
            ("ai.generateObject.doGenerate", "LLM"),
            ("ai.streamObject", "LLM"),
            ("ai.streamObject.doStream", "LLM"),
            ("ai.embed", "EMBEDDING"),
            ("ai.embed.doEmbed", "EMBEDDING"),
            ("ai.embedMany", "EMBEDDING"),
        ],
        inputs: &["ai.prompt.messages", "ai.prompt", "ai.toolCall.args", "ai.value", "ai.values"],
        outputs: &["ai.response.text", "ai.toolCall.result", "ai.response.object", "ai.embedding", "ai.embeddings"],
        ..OTHER
    },
    // VoltAgent: a span's own type goes before the one of its agent.
    Words {
        kind: "span.type",
        types: &[("agent", "AGENT"), ("llm", "LLM"), ("tool", "TOOL"), ("memory", "MEMORY")],
        inputs: &["agent.messages", "llm.messages"],
        ..OTHER
    },
    // LiveKit's agents.
    Words {
        inputs: &["lk.user_input", "lk.user_transcript", "lk.chat_ctx", "lk.input_text"],
        outputs: &["lk.response.text", "lk.response.function_calls"],
        ..OTHER
    },
    // Laminar.
    Words {
        kind: "lmnr.span.type",
        types: &[
            ("LLM", "LLM"),
            ("TOOL", "TOOL"),
            ("DEFAULT", "CHAIN"),
            ("PIPELINE", "CHAIN"),
            ("EXECUTOR", "AGENT"),
            ("EVALUATOR", "EVALUATOR"),
            ("HUMAN_EVALUATOR", "EVALUATOR"),
            ("EVALUATION", "EVALUATOR"),
            ("CACHED", "LLM"),
        ],
        inputs: &["lmnr.span.input"],
        outputs: &["lmnr.span.output"],
        ..OTHER
    },
    // Langfuse.
    Words {
        kind: "langfuse.observation.type",
        types: &[
            ("generation", "LLM"),
            ("embedding", "EMBEDDING"),
            ("tool", "TOOL"),
            ("retriever", "RETRIEVER"),
            ("agent", "AGENT"),
            ("chain", "CHAIN"),
            ("evaluator", "EVALUATOR"),
            ("guardrail", "GUARDRAIL"),
        ],
        inputs: &["langfuse.observation.input"],
        outputs: &["langfuse.observation.output"],
        models: &["langfuse.observation.model.name"],
        ..OTHER
    },
];

/// A family that says nothing.
const OTHER: Words = Words {
    kind: "",
    types: &[],
    inputs: &[],
    outputs: &[],
    tokens: ["", "", ""],
    cache: ["", ""],
    models: &[],
    provider: "",
};

/// MLflow's attributes that a span's own ones (decoded) and its events imply and that it does not carry itself.
pub(super) fn mlflow_attributes<'a>(own: &Json<'_>, name: &str, events: &[Json<'_>]) -> Vec<(Cow<'a, str>, Json<'a>)> {
    let inputs = || first(own, |w| w.inputs).map(encoded).or_else(|| messages::asked(own, events));
    let whole = || messages::vercel(own).or_else(|| first(own, |w| w.outputs).map(encoded));
    let outputs = || whole().or_else(|| messages::answered(own, events));
    let word = |text: String| Json::text(escape(&text));
    let mut found: Vec<(&'static str, Option<Json<'a>>)> =
        vec![("mlflow.spanType", span_type(own, name).map(|t| word(t.to_owned())))];
    for (key, value) in [("mlflow.spanInputs", inputs()), ("mlflow.spanOutputs", outputs())] {
        found.push((key, value));
    }
    found.push(("mlflow.chat.tokenUsage", usage(own).map(|u| Json::text(u.to_json()))));
    found.push(("mlflow.chat.tools", tools(own).map(|t| Json::text(t.to_json()))));
    found.push(("mlflow.llm.model", first(own, |w| w.models).and_then(text).map(word)));
    let provider = FAMILIES.iter().find_map(|w| own.some(w.provider)).and_then(text);
    found.push(("mlflow.llm.provider", provider.map(word)));
    found
        .into_iter()
        .filter(|(key, _)| own.get(key).is_none())
        .filter_map(|(key, value)| Some((Cow::Borrowed(key), value?)))
        .collect()
}

fn text(json: &Json<'_>) -> Option<String> {
    json.as_text().map(Cow::into_owned)
}

/// The first attribute that is there and says something: MLflow passes over empty lists, objects and texts.
fn first<'j, 'a>(own: &'j Json<'a>, keys: impl Fn(&Words) -> &'static [&'static str]) -> Option<&'j Json<'a>> {
    let says = |v: &&Json<'_>| match v.as_text() {
        Some(text) => !matches!(text.trim(), "" | "[]" | "{}" | "\"\"" | "null"),
        None => !matches!(v.to_json().as_str(), "[]" | "{}" | "null"),
    };
    FAMILIES.iter().flat_map(|w| keys(w).iter()).find_map(|k| own.some(k).filter(says))
}

/// Token usage, where both input and output are known (MLflow's condition).
fn usage<'a>(own: &Json<'_>) -> Option<Json<'a>> {
    let count = |key: &str| own.some(key).and_then(Json::as_int).filter(|n| *n > 0);
    FAMILIES.iter().find_map(|w| {
        let (input, output) = (count(w.tokens[0])?, count(w.tokens[1])?);
        let total = count(w.tokens[2]).unwrap_or_else(|| input.saturating_add(output));
        let mut all = vec![
            ("input_tokens".into(), Json::int(input)),
            ("output_tokens".into(), Json::int(output)),
            ("total_tokens".into(), Json::int(total)),
        ];
        for (key, theirs) in ["cache_read_input_tokens", "cache_creation_input_tokens"].into_iter().zip(w.cache) {
            if let Some(n) = count(theirs) {
                all.push((key.into(), Json::int(n)));
            }
        }
        Some(Json::sorted(all))
    })
}

/// `gen_ai.tool.definitions` in the form of OpenAI's `tools`, which MLflow's screens read.
fn tools<'a>(own: &Json<'_>) -> Option<Json<'a>> {
    let given = own.some("gen_ai.tool.definitions")?;
    let text = given.as_text().map_or_else(|| given.to_json(), Cow::into_owned);
    let (list, _) = parse(&text).ok()?;
    let items = list.items();
    if items.is_empty() || items.iter().any(|t| t.some("name").or_else(|| t.some("function")).is_none()) {
        return None;
    }
    let wrap = |tool: &Json<'_>| {
        if tool.some("function").is_some() {
            return owned(tool);
        }
        let inner = tool.members().iter().filter(|(k, _)| k != "type").map(|(k, v)| (k.to_string().into(), owned(v)));
        Json::sorted(vec![("type".into(), Json::text("function")), ("function".into(), Json::sorted(inner.collect()))])
    };
    Some(Json::Array(items.iter().map(wrap).collect()))
}

/// A copy that borrows nothing.
pub(super) fn owned<'a>(json: &Json<'_>) -> Json<'a> {
    match json {
        Json::Atom(a) => Json::Atom(Cow::Owned(a.to_string())),
        Json::Array(items) => Json::Array(items.iter().map(owned).collect()),
        Json::Object(members) => Json::Object(members.iter().map(|(k, v)| (k.to_string().into(), owned(v))).collect()),
        text => Json::text(text.plain()),
    }
}
