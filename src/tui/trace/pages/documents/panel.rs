//! One document in its frame.

use super::super::{lens, value};
use crate::model::ReviewView;
use crate::model::document::Document;
use crate::text::json::is_container;
use crate::text::{Class, Note, PageBuilder, fit, fit_middle, width};

/// Columns that a title surely has: what goes beyond is told inside the panel too.
const TITLE: usize = 46;
/// Columns of an id in a title, at most.
const ID: usize = 36;
/// Columns of its text in the title of one that is folded.
const GLIMPSE: usize = 60;
/// Columns of a line of short metadata.
const LINE: usize = 76;
/// Metadata up to this many columns shares a line with its neighbours.
const SHORT: usize = 40;
/// More numbers than this are an embedding, not a value to read.
const NUMBERS: usize = 8;

/// What a panel's title says.
pub(in crate::tui::trace::pages) struct Title<'d> {
    /// From 0.
    pub rank: usize,
    /// Whether the trace has several retrievals.
    pub many: bool,
    /// The answer cites it.
    pub cited: bool,
    pub document: &'d Document,
    /// Folded in a conversation: its beginning stands in the title.
    pub folded: bool,
}

pub(in crate::tui::trace::pages) fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// ╭ rank id · title · uri · score ─╮ metadata, content. `full`: in the documents view, where each document folds.
pub(in crate::tui::trace::pages) fn panel(
    b: &mut PageBuilder,
    lens: &ReviewView,
    title: &Title<'_>,
    full: bool,
    body: &dyn Fn(&mut PageBuilder),
) {
    let document = title.document;
    b.open_box(Class::Border);
    let told = head(b, title);
    b.box_body();
    // In the view of its own each document folds to its header line.
    let fold = (full || title.folded).then(|| b.open_fold());
    if full || document.is_silent() {
        fields(b, lens, document, told > TITLE);
    }
    body(b);
    if full || document.is_silent() {
        texts(b, lens, document);
    }
    b.close_box();
    if let Some(fold) = fold {
        // What was read before need not be read again.
        b.close_fold(fold, title.folded || document.seen.is_some(), Note::Preview);
    }
}

/// Writes the title; the columns that it would need for all of it.
fn head(b: &mut PageBuilder, title: &Title<'_>) -> usize {
    let document = title.document;
    let (mut used, mut cut) = (0, 0);
    let mut piece = |b: &mut PageBuilder, text: &str, class: Class| {
        used += width(text);
        b.text(text, class);
    };
    piece(b, &(title.rank + 1).to_string(), Class::Strong);
    if let Some(was) = document.was.filter(|was| *was != title.rank) {
        piece(b, &format!(" (was {})", was + 1), Class::Accent);
    }
    if let Some((retrieval, rank)) = document.seen {
        let same = if title.many && document.was != Some(rank) {
            format!(" = {} of retrieval {}", rank + 1, retrieval + 1)
        } else {
            String::new()
        };
        piece(b, &same, Class::Accent);
    }
    let mut named: Vec<&str> = Vec::new();
    let names = [(&document.id, ID), (&document.title, TITLE), (&document.uri, TITLE), (&document.chunk, ID)];
    for (name, most) in names.into_iter().filter_map(|(name, most)| Some((name.as_deref()?, most))) {
        if !named.contains(&name) {
            piece(b, if named.is_empty() { " " } else { " · " }, Class::Dim);
            // Long ones stand whole inside.
            let name = one_line(name);
            cut += width(&name).saturating_sub(most);
            piece(b, &fit_middle(&name, most), Class::Plain);
        }
        named.push(name);
    }
    if let Some(score) = &document.score {
        piece(b, &format!(" · {}", short_score(&one_line(score))), Class::Number);
    }
    if title.cited {
        piece(b, " · cited", Class::Good);
    }
    let begins = document.content.get(..document.content.floor_char_boundary(GLIMPSE * 8)).unwrap_or_default();
    let begins = begins.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.folded && !begins.is_empty() && !named.contains(&begins.as_str()) {
        piece(b, &format!(" {}", fit(&begins, GLIMPSE)), Class::Dim);
    }
    if cut > 0 { usize::MAX } else { used }
}

/// What the title has no room for, and the metadata; short values side by side.
fn fields(b: &mut PageBuilder, lens: &ReviewView, document: &Document, cut: bool) {
    let named = [
        ("id", &document.id),
        ("title", &document.title),
        ("uri", &document.uri),
        ("chunk", &document.chunk),
        ("score", &document.score),
    ];
    let told = |name: &str, text: &str| !cut && (name != "score" || short_score(text) == text);
    let own = named.iter().filter_map(|(n, v)| Some((*n, v.as_deref()?))).filter(|(n, v)| !told(n, v));
    let said = |text: &str| named.iter().any(|(_, v)| v.as_deref() == Some(text));
    let mut folded = Vec::new();
    let mut shown = Vec::new();
    for (name, text) in document.metadata.iter().filter(|(_, v)| !said(v)) {
        let pruned = lens.prune(&format!("metadata.{name}"), text);
        b.hide(pruned.hidden);
        shown.extend(pruned.shown.map(|text| (name.as_str(), text)));
        folded.extend(pruned.folded);
    }
    let rest = shown.iter().map(|(k, v)| (*k, v.as_ref()));
    let mut beside = 0;
    for (name, text) in own.chain(rest) {
        let (name, text) = (one_line(name), numbers(text).unwrap_or_else(|| one_line(text)));
        let columns = width(&name) + 2 + width(&text);
        if beside > 0 && beside + 3 + columns <= LINE && columns <= SHORT {
            b.text(" · ", Class::Dim);
            beside += 3 + columns;
        } else {
            b.own();
            b.set_hang(2);
            beside = if columns <= SHORT { columns } else { usize::MAX / 2 };
        }
        b.text(&format!("{name}: "), Class::Key);
        b.text(&text, Class::Plain);
    }
    b.finish_if_open();
    b.set_hang(0);
    for (path, json) in &folded {
        lens::folded(b, path.strip_prefix("metadata.").unwrap_or(path), json);
    }
    if (beside > 0 || !folded.is_empty()) && !document.is_silent() {
        b.gap();
    }
}

/// Bytes of a further text that stands open.
const OPEN: usize = 600;

/// Further texts, each under its own name.
fn texts(b: &mut PageBuilder, lens: &ReviewView, document: &Document) {
    if !document.texts.is_empty() && !document.is_silent() {
        b.gap();
    }
    for (name, text) in &document.texts {
        let pruned = lens.prune(&format!("metadata.{name}"), text);
        b.hide(pruned.hidden);
        if let Some(text) = &pruned.shown {
            named_text(b, name, text, OPEN);
        }
        for (path, json) in &pruned.folded {
            lens::folded(b, path.strip_prefix("metadata.").unwrap_or(path), json);
        }
    }
}

/// A text under its name: on one line where it is short, else a fold, which is open up to `open` bytes.
pub(super) fn named_text(b: &mut PageBuilder, name: &str, text: &str, open: usize) {
    let name = one_line(name);
    if width(&name) + 2 + text.len() <= LINE && !text.contains('\n') && !is_container(text.trim()) {
        b.set_hang(2);
        b.text(&format!("{name}: "), Class::Key);
        b.line(text, Class::Plain);
        b.set_hang(0);
        return;
    }
    let before = b.set_indent(2);
    b.line(&name, Class::Key);
    b.set_indent(before);
    let fold = b.open_fold();
    value(b, text);
    b.close_fold(fold, text.len() > open, Note::Preview);
}

/// "[1536 numbers]" for what is an embedding.
fn numbers(text: &str) -> Option<String> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let count = inside.split(',').count();
    let all = || inside.bytes().all(|b| b.is_ascii_digit() || b"+-.,eE \n".contains(&b));
    (count > NUMBERS && all()).then(|| format!("[{count} numbers]"))
}

/// Four digits are enough beside a title; the panel has the rest.
pub(in crate::tui::trace::pages) fn short_score(score: &str) -> String {
    let (whole, rest) = score.split_once('.').unwrap_or((score, ""));
    if rest.len() > 4 && rest.bytes().all(|b| b.is_ascii_digit()) {
        format!("{whole}.{}", rest.get(..4).unwrap_or(rest))
    } else {
        score.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_short_in_titles() {
        assert_eq!(short_score("0.9999999999999998"), "0.9999");
        assert_eq!(short_score("1e-9"), "1e-9");
    }

    #[test]
    fn embeddings_are_counted_not_written() {
        assert_eq!(numbers("[0.1, -2e-3, 1, 2, 3, 4, 5, 6, 7]").as_deref(), Some("[9 numbers]"));
        assert_eq!(numbers("[1, 2]"), None);
        assert_eq!(numbers("[a, b, c, d, e, f, g, h, i]"), None);
    }
}
