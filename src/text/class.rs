//! What a run of text is, so that a theme can colour it. The one vocabulary of appearance, for traces and interface.

/// The class of a run of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Class {
    #[default]
    Plain,
    /// Less important: labels, line numbers, folded counts.
    Dim,
    Strong,
    Emphasis,
    Code,
    Heading,
    Link,
    Quote,
    /// JSON: object keys, strings, numbers, true/false/null, punctuation.
    Key,
    Text,
    Number,
    Literal,
    Punct,
    /// A control or format character made visible.
    Escape,
    /// Message roles.
    User,
    Assistant,
    System,
    Tool,
    /// States.
    Error,
    Warning,
    Good,
    /// A word of the query in a retrieved document.
    Term,
    /// A search match, and the current one.
    Match,
    MatchCurrent,
    /// Interface: frames, the focused frame, a key drawn where it acts, the cursor row, the mode badge.
    Border,
    BorderFocus,
    KeyHint,
    Selected,
    Mode,
    Accent,
}
