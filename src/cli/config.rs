//! The configuration: `/etc/labeltui/config.toml`, then the user's (or `--config`), the later one wins key by key.
//! Every mistake is named with file and line.

mod reader;

use super::Failure;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the files said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Folder of the store.
    pub store: Option<PathBuf>,
    /// Socket of a team server.
    pub server: Option<PathBuf>,
    /// Who I am in a private store.
    pub user: Option<String>,
    /// The experiment where none is named.
    pub experiment: Option<String>,
    /// Account → the name in exports.
    pub people: BTreeMap<String, String>,
    /// The file that the key table is in, and its text.
    pub keys: Option<(PathBuf, String)>,
    /// Colours on the screen (`NO_COLOR` says no as well).
    pub colors: Option<bool>,
    /// Mouse on the screen.
    pub mouse: Option<bool>,
}

impl Config {
    /// Reads the system's file, then `own` (which must exist) or the user's.
    ///
    /// # Errors
    /// A file that cannot be read, or a mistake in one.
    pub fn load(own: Option<&Path>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        let mut add = |path: PathBuf, must_exist: bool| match std::fs::read_to_string(&path) {
            Ok(text) => {
                files.push((path, text));
                Ok(())
            }
            Err(e)
                if !must_exist
                    && (matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
                        || is_elsewhere(&path)) =>
            {
                Ok(())
            }
            Err(e) => Err(Failure::Usage(format!("cannot read the configuration {}: {e}", path.display()))),
        };
        add(PathBuf::from("/etc/labeltui/config.toml"), false)?;
        match own {
            Some(path) => add(path.to_owned(), true)?,
            None => {
                if let Some(dirs) = directories::ProjectDirs::from("", "", "labeltui") {
                    add(dirs.config_dir().join("config.toml"), false)?;
                }
            }
        }
        Self::parse(&files)
    }

    /// Puts the texts of several files together. A `keys = "FILE"` is read from disk, beside the file that names it.
    ///
    /// # Errors
    /// `file:line: what is wrong`.
    pub fn parse(files: &[(PathBuf, String)]) -> Result<Self, Failure> {
        let mut config = Self::default();
        for (path, text) in files {
            reader::read(path, text, &mut config).map_err(Failure::Usage)?;
        }
        Ok(config)
    }

    /// The account that a name stands for: itself, unless `[people]` maps an account to it.
    #[must_use]
    pub fn account_of(&self, name: &str) -> String {
        if self.people.contains_key(name) {
            return name.to_owned();
        }
        let account = self.people.iter().find(|(_, id)| id.as_str() == name).map(|(account, _)| account.clone());
        account.unwrap_or_else(|| name.to_owned())
    }
}

/// Whether the file is in a folder that we may not even look into: HOME is somebody else's (`runuser -u labeltui`), and
/// so would be the configuration.
fn is_elsewhere(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_err_and(|e| e.kind() == std::io::ErrorKind::PermissionDenied)
}
