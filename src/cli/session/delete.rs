//! `session delete`: never without a copy of what people answered.

use crate::cli::{Context, Failure, lines, show};
use crate::service::api::Request;
use std::path::PathBuf;

pub(super) fn run(name: &str, with_answers: bool, output: Option<PathBuf>, ctx: &mut Context) -> Result<(), Failure> {
    if with_answers {
        let path = match output {
            Some(path) => path,
            None => PathBuf::from(default_name(name)),
        };
        if path.exists() {
            return Err(Failure::Refused(format!("{} is there already; name another file with -o", path.display())));
        }
        let n = lines::export_to(ctx, name, Some(&path))?;
        ctx.note(&format!("wrote {} with their answers to {}", show::count(n, "trace"), path.display()));
    }
    ctx.ask(Request::SessionDelete { session: name.to_owned(), with_answers })?;
    ctx.note(&format!("deleted session {name}"));
    Ok(())
}

/// A file name that any file system takes, whatever the session is called.
fn default_name(session: &str) -> String {
    let safe: String =
        session.chars().take(60).map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' }).collect();
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    format!("{safe}-{now}.export.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_session_name_leads_out_of_the_folder() {
        let name = default_name("../../etc/passwd");
        assert!(name.starts_with("______etc_passwd-") && name.ends_with(".export.jsonl"), "{name}");
    }
}
