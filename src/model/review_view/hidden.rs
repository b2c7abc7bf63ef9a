//! A trace without the fields that the view hides: what is read out of it (a conversation, documents) cannot tell them,
//! whatever way they would have come in.

use super::{Glob, How, ReviewView};
use crate::model::json::{Json, is_json, parse_level_to_cut, parse_to_cut as parse};
use crate::model::trace::{Span, Trace};
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What stands for inputs or outputs of which nothing is left: it is not said that there were none.
const GONE: &str = "\"(hidden)\"";

/// A trace without hidden fields.
#[derive(Debug)]
pub struct Shown {
    /// The same spans, in the same order.
    pub trace: Trace,
    /// How many fields went; what several spans hand on is one.
    pub hidden: usize,
    /// How many of them went from the outputs of roots.
    pub outputs: usize,
    /// How many of them are of documents.
    pub documents: usize,
}

impl ReviewView {
    /// The trace without the fields of inputs, outputs, attributes and events that are hidden; `None` where it stays as it is.
    /// What hides all attributes or events tidies the tree: what a conversation is read from it leaves alone.
    #[must_use]
    pub fn without_hidden(&self, trace: &Trace) -> Option<Shown> {
        if !self.strips() {
            return None;
        }
        let mut gone = Gone::default();
        let mut roots = Gone::default();
        let spans: Vec<Span> = trace.spans.iter().map(|span| self.stripped(span, &mut gone, &mut roots)).collect();
        let trace = Trace { summary: trace.summary.clone(), spans };
        let documents = gone.of_documents.len();
        (gone.count > 0).then_some(Shown { trace, hidden: gone.seen.len(), outputs: roots.seen.len(), documents })
    }

    /// Something that is read into a conversation may be hidden.
    #[must_use]
    pub fn hides_fields(&self) -> bool {
        let about =
            |g: &Glob| ["inputs", "outputs", "attributes", "events"].iter().any(|s| g.fits(s) || g.may_fit_below(s));
        self.fields.hide.iter().any(about)
    }

    /// Something of a span may be taken out of it: a field, or what documents in it have.
    #[must_use]
    pub fn strips(&self) -> bool {
        self.hides_fields() || self.hides_metadata()
    }

    /// One span of it.
    #[must_use]
    pub fn seen(&self, span: &Span) -> Span {
        self.stripped(span, &mut Gone::default(), &mut Gone::default())
    }

    fn stripped(&self, span: &Span, gone: &mut Gone, roots: &mut Gone) -> Span {
        let mut span = span.clone();
        if let Some(text) = span.inputs.as_ref().and_then(|t| self.strip("inputs", t, gone)) {
            (span.inputs, span.inputs_text) = (Some(text), None);
        }
        if let Some(text) = span.outputs.as_ref().and_then(|t| self.strip("outputs", t, gone)) {
            if span.parent.is_none() {
                self.strip("outputs", span.outputs.as_deref().unwrap_or_default(), roots);
            }
            (span.outputs, span.outputs_text) = (Some(text), None);
        }
        self.pairs("attributes", &mut span.attributes, gone);
        for event in span.events.iter_mut().filter(|e| e.name != "exception") {
            self.pairs("events", &mut event.attributes, gone);
        }
        span
    }

    fn pairs<T: AsRef<str> + for<'t> From<&'t str>>(
        &self,
        section: &str,
        pairs: &mut Vec<(String, T)>,
        gone: &mut Gone,
    ) {
        // A name that nobody thinks of tells whether all of them are hidden.
        let any = |path: &str| self.field(path) == Some(How::Hide);
        if any(section) || any(&format!("{section}.\u{1}")) {
            return;
        }
        pairs.retain_mut(|(key, value)| match self.strip(&format!("{section}.{key}"), value.as_ref(), gone) {
            Some(text) if text.as_ref() == GONE => false,
            Some(text) => {
                *value = text.as_ref().into();
                true
            }
            None => true,
        });
    }

    /// A value without what is hidden of it; `None` where nothing is.
    fn strip(&self, path: &str, text: &str, gone: &mut Gone) -> Option<Arc<str>> {
        let how = self.field_or_above(path).unwrap_or_default();
        let inside = |list: &[Glob]| list.iter().any(|glob| glob.may_fit_below(path));
        let own = how == How::Hide || inside(&self.fields.hide);
        if !own && !self.hides_metadata() {
            return None;
        }
        let before = gone.count;
        // What is looked for in documents may stand anywhere; else a large value is cut a level at a time.
        let read = if self.hides_metadata() { parse(text).map(|(json, _)| json) } else { parse_level_to_cut(text) };
        let left = match read {
            Ok(json) => match self.without_metadata(path, json, gone) {
                Some(json) if own => self.left(path, json, how, gone),
                left => left,
            },
            // Too deep, or too much, to look for what is hidden in it: all of it is.
            Err(_) if how == How::Hide || own && is_json(text) || self.may_hold_metadata(text) => {
                gone.note(path, text);
                None
            }
            Err(_) => return None,
        };
        (gone.count > before).then(|| left.map_or_else(|| GONE.into(), |json| json.to_json().into()))
    }

    /// What is left of a value; `how` is what its path, or what it is in, says. Recursion is bounded by the parser.
    pub(super) fn left<'j>(&self, path: &str, json: Json<'j>, how: How, gone: &mut Gone) -> Option<Json<'j>> {
        if let Json::Unread(text) = json {
            return self.unread(path, text, how, gone);
        }
        let open = how != How::Hide;
        if !open && !self.fields.show.iter().chain(&self.fields.fold).any(|g| g.may_fit_below(path)) {
            gone.note(path, &json.to_json());
            return None;
        }
        match json {
            Json::Object(members) => {
                let had = members.len();
                let inner = members.into_iter().filter_map(|(key, value)| {
                    let path = format!("{path}.{key}");
                    let how = self.field(&path).unwrap_or(how);
                    Some((key, self.left(&path, value, how, gone)?))
                });
                let left: Vec<_> = inner.collect();
                (open && had == 0 || !left.is_empty()).then_some(Json::Object(left))
            }
            Json::Array(items) => {
                let had = items.len();
                let left: Vec<_> = items.into_iter().filter_map(|item| self.left(path, item, how, gone)).collect();
                (open && had == 0 || !left.is_empty()).then_some(Json::Array(left))
            }
            other if open => Some(other),
            other => {
                gone.note(path, &other.to_json());
                None
            }
        }
    }
}

/// Levels of a large value that are read one after the other; below these it is read at once.
const LEVELS: usize = 4;

impl ReviewView {
    /// What is left of a part that was not looked into so far: its text, so that of a large value no more than one part is
    /// there in values.
    fn unread<'j>(&self, path: &str, text: &'j str, how: How, gone: &mut Gone) -> Option<Json<'j>> {
        let before = gone.count;
        gone.level += 1;
        let read = if gone.level < LEVELS { parse_level_to_cut(text) } else { parse(text).map(|(json, _)| json) };
        let left = match read {
            Ok(json) => self.left(path, json, how, gone).map(|left| left.to_json()),
            // Too deep, or not JSON at all: nobody knows what is in it.
            Err(_) => {
                gone.note(path, text);
                None
            }
        };
        gone.level -= 1;
        match left {
            Some(_) if gone.count == before => Some(Json::Unread(text)),
            left => left.map(|json| Json::Atom(Cow::Owned(json))),
        }
    }
}

/// What went: each value under its path once.
#[derive(Debug, Default)]
pub(super) struct Gone {
    seen: HashSet<u64>,
    of_documents: HashSet<u64>,
    pub(super) count: usize,
    /// How many parts of a large value the one is in that is being read.
    level: usize,
}

impl Gone {
    pub(super) fn note(&mut self, path: &str, text: &str) {
        let mut hasher = DefaultHasher::new();
        (path, text).hash(&mut hasher);
        let hash = hasher.finish();
        self.seen.insert(hash);
        if path.starts_with("metadata") {
            self.of_documents.insert(hash);
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::from_text;
    use super::*;

    /// Inputs and outputs of each span, and how many fields went.
    type Told = (Vec<(String, String)>, usize, usize);

    fn without(fields: &str, spans: &[(&str, &str)]) -> Option<Told> {
        let view = from_text("v.toml", &format!("[fields]\n{fields}")).unwrap();
        let spans = spans.iter().map(|(i, o)| Span {
            inputs: Some((*i).into()),
            outputs: Some((*o).into()),
            attributes: vec![("input.value".into(), "asked".into()), ("llm.model".into(), "m".into())],
            ..Span::default()
        });
        let shown = view.without_hidden(&Trace { spans: spans.collect(), ..Trace::default() })?;
        let told = |s: &Span| (s.inputs.as_deref().unwrap().to_owned(), s.outputs.as_deref().unwrap().to_owned());
        Some((shown.trace.spans.iter().map(told).collect(), shown.hidden, shown.outputs))
    }

    #[test]
    fn hidden_fields_are_not_in_it_and_what_is_handed_on_is_counted_once() {
        let spans = [(r#"{"q":"Q","card":{"no":1}}"#, r#"{"a":"A"}"#), (r#"{"card":{"no":1}}"#, r#"["x",{"t":1}]"#)];
        let (told, hidden, outputs) = without("hide = ['inputs.card.no', 'outputs.t']", &spans).unwrap();
        let told: Vec<_> = told.iter().map(|(i, o)| (i.as_str(), o.as_str())).collect();
        assert_eq!(told, [(r#"{"q":"Q"}"#, r#"{"a":"A"}"#), (GONE, r#"["x"]"#)]);
        assert_eq!((hidden, outputs), (2, 1));
        assert_eq!(without("hide = ['metadata.*', 'outputs.none']\nfold = ['inputs']", &spans), None);
    }

    #[test]
    fn what_is_shown_by_name_stays_and_what_is_folded_stays_for_its_fold() {
        let spans = [(r#"{"user":{"name":"Ann","mail":"a@x"},"n":1}"#, "\"A\"")];
        let (told, hidden, _) = without("hide = ['inputs.*']\nshow = ['inputs.user.name']", &spans).unwrap();
        assert_eq!((told[0].0.as_str(), hidden), (r#"{"user":{"name":"Ann"}}"#, 2));
        let (told, ..) = without("hide = ['inputs.n']\nfold = ['inputs.user']", &spans).unwrap();
        assert_eq!(told[0].0, r#"{"user":{"name":"Ann","mail":"a@x"}}"#);
    }

    #[test]
    fn what_is_too_deep_to_look_into_is_hidden_whole_and_plain_words_are_not() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let (told, ..) = without("hide = ['inputs.secret']", &[(&deep, "\"A\"")]).unwrap();
        assert_eq!(told[0].0, GONE);
        assert_eq!(without("hide = ['inputs.secret']", &[("plain words", "\"A\"")]), None);
    }

    #[test]
    fn a_large_value_loses_what_a_small_one_loses() {
        let row = |n: usize| {
            format!(r#"{{"name":"row {n}","at":[{{"secret":1,"line":{n}}}],"text":"{}"}}"#, "lorem ".repeat(20))
        };
        let value = |rows: usize| format!(r#"{{"n":1,"rows":[{}]}}"#, (0..rows).map(row).collect::<Vec<_>>().join(","));
        let hide = "hide = ['inputs.rows.*.name', 'inputs.rows.at.secret', 'inputs.rows.name']";
        let (small, _, _) = without(hide, &[(&value(2), "1")]).unwrap();
        assert!(small[0].0.starts_with(r#"{"n":1,"rows":[{"at":[{"line":0}],"text":"lorem "#), "{}", small[0].0);
        let rows = 8000;
        let (large, hidden, _) = without(hide, &[(&value(rows), "1")]).unwrap();
        let all = value(rows);
        let plain = parse(&all).unwrap().0;
        let view = from_text("v.toml", &format!("[fields]\n{hide}")).unwrap();
        let mut gone = Gone::default();
        let whole = view.left("inputs", plain, How::Show, &mut gone).unwrap();
        assert!(large[0].0.len() > 1 << 20 && large[0].0 == whole.to_json());
        assert_eq!(hidden, gone.seen.len());
        // What is too deep in it is hidden; what stands beside that is not.
        let deep = format!(
            r#"{{"n":1,"a":{}7{},"rows":[{}]}}"#,
            "[".repeat(200),
            "]".repeat(200),
            (0..rows).map(row).collect::<Vec<_>>().join(",")
        );
        let (cut, ..) = without(hide, &[(&deep, "1")]).unwrap();
        assert!(
            !cut[0].0.contains("[[[[") && !cut[0].0.contains("secret"),
            "{}",
            cut[0].0.get(..200).unwrap_or_default()
        );
    }

    #[test]
    fn an_attribute_goes_by_name_and_a_list_of_all_of_them_is_about_the_tree() {
        let left = |fields: &str| {
            let view = from_text("v.toml", &format!("[fields]\n{fields}")).unwrap();
            let attributes = vec![("input.value".into(), "asked".into()), ("llm.model".into(), "m".into())];
            let spans = vec![Span { attributes, ..Span::default() }];
            view.without_hidden(&Trace { spans, ..Trace::default() }).map(|s| s.trace.spans[0].attributes.len())
        };
        assert_eq!(left("hide = ['attributes.input.*']"), Some(1));
        assert_eq!(left("hide = ['attributes.*']"), None);
        assert_eq!(left("hide = ['attributes']"), None);
    }
}
