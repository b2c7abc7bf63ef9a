//! What the view makes of a trace's spans: hidden ones go, and what is below them moves up.

use super::{How, Piece, ReviewView};
use crate::model::conversation::ToolCall;
use crate::model::trace::{Span, Trace};
use std::collections::{HashMap, HashSet};

impl ReviewView {
    /// The trace without the spans that are hidden, and how many those are; `None` where it stays as it is.
    #[must_use]
    pub fn narrow(&self, trace: &Trace) -> Option<(Trace, usize)> {
        if self.spans.hide.is_empty() {
            return None;
        }
        let hidden: Vec<bool> = trace.spans.iter().map(|s| self.span(s) == Some(How::Hide)).collect();
        let count = hidden.iter().filter(|h| **h).count();
        if count == 0 {
            return None;
        }
        let mut first: HashMap<&str, usize> = HashMap::with_capacity(trace.spans.len());
        for (at, span) in trace.spans.iter().enumerate() {
            first.entry(span.id.as_str()).or_insert(at);
        }
        // Up the hidden ones to the first that is shown. Parents that lead round in a circle end at the top.
        let up = |span: &Span| {
            let mut parent = span.parent.as_deref();
            let mut seen = HashSet::new();
            while let Some(at) = parent.and_then(|p| first.get(p)).filter(|at| hidden.get(**at) == Some(&true)) {
                parent = trace.spans.get(*at).filter(|_| seen.insert(*at)).and_then(|s| s.parent.as_deref());
            }
            parent.map(str::to_owned)
        };
        let shown = trace.spans.iter().zip(&hidden).filter(|(_, hidden)| !**hidden);
        let spans = shown.map(|(span, _)| Span { parent: up(span), ..span.clone() }).collect();
        Some((Trace { summary: trace.summary.clone(), spans }, count))
    }

    /// How something that went wrong is shown.
    #[must_use]
    pub fn errors(&self) -> How {
        mildest(self.piece(Piece::Errors), self.spans.how(|s| *s == super::Spans::Error)).unwrap_or_default()
    }

    /// How a call of a tool is shown; one that failed is shown as what went wrong.
    #[must_use]
    pub fn call(&self, call: &ToolCall) -> How {
        if call.error.is_some() {
            return self.errors();
        }
        mildest(self.piece(Piece::Tools), self.named("TOOL", &call.name, false)).unwrap_or_default()
    }

    /// How the documents that a span retrieved are shown.
    #[must_use]
    pub fn documents(&self, span: Option<&Span>) -> Option<How> {
        mildest(self.piece(Piece::Documents), span.and_then(|s| self.span(s)))
    }
}

/// Of what two sections say, the milder; one that says nothing leaves it to the other.
fn mildest(a: Option<How>, b: Option<How>) -> Option<How> {
    let weight = |how: &How| match how {
        How::Show => 0,
        How::Fold => 1,
        How::Hide => 2,
    };
    a.into_iter().chain(b).min_by_key(weight)
}

#[cfg(test)]
mod tests {
    use super::super::from_text;
    use super::*;
    use crate::model::span_tree::Tree;
    use proptest::prelude::*;

    fn span(id: &str, parent: Option<&str>, span_type: &str) -> Span {
        Span { id: id.into(), parent: parent.map(Into::into), span_type: span_type.into(), ..Span::default() }
    }

    #[test]
    fn what_is_below_a_hidden_span_moves_up() {
        let view = from_text("v", "[spans]\nhide = ['type:CHAIN']").unwrap();
        let spans = vec![
            span("a", None, "AGENT"),
            span("b", Some("a"), "CHAIN"),
            span("c", Some("b"), "CHAIN"),
            span("d", Some("c"), "TOOL"),
            span("e", Some("gone"), "TOOL"),
        ];
        let (shown, hidden) = view.narrow(&Trace { spans, ..Trace::default() }).unwrap();
        let kin: Vec<_> = shown.spans.iter().map(|s| (s.id.as_str(), s.parent.as_deref())).collect();
        assert_eq!((kin, hidden), (vec![("a", None), ("d", Some("a")), ("e", Some("gone"))], 2));
        assert!(view.narrow(&Trace { spans: vec![span("a", None, "TOOL")], ..Trace::default() }).is_none());
    }

    #[test]
    fn a_failed_call_is_shown_where_tools_are_hidden() {
        let view = from_text("v", "[messages]\nhide = ['tools']\n[spans]\nhide = ['*']").unwrap();
        let call = ToolCall { name: "f".into(), ..ToolCall::default() };
        assert_eq!(view.call(&call), How::Hide);
        assert_eq!(view.call(&ToolCall { error: Some("x".into()), ..call.clone() }), How::Show);
        let named = from_text("v", "[messages]\nhide = ['tools']\n[spans]\nshow = ['name:f']").unwrap();
        assert_eq!(named.call(&call), How::Show, "the mildest wins across sections");
        assert_eq!(from_text("v", "[messages]\nhide = ['errors']").unwrap().errors(), How::Hide);
    }

    proptest! {
        #[test]
        fn any_graph_is_narrowed_to_what_is_shown_and_ends(
            edges in proptest::collection::vec((0..8u8, proptest::option::of(0..10u8), any::<bool>()), 0..20)
        ) {
            let view = from_text("v", "[spans]\nhide = ['type:H']").unwrap();
            let spans: Vec<_> = edges
                .iter()
                .map(|(id, p, h)| span(&id.to_string(), p.map(|p| p.to_string()).as_deref(), if *h { "H" } else { "S" }))
                .collect();
            let shown = spans.iter().filter(|s| s.span_type == "S").count();
            let trace = Trace { spans, ..Trace::default() };
            let (narrow, hidden) = view.narrow(&trace).unwrap_or((trace.clone(), 0));
            prop_assert_eq!((narrow.spans.len(), hidden), (shown, trace.spans.len() - shown));
            prop_assert_eq!(Tree::build(&narrow.spans).rows.len(), shown);
        }
    }
}
