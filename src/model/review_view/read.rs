//! Reading a view, strictly: an unknown word is an error that names the file, the line, the field and what may stand there.

use super::lines::Lines;
use super::{Glob, Lists, Piece, ReviewView, Spans, View, fields::SECTIONS};
use serde_json::{Map, Value};

/// Longest name, in characters: it stands on the pane's border.
const NAME: usize = 24;

/// What is wrong with a view, and at which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// `spans.hide[1]`; empty for the whole.
    pub field: String,
    /// What is wrong, and what may stand there.
    pub why: String,
}

/// Reads the text of a file: JSON where it begins with `{`, else TOML.
///
/// # Errors
/// `file:line: field: what is wrong`.
pub fn from_text(file: &str, text: &str) -> Result<ReviewView, String> {
    let at = |line: usize, why: &str| format!("{file}:{line}: {why}");
    let (value, lines) = if text.trim_start().starts_with('{') {
        let value = serde_json::from_str(text).map_err(|e| {
            let why = e.to_string();
            at(e.line(), &format!("not JSON: {}", why.split(" at line ").next().unwrap_or(&why)))
        })?;
        (value, Lines::of_json(text))
    } else {
        let lines = Lines::of_toml(text).map_err(|(line, why)| at(line, &format!("not TOML: {why}")))?;
        let value = toml::from_str(text).map_err(|e| at(1, &format!("not a view: {}", e.message())))?;
        (value, lines)
    };
    if let Some((field, line)) = lines.twice() {
        return Err(at(line, &format!("`{field}` is given twice")));
    }
    from_value(&value).map_err(|mistake| match mistake.field.as_str() {
        "" => at(1, &mistake.why),
        field => at(lines.of(field), &format!("`{field}`: {}", mistake.why)),
    })
}

/// Reads a view out of JSON.
///
/// # Errors
/// The first mistake.
pub fn from_value(value: &Value) -> Result<ReviewView, Mistake> {
    let Value::Object(members) = value else {
        return Err(no("", "a view is a table (TOML) or an object (JSON)"));
    };
    let mut view = ReviewView::default();
    for (key, value) in members {
        match key.as_str() {
            "name" => view.name = name(value)?,
            "opens" => view.opens = Some(way("opens", value)?),
            "views" => view.views = list("views", value, way)?,
            "messages" => {
                let Lists { show, fold, hide } = lists(key, value, pieces)?;
                view.messages = Lists { show: show.concat(), fold: fold.concat(), hide: hide.concat() };
            }
            "spans" => view.spans = lists(key, value, spans)?,
            "fields" => view.fields = lists(key, value, field)?,
            _ => return Err(no(key, "unknown; a view has name, opens, views, messages, spans and fields")),
        }
    }
    if let Some(opens) = view.opens.filter(|opens| !view.offers(*opens)) {
        return Err(no("opens", &format!("{} is not among the `views` that are offered", opens.name())));
    }
    Ok(view)
}

fn no(field: &str, why: &str) -> Mistake {
    Mistake { field: field.to_owned(), why: why.to_owned() }
}

fn text<'v>(field: &str, value: &'v Value) -> Result<&'v str, Mistake> {
    value.as_str().ok_or_else(|| no(field, &format!("must be a text in quotes, not {}", kind(value))))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

fn name(value: &Value) -> Result<String, Mistake> {
    let name = text("name", value)?.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        return Err(no("name", &format!("must be one line of 1 to {NAME} characters: it stands on the border")));
    }
    Ok(name.to_owned())
}

fn list<T>(field: &str, value: &Value, read: impl Fn(&str, &Value) -> Result<T, Mistake>) -> Result<Vec<T>, Mistake> {
    let Value::Array(items) = value else {
        return Err(no(field, &format!("must be a list, not {}", kind(value))));
    };
    items.iter().enumerate().map(|(at, item)| read(&format!("{field}[{at}]"), item)).collect()
}

fn lists<T>(
    section: &str,
    value: &Value,
    read: impl Fn(&str, &Value) -> Result<T, Mistake> + Copy,
) -> Result<Lists<T>, Mistake> {
    let empty = Map::new();
    let members = match value {
        Value::Object(members) => members,
        Value::Null => &empty,
        other => return Err(no(section, &format!("must be a table, not {}", kind(other)))),
    };
    let mut out = Lists::default();
    for (key, value) in members {
        let path = format!("{section}.{key}");
        let slot = match key.as_str() {
            "show" => &mut out.show,
            "fold" => &mut out.fold,
            "hide" => &mut out.hide,
            _ => return Err(no(&path, "unknown; a section has the lists show, fold and hide")),
        };
        *slot = list(&path, value, read)?;
    }
    Ok(out)
}

/// A way of looking.
fn way(field: &str, value: &Value) -> Result<View, Mistake> {
    let word = text(field, value)?;
    View::ALL.into_iter().find(|v| v.name() == word).ok_or_else(|| {
        no(field, &format!("there is no view \"{}\"; there are messages, output, documents, tree and raw", plain(word)))
    })
}

/// The piece of that name; of `*` all.
fn pieces(field: &str, value: &Value) -> Result<Vec<Piece>, Mistake> {
    let word = text(field, value)?;
    if word == "*" {
        return Ok(Piece::ALL.iter().map(|(piece, _)| *piece).collect());
    }
    Piece::ALL.iter().find(|(_, name)| *name == word).map(|(piece, _)| vec![*piece]).ok_or_else(|| {
        let known: Vec<&str> = Piece::ALL.iter().map(|(_, name)| *name).collect();
        no(field, &format!("\"{}\" is no part of a conversation; there are {} and *", plain(word), known.join(", ")))
    })
}

fn spans(field: &str, value: &Value) -> Result<Spans, Mistake> {
    let word = text(field, value)?;
    match word.split_once(':') {
        _ if word == "*" => Ok(Spans::All),
        _ if word == "error" => Ok(Spans::Error),
        Some(("type", glob)) if !glob.is_empty() => Ok(Spans::Type(Glob::new(glob))),
        Some(("name", glob)) if !glob.is_empty() => Ok(Spans::Name(Glob::new(glob))),
        _ => Err(no(
            field,
            &format!("\"{}\" names no spans; write type:RETRIEVER, name:search*, error or *", plain(word)),
        )),
    }
}

fn field(field: &str, value: &Value) -> Result<Glob, Mistake> {
    let word = text(field, value)?;
    let first = word.split(['.', '*', '?']).next().unwrap_or_default();
    if word == "*" || SECTIONS.contains(&first) {
        return Ok(Glob::new(word));
    }
    Err(no(
        field,
        &format!("\"{}\" must begin with {}, e.g. inputs.user or attributes.*", plain(word), SECTIONS.join(", ")),
    ))
}

/// A word of the file in a message: short, and without what would act on a terminal.
fn plain(word: &str) -> String {
    word.chars().take(40).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_of_the_conversation_is_show_this_and_hide_all() {
        let view = from_text("v", "[messages]\nshow = ['documents']\nhide = ['*']").unwrap();
        assert_eq!(view.piece(Piece::Documents), Some(crate::model::review_view::How::Show));
        assert!(
            Piece::ALL
                .iter()
                .all(|(p, _)| *p == Piece::Documents || view.piece(*p) == Some(crate::model::review_view::How::Hide))
        );
    }

    #[test]
    fn every_mistake_is_named_with_file_line_field_and_the_way_out() {
        for (text, wanted) in [
            ("nam = 'x'", "v:1: `nam`: unknown; a view has name, opens, views,"),
            ("\nopens = 'mesages'", "v:2: `opens`: there is no view \"mesages\"; there are messages, output,"),
            ("opens = 3", "v:1: `opens`: must be a text in quotes, not a number"),
            ("views = 'raw'", "v:1: `views`: must be a list, not a text"),
            ("views = [\n 'raw',\n 'row']", "v:3: `views[1]`: there is no view \"row\""),
            ("opens = 'raw'\nviews = ['tree']", "v:1: `opens`: raw is not among the `views` that are offered"),
            (
                "[messages]\nhide = ['sistem']",
                "v:2: `messages.hide[0]`: \"sistem\" is no part of a conversation; there are system,",
            ),
            ("[spans]\n\nhid = []", "v:3: `spans.hid`: unknown; a section has the lists show, fold and hide"),
            (
                "[spans]\nhide = ['TOOL']",
                "v:2: `spans.hide[0]`: \"TOOL\" names no spans; write type:RETRIEVER, name:search*, error or *",
            ),
            ("[fields]\nhide = ['input.x']", "v:2: `fields.hide[0]`: \"input.x\" must begin with inputs, outputs,"),
            ("name = ''", "v:1: `name`: must be one line of 1 to 24 characters"),
            ("x = ", "v:1: not TOML: "),
            ("name = 'a'\nname = 'b'", "v:2: not TOML: duplicate key"),
            ("{\n \"opens\": }", "v:2: not JSON: expected value"),
            ("{\n \"name\": \"a\",\n \"name\": \"b\"}", "v:3: `name` is given twice"),
            ("{\"spans\": {\n \"hide\": [\"*\",\n  \"x\"]}}", "v:3: `spans.hide[1]`: \"x\" names no spans;"),
            ("{\"fields\":\n [1]}", "v:1: `fields`: must be a table, not a list"),
        ] {
            let error = from_text("v", text).unwrap_err();
            assert!(error.starts_with(wanted), "{text:?} gave {error:?}");
        }
    }

    #[test]
    fn toml_and_json_say_the_same() {
        let toml = "name = 'b'\nopens = 'documents'\n[messages]\nhide = ['system']\n[fields]\nfold = ['outputs.x']";
        let json = r#"{"name": "b", "opens": "documents", "messages": {"hide": ["system"]}, "fields": {"fold": ["outputs.x"]}}"#;
        assert_eq!(from_text("v", toml), from_text("v", json));
        assert_eq!(from_text("v", toml).unwrap().opens, Some(View::Documents));
    }
}
