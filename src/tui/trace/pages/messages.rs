//! The conversation as a page: messages by role, tool calls with arguments and result, documents, failures.

use super::calls::{panels, rows, tool};
use super::documents::{Title, content, panel, short_score};
use super::question::{question, question_as_json};
use super::{aside, given, lens, turns, value, words};
use crate::model::conversation::{Conversation, Entry, Message, Part, Role, documents_in};
use crate::model::document::{Document, Origin, Retrieval};
use crate::model::json::parse_shape;
use crate::model::review_view::{How, Piece, ReviewView};
use crate::model::trace::{Span, Trace};
use crate::text::json::is_container;
use crate::text::{Class, Note, Page, PageBuilder, fit};
use crate::tui::trace::turns::ReadTurns;
use std::sync::Arc;

/// Documents that take more rows than this start folded to their titles, so that the answer is near the question;
const LONG_DOCUMENTS: usize = 12;
/// and more of them than this to one line.
const MANY_DOCUMENTS: usize = 8;

/// Columns of the first of several earlier messages that are shown where these are folded.
const GLIMPSE: usize = 48;

/// Data beside a message's words is shown open up to this size.
const SHORT_DATA: usize = 160;

/// Writes the page: the item's own turn, and around it the others of its conversation.
pub(in crate::tui::trace) fn messages(
    mut b: PageBuilder,
    trace: &Trace,
    conversation: &Conversation,
    retrievals: &[Retrieval],
    around: &ReadTurns,
    lens: &ReviewView,
) -> Page {
    let alone = around.total < 2;
    if !alone {
        turns::before(&mut b, lens, around);
    }
    let told: Vec<&Entry> = conversation.entries.iter().collect();
    entries(&mut b, lens, trace, &told, retrievals, true);
    if told.is_empty() {
        silent(&mut b, trace, lens.hides_fields());
    }
    if !alone {
        turns::after(&mut b, lens, around);
    }
    b.finish()
}

/// A trace whose spans say nothing, or that came without them: its previews are all there is. They know no view: where one
/// hides fields (`narrow`), they are not shown.
fn silent(b: &mut PageBuilder, trace: &Trace, narrow: bool) {
    let preview = |text: &str| if narrow { String::new() } else { text.to_owned() };
    let (asked, answered) = (&preview(&trace.summary.request_preview), &preview(&trace.summary.response_preview));
    for (role, text) in [(Role::User, asked), (Role::Assistant, answered)] {
        if !text.is_empty() {
            b.gap();
            let (word, class) = self::role(role);
            b.block("message", text.as_str().into(), false);
            b.text(word, class);
            b.line(" (preview)", Class::Dim);
            b.push_gutter("│ ", class);
            b.line(text, Class::Plain);
            b.pop_gutter();
        }
    }
    b.gap();
    let known = !(asked.is_empty() && answered.is_empty());
    let what = if known { "no more than this" } else { "nothing to read" };
    b.line(&format!("{what}: no span of this trace has inputs, outputs or messages (see tree, raw)"), Class::Warning);
}

/// The entries of a conversation; `own`: of the item's own turn, whose failures `e` leads to.
pub(super) fn entries(
    b: &mut PageBuilder,
    lens: &ReviewView,
    trace: &Trace,
    entries: &[&Entry],
    retrievals: &[Retrieval],
    own: bool,
) {
    let long = entries.iter().map(|e| if let Entry::Documents(at) = e { open_rows(retrievals.get(*at)) } else { 0 });
    let long = long.sum::<usize>() > LONG_DOCUMENTS;
    let mut entries = entries.iter().peekable();
    while let Some(entry) = entries.next().filter(|_| !b.is_full()) {
        b.gap();
        match entry {
            Entry::Message { history: true, message } => {
                let mut earlier = vec![message];
                while let Some(Entry::Message { history: true, message }) = entries.peek() {
                    earlier.push(message);
                    entries.next();
                }
                history(b, lens, &earlier);
            }
            Entry::Message { message: m, .. } => message(b, lens, m, entries.peek().is_none()),
            Entry::Documents(at) => {
                if let Some(retrieval) = retrievals.get(*at) {
                    documents(b, lens, trace, retrieval, long);
                }
            }
            Entry::Step { name, message: m } => step(b, lens, name, m),
            Entry::Given { name, model, messages } => given::given(b, lens, (name, *model), messages),
            Entry::Aside { kind, name, asked, result } => {
                aside::aside(b, lens, (kind, name), asked.as_deref(), result);
            }
            Entry::More(count) => aside::more(b, lens, *count),
            Entry::Silence if trace.summary.state == "IN_PROGRESS" => {
                b.own_inside();
                b.line("no answer was recorded: the trace was still running", Class::Warning);
            }
            Entry::Silence => {
                b.own_inside();
                b.line("no answer was recorded", Class::Warning);
            }
            Entry::Failure { .. } if lens.errors() == How::Hide => b.hide(1),
            Entry::Failure { what, .. } if !own => {
                b.own_inside();
                b.line(&format!("✕ {}", what.replace('\n', " ")), Class::Error);
            }
            Entry::Failure { span, what, stack } => {
                let name = trace.spans.get(*span).map(|s| s.name.as_str()).unwrap_or_default();
                failure(b, name, what, stack.as_deref());
            }
        }
    }
}

fn history(b: &mut PageBuilder, lens: &ReviewView, earlier: &[&Message]) {
    let how = lens.piece(Piece::History);
    if how == Some(How::Hide) {
        return b.hide(earlier.len());
    }
    b.own_inside();
    b.set_indent(2);
    let s = if earlier.len() == 1 { "" } else { "s" };
    b.text(&format!("{} earlier message{s}", earlier.len()), Class::Dim);
    let first = earlier.iter().find(|m| m.role == Role::User).map(|m| m.text());
    if let Some(words) = first.map(|t| one_line(&t, GLIMPSE)).filter(|t| !t.is_empty()) {
        b.text(&format!(" · {words}"), Class::Dim);
    }
    b.end_line();
    b.set_indent(0);
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    for m in earlier {
        b.gap();
        message(b, lens, m, false);
    }
    b.pop_gutter();
    b.close_fold(fold, how != Some(How::Show), Note::Lines);
}

/// The beginning of a text on one line.
pub(super) fn one_line(text: &str, columns: usize) -> String {
    let head = text.get(..text.floor_char_boundary(columns * 8)).unwrap_or_default();
    let words = head.split_whitespace().collect::<Vec<_>>().join(" ");
    fit(&words, columns).into_owned()
}

/// Why an answer ended before it was done.
pub(super) fn ended(b: &mut PageBuilder, why: &str) {
    b.own();
    b.text("■ ", Class::Warning);
    b.line(&why.replace('\n', " "), Class::Warning);
}

/// What was said on the way to the answer: one line until somebody wants it.
fn step(b: &mut PageBuilder, lens: &ReviewView, name: &str, message: &Message) {
    let how = lens.piece(Piece::Steps);
    if how == Some(How::Hide) {
        return b.hide(1);
    }
    let Some(message) = lens::message(b, lens, message, false) else { return };
    b.block("step", message.text().into(), false);
    b.own_inside();
    b.set_indent(2);
    b.text("step ", Class::Dim);
    b.text(&name.replace('\n', " "), Class::Assistant);
    b.end_line();
    b.set_indent(0);
    let fold = b.open_fold();
    b.push_gutter("┆ ", Class::Dim);
    for p in &message.parts {
        // The step is folded as it is; a thought in it needs no fold of its own.
        match p {
            Part::Reasoning(text) => words(b, text),
            other => part(b, lens, other, Role::Assistant),
        }
    }
    b.pop_gutter();
    b.close_fold(fold, how != Some(How::Show), Note::Preview);
}

fn role(role: Role) -> (&'static str, Class) {
    match role {
        Role::System => ("system", Class::System),
        Role::User => ("user", Class::User),
        Role::Assistant => ("assistant", Class::Assistant),
        Role::Tool => ("tool", Class::Tool),
        Role::Other => ("", Class::Heading),
    }
}

/// What is copied of a message. A large one is most often of one piece, which is shared, not copied.
fn raw(message: &Message) -> Arc<str> {
    match message.parts.as_slice() {
        [Part::Text(text) | Part::Data(text)] => Arc::clone(text),
        _ => message.text().into(),
    }
}

fn message(b: &mut PageBuilder, lens: &ReviewView, message: &Message, last: bool) {
    let how = lens.piece(lens::piece(message, last));
    let raw = raw(message);
    let Some(message) = lens::message(b, lens, message, last) else { return };
    let message = &message;
    let (plain, class) = role(message.role);
    let (word, name) = message.heading();
    // A value that nobody said is not called a person's.
    let data = !message.parts.is_empty() && message.parts.iter().all(|p| matches!(p, Part::Data(_)));
    let word = match message.role {
        Role::User if data && word == plain => "input",
        Role::Assistant if data => "output",
        _ => word,
    };
    if message.parts.is_empty() {
        return spoken(b, lens, message, (word, name, class), (raw, how));
    }
    // In the order in which it was said: words, calls, and what was said after them.
    let is_call = |p: &Part| matches!(p, Part::Call(_) | Part::Item { .. });
    for (at, run) in message.parts.chunk_by(|a, b| is_call(a) == is_call(b)).enumerate() {
        if run.iter().all(is_call) {
            run.iter().for_each(|p| part(b, lens, p, message.role));
            continue;
        }
        if at > 0 {
            b.gap();
        }
        let said = Message { parts: run.to_vec(), ..message.clone() };
        let raw = if run.len() == message.parts.len() { Arc::clone(&raw) } else { self::raw(&said) };
        spoken(b, lens, &said, (word, name, class), (raw, how));
    }
}

/// What was said without a call in between.
fn spoken(
    b: &mut PageBuilder,
    lens: &ReviewView,
    message: &Message,
    (word, name, class): (&str, Option<&str>, Class),
    (raw, how): (Arc<str>, Option<How>),
) {
    b.block("message", raw, false);
    b.own_inside();
    b.set_indent(2);
    b.text(&word.replace('\n', " "), class);
    if let Some(name) = name {
        b.text(&format!(" ({})", name.replace('\n', " ")), Class::Dim);
    }
    b.end_line();
    b.set_indent(0);
    let fold = b.open_fold();
    b.push_gutter("│ ", class);
    for (at, p) in message.parts.iter().enumerate() {
        match p {
            Part::Data(json) if at > 0 => beside(b, lens, side(message.role), json),
            Part::Text(text) if message.role == Role::User && !is_container(text) => question(b, text, how),
            Part::Text(json) | Part::Data(json) if message.role == Role::User => question_as_json(b, lens, json, how),
            _ => part(b, lens, p, message.role),
        }
    }
    if message.parts.is_empty() {
        b.own();
        b.line("(no words)", Class::Dim);
    }
    b.pop_gutter();
    let folded = how.map_or(message.role == Role::System, |how| how == How::Fold);
    b.close_fold(fold, folded, Note::Preview);
}

/// Where a view's paths look for what stands in a message: what was sent is a span's inputs, what came back its outputs.
const fn side(role: Role) -> &'static str {
    match role {
        Role::User | Role::System => "inputs",
        Role::Assistant | Role::Tool | Role::Other => "outputs",
    }
}

/// What an application was given or returned beside the words: one line until it is asked for, if it is more than that.
/// `side`: inputs or outputs, by which the view's paths begin.
pub(super) fn beside(b: &mut PageBuilder, lens: &ReviewView, side: &str, json: &str) {
    let how = lens.piece(Piece::Data);
    if json.len() <= SHORT_DATA && how != Some(How::Fold) {
        return lens::fields(b, lens, side, json);
    }
    let keys = parse_shape(json).map(|(j, _)| j.members().iter().map(|(k, _)| k.to_string()).collect::<Vec<_>>());
    b.own();
    b.set_indent(2);
    b.text("also ", Class::Dim);
    b.line(&keys.unwrap_or_default().join(", ").replace('\n', " "), Class::Key);
    b.set_indent(0);
    let fold = b.open_fold();
    lens::fields(b, lens, side, json);
    b.close_fold(fold, how != Some(How::Show), Note::Preview);
}

pub(super) fn part(b: &mut PageBuilder, lens: &ReviewView, part: &Part, role: Role) {
    match part {
        // "[ ]" is what somebody wrote, and no list.
        Part::Text(text) if is_container(text) && text.contains(char::is_alphanumeric) => value(b, text),
        Part::Text(text) => words(b, text),
        Part::Data(json) => lens::fields(b, lens, side(role), json),
        Part::Reasoning(text) => {
            b.own();
            b.set_indent(2);
            b.line("reasoning", Class::Dim);
            b.set_indent(0);
            let fold = b.open_fold();
            b.push_gutter("  ", Class::Dim);
            words(b, text);
            b.pop_gutter();
            let folded = lens.piece(Piece::Reasoning).map_or(role.answers(), |how| how == How::Fold);
            b.close_fold(fold, folded, Note::Preview);
        }
        Part::Media(what) => {
            b.own();
            b.text("▣ ", Class::Accent);
            b.line(&what.replace('\n', " "), Class::Plain);
        }
        Part::Refusal(text) => {
            b.own();
            b.line("refused", Class::Warning);
            words(b, text);
        }
        Part::Call(call) => tool(b, lens, call),
        Part::Ended(why) => ended(b, why),
        Part::Item { kind, json } => aside::item(b, lens, side(role), kind, json),
        Part::Source(what) => {
            b.own();
            b.text("※ ", Class::Accent);
            b.line(&what.replace('\n', " "), Class::Dim);
        }
        Part::Result { id, text, failed } => {
            if let Some(id) = id {
                b.own();
                b.line(&format!("result of {}", id.replace('\n', " ")), Class::Dim);
            }
            if *failed {
                b.own();
                b.line("✕ failed", Class::Error);
            }
            let pruned = lens.prune("outputs", text);
            match documents_in(text).filter(|_| !*failed && pruned.hidden == 0 && pruned.folded.is_empty()) {
                Some(found) => panels(b, lens, "", &found),
                None => lens::fields(b, lens, "outputs", text),
            }
        }
    }
}

/// There is something to read in it.
fn tells(document: &Document) -> bool {
    !document.is_silent() || document.says_more()
}

/// Rows that documents take when they are open.
fn open_rows(retrieval: Option<&Retrieval>) -> usize {
    let documents = retrieval.filter(|r| !r.told).map(|r| r.documents.as_slice()).unwrap_or_default();
    documents.iter().map(|d| if d.seen.is_some() || !tells(d) { 1 } else { 3 + rows(&d.content) }).sum()
}

/// `long`: the documents of the turn would push its answer off the screen.
fn documents(b: &mut PageBuilder, lens: &ReviewView, trace: &Trace, retrieval: &Retrieval, long: bool) {
    if retrieval.told {
        return;
    }
    let how = lens.documents(trace.spans.get(retrieval.span));
    if how == Some(How::Hide) {
        return b.hide(1);
    }
    let name = trace.spans.get(retrieval.span).map(|s| s.name.replace('\n', " ")).unwrap_or_default();
    b.own_inside();
    b.set_indent(2);
    b.text(&format!("documents ({})", retrieval.documents.len()), Class::Heading);
    let how_come = if retrieval.origin == Origin::Given { " given to" } else { "" };
    b.text(&format!("{how_come} {name}"), Class::Dim);
    if !retrieval.dropped.is_empty() {
        b.text(&format!(" · of {}", retrieval.documents.len() + retrieval.dropped.len()), Class::Dim);
    }
    // Of what was found a later step may have kept a part: the answer rests on that.
    let fewer = retrieval.also.iter().filter(|(_, n)| *n < retrieval.documents.len()).min_by_key(|(_, n)| *n);
    let seen = |s: &&Span| lens.span(s) != Some(How::Hide);
    if let Some((span, kept)) = fewer.and_then(|(at, kept)| Some((trace.spans.get(*at).filter(seen)?, kept))) {
        b.text(&format!(" · {kept} of them handed on by {}", span.name.replace('\n', " ")), Class::Dim);
    }
    if !retrieval.documents.is_empty() && !retrieval.documents.iter().any(tells) {
        b.text(" · without their texts", Class::Dim);
    }
    b.end_line();
    b.set_indent(0);
    if retrieval.documents.is_empty() {
        let unknown = retrieval.is_unrecorded(trace);
        b.own_inside();
        b.line(if unknown { "  its result was not recorded" } else { "  none found" }, Class::Warning);
        return;
    }
    let fold = b.open_fold();
    let long = long && how != Some(How::Show);
    for (rank, document) in retrieval.documents.iter().enumerate() {
        b.block("document", Arc::from(document.content.as_str()), false);
        if document.seen.is_some() {
            // A reranker's, or what another question found as well: it stands above.
            above(b, rank, document);
            continue;
        }
        if !tells(document) {
            pointed_at(b, rank, document);
            continue;
        }
        let title = Title { rank, many: false, cited: false, document, folded: long };
        panel(b, lens, &title, false, &|b| content(b, document));
    }
    let many = long && retrieval.documents.len() > MANY_DOCUMENTS;
    b.close_fold(fold, how.map_or(many, |how| how == How::Fold), Note::Preview);
}

/// One line for a document of which only name and place are known.
fn pointed_at(b: &mut PageBuilder, rank: usize, document: &Document) {
    b.own_inside();
    b.set_indent(2);
    b.text(&(rank + 1).to_string(), Class::Strong);
    let names = [&document.id, &document.title, &document.uri].into_iter().flatten();
    for (at, name) in names.enumerate() {
        b.text(if at == 0 { " " } else { " · " }, Class::Dim);
        b.text(&name.replace(['\n', '\r'], " "), Class::Plain);
    }
    if let Some(score) = &document.score {
        b.text(&format!(" · {}", short_score(&score.replace(['\n', '\r'], " "))), Class::Number);
    }
    b.end_line();
    b.set_indent(0);
}

/// One line for a document that has been shown before.
fn above(b: &mut PageBuilder, rank: usize, document: &Document) {
    b.own_inside();
    b.set_indent(2);
    b.text(&(rank + 1).to_string(), Class::Strong);
    if let Some(was) = document.was.filter(|was| *was != rank) {
        b.text(&format!(" (was {})", was + 1), Class::Accent);
    }
    let label: String = document.label().chars().take(80).collect();
    b.text(&format!(" {}", label.replace(['\n', '\r'], " ")), Class::Plain);
    b.text(" · see above", Class::Dim);
    b.end_line();
    b.set_indent(0);
}

pub(super) fn failure(b: &mut PageBuilder, span: &str, what: &str, stack: Option<&str>) {
    let raw = stack.map_or_else(|| what.to_owned(), |s| format!("{what}\n{s}"));
    b.block("error", raw.into(), true);
    b.open_box(Class::Error);
    b.text("✕ error", Class::Error);
    b.text(&format!(" in {}", span.replace('\n', " ")), Class::Dim);
    b.box_body();
    b.line(what, Class::Error);
    if let Some(stack) = stack.filter(|s| !s.trim().is_empty()).map(super::details::unescaped) {
        b.set_indent(2);
        b.own();
        b.line("stack trace", Class::Dim);
        b.set_indent(0);
        let fold = b.open_fold();
        b.line(stack.trim_end(), Class::Plain);
        b.close_fold(fold, true, Note::Preview);
    }
    b.close_box();
}
