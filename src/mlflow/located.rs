//! Where a session's traces are on a server. Names prove nothing: every server has an experiment "Default".

use super::api::{Experiment, experiment_of};
use super::client::Client;
use super::fault::Fault;
use super::tell::Home;
use std::collections::BTreeMap;

/// Ids of one call.
const IDS: usize = 100;

/// A session's traces, counted by the experiment that they are in.
pub struct Located<'a> {
    client: &'a Client,
    session: String,
    /// Experiment id → traces.
    at: BTreeMap<String, u64>,
    /// Traces of the session, those that are not there among them.
    all: u64,
}

impl<'a> Located<'a> {
    /// Looks every trace of a session up.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn of(client: &'a Client, home: Home<'_>, session: &str) -> Result<Self, Fault> {
        let traces = home.traces(session)?;
        let mut at = BTreeMap::new();
        for part in traces.chunks(IDS) {
            for id in client.infos(part)?.iter().filter_map(experiment_of) {
                *at.entry(id).or_default() += 1;
            }
        }
        Ok(Self { client, session: session.to_owned(), at, all: traces.len() as u64 })
    }

    /// How many are in an experiment.
    #[must_use]
    pub fn count(&self, experiment: &str) -> u64 {
        self.at.get(experiment).copied().unwrap_or_default()
    }

    /// Whether the session has no traces.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all == 0
    }

    /// Whether none is in any experiment there.
    #[must_use]
    pub fn nowhere(&self) -> bool {
        self.at.is_empty()
    }

    /// The experiment that all of those are in that are there.
    ///
    /// # Errors
    /// They are in none or in several: which, and what to do. Any of [`Fault`]'s.
    pub fn only(&self) -> Result<Experiment, Fault> {
        let mut ids = self.at.keys();
        if let (Some(id), None) = (ids.next(), ids.next())
            && let Some(experiment) = self.client.experiment_by_id(id)?
        {
            return Ok(experiment);
        }
        let (uri, session) = (self.client.uri(), &self.session);
        let way_out = "say which experiment there is meant with --experiment, its name or id";
        Err(Fault::Invalid(match (self.all, self.at.len()) {
            (0, _) => format!("session {session} has no traces yet that would tell where it belongs; {way_out}"),
            (_, 0) => format!(
                "{uri}: none of the traces of session {session} is there ({} looked up); is it the right server? Or \
                 {way_out}",
                self.all
            ),
            _ => format!(
                "{uri}: the traces of session {session} are in more than one experiment there ({}); {way_out}",
                self.places()?
            ),
        }))
    }

    /// `support (12), Default (1)`.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn places(&self) -> Result<String, Fault> {
        let mut places = Vec::new();
        for (id, n) in &self.at {
            let name = self.client.experiment_by_id(id)?.map_or_else(|| id.clone(), |e| e.name);
            places.push(format!("{name} ({n})"));
        }
        Ok(if places.is_empty() { "none".to_owned() } else { places.join(", ") })
    }
}
