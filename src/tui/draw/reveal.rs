//! What others say about an item: question by question, everybody's answer in a column of its own beside mine.

use super::span;
use super::wrap::wrap;
use crate::model::{AnswerVersion, Assessment, LabelSchema, value};
use crate::service::api::ItemView;
use crate::text::{Class, sanitize, width};
use crate::tui::theme::Theme;
use ratatui::text::{Line, Span};

/// Least columns of one opinion; where more people have one than fit beside each other, the others follow below.
const LEAST: usize = 18;
/// Columns between two opinions.
const GAP: usize = 2;

/// What somebody said to a question.
struct Opinion {
    question: String,
    who: String,
    class: Class,
    value: String,
    comment: String,
}

/// The lines of the panel, for so many columns.
pub(super) fn lines(theme: Theme, view: &ItemView, schemas: &[LabelSchema], columns: usize) -> Vec<Line<'static>> {
    let mine = view.answers.iter().map(|a| answered(schemas, a, "me", Class::Assistant));
    let others = view.others.iter().map(|a| answered(schemas, a, &a.reviewer, Class::User));
    let opinions: Vec<Opinion> = mine.chain(others).chain(view.imported.iter().map(imported)).collect();
    let mut lines = Vec::new();
    for question in questions(&opinions, schemas) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        for row in wrap(&question, columns) {
            lines.push(Line::from(span(theme, Class::Strong, row)));
        }
        let here: Vec<_> = opinions.iter().filter(|o| o.question == question).collect();
        let abreast = ((columns + GAP) / (LEAST + GAP)).clamp(1, here.len().max(1));
        for (n, group) in here.chunks(abreast).enumerate() {
            if n > 0 {
                lines.push(Line::default());
            }
            lines.extend(beside(theme, group, (columns + GAP) / abreast - GAP));
        }
    }
    lines
}

/// The names of the questions that somebody answered: the session's in its order, then what else was judged.
fn questions(opinions: &[Opinion], schemas: &[LabelSchema]) -> Vec<String> {
    let mut names: Vec<&str> = schemas.iter().map(|s| s.name.as_str()).collect();
    names.extend(opinions.iter().map(|o| o.question.as_str()));
    let mut asked: Vec<String> = Vec::new();
    for name in names {
        if opinions.iter().any(|o| o.question == name) && !asked.iter().any(|n| n == name) {
            asked.push(name.to_owned());
        }
    }
    asked
}

fn answered(schemas: &[LabelSchema], answer: &AnswerVersion, who: &str, class: Class) -> Opinion {
    let value = match schemas.iter().find(|s| s.name == answer.schema) {
        Some(schema) => value::display(schema, &answer.value),
        None => value::plain(&answer.value),
    };
    let who = if answer.after_reveal { format!("{who} · after R") } else { who.to_owned() };
    let comment = answer.comment.clone().unwrap_or_default();
    Opinion { question: answer.schema.clone(), who, class, value, comment }
}

/// An imported assessment: a judge's, or a person's from another tool.
fn imported(assessment: &Assessment) -> Opinion {
    let field = |name: &str| assessment.0.get(name);
    let string = |value: Option<&serde_json::Value>| value.and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    let source = field("source");
    let kind = string(source.and_then(|s| s.get("source_type"))).to_lowercase().replace('_', " ");
    let id = string(source.and_then(|s| s.get("source_id")));
    let value = field("feedback").or_else(|| field("expectation"));
    let value = value.and_then(|v| v.get("value").or_else(|| v.get("serialized_value")));
    Opinion {
        question: string(field("assessment_name").or_else(|| field("name"))),
        who: format!("{kind} {id}").trim().to_owned(),
        class: Class::System,
        value: value.map_or_else(|| "–".to_owned(), value::plain),
        comment: string(field("rationale")),
    }
}

/// Opinions beside each other, each in so many columns.
fn beside(theme: Theme, group: &[&Opinion], columns: usize) -> Vec<Line<'static>> {
    let cells: Vec<Vec<(Class, String)>> = group.iter().map(|opinion| cell(opinion, columns)).collect();
    let rows = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |n: usize| {
        let mut spans: Vec<Span<'static>> = Vec::new();
        for cell in &cells {
            let (class, text) = cell.get(n).map_or((Class::Plain, ""), |(class, text)| (*class, text.as_str()));
            let pad = (columns + GAP).saturating_sub(width(text));
            spans.push(span(theme, class, text));
            spans.push(span(theme, Class::Plain, " ".repeat(pad)));
        }
        spans.pop();
        Line::from(spans)
    };
    (0..rows).map(line).collect()
}

fn cell(opinion: &Opinion, columns: usize) -> Vec<(Class, String)> {
    let parts = [
        (opinion.class, sanitize(&opinion.who).into_owned()),
        (Class::Plain, opinion.value.clone()),
        (Class::Dim, opinion.comment.clone()),
    ];
    parts.iter().flat_map(|(class, text)| wrap(text, columns).into_iter().map(|row| (*class, row))).collect()
}
