//! Which key runs which command: the defaults of the table, and a person's overrides from TOML.

use super::command::{Command, Context, Spec, TABLE};
use super::key::Key;
use std::collections::HashMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Which contexts are active together, the first wins. Within one chain no key may have two meanings.
pub const CHAINS: &[&[Context]] = &[
    &[Context::Review, Context::Trace, Context::Keys, Context::Always],
    &[Context::Sessions, Context::List, Context::Keys, Context::Always],
    &[Context::Browse, Context::List, Context::Keys, Context::Always],
    &[Context::Show, Context::Trace, Context::Keys, Context::Always],
    &[Context::Writing, Context::Edit, Context::Always],
    &[Context::Prompt, Context::Edit, Context::Always],
    &[Context::Conflict, Context::Trace, Context::Keys, Context::Always],
];

/// The keys in force.
#[derive(Debug, Clone)]
pub struct Keymap {
    keys: Vec<Vec<Key>>,
    by_key: HashMap<(Context, Key), Command>,
}

impl Keymap {
    /// The defaults of the table. A default that cannot be read is left out (a test asserts there is none).
    #[must_use]
    pub fn defaults() -> Self {
        let keys = TABLE.iter().map(|s| s.keys.iter().filter_map(|k| Key::parse(k).ok()).collect()).collect();
        let mut map = Self { keys, by_key: HashMap::new() };
        map.index();
        map
    }

    fn index(&mut self) {
        self.by_key.clear();
        for (spec, keys) in TABLE.iter().zip(&self.keys) {
            for key in keys {
                self.by_key.insert((spec.context, *key), spec.command);
            }
        }
    }

    /// The command that a key runs in a chain of contexts.
    #[must_use]
    pub fn find(&self, chain: &[Context], key: Key) -> Option<Command> {
        chain.iter().find_map(|context| self.by_key.get(&(*context, key)).copied())
    }

    /// The first key of a command, as written.
    #[must_use]
    pub fn key(&self, command: Command) -> Option<String> {
        self.keys_of(command).first().map(ToString::to_string)
    }

    /// All keys of a command.
    #[must_use]
    pub fn keys_of(&self, command: Command) -> &[Key] {
        let at = TABLE.iter().position(|s| s.command == command);
        at.and_then(|i| self.keys.get(i)).map_or(&[], Vec::as_slice)
    }

    /// Two commands that share a key where both work.
    fn clash(&self) -> Option<(&'static Spec, &'static Spec, Key)> {
        for chain in CHAINS {
            let mut seen: HashMap<Key, &'static Spec> = HashMap::new();
            for (spec, keys) in TABLE.iter().zip(&self.keys).filter(|(s, _)| chain.contains(&s.context)) {
                for key in keys {
                    if let Some(other) = seen.insert(*key, spec) {
                        return Some((other, spec, *key));
                    }
                }
            }
        }
        None
    }

    /// The defaults with the overrides of a TOML text: `name = "key"` or `name = ["key", ...]`, at the top or in
    /// `[keys]`. A command that is named loses its default keys.
    ///
    /// # Errors
    /// `file:line: what is wrong`: no TOML, an unknown command or key, or a key with two meanings.
    pub fn with_overrides(file: &Path, text: &str) -> Result<Self, String> {
        let at = |offset: usize, why: String| format!("{}:{}: {why}", file.display(), line_of(text, offset));
        let table = DeTable::parse(text)
            .map_err(|e| at(e.span().map_or(0, |s| s.start), e.message().lines().collect::<Vec<_>>().join(" ")))?;
        let root = table.get_ref();
        let overrides = match root.get("keys").map(toml::Spanned::get_ref) {
            Some(DeValue::Table(keys)) => keys,
            _ => root,
        };
        let mut map = Self::defaults();
        let mut lines: HashMap<usize, usize> = HashMap::new();
        for (name, value) in overrides {
            let start = name.span().start;
            let Some(row) = TABLE.iter().position(|s| s.name == name.get_ref().as_ref()) else {
                return Err(at(
                    start,
                    format!("no command is called {:?}; `labeltui` shows them all with ?", name.get_ref()),
                ));
            };
            let keys = read_keys(value.get_ref()).map_err(|why| at(value.span().start, why))?;
            if let Some(slot) = map.keys.get_mut(row) {
                *slot = keys;
            }
            lines.insert(row, start);
        }
        map.index();
        if let Some((one, two, key)) = map.clash() {
            let row = |s: &Spec| TABLE.iter().position(|t| t.command == s.command).and_then(|i| lines.get(&i)).copied();
            let offset = row(two).max(row(one)).unwrap_or(0);
            return Err(at(
                offset,
                format!("{key} would be both {:?} and {:?}; give one of them another key", one.name, two.name),
            ));
        }
        Ok(map)
    }
}

fn read_keys(value: &DeValue<'_>) -> Result<Vec<Key>, String> {
    match value {
        DeValue::String(text) => Ok(vec![Key::parse(text)?]),
        DeValue::Array(items) => items
            .iter()
            .map(|item| match item.get_ref() {
                DeValue::String(text) => Key::parse(text),
                _ => Err("keys are written as text, e.g. \"Ctrl-P\"".to_owned()),
            })
            .collect(),
        _ => Err("a key is written as text, several as a list of texts".to_owned()),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(text: &str) -> Result<Keymap, String> {
        Keymap::with_overrides(Path::new("keys.toml"), text)
    }

    #[test]
    fn no_key_is_bound_twice_where_both_work() {
        let clash = Keymap::defaults().clash().map(|(a, b, k)| (a.name, b.name, k.to_string()));
        assert_eq!(clash, None);
    }

    #[test]
    fn every_default_key_can_be_read_and_names_are_unique() {
        let mut names = std::collections::HashSet::new();
        for spec in TABLE {
            assert!(names.insert(spec.name), "{} twice", spec.name);
            for key in spec.keys {
                assert!(Key::parse(key).is_ok(), "{key}");
            }
        }
    }

    #[test]
    fn every_key_of_the_review_screen_is_bound() {
        let map = Keymap::defaults();
        let review = "1 2 3 4 5 6 7 8 9 0 y n Tab Shift-Tab Down Up Space i a c = Enter u U s d x Right Left ] [ . g f j k \
                      PgDn PgUp Home End h l e p { } T o t r m w z / ; , Y R I ? : Ctrl-P q Ctrl-C Ctrl-L Ctrl-Z Esc";
        for key in review.split_whitespace() {
            assert!(map.find(CHAINS[0], Key::parse(key).unwrap()).is_some(), "{key} is not bound");
        }
        for key in "Esc Tab Enter Ctrl-O Ctrl-A Ctrl-E Ctrl-W Ctrl-U Ctrl-K Ctrl-C Ctrl-Z".split_whitespace() {
            assert!(map.find(CHAINS[4], Key::parse(key).unwrap()).is_some(), "{key} is not bound in a field");
        }
    }

    #[test]
    fn overrides_replace_the_keys_of_the_commands_they_name() {
        let map = over("[keys]\nskip = \"S\"\nsubmit = [\"F5\", \"Ctrl-S\"]\n").unwrap();
        assert_eq!(map.find(CHAINS[0], Key::parse("S").unwrap()), Some(Command::Skip));
        assert_eq!(map.find(CHAINS[0], Key::parse("s").unwrap()), None);
        assert_eq!(map.keys_of(Command::Submit).len(), 2);
    }

    #[test]
    fn mistakes_in_the_key_file_name_file_and_line() {
        assert_eq!(
            over("# mine\nskip = \"d\"\n").unwrap_err(),
            "keys.toml:2: d would be both \"skip\" and \"defer\"; give one of them another key"
        );
        assert!(over("skipp = \"S\"").unwrap_err().starts_with("keys.toml:1: no command is called \"skipp\""));
        assert!(over("\nskip = \"Hyper-S\"").unwrap_err().starts_with("keys.toml:2: \"Hyper-S\" is no key"));
        assert!(over("skip = 3").unwrap_err().starts_with("keys.toml:1: a key is written as text"));
        assert!(over("skip = \"S").unwrap_err().starts_with("keys.toml:1: "));
    }

    #[test]
    fn a_key_may_mean_something_else_in_another_context() {
        assert!(over("mark-all = \"s\"").is_ok());
    }
}
