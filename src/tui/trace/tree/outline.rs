//! What the tree view knows of a trace: its spans in their places, a line of facts for each, and the time axis.

use super::super::pages;
use super::axis::Axis;
use super::fault::{Fault, faults};
use crate::model::model_use::model_use;
use crate::model::review_view::{How, ReviewView};
use crate::model::span_tree::Tree;
use crate::model::{Span, Trace};
use crate::text::{Class, sanitize};

/// All rows of the tree, folded or not; made once with the reading.
#[derive(Debug)]
pub(in crate::tui::trace) struct Outline {
    pub tree: Tree,
    /// One for each row of `tree`.
    pub spans: Vec<SpanRow>,
    pub axis: Axis,
    /// How many spans failed themselves.
    pub errors: usize,
    /// Some span has tokens, or a cost.
    pub tokens: bool,
    pub costs: bool,
    /// Tokens of all spans, none counted twice.
    pub used: Option<i64>,
    /// What they cost, in US dollars.
    pub cost: Option<f64>,
}

/// What the tree shows of a span.
#[derive(Debug)]
pub(in crate::tui::trace) struct SpanRow {
    pub name: String,
    pub short_type: String,
    pub span_type: String,
    pub class: Class,
    /// It failed itself; where it only passed on what failed below, that is `passed`.
    pub error: bool,
    pub passed: bool,
    /// How many spans below it failed themselves.
    pub below: usize,
    pub status: &'static str,
    pub start: Option<i64>,
    pub end: Option<i64>,
    pub duration: String,
    /// The time that no child covers, where that is less than all of it.
    pub own: String,
    /// What is wrong with its times.
    pub odd: Option<pages::Odd>,
    /// "158 tok", "$0.01"; with `Σ` where they are the sum of what is below.
    pub tokens: String,
    pub cost: String,
    pub summed: bool,
    /// What the session's view says of it.
    pub how: Option<How>,
    /// The view names it to be shown.
    pub asked: bool,
}

impl Outline {
    pub(in crate::tui::trace) fn of(trace: &Trace, lens: &ReviewView) -> Self {
        let tree = Tree::build(&trace.spans);
        let span = |row: usize| tree.rows.get(row).and_then(|n| trace.spans.get(n.span));
        let faults = faults(&tree, &trace.spans);
        let mut below = vec![0; tree.rows.len()];
        for row in (0..tree.rows.len()).rev() {
            let own = usize::from(faults.get(row) == Some(&Fault::Own));
            let all = own + below.get(row).copied().unwrap_or(0);
            if let Some(sum) = tree.rows.get(row).and_then(|n| n.parent).and_then(|p| below.get_mut(p)) {
                *sum += all;
            }
        }
        let used = used(&tree, &trace.spans);
        let tops = || tree.rows.iter().zip(&used).filter(|(node, _)| node.parent.is_none());
        let all = tops().filter_map(|(_, used)| used.tokens).reduce(i64::saturating_add);
        let cost = tops().filter_map(|(_, used)| used.cost).reduce(|a, b| a + b);
        let mut spans = Vec::with_capacity(tree.rows.len());
        for row in 0..tree.rows.len() {
            let Some(this) = span(row) else { continue };
            let mut line = SpanRow::of(this, lens);
            let fault = faults.get(row).copied().unwrap_or_default();
            line.error = fault == Fault::Own;
            line.passed = fault == Fault::Passed;
            line.below = below.get(row).copied().unwrap_or(0);
            line.odd = pages::oddity(this, tree.rows.get(row).and_then(|n| span(n.parent?)));
            let own = pages::own_time(&tree, &trace.spans, row);
            let total = this.start_ns.zip(this.end_ns).map(|(s, e)| e.saturating_sub(s));
            line.own = own.filter(|own| Some(*own) != total).map(pages::duration).unwrap_or_default();
            line.using(used.get(row).copied().unwrap_or_default());
            spans.push(line);
        }
        let times = |top: bool| -> Vec<(i64, i64)> {
            let rows = tree.rows.iter().filter(|n| !top || n.depth == 0 && n.mark.is_none());
            rows.filter_map(|n| trace.spans.get(n.span))
                .filter_map(|s| s.start_ns.map(|at| (at, s.end_ns.unwrap_or(at))))
                .collect()
        };
        let axis = Axis::of(&times(true), &times(false));
        let errors = spans.iter().filter(|s| s.error).count();
        let costs = spans.iter().any(|s| !s.cost.is_empty());
        let tokens = spans.iter().any(|s| !s.tokens.is_empty());
        Self { tree, spans, axis, errors, tokens, costs, used: all, cost }
    }
}

/// Tokens and cost of a span, or the sum of what is below it.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    tokens: Option<i64>,
    cost: Option<f64>,
    summed: bool,
}

/// What each row used. A span that says it itself is believed and what is below it is part of that; so nothing counts
/// twice.
fn used(tree: &Tree, spans: &[Span]) -> Vec<Used> {
    let mut sums = vec![Used::default(); tree.rows.len()];
    for (row, node) in tree.rows.iter().enumerate().rev() {
        let Some(facts) = spans.get(node.span).map(model_use) else { continue };
        let Some(used) = sums.get_mut(row) else { continue };
        used.summed = used.tokens.is_some() && facts.total.is_none()
            || used.cost.is_some() && facts.total.is_none() && facts.cost.is_none();
        used.tokens = facts.total.or(used.tokens);
        used.cost = facts.cost.or(used.cost);
        let this = *used;
        if let Some(sum) = node.parent.and_then(|p| sums.get_mut(p)) {
            sum.tokens = this.tokens.map_or(sum.tokens, |t| Some(sum.tokens.unwrap_or(0).saturating_add(t)));
            sum.cost = this.cost.map_or(sum.cost, |c| Some(sum.cost.unwrap_or(0.0) + c));
        }
    }
    sums
}

impl SpanRow {
    fn of(span: &Span, lens: &ReviewView) -> Self {
        let total = span.start_ns.zip(span.end_ns).map(|(s, e)| e.saturating_sub(s));
        Self {
            name: sanitize(&span.name).into_owned(),
            short_type: pages::short_type(&span.span_type),
            span_type: span.span_type.clone(),
            class: pages::type_class(&span.span_type),
            error: false,
            passed: false,
            below: 0,
            status: match span.status.as_str() {
                "OK" => "✔",
                "ERROR" => "✕",
                _ => "·",
            },
            start: span.start_ns,
            end: span.end_ns,
            duration: total.map(pages::duration).unwrap_or_default(),
            own: String::new(),
            odd: None,
            tokens: String::new(),
            cost: String::new(),
            summed: false,
            how: lens.span(span),
            asked: lens.asks_for(span),
        }
    }

    fn using(&mut self, used: Used) {
        let sign = if used.summed { "Σ " } else { "" };
        self.summed = used.summed;
        self.tokens = used.tokens.map(|t| format!("{sign}{t} tok")).unwrap_or_default();
        self.cost = used.cost.map(pages::dollars).unwrap_or_default();
    }
}
