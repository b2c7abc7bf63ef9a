//! The one table of everything a person can do: handlers, help, palette, hints, key file and docs derive from it.

use super::facts::Facts;

pub use super::table::TABLE;

/// Where a command's keys work. Several are active at once (see `keymap::CHAINS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Answering and moving in the review screen.
    Review,
    /// Two versions of my answers: which one stays?
    Conflict,
    /// The trace pane, in the review screen and in the browser.
    Trace,
    /// The list of sessions.
    Sessions,
    /// The trace browser.
    Browse,
    /// One trace outside a session.
    Show,
    /// Moving in a list.
    List,
    /// Inside a field of the form.
    Writing,
    /// Inside a one-line prompt.
    Prompt,
    /// Editing keys of fields and prompts.
    Edit,
    /// Every screen, outside fields.
    Keys,
    /// Every screen, fields included.
    Always,
}

impl Context {
    /// Heading in the help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Review => "Answering",
            Self::Conflict => "Two versions of my answers",
            Self::Trace => "Reading the trace",
            Self::Sessions => "Sessions",
            Self::Browse => "Traces",
            Self::Show => "One trace",
            Self::List => "Lists",
            Self::Writing => "Inside a field",
            Self::Prompt => "Inside a prompt",
            Self::Edit => "Editing text",
            Self::Keys => "Everywhere",
            Self::Always => "Everywhere, fields included",
        }
    }
}

/// Everything a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Each is described in the table below.
pub enum Command {
    Pick(u8),
    Positive,
    Negative,
    NextQuestion,
    PrevQuestion,
    NextStop,
    PrevStop,
    Toggle,
    Write,
    AddEntry,
    Comment,
    CopyOutput,
    Submit,
    SubmitExtra,
    Undo,
    Redo,
    Skip,
    Defer,
    Decline,
    NextItem,
    PrevItem,
    NextUnreviewed,
    GoTo,
    FindQueue,
    Reveal,
    Instructions,
    Discard,
    Compare,
    KeepMine,
    TakeTheirs,
    ScrollDown,
    ScrollUp,
    PageDown,
    PageUp,
    Top,
    Bottom,
    Fold,
    Unfold,
    NextError,
    Parent,
    PrevSibling,
    NextSibling,
    NextSameType,
    DetailDown,
    DetailUp,
    FoldDetail,
    UnfoldDetail,
    Citation,
    ViewOutput,
    ViewTree,
    ViewDocuments,
    ViewMessages,
    ViewRaw,
    WholeTrace,
    Zoom,
    Find,
    NextMatch,
    PrevMatch,
    Copy,
    CopyToFile,
    OpenSession,
    BrowseTraces,
    Mark,
    MarkAll,
    UnmarkAll,
    FilterTraces,
    AddToSession,
    ShowTrace,
    Back,
    Down,
    Up,
    ListPageDown,
    ListPageUp,
    First,
    Last,
    LeaveField,
    FieldNext,
    FieldPrev,
    FieldEnter,
    Editor,
    Accept,
    Cancel,
    PromptNext,
    PromptPrev,
    LineStart,
    LineEnd,
    CharLeft,
    CharRight,
    WordLeft,
    WordRight,
    LineUp,
    LineDown,
    DeleteLeft,
    DeleteRight,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToStart,
    DeleteToEnd,
    Yank,
    EditUndo,
    Help,
    Palette,
    Quit,
    ClosePanel,
    ToggleMouse,
    Interrupt,
    Repaint,
    Suspend,
}

/// Whether a command can run now; the reason is shown when its key is pressed all the same.
pub type When = fn(&Facts) -> Result<(), &'static str>;

/// A row of the table.
pub struct Spec {
    /// What it does.
    pub command: Command,
    /// Its name in the palette and in the key file.
    pub name: &'static str,
    /// One line for help and docs.
    pub doc: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// Where they work.
    pub context: Context,
    /// Whether it can run now.
    pub when: When,
    /// The word beside its key in the footer (`long|short`: the short one where room is scarce); none: not hinted.
    pub hint: Option<&'static str>,
}

/// The row of a command.
#[must_use]
pub fn spec_of(command: Command) -> Option<&'static Spec> {
    TABLE.iter().find(|s| s.command == command)
}
