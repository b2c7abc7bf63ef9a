//! Fields of a trace's values, by path: `inputs.user.email`, `outputs.*.embedding`, `attributes.gen_ai.*`. An element of
//! a list has the path of its list.

use super::hidden::Gone;
use super::{Glob, How, ReviewView};
use crate::model::json::{Json, is_json, parse_to_cut as parse};
use std::borrow::Cow;

/// The first word of every path.
pub(super) const SECTIONS: [&str; 6] = ["inputs", "outputs", "attributes", "events", "links", "metadata"];

/// A value without what the view leaves out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pruned<'a> {
    /// What is shown open; `None` where nothing is left.
    pub shown: Option<Cow<'a, str>>,
    /// What stands folded: its path, and the value as JSON text.
    pub folded: Vec<(String, String)>,
    /// How many fields are left out.
    pub hidden: usize,
}

impl ReviewView {
    /// How the field at a path is shown; `None`: as ever.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<How> {
        self.fields.how(|glob| glob.fits(path))
    }

    /// The same; a path of which nothing is said goes with what it is in. What is in a folded thing is folded with it, not
    /// once more by itself.
    pub(super) fn field_or_above(&self, path: &str) -> Option<How> {
        if let Some(how) = self.field(path) {
            return Some(how);
        }
        let mut at = path;
        while let Some((above, _)) = at.rsplit_once('.') {
            if let Some(how) = self.field(above) {
                return Some(how).filter(|how| *how != How::Fold);
            }
            at = above;
        }
        None
    }

    /// The value at `path` (JSON text, or plain) without what is hidden, folded parts apart. What is no JSON, or deeper
    /// or more than is read of JSON, is taken as one thing.
    #[must_use]
    pub fn prune<'a>(&self, path: &str, text: &'a str) -> Pruned<'a> {
        let whole = || Pruned { shown: Some(Cow::Borrowed(text)), ..Pruned::default() };
        if self.fields.is_empty() {
            return whole();
        }
        let how = self.field_or_above(path);
        let inside = |list: &[Glob]| list.iter().any(|glob| glob.may_fit_below(path));
        let as_one = || match how {
            Some(How::Hide) => Pruned { hidden: 1, ..Pruned::default() },
            Some(How::Fold) => Pruned { folded: vec![(path.to_owned(), text.to_owned())], ..Pruned::default() },
            _ => whole(),
        };
        let read = path.starts_with("inputs") || path.starts_with("outputs");
        let documents = (read || path.starts_with("attributes") || path.starts_with("events")) && self.hides_metadata();
        let own = inside(&self.fields.show) || inside(&self.fields.fold) || inside(&self.fields.hide);
        if !own && (!documents || how.is_some_and(|how| how == How::Hide)) {
            return as_one();
        }
        let Ok((json, _)) = parse(text) else {
            // Too deep, or too much, to look for what is hidden in it: all of it is.
            let hides = inside(&self.fields.hide) && is_json(text) || documents && self.may_hold_metadata(text);
            return if hides { Pruned { hidden: 1, ..Pruned::default() } } else { as_one() };
        };
        let mut out = Pruned::default();
        let mut gone = Gone::default();
        let json = if documents { self.without_metadata(path, json, &mut gone) } else { Some(json) };
        out.hidden = gone.count;
        let left = json.and_then(|json| self.cut(path, json, how.unwrap_or_default(), &mut out));
        out.shown = match left {
            // Untouched: as it was written.
            Some(_) if out.hidden == 0 && out.folded.is_empty() => Some(Cow::Borrowed(text)),
            Some(json) => Some(Cow::Owned(json.to_json())),
            None => None,
        };
        out
    }

    /// What is left of a value; `how` is what its path, or what it is in, says. Recursion is bounded by the parser.
    fn cut<'j>(&self, path: &str, json: Json<'j>, how: How, out: &mut Pruned<'_>) -> Option<Json<'j>> {
        if how == How::Fold {
            let mut inner = Pruned::default();
            // In a folded part only what is hidden is still looked for.
            let kept = self.cut_hidden(path, json, &mut inner);
            out.hidden += inner.hidden;
            out.folded.push((path.to_owned(), kept.to_json()));
            return None;
        }
        let look = how == How::Show || self.fields.show.iter().chain(&self.fields.fold).any(|g| g.may_fit_below(path));
        if !look {
            out.hidden += 1;
            return None;
        }
        match json {
            Json::Object(members) => {
                let had = members.len();
                let left: Vec<_> = members
                    .into_iter()
                    .filter_map(|(key, value)| {
                        let path = format!("{path}.{key}");
                        let how = self.field(&path).unwrap_or(how);
                        Some((key, self.cut(&path, value, how, out)?))
                    })
                    .collect();
                (how == How::Show && had == 0 || !left.is_empty()).then_some(Json::Object(left))
            }
            Json::Array(items) => {
                let had = items.len();
                let left: Vec<_> = items.into_iter().filter_map(|item| self.cut(path, item, how, out)).collect();
                (how == How::Show && had == 0 || !left.is_empty()).then_some(Json::Array(left))
            }
            other if how == How::Show => Some(other),
            _ => {
                out.hidden += 1;
                None
            }
        }
    }

    fn cut_hidden<'j>(&self, path: &str, json: Json<'j>, out: &mut Pruned<'_>) -> Json<'j> {
        match json {
            Json::Object(members) => Json::Object(
                members
                    .into_iter()
                    .filter_map(|(key, value)| {
                        let path = format!("{path}.{key}");
                        if self.field(&path) == Some(How::Hide) {
                            out.hidden += 1;
                            return None;
                        }
                        Some((key, self.cut_hidden(&path, value, out)))
                    })
                    .collect(),
            ),
            Json::Array(items) => Json::Array(items.into_iter().map(|item| self.cut_hidden(path, item, out)).collect()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::from_text;
    use super::*;

    fn cut(view: &str, path: &str, json: &str) -> (String, Vec<(String, String)>, usize) {
        let view = from_text("v.toml", &format!("[fields]\n{view}")).unwrap();
        let p = view.prune(path, json);
        (p.shown.map_or_else(|| "-".to_owned(), Cow::into_owned), p.folded, p.hidden)
    }

    #[test]
    fn hidden_fields_are_cut_out_and_counted() {
        let json = r#"{"user": {"name": "Ann", "mail": "a@x"}, "rows": [{"v": [1,2], "k": 1}, {"v": [3]}], "n": 1}"#;
        assert_eq!(
            cut("hide = ['inputs.user.mail', 'inputs.rows.v']", "inputs", json),
            (r#"{"user":{"name":"Ann"},"rows":[{"k":1}],"n":1}"#.to_owned(), vec![], 3)
        );
        assert_eq!(cut("hide = ['outputs.*']", "inputs", json), (json.to_owned(), vec![], 0));
        assert_eq!(cut("hide = ['inputs']", "inputs", json), ("-".to_owned(), vec![], 1));
    }

    #[test]
    fn what_is_shown_by_name_stays_in_what_is_hidden() {
        let json = r#"{"user":{"name":"Ann","mail":"a@x"},"n":1}"#;
        for hide in ["inputs", "inputs.*", "inputs.user', 'inputs.n"] {
            let (shown, _, hidden) = cut(&format!("hide = ['{hide}']\nshow = ['inputs.user.name']"), "inputs", json);
            assert_eq!((shown.as_str(), hidden), (r#"{"user":{"name":"Ann"}}"#, 2), "{hide}");
        }
    }

    #[test]
    fn folded_fields_stand_apart_without_what_is_hidden_in_them() {
        let json = r#"{"answer":"A","usage":{"in":1,"raw":"x"}}"#;
        let (shown, folded, hidden) = cut("fold = ['outputs.usage']\nhide = ['outputs.usage.raw']", "outputs", json);
        assert_eq!((shown.as_str(), hidden), (r#"{"answer":"A"}"#, 1));
        assert_eq!(folded, [("outputs.usage".to_owned(), r#"{"in":1}"#.to_owned())]);
    }

    #[test]
    fn what_is_no_json_is_one_thing() {
        assert_eq!(cut("hide = ['inputs.a']", "inputs", "plain words"), ("plain words".to_owned(), vec![], 0));
        assert_eq!(cut("hide = ['attributes']", "attributes.a.b", "plain"), ("-".to_owned(), vec![], 1));
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(cut("hide = ['inputs.a']", "inputs", &deep), ("-".to_owned(), vec![], 1), "it may be in there");
        assert_eq!(cut("fold = ['inputs.a']", "inputs", &deep), (deep.clone(), vec![], 0));
        assert_eq!(cut("hide = ['attributes.x*']", "attributes.xy", "plain"), ("-".to_owned(), vec![], 1));
        assert_eq!(cut("fold = ['attributes']", "attributes.k", "plain"), ("plain".to_owned(), vec![], 0));
        let (shown, folded, _) = cut("fold = ['attributes.*']", "attributes.k", "plain");
        assert_eq!((shown.as_str(), folded.len()), ("-", 1));
    }
}
