//! Which experiment of which server a session is: found at the first push, looked at again at each.

use super::Push;
use crate::mlflow::api::Experiment;
use crate::mlflow::fault::Fault;
use crate::mlflow::located::Located;
use crate::store::LinkRow;
use uuid::Uuid;

impl Push<'_> {
    /// The session's link; made at the first push.
    pub(super) fn linked(&self) -> Result<LinkRow, Fault> {
        let uri = self.client.uri();
        self.client.check()?;
        let Some(view) = self.home.links(Some(self.session))?.pop() else {
            let experiment = self.first()?;
            return self.home.link(self.session, self.row(experiment));
        };
        let link = view.link;
        let here = match self.client.experiment(&link.experiment) {
            Ok(found) => Some(found),
            Err(Fault::Invalid(_)) => self.client.experiment_by_id(&link.experiment_id)?,
            Err(fault) => return Err(fault),
        };
        let mut same = here.is_some_and(|e| e.id == link.experiment_id);
        if same && link.uri != uri {
            // Every server has an experiment 1: the same server has the session's traces in it.
            let there = Located::of(self.client, self.home, self.session)?;
            same = there.is_empty() || there.count(&link.experiment_id) > 0;
        }
        let other = match self.experiment.filter(|e| !same || (*e != link.experiment && *e != link.experiment_id)) {
            Some(wanted) => Some(self.client.experiment(wanted)?).filter(|e| !same || e.id != link.experiment_id),
            None => None,
        };
        if let Some(other) = other {
            return self.moved(&link, same, other);
        }
        if link.uri != uri {
            // The same server under another address has the same experiment under the same id.
            if !same {
                return Err(Fault::Invalid(format!(
                    "session {} is linked to {} (experiment {}), and {uri} has no such experiment; if the link is \
                     wrong, name the right experiment with --experiment",
                    self.session, link.uri, link.experiment
                )));
            }
            self.progress.say(&format!("{} is now at {uri} (it was at {})", self.session, link.uri));
            return self.home.link(self.session, LinkRow { uri: uri.to_owned(), ..link });
        }
        if !same {
            return Err(Fault::Invalid(format!(
                "{uri}: experiment {} ({}) is not there any more; nothing was pushed, and nothing is made anew",
                link.experiment, link.experiment_id
            )));
        }
        if let Some(wanted) = self.queue.filter(|q| {
            link.queue_id.is_some() && link.queue.as_ref().is_some_and(|is| is.to_lowercase() != q.to_lowercase())
        }) {
            return Err(Fault::Invalid(format!(
                "session {} is linked to the queue {}, not to {wanted}",
                self.session,
                link.queue.as_deref().unwrap_or_default()
            )));
        }
        Ok(link)
    }

    fn row(&self, experiment: Experiment) -> LinkRow {
        LinkRow {
            uri: self.client.uri().to_owned(),
            experiment_id: experiment.id,
            experiment: experiment.name,
            queue: self.queue.map(str::to_owned),
            tag: Uuid::now_v7().simple().to_string(),
            ..LinkRow::default()
        }
    }

    /// The experiment that was asked for, where it can be the right one; else the one that the traces are in.
    fn first(&self) -> Result<Experiment, Fault> {
        let there = Located::of(self.client, self.home, self.session)?;
        let found = match self.experiment {
            Some(wanted) => Ok(self.client.experiment(wanted)?),
            None => there.only(),
        };
        let experiment = match (found, self.usual) {
            (Err(Fault::Invalid(_)), Some(usual)) => self.client.experiment(usual)?,
            (found, _) => found?,
        };
        if !there.nowhere() && there.count(&experiment.id) == 0 {
            return Err(self.misplaced(&there, &experiment));
        }
        Ok(experiment)
    }

    fn misplaced(&self, there: &Located<'_>, experiment: &Experiment) -> Fault {
        let places = match there.places() {
            Ok(places) => places,
            Err(fault) => return fault,
        };
        Fault::Invalid(format!(
            "{}: no trace of session {} is in experiment {}: its queue and run could hold none. They are in: {places}; \
             name one of these with --experiment",
            self.client.uri(),
            self.session,
            experiment.name
        ))
    }

    /// Another link: where no trace of the session is in the experiment that it was linked to, and some are in this one.
    fn moved(&self, link: &LinkRow, same: bool, to: Experiment) -> Result<LinkRow, Fault> {
        let there = Located::of(self.client, self.home, self.session)?;
        let right = if same { there.count(&link.experiment_id) } else { 0 };
        if right > 0 || link.pulled {
            return Err(Fault::Invalid(format!(
                "session {} is linked to experiment {}{}, not to {}",
                self.session,
                link.experiment,
                if link.pulled {
                    ", from which it was pulled".to_owned()
                } else {
                    format!(" with its traces ({right})")
                },
                to.name
            )));
        }
        if there.count(&to.id) == 0 {
            return Err(self.misplaced(&there, &to));
        }
        self.progress.say(&format!(
            "{} is now linked to experiment {} at {}; what was made in {} at {} (questions, queue, run) stays there",
            self.session,
            to.name,
            self.client.uri(),
            link.experiment,
            link.uri
        ));
        self.home.link(self.session, self.row(to))
    }
}
