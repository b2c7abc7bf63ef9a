//! The one table of everything a person can do: handlers, help, palette, hints, key file and docs derive from it.

use super::facts::Facts;

/// Where a command's keys work. Several are active at once (see [`super::keymap::chain`]).
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
    ViewOutput,
    ViewTree,
    ViewDocuments,
    ViewMessages,
    ViewRaw,
    Zoom,
    Find,
    NextMatch,
    PrevMatch,
    Copy,
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
    /// The word beside its key in the footer; none: it is not hinted.
    pub hint: Option<&'static str>,
}

const fn spec(
    context: Context,
    command: Command,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
    when: When,
    hint: Option<&'static str>,
) -> Spec {
    Spec { command, name, doc, keys, context, when, hint }
}

/// The row of a command.
#[must_use]
pub fn spec_of(command: Command) -> Option<&'static Spec> {
    TABLE.iter().find(|s| s.command == command)
}

use super::facts as f;
use Command as C;
use Context as X;

/// The table. Order is the order of the help, the palette and the footer hints.
pub static TABLE: &[Spec] = &[
    spec(X::Review, C::Pick(1), "pick-1", &["1"], "pick option 1 of the focused question", f::options, None),
    spec(X::Review, C::Pick(2), "pick-2", &["2"], "pick option 2", f::options, None),
    spec(X::Review, C::Pick(3), "pick-3", &["3"], "pick option 3", f::options, None),
    spec(X::Review, C::Pick(4), "pick-4", &["4"], "pick option 4", f::options, None),
    spec(X::Review, C::Pick(5), "pick-5", &["5"], "pick option 5", f::options, None),
    spec(X::Review, C::Pick(6), "pick-6", &["6"], "pick option 6", f::options, None),
    spec(X::Review, C::Pick(7), "pick-7", &["7"], "pick option 7", f::options, None),
    spec(X::Review, C::Pick(8), "pick-8", &["8"], "pick option 8", f::options, None),
    spec(X::Review, C::Pick(9), "pick-9", &["9"], "pick option 9", f::options, None),
    spec(X::Review, C::Pick(10), "pick-10", &["0"], "pick option 10", f::options, None),
    spec(X::Review, C::Positive, "positive", &["y"], "positive answer of a pass/fail question", f::pass_fail, None),
    spec(X::Review, C::Negative, "negative", &["n"], "negative answer of a pass/fail question", f::pass_fail, None),
    spec(X::Review, C::NextQuestion, "next-question", &["Tab"], "next question", f::item, Some("next question")),
    spec(X::Review, C::PrevQuestion, "previous-question", &["Shift-Tab"], "previous question", f::item, None),
    spec(X::Review, C::NextStop, "next-stop", &["Down"], "next option or field of the form", f::item, None),
    spec(X::Review, C::PrevStop, "previous-stop", &["Up"], "previous option or field of the form", f::item, None),
    spec(X::Review, C::Toggle, "toggle", &["Space"], "select or clear the option under the cursor", f::options, None),
    spec(X::Review, C::Write, "write", &["i"], "write in the focused field", f::open, Some("write")),
    spec(X::Review, C::AddEntry, "add-entry", &["a"], "add an entry to a text list", f::text_list, Some("add")),
    spec(X::Review, C::Comment, "comment", &["c"], "comment on the focused question", f::comment, Some("comment")),
    spec(X::Review, C::CopyOutput, "copy-output", &["="], "copy the actual output into the field, then write", f::text, None),
    spec(X::Review, C::Submit, "submit", &["Enter"], "submit and go to the next item; on an option reached by arrows: select it", f::item, Some("submit and next")),
    spec(X::Review, C::NextItem, "next-item", &["Right", "]"], "look at the next item", f::item, Some("look at next")),
    spec(X::Review, C::PrevItem, "previous-item", &["Left", "["], "look at the previous item", f::item, None),
    spec(X::Review, C::NextUnreviewed, "next-unreviewed", &["."], "go to the next item that needs me", f::session, None),
    spec(X::Review, C::Skip, "skip", &["s"], "skip: to the end of my queue", f::open, Some("skip")),
    spec(X::Review, C::Undo, "undo", &["u"], "take back my last act: an answer, a submit, a skip, ...", f::open_session, Some("undo")),
    spec(X::Review, C::Redo, "redo", &["U"], "do again what undo took back", f::open_session, None),
    spec(X::Review, C::Defer, "defer", &["d"], "put aside, with a reason", f::open, None),
    spec(X::Review, C::Decline, "decline", &["x"], "decline, with a reason", f::open, None),
    spec(X::Review, C::GoTo, "go-to", &["g"], "go to an item by its number or trace id", f::session, None),
    spec(X::Review, C::FindQueue, "find-in-queue", &["f"], "find in the queue: words, and my state by Tab", f::session, None),
    spec(X::Review, C::Reveal, "reveal", &["R"], "show other reviewers, judges and imported assessments", f::item, None),
    spec(X::Review, C::Instructions, "instructions", &["I"], "the session's instructions", f::session, None),
    spec(X::Review, C::Discard, "discard-draft", &[], "throw away what I have not submitted on this item", f::draft, None),
    spec(X::Conflict, C::KeepMine, "keep-mine", &["1"], "submit what stands here over it", f::always, Some("keep mine")),
    spec(X::Conflict, C::TakeTheirs, "take-other", &["2"], "take the other version, drop what stands here", f::always, Some("take the other")),
    spec(X::Trace, C::ScrollDown, "scroll-down", &["j"], "scroll the trace (in tree and documents: next)", f::pane, None),
    spec(X::Trace, C::ScrollUp, "scroll-up", &["k"], "scroll the trace back (in tree and documents: previous)", f::pane, None),
    spec(X::Trace, C::PageDown, "page-down", &["PgDn"], "a page on", f::pane, None),
    spec(X::Trace, C::PageUp, "page-up", &["PgUp"], "a page back", f::pane, None),
    spec(X::Trace, C::Top, "top", &["Home"], "to the beginning of the trace", f::pane, None),
    spec(X::Trace, C::Bottom, "bottom", &["End"], "to the end of the trace", f::pane, None),
    spec(X::Trace, C::Fold, "fold", &["h"], "fold", f::pane, None),
    spec(X::Trace, C::Unfold, "unfold", &["l"], "unfold", f::pane, None),
    spec(X::Trace, C::NextError, "next-error", &["e"], "next error", f::pane, None),
    spec(X::Trace, C::Parent, "parent", &["p"], "parent span", f::pane, None),
    spec(X::Trace, C::PrevSibling, "previous-sibling", &["{"], "previous sibling", f::pane, None),
    spec(X::Trace, C::NextSibling, "next-sibling", &["}"], "next sibling", f::pane, None),
    spec(X::Trace, C::NextSameType, "next-same-type", &["T"], "next span of the same type", f::pane, None),
    spec(X::Trace, C::ViewOutput, "view-output", &["o"], "the output", f::pane, None),
    spec(X::Trace, C::ViewTree, "view-tree", &["t"], "the tree of spans", f::pane, None),
    spec(X::Trace, C::ViewDocuments, "view-documents", &["r"], "the retrieved documents", f::pane, None),
    spec(X::Trace, C::ViewMessages, "view-messages", &["m"], "the conversation", f::pane, None),
    spec(X::Trace, C::ViewRaw, "view-raw", &["w"], "the raw JSON", f::pane, None),
    spec(X::Trace, C::Zoom, "zoom", &["z"], "the trace on the whole screen, and back", f::pane, None),
    spec(X::Trace, C::Find, "find", &["/"], "find in this trace", f::pane, None),
    spec(X::Trace, C::NextMatch, "next-match", &[";"], "next match", f::pane, None),
    spec(X::Trace, C::PrevMatch, "previous-match", &[","], "previous match", f::pane, None),
    spec(X::Trace, C::Copy, "copy", &["Y"], "copy what is under the cursor (sent to the terminal's clipboard)", f::pane, None),
    spec(X::Sessions, C::OpenSession, "open-session", &["Enter", "Right"], "review this session", f::listed, Some("open")),
    spec(X::Sessions, C::BrowseTraces, "browse-traces", &["t"], "browse traces: filter, mark, add to a session", f::always, Some("browse traces")),
    spec(X::Browse, C::Mark, "mark", &["Space"], "mark or unmark this trace", f::listed, Some("mark")),
    spec(X::Browse, C::MarkAll, "mark-all", &["A"], "mark all that match the filter", f::listed, Some("mark all")),
    spec(X::Browse, C::UnmarkAll, "unmark-all", &["U"], "unmark all", f::listed, None),
    spec(X::Browse, C::FilterTraces, "filter-traces", &["f", "/"], "filter in MLflow's search grammar", f::always, Some("filter")),
    spec(X::Browse, C::AddToSession, "add-to-session", &["a"], "add the marked traces to a session", f::listed, Some("add to a session")),
    spec(X::Browse, C::ShowTrace, "show-trace", &["Enter"], "show this trace", f::listed, Some("show")),
    spec(X::List, C::Down, "down", &["j", "Down"], "next row", f::always, None),
    spec(X::List, C::Up, "up", &["k", "Up"], "previous row", f::always, None),
    spec(X::List, C::ListPageDown, "list-page-down", &["PgDn"], "a page on", f::always, None),
    spec(X::List, C::ListPageUp, "list-page-up", &["PgUp"], "a page back", f::always, None),
    spec(X::List, C::First, "first", &["Home"], "first row", f::always, None),
    spec(X::List, C::Last, "last", &["End"], "last row", f::always, None),
    spec(X::Writing, C::LeaveField, "leave-field", &["Esc"], "leave the field (it is saved already)", f::always, Some("leave")),
    spec(X::Writing, C::FieldNext, "field-next-question", &["Tab"], "leave the field, next question", f::always, Some("next question")),
    spec(X::Writing, C::FieldPrev, "field-previous-question", &["Shift-Tab"], "leave the field, previous question", f::always, None),
    spec(X::Writing, C::FieldEnter, "field-enter", &["Enter"], "numbers and entries: commit and move on; texts: a new line", f::always, Some("commit / new line")),
    spec(X::Writing, C::Editor, "editor", &["Ctrl-O"], "write in $EDITOR", f::always, Some("$EDITOR")),
    spec(X::Prompt, C::Accept, "accept", &["Enter"], "do it", f::always, Some("do it")),
    spec(X::Prompt, C::Cancel, "cancel", &["Esc"], "never mind", f::always, Some("never mind")),
    spec(X::Prompt, C::PromptNext, "prompt-next", &["Tab"], "next choice", f::always, None),
    spec(X::Prompt, C::PromptPrev, "prompt-previous", &["Shift-Tab"], "previous choice", f::always, None),
    spec(X::Edit, C::LineStart, "line-start", &["Ctrl-A", "Home"], "start of the line", f::always, None),
    spec(X::Edit, C::LineEnd, "line-end", &["Ctrl-E", "End"], "end of the line", f::always, None),
    spec(X::Edit, C::CharLeft, "char-left", &["Left", "Ctrl-B"], "a character back", f::always, None),
    spec(X::Edit, C::CharRight, "char-right", &["Right", "Ctrl-F"], "a character on", f::always, None),
    spec(X::Edit, C::WordLeft, "word-left", &["Alt-B", "Ctrl-Left"], "a word back", f::always, None),
    spec(X::Edit, C::WordRight, "word-right", &["Alt-F", "Ctrl-Right"], "a word on", f::always, None),
    spec(X::Edit, C::LineUp, "line-up", &["Up", "Ctrl-P"], "a line up (in the palette: previous)", f::always, None),
    spec(X::Edit, C::LineDown, "line-down", &["Down", "Ctrl-N"], "a line down (in the palette: next)", f::always, None),
    spec(X::Edit, C::DeleteLeft, "delete-left", &["Backspace", "Ctrl-H"], "delete the character before", f::always, None),
    spec(X::Edit, C::DeleteRight, "delete-right", &["Delete", "Ctrl-D"], "delete the character after", f::always, None),
    spec(X::Edit, C::DeleteWordLeft, "delete-word-left", &["Ctrl-W", "Alt-Backspace"], "delete the word before", f::always, None),
    spec(X::Edit, C::DeleteWordRight, "delete-word-right", &["Alt-D"], "delete the word after", f::always, None),
    spec(X::Edit, C::DeleteToStart, "delete-to-start", &["Ctrl-U"], "delete to the start of the line", f::always, None),
    spec(X::Edit, C::DeleteToEnd, "delete-to-end", &["Ctrl-K"], "delete to the end of the line", f::always, None),
    spec(X::Edit, C::Yank, "yank", &["Ctrl-Y"], "put back what was deleted last", f::always, None),
    spec(X::Edit, C::EditUndo, "edit-undo", &["Ctrl-_", "Ctrl-7"], "undo inside the field", f::always, None),
    spec(X::Keys, C::Help, "help", &["?"], "all keys", f::always, Some("help")),
    spec(X::Keys, C::Palette, "palette", &[":", "Ctrl-P"], "command palette", f::always, None),
    spec(X::Keys, C::Quit, "quit", &["q"], "leave (back to the list if one came from there)", f::always, Some("quit")),
    spec(X::Keys, C::ClosePanel, "close-panel", &["Esc"], "close the panel", f::always, None),
    spec(X::Keys, C::Back, "back", &[], "back to where one came from (nothing is discarded)", f::elsewhere, None),
    spec(X::Keys, C::ToggleMouse, "toggle-mouse", &[], "mouse wheel on or off (off: the terminal selects text)", f::always, None),
    spec(X::Always, C::Interrupt, "interrupt", &["Ctrl-C"], "says how to leave; the second time it leaves", f::always, None),
    spec(X::Always, C::Repaint, "repaint", &["Ctrl-L"], "paint the screen again", f::always, None),
    spec(X::Always, C::Suspend, "suspend", &["Ctrl-Z"], "suspend to the shell (fg comes back)", f::always, None),
];
