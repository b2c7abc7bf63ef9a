//! Instructions in Markdown, as lines: headings, emphasis, code, lists, quotes. Raw HTML is shown as text.

use super::span;
use super::wrap::wrap;
use crate::text::{Class, sanitize_lines};
use crate::tui::theme::Theme;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use ratatui::text::Line;

/// The lines of a text in `columns`.
pub(super) fn lines(theme: Theme, text: &str, columns: usize) -> Vec<Line<'static>> {
    let mut out = Out { theme, columns, lines: Vec::new(), text: String::new(), class: Class::Plain };
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut lead = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => out.class = Class::Heading,
            Event::Start(Tag::CodeBlock(_)) => out.class = Class::Code,
            Event::Start(Tag::BlockQuote(_)) => out.class = Class::Quote,
            Event::Start(Tag::List(first)) => {
                out.flush(&lead, 2 * lists.len().saturating_sub(1));
                lists.push(first);
            }
            Event::Start(Tag::Item) => {
                lead = match lists.last_mut() {
                    Some(Some(n)) => {
                        *n += 1;
                        format!("{}. ", *n - 1)
                    }
                    _ => "• ".to_owned(),
                };
            }
            Event::End(TagEnd::Item) => {
                out.flush(&lead, 2 * lists.len().saturating_sub(1));
                lead.clear();
            }
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                out.blank(lists.is_empty());
            }
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::BlockQuote(_)) => {
                out.flush(&lead, 2 * lists.len().saturating_sub(1));
                lead = " ".repeat(lead.chars().count());
                out.class = Class::Plain;
                out.blank(lists.is_empty());
            }
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => {}
            Event::End(TagEnd::Link) => {}
            Event::Start(Tag::Link { dest_url, .. }) => out.text.push_str(&format!("<{dest_url}> ")),
            Event::Text(t) | Event::Code(t) | Event::Html(t) | Event::InlineHtml(t) => out.text.push_str(&t),
            Event::SoftBreak => out.text.push(' '),
            Event::HardBreak => out.text.push('\n'),
            Event::Rule => {
                out.text.push_str("───");
                out.flush("", 0);
            }
            _ => {}
        }
    }
    out.flush(&lead, 0);
    while out.lines.last().is_some_and(|l| l.spans.is_empty()) {
        out.lines.pop();
    }
    out.lines
}

struct Out {
    theme: Theme,
    columns: usize,
    lines: Vec<Line<'static>>,
    text: String,
    class: Class,
}

impl Out {
    fn flush(&mut self, lead: &str, indent: usize) {
        let text = std::mem::take(&mut self.text);
        let text = sanitize_lines(text.trim_end_matches('\n')).into_owned();
        let lead_wide = lead.chars().count();
        for (n, row) in wrap(&text, self.columns.saturating_sub(indent + lead_wide)).into_iter().enumerate() {
            let lead = if n == 0 { lead.to_owned() } else { " ".repeat(lead_wide) };
            let row = format!("{}{lead}{row}", " ".repeat(indent));
            self.lines.push(Line::from(span(self.theme, self.class, row)));
        }
    }

    fn blank(&mut self, wanted: bool) {
        if wanted && self.lines.last().is_some_and(|l| !l.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }
}
