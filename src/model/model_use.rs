//! What a model was used for in a span, and what that took: name, tokens, cost.

use super::json::{Json, parse_shape as parse};
use super::trace::Span;

/// What is known about the use of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ModelUse {
    pub model: Option<String>,
    pub input: Option<i64>,
    pub output: Option<i64>,
    pub total: Option<i64>,
    /// Of the input, read from a cache.
    pub cached: Option<i64>,
    /// Of the output, thoughts.
    pub reasoning: Option<i64>,
    /// In US dollars.
    pub cost: Option<f64>,
}

/// Model, tokens and cost of a span, in MLflow's attributes before those of OpenTelemetry, OpenLLMetry and OpenInference.
pub(crate) fn model_use(span: &Span) -> ModelUse {
    let mut facts = ModelUse::default();
    let mut response_model = None;
    for (key, value) in &span.attributes {
        let number = || parse(value).ok().and_then(|(j, _)| j.as_int());
        let text = || parse(value).map_or_else(|_| value.to_string(), |(j, _)| j.plain());
        match key.as_str() {
            "mlflow.chat.tokenUsage" => {
                let Ok((json, _)) = parse(value) else { continue };
                let get = |k: &str| json.get(k).and_then(Json::as_int);
                facts.input = get("input_tokens").or(facts.input);
                facts.output = get("output_tokens").or(facts.output);
                facts.total = get("total_tokens").or(facts.total);
                facts.cached = get("cache_read_input_tokens").or(facts.cached);
            }
            "mlflow.llm.cost" => {
                let Ok((json, _)) = parse(value) else { continue };
                let part = |k: &str| json.some(k).and_then(|c| amount(&c.plain()));
                let sum = || match (part("input_cost"), part("output_cost")) {
                    (None, None) => None,
                    (a, b) => Some(a.unwrap_or(0.0) + b.unwrap_or(0.0)),
                };
                facts.cost = part("total_cost").or_else(sum).or(facts.cost);
            }
            "gen_ai.usage.cost" | "llm.cost.total" | "gen_ai.usage.total_cost" => {
                facts.cost = facts.cost.or_else(|| amount(&text()));
            }
            "mlflow.llm.model"
            | "gen_ai.request.model"
            | "llm.model_name"
            | "embedding.model_name"
            | "reranker.model_name" => facts.model = facts.model.or_else(|| Some(text())),
            "gen_ai.response.model" => response_model = Some(text()),
            "gen_ai.usage.input_tokens" | "gen_ai.usage.prompt_tokens" | "llm.token_count.prompt" => {
                facts.input = facts.input.or_else(number);
            }
            "gen_ai.usage.output_tokens" | "gen_ai.usage.completion_tokens" | "llm.token_count.completion" => {
                facts.output = facts.output.or_else(number);
            }
            "llm.usage.total_tokens" | "llm.token_count.total" | "gen_ai.usage.total_tokens" => {
                facts.total = facts.total.or_else(number);
            }
            "gen_ai.usage.cache_read.input_tokens" | "llm.token_count.prompt_details.cache_read" => {
                facts.cached = facts.cached.or_else(number);
            }
            "gen_ai.usage.reasoning.output_tokens" | "llm.token_count.completion_details.reasoning" => {
                facts.reasoning = facts.reasoning.or_else(number);
            }
            _ => {}
        }
    }
    facts.model = facts.model.or(response_model).filter(|m| !m.is_empty() && m != "null");
    if facts.total.is_none() {
        facts.total = match (facts.input, facts.output) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
    }
    facts
}

fn amount(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|c| c.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> ModelUse {
        model_use(&Span {
            attributes: pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).into())).collect(),
            ..Span::default()
        })
    }

    #[test]
    fn usage_is_read_from_every_convention() {
        let mlflow = read(&[
            ("gen_ai.usage.input_tokens", "1"),
            (
                "mlflow.chat.tokenUsage",
                r#"{"input_tokens":3,"output_tokens":4,"total_tokens":7,"cache_read_input_tokens":2}"#,
            ),
            ("mlflow.llm.cost", r#"{"input_cost":0.1,"output_cost":0.2}"#),
            ("mlflow.llm.model", "\"m\""),
        ]);
        assert_eq!(
            (mlflow.input, mlflow.total, mlflow.cached, mlflow.model.as_deref()),
            (Some(3), Some(7), Some(2), Some("m"))
        );
        assert!(mlflow.cost.is_some_and(|c| (c - 0.3).abs() < 1e-9));
        let otel =
            read(&[("gen_ai.usage.input_tokens", "5"), ("gen_ai.response.model", "r"), ("llm.cost.total", "0.5")]);
        assert_eq!((otel.total, otel.model.as_deref(), otel.cost), (Some(5), Some("r"), Some(0.5)));
        assert_eq!(read(&[("mlflow.llm.cost", "nonsense"), ("gen_ai.usage.cost", "NaN")]), ModelUse::default());
    }
}
