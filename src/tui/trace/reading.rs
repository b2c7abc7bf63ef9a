//! A trace made ready for the pane, off the screen's thread.
//!
//! A small trace comes with all of its pages. Of a large one there is the beginning of the page that is looked at first;
//! everything else is made when it is wanted (see `job`), and let go of when it is large and no longer looked at.

use super::sheet::{Extent, Sheet};
use super::title::Title;
use super::tree::Outline;
use super::turns::ReadTurns;
use super::{Material, View, pages};
use crate::model::conversation::{Conversation, conversation};
use crate::model::document::{Retrieval, documents};
use crate::model::review_view::Shown;
use crate::model::span_tree::Tree;
use crate::model::{Assessment, ReviewView, Trace};
use crate::text::{Class, PageBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// Up to this much text all pages are made at once: one search goes through all of them without waiting.
const SMALL: usize = 64 << 10;

/// A trace of this name fails to become a conversation, so that a test can see what is said then.
#[cfg(test)]
pub(super) const FAILS: &str = "fails to be read";

/// A trace ready to be read.
#[derive(Debug)]
pub struct Reading {
    pub(super) title: Title,
    pub(super) outline: Outline,
    body: Arc<str>,
    assessments: Vec<Assessment>,
    lens: Arc<ReviewView>,
    trace: Trace,
    /// Without the spans that the session's view leaves out, where there are such.
    narrow: Option<Trace>,
    /// How many they are.
    pub(super) hidden_spans: usize,
    /// None: reading them failed.
    conversed: Option<Conversed>,
    ready: Vec<(View, Sheet)>,
    /// Of each row of the tree, where all of them were made.
    details: Vec<Sheet>,
}

/// Who said what, and what was found for it. It is read from the trace without the fields that the view hides, so that no
/// way of telling can tell them.
#[derive(Debug)]
struct Conversed {
    retrievals: Vec<Retrieval>,
    conversation: Conversation,
    turns: ReadTurns,
    /// The actual output, which is copied whole.
    output: Option<Arc<str>>,
    /// The fields that the view hides: all of them, those of the output, and those of documents.
    hidden: (usize, usize, usize),
}

/// What was found in a trace, and what the view shows of it.
struct Found {
    shown: Option<Shown>,
    retrievals: Vec<Retrieval>,
}

impl Found {
    fn of(trace: &Trace, material: &Material) -> Self {
        let shown = material.lens.without_hidden(trace);
        let retrievals = documents(shown.as_ref().map_or(trace, |s| &s.trace));
        Self { shown, retrievals }
    }
}

impl Conversed {
    fn of(trace: &Trace, material: &Material, Found { shown, retrievals }: Found) -> Self {
        let read =
            |trace: &Trace, retrievals: &[Retrieval]| conversation(trace, &Tree::build(&trace.spans), retrievals);
        let mut conversation = read(shown.as_ref().map_or(trace, |s| &s.trace), &retrievals);
        let output = match shown {
            Some(_) => read(trace, &documents(trace)).output,
            None => conversation.output.clone(),
        };
        let turns = ReadTurns::of(&material.turns, &mut conversation, &material.lens);
        let hidden = shown.map_or((0, 0, 0), |s| (s.hidden, s.outputs, s.documents));
        Self { retrievals, conversation, turns, output, hidden }
    }
}

impl Reading {
    /// Reads a trace. Takes time for a large one: not on the screen's thread.
    #[must_use]
    pub fn build(material: &Material) -> Self {
        Self::of(material.body.as_str().into(), material)
    }

    /// The same of material that nobody needs any more: its body is not there twice while it is read.
    #[must_use]
    pub fn read(mut material: Material) -> Self {
        let body = std::mem::take(&mut material.body).into();
        Self::of(body, &material)
    }

    fn of(body: Arc<str>, material: &Material) -> Self {
        let trace = Trace::for_reading(&body);
        let lens = Arc::clone(&material.lens);
        // What the view hides is gone from the tree.
        let (narrow, hidden_spans) = lens.narrow(&trace).map_or((None, 0), |(seen, hidden)| (Some(seen), hidden));
        // Documents are looked for on both cores. Of many spans the outline and the conversation take long: they are found
        // side by side. The conversation is read from all of the trace.
        let found = caught(|| Found::of(&trace, material));
        let (outline, conversed) = std::thread::scope(|scope| {
            let seen = narrow.as_ref().unwrap_or(&trace);
            let other = scope.spawn(|| Outline::of(seen, &lens));
            let conversed = found.and_then(|found| caught(|| Conversed::of(&trace, material, found)));
            (other.join().unwrap_or_else(|panic| resume_unwind(panic)), conversed)
        });
        let mut reading = Self {
            title: Title::of(&trace, outline.errors, outline.used, outline.cost),
            outline,
            body,
            assessments: material.assessments.clone(),
            lens,
            trace,
            narrow,
            hidden_spans,
            conversed,
            ready: Vec::new(),
            details: Vec::new(),
        };
        if reading.is_small() {
            let rows = 0..reading.outline.tree.rows.len();
            reading.details = rows.map(|row| reading.sheet(View::Tree, row, Extent::Whole)).collect();
            let views = View::ALL.into_iter().filter(|v| *v != View::Tree);
            reading.ready = views.map(|v| (v, reading.sheet(v, 0, Extent::Whole))).collect();
        } else if material.view != View::Tree {
            reading.ready.push((material.view, reading.sheet(material.view, 0, Extent::First)));
        }
        reading
    }

    /// All of its pages are at hand.
    pub(super) fn is_small(&self) -> bool {
        self.body.len() <= SMALL
    }

    /// Bytes of memory that it holds on to, roughly: the body, what was read out of it, what people copy.
    #[must_use]
    pub fn weight(&self) -> usize {
        let turns = self.conversed.as_ref().map_or(0, |c| c.turns.bytes);
        4 * (self.body.len() + turns)
    }

    /// The actual output as plain text, whatever the view hides of it.
    pub(super) fn output(&self) -> Option<&Arc<str>> {
        self.conversed.as_ref()?.output.as_ref()
    }

    /// What is copied of the span in a row of the tree.
    pub(super) fn copied(&self, row: usize) -> Option<String> {
        let at = self.outline.tree.rows.get(row)?.span;
        self.seen().spans.get(at).map(pages::copied)
    }

    /// The trace without the spans that the view leaves out.
    fn seen(&self) -> &Trace {
        self.narrow.as_ref().unwrap_or(&self.trace)
    }

    /// A page that came with the reading, maybe only its beginning.
    pub(super) fn ready(&self, view: View, row: usize) -> Option<Sheet> {
        match view {
            View::Tree => self.details.get(row).cloned(),
            _ => self.ready.iter().find(|(v, _)| *v == view).map(|(_, sheet)| sheet.clone()),
        }
    }

    /// Makes a page (in the tree: of the span in `row`). If that fails, the page says so: a trace is hostile data, and
    /// the other views may do.
    pub(super) fn sheet(&self, view: View, row: usize, extent: Extent) -> Sheet {
        caught(|| self.write(view, row, extent)).unwrap_or_else(|| failed(view))
    }

    fn write(&self, view: View, row: usize, extent: Extent) -> Sheet {
        let b = match extent {
            Extent::First => PageBuilder::limited(pages::FIRST_LOOK),
            Extent::Whole => PageBuilder::new(),
            Extent::Text => PageBuilder::bare(),
        };
        #[cfg(test)]
        assert!(view != View::Messages || !self.title.whole().contains(FAILS), "as the test wants it");
        match (view, &self.conversed) {
            (View::Raw, _) => pages::raw(b, &self.body, &self.assessments).into(),
            (View::Tree, _) => {
                let mut b = b;
                let on_spans: Vec<&Assessment> = self.assessments.iter().filter(|a| a.span_id().is_some()).collect();
                pages::detail(&mut b, self.seen(), &self.outline.tree, row, &on_spans, &self.lens);
                b.finish().into()
            }
            (_, None) => failed(view),
            (View::Messages, Some(c)) => {
                let mut b = b;
                b.hide(c.hidden.0);
                let page = pages::messages(b, &self.trace, &c.conversation, &c.retrievals, &c.turns, &self.lens);
                pages::cite(page, &self.trace, &c.retrievals, &self.lens, false).into()
            }
            (View::Output, Some(c)) => {
                let mut b = b;
                b.hide(c.hidden.1);
                let page = pages::output(b, &c.conversation, &self.lens);
                pages::cite(page, &self.trace, &c.retrievals, &self.lens, true).into()
            }
            (View::Documents, Some(c)) => {
                let mut b = b;
                b.hide(c.hidden.2);
                let answer = c.conversation.output.as_deref().unwrap_or_default();
                let cited = pages::cited(answer, &c.conversation, &c.retrievals);
                let (page, places) =
                    pages::documents(b, &self.trace, (&c.retrievals, &cited), &self.assessments, &self.lens);
                Sheet { page: Arc::new(page), places: places.into() }
            }
        }
    }
}

/// What `make` gives, or nothing where it panics.
fn caught<T>(make: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(make)).ok()
}

fn failed(view: View) -> Sheet {
    let mut b = PageBuilder::new();
    let others = if view == View::Raw { "the other views may still work" } else { "raw (w) shows the trace as it is" };
    b.line(&format!("this could not be made readable, which is a mistake in labeltui; {others}"), Class::Error);
    b.finish().into()
}
