//! Links of a span: to another trace, by its id; to a span of this trace, by its name.

use super::section;
use crate::model::json::{Json, parse_shape as parse};
use crate::model::review_view::{How, ReviewView};
use crate::model::span_id::readable;
use crate::model::trace::{Span, Trace};
use crate::text::{Class, PageBuilder};
use crate::tui::trace::pages::lens;

pub(super) fn links(b: &mut PageBuilder, trace: &Trace, span: &Span, lens: &ReviewView) {
    if span.links.is_empty() {
        return;
    }
    let json = format!("[{}]", span.links.join(","));
    let how = lens.field("links");
    section(b, "links", json.as_str().into(), how == Some(How::Fold), |b| {
        for link in span.links.iter().filter(|_| how != Some(How::Hide)) {
            if let Ok((link, _)) = parse(link) {
                told(b, trace, &link);
            }
        }
        lens::fields(b, lens, "links", &json);
    });
}

fn told(b: &mut PageBuilder, trace: &Trace, link: &Json<'_>) {
    let text = |keys: [&str; 2]| keys.iter().find_map(|k| link.some(k)).map(Json::plain).unwrap_or_default();
    let (other, id) = (text(["trace_id", "traceId"]), readable(&text(["span_id", "spanId"])));
    let bare = |id: &str| id.trim_start_matches("tr-").to_ascii_lowercase();
    b.own();
    b.text("→ ", Class::Accent);
    let here = other.is_empty() || bare(&other) == bare(&trace.summary.trace_id);
    match trace.spans.iter().find(|s| here && s.id == id) {
        Some(span) => {
            b.text(&span.name.replace('\n', " "), Class::Strong);
            b.text(&format!(" · span {id} of this trace").replace('\n', " "), Class::Dim);
        }
        None if here => b.text(&format!("span {id}, which is not in this trace").replace('\n', " "), Class::Plain),
        None => {
            b.text(&format!("trace {other}").replace('\n', " "), Class::Strong);
            b.text(&format!(" · span {id}").replace('\n', " "), Class::Dim);
        }
    }
    b.end_line();
}
