//! State before, keys, state after: an app whose effects are carried out at once by the real rules.

use crate::ingest::{Packer, read_document};
use crate::model::{Input, LabelSchema, SchemaType, Time};
use crate::service::api::{
    About, Call, ImportBatch, LabelQuery, LabelRow, Notice, Principal, Reason, Refusal, Request, Response, Role,
    SessionSpec, SessionView, Which,
};
use crate::service::hub::Hub;
use crate::service::local::Local;
use crate::service::team::Team;
use crate::service::team::presence;
use crate::store::Store;
use crate::tui::app::App;
use crate::tui::draw::draw;
use crate::tui::effect::Effect;
use crate::tui::form::Question;
use crate::tui::key::Key;
use crate::tui::keymap::Keymap;
use crate::tui::msg::{Built, Msg, Timer};
use crate::tui::theme::Theme;
use crate::tui::trace::Reading;
use crate::tui::update::{start, update};
use crossbeam_channel::Receiver;
use crossterm::event::KeyEvent;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::Arc;
use uuid::Uuid;

/// 2026-03-02T14:02:00Z.
const BEGIN: i64 = 1_772_460_120_000;

/// A store with people at it.
#[derive(Clone)]
pub struct World {
    local: Arc<Local>,
    hub: Hub,
    /// What those who open a screen may do.
    role: Role,
}

/// One person's screen.
pub struct Rig {
    pub world: World,
    pub app: App,
    pub now: i64,
    /// The store does not answer.
    pub down: bool,
    /// Answers are kept back until [`Rig::release`].
    pub hold: bool,
    /// Searches of the queue are answered by the test.
    pub search_by_hand: bool,
    /// Milliseconds between two keys.
    pub pace: i64,
    held: VecDeque<Msg>,
    notices: Receiver<Notice>,
    /// Effects that reach outside: copies, titles, suspensions, the end.
    pub outside: Vec<Effect>,
    timers: Vec<(i64, Timer)>,
    base: u128,
    terminal: presence::Terminal,
}

pub fn who(name: &str) -> Principal {
    Principal { account: name.into(), assessor_id: format!("{name}@example.com"), role: Role::Admin }
}

/// What arrives where it is sent as JSON: half of a screen's life is at a team's server.
fn as_sent<T: Serialize + DeserializeOwned>(said: &T) -> T {
    serde_json::from_slice(&serde_json::to_vec(said).unwrap()).unwrap()
}

pub fn schema(name: &str, kind: SchemaType, input: Input) -> LabelSchema {
    LabelSchema {
        name: name.into(),
        kind,
        title: None,
        instruction: None,
        input,
        enable_comment: false,
        required: false,
        version: 1,
    }
}

/// A question for a text, called note.
pub fn note() -> LabelSchema {
    schema("note", SchemaType::Feedback, Input::Text { max_length: None })
}

pub fn pass_fail(name: &str) -> LabelSchema {
    let input = Input::PassFail { positive_label: "Yes".into(), negative_label: "No".into() };
    LabelSchema {
        title: Some("Is this summary concise and helpful?".into()),
        ..schema(name, SchemaType::Feedback, input)
    }
}

pub fn options(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

/// Every kind of question, in an order.
pub fn all_kinds() -> Vec<LabelSchema> {
    use SchemaType::{Expectation, Feedback};
    vec![
        LabelSchema { enable_comment: true, ..pass_fail("quality") },
        schema("tone", Feedback, Input::Categorical { options: options(&["kind", "neutral", "cold"]) }),
        schema("problems", Feedback, Input::CategoricalList { options: options(&["wrong", "long", "rude"]) }),
        schema("score", Feedback, Input::Numeric { min_value: Some(0.0), max_value: Some(5.0) }),
        schema("summary", Expectation, Input::Text { max_length: Some(200) }),
        schema("facts", Expectation, Input::TextList { max_length_each: Some(50), max_count: Some(3) }),
    ]
}

fn trace(i: usize) -> String {
    let at = BEGIN - 3_600_000 + i64::try_from(i).unwrap() * 60_000;
    let question = format!("question {i}: what about ticket {i}?");
    let answer = format!("Answer {i}: ticket {i} is open.");
    json!({
        "info": { "trace_id": format!("tr-{i:032x}"), "request_time": Time(at).to_string(), "execution_duration_ms": 900,
            "trace_location": { "type": "MLFLOW_EXPERIMENT", "mlflow_experiment": { "experiment_id": "1" } },
            "state": if i == 3 { "ERROR" } else { "OK" }, "request_preview": question, "response_preview": answer,
            "trace_metadata": { "mlflow.trace_schema.version": "3" }, "tags": { "mlflow.traceName": "ticket_bot" } },
        "data": { "spans": [
            { "trace_id": "AAAAAAAAAAAAAAAAAAAAAQ==", "span_id": "AAAAAAAAAAE=", "parent_span_id": null, "name": "ticket_bot",
              "start_time_unix_nano": at * 1_000_000, "end_time_unix_nano": (at + 900) * 1_000_000,
              "status": { "code": "STATUS_CODE_OK", "message": "" }, "events": [],
              "attributes": { "mlflow.spanType": "\"CHAIN\"", "mlflow.spanInputs": json!({ "question": question }).to_string(),
                  "mlflow.spanOutputs": json!(answer).to_string() } },
            { "trace_id": "AAAAAAAAAAAAAAAAAAAAAQ==", "span_id": "AAAAAAAAAAI=", "parent_span_id": "AAAAAAAAAAE=",
              "name": "search", "start_time_unix_nano": (at + 10) * 1_000_000,
              "end_time_unix_nano": (at + 200) * 1_000_000, "status": { "code": "STATUS_CODE_OK", "message": "" },
              "events": [], "attributes": { "mlflow.spanType": "\"RETRIEVER\"",
                  "mlflow.spanInputs": json!({ "query": question }).to_string(),
                  "mlflow.spanOutputs": json!([{ "page_content": format!("Ticket {i} is open since Monday."),
                      "id": format!("doc-{i}"), "metadata": { "doc_uri": format!("https://tickets.example/{i}") } }]).to_string() } }
        ] }
    })
    .to_string()
}

impl World {
    /// A store with `n` traces and the session `s` of these questions, holding them all.
    pub fn new(n: usize, schemas: &[LabelSchema]) -> Self {
        Self::with(n, schemas, SessionSpec::default())
    }

    /// The same, with more said about the session.
    pub fn with(n: usize, schemas: &[LabelSchema], spec: SessionSpec) -> Self {
        let hub = Hub::new();
        let local = Arc::new(Local::new(Store::in_memory().unwrap(), hub.clone()));
        let world = Self { local, hub, role: Role::Admin };
        let mut packer = Packer::new().unwrap();
        let traces = (0..n).flat_map(|i| read_document(trace(i).as_bytes(), &mut packer).unwrap().traces).collect();
        world.ask("ann", Request::Import(ImportBatch { experiment: "E".into(), traces }));
        for schema in schemas {
            let (experiment, schema) = ("E".to_owned(), schema.clone());
            world.ask("ann", Request::SchemaPut { experiment, schema, overwrite: false, applied: false });
        }
        let names = schemas.iter().map(|s| s.name.clone()).collect();
        let spec = SessionSpec { name: "s".into(), experiment: "E".into(), schemas: names, ..spec };
        world.ask("ann", Request::SessionCreate(spec));
        world.ask("ann", Request::AddTraces { session: "s".into(), which: Which::All, refresh: false });
        world
    }

    /// A trace comes again with another answer, and the session takes the new copy.
    pub fn read_in_again(&self, i: usize, answer: &str) {
        let body = trace(i).replace(&format!("Answer {i}:"), answer);
        let traces = read_document(body.as_bytes(), &mut Packer::new().unwrap()).unwrap().traces;
        self.ask("lea", Request::Import(ImportBatch { experiment: "E".into(), traces }));
        self.ask("lea", Request::AddTraces { session: "s".into(), which: Which::All, refresh: true });
    }

    /// The same, served to a team of reviewers.
    pub fn team(n: usize, schemas: &[LabelSchema], spec: SessionSpec) -> Self {
        let world = Self::with(n, schemas, spec);
        let team = Team { grace: std::time::Duration::from_secs(120), ..Team::default() };
        let local = Local::serve(world.local.store.clone(), world.hub.clone(), team, Time(BEGIN)).unwrap();
        Self { local: Arc::new(local), hub: world.hub, role: Role::Reviewer }
    }

    /// Asks in somebody's name.
    pub fn try_ask(&self, name: &str, request: Request) -> Result<Response, Refusal> {
        self.ask_later(name, 0, request)
    }

    /// The same, so many milliseconds after the beginning.
    pub fn ask_later(&self, name: &str, ms: i64, request: Request) -> Result<Response, Refusal> {
        self.local.handle(&who(name), Time(BEGIN + ms), Call::new(request))
    }

    /// Asks in somebody's name; a refusal fails the test.
    pub fn ask(&self, name: &str, request: Request) -> Response {
        self.try_ask(name, request).unwrap()
    }

    /// The labels of the session: schema, value, comment.
    pub fn labels(&self) -> Vec<LabelRow> {
        let query = LabelQuery::default();
        match self.ask("ann", Request::Labels { session: "s".into(), query, after: None, limit: 1000 }) {
            Response::Labels(page) => page.rows,
            other => panic!("{other:?}"),
        }
    }

    /// The session.
    pub fn session(&self) -> SessionView {
        match self.ask("ann", Request::SessionGet { session: "s".into() }) {
            Response::Session(session) => *session,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody opens the session.
    pub fn open(&self, name: &str) -> Rig {
        self.open_at(name, Some("s"), (80, 24))
    }

    /// Somebody opens a session or the list, on a screen of this size.
    pub fn open_at(&self, name: &str, session: Option<&str>, size: (u16, u16)) -> Rig {
        let me = Principal { role: self.role, ..who(name) };
        let mut app = App::new(me, Keymap::defaults(), Theme::default(), "E".into());
        app.size = size;
        let mut rig = Rig {
            world: self.clone(),
            app,
            now: BEGIN,
            down: false,
            hold: false,
            search_by_hand: false,
            pace: 1000,
            held: VecDeque::new(),
            notices: self.hub.subscribe(),
            outside: Vec::new(),
            timers: Vec::new(),
            base: Uuid::now_v7().as_u128(),
            terminal: presence::Terminal(Uuid::now_v7()),
        };
        let effects = start(&mut rig.app, session.map(str::to_owned));
        rig.perform(effects);
        rig.settle();
        rig
    }
}

impl Rig {
    /// Presses keys: names apart by spaces, text to type in single quotes. `~` lets the timers run.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys.trim_start();
        while !rest.is_empty() {
            if let Some(text) = rest.strip_prefix('\'') {
                let (typed, after) = text.split_once('\'').unwrap();
                for c in typed.chars() {
                    self.press(Key::new(crossterm::event::KeyCode::Char(c), crossterm::event::KeyModifiers::NONE));
                }
                rest = after.trim_start();
                continue;
            }
            let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
            if word == "~" {
                self.wait(1000)
            } else {
                self.press(Key::parse(word).unwrap())
            }
            rest = after.trim_start();
        }
        self
    }

    fn press(&mut self, key: Key) {
        self.now += self.pace;
        self.send(Msg::Key(KeyEvent::new(key.code, key.mods)));
        self.settle();
    }

    /// Lets time pass; timers that are due run.
    pub fn wait(&mut self, ms: i64) {
        self.now += ms;
        let due: Vec<Timer> = self.timers.iter().filter(|(at, _)| *at <= self.now).map(|(_, t)| *t).collect();
        self.timers.retain(|(at, _)| *at > self.now);
        for timer in due {
            self.send(Msg::Timer(timer));
        }
        self.settle();
    }

    /// A message of any kind.
    pub fn send(&mut self, msg: Msg) {
        let effects = update(&mut self.app, Time(self.now), msg);
        self.perform(effects);
    }

    /// Answers that were kept back arrive.
    pub fn release(&mut self) -> &mut Self {
        self.hold = false;
        while let Some(msg) = self.held.pop_front() {
            self.send(msg);
        }
        self.settle();
        self
    }

    /// Notices arrive until there are none.
    pub fn settle(&mut self) {
        while let Ok(notice) = self.notices.try_recv() {
            if !self.down {
                self.send(Msg::Notice(notice));
            }
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(_, Request::Find { .. }) if self.search_by_hand => {}
                Effect::Save(n, request, about) => self.call(n, request, about),
                Effect::Ask(n, request) => self.call(n, request, None),
                Effect::Build { key, material } => {
                    let reading = Some(Arc::new(Reading::build(&material)));
                    self.arrive(Msg::Built(Built { key, reading }));
                }
                Effect::Job(job) => self.arrive(Msg::Done(Box::new(job.run()))),
                Effect::Timer(timer, ms) => self.timers.push((self.now + i64::try_from(ms).unwrap(), timer)),
                other => self.outside.push(other),
            }
        }
    }

    fn call(&mut self, n: u64, request: Request, about: Option<About>) {
        let result = if self.down {
            Err(Refusal { reason: Reason::Unavailable, message: "the disk is full".into() })
        } else {
            let id = Uuid::from_u128(self.base + u128::from(n));
            let call = as_sent(&Call { id, request, about });
            as_sent(&self.world.local.handle_from(&self.app.who, self.terminal, Time(self.now), call))
        };
        self.arrive(Msg::Reply(n, Box::new(result)));
    }

    fn arrive(&mut self, msg: Msg) {
        if self.hold { self.held.push_back(msg) } else { self.send(msg) }
    }

    /// How many notices wait to be read.
    pub fn notices(&self) -> usize {
        self.notices.len()
    }

    /// Asks as this screen does, behind its back.
    pub fn ask(&self, request: Request) {
        let call = Call::new(request);
        self.world.local.handle_from(&self.app.who, self.terminal, Time(self.now), call).unwrap();
    }

    /// The number of the item on screen, counted from 1.
    pub fn item(&self) -> u32 {
        self.app.item().unwrap().row.position + 1
    }

    /// The focused question's name.
    pub fn focus(&self) -> &str {
        &self.app.form().unwrap().focused().unwrap().schema.name
    }

    /// A question.
    pub fn question(&self, name: &str) -> &Question {
        self.app.form().unwrap().questions.iter().find(|q| q.schema.name == name).unwrap()
    }

    /// A question's value as JSON text; `-` where it has none.
    pub fn value(&self, name: &str) -> String {
        self.question(name).value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)
    }

    /// The message line.
    pub fn said(&self) -> &str {
        self.app.flash.as_ref().map_or("", |(text, _)| text)
    }

    /// The exit code, once the screen has left.
    pub fn left(&self) -> Option<i32> {
        self.outside.iter().find_map(|e| match e {
            Effect::Quit(code) => Some(*code),
            _ => None,
        })
    }

    /// What is on the screen: its text, the rows in reverse marked, the cursor's place.
    pub fn screen(&mut self, width: u16, height: u16) -> String {
        self.send(Msg::Resize(width, height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(&self.app, frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let mut text = String::new();
        for y in 0..height {
            let mut skip = 0;
            let mut row = String::new();
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    row.push_str(symbol);
                    skip = crate::text::width(symbol).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            text.push_str(row.trim_end());
            text.push('\n');
        }
        let reversed: Vec<String> = (0..height)
            .filter(|y| {
                (0..width).filter(|x| buffer[(*x, *y)].modifier.contains(ratatui::style::Modifier::REVERSED)).count()
                    > 10
            })
            .map(|y| y.to_string())
            .collect();
        if !reversed.is_empty() {
            text.push_str(&format!("reversed rows: {}\n", reversed.join(" ")));
        }
        if terminal.backend().cursor_visible() {
            let at = terminal.backend().cursor_position();
            text.push_str(&format!("cursor: {},{}\n", at.x, at.y));
        }
        text
    }
}
