//! An OpenSSH server on loopback with its own configuration, host key and port, and the shipped stanza for reviewers.

use super::machine::{Machine, must};
use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running sshd; killed when dropped.
pub struct Sshd {
    child: Child,
    port: u16,
}

impl Sshd {
    /// Lets the accounts in whose keys were made with [`Sshd::allow`].
    pub fn start(machine: &Machine) -> Self {
        // Where sshd insists on it, a service manager makes it otherwise.
        fs::create_dir_all("/run/sshd").expect("sshd's folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let shown = |name: &str| machine.path(name).display().to_string();
        must(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &shown("keys/host")]));
        install(machine);
        let stanza = include_str!("../../assets/ssh/labeltui.conf")
            .replace("labeltui-reviewers", &machine.reviewers())
            .replace("labeltui-leads", &machine.leads())
            .replace("/usr/local/lib/labeltui", &shown("bin"));
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nAuthorizedKeysFile {}/%u.pub\n\
             SetEnv LABELTUI_SERVER={} PATH={}:/usr/bin:/bin\nLogLevel VERBOSE\n{stanza}",
            shown("keys/host"),
            shown("keys"),
            machine.socket().display(),
            shown("bin"),
        );
        fs::write(machine.path("sshd_config"), config).expect("its configuration");
        let sshd = Path::new("/usr/sbin/sshd");
        assert!(sshd.exists(), "there is no {}: install openssh-server", sshd.display());
        let mut command = Command::new(sshd);
        command.args(["-D", "-e", "-f"]).arg(machine.path("sshd_config")).stderr(Stdio::piped());
        let mut child = command.stdin(Stdio::null()).spawn().expect("sshd starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut said = String::new();
        while !said.contains("Server listening on") {
            assert_ne!(log.read_line(&mut said).expect("its log"), 0, "sshd ended: {said}");
        }
        std::thread::spawn(move || drop(log.read_to_end(&mut Vec::new())));
        Self { child, port }
    }

    /// Gives an account a key.
    pub fn allow(machine: &Machine, account: &str) {
        let key = machine.path("keys").join(account);
        must(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(key));
    }

    /// Arguments of `ssh` for a command as this account.
    pub fn arguments(&self, machine: &Machine, account: &str, command: &str) -> Vec<String> {
        let key = machine.path("keys").join(account).display().to_string();
        let known = format!("UserKnownHostsFile={}", machine.path("keys/known").display());
        let port = self.port.to_string();
        let target = format!("{account}@127.0.0.1");
        let options =
            ["-F", "/dev/null", "-q", "-o", "StrictHostKeyChecking=accept-new", "-o", &known, "-o", "BatchMode=yes"];
        let rest = ["-o", "IdentitiesOnly=yes", "-i", &key, "-p", &port, &target, command];
        options.iter().chain(&rest).filter(|a| !a.is_empty()).map(|a| (*a).to_owned()).collect()
    }
}

/// The shipped script, with this machine's paths.
fn install(machine: &Machine) {
    let script = include_str!("../../assets/ssh/labeltui-ssh")
        .replace("/usr/local/bin/labeltui", machine.program().to_str().expect("a path"));
    let path = machine.path("bin/labeltui-ssh");
    fs::write(&path, script).expect("the script");
    fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("its mode");
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
