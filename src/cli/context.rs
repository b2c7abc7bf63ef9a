//! What every command needs: the service (opened at the first request), who asks, and where output goes.

use super::{Config, Failure, Globals, Out, talk, who};
use crate::service::api::{Principal, Request, Response};
use crate::service::client::{self, Service};
use crate::service::link::{Link, LinkOptions, Patience};
use crate::service::team::accounts;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// One command's surroundings.
pub struct Context {
    /// The flags of every command.
    pub globals: Globals,
    /// What the configuration files say.
    pub config: Config,
    /// Data goes here.
    pub out: Out,
    who: Principal,
    /// Who a team server takes us for.
    known_as: OnceLock<Principal>,
    experiment: String,
    service: OnceLock<Arc<dyn Service>>,
}

impl Context {
    /// Reads the configuration and works out who asks; nothing is opened yet.
    ///
    /// # Errors
    /// A mistake in the configuration, or a name that is none.
    pub fn new(globals: Globals) -> Result<Self, Failure> {
        let globals = globals.without_empty();
        let config = Config::load(globals.config.as_deref())?;
        let who = who::principal(&globals, &config, who::login_name)?;
        let experiment =
            globals.experiment.clone().or_else(|| config.experiment.clone()).unwrap_or_else(|| "Default".to_owned());
        Ok(Self {
            globals,
            config,
            out: Out::stdout(),
            who,
            known_as: OnceLock::new(),
            experiment,
            service: OnceLock::new(),
        })
    }

    /// Who asks: on a team server that it knows us to be, once the service is open.
    #[must_use]
    pub fn who(&self) -> &Principal {
        self.known_as.get().unwrap_or(&self.who)
    }

    /// The experiment in whose name traces, schemas and sessions are looked for and made.
    #[must_use]
    pub fn experiment(&self) -> &str {
        &self.experiment
    }

    /// For the demo, which has its own.
    pub fn set_experiment(&mut self, name: &str) {
        self.experiment = name.to_owned();
    }

    /// The folder of the private store.
    ///
    /// # Errors
    /// No home folder, and none named.
    pub fn store_dir(&self) -> Result<PathBuf, Failure> {
        match self.globals.store.as_ref().or(self.config.store.as_ref()) {
            Some(dir) => std::path::absolute(dir).map_err(|e| Failure::io(&dir.display().to_string(), &e)),
            None => Ok(data_dir()?.join("store")),
        }
    }

    /// The team server's socket, where one is set.
    #[must_use]
    pub fn server(&self) -> Option<&Path> {
        // A store named on the command line is meant, whatever server the configuration file has.
        if self.globals.store.is_some() && self.globals.server.is_none() {
            return None;
        }
        self.globals.server.as_deref().or(self.config.server.as_deref())
    }

    /// The service, opened at the first call: a command waits a few seconds for it, then gives up.
    ///
    /// # Errors
    /// Store or server cannot be reached.
    pub fn service(&self) -> Result<Arc<dyn Service>, Failure> {
        self.open(Patience::Command)
    }

    /// The service for a screen, which never gives up.
    ///
    /// # Errors
    /// There can be no store: damaged, of a newer format, not ours, not writable.
    pub fn screen_service(&self) -> Result<Arc<dyn Service>, Failure> {
        self.open(Patience::Screen)
    }

    fn open(&self, patience: Patience) -> Result<Arc<dyn Service>, Failure> {
        if let Some(service) = self.service.get() {
            return Ok(Arc::clone(service));
        }
        let server = self.server().map(Path::to_owned);
        // With a server set nothing is opened here, so a missing home folder is nobody's business.
        let dir = if server.is_some() { self.store_dir().unwrap_or_default() } else { self.store_dir()? };
        let who = match &server {
            Some(_) => self.at_server()?,
            None => self.who.clone(),
        };
        let served = server.is_some();
        let link = Link::open(LinkOptions { dir, server, who: who.clone(), patience })?;
        if served {
            let _ = self.known_as.set(link.who().unwrap_or(who));
        }
        Ok(Arc::clone(self.service.get_or_init(|| Arc::new(link))))
    }

    /// Who we are to a team server, as far as can be told from here.
    fn at_server(&self) -> Result<Principal, Failure> {
        if self.globals.user.is_some() {
            if !self.globals.user_is_ambient {
                return Err(Failure::Refused(
                    "--as is refused on a team server: it knows who you are by your account".to_owned(),
                ));
            }
            self.note("LABELTUI_USER is ignored: the team server knows who you are by your account");
        }
        Ok(who::account(&self.config))
    }

    /// Asks with a fresh id.
    ///
    /// # Errors
    /// Store or server cannot be reached, or the request was refused.
    pub fn ask(&self, request: Request) -> Result<Response, Failure> {
        Ok(client::ask(&*self.service()?, request)?)
    }

    /// The accounts that names on the command line stand for: a name in exports is taken, too.
    #[must_use]
    pub fn accounts(&self, names: &[String]) -> Vec<String> {
        let account = |name: &String| {
            let account = self.config.account_of(name);
            if account != *name && self.server().is_some() && matches!(accounts::exists(name), Ok(true)) {
                self.note(&format!(
                    "warning: {name} is an account of this machine, but [people] of the configuration calls {account} that: {account} is meant"
                ));
            }
            account
        };
        names.iter().map(account).collect()
    }

    /// On a team server reviewers are its accounts: a name that is none, and stands for none, is told of. It may be one that
    /// is yet to be made, so it is no error.
    pub fn warn_of_strangers(&self, accounts: &[String]) {
        if self.server().is_none() {
            return;
        }
        for name in accounts.iter().filter(|name| matches!(accounts::exists(name), Ok(false))) {
            self.note(&format!(
                "warning: {name} is no account of this machine, and no name of one in [people] of the configuration"
            ));
        }
    }

    /// Talks about what was done; stderr.
    pub fn note(&self, text: &str) {
        talk::say(text);
    }
}

/// The platform's data folder for this program.
///
/// # Errors
/// No home folder.
pub fn data_dir() -> Result<PathBuf, Failure> {
    directories::ProjectDirs::from("", "", "labeltui").map(|dirs| dirs.data_dir().to_owned()).ok_or_else(|| {
        Failure::Unreachable(
            "there is no home folder to keep the store in; name one with --store or LABELTUI_STORE".to_owned(),
        )
    })
}
