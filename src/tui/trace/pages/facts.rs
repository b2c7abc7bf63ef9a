//! Short facts about spans: how long, how many tokens, what it cost, what type.

use crate::model::json::parse;
use crate::model::{Span, span_tree::Tree};
use crate::text::Class;

/// "1.2 s", "340 ms", "2 m 05 s".
pub(in crate::tui::trace) fn duration(ns: i64) -> String {
    let ms = ns / 1_000_000;
    match ms {
        _ if ns < 0 => "?".to_owned(),
        0 => format!("{} µs", ns / 1000),
        1..=999 => format!("{ms} ms"),
        1000..=59_999 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        60_000..=3_599_999 => format!("{} m {:02} s", ms / 60_000, ms % 60_000 / 1000),
        _ => format!("{} h {:02} m", ms / 3_600_000, ms % 3_600_000 / 60_000),
    }
}

/// What is known about the use of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::tui::trace) struct Facts {
    pub model: Option<String>,
    pub input: Option<i64>,
    pub output: Option<i64>,
    pub total: Option<i64>,
    pub cost: Option<String>,
}

/// Model, tokens and cost of a span.
pub(in crate::tui::trace) fn facts(span: &Span) -> Facts {
    let mut facts = Facts::default();
    for (key, value) in &span.attributes {
        let number = || parse(value).ok().and_then(|(j, _)| j.as_int());
        match key.as_str() {
            "mlflow.chat.tokenUsage" => {
                let Ok((json, _)) = parse(value) else { continue };
                let get = |k: &str| json.get(k).and_then(crate::model::json::Json::as_int);
                facts.input = get("input_tokens").or(facts.input);
                facts.output = get("output_tokens").or(facts.output);
                facts.total = get("total_tokens").or(facts.total);
            }
            "mlflow.llm.cost" => {
                let cost = parse(value).ok().and_then(|(j, _)| j.some("total_cost").map(|c| c.plain()));
                let amount = cost.and_then(|c| c.parse::<f64>().ok()).filter(|c| c.is_finite());
                facts.cost = amount.map(|c| format!("${c:.6}").trim_end_matches('0').trim_end_matches('.').to_owned());
            }
            "mlflow.llm.model" | "gen_ai.request.model" | "llm.model_name" => {
                facts.model = facts
                    .model
                    .or_else(|| parse(value).map_or_else(|_| Some(value.to_string()), |(j, _)| Some(j.plain())));
            }
            "gen_ai.usage.input_tokens" | "gen_ai.usage.prompt_tokens" | "llm.token_count.prompt" => {
                facts.input = facts.input.or_else(number);
            }
            "gen_ai.usage.output_tokens" | "gen_ai.usage.completion_tokens" | "llm.token_count.completion" => {
                facts.output = facts.output.or_else(number);
            }
            "llm.usage.total_tokens" | "llm.token_count.total" => facts.total = facts.total.or_else(number),
            _ => {}
        }
    }
    if facts.total.is_none() {
        facts.total = match (facts.input, facts.output) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
    }
    facts
}

/// Time of a span that none of its children covers.
pub(in crate::tui::trace) fn own_time(tree: &Tree, spans: &[Span], row: usize) -> Option<i64> {
    let node = tree.rows.get(row)?;
    let span = spans.get(node.span)?;
    let (start, end) = (span.start_ns?, span.end_ns?);
    let mut own = end.checked_sub(start)?;
    let mut covered_to = start;
    // Children stand in the order of their starts, so one pass joins what overlaps.
    for child in children(tree, row) {
        let Some(child) = tree.rows.get(child).and_then(|n| spans.get(n.span)) else { continue };
        let (Some(from), Some(to)) = (child.start_ns, child.end_ns) else { continue };
        let (from, to) = (from.max(covered_to), to.min(end));
        if to > from {
            own -= to - from;
            covered_to = to;
        }
    }
    Some(own.max(0))
}

/// Rows of the direct children.
pub(in crate::tui::trace) fn children(tree: &Tree, row: usize) -> impl Iterator<Item = usize> + '_ {
    let end = tree.rows.get(row).map_or(0, |n| n.end);
    let mut next = row + 1;
    std::iter::from_fn(move || {
        let at = next;
        let node = tree.rows.get(at).filter(|_| at < end)?;
        next = node.end.max(at + 1);
        Some(at)
    })
}

/// A type in five columns.
pub(in crate::tui::trace) fn short_type(span_type: &str) -> String {
    let short = match span_type {
        "CHAT_MODEL" => "CHAT",
        "RETRIEVER" => "RETR",
        "EMBEDDING" => "EMBED",
        "RERANKER" => "RANK",
        "WORKFLOW" => "FLOW",
        "GUARDRAIL" => "GUARD",
        "EVALUATOR" => "EVAL",
        "MEMORY" => "MEM",
        "PARSER" => "PARSE",
        "FUNCTION" => "FUNC",
        "UNKNOWN" | "" => "·",
        other => other,
    };
    crate::text::fit(&crate::text::sanitize(short), 5).into_owned()
}

/// The class a type is drawn in.
pub(in crate::tui::trace) fn type_class(span_type: &str) -> Class {
    match span_type {
        "LLM" | "CHAT_MODEL" | "AGENT" => Class::Assistant,
        "TOOL" | "FUNCTION" => Class::Tool,
        "RETRIEVER" | "RERANKER" | "EMBEDDING" => Class::User,
        "GUARDRAIL" | "EVALUATOR" => Class::System,
        _ => Class::Dim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let shown: Vec<String> = [500, 5_000, 42_000_000, 1_250_000_000, 125_000_000_000, 3_700_000_000_000, -1]
            .into_iter()
            .map(duration)
            .collect();
        assert_eq!(shown, ["0 µs", "5 µs", "42 ms", "1.2 s", "2 m 05 s", "1 h 01 m", "?"]);
    }

    #[test]
    fn own_time_leaves_out_what_children_cover() {
        let span = |id: &str, parent: Option<&str>, start: i64, end: i64| Span {
            id: id.into(),
            parent: parent.map(Into::into),
            start_ns: Some(start),
            end_ns: Some(end),
            ..Span::default()
        };
        let spans = [
            span("r", None, 0, 100),
            span("a", Some("r"), 10, 40),
            span("b", Some("r"), 30, 60),
            span("c", Some("r"), 90, 300),
        ];
        let tree = Tree::build(&spans);
        assert_eq!(own_time(&tree, &spans, 0), Some(40));
        assert_eq!(own_time(&tree, &spans, 1), Some(30));
    }
}
