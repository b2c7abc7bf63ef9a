//! What a span failed with: type, message and stack trace of each exception, else the status' message.

use crate::model::trace::{Span, SpanEvent};
use crate::text::{Class, Note, PageBuilder};
use std::borrow::Cow;

/// Lines of a stack trace that are shown open: whoever looks at a failed span wants to see where it failed.
const OPEN: usize = 40;

pub(super) fn exceptions(b: &mut PageBuilder, span: &Span) {
    let mut told = false;
    for event in span.events.iter().filter(|e| e.name == "exception") {
        exception(b, event);
        told = true;
    }
    let message = span.status_message.trim();
    if told || message.is_empty() {
        return;
    }
    let failed = span.status == "ERROR";
    b.block("error", message.into(), failed);
    b.push_gutter("│ ", if failed { Class::Error } else { Class::Dim });
    b.line(message, if failed { Class::Error } else { Class::Dim });
    b.pop_gutter();
}

/// What an exception says: its type, its message and where it arose, each if it is there.
struct Said<'e> {
    kind: Option<&'e str>,
    message: Option<&'e str>,
    stack: Option<Cow<'e, str>>,
}

impl<'e> Said<'e> {
    fn of(event: &'e SpanEvent) -> Self {
        let get = |key: &str| {
            event.attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
        };
        let stack = get("exception.stacktrace").map(unescaped);
        Self { kind: get("exception.type"), message: get("exception.message"), stack }
    }

    /// Raw, for copying.
    fn whole(&self) -> String {
        let parts: Vec<&str> = [self.kind, self.message, self.stack.as_deref()].into_iter().flatten().collect();
        parts.join("\n")
    }
}

/// What a span failed with, for copying: every exception, else the status' message.
pub(super) fn errors(span: &Span) -> Vec<String> {
    let told: Vec<String> = span.events.iter().filter(|e| e.name == "exception").map(|e| Said::of(e).whole()).collect();
    let message = span.status_message.trim();
    if told.is_empty() && !message.is_empty() { vec![message.to_owned()] } else { told }
}

fn exception(b: &mut PageBuilder, event: &SpanEvent) {
    let said = Said::of(event);
    let Said { kind, message, stack } = &said;
    b.block("error", said.whole().into(), true);
    b.open_box(Class::Error);
    b.text("✕ ", Class::Error);
    b.text(&kind.unwrap_or("exception").replace('\n', " "), Class::Error);
    b.box_body();
    if let Some(message) = message {
        b.line(&unescaped(message), Class::Error);
    }
    if let Some(stack) = stack {
        let lines = stack.lines().count();
        b.set_indent(2);
        b.own();
        b.line(&format!("stack trace ({lines} lines)"), Class::Dim);
        b.set_indent(0);
        let fold = b.open_fold();
        b.line(stack, Class::Plain);
        b.close_fold(fold, lines > OPEN, Note::Preview);
    }
    b.close_box();
}

/// A text whose line breaks were written as `\n`, with line breaks; any other as it is.
pub(in crate::tui::trace::pages) fn unescaped(text: &str) -> Cow<'_, str> {
    // A Windows path ends no line: there has to be something that looks like a stack.
    if text.contains('\n') || !(text.contains("\\n  ") || text.contains("\\n\\t") || text.contains("\\n\tat ")) {
        return text.into();
    }
    text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_stack_trace_is_shown_in_lines() {
        assert_eq!(unescaped(r#"Traceback:\n  File \"a.py\", line 1\nE"#), "Traceback:\n  File \"a.py\", line 1\nE");
        assert_eq!(unescaped(r"C:\new\name"), r"C:\new\name");
        assert_eq!(unescaped("real\n  lines\\n  kept"), "real\n  lines\\n  kept");
    }
}
