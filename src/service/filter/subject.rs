//! What a filter is tried on, read only as far as it is asked for.

use crate::model::{Assessment, Trace, TraceSummary};
use std::cell::OnceCell;

/// A trace that can be read little by little.
pub trait FilterSubject {
    /// The short facts; always at hand.
    fn summary(&self) -> &TraceSummary;
    /// The imported assessments.
    fn assessments(&self) -> &[Assessment];
    /// The body's canonical JSON; `None` where it cannot be read.
    fn body(&self) -> Option<&str>;
    /// The body, parsed.
    fn trace(&self) -> Option<&Trace>;
}

/// A subject whose assessments and body are fetched when first asked for.
pub struct LazySubject<'a> {
    summary: &'a TraceSummary,
    fetch_assessments: Box<dyn Fn() -> Vec<Assessment> + 'a>,
    fetch_body: Box<dyn Fn() -> Option<String> + 'a>,
    parse: fn(&str) -> Trace,
    assessments: OnceCell<Vec<Assessment>>,
    body: OnceCell<Option<String>>,
    trace: OnceCell<Option<Trace>>,
}

impl<'a> LazySubject<'a> {
    /// `assessments` and `body` are called at most once, and only where a condition needs them; `parse` is
    /// `Trace::parse`.
    pub fn new(
        summary: &'a TraceSummary,
        assessments: impl Fn() -> Vec<Assessment> + 'a,
        body: impl Fn() -> Option<String> + 'a,
        parse: fn(&str) -> Trace,
    ) -> Self {
        Self {
            summary,
            fetch_assessments: Box::new(assessments),
            fetch_body: Box::new(body),
            parse,
            assessments: OnceCell::new(),
            body: OnceCell::new(),
            trace: OnceCell::new(),
        }
    }
}

impl FilterSubject for LazySubject<'_> {
    fn summary(&self) -> &TraceSummary {
        self.summary
    }

    fn assessments(&self) -> &[Assessment] {
        self.assessments.get_or_init(&self.fetch_assessments)
    }

    fn body(&self) -> Option<&str> {
        self.body.get_or_init(&self.fetch_body).as_deref()
    }

    fn trace(&self) -> Option<&Trace> {
        self.trace.get_or_init(|| self.body().map(self.parse)).as_ref()
    }
}
