//! On which line of a view's file each field stands, so that a mistake can be named with its line.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Paths (`spans.hide[1]`) with their lines, counted from 1, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<(String, usize)>);

impl Lines {
    /// Of a TOML text.
    ///
    /// # Errors
    /// The line and what is wrong, where it is no TOML.
    pub(super) fn of_toml(text: &str) -> Result<Self, (usize, String)> {
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            (line_at(text, at), e.message().lines().collect::<Vec<_>>().join(" "))
        })?;
        let mut lines = Self::default();
        lines.table(text, "", table.get_ref());
        Ok(lines)
    }

    fn table(&mut self, text: &str, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(path, key.get_ref());
            self.0.push((path.clone(), line_at(text, key.span().start)));
            self.value(text, &path, value);
        }
    }

    fn value(&mut self, text: &str, path: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(text, path, table),
            DeValue::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.0.push((format!("{path}[{at}]"), line_at(text, item.span().start)));
                }
            }
            _ => {}
        }
    }

    /// Of a JSON text that was found to be valid.
    pub(super) fn of_json(text: &str) -> Self {
        let mut lines = Self::default();
        // For each open container: its path, and the next element's number in a list.
        let mut open: Vec<(String, Option<usize>)> = Vec::new();
        let mut key: Option<String> = None;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'{' | b'[' => {
                    let path = lines.element(text, at, &mut open, key.take());
                    open.push((path, (byte == b'[').then_some(0)));
                }
                b'}' | b']' => drop(open.pop()),
                b'"' => {
                    let end = string_end(bytes, at);
                    let in_object = open.last().is_some_and(|(_, n)| n.is_none());
                    if in_object && key.is_none() {
                        let name: String =
                            text.get(at..end).and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
                        let path = join(open.last().map_or("", |(p, _)| p.as_str()), &name);
                        lines.0.push((path.clone(), line_at(text, at)));
                        key = Some(path);
                    } else {
                        lines.element(text, at, &mut open, key.take());
                    }
                    at = end;
                    continue;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => {}
                _ => {
                    lines.element(text, at, &mut open, key.take());
                    while bytes
                        .get(at + 1)
                        .is_some_and(|b| !matches!(b, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
                    {
                        at += 1;
                    }
                }
            }
            at += 1;
        }
        lines
    }

    /// A value begins: its path.
    fn element(&mut self, text: &str, at: usize, open: &mut [(String, Option<usize>)], key: Option<String>) -> String {
        match open.last_mut() {
            Some((path, Some(n))) => {
                let element = format!("{path}[{n}]");
                *n += 1;
                self.0.push((element.clone(), line_at(text, at)));
                element
            }
            _ => key.unwrap_or_default(),
        }
    }

    /// The line of a path, or of the nearest thing that it is in.
    pub(super) fn of(&self, path: &str) -> usize {
        let near =
            |known: &str| path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        self.0.iter().filter(|(known, _)| near(known)).max_by_key(|(known, _)| known.len()).map_or(1, |(_, line)| *line)
    }

    /// A path that stands there twice, with the line of the second. (TOML's own parser refuses such a file.)
    pub(super) fn twice(&self) -> Option<(&str, usize)> {
        let mut seen = std::collections::HashSet::new();
        self.0.iter().find(|(path, _)| !seen.insert(path)).map(|(path, line)| (path.as_str(), *line))
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}
