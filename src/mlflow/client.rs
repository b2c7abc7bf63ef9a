//! Calls to a tracking server, made again where an answer was lost.

use super::fault::Fault;
use super::settings::Settings;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, thread};
use ureq::Agent;
use ureq::http::{Request, Response, StatusCode};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig};

/// Largest answer: a trace of the largest size that is imported, and its frame.
const LARGEST: u64 = 80 << 20;
/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often the first call is made again.
const FIRST_RETRIES: u32 = 2;
/// How often an answer to another call, or a failure of the server's own, is asked about again: what comes over fresh
/// connections again and again is what the server says.
const UNFIT_RETRIES: u32 = 2;
/// The first version with label schemas and review queues.
const FIRST: (u32, u32) = (3, 14);

/// One server. Calls go over one connection that is kept.
pub struct Client {
    settings: Settings,
    agent: std::sync::Mutex<Agent>,
}

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// One call.
pub struct Ask<'a> {
    method: Method,
    path: &'a str,
    query: Vec<(&'a str, &'a str)>,
    body: Option<&'a Value>,
    /// For 403: what one needs to be allowed to do.
    right: &'static str,
    /// About one thing among many, which alone may be broken there: nothing waits a minute for it.
    one_of_many: bool,
}

/// An answer.
struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl<'a> Ask<'a> {
    /// Reads.
    #[must_use]
    pub fn get(path: &'a str, query: &[(&'a str, &'a str)]) -> Self {
        Self {
            method: Method::Get,
            path,
            query: query.to_vec(),
            body: None,
            right: "READ on the experiment",
            one_of_many: false,
        }
    }

    /// Writes.
    #[must_use]
    pub fn write(method: Method, path: &'a str, body: &'a Value) -> Self {
        Self { method, path, query: Vec::new(), body: Some(body), right: "EDIT on the experiment", one_of_many: false }
    }

    /// Takes away.
    #[must_use]
    pub fn delete(path: &'a str) -> Self {
        Self {
            method: Method::Delete,
            path,
            query: Vec::new(),
            body: None,
            right: "EDIT on the experiment",
            one_of_many: false,
        }
    }

    /// Reads, with a body.
    #[must_use]
    pub fn find(path: &'a str, body: &'a Value) -> Self {
        Self { right: "READ on the experiment", ..Self::write(Method::Post, path, body) }
    }

    /// Names the right that it needs.
    #[must_use]
    pub fn needing(self, right: &'static str) -> Self {
        Self { right, ..self }
    }

    /// About one thing among many.
    #[must_use]
    pub fn one_of_many(self) -> Self {
        Self { one_of_many: true, ..self }
    }
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// A certificate's file cannot be read.
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        let agent = agent(&settings)?;
        Ok(Self { settings, agent: std::sync::Mutex::new(agent) })
    }

    /// Where it is, without user and password.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.settings.uri
    }

    /// Asks what it is; refuses what cannot be used.
    ///
    /// # Errors
    /// Not reachable, not let in, no MLflow, or another version of it.
    pub fn check(&self) -> Result<String, Fault> {
        // A wrong address is told soon; once a server has answered, it is waited for.
        let answer = self.exchange(&Ask::get("/version", &[]), &|_| true, self.settings.retries.min(FIRST_RETRIES))?;
        let text = String::from_utf8_lossy(&answer).trim().to_owned();
        let mut numbers = text.split('.').map(|part| part.parse::<u32>().ok());
        let Some((major, minor)) = numbers.next().flatten().zip(numbers.next().flatten()) else {
            return Err(Fault::NotUsable(format!(
                "{}: is no MLflow tracking server (its /version says \"{}\")",
                self.uri(),
                short(&text)
            )));
        };
        if (major, minor) < FIRST || major != FIRST.0 {
            return Err(Fault::NotUsable(format!(
                "{}: is MLflow {}; labeltui needs {}.{} or a later {}.x (label schemas and review queues)",
                self.uri(),
                short(&text),
                FIRST.0,
                FIRST.1,
                FIRST.0
            )));
        }
        Ok(text)
    }

    /// A call whose answer is JSON. `fits` tells whether it is the answer to this call: over a connection on which
    /// answers were doubled it may be an earlier one's, and is then asked for again.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn json(&self, ask: &Ask<'_>, fits: impl Fn(&Value) -> bool) -> Result<Value, Fault> {
        let fits = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).is_ok_and(|value| fits(&value));
        let bytes = self.exchange(ask, &fits, self.settings.retries)?;
        serde_json::from_slice(&bytes).map_err(|e| Fault::NotUsable(format!("{}{}: {e}", self.uri(), ask.path)))
    }

    /// A call whose answer is taken as it is.
    ///
    /// # Errors
    /// Any of [`Fault`]'s.
    pub fn bytes(&self, ask: &Ask<'_>, fits: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>, Fault> {
        self.exchange(ask, &fits, self.settings.retries)
    }

    fn exchange(&self, ask: &Ask<'_>, fits: &dyn Fn(&[u8]) -> bool, retries: u32) -> Result<Vec<u8>, Fault> {
        let mut wait = self.settings.backoff;
        let (mut attempt, mut refused, mut unfit) = (0, false, 0);
        loop {
            let why = match self.send(ask) {
                Ok(answer) if answer.status.is_success() && fits(&answer.body) => return Ok(answer.body),
                Ok(answer) if answer.status.is_success() => {
                    self.forget_connections();
                    unfit += 1;
                    match is_html(&answer.body) {
                        // No call is answered with a page: only what was in front of the first one can have gone.
                        true if unfit > 1 => return Err(self.fault(ask, &answer)),
                        true => continue,
                        false if unfit > UNFIT_RETRIES => return Err(self.fault(ask, &answer)),
                        false => "gave an answer to another call".to_owned(),
                    }
                }
                // The interface's own 500 may pass, but must not hold everything else up for a minute.
                Ok(answer)
                    if attempt >= UNFIT_RETRIES && (is_error(&answer) || (ask.one_of_many && is_500(&answer))) =>
                {
                    return Err(self.fault(ask, &answer));
                }
                Ok(answer) if is_passing(&answer) => {
                    wait = wait.max(answer.retry_after.unwrap_or_default());
                    format!("answers {}", answer.status)
                }
                // A refusal cannot be told from an earlier call's: it counts when a fresh connection says it again.
                Ok(_) if !refused => {
                    refused = true;
                    self.forget_connections();
                    continue;
                }
                Ok(answer) => return Err(self.fault(ask, &answer)),
                Err(Lost::Certificate(why)) => {
                    return Err(Fault::Unreachable(format!(
                        "{}: {why}; MLFLOW_TRACKING_SERVER_CERT_PATH names the file of the authority to trust, \
                         MLFLOW_TRACKING_CLIENT_CERT_PATH the file with our own certificate and key",
                        self.uri()
                    )));
                }
                Err(Lost::Passing(why)) => {
                    self.forget_connections();
                    why
                }
            };
            if attempt == retries {
                let times = attempt + 1;
                return Err(Fault::Unreachable(format!("{}: {why} ({times} attempts)", self.uri())));
            }
            attempt += 1;
            thread::sleep(wait.min(LONGEST_WAIT));
            wait = wait.saturating_mul(2);
        }
    }

    /// What an old connection still has to say is not for us.
    fn forget_connections(&self) {
        if let Ok(fresh) = agent(&self.settings)
            && let Ok(mut agent) = self.agent.lock()
        {
            *agent = fresh;
        }
    }

    fn send(&self, ask: &Ask<'_>) -> Result<Answer, Lost> {
        let agent = self.agent.lock().map(|a| a.clone()).map_err(|_| Lost::Passing("internal error".to_owned()))?;
        let mut url = format!("{}{}", self.settings.uri, ask.path);
        for (n, (key, value)) in ask.query.iter().enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            url.push_str(key);
            url.push('=');
            encode(value, &mut url);
        }
        let method = match ask.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        };
        let mut request = Request::builder().method(method).uri(&url);
        if let Some(authorization) = &self.settings.authorization {
            request = request.header("Authorization", authorization);
        }
        if let Some(workspace) = &self.settings.workspace {
            request = request.header("X-MLFLOW-WORKSPACE", workspace);
        }
        let sent = match ask.body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json").body(body.to_string());
                let request = request.map_err(|e| Lost::Passing(e.to_string()))?;
                agent.run(request)
            }
            None => request.body(()).map_err(|e| Lost::Passing(e.to_string())).map(|request| agent.run(request))?,
        };
        let mut response: Response<ureq::Body> = sent.map_err(|e| lost(&e))?;
        let retry_after = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let body = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|e| lost(&e))?;
        Ok(Answer { status: response.status(), retry_after: retry_after.map(Duration::from_secs), body })
    }

    fn fault(&self, ask: &Ask<'_>, answer: &Answer) -> Fault {
        let (uri, status) = (self.uri(), answer.status.as_u16());
        match status {
            401 if self.settings.authorization.is_some() => Fault::Denied(format!(
                "{uri}: does not accept the user and password, or the token, that it was given (401): they are in \
                 MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, in the URI, in MLFLOW_TRACKING_TOKEN, or in \
                 ~/.mlflow/credentials, in this order"
            )),
            401 => Fault::Denied(format!(
                "{uri}: does not know us (401): set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or \
                 MLFLOW_TRACKING_TOKEN, or write them to ~/.mlflow/credentials"
            )),
            403 if is_html(&answer.body) || answer.body.is_empty() => Fault::Denied(format!(
                "{uri}: does not let us do this (403): {} is needed; ask the owner of the experiment",
                ask.right
            )),
            403 => Fault::Denied(format!(
                "{uri}: does not let us do this (403: {}): {} is needed",
                short(&String::from_utf8_lossy(&answer.body)),
                ask.right
            )),
            200..300 if !is_html(&answer.body) => {
                let why = format!("{uri}{}: what comes is no answer to it ({} bytes)", ask.path, answer.body.len());
                Fault::Unfit { status, why }
            }
            _ => match serde_json::from_slice::<Value>(&answer.body) {
                Ok(body) if body.get("error_code").is_some() => {
                    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
                    let message = short(text("message"));
                    // A failure of its own says nothing of what it was asked.
                    let message = if status >= 500 { format!("{uri}{}: {message}", ask.path) } else { message };
                    Fault::Refused { code: text("error_code").to_owned(), message }
                }
                _ if status == 500 => {
                    let why = format!("{uri}{}: answers 500, and does not say why", ask.path);
                    Fault::Unfit { status, why }
                }
                _ => Fault::NotUsable(format!(
                    "{uri}{}: answers {status} with {}, which MLflow's interface does not: is the address right, and \
                     no login page or proxy in front of it?",
                    ask.path,
                    if is_html(&answer.body) { "a web page" } else { "no JSON" }
                )),
            },
        }
    }
}

/// Whether trying again may help. A constraint violation is a 500 that stays one.
fn is_passing(answer: &Answer) -> bool {
    let said = |word: &str| String::from_utf8_lossy(&answer.body).contains(word);
    match answer.status.as_u16() {
        429 | 502 | 503 | 504 => true,
        500 => !said("constraint violation"),
        408 | 425 => true,
        _ => false,
    }
}

fn is_500(answer: &Answer) -> bool {
    answer.status.as_u16() == 500
}

fn is_error(answer: &Answer) -> bool {
    is_500(answer) && answer.body.trim_ascii_start().first() == Some(&b'{')
}

fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    if text.chars().nth(300).is_some() {
        out.push('…');
    }
    out
}

/// Why a call has no answer.
enum Lost {
    /// Trying again may help.
    Passing(String),
    /// One side does not trust the other, and will not the next time.
    Certificate(String),
}

/// Rustls says what is wrong with a certificate in an IO error, as often as in its own.
fn lost(error: &ureq::Error) -> Lost {
    let why = plain(error);
    let tls = matches!(error, ureq::Error::Io(_) | ureq::Error::Rustls(_) | ureq::Error::Tls(_));
    if tls && why.to_lowercase().contains("certificate") { Lost::Certificate(why) } else { Lost::Passing(why) }
}

fn plain(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "does not answer in time".to_owned(),
        ureq::Error::Io(e) => format!("cannot be reached: {e}"),
        ureq::Error::HostNotFound => "cannot be reached: there is no such host".to_owned(),
        ureq::Error::ConnectionFailed => "cannot be reached".to_owned(),
        other => format!("cannot be reached: {other}"),
    }
}

/// Percent-encodes a query's value.
fn encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// A part of a path.
#[must_use]
pub fn segment(value: &str) -> String {
    let mut out = String::new();
    encode(value, &mut out);
    out
}

fn agent(settings: &Settings) -> Result<Agent, Fault> {
    let read = |path: &std::path::Path| fs::read(path).map_err(|e| Fault::Settings(format!("{}: {e}", path.display())));
    let items = |path: &std::path::Path| -> Result<Vec<PemItem<'static>>, Fault> {
        ureq::tls::parse_pem(&read(path)?)
            .collect::<Result<_, _>>()
            .map_err(|e| Fault::Settings(format!("{}: is no PEM file: {e}", path.display())))
    };
    let certificates = |items: &[PemItem<'static>]| -> Vec<Certificate<'static>> {
        items.iter().filter_map(|i| if let PemItem::Certificate(c) = i { Some(c.to_owned()) } else { None }).collect()
    };
    let mut tls = TlsConfig::builder().disable_verification(settings.insecure);
    if let Some(path) = &settings.ca_file {
        let trusted = certificates(&items(path)?);
        if trusted.is_empty() {
            return Err(Fault::Settings(format!("{}: has no certificate in it", path.display())));
        }
        tls = tls.root_certs(RootCerts::Specific(Arc::new(trusted)));
    }
    if let Some(path) = &settings.client_cert {
        let items = items(path)?;
        let key = items.iter().find_map(|i| if let PemItem::PrivateKey(k) = i { Some(k.to_owned()) } else { None });
        let (chain, key): (_, PrivateKey<'static>) = match (certificates(&items), key) {
            (chain, Some(key)) if !chain.is_empty() => (chain, key),
            _ => return Err(Fault::Settings(format!("{}: needs a certificate and its key", path.display()))),
        };
        tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, key)));
    }
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(settings.timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("labeltui/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls.build())
        .build();
    Ok(config.new_agent())
}

#[cfg(test)]
mod tests;
