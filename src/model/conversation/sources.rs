//! Where a text says that it comes from: Anthropic's and Cohere's `citations`, OpenAI's `annotations`, Gemini's grounding.

use super::Part;
use crate::model::json::Json;
use std::borrow::Cow;

/// Quotes beside one source, at most: an answer may cite a page in every sentence.
const QUOTES: usize = 4;

/// Appends what a message or one of its parts cites, each source once.
pub(super) fn sources(item: &Json<'_>, into: &mut Vec<Part>) {
    let listed = ["citations", "annotations"].iter().filter_map(|k| item.some(k)).flat_map(Json::items);
    let mut told = Told::default();
    for source in listed {
        carried(source, &mut told);
    }
    told.write(into);
}

/// Gemini's: the chunks that parts of the answer are supported by, and those parts.
pub(super) fn grounding(around: &Json<'_>, into: &mut Vec<Part>) {
    let Some(about) = either(around, "groundingMetadata", "grounding_metadata") else { return };
    let list = |camel: &str, snake: &str| either(about, camel, snake).map(Json::items).unwrap_or_default();
    let supports = list("groundingSupports", "grounding_supports");
    let mut told = Told::default();
    for (at, chunk) in list("groundingChunks", "grounding_chunks").iter().enumerate() {
        let inner = chunk.members().first().map_or(chunk, |(_, inner)| inner);
        let name = named(inner, &["title"], &["uri", "url"]);
        if name.is_empty() {
            continue;
        }
        let place = told.place(name.join(" · "));
        for support in supports {
            let indices = either(support, "groundingChunkIndices", "grounding_chunk_indices").map(Json::items);
            let here = |i: &Json<'_>| i.as_int().and_then(|i| usize::try_from(i).ok()) == Some(at);
            let words = support.some("segment").and_then(|s| s.some("text"));
            if let Some(words) = words.filter(|_| indices.unwrap_or_default().iter().any(here)) {
                told.quote(place, words.plain());
            }
        }
    }
    told.write(into);
}

/// Google's names in both of its spellings.
fn either<'j, 'a>(json: &'j Json<'a>, camel: &str, snake: &str) -> Option<&'j Json<'a>> {
    json.some(camel).or_else(|| json.some(snake))
}

/// One element of `citations` or `annotations`.
fn carried(source: &Json<'_>, told: &mut Told) {
    if let Some(address) = source.as_text() {
        told.place(address.into_owned());
        return;
    }
    let words = || source.some("text").map(Json::plain).filter(|t| !t.is_empty());
    // Cohere's: the answer's words, and the documents behind them.
    if let Some(documents) = source.some("sources").filter(|s| !s.items().is_empty()) {
        for one in documents.items() {
            let inner = one.some("document").or_else(|| one.some("tool_output")).unwrap_or(one);
            let inner = inner.some("data").filter(|d| d.is_object()).unwrap_or(inner);
            let id = one.some("id").map(Json::plain).into_iter();
            let title = inner.some("title").map(Json::plain).into_iter();
            let name = id.chain(title).collect::<Vec<_>>().join(" · ");
            let place = told.place(if name.is_empty() { one.to_json() } else { name });
            words().into_iter().for_each(|w| told.quote(place, w));
        }
        return;
    }
    if let Some(ids) = source.some("document_ids") {
        for id in ids.items() {
            let place = told.place(id.plain());
            words().into_iter().for_each(|w| told.quote(place, w));
        }
        return;
    }
    let source = ["url_citation", "file_citation", "file_path"]
        .iter()
        .find_map(|k| source.some(k).filter(|s| s.is_object()))
        .unwrap_or(source);
    let word = |keys: &[&str]| keys.iter().find_map(|k| source.some(k)?.as_text()).filter(|t| !t.is_empty());
    let mut what = named(
        source,
        &["document_title", "title", "filename", "doc"],
        &["url", "doc_uri", "source", "file_id", "document_id"],
    );
    let nameless = what.is_empty();
    if nameless
        && let Some(number) = ["document_index", "search_result_index"].iter().find_map(|k| source.some(k)?.as_int())
    {
        // A document without a title is known by its place among those that were given.
        what.push(format!("[{}]", number.saturating_add(1)).into());
    }
    if let Some(quote) = word(&["cited_text", "quote"]) {
        what.push(format!("“{}”", quote.trim()).into());
    }
    told.place(if what.is_empty() { source.to_json() } else { what.join(" · ") });
}

/// Title and place, where they are said and differ.
fn named<'j>(json: &'j Json<'_>, titles: &[&str], places: &[&str]) -> Vec<Cow<'j, str>> {
    let word = |keys: &[&str]| keys.iter().find_map(|k| json.some(k)?.as_text()).filter(|t| !t.is_empty());
    let (title, place) = (word(titles), word(places));
    let place = place.filter(|p| title.as_ref() != Some(p));
    title.into_iter().chain(place).collect()
}

/// Sources in the order they come, and the words that rest on each.
#[derive(Default)]
struct Told {
    names: Vec<(String, Vec<String>)>,
}

impl Told {
    fn place(&mut self, name: String) -> usize {
        self.names.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.names.push((name, Vec::new()));
            self.names.len() - 1
        })
    }

    fn quote(&mut self, place: usize, words: String) {
        if let Some((_, quotes)) = self.names.get_mut(place).filter(|(_, q)| !q.contains(&words)) {
            quotes.push(words);
        }
    }

    fn write(self, into: &mut Vec<Part>) {
        for (mut name, quotes) in self.names {
            for quote in quotes.iter().take(QUOTES) {
                name.push_str(&format!(" · “{}”", quote.trim()));
            }
            if quotes.len() > QUOTES {
                name.push_str(&format!(" · and {} more", quotes.len() - QUOTES));
            }
            let source = Part::Source(name);
            if !into.contains(&source) {
                into.push(source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::json::parse;

    fn told(text: &str, read: fn(&Json<'_>, &mut Vec<Part>)) -> Vec<String> {
        let mut parts = Vec::new();
        read(&parse(text).unwrap().0, &mut parts);
        parts.into_iter().map(|p| if let Part::Source(what) = p { what } else { panic!("{p:?}") }).collect()
    }

    #[test]
    fn every_form_of_a_citation_names_its_source_and_what_rests_on_it() {
        let check = |text: &str, want: &[&str]| assert_eq!(told(text, sources), want, "{text}");
        let cohere = r#"{"citations":[
            {"start":0,"end":5,"text":"tall","sources":[{"type":"document","id":"doc:1","document":{"id":"doc:1","title":"Heights"}}]},
            {"start":9,"end":12,"text":"icy","sources":[{"type":"document","id":"doc:1","document":{"id":"doc:1","title":"Heights"}},{"type":"document","id":"2"}]}]}"#;
        check(cohere, &["doc:1 · Heights · “tall” · “icy”", "2 · “icy”"]);
        check(r#"{"citations":[{"text":"tall","document_ids":["doc_0"]}]}"#, &["doc_0 · “tall”"]);
        check(r#"{"citations":["https://a.example/x"]}"#, &["https://a.example/x"]);
        check(
            r#"{"annotations":[{"type":"url_citation","url":"http://a","title":"A","start_index":1},{"type":"file_citation","file_id":"file-1","filename":"m.pdf","index":3}]}"#,
            &["A · http://a", "m.pdf · file-1"],
        );
        check(
            r#"{"citations":[{"type":"char_location","cited_text":"so ","document_index":1,"document_title":null}]}"#,
            &["[2] · “so”"],
        );
    }

    #[test]
    fn grounding_names_each_chunk_with_the_words_it_supports() {
        let text = r#"{"groundingMetadata":{"groundingChunks":[{"web":{"uri":"http://a","title":"a.example"}},{"retrievedContext":{"uri":"gs://b","title":"B","text":"long"}}],
            "groundingSupports":[{"segment":{"startIndex":0,"endIndex":4,"text":"Tall."},"groundingChunkIndices":[0,1]},{"segment":{"text":"Icy."},"groundingChunkIndices":[1]}]}}"#;
        assert_eq!(told(text, grounding), ["a.example · http://a · “Tall.”", "B · gs://b · “Tall.” · “Icy.”"]);
        assert_eq!(
            told(r#"{"grounding_metadata":{"grounding_chunks":[{"web":{"uri":"http://a"}}]}}"#, grounding),
            ["http://a"]
        );
    }
}
