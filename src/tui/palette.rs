//! The command palette: fuzzy search in the table, best first, only what can be done here.

use super::app::App;
use super::command::{Context, Spec, TABLE};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The commands that match, best first. Nothing typed: all that can be run here, in the table's order.
#[must_use]
pub fn matches(app: &App, text: &str) -> Vec<&'static Spec> {
    let facts = app.facts();
    let chain = under(app);
    let here = TABLE
        .iter()
        .filter(|s| chain.contains(&s.context) && (s.when)(&facts).is_ok())
        .filter(|s| !matches!(s.context, Context::Edit | Context::Prompt));
    rank(text, here, |s| (s.name.to_owned(), s.doc.to_owned()))
}

/// The open sessions of the browser's experiment whose name matches.
#[must_use]
pub fn sessions<'a>(app: &'a App, text: &str) -> Vec<&'a str> {
    let open = app.sessions.rows.iter().filter(|s| s.experiment == app.experiment && !s.closed);
    rank(text, open.map(|s| s.name.as_str()), |s| ((*s).to_owned(), String::new()))
}

/// The contexts below the prompt.
fn under(app: &App) -> Vec<Context> {
    use super::app::Screen;
    let first = match app.screen {
        Screen::Review => &[Context::Review, Context::Trace][..],
        Screen::Sessions => &[Context::Sessions],
        Screen::Browse => &[Context::Browse],
        Screen::Show => &[Context::Show, Context::Trace],
    };
    first.iter().copied().chain([Context::Keys, Context::Always]).collect()
}

/// Best first; a match in the name counts before one in name and words together.
fn rank<T>(text: &str, items: impl Iterator<Item = T>, words: impl Fn(&T) -> (String, String)) -> Vec<T> {
    if text.trim().is_empty() {
        return items.collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
    let mut scored: Vec<((bool, u32), T)> = items
        .filter_map(|item| {
            let (name, more) = words(&item);
            let rank = match score(&name) {
                Some(n) => (true, n),
                None => (false, score(&format!("{name} {more}"))?),
            };
            Some((rank, item))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}
