//! A trace in the words of its border: id, name, state, errors, duration, tokens, cost.

use super::pages;
use crate::model::Trace;
use crate::model::json::parse_shape as parse;
use crate::text::{fit, sanitize, width};

/// Characters of an id, and of a short one: enough to tell the traces of a session apart.
const ID: usize = 11;
const SHORT_ID: usize = 7;
/// Columns that a name keeps as long as anything else can give way.
const NAME: usize = 8;

/// What a border says of a trace, sanitised piece by piece.
#[derive(Debug, Clone, Default)]
pub(super) struct Title {
    id: String,
    name: String,
    state: String,
    /// Errors, duration, tokens and cost, which are short and say most.
    figures: Vec<String>,
}

impl Title {
    /// `used` and `cost`: tokens and dollars by the spans. MLflow's own figure leaves out models of other conventions, and spans may be hidden or
    /// lost: whichever is more is said.
    pub(super) fn of(trace: &Trace, errors: usize, used: Option<i64>, cost: Option<f64>) -> Self {
        let s = &trace.summary;
        let mut figures = Vec::new();
        if errors > 0 {
            figures.push(format!("{errors} error{}", if errors == 1 { "" } else { "s" }));
        }
        figures.extend(s.duration_ms.map(|ms| pages::duration(ms.saturating_mul(1_000_000))));
        figures.extend(s.tokens.max(used.and_then(|t| u64::try_from(t).ok())).map(|t| format!("{t} tok")));
        let known = s.metadata.get("mlflow.trace.cost").and_then(|text| total_cost(text));
        figures.extend(known.into_iter().chain(cost).reduce(f64::max).map(pages::dollars));
        let clean = |text: &str| sanitize(text).into_owned();
        Self { id: clean(&s.trace_id), name: clean(&s.name), state: clean(&s.state), figures }
    }

    /// "tr-292d… · my_app · OK · 2 errors · 1.2 s · 158 tok" in so many columns: first the id gives way, then the name,
    /// then a state that says that all is well, then the id and the state as such, and the figures last.
    pub(super) fn within(&self, columns: usize) -> String {
        let id = |most: usize| -> String {
            let short: String = self.id.chars().take(most).collect();
            if short.len() < self.id.len() { format!("{short}…") } else { short }
        };
        let state = if self.state == "OK" { "" } else { self.state.as_str() };
        let forms = [
            (id(ID), self.state.as_str()),
            (id(SHORT_ID), self.state.as_str()),
            (id(SHORT_ID), state),
            (String::new(), state),
            (String::new(), ""),
        ];
        let joined = |id: &str, name: &str, state: &str| {
            let figures = self.figures.iter().map(String::as_str);
            [id, name, state].into_iter().chain(figures).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
        };
        for (id, state) in &forms {
            let without = width(&joined(id, "", state)) + 3;
            let room = columns.saturating_sub(without);
            if room >= width(&self.name) || room >= NAME {
                return joined(id, &fit(&self.name, room), state);
            }
        }
        fit(&joined("", "", ""), columns).into_owned()
    }

    /// The whole of it.
    pub(super) fn whole(&self) -> String {
        self.within(usize::MAX)
    }
}

/// What MLflow sums up in a trace's metadata: `{"input_cost": …, "output_cost": …, "total_cost": …}`.
fn total_cost(text: &str) -> Option<f64> {
    let (json, _) = parse(text).ok()?;
    json.some("total_cost")?.plain().parse().ok().filter(|cost: &f64| cost.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_stay_when_the_rest_has_no_room() {
        let title = Title {
            id: "tr-292d4e21aa".into(),
            name: "customer_support_assistant".into(),
            state: "OK".into(),
            figures: vec!["2 errors".into(), "1.2 s".into(), "15800 tok".into()],
        };
        assert_eq!(title.whole(), "tr-292d4e21… · customer_support_assistant · OK · 2 errors · 1.2 s · 15800 tok");
        for (columns, want) in [
            (77, "tr-292d4e21… · customer_support_assistant · OK · 2 errors · 1.2 s · 15800 tok"),
            (62, "tr-292d4e21… · customer_s… · OK · 2 errors · 1.2 s · 15800 tok"),
            (56, "tr-292d… · customer… · OK · 2 errors · 1.2 s · 15800 tok"),
            (50, "tr-292d… · custome… · 2 errors · 1.2 s · 15800 tok"),
            (48, "customer_support… · 2 errors · 1.2 s · 15800 tok"),
            (40, "customer… · 2 errors · 1.2 s · 15800 tok"),
            (30, "2 errors · 1.2 s · 15800 tok"),
            (12, "2 errors · …"),
        ] {
            let told = title.within(columns);
            assert!(width(&told) <= columns, "{told} in {columns}");
            assert_eq!(told, want, "{columns}");
        }
        let failed = Title { state: "ERROR".into(), ..title };
        assert!(failed.within(48).contains("ERROR"), "{}", failed.within(48));
    }
    #[test]
    fn tokens_are_those_of_the_trace_or_of_its_spans_whichever_are_more() {
        let title = |tokens: Option<u64>, used: Option<i64>| {
            let mut trace = Trace::default();
            trace.summary.tokens = tokens;
            Title::of(&trace, 0, used, None).figures.concat()
        };
        assert_eq!(title(Some(107), Some(123)), "123 tok", "models of other conventions");
        assert_eq!(title(Some(158), Some(20)), "158 tok", "spans that are hidden, or lost");
        assert_eq!(title(None, Some(7)), "7 tok");
        assert_eq!(title(None, Some(-7)) + &title(None, None), "");
    }

    #[test]
    fn the_cost_is_what_the_trace_or_its_spans_say() {
        let title = |metadata: &str, cost: Option<f64>| {
            let mut trace = Trace::default();
            trace.summary.metadata.insert("mlflow.trace.cost".into(), metadata.into());
            Title::of(&trace, 0, None, cost).figures.concat()
        };
        assert_eq!(title(r#"{"total_cost": 0.25}"#, None), "$0.2500");
        assert_eq!(title("nonsense", Some(1.5)), "$1.50");
        assert_eq!(title(r#"{"total_cost": 0.25}"#, Some(0.5)), "$0.5000");
        assert_eq!(title(r#"{"total_cost": "NaN"}"#, None), "");
    }
}
