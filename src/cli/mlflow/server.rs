//! Which server, as whom: the environment and files of MLflow's own client.

use crate::cli::{Context, Failure};
use crate::mlflow::{Client, Settings};
use crate::model::Time;

/// A client for a URI; for the environment's where none is given.
///
/// # Errors
/// No URI, one that is no tracking server's, or a certificate that cannot be read.
pub fn client(uri: Option<&str>) -> Result<Client, Failure> {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().join(".mlflow").join("credentials"));
    let credentials = home.and_then(|path| std::fs::read_to_string(path).ok());
    let settings = Settings::read(uri, &home_env, credentials.as_deref())?;
    Ok(Client::new(settings)?)
}

/// A variable of the environment.
#[must_use]
pub fn home_env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The experiment there, as MLflow's own client finds out; `None`: nobody said.
pub(super) fn experiment(ctx: &Context) -> Option<String> {
    let env = |name| home_env(name).filter(|v| !v.is_empty());
    ctx.globals.experiment.clone().or_else(|| env("MLFLOW_EXPERIMENT_NAME")).or_else(|| env("MLFLOW_EXPERIMENT_ID"))
}

/// The time now.
pub(super) fn now() -> Time {
    Time(jiff::Timestamp::now().as_millisecond())
}
