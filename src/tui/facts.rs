//! What is true now, for the conditions of commands: a small snapshot of the state, so conditions are data.

/// A snapshot of what commands depend on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, clippy::struct_excessive_bools)]
pub struct Facts {
    pub session: bool,
    pub closed: bool,
    pub item: bool,
    pub pane: bool,
    pub options: bool,
    pub pass_fail: bool,
    pub text: bool,
    pub text_list: bool,
    pub comment: bool,
    pub draft: bool,
    pub lens: bool,
    pub taken: bool,
    pub undecided: bool,
    pub listed: bool,
    pub elsewhere: bool,
    pub leads: bool,
    pub shell: bool,
}

type Answer = Result<(), &'static str>;

const fn must(yes: bool, or: &'static str) -> Answer {
    if yes { Ok(()) } else { Err(or) }
}

/// No condition.
///
/// # Errors
/// Never.
pub const fn always(_: &Facts) -> Answer {
    Ok(())
}

macro_rules! conditions {
    ($($(#[$doc:meta])* $name:ident = |$f:ident| $yes:expr, $or:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// Why not.
        pub const fn $name($f: &Facts) -> Answer {
            must($yes, $or)
        }
    )*};
}

conditions! {
    /// A session is open.
    session = |f| f.session, "no session is open";
    /// A session is open and takes answers.
    open_session = |f| f.session && !f.closed, "this session is closed: for reading only";
    /// An item is on screen.
    item = |f| f.item, "there is no item here";
    /// A trace is on screen.
    pane = |f| f.pane, "there is no trace here yet";
    /// Others have the item, and my draft may go in beside theirs.
    taken = |f| f.taken && f.draft && !f.closed, "nobody else has this item: Enter submits";
    /// An answer of mine was changed on both sides.
    undecided = |f| f.undecided && !f.closed, "no answer of mine was changed in MLflow, too";
    /// The item takes answers.
    open = |f| f.item && !f.closed, "this session is closed: for reading only";
    /// The focused question has options.
    options = |f| f.item && f.options, "this question has no options: press i to write";
    /// The focused question is pass/fail.
    pass_fail = |f| f.item && f.pass_fail, "this is no pass/fail question";
    /// The focused question is a text or a list of texts.
    text = |f| f.item && f.text, "this question takes no text";
    /// The focused question is a list of texts.
    text_list = |f| f.item && f.text_list, "this question is no list of texts";
    /// The focused question takes a comment.
    comment = |f| f.item && f.comment, "this question takes no comment";
    /// There is something unsubmitted.
    draft = |f| f.item && f.draft, "there is no draft here";
    /// The session carries a view of its own.
    lens = |f| f.pane && f.lens, "this session has no view of its own: all is shown";
    /// The list has a row under the cursor.
    listed = |f| f.listed, "the list is empty";
    /// Traces outside a session's items may be seen.
    leads = |f| f.leads, "browsing traces is for leads";
    /// A shell can bring a suspended screen back.
    shell = |f| f.shell, "there is no shell to go back to: q leaves";
    /// One came from another screen.
    elsewhere = |f| f.elsewhere, "this is the first screen: q leaves";
}
