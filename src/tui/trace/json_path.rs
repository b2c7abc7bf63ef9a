//! Where in a JSON a line of its page stands, as `jq` writes it:
//! `.data.spans[0].attributes."mlflow.spanInputs" | fromjson | .messages[1].content`.
//!
//! Worked out when somebody asks, from the folds around the line. A path for every line would cost more than the page.

use crate::text::{Class, Fold, Kind, Page};

/// What a fold is in a page of JSON.
enum Around {
    List,
    Object,
    /// A text of several lines: its lines are one value.
    Text,
    /// A heading of the page itself.
    Heading,
}

/// The path of what stands on a line of the raw view.
pub(super) fn path_at(page: &Page, line: usize) -> String {
    let mut line = line;
    while line > 0 && page.line(line).kind == Kind::Continued {
        line -= 1;
    }
    let last = page.folds().partition_point(|f| (f.header as usize) < line);
    // The folds around it, outermost first.
    let around: Vec<&Fold> = page.folds().iter().take(last).filter(|f| f.end as usize > line).collect();
    let mut path = String::new();
    for (at, fold) in around.iter().enumerate() {
        let header = fold.header as usize;
        let child = around.get(at + 1).map_or(line, |f| f.header as usize);
        // A closing bracket is its container's.
        let closes = child + 1 == fold.end as usize && page.line_text(child).starts_with(['}', ']']);
        match kind(page, header) {
            Around::Heading => path.push_str(".info.assessments"),
            Around::Text => break,
            Around::List | Around::Object if closes => embedded(page, header, &mut path, false),
            Around::List => {
                embedded(page, header, &mut path, true);
                path.push_str(&format!("[{}]", number(page, header, child)));
            }
            Around::Object => {
                embedded(page, header, &mut path, true);
                path.push_str(&member(key(page, child)));
            }
        }
    }
    if path.starts_with('.') { path } else { format!(".{path}") }
}

fn kind(page: &Page, header: usize) -> Around {
    let punct = page.runs(page.line(header)).last().is_some_and(|r| r.class == Class::Punct);
    match page.line_text(header).chars().next_back() {
        Some('{') if punct => Around::Object,
        Some('[') if punct => Around::List,
        Some('"') if punct => Around::Text,
        _ => Around::Heading,
    }
}

/// JSON in a string: what follows is inside of it.
fn embedded(page: &Page, header: usize, path: &mut String, more: bool) {
    if more && page.runs(page.line(header)).iter().any(|r| r.class == Class::Dim) {
        path.push_str(" | fromjson | ");
        if page.line_text(header).ends_with('[') {
            path.push('.');
        }
    }
}

/// How many elements of a list stand before a line.
fn number(page: &Page, header: usize, child: usize) -> usize {
    let mut count = 0;
    let mut at = header + 1;
    while at < child {
        let fold = page.fold_at(at).and_then(|f| page.folds().get(f));
        at = fold.map_or(at + 1, |f| (f.end as usize).max(at + 1));
        count += 1;
        while page.line(at).kind == Kind::Continued && at < child {
            at += 1;
        }
    }
    count
}

/// The key at the beginning of a line, without its quotes.
fn key(page: &Page, line: usize) -> &str {
    let what = page.line(line);
    let runs = page.runs(what);
    let end = runs.iter().find(|r| !matches!(r.class, Class::Key | Class::Escape)).map_or(what.end, |r| r.start);
    let text = page.text().get(what.start as usize..end as usize).unwrap_or_default();
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)
}

fn member(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !key.is_empty() && key.chars().all(plain) && !key.starts_with(|c: char| c.is_ascii_digit()) {
        format!(".{key}")
    } else {
        format!(".\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{PageBuilder, json_lines};

    #[test]
    fn every_line_of_a_json_has_its_path() {
        let inner = r#"{"messages":[{"role":"user","content":"first\nsecond"}],"long key that is not short":[10,20]}"#;
        let json =
            serde_json::json!({ "a": { "b": ["x", { "c": inner, "d": true }, 7], "e.f": "text\nof lines" }, "z": [] });
        let mut b = PageBuilder::new();
        json_lines(&mut b, &json.to_string(), usize::MAX);
        let page = b.finish();
        let lines: String =
            (0..page.len()).map(|l| format!("{:<40} {}\n", page.line_text(l), path_at(&page, l))).collect();
        insta::assert_snapshot!(lines);
    }
}
