//! A service for one person of this process.

use super::api::{Call, Notice, Principal, Refusal, Response};
use super::client::Service;
use super::local::{Local, now};
use crossbeam_channel::Receiver;
use std::sync::Arc;

pub(super) struct Connected {
    pub local: Arc<Local>,
    pub who: Principal,
}

impl Service for Connected {
    fn call(&self, call: Call) -> Result<Response, Refusal> {
        self.local.handle(&self.who, now(), call)
    }

    fn watch(&self) -> Result<Receiver<Notice>, Refusal> {
        Ok(self.local.hub.subscribe())
    }
}
