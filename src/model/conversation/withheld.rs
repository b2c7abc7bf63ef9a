//! What the conversation tells before the answer and the model that gave it was not given: an image of the question, earlier
//! messages. Who reads them above the answer takes it that the model knew them.
//!
//! Said only where it is certain: what all models here were given is recorded as messages, none of them has any of it in
//! whatever words, and nothing hints at what the model's own side may remember.

use super::assemble::{turn, words};
use super::attributes::dialogue;
use super::messages::messages;
use super::spoken::squeezed;
use super::{Conversation, Entry, Message, Part, Role};
use crate::model::json::{Json, parse_shape as parse};
use crate::model::model_use::model_use;
use crate::model::trace::Span;
use std::collections::HashSet;

/// More models than this, and more bytes of what they were given, are not gone through.
const ASKED: usize = 16;
const READ: usize = 1 << 20;
/// Of more earlier messages than this nobody is asked.
const MANY: usize = 200;
/// Objects inside objects are looked into this far.
const DEPTH: usize = 24;

/// Below so many bytes a text may stand inside another by chance.
const TELLING: usize = 16;

/// Names of what lets a model's side remember, or that stands for what was said before.
const STATE: [&str; 11] = [
    "previous",
    "conversation",
    "thread",
    "session",
    "cached_content",
    "cachedcontent",
    "history",
    "memory",
    "context",
    "checkpoint",
    "assistant_id",
];
/// The same in attributes, by name and inside their values.
const STATEFUL: [&str; 4] = ["previous_response", "cached_content", "conversation.id", "conversation_id"];
/// Words of a text that tells in its own way what was said before.
const RETOLD: [&str; 12] = [
    "summar",
    "so far",
    "earlier",
    "previous",
    "history",
    "memor",
    "profile",
    "remember",
    "known about",
    "facts about",
    "preferences",
    "recap",
];
/// Names, and beginnings of marks in a text, of what may hold an image.
const MEDIA: [&str; 12] =
    ["image", "img", "file", "media", "attach", "audio", "video", "photo", "picture", "document", "blob", "inline"];
/// Where a request says what the model may do: nobody was told anything there.
const TOOLS: [&str; 4] = ["tools", "functions", "tool_choice", "response_format"];
/// Words that any two texts have in common.
const COMMON: &str = "about also always answer assistant based been best bot briefly chat concise could customer does each \
    every following from have helpful helps here just kind know language like make more most must need never only other \
    please polite provide question questions respond reply short should some sure tell than that their them then there \
    these they this those user users using very want well were what when where which will with would write your yours";

/// What the answering model (`giver`) was not given of `heard`. `chats`: all models that were asked, `giver` among them.
pub(super) fn withheld<'t>(
    giver: Option<&Span>,
    chats: impl Iterator<Item = &'t Span>,
    heard: &[Message],
) -> Option<Entry> {
    let giver = giver?;
    let first = turn(heard)?;
    let (before, now) = heard.split_at_checked(first)?;
    let said = |m: &&Message| (m.role == Role::User || m.role.answers()) && m.speaks();
    let before: Vec<String> =
        before.iter().filter(said).map(|m| squeezed(&words(m))).filter(|t| !t.is_empty()).collect();
    let media: Vec<&str> = now.iter().flat_map(|m| &m.parts).filter_map(shown).collect();
    let question = squeezed(&now.iter().rfind(|m| m.role == Role::User).map(words)?);
    if before.is_empty() && media.is_empty() || question.is_empty() || before.len() > MANY {
        return None;
    }
    let own = Asked::of(giver)?;
    // What was asked is there as it was asked; most often all the rest is as well.
    let complete = own.media || media.is_empty();
    if !(own.tells(&question) || own.may_tell(&question)) || complete && before.iter().all(|m| own.tells(m)) {
        return None;
    }
    let (mut models, mut read) = (vec![own], 0);
    for span in chats.filter(|s| !std::ptr::eq(*s, giver)) {
        read += span.inputs.as_ref().map_or(0, |i| i.len());
        if models.len() == ASKED || read > READ {
            return None;
        }
        models.push(Asked::of(span)?);
    }
    let seen = models.iter().any(|m| m.media || media.iter().any(|what| m.points_at(what)));
    let missing: Vec<&String> = before.iter().filter(|m| !models.iter().any(|model| model.tells(m))).collect();
    let unsure = |m: &Asked| missing.iter().any(|text| m.may_tell(text)) || m.retells(&missing, &before, &question);
    let retold = models.iter().any(unsure);
    let earlier = if retold { 0 } else { missing.len() };
    let media = if seen { None } else { named(&media) };
    (earlier > 0 || media.is_some()).then(|| Entry::Withheld {
        name: giver.name.clone(),
        media,
        earlier,
        of: before.len(),
    })
}

impl Conversation {
    /// Leaves what is said to be withheld in all of a trace too, where this one was read without what a view hides.
    pub(crate) fn only_missing_in(&mut self, whole: &Self) {
        self.entries.retain(|e| !matches!(e, Entry::Withheld { .. }) || whole.entries.contains(e));
    }
}

fn shown(part: &Part) -> Option<&str> {
    if let Part::Media(what) = part { Some(what) } else { None }
}

/// "the image", "the 2 files".
fn named(media: &[&str]) -> Option<String> {
    let kind = if media.iter().all(|m| m.starts_with("image")) { "image" } else { "file" };
    match media.len() {
        0 => None,
        1 => Some(format!("the {kind}")),
        n => Some(format!("the {n} {kind}s")),
    }
}

/// What a model was asked.
struct Asked {
    /// The words of its messages, white space apart.
    texts: Vec<String>,
    /// It may have been given an image.
    media: bool,
}

impl Asked {
    /// `None` where it is not recorded as messages, or not all of it may be.
    fn of(span: &Span) -> Option<Self> {
        let inputs = span.inputs.as_deref().filter(|i| i.len() <= READ)?;
        let (json, _) = parse(inputs).ok()?;
        let stateful = |text: &str| STATEFUL.iter().any(|s| text.contains(s));
        let kept = names(&json, &STATE, DEPTH) || span.attributes.iter().any(|(k, v)| stateful(k) || stateful(v));
        // A token is a byte at the least: of what it counted more, something is not recorded.
        let more = model_use(span).input.is_some_and(|n| usize::try_from(n).is_ok_and(|n| n > inputs.len() + 64));
        if kept || more || !is_request(&json) {
            return None;
        }
        let messages = dialogue(span).0;
        let plain = |p: &Part| matches!(p, Part::Text(_) | Part::Call(_) | Part::Result { .. } | Part::Reasoning(_));
        let texts: Vec<String> = messages.iter().map(|m| squeezed(&m.text())).collect();
        let media = !messages.iter().flat_map(|m| &m.parts).all(plain) || names(&json, &MEDIA, DEPTH);
        Some(Self { media: media || texts.iter().any(|t| stands_for_media(t)), texts })
    }

    /// One of its texts is this, or has it inside.
    fn tells(&self, text: &str) -> bool {
        self.texts.iter().any(|t| t == text || text.len() >= TELLING && t.contains(text))
    }

    /// A short one stands inside another, maybe by chance.
    fn may_tell(&self, text: &str) -> bool {
        text.len() < TELLING && self.texts.iter().any(|t| t.contains(text))
    }

    /// A name or an address of it stands in the words.
    fn points_at(&self, what: &str) -> bool {
        let mut names = what.split([' ', '/']).filter(|w| w.len() > 4 && w.contains('.'));
        names.any(|name| self.texts.iter().any(|t| t.contains(name)))
    }

    /// Words beside those that are told (`before`, the question) may say what the missing messages said.
    fn retells(&self, missing: &[&String], before: &[String], question: &str) -> bool {
        let told: HashSet<String> = missing.iter().flat_map(|m| marks(m)).collect();
        let asked: HashSet<String> = marks(question).into_iter().collect();
        let other = |text: &String| {
            let known = || before.iter().map(String::as_str).chain([question]);
            if known().any(|k| k == text) {
                return String::new();
            }
            known().filter(|k| k.len() >= TELLING).fold(text.clone(), |rest, known| rest.replace(known, " "))
        };
        let retells = |text: String| {
            let text = text.to_lowercase();
            RETOLD.iter().any(|w| text.contains(w))
                || marks(&text).iter().any(|m| told.contains(m) && !asked.contains(m))
        };
        self.texts.iter().map(other).any(retells)
    }
}

/// Messages, or a prompt that names its model: all that a model gets.
fn is_request(json: &Json<'_>) -> bool {
    let list = |j: &Json<'_>| !j.items().is_empty() && messages(j, Role::User).is_some();
    let inside = ["messages", "input", "contents"].iter().any(|k| json.some(k).is_some_and(list));
    let text = |k: &str| json.some(k).is_some_and(|v| v.as_text().is_some());
    inside || list(json) || text("model") && (text("input") || text("prompt"))
}

/// A name like one of these is in it.
fn names(json: &Json<'_>, like: &[&str], depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let fits = |key: &str| {
        let key = key.to_ascii_lowercase();
        like.iter().any(|l| key.contains(l))
    };
    let mut members = json.members().iter().filter(|(k, _)| !TOOLS.contains(&k.as_ref()));
    members.any(|(k, v)| fits(k) || names(v, like, depth)) || json.items().iter().any(|v| names(v, like, depth))
}

/// "[image]", "<file>", an address.
fn stands_for_media(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut marked = text.split(['[', '<', '(', '{', '|']).skip(1).map(str::trim_start);
    text.contains("://") || text.contains("data:") || marked.any(|t| MEDIA.iter().any(|m| t.starts_with(m)))
}

/// What two texts about the same have in common: the beginnings of their words; of scripts without spaces each pair of signs.
fn marks(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().any(|c| *c >= '\u{2e80}') {
            found.extend(letters.windows(2).map(|pair| pair.iter().collect()));
        } else if letters.len() >= 4 && !COMMON.split_whitespace().any(|c| c == word) {
            found.push(letters.iter().take(5).collect());
        } else if letters.iter().all(char::is_ascii_digit) {
            found.push(word.to_owned());
        }
    }
    found
}
