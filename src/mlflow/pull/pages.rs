//! The infos of the traces to pull, in their order, each once.

use super::Pull;
use crate::mlflow::api::trace_id;
use crate::mlflow::fault::Fault;
use serde_json::Value;
use std::collections::{HashSet, VecDeque};

/// Infos are read ahead while they are no more than this (bytes of JSON), so that it is known how many there are.
const AHEAD: usize = 24 << 20;
/// Ids of one call.
const IDS: usize = 100;

/// Where infos come from.
pub(super) enum Source {
    /// A search; the token of the next page.
    Search { token: Option<String>, begun: bool },
    /// These.
    Ids(VecDeque<String>),
}

/// Infos, page by page.
pub(super) struct Pages<'a> {
    pull: &'a Pull<'a>,
    experiment: &'a str,
    source: Source,
    /// Only these, where a queue says so.
    only: Option<HashSet<String>>,
    /// Pages are offsets: what comes or goes meanwhile moves them, and a trace may be on two.
    seen: HashSet<String>,
    /// Read ahead, as text: a parsed info takes several times its size.
    ahead: VecDeque<String>,
    bytes: usize,
}

impl<'a> Pages<'a> {
    pub(super) fn new(pull: &'a Pull<'a>, experiment: &'a str, queue: Option<Vec<String>>) -> Self {
        let (source, only) = match (queue, pull.filter) {
            (Some(ids), None) => (Source::Ids(ids.into()), None),
            (Some(ids), Some(_)) => (Source::Search { token: None, begun: false }, Some(ids.into_iter().collect())),
            (None, _) => (Source::Search { token: None, begun: false }, None),
        };
        Self { pull, experiment, source, only, seen: HashSet::new(), ahead: VecDeque::new(), bytes: 0 }
    }

    /// Reads ahead; how many there are, where all could be read.
    pub(super) fn look(&mut self) -> Result<Option<u64>, Fault> {
        if let Source::Ids(ids) = &self.source {
            return Ok(Some(ids.len() as u64));
        }
        while self.bytes < AHEAD {
            if !self.fetch()? {
                return Ok(Some(self.ahead.len() as u64));
            }
        }
        Ok(None)
    }

    /// The next page; empty at the end.
    pub(super) fn next(&mut self) -> Result<Vec<Value>, Fault> {
        while self.ahead.is_empty() && self.fetch()? {}
        let mut page = Vec::new();
        while page.len() < IDS
            && let Some(text) = self.ahead.pop_front()
        {
            self.bytes = self.bytes.saturating_sub(text.len());
            page.extend(serde_json::from_str(&text));
        }
        Ok(page)
    }

    /// Every id that came.
    pub(super) fn into_seen(self) -> HashSet<String> {
        self.seen
    }

    /// Fetches one page; false at the end.
    fn fetch(&mut self) -> Result<bool, Fault> {
        let infos = match &mut self.source {
            Source::Search { token: None, begun: true } => return Ok(false),
            Source::Search { token, begun } => {
                let (infos, next) = self.pull.client.search(self.experiment, self.pull.filter, token.as_deref())?;
                (*token, *begun) = (next, true);
                infos
            }
            Source::Ids(ids) => {
                let page: Vec<String> = ids.drain(..ids.len().min(IDS)).collect();
                if page.is_empty() {
                    return Ok(false);
                }
                self.pull.client.infos(&page)?
            }
        };
        for info in infos {
            let id = trace_id(&info);
            if self.only.as_ref().is_none_or(|only| only.contains(&id)) && self.seen.insert(id) {
                let text = info.to_string();
                self.bytes += text.len();
                self.ahead.push_back(text);
            }
        }
        Ok(true)
    }
}
