//! Where the server is and as whom to speak to it, read as MLflow's own client reads it.
//!
//! Nothing of this is stored. The environment is passed in, so that this stays a function of what it is given.

use super::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::PathBuf;
use std::time::Duration;

/// Everything a client has to know.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `http(s)://host[:port][/path]`, without user, password and trailing slash.
    pub uri: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Certificates are not checked (`MLFLOW_TRACKING_INSECURE_TLS`).
    pub insecure: bool,
    /// A file of certificates to trust instead of the usual ones.
    pub ca_file: Option<PathBuf>,
    /// A file with our certificate and key.
    pub client_cert: Option<PathBuf>,
    /// `X-MLFLOW-WORKSPACE`.
    pub workspace: Option<String>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// How often a call is made again.
    pub retries: u32,
    /// Wait before the first retry; doubled each time.
    pub backoff: Duration,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the password.
        f.debug_struct("Settings").field("uri", &self.uri).finish_non_exhaustive()
    }
}

/// MLflow's own defaults.
const TIMEOUT: Duration = Duration::from_secs(120);
const RETRIES: u32 = 7;
/// 0.5, 1, 2, 4 ... seconds: a server that is restarted is back within them.
const BACKOFF: Duration = Duration::from_millis(500);

impl Settings {
    /// Reads the settings. `env` looks a variable up; `credentials` is the text of `~/.mlflow/credentials`.
    ///
    /// # Errors
    /// No URI, or one that is no tracking server's.
    pub fn read(
        uri: Option<&str>,
        env: &dyn Fn(&str) -> Option<String>,
        credentials: Option<&str>,
    ) -> Result<Self, Fault> {
        let env = |name: &str| env(name).filter(|v| !v.is_empty());
        let given = uri.map(str::to_owned).or_else(|| env("MLFLOW_TRACKING_URI")).ok_or_else(|| {
            Fault::Settings("which server? give --tracking-uri http://HOST:PORT or set MLFLOW_TRACKING_URI".to_owned())
        })?;
        let (uri, in_uri) = parse_uri(&given)?;
        let file = |key: &str| credentials.and_then(|text| credential(text, key));
        let user = in_uri.as_ref().map(|(u, _)| u.clone());
        let user = env("MLFLOW_TRACKING_USERNAME").or(user).or_else(|| file("mlflow_tracking_username"));
        let password = in_uri.map(|(_, p)| p);
        let password = env("MLFLOW_TRACKING_PASSWORD").or(password).or_else(|| file("mlflow_tracking_password"));
        let token = env("MLFLOW_TRACKING_TOKEN");
        if token.as_ref().is_some_and(|token| !token.bytes().all(|b| (0x20..0x7f).contains(&b))) {
            return Err(Fault::Settings(
                "MLFLOW_TRACKING_TOKEN has a character in it that no header can carry (a line break at its end?)"
                    .to_owned(),
            ));
        }
        let authorization = match (user, password, token) {
            (Some(user), Some(password), _) => Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))),
            (_, _, Some(token)) => Some(format!("Bearer {token}")),
            _ => None,
        };
        let insecure = env("MLFLOW_TRACKING_INSECURE_TLS").is_some_and(|v| matches!(&*v.to_lowercase(), "true" | "1"));
        let ca_file = env("MLFLOW_TRACKING_SERVER_CERT_PATH");
        if insecure && ca_file.is_some() {
            return Err(Fault::Settings(
                "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH contradict each other: unset one"
                    .to_owned(),
            ));
        }
        let number = |name: &str| match env(name) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|n| (0.0..1e6).contains(n))
                .map(Some)
                .ok_or_else(|| Fault::Settings(format!("{name} must be a number, not \"{text}\""))),
        };
        Ok(Self {
            uri,
            authorization,
            insecure,
            ca_file: ca_file.or_else(|| env("REQUESTS_CA_BUNDLE")).or_else(|| env("CURL_CA_BUNDLE")).map(PathBuf::from),
            client_cert: env("MLFLOW_TRACKING_CLIENT_CERT_PATH").map(PathBuf::from),
            workspace: env("MLFLOW_WORKSPACE"),
            timeout: number("MLFLOW_HTTP_REQUEST_TIMEOUT")?.map_or(TIMEOUT, Duration::from_secs_f64),
            retries: number("MLFLOW_HTTP_REQUEST_MAX_RETRIES")?.map_or(RETRIES, |n| n as u32),
            backoff: number("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR")?.map_or(BACKOFF, Duration::from_secs_f64),
        })
    }
}

/// The URI as it may be kept, and user and password that stood in it.
fn parse_uri(given: &str) -> Result<(String, Option<(String, String)>), Fault> {
    let given = given.trim();
    let no = |why: &str| Err(Fault::Settings(format!("{}: {why}", without_user(given))));
    if given == "databricks" || given.starts_with("databricks") || given.starts_with("uc:") {
        return no("labeltui speaks to open-source MLflow tracking servers; Databricks has other interfaces for \
                   labeling. Export traces there with the SDK and use: labeltui import");
    }
    let Some((scheme, rest)) = given.split_once("://") else {
        return no("is no server: give http://HOST:PORT (a folder or database needs `mlflow server` in front of it)");
    };
    if !matches!(scheme, "http" | "https") {
        return no("is no server: labeltui needs the HTTP interface; start one with \
                   `mlflow server --backend-store-uri ...` and give http://HOST:PORT");
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    // A password with one of `/?#` in it would end up in the host or the path, and so in messages and in the store.
    if rest.get(end..).is_some_and(|after| after.contains('@')) {
        return no(
            "has an @ after the host: in a user or password write %2F for /, %3F for ?, %23 for # and %40 for @",
        );
    }
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    if host.is_empty() || host.contains(char::is_whitespace) {
        return no("names no host");
    }
    let port = host.rsplit_once(']').map_or(host, |(_, after)| after).split_once(':').map(|(_, port)| port);
    if port.is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit())) {
        return no(
            "names no port after the host: give http://HOST:PORT, and user and password in MLFLOW_TRACKING_USERNAME \
                   and MLFLOW_TRACKING_PASSWORD",
        );
    }
    let user = user.map(|user| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        (percent_decoded(name), percent_decoded(password))
    });
    Ok((format!("{scheme}://{host}{path}"), user))
}

/// For messages, of something that may be malformed: whatever may be a password is left out.
fn without_user(uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").map_or(("", uri), |(scheme, rest)| (scheme, rest));
    let shown = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    // What stands after a colon and is no port may be one as well.
    let end = shown.find(['/', '?', '#']).unwrap_or(shown.len());
    let (host, path) = shown.split_at(end);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if !port.bytes().all(|b| b.is_ascii_digit()) && !port.ends_with(']') => format!("{name}:…"),
        _ => host.to_owned(),
    };
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut look = bytes.clone();
        let hex = (byte == b'%').then(|| Some([look.next()?, look.next()?])).flatten();
        let code = hex.and_then(|pair| u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok());
        match code {
            Some(code) => {
                out.push(code);
                bytes = look;
            }
            None => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A value of the `[mlflow]` section.
fn credential(text: &str, key: &str) -> Option<String> {
    let mut inside = false;
    let mut found = None;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            inside = section.trim() == "mlflow";
        } else if inside && !line.starts_with(['#', ';']) {
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            if name.trim().eq_ignore_ascii_case(key) && !value.trim().is_empty() {
                found = Some(value.trim().to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: Option<&str>, env: &[(&str, &str)], file: Option<&str>) -> Result<Settings, Fault> {
        let look = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Settings::read(uri, &look, file)
    }

    fn basic(user: &str) -> Option<String> {
        Some(format!("Basic {}", STANDARD.encode(user)))
    }

    #[test]
    fn user_and_password_come_from_the_environment_then_the_uri_then_the_file() {
        let file = "[other]\nmlflow_tracking_username = x\n[mlflow]\nmlflow_tracking_username = carol\n\
                    mlflow_tracking_password = p=1\n";
        let from_file = read(Some("http://h:1"), &[], Some(file)).unwrap();
        assert_eq!(from_file.authorization, basic("carol:p=1"));
        let env =
            [("MLFLOW_TRACKING_USERNAME", "ann"), ("MLFLOW_TRACKING_PASSWORD", "q"), ("MLFLOW_TRACKING_TOKEN", "t")];
        assert_eq!(read(Some("http://h:1"), &env, Some(file)).unwrap().authorization, basic("ann:q"));
        assert_eq!(read(Some("http://h"), &env[2..], None).unwrap().authorization.as_deref(), Some("Bearer t"));
        let in_uri = read(Some("https://bob:a%40b@h:1/mlflow/"), &[], None).unwrap();
        assert_eq!((in_uri.uri.as_str(), in_uri.authorization.clone()), ("https://h:1/mlflow", basic("bob:a@b")));
        assert!(!format!("{in_uri:?}").contains("Basic"));
        assert_eq!(read(None, &[("MLFLOW_TRACKING_URI", "http://e")], None).unwrap().uri, "http://e");
    }

    #[test]
    fn what_is_no_tracking_server_is_refused_with_the_way_out() {
        for (uri, why) in [
            ("databricks", "open-source MLflow"),
            ("databricks-uc://p", "open-source MLflow"),
            ("sqlite:///a.db", "mlflow server"),
            ("./mlruns", "mlflow server"),
            ("http://user:secret@", "names no host"),
            // A colon, a slash, a hash or an at sign of the password in the wrong place.
            ("user:secret@127.0.0.1:5712", "is no server"),
            ("ftp://user:secret/x@h", "is no server"),
            ("http://user:secret#x@h", "%23"),
            ("http://user:p@ss/secret@h", "%2F"),
            ("http://user:secret", "names no port"),
            ("user:secret", "is no server"),
        ] {
            let refused = read(Some(uri), &[], None).unwrap_err().to_string();
            assert!(refused.contains(why) && !refused.contains("secret"), "{refused}");
        }
        assert!(read(None, &[], None).unwrap_err().to_string().contains("--tracking-uri"));
        let both = [("MLFLOW_TRACKING_INSECURE_TLS", "true"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", "/c")];
        assert!(read(Some("https://h"), &both, None).is_err());
        assert!(read(Some("https://h"), &[("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon")], None).is_err());
    }

    #[test]
    fn what_a_path_or_port_may_be_is_left_as_it_is() {
        for uri in ["http://h:5000/a/b", "http://[::1]:5000", "https://h", "http://[::1]/x"] {
            assert_eq!(read(Some(uri), &[], None).unwrap().uri, uri);
        }
        let env = [("MLFLOW_TRACKING_TOKEN", "secret\n")];
        let refused = read(Some("http://h"), &env, None).unwrap_err().to_string();
        assert!(refused.contains("MLFLOW_TRACKING_TOKEN") && !refused.contains("secret"), "{refused}");
    }

    #[test]
    fn the_limits_are_those_of_mlflows_client() {
        let plain = read(Some("http://h"), &[], None).unwrap();
        assert_eq!((plain.timeout, plain.retries, plain.insecure), (TIMEOUT, 7, false));
        let env = [
            ("MLFLOW_HTTP_REQUEST_TIMEOUT", "3"),
            ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"),
            ("MLFLOW_TRACKING_INSECURE_TLS", "TRUE"),
            ("MLFLOW_WORKSPACE", "w"),
        ];
        let set = read(Some("http://h"), &env, None).unwrap();
        assert_eq!((set.timeout, set.retries, set.insecure), (Duration::from_secs(3), 2, true));
        assert_eq!(set.workspace.as_deref(), Some("w"));
    }
}
