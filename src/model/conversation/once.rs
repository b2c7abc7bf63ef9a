//! What is told already is not told once more as data beside it: a chain's output repeats its input and the documents that
//! its retriever found, a pipeline's names the question for each component, a judge gets what it judges as JSON.

use super::fields::{ANSWERED, ASKED};
use super::spoken::squeezed;
use super::{Message, Part};
use crate::model::document::{Retrieval, listed};
use crate::model::json::{Json, parse_shape as parse};
use std::borrow::Cow;
use std::collections::HashSet;

/// Data of more bytes than this is left as it is: going through it would take longer than reading past it.
const MOST: usize = 1 << 20;
/// A text of fewer bytes may be the same by chance, unless its name says that it is what was said.
const TELLING: usize = 16;
/// Joined documents are recognised up to so many of them.
const JOINED: usize = 200;

/// The words and documents that a conversation tells.
struct Known<'r> {
    words: HashSet<String>,
    documents: HashSet<&'r str>,
    /// Ids that are no ordinary words: what stands under them tells of their documents.
    ids: HashSet<&'r str>,
}

/// Takes out of the data beside what was said what is told elsewhere; data that says nothing else goes.
pub(super) fn tell_once(heard: &mut [Message], told: &mut [Message], retrievals: &[Retrieval]) {
    let beside = |m: &Message| m.parts.iter().skip(1).any(|p| matches!(p, Part::Data(_)));
    if !heard.iter().chain(told.iter()).any(beside) {
        return;
    }
    let said = heard.iter().chain(told.iter()).flat_map(|m| &m.parts).filter_map(|p| match p {
        Part::Text(t) | Part::Reasoning(t) if t.len() < MOST => Some(squeezed(t)),
        _ => None,
    });
    let texts = retrievals.iter().flat_map(|r| &r.documents).map(|d| d.content.trim()).filter(|t| !t.is_empty());
    let ids =
        retrievals.iter().flat_map(|r| &r.documents).filter_map(|d| d.id.as_deref()).filter(|id| id.len() >= TELLING);
    let known =
        Known { words: said.filter(|t| !t.is_empty()).collect(), documents: texts.collect(), ids: ids.collect() };
    let given = members(heard);
    for (answers, message) in heard.iter_mut().map(|m| (false, m)).chain(told.iter_mut().map(|m| (true, m))) {
        let mut at = 0;
        message.parts.retain_mut(|part| {
            at += 1;
            let Part::Data(text) = part else { return true };
            if at == 1 || text.len() > MOST {
                return true;
            }
            let Ok((json, _)) = parse(text) else { return true };
            let json = if answers { without(json, &given) } else { json };
            match known.news(&json, "") {
                None => false,
                Some(news) => {
                    let news = news.to_json();
                    if news != text.as_ref() {
                        *text = news.into();
                    }
                    true
                }
            }
        });
    }
}

/// The members of the data beside what was asked, as JSON.
fn members(heard: &[Message]) -> HashSet<(String, String)> {
    let data = heard.iter().flat_map(|m| m.parts.iter().skip(1));
    let data = data.filter_map(|p| if let Part::Data(t) = p { Some(t.as_ref()) } else { None });
    let read = data.filter(|t| t.len() <= MOST).filter_map(|t| parse(t).ok());
    read.flat_map(|(json, _)| json.members().iter().map(|(k, v)| (k.to_string(), v.to_json())).collect::<Vec<_>>())
        .collect()
}

/// An answer's data without what it hands on unchanged from its input.
fn without<'a>(json: Json<'a>, given: &HashSet<(String, String)>) -> Json<'a> {
    let echoes = |k: &str, v: &Json<'_>| given.contains(&(k.to_owned(), v.to_json()));
    if given.is_empty() || !json.members().iter().any(|(k, v)| echoes(k, v)) {
        return json;
    }
    Json::object(json.members().iter().filter(|(k, v)| !echoes(k, v)).cloned().collect())
}

impl Known<'_> {
    /// What of a value is news.
    fn news<'a>(&self, json: &Json<'a>, key: &str) -> Option<Json<'a>> {
        match json {
            Json::Object(members) => {
                let kept = members
                    .iter()
                    .filter(|(k, _)| !self.ids.contains(k.as_ref()))
                    .filter_map(|(k, v)| Some((k.clone(), self.news(v, k)?)));
                let kept: Vec<_> = kept.collect();
                (!kept.is_empty()).then(|| Json::object(kept))
            }
            // A list is told whole or not at all.
            Json::Array(items) => {
                let told = !items.is_empty()
                    && (items.iter().all(|i| self.news(i, key).is_none()) || self.are_documents(json));
                (!told && !items.is_empty()).then(|| json.clone())
            }
            other => {
                let told = other.is_null() || other.as_text().is_some_and(|text| self.is_told(&text, key));
                (!told).then(|| other.clone())
            }
        }
    }

    fn are_documents(&self, json: &Json<'_>) -> bool {
        let found = listed(json);
        let known = |text: &str| !text.trim().is_empty() && self.documents.contains(text.trim());
        !self.documents.is_empty() && !found.is_empty() && found.iter().all(|d| known(&d.content))
    }

    fn is_told(&self, text: &str, key: &str) -> bool {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return true;
        }
        let named = || ASKED.contains(&key) || ANSWERED.contains(&key);
        if (trimmed.len() >= TELLING || named()) && self.words.contains(&squeezed(trimmed)) {
            return true;
        }
        if trimmed.len() >= TELLING && self.documents.contains(trimmed) || self.joins_documents(trimmed) {
            return true;
        }
        // JSON in a string, as requests have it.
        trimmed.starts_with(['{', '[']) && parse(trimmed).is_ok_and(|(inner, _)| self.news(&inner, key).is_none())
    }

    /// A context that is nothing but the documents, one after the other.
    fn joins_documents(&self, text: &str) -> bool {
        if self.documents.len() > JOINED || text.len() < TELLING {
            return false;
        }
        // The longest first: a short one may stand inside it.
        let fits = |d: &&&str| d.len() >= TELLING && d.len() <= text.len();
        let mut documents: Vec<&str> = self.documents.iter().filter(fits).copied().collect();
        documents.sort_by_key(|d| std::cmp::Reverse(d.len()));
        // Nothing but documents begins with one of them.
        let begun = |t: &'_ str| t.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let (from, of) = (text.len() - begun(text), |d: &str| d.len() - begun(d));
        let first = |d: &&str| text.get(from..).zip(d.get(of(d)..)).is_some_and(|(text, d)| text.starts_with(d));
        if !documents.iter().any(first) {
            return false;
        }
        // Looking costs less than a copy for each.
        let mut rest = Cow::Borrowed(text);
        for document in documents {
            if rest.contains(document) {
                rest = Cow::Owned(rest.replace(document, ""));
            }
        }
        rest.len() < text.len() && !rest.chars().any(char::is_alphanumeric)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::{Conversation, Entry, conversation};
    use crate::model::document::documents;
    use crate::model::span_tree::Tree;
    use crate::model::trace::{Span, Trace};

    fn told(spans: Vec<Span>) -> Conversation {
        let trace = Trace { spans, ..Trace::default() };
        conversation(&trace, &Tree::build(&trace.spans), &documents(&trace))
    }

    fn span(id: &str, parent: Option<&str>, kind: &str, inputs: &str, outputs: &str) -> Span {
        Span {
            id: id.into(),
            parent: parent.map(Into::into),
            span_type: kind.into(),
            inputs: Some(inputs.into()),
            outputs: Some(outputs.into()),
            ..Span::default()
        }
    }

    /// The messages' parts, as "role: text" and "data".
    fn parts(found: &Conversation) -> Vec<String> {
        let messages = found
            .entries
            .iter()
            .filter_map(|e| if let Entry::Message { message, .. } = e { Some(message) } else { None });
        messages
            .flat_map(|m| {
                m.parts.iter().map(move |p| match p {
                    Part::Text(t) => format!("{:?}: {t}", m.role),
                    Part::Data(t) => format!("data: {t}"),
                    other => format!("{other:?}"),
                })
            })
            .collect()
    }

    const DOCS: &str = r#"[{"page_content":"A chain wears out at 0.75 %.","metadata":{}},{"page_content":"Oil it weekly, in rain daily.","metadata":{}}]"#;

    #[test]
    fn a_retrieval_chain_s_input_and_context_are_told_once() {
        let output = format!(r#"{{"input":"When is it worn?","context":{DOCS},"answer":"At 0.75 %.","sources":2}}"#);
        let found = told(vec![
            span("1", None, "CHAIN", r#"{"input":"When is it worn?"}"#, &output),
            span("2", Some("1"), "RETRIEVER", "\"When is it worn?\"", DOCS),
        ]);
        assert_eq!(parts(&found), ["User: When is it worn?", "Assistant: At 0.75 %.", r#"data: {"sources":2}"#]);
    }

    #[test]
    fn a_pipeline_names_its_question_once() {
        let inputs =
            r#"{"retriever":{"query":"When is it worn?"},"prompt_builder":{"question":"When is it worn?","top_k":3}}"#;
        let outputs = r#"{"llm":{"replies":["At 0.75 %."]},"retriever":{"documents":[{"id":"a","content":"A chain wears out at 0.75 %.","meta":{}}]}}"#;
        let found = told(vec![
            span("1", None, "CHAIN", inputs, outputs),
            span(
                "2",
                Some("1"),
                "RETRIEVER",
                r#"{"query":"When is it worn?"}"#,
                r#"{"documents":[{"id":"a","content":"A chain wears out at 0.75 %.","meta":{}}]}"#,
            ),
        ]);
        assert_eq!(
            parts(&found),
            ["User: When is it worn?", r#"data: {"prompt_builder":{"top_k":3}}"#, "Assistant: At 0.75 %."]
        );
    }

    #[test]
    fn what_a_judge_is_given_and_a_request_s_body_are_told_once() {
        let found = told(vec![span(
            "1",
            None,
            "EVALUATOR",
            r#"{"inputs":{"question":"When is it worn?"},"outputs":"At 0.75 %.","expectations":{"fact":"0.75"}}"#,
            r#"{"value":"yes","rationale":"The figure is right."}"#,
        )]);
        let shown = parts(&found).join("\n");
        assert_eq!(shown.matches("When is it worn?").count(), 1, "{shown}");
        assert!(shown.contains("At 0.75 %.") && shown.contains("\"fact\":\"0.75\""), "{shown}");
        let body = r#"{"http.method":"POST","http.request.body":"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"When is it worn?\"}]}"}"#;
        let found =
            told(vec![span("1", None, "UNKNOWN", body, r#"{"answer":"At 0.75 %.","question":"When is it worn?"}"#)]);
        assert_eq!(parts(&found), ["User: When is it worn?", "Assistant: At 0.75 %."]);
    }

    #[test]
    fn a_context_of_joined_documents_is_the_documents_and_a_chance_likeness_is_none() {
        let inputs = r#"{"question":"When is it worn?","context":"A chain wears out at 0.75 %.\n\n---\nOil it weekly, in rain daily.","mode":"fast"}"#;
        let found = told(vec![
            span("1", None, "CHAIN", inputs, r#"{"answer":"yes","verdict":"yes"}"#),
            span("2", Some("1"), "RETRIEVER", "\"q\"", DOCS),
        ]);
        assert_eq!(
            parts(&found),
            ["User: When is it worn?", r#"data: {"mode":"fast"}"#, "Assistant: yes", r#"data: {"verdict":"yes"}"#]
        );
    }
}
