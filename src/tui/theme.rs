//! How classes of text look: ANSI-16 colours, never black, white or yellow as text, no meaning by colour alone.

use crate::text::Class;
use ratatui::style::{Color, Modifier, Style};

/// Colours on or off (NO_COLOR); modifiers stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// False under NO_COLOR.
    pub colors: bool,
    /// Letters instead of symbols, for terminals whose fonts have none.
    pub letters: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { colors: true, letters: false }
    }
}

impl Theme {
    /// The style of a class.
    #[must_use]
    pub fn style(self, class: Class) -> Style {
        let plain = Style::new();
        let styled = match class {
            Class::Plain | Class::Text => plain,
            Class::Dim | Class::Punct | Class::Border => plain.add_modifier(Modifier::DIM),
            Class::Strong => plain.add_modifier(Modifier::BOLD),
            Class::Emphasis => plain.add_modifier(Modifier::ITALIC),
            Class::Code | Class::Number | Class::Literal => plain.fg(Color::Magenta),
            Class::Heading => plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            Class::Link => plain.fg(Color::Blue).add_modifier(Modifier::UNDERLINED),
            Class::Quote => plain.add_modifier(Modifier::ITALIC | Modifier::DIM),
            Class::Key | Class::Tool => plain.fg(Color::Cyan),
            Class::Escape | Class::Error => plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            Class::User | Class::Accent => plain.fg(Color::Blue).add_modifier(Modifier::BOLD),
            Class::Assistant | Class::Good => plain.fg(Color::Green).add_modifier(Modifier::BOLD),
            Class::System | Class::Warning => plain.fg(Color::Magenta).add_modifier(Modifier::BOLD),
            Class::Term => plain.fg(Color::Cyan).add_modifier(Modifier::UNDERLINED),
            Class::Match => plain.add_modifier(Modifier::UNDERLINED | Modifier::BOLD),
            Class::MatchCurrent | Class::Selected | Class::Mode => plain.add_modifier(Modifier::REVERSED),
            Class::BorderFocus => plain.fg(Color::Cyan),
            Class::KeyHint => plain.add_modifier(Modifier::BOLD),
        };
        if self.colors { styled } else { Style { fg: None, bg: None, ..styled } }
    }
}
