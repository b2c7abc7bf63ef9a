//! The state of the screen. Changed by [`super::update`] alone, painted by [`super::draw`], read by nobody else.

use super::browse::Browse;
use super::command::Context;
use super::conflict::Conflict;
use super::facts::Facts;
use super::form::Form;
use super::keymap::Keymap;
use super::msg::ReadingKey;
use super::outbox::Outbox;
use super::panel::{Panel, PanelKind, Prompt};
use super::queue::Queue;
use super::theme::Theme;
use super::trace::{Reading, TracePane, View};
use crate::model::{ItemNo, ReviewView, Time, review_view};
use crate::service::api::{About, ItemView, Present, Principal, Reason, Request, Role, SessionView};
use crate::text::Class;
use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Readings kept: the ones before, the one on screen, the ones prepared.
const READINGS: usize = 4;
/// Bytes of memory that they may hold on to, but for the newest.
const READINGS_WEIGHT: usize = 8 << 20;

/// The whole state.
pub struct App {
    /// Who I am.
    pub who: Principal,
    /// Colours or not.
    pub theme: Theme,
    /// Which key runs what.
    pub keymap: Keymap,
    /// For clocks on screen.
    pub tz: jiff::tz::TimeZone,
    /// For the trace browser.
    pub experiment: String,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Rows of the panel on screen, as it was last drawn: so far a page goes.
    pub panel_rows: Cell<i64>,
    /// When the last message came.
    pub now: Time,
    /// Which screen is up.
    pub screen: Screen,
    /// The session list.
    pub sessions: Sessions,
    /// The session being reviewed.
    pub review: Option<Review>,
    /// The trace browser.
    pub browse: Browse,
    /// A panel over the trace; keys go on working.
    pub panel: Option<Panel>,
    /// A one-line field at the bottom.
    pub prompt: Option<Prompt>,
    /// The message line.
    pub flash: Option<(String, Class)>,
    /// Changes on their way.
    pub outbox: Outbox,
    /// A timer for half-typed text runs.
    pub typing_timer: bool,
    /// The link to the store is being made anew.
    pub reconnecting: bool,
    /// And whoever is there will not have us.
    pub refused: bool,
    /// Ctrl-C was the last key.
    pub interrupted: bool,
    /// Leaving as soon as everything is saved.
    pub leaving: bool,
    /// The terminal is gone: nobody sees this any more.
    pub gone: bool,
    /// And what waits has got some more time.
    pub lingers: bool,
    /// Leaving anyway was asked while something could not be saved.
    pub warned: bool,
    /// The wheel scrolls the trace.
    pub mouse: bool,
    /// The terminal is known to have no clipboard for programs.
    pub no_clipboard: bool,
    /// No shell waits that could bring a suspended screen back (`ssh -t server labeltui open`).
    pub no_shell: bool,
    /// Questions under way.
    pub asked: HashMap<u64, Ask>,
    /// The exit code when it leaves.
    pub code: i32,
    /// Why the run ends with a failure, for stderr.
    pub fatal: Option<String>,
    next_number: u64,
}

/// Which screen is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The list of sessions.
    Sessions,
    /// A session.
    Review,
    /// Traces.
    Browse,
    /// One trace.
    Show,
}

/// The list of sessions.
#[derive(Debug, Default)]
#[allow(missing_docs)]
pub struct Sessions {
    pub rows: Vec<SessionView>,
    pub loaded: bool,
    pub at: usize,
    /// This run began with the list.
    pub first: bool,
}

/// The session being reviewed.
pub struct Review {
    /// As it is now.
    pub session: SessionView,
    /// Its queue.
    pub queue: Queue,
    /// The item on screen.
    pub item: Option<ItemView>,
    /// Its form.
    pub form: Option<Form>,
    /// Its trace, once read.
    pub pane: Option<TracePane>,
    /// What the pane should show.
    pub pane_key: Option<ReadingKey>,
    /// What the pane on screen was made of: for a moment something older of the same item.
    pub shown: Option<ReadingKey>,
    /// Readings at hand.
    pub readings: VecDeque<(ReadingKey, Arc<Reading>)>,
    /// The position that was asked for last.
    pub target: u32,
    /// An act that brings the next item is under way: answer keys are ignored.
    pub moving: bool,
    /// The next item shown came by a submit.
    pub after_submit: bool,
    /// Answer keys are ignored until then.
    pub guard: Time,
    /// The trace has the whole screen.
    pub zoom: bool,
    /// The item is to be read again once everything is saved.
    pub reload: bool,
    /// The two versions of my answers, while they have to be decided on.
    pub conflict: Option<Conflict>,
    /// The question to focus once its item is read again: undo changed it.
    pub undone: Option<(ItemNo, String)>,
    /// Who else has the session open; `None` in a private store.
    pub others: Option<Vec<Present>>,
    /// Somebody came, went or moved while the last question who is here was under way.
    pub others_stale: bool,
    /// Its person is at work here, and that has not been said yet.
    pub active: bool,
    /// When it was last said.
    pub active_at: Time,
    /// Nothing needs me any more.
    pub done: bool,
    /// Others did something since the session was last read.
    pub moved: bool,
    /// The view of the last trace: it goes with the reviewer from item to item.
    pub last_view: Option<View>,
    /// What the session wants shown of a trace at first; the default one where it wants nothing.
    pub lens: Arc<ReviewView>,
    /// Everything is shown all the same: `v` was pressed.
    pub everything: bool,
    /// Imported assessments of items being prepared.
    pub prepared: HashMap<ItemNo, Vec<crate::model::Assessment>>,
}

/// What a question under way is for.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Ask {
    Sessions,
    Open(String),
    Session,
    Here,
    Next { opening: bool },
    Show,
    Refresh { changes: u64 },
    Prepare,
    Body { key: ReadingKey, show: bool },
    Turns { key: ReadingKey, body: String, show: bool },
    Page(u32),
    Narrow,
    NarrowRow(u32),
    Traces { page: usize },
    Trace(String),
}

impl App {
    /// A screen that shows nothing yet.
    #[must_use]
    pub fn new(who: Principal, keymap: Keymap, theme: Theme, experiment: String) -> Self {
        Self {
            who,
            theme,
            keymap,
            tz: jiff::tz::TimeZone::UTC,
            experiment,
            size: (80, 24),
            panel_rows: Cell::new(1),
            now: Time(0),
            screen: Screen::Sessions,
            sessions: Sessions::default(),
            review: None,
            browse: Browse::default(),
            panel: None,
            prompt: None,
            flash: None,
            outbox: Outbox::default(),
            typing_timer: false,
            reconnecting: false,
            refused: false,
            interrupted: false,
            leaving: false,
            gone: false,
            lingers: false,
            warned: false,
            mouse: false,
            no_clipboard: false,
            no_shell: false,
            asked: HashMap::new(),
            code: 0,
            fatal: None,
            next_number: 0,
        }
    }

    /// A number for a change or a question.
    pub const fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Says something on the message line.
    pub fn say(&mut self, class: Class, text: impl Into<String>) {
        self.flash = Some((text.into(), class));
    }

    /// The form on screen.
    #[must_use]
    pub fn form(&self) -> Option<&Form> {
        self.review.as_ref().and_then(|r| r.form.as_ref())
    }

    /// The form on screen.
    pub fn form_mut(&mut self) -> Option<&mut Form> {
        self.review.as_mut().and_then(|r| r.form.as_mut())
    }

    /// The item on screen.
    #[must_use]
    pub fn item(&self) -> Option<&ItemView> {
        self.review.as_ref().and_then(|r| r.item.as_ref())
    }

    /// The number of the item on screen.
    #[must_use]
    pub fn item_no(&self) -> Option<ItemNo> {
        self.item().map(|i| i.row.item)
    }

    /// The trace on screen.
    pub const fn pane_mut(&mut self) -> Option<&mut TracePane> {
        match self.screen {
            Screen::Review => match &mut self.review {
                Some(review) => review.pane.as_mut(),
                None => None,
            },
            Screen::Show => self.browse.pane.as_mut(),
            _ => None,
        }
    }

    /// Inside a field or a prompt.
    #[must_use]
    pub fn writing(&self) -> bool {
        self.prompt.is_some() || (self.screen == Screen::Review && self.form().is_some_and(|f| f.writing.is_some()))
    }

    /// Two versions of my answers are on screen.
    #[must_use]
    pub fn deciding(&self) -> bool {
        let conflict = self.review.as_ref().is_some_and(|r| r.conflict.is_some());
        conflict || self.panel.is_some_and(|p| p.kind == PanelKind::Mlflow)
    }

    /// The contexts whose keys work now.
    #[must_use]
    pub fn chain(&self) -> &'static [Context] {
        use Context as X;
        if self.prompt.is_some() {
            return &[X::Prompt, X::Edit, X::Always];
        }
        match self.screen {
            Screen::Sessions => &[X::Sessions, X::List, X::Keys, X::Always],
            Screen::Browse => &[X::Browse, X::List, X::Keys, X::Always],
            Screen::Show => &[X::Show, X::Trace, X::Keys, X::Always],
            Screen::Review if self.writing() => &[X::Writing, X::Edit, X::Always],
            Screen::Review if self.deciding() => &[X::Conflict, X::Trace, X::Keys, X::Always],
            Screen::Review => &[X::Review, X::Trace, X::Keys, X::Always],
        }
    }

    /// What commands depend on.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let review = (self.screen == Screen::Review).then_some(self.review.as_ref()).flatten();
        let form = review.and_then(|r| r.form.as_ref());
        let question = form.and_then(Form::focused);
        let pane = match self.screen {
            Screen::Review => review.is_some_and(|r| r.pane.is_some()),
            Screen::Show => self.browse.pane.is_some(),
            _ => false,
        };
        Facts {
            session: review.is_some(),
            closed: review.is_some_and(|r| r.session.closed),
            item: review.is_some_and(|r| r.item.is_some()),
            pane: pane || self.panel.is_some(),
            options: question.is_some_and(|q| !q.options().is_empty()),
            pass_fail: question.is_some_and(|q| matches!(q.schema.input, crate::model::Input::PassFail { .. })),
            text: question.is_some_and(|q| q.is_text() || q.is_text_list()),
            text_list: question.is_some_and(super::form::Question::is_text_list),
            comment: question.is_some_and(|q| q.schema.enable_comment),
            draft: form.is_some_and(Form::edited),
            lens: review.is_some_and(|r| !r.lens.is_empty()),
            shell: !self.no_shell,
            leads: self.who.role != Role::Reviewer,
            undecided: review.is_some_and(|r| {
                r.session.conflict_at.is_some() || r.item.as_ref().is_some_and(|i| !i.undecided.is_empty())
            }),
            taken: review.and_then(|r| r.item.as_ref()).is_some_and(|i| i.row.taken),
            listed: match self.screen {
                Screen::Sessions => !self.sessions.rows.is_empty(),
                Screen::Browse => self.browse.row(self.browse.at).is_some(),
                _ => false,
            },
            elsewhere: match self.screen {
                Screen::Sessions => false,
                Screen::Review => self.sessions.first,
                Screen::Browse | Screen::Show => true,
            },
        }
    }

    /// Whether a refusal means that nothing was decided and the change has to be sent again.
    #[must_use]
    pub const fn again(reason: &Reason) -> bool {
        matches!(reason, Reason::Unavailable | Reason::Version)
    }

    /// An answer is under way that will change the screen: a frame may wait for it a moment.
    #[must_use]
    pub fn settling(&self) -> bool {
        let coming = |a: &Ask| {
            !matches!(a, Ask::Here | Ask::Prepare | Ask::Body { show: false, .. } | Ask::Turns { show: false, .. })
        };
        let trace =
            self.review.as_ref().is_some_and(|r| r.item.is_some() && r.pane.as_ref().is_none_or(TracePane::waits));
        !self.outbox.is_empty() || trace || self.asked.values().any(coming)
    }

    /// Everything that is not known to be saved, half-typed text included, with its number.
    #[must_use]
    pub fn unsaved(&self) -> Vec<(u64, Request, Option<About>)> {
        let mut rest = self.outbox.rest();
        if let (Some(review), Some(form)) = (&self.review, self.form()) {
            let about = review.item.as_ref().map(|view| review.about(view));
            rest.extend(form.half_typed(&review.session.name).map(|r| (u64::MAX, r, about)));
        }
        rest
    }

    /// The key that runs a command, for words on screen.
    #[must_use]
    pub fn key(&self, command: super::command::Command) -> String {
        self.keymap.key(command).unwrap_or_else(|| "(no key)".to_owned())
    }
}

impl Review {
    /// A session that was just opened.
    #[must_use]
    pub fn new(session: SessionView) -> Self {
        let queue = Queue::new(session.progress.items);
        Self {
            lens: Self::lens_of(&session),
            everything: false,
            session,
            queue,
            item: None,
            form: None,
            pane: None,
            pane_key: None,
            shown: None,
            readings: VecDeque::new(),
            target: 0,
            moving: false,
            after_submit: false,
            guard: Time(0),
            zoom: false,
            reload: false,
            conflict: None,
            undone: None,
            others: None,
            others_stale: false,
            active: false,
            active_at: Time(0),
            done: false,
            moved: false,
            last_view: None,
            prepared: HashMap::new(),
        }
    }

    /// The view that a session carries. The service has checked it; one that cannot be read hides nothing.
    #[must_use]
    pub fn lens_of(session: &SessionView) -> Arc<ReviewView> {
        session.view.as_ref().and_then(|v| review_view::from_value(v).ok()).unwrap_or_default().into()
    }

    /// The view that is in force now.
    #[must_use]
    pub fn lens(&self) -> Arc<ReviewView> {
        if self.everything { Arc::default() } else { Arc::clone(&self.lens) }
    }

    /// What is written about where this item is on the screen.
    #[must_use]
    pub fn about(&self, view: &ItemView) -> About {
        About { session: self.session.created_at, trace_id: view.row.trace_id.clone(), snapshot: Some(view.snapshot) }
    }

    /// Forgets what was read in advance: a server that was started again may have another store.
    pub fn forget_readings(&mut self) {
        self.readings.clear();
        self.prepared.clear();
    }

    /// What the reading of an item is built from.
    #[must_use]
    pub fn key_of(&self, view: &ItemView) -> ReadingKey {
        let (item, assessments) = (view.row.item, view.imported.len());
        ReadingKey::Item { item, snapshot: view.snapshot, assessments, lens: self.lens() }
    }

    /// A reading at hand.
    #[must_use]
    pub fn reading(&self, key: &ReadingKey) -> Option<Arc<Reading>> {
        self.readings.iter().find(|(k, _)| k == key).map(|(_, r)| Arc::clone(r))
    }

    /// Keeps a reading; the oldest leaves.
    pub fn keep(&mut self, key: ReadingKey, reading: Arc<Reading>) {
        self.readings.retain(|(k, _)| *k != key);
        self.readings.push_back((key, reading));
        let weight =
            |readings: &VecDeque<(ReadingKey, Arc<Reading>)>| readings.iter().map(|(_, r)| r.weight()).sum::<usize>();
        while self.readings.len() > READINGS || (self.readings.len() > 1 && weight(&self.readings) > READINGS_WEIGHT) {
            self.readings.pop_front();
        }
    }

    /// Its only question is one pass/fail without a comment: the keypress submits.
    #[must_use]
    pub fn one_key(&self) -> bool {
        match self.session.schemas.as_slice() {
            [only] => matches!(only.input, crate::model::Input::PassFail { .. }) && !only.enable_comment,
            _ => false,
        }
    }
}
