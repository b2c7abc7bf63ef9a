//! Where an answer cites a retrieved document: `[1]`, `[doc_3]`, `(source: ticket_987)`, `【1†source】`,
//! `<cite>…</cite>`, or the document's id or address itself. Nothing is a citation that names no document.

use super::{Document, Origin, Retrieval};
use std::collections::HashMap;

/// Longest text between brackets that is looked at, in bytes.
const GROUP: usize = 240;
/// How a page begins a line that names where words come from, and what stands between its parts.
const SOURCE: &str = "※ ";
const BETWEEN: &str = " · ";
/// Citations in one text, at most.
const CITATIONS: usize = 400;

/// A document: its retrieval and its rank there, both from 0.
pub type Place = (usize, usize);

/// One citation in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Citation {
    /// First byte.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// The document: of several with this name the first.
    pub target: Place,
    /// Which name it is, as [`Citable::documents`] knows it; none of a rank.
    name: Option<usize>,
    /// By a number, `[2]` (a rank, or an id that is one), which code may contain for other reasons; else by a name.
    pub by_number: bool,
}

/// What can be cited: names of documents, and the numbers of the last retrieval.
#[derive(Debug, Clone, Default)]
pub struct Citable {
    names: HashMap<String, usize>,
    /// The documents of each name: chunks of one source, or what two retrievals found under one id.
    named: Vec<Vec<Place>>,
    /// The retrieval that numbers count in, and how many it has.
    numbered: Option<(usize, usize)>,
}

impl Citable {
    /// What the documents of a trace are called.
    #[must_use]
    pub fn of(retrievals: &[Retrieval]) -> Self {
        let mut all_names = Self::default();
        let mut short: HashMap<&str, Option<Place>> = HashMap::new();
        let all = retrievals
            .iter()
            .enumerate()
            .flat_map(|(at, r)| r.documents.iter().enumerate().map(move |(rank, document)| ((at, rank), document)));
        for (place, document) in all.filter(|(_, d)| d.seen.is_none()) {
            for name in called(document) {
                all_names.call(name, place);
                if let Some(file) = name.rsplit('/').next().filter(|f| f.len() < name.len() && f.contains('.')) {
                    // "anvil.md" names docs/anvil.md, unless there are two of them.
                    short.entry(file).and_modify(|p| *p = p.filter(|p| *p == place)).or_insert(Some(place));
                }
            }
        }
        for (name, place) in short {
            if let Some(place) = place.filter(|_| !all_names.names.contains_key(name)) {
                all_names.call(name, place);
            }
        }
        let full = |r: &&Retrieval| !r.documents.is_empty();
        // Numbers are ranks only where it is plain of what: among several retrievals of their own they may count anything.
        let own = |r: &&Retrieval| r.origin != Origin::Given && r.documents.iter().any(|d| d.seen.is_none());
        let last = retrievals.iter().rposition(|r| full(&r) && r.origin != Origin::Given);
        let last = last.or_else(|| retrievals.iter().rposition(|r| full(&r)));
        let last = last.filter(|_| retrievals.iter().filter(own).count() <= 1);
        let numbered = last.and_then(|at| Some((at, retrievals.get(at)?.documents.len())));
        Self { numbered, ..all_names }
    }

    fn call(&mut self, name: &str, place: Place) {
        let at = *self.names.entry(name.to_owned()).or_insert(self.named.len());
        match self.named.get_mut(at) {
            Some(places) if places.contains(&place) => {}
            Some(places) => places.push(place),
            None => self.named.push(vec![place]),
        }
    }

    /// The documents that a name names: the first, and which name that is.
    fn by_name(&self, name: &str) -> Option<(Place, Option<usize>)> {
        let at = *self.names.get(name)?;
        Some((*self.named.get(at)?.first()?, Some(at)))
    }

    /// All documents that a citation may mean.
    #[must_use]
    pub fn documents(&self, citation: &Citation) -> Vec<Place> {
        citation.name.and_then(|name| self.named.get(name)).cloned().unwrap_or_else(|| vec![citation.target])
    }

    /// True where nothing can be cited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbered.is_none() && self.names.is_empty()
    }

    /// The citations of a line of text, ascending and apart.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Citation> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        if let Some(source) = text.strip_prefix(SOURCE) {
            let moved = |c: Citation| Citation { from: c.from + SOURCE.len(), to: c.to + SOURCE.len(), ..c };
            return self.source(source).map(moved).into_iter().collect();
        }
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
            if found.len() >= CITATIONS {
                break;
            }
            let (taken, next) = match group(text, at) {
                // Brackets that cite nothing as a whole may hold an address.
                Some(group) => (self.inside(text, &group), at + c.len_utf8()),
                None if token_char(c) => {
                    let end = text.get(at..).and_then(|t| t.find(|c| !token_char(c))).map_or(text.len(), |n| at + n);
                    (self.token(text, at, end), end)
                }
                None => (Vec::new(), at + c.len_utf8()),
            };
            at = taken.last().map_or(next, |c| c.to.max(next));
            found.extend(taken);
        }
        found
    }

    /// What names a source: the first of its names that is known.
    #[must_use]
    pub fn source(&self, text: &str) -> Option<Citation> {
        let mut from = 0;
        for piece in text.split(BETWEEN) {
            if let Some((target, name)) = self.by_name(piece.trim()) {
                return Some(Citation { from, to: from + piece.len(), target, name, by_number: false });
            }
            let numbered = piece.strip_prefix('[').and_then(|p| p.strip_suffix(']')).and_then(|p| self.cited(p, true));
            if let Some((target, name)) = numbered {
                return Some(Citation { from, to: from + piece.len(), target, name, by_number: true });
            }
            from += piece.len() + BETWEEN.len();
        }
        None
    }

    /// A name standing alone in a text.
    fn token(&self, text: &str, from: usize, to: usize) -> Vec<Citation> {
        let mut tries = vec![(from, to)];
        // 详见ticket_987: a name between characters of a script without spaces.
        let piece = text.get(from..to).unwrap_or_default();
        if !piece.is_ascii() {
            let mut start = None;
            for (at, c) in piece.char_indices().chain([(piece.len(), '\u{e000}')]) {
                match (c.is_ascii(), start) {
                    (true, None) => start = Some(at),
                    (false, Some(begun)) => {
                        tries.push((from + begun, from + at));
                        start = None;
                    }
                    _ => {}
                }
            }
        }
        for (from, to) in tries {
            let piece = text.get(from..to).unwrap_or_default();
            let trimmed = piece.trim_end_matches(['.', ',', ':', ';', '!', '?', '-', '/', '#', '=', '&']);
            let start = from + (piece.len() - piece.trim_start_matches(['#', '@', '.', '-']).len());
            for name in [text.get(start..to), text.get(start..from + trimmed.len())].into_iter().flatten() {
                if telling(name)
                    && let Some((target, found)) = self.by_name(name)
                {
                    let to = start + name.len();
                    return vec![Citation { from: start, to, target, name: found, by_number: false }];
                }
            }
        }
        Vec::new()
    }

    /// What stands between brackets: one or several names or numbers.
    fn inside(&self, text: &str, group: &Group) -> Vec<Citation> {
        let inner = text.get(group.inner.0..group.inner.1).unwrap_or_default();
        let cites = |from: usize, to: usize, (target, name): (Place, Option<usize>)| {
            let by_number = name.is_none() || text.get(from..to).is_some_and(is_number);
            Citation { from, to, target, name, by_number }
        };
        let link = text.get(group.to..).is_some_and(|rest| rest.starts_with('('));
        let own = inner.split([',', ';', '|']).all(is_number);
        if own && (link || !group.strong) {
            // `[1](http://…)` leads elsewhere, and `(2)` counts anything.
            return Vec::new();
        }
        if let Some(found) = self.by_name(inner.trim()) {
            return vec![Citation { from: group.from, to: group.to, ..cites(group.inner.0, group.inner.1, found) }];
        }
        let (announced, rest) = announced(inner);
        let mut found = Vec::new();
        let mut at = group.inner.0 + (inner.len() - rest.len());
        let parts: Vec<&str> = rest.split([',', ';', '|']).collect();
        for part in &parts {
            let from = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            let part = part.trim();
            let cited = self.cited(part, group.strong || announced);
            found.extend(cited.map(|what| cites(from, from + part.len(), what)));
        }
        match found.as_slice() {
            // A single one is drawn with its brackets.
            [one] if parts.len() == 1 => vec![Citation { from: group.from, to: group.to, ..*one }],
            _ => found,
        }
    }

    /// By a name, or by a number, which is no name.
    fn cited(&self, part: &str, numbers: bool) -> Option<(Place, Option<usize>)> {
        let (left, right) = part.split_once('†').unwrap_or((part, ""));
        let left = announced(left).1.trim().trim_start_matches(['^', '#', '@']).trim_matches(['"', '\'', '`', '*']);
        for name in [right.trim(), left] {
            if let Some(found) = self.by_name(name).filter(|_| !name.is_empty()) {
                return Some(found);
            }
        }
        let number: usize = left.parse().ok().filter(|_| numbers && left.len() < 4)?;
        let (retrieval, count) = self.numbered?;
        (1..=count).contains(&number).then(|| ((retrieval, number - 1), None))
    }
}

/// A number as citations have it, however bracketed inside: an id that is one is no telling name.
fn is_number(text: &str) -> bool {
    let digits = text.trim();
    !digits.is_empty() && digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// What a document may be called.
fn called(document: &Document) -> Vec<&str> {
    let named =
        [&document.id, &document.uri, &document.title, &document.chunk].into_iter().filter_map(|n| n.as_deref());
    let naming = |key: &str| {
        let key = key.to_ascii_lowercase();
        ["id", "_ref", "slug"].iter().any(|end| key.ends_with(end))
            || ["url", "uri", "source", "file", "filename", "file_name", "file_path", "doc_uri", "title"]
                .contains(&key.as_str())
    };
    let more = document.metadata.iter().filter(|(key, _)| naming(key)).map(|(_, v)| v.as_str());
    let fits = |name: &&str| !name.trim().is_empty() && name.len() <= GROUP;
    named.chain(more).filter(fits).collect()
}

/// A name that is no ordinary word or number: it cites wherever it stands.
fn telling(name: &str) -> bool {
    let marked = name.contains(['_', '-', '.', '/', ':']) && name.chars().any(char::is_alphabetic)
        || name.chars().any(char::is_alphabetic) && name.chars().any(|c| c.is_ascii_digit());
    name.len() >= 4 && marked
}

fn token_char(c: char) -> bool {
    c.is_alphanumeric() || "_-./:#%?=&+~@".contains(c)
}

/// Text between brackets.
struct Group {
    from: usize,
    to: usize,
    inner: (usize, usize),
    /// Brackets in which a number is a citation.
    strong: bool,
}

/// The group that opens at `at`, on the same line and not too long.
fn group(text: &str, at: usize) -> Option<Group> {
    const PAIRS: [(&str, &str, bool); 6] = [
        ("[", "]", true),
        ("【", "】", true),
        ("［", "］", true),
        ("(", ")", false),
        ("<cite>", "</cite>", true),
        ("（", "）", false),
    ];
    let rest = text.get(at..)?;
    let (open, close, strong) = PAIRS.iter().find(|(open, ..)| rest.starts_with(open))?;
    let start = at + open.len();
    let within = text.get(start..text.floor_char_boundary(text.len().min(start + GROUP)))?;
    let end = start + within.find(close)?;
    let inner = text.get(start..end)?;
    let nested = inner.contains(open) || inner.contains('\n') || inner.trim().is_empty();
    (!nested).then_some(Group { from: at, to: end + close.len(), inner: (start, end), strong: *strong })
}

/// Whether a text says that a citation follows ("source: x", "doc 3"), and what follows.
fn announced(text: &str) -> (bool, &str) {
    const WORDS: [&str; 14] = [
        "sources",
        "source",
        "documents",
        "document",
        "docs",
        "doc",
        "references",
        "reference",
        "ref",
        "citation",
        "cite",
        "see",
        "chunk",
        "id",
    ];
    let rest = text.trim_start();
    let Some(word) = WORDS.iter().find(|w| rest.get(..w.len()).is_some_and(|start| start.eq_ignore_ascii_case(w)))
    else {
        return (false, text);
    };
    let after = rest.get(word.len()..).unwrap_or_default();
    let cut = after.trim_start_matches([' ', ':', '#', '=', '.']);
    // "docs/anvil.md" announces nothing; "doc3" and "Document 3" do.
    let follows = cut.len() < after.len() || after.starts_with(|c: char| c.is_ascii_digit());
    if follows { (true, cut) } else { (false, text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document(id: &str, uri: &str) -> Document {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        Document { id: some(id), uri: some(uri), content: format!("{id}{uri}"), ..Document::default() }
    }

    fn citable() -> Citable {
        let documents = vec![
            document("ticket_987", "http://domain.com/tickets/987"),
            document("doc_3", "docs/anvil.md"),
            document("refund", "policies/returns.html"),
            document("", "a/same.md"),
            document("", "b/same.md"),
        ];
        Citable::of(&[Retrieval { documents, ..Retrieval::default() }])
    }

    /// The citations of a text with the ranks they lead to, from 1.
    fn cited(text: &str) -> Vec<(String, usize)> {
        citable().find(text).into_iter().map(|c| (text[c.from..c.to].to_owned(), c.target.1 + 1)).collect()
    }

    fn check(text: &str, want: &[(&str, usize)]) {
        let want: Vec<_> = want.iter().map(|(t, n)| ((*t).to_owned(), *n)).collect();
        assert_eq!(cited(text), want, "{text}");
    }

    #[test]
    fn numbers_in_brackets_are_ranks_of_the_last_retrieval() {
        check("Founded in 1947[1], see [2].", &[("[1]", 1), ("[2]", 2)]);
        check("[1][5] and [1, 3]", &[("[1]", 1), ("[5]", 5), ("1", 1), ("3", 3)]);
        check("【1†source】 【4†docs/anvil.md】 [^2]", &[("【1†source】", 1), ("【4†docs/anvil.md】", 2), ("[^2]", 2)]);
        check(
            "[doc 2] [Document 3] (source 1) [doc3]",
            &[("[doc 2]", 2), ("[Document 3]", 3), ("(source 1)", 1), ("[doc3]", 3)],
        );
        check("[6] [0] [1947] (2) [x] []", &[]);
    }

    #[test]
    fn numbers_count_nothing_where_several_retrievals_could_be_meant() {
        let one = |id: &str| Retrieval {
            documents: vec![Document { id: Some(id.into()), content: id.into(), ..Document::default() }],
            ..Retrieval::default()
        };
        let citable = Citable::of(&[one("policy-7"), one("llama-1")]);
        let found = citable.find("Refunds take 5 days [1][policy-7].");
        assert_eq!(found.iter().map(|c| c.target).collect::<Vec<_>>(), [(0, 0)]);
    }

    #[test]
    fn ids_that_are_numbers_cite_where_numbers_do() {
        let documents = (1..=3).map(|n| document(&n.to_string(), "")).collect();
        let citable = Citable::of(&[Retrieval { documents, ..Retrieval::default() }]);
        let found = |text: &str| citable.find(text).iter().map(|c| (c.target.1 + 1, c.by_number)).collect::<Vec<_>>();
        assert_eq!(found("It is blue[1], see [2, 3] and 【3】."), [(1, true), (2, true), (3, true), (3, true)]);
        assert_eq!(found("(source: 2) [doc 3]"), [(2, true), (3, true)]);
        assert!(found("[1](http://a.example), (2), 3 of them, step (1)").is_empty());
    }

    #[test]
    fn what_several_documents_are_called_names_all_of_them() {
        let one = |documents| Retrieval { documents, ..Retrieval::default() };
        let old = Document { content: "old".into(), ..document("d1", "a.md") };
        let new = Document { content: "new".into(), ..document("d1", "b.md") };
        let citable = Citable::of(&[one(vec![old, document("d2", "a.md")]), one(vec![new])]);
        let means = |text: &str| citable.find(text).iter().map(|c| citable.documents(c)).collect::<Vec<_>>();
        assert_eq!(means("[d1]"), [vec![(0, 0), (1, 0)]], "two retrievals know one id");
        assert_eq!(means("see a.md, and [d2]"), [vec![(0, 0), (0, 1)], vec![(0, 1)]], "chunks of one source");
        let citable = Citable::of(&[one(vec![document("x", ""), document("y", "")])]);
        assert_eq!(citable.find("[2]").iter().map(|c| citable.documents(c)).collect::<Vec<_>>(), [[(0, 1)]]);
    }

    #[test]
    fn names_are_citations_wherever_they_stand() {
        check("(source: ticket_987)", &[("(source: ticket_987)", 1)]);
        check(
            "[doc_3] <cite>doc_3</cite> `doc_3`, doc_3.",
            &[("[doc_3]", 2), ("<cite>doc_3</cite>", 2), ("doc_3", 2), ("doc_3", 2)],
        );
        check(
            "see http://domain.com/tickets/987. And docs/anvil.md, anvil.md!",
            &[("http://domain.com/tickets/987", 1), ("docs/anvil.md", 2), ("anvil.md", 2)],
        );
        check("[Anvils](docs/anvil.md) 详见ticket_987。", &[("(docs/anvil.md)", 2), ("ticket_987", 1)]);
        check("[ticket_987; doc_3]", &[("ticket_987", 1), ("doc_3", 2)]);
    }

    #[test]
    fn a_source_s_line_leads_to_the_document_by_any_of_its_names() {
        check("※ Tickets · ticket_987 · “[2] of them”", &[("ticket_987", 1)]);
        check("※ refund · “a word”", &[("refund", 3)]);
        check("※ [2] · “a word”", &[("[2]", 2)]);
        check("※ elsewhere · http://other.example", &[]);
    }

    #[test]
    fn words_and_what_names_nothing_are_no_citations() {
        // "refund" is an id here, but also a word: only brackets make it a citation.
        check("I refund you [refund]", &[("[refund]", 3)]);
        check("ticket_9870 xticket_987 doc_4 [doc_4] [same.md] same.md", &[]);
        assert!(Citable::of(&[]).find("[1] ticket_987").is_empty());
    }

    proptest! {
        #[test]
        fn citations_are_ascending_apart_and_whole(text in "[\\[\\]()【】†a-z_0-9 ,.é日:/-]{0,60}", rest in any::<String>()) {
            let text = format!("{text} [1] doc_3 {rest}");
            let mut last = 0;
            for c in citable().find(&text) {
                prop_assert!(c.from >= last && c.to > c.from && text.get(c.from..c.to).is_some());
                last = c.to;
            }
        }
    }
}
