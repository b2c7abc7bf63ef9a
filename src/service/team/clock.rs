//! Claims end by themselves: a thread looks twice a second, so that everybody sees within one.

use crate::model::Time;
use crate::service::local::{Local, now};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(500);

/// Tells of every claim that ends from now on, until the rules are dropped.
pub(super) fn start(local: &Arc<Local>, started: Time) {
    let local = Arc::downgrade(local);
    let mut last = started;
    let clock = thread::Builder::new().name("claims-clock".to_owned()).spawn(move || {
        loop {
            thread::sleep(PAUSE);
            let Some(local) = local.upgrade() else { return };
            let now = now();
            local.tell_ended(last, now);
            last = last.max(now);
        }
    });
    if let Err(e) = clock {
        tracing::warn!("claims that end are seen only when somebody looks: {e}");
    }
}
