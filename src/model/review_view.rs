//! The view that a session may carry: what of a trace its reviewers see at first, what stands folded, what is left out.
//!
//! A business expert reads the question, the documents and the answer; an engineer reads everything. The view is data
//! of the session and applies on the screen only: labels, exports, copies and the raw JSON know nothing of it.
//!
//! Three sections (`messages`, `spans`, `fields`) have the same three lists: `show`, `fold`, `hide`. What stands in none
//! is shown as ever; where several lists fit, the mildest wins. A failed span is shown unless `error` is listed.

mod fields;
mod glob;
mod hidden;
mod lines;
mod of_documents;
mod read;
mod spans;

pub use fields::Pruned;
pub use glob::Glob;
pub use hidden::Shown;
pub use read::{Mistake, from_text, from_value};

use super::json::NULL;
use super::trace::Span;
use serde_json::{Value, json};

/// The five ways to look at a trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// The conversation: messages, documents, tool calls, answer.
    #[default]
    Messages,
    /// The actual output alone.
    Output,
    /// Spans with type, status and time; details of the selected one.
    Tree,
    /// One panel per retrieved document.
    Documents,
    /// The JSON.
    Raw,
}

impl View {
    /// All, in the order of the keys on the pane's border.
    pub const ALL: [View; 5] = [View::Output, View::Tree, View::Documents, View::Messages, View::Raw];

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            View::Messages => "messages",
            View::Output => "output",
            View::Tree => "tree",
            View::Documents => "documents",
            View::Raw => "raw",
        }
    }
}

/// How a thing is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum How {
    /// Open.
    #[default]
    Show,
    /// One line, which a key opens.
    Fold,
    /// Not at all; the pane's border counts what is hidden.
    Hide,
}

/// A piece of the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// System prompts.
    System,
    /// Earlier messages that the application sent along.
    History,
    /// Earlier and later turns of the same session.
    Turns,
    /// What people said.
    User,
    /// What the model said.
    Assistant,
    /// What the model thought.
    Reasoning,
    /// What models and agents said on the way to the answer.
    Steps,
    /// Calls of tools, with what the model said as it made them.
    Tools,
    /// Retrieved documents.
    Documents,
    /// What an application returned beside the words.
    Data,
    /// What went wrong.
    Errors,
}

impl Piece {
    const ALL: [(Self, &'static str); 11] = [
        (Self::System, "system"),
        (Self::History, "history"),
        (Self::Turns, "turns"),
        (Self::User, "user"),
        (Self::Assistant, "assistant"),
        (Self::Reasoning, "reasoning"),
        (Self::Steps, "steps"),
        (Self::Tools, "tools"),
        (Self::Documents, "documents"),
        (Self::Data, "data"),
        (Self::Errors, "errors"),
    ];
}

/// Which spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spans {
    /// `type:GLOB`.
    Type(Glob),
    /// `name:GLOB`.
    Name(Glob),
    /// `error`: those that failed.
    Error,
    /// `*`: all that did not fail.
    All,
}

/// The three lists of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists<T> {
    /// Shown open.
    pub show: Vec<T>,
    /// Shown as one line.
    pub fold: Vec<T>,
    /// Left out.
    pub hide: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { show: Vec::new(), fold: Vec::new(), hide: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// The mildest list that has one that fits.
    fn how(&self, fits: impl Fn(&T) -> bool) -> Option<How> {
        let lists = [(&self.show, How::Show), (&self.fold, How::Fold), (&self.hide, How::Hide)];
        lists.into_iter().find(|(list, _)| list.iter().any(&fits)).map(|(_, how)| how)
    }

    const fn is_empty(&self) -> bool {
        self.show.is_empty() && self.fold.is_empty() && self.hide.is_empty()
    }
}

impl Spans {
    /// It fits a span that did not fail.
    fn means(&self, span_type: &str, name: &str) -> bool {
        match self {
            Self::Type(glob) => glob.fits(span_type),
            Self::Name(glob) => glob.fits(name),
            Self::All => true,
            Self::Error => false,
        }
    }
}

fn has_failed(span: &Span) -> bool {
    span.status == "ERROR" || span.events.iter().any(|e| e.name == "exception")
}

/// A session's view. The default one shows everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewView {
    /// For the border; may be empty.
    pub name: String,
    /// What a trace opens with.
    pub opens: Option<View>,
    /// The ways of looking that it offers; empty: all.
    pub views: Vec<View>,
    /// Pieces of the conversation.
    pub messages: Lists<Piece>,
    /// Spans, in the tree and in what the conversation tells of them.
    pub spans: Lists<Spans>,
    /// Fields of inputs, outputs, attributes, events, links and documents' metadata.
    pub fields: Lists<Glob>,
}

impl ReviewView {
    /// True where it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { name: self.name.clone(), ..Self::default() }
    }

    /// Whether it offers a way of looking.
    #[must_use]
    pub fn offers(&self, view: View) -> bool {
        self.views.is_empty() || self.views.contains(&view)
    }

    /// How a piece of the conversation is shown; `None`: as ever.
    #[must_use]
    pub fn piece(&self, piece: Piece) -> Option<How> {
        self.messages.how(|p| *p == piece)
    }

    /// How a span is shown; `None`: as ever.
    #[must_use]
    pub fn span(&self, span: &Span) -> Option<How> {
        self.named(&span.span_type, &span.name, has_failed(span))
    }

    /// Whether a span is one that the view names to be shown, not one that is shown since it failed.
    #[must_use]
    pub fn asks_for(&self, span: &Span) -> bool {
        let failed = has_failed(span);
        self.spans.show.iter().any(|s| s.means(&span.span_type, &span.name) || failed && *s == Spans::Error)
    }

    /// The same for what is known only by type and name, as a tool call is.
    #[must_use]
    pub fn named(&self, span_type: &str, name: &str, failed: bool) -> Option<How> {
        if self.spans.is_empty() {
            return None;
        }
        if failed {
            // What went wrong is shown whatever the rules for its type say.
            return Some(self.spans.how(|s| *s == Spans::Error).unwrap_or_default());
        }
        self.spans.how(|s| s.means(span_type, name))
    }

    /// As it is kept with the session: what the file said, in a fixed order.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut out = json!({});
        if !self.name.is_empty() {
            out["name"] = json!(self.name);
        }
        if let Some(view) = self.opens {
            out["opens"] = json!(view.name());
        }
        if !self.views.is_empty() {
            out["views"] = json!(self.views.iter().map(|v| v.name()).collect::<Vec<_>>());
        }
        let piece = |p: &Piece| Piece::ALL.iter().find(|(known, _)| known == p).map_or("", |(_, name)| name).to_owned();
        section(&mut out, "messages", &self.messages, piece);
        section(&mut out, "spans", &self.spans, |s| match s {
            Spans::Type(glob) => format!("type:{glob}"),
            Spans::Name(glob) => format!("name:{glob}"),
            Spans::Error => "error".to_owned(),
            Spans::All => "*".to_owned(),
        });
        section(&mut out, "fields", &self.fields, ToString::to_string);
        out
    }
}

fn section<T>(out: &mut Value, name: &str, lists: &Lists<T>, word: impl Fn(&T) -> String) {
    if lists.is_empty() {
        return;
    }
    for (list, how) in [(&lists.show, "show"), (&lists.fold, "fold"), (&lists.hide, "hide")] {
        if !list.is_empty() {
            out[name][how] = list.iter().map(&word).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(toml: &str) -> ReviewView {
        from_text("v.toml", toml).unwrap()
    }

    #[test]
    fn the_mildest_list_wins() {
        let v = view("[spans]\nshow = ['type:RETRIEVER']\nfold = ['type:tool']\nhide = ['*']");
        assert_eq!(v.named("RETRIEVER", "x", false), Some(How::Show));
        assert_eq!(v.named("TOOL", "x", false), Some(How::Fold));
        assert_eq!(v.named("CHAIN", "x", false), Some(How::Hide));
        assert_eq!(view("").named("CHAIN", "x", false), None);
    }

    #[test]
    fn a_failed_span_is_shown_unless_errors_are_hidden_in_so_many_words() {
        assert_eq!(view("[spans]\nhide = ['*', 'type:TOOL']").named("TOOL", "x", true), Some(How::Show));
        assert_eq!(view("[spans]\nhide = ['error']").named("TOOL", "x", true), Some(How::Hide));
    }

    #[test]
    fn what_is_kept_reads_back_the_same() {
        let text = include_str!("../../assets/views/business.toml");
        let read = view(text);
        assert_eq!(from_value(&read.to_value()), Ok(read));
        let all = view(include_str!("../../assets/views/engineer.toml"));
        assert_eq!(from_value(&all.to_value()), Ok(all));
        assert!(view("").is_empty() && view("name = 'x'").is_empty());
    }
}
