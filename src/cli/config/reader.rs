//! Reading one configuration file: every key known or refused, every mistake with its line.

use super::Config;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 8] = ["colors", "experiment", "keys", "mouse", "people", "server", "store", "user"];

/// Reads `text` into `config`; what it does not name stays.
///
/// # Errors
/// `file:line: what is wrong`.
pub fn read(path: &Path, text: &str, config: &mut Config) -> Result<(), String> {
    let file = File { path, text };
    let table = DeTable::parse(text).map_err(|e| file.at(e.span().map_or(0, |s| s.start), e.message()))?;
    for (key, value) in table.get_ref() {
        file.key(key.get_ref(), key.span().start, value, config)?;
    }
    Ok(())
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn key(&self, key: &str, at: usize, value: &Spanned<DeValue<'_>>, config: &mut Config) -> Result<(), String> {
        match key {
            "store" => config.store = Some(self.path(key, value)?),
            "server" => config.server = Some(self.path(key, value)?),
            "user" => config.user = Some(self.text(key, value)?),
            "experiment" => config.experiment = Some(self.text(key, value)?),
            "colors" => config.colors = Some(self.switch(key, value)?),
            "mouse" => config.mouse = Some(self.switch(key, value)?),
            "people" => config.people.extend(self.people(value)?),
            "keys" => config.keys = Some(self.keys(value)?),
            _ => return Err(self.at(at, &format!("unknown key `{key}`{}", meant(key)))),
        }
        Ok(())
    }

    fn at(&self, byte: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path.display(), line_of(self.text, byte))
    }

    fn bad(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) -> String {
        self.at(value.span().start, &format!("`{key}` must be {wanted}, not {}", named(value.get_ref().type_str())))
    }

    fn text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<String, String> {
        match value.get_ref().as_str() {
            Some("") => Err(self.at(value.span().start, &format!("`{key}` must not be empty"))),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.bad(value, key, "a text in quotes")),
        }
    }

    fn switch(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<bool, String> {
        value.get_ref().as_bool().ok_or_else(|| self.bad(value, key, "true or false"))
    }

    /// Relative paths are meant from where the file is; `~/` is the home folder.
    fn path(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<PathBuf, String> {
        let text = self.text(key, value)?;
        if let Some(rest) = text.strip_prefix("~/") {
            let home = directories::BaseDirs::new().ok_or_else(|| self.at(value.span().start, "no home folder"))?;
            return Ok(home.home_dir().join(rest));
        }
        Ok(self.path.parent().unwrap_or_else(|| Path::new("")).join(text))
    }

    fn people(&self, value: &Spanned<DeValue<'_>>) -> Result<BTreeMap<String, String>, String> {
        let table =
            value.get_ref().as_table().ok_or_else(|| self.bad(value, "people", "a table of account = \"name\""))?;
        let mut people = BTreeMap::<String, String>::new();
        for (account, name) in table {
            let id = self.text(&format!("people.{}", account.get_ref()), name)?;
            if let Some((other, _)) = people.iter().find(|(_, known)| **known == id) {
                let what = format!("`{other}` and `{}` are both called `{id}`", account.get_ref());
                return Err(self.at(name.span().start, &what));
            }
            people.insert(account.get_ref().to_string(), id);
        }
        Ok(people)
    }

    fn keys(&self, value: &Spanned<DeValue<'_>>) -> Result<(PathBuf, String), String> {
        if value.get_ref().is_table() {
            // The screen reads the table out of the whole text, so its own complaints have the file's line numbers.
            return Ok((self.path.to_owned(), self.text.to_owned()));
        }
        if value.get_ref().as_str().is_none() {
            return Err(self.bad(value, "keys", "a table, or the name of a file with one"));
        }
        let path = self.path("keys", value)?;
        let text = std::fs::read_to_string(&path)
            .map_err(|e| self.at(value.span().start, &format!("cannot read {}: {e}", path.display())))?;
        Ok((path, text))
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

fn named(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// The known key that is one slip away, or all of them.
fn meant(key: &str) -> String {
    let close = KEYS.iter().find(|known| {
        known.eq_ignore_ascii_case(key)
            || known.strip_suffix('s') == Some(key)
            || Some(**known) == key.strip_suffix('s')
    });
    close.map_or_else(|| format!("; known are {}", KEYS.join(", ")), |known| format!("; did you mean `{known}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        let mut config = Config::default();
        read(Path::new("/etc/x/c.toml"), text, &mut config).map(|()| config)
    }

    #[test]
    fn every_mistake_is_named_with_file_and_line() {
        for (text, wanted) in [
            ("\nstor = 'x'", "/etc/x/c.toml:2: unknown key `stor`; known are colors,"),
            ("color = true", "/etc/x/c.toml:1: unknown key `color`; did you mean `colors`?"),
            ("store = 3", "/etc/x/c.toml:1: `store` must be a text in quotes, not an integer"),
            ("user = 'a'\n\nmouse = 'yes'", "/etc/x/c.toml:3: `mouse` must be true or false, not a string"),
            ("user = ''", "/etc/x/c.toml:1: `user` must not be empty"),
            ("[people]\na = 'x'\nb = 'x'", "/etc/x/c.toml:3: `a` and `b` are both called `x`"),
            ("user = 'a'\nuser = 'b'", "/etc/x/c.toml:2: duplicate key"),
            ("user = ", "/etc/x/c.toml:1: "),
            ("keys = 'no-such-file.toml'", "/etc/x/c.toml:1: cannot read /etc/x/no-such-file.toml: "),
            ("keys = 1", "/etc/x/c.toml:1: `keys` must be a table, or the name of a file with one, not an integer"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(wanted), "{text:?} gave {error:?}");
        }
    }

    #[test]
    fn a_later_file_wins_key_by_key_and_people_add_up() {
        let files = [
            (PathBuf::from("/a/1.toml"), "store = 'data'\nuser = 'a'\n[people]\nx = 'X'\ny = 'Y'".to_owned()),
            (PathBuf::from("/b/2.toml"), "user = 'b'\n[people]\ny = 'Why'".to_owned()),
        ];
        let config = Config::parse(&files).unwrap();
        assert_eq!(config.store, Some(PathBuf::from("/a/data")), "relative to the file that names it");
        assert_eq!(config.user.as_deref(), Some("b"));
        assert_eq!(config.people["x"], "X");
        assert_eq!(config.people["y"], "Why");
    }

    #[test]
    fn keys_are_a_table_of_the_file_or_a_file_of_their_own() {
        let text = "user = 'a'\n\n[keys]\nskip = 'S'\n";
        assert_eq!(parse(text).unwrap().keys, Some((PathBuf::from("/etc/x/c.toml"), text.to_owned())));
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("k.toml"), "skip = 'S'\n").unwrap();
        let mut config = Config::default();
        read(&dir.path().join("c.toml"), "keys = 'k.toml'", &mut config).unwrap();
        assert_eq!(config.keys, Some((dir.path().join("k.toml"), "skip = 'S'\n".to_owned())));
    }
}
