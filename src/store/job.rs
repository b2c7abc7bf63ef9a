//! A change waiting for the writer, with its answer's way back.

use super::error::StoreError;
use super::queue::Lane;
use super::slot::caught;
use super::txn::Txn;
use crate::model::Time;

/// What a caller of `change` is answered.
pub(super) type Outcome<T, E> = Result<Result<T, E>, StoreError>;

/// How one run of a job ended.
pub(super) enum Ran {
    /// It may be committed.
    Kept,
    /// It said no.
    Refused,
    /// The store, or the job itself, failed.
    Failed(StoreError),
}

/// A job with its types erased.
pub(super) trait Job: Send {
    /// Runs it; it may run again when the transaction had to be taken back.
    fn run(&mut self, txn: &Txn) -> Ran;

    /// Sends the outcome of the last run, or `failure` in its place.
    fn answer(self: Box<Self>, failure: Option<StoreError>);
}

/// How much of a transaction a job of the bulk lane takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weight {
    /// Traces in it.
    pub traces: usize,
    /// Bytes it writes.
    pub bytes: usize,
}

/// A queued job.
pub(super) struct Ticket {
    /// Which queue it waits in.
    pub lane: Lane,
    /// When its caller asked.
    pub now: Time,
    /// For the bulk lane.
    pub weight: Weight,
    /// Shares its transaction with nobody (backup).
    pub alone: bool,
    /// The work.
    pub job: Box<dyn Job>,
}

/// A typed job.
pub(super) struct Work<T, E, F, R> {
    pub job: F,
    pub last: Option<Outcome<T, E>>,
    /// Is given the outcome.
    pub reply: R,
}

impl<T, E, F, R> Job for Work<T, E, F, R>
where
    T: Send,
    E: Send,
    F: FnMut(&Txn) -> Outcome<T, E> + Send,
    R: FnOnce(Outcome<T, E>) + Send,
{
    fn run(&mut self, txn: &Txn) -> Ran {
        let outcome = caught(|| (self.job)(txn))
            .unwrap_or_else(|_| Err(StoreError::Misuse(format!("internal error, or {}", super::slot::DAMAGED))));
        let ran = match &outcome {
            Ok(Ok(_)) => Ran::Kept,
            Ok(Err(_)) => Ran::Refused,
            Err(e) => Ran::Failed(e.clone()),
        };
        self.last = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, failure: Option<StoreError>) {
        let outcome = match failure {
            Some(e) => Err(e),
            None => self.last.unwrap_or(Err(StoreError::Closed)),
        };
        // The caller may have gone; its change is as durable as any other.
        (self.reply)(outcome);
    }
}
