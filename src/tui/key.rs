//! One key press, as people write it: `Ctrl-P`, `Shift-Tab`, `PgDn`, `?`, `T`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;

/// A key press without what differs between terminals: Shift is part of a character, Shift-Tab is one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Ctrl and Alt; Shift only for keys that are no characters.
    pub mods: KeyModifiers,
}

const NAMES: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Space", KeyCode::Char(' ')),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
];

impl Key {
    /// A key and its modifiers, normalised.
    #[must_use]
    pub fn new(code: KeyCode, mods: KeyModifiers) -> Self {
        let mods = mods & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        match code {
            KeyCode::BackTab => Self { code: KeyCode::Tab, mods: mods | KeyModifiers::SHIFT },
            KeyCode::Char(c) => {
                // Ctrl-P and Ctrl-p are one key, and so are Alt-B and Alt-b.
                let plain = (mods & (KeyModifiers::CONTROL | KeyModifiers::ALT)).is_empty();
                let c = if plain { c } else { c.to_ascii_lowercase() };
                Self { code: KeyCode::Char(c), mods: mods - KeyModifiers::SHIFT }
            }
            code => Self { code, mods },
        }
    }

    /// The character it types into a field, if it is one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => Some(c),
            _ => None,
        }
    }

    /// Reads `Ctrl-P`, `Shift-Tab`, `PgDn`, `?`, `T`, `F5` (names in any case).
    ///
    /// # Errors
    /// What is not a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut mods = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let lower = rest.to_ascii_lowercase();
            let (m, len) = match lower.as_str() {
                s if s.starts_with("ctrl-") && s.len() > 5 => (KeyModifiers::CONTROL, 5),
                s if s.starts_with("alt-") && s.len() > 4 => (KeyModifiers::ALT, 4),
                s if s.starts_with("shift-") && s.len() > 6 => (KeyModifiers::SHIFT, 6),
                _ => break,
            };
            mods |= m;
            rest = rest.get(len..).unwrap_or_default();
        }
        let mut chars = rest.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Ok(Self::new(KeyCode::Char(c), mods));
        }
        if let Some((_, code)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(rest)) {
            return Ok(Self::new(*code, mods));
        }
        let function = rest.strip_prefix(['F', 'f']).and_then(|n| n.parse::<u8>().ok());
        match function {
            Some(n @ 1..=12) => Ok(Self::new(KeyCode::F(n), mods)),
            _ => Err(format!("{text:?} is no key; examples: a, T, ?, Enter, Space, Shift-Tab, Ctrl-P, PgDn, F5")),
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        Self::new(event.code, event.modifiers)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (m, name) in
            [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")]
        {
            if self.mods.contains(m) {
                f.write_str(name)?;
            }
        }
        let arrow = match self.code {
            KeyCode::Up => "↑",
            KeyCode::Down => "↓",
            KeyCode::Left => "←",
            KeyCode::Right => "→",
            _ => "",
        };
        if !arrow.is_empty() {
            return f.write_str(arrow);
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            _ => f.write_str("?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for text in ["Ctrl-P", "Shift-Tab", "PgDn", "?", "T", "t", "F5", "Alt-B", "Space", "-", "Ctrl-_"] {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Key::parse("ctrl-p"), Key::parse("Ctrl-P"));
        assert!(Key::parse("Hyper-X").is_err());
        assert!(Key::parse("").is_err());
    }

    #[test]
    fn shift_is_part_of_a_character() {
        let event = KeyEvent::new(KeyCode::Char('R'), KeyModifiers::SHIFT);
        assert_eq!(Key::from(event), Key::parse("R").unwrap());
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::from(back), Key::parse("Shift-Tab").unwrap());
    }
}
