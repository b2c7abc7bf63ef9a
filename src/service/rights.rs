//! Who may do what (RULES: Who may): one table.

use super::api::{LabelQuery, Principal, Reason, Request, Role};
use super::claims::Claims;
use super::ruling::{Ruled, Stop, no};
use super::team::Team;
use crate::store::{Read, SESSIONS, SessionRow};

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Reviewing: the session must be theirs.
    Review,
    /// Importing, creating, assigning, exporting, seeing all labels, the audit.
    Lead,
    /// The store itself, and what cannot be taken back.
    Admin,
}

/// The right that a request needs.
#[must_use]
pub const fn needed(request: &Request) -> Right {
    use Request as R;
    match request {
        R::SessionList
        | R::SessionGet { .. }
        | R::SchemaList { .. }
        | R::Queue { .. }
        | R::Find { .. }
        | R::Item { .. }
        | R::Body { .. }
        | R::Turns { .. }
        | R::Next { .. }
        | R::Type { .. }
        | R::Answer { .. }
        | R::Submit { .. }
        | R::Act { .. }
        | R::Undo { .. }
        | R::Redo { .. }
        | R::Reveal { .. }
        | R::Decide { .. }
        | R::Here { .. }
        | R::Leave { .. }
        | R::Labels { .. } => Right::Review,
        R::Import(_)
        | R::ImportCheck { .. }
        | R::TraceList { .. }
        | R::TraceShow { .. }
        | R::SchemaPut { .. }
        | R::SchemaDelete { .. }
        | R::SessionCreate(_)
        | R::SessionUpdate { .. }
        | R::AddTraces { .. }
        | R::RemoveTraces { .. }
        | R::Assign { .. }
        | R::Dataset { .. }
        | R::Export { .. }
        | R::Stats { .. }
        | R::Audit { .. }
        | R::AuditPast { .. }
        | R::Sync(_) => Right::Lead,
        R::TraceDelete { .. } | R::SessionDelete { .. } | R::Backup { .. } | R::Doctor => Right::Admin,
    }
}

/// Refuses a request that the role does not allow.
///
/// # Errors
/// `NotPermitted`, naming the right that is missing and the one that they have.
pub fn allow(who: &Principal, request: &Request, team: Option<&Team>) -> Ruled<()> {
    let right = needed(request);
    let ok = match right {
        Right::Review => true,
        Right::Lead => matches!(who.role, Role::Lead | Role::Admin),
        Right::Admin => who.role == Role::Admin,
    };
    if ok { Ok(()) } else { Err(missing(who, what(request), right, team)) }
}

/// Says which right is missing, and where it comes from.
fn missing(who: &Principal, what: &str, right: Right, team: Option<&Team>) -> Stop {
    let group = |name: Option<&String>| name.map_or(String::new(), |name| format!(" (group {name})"));
    let (leads, reviewers) = (group(team.and_then(|t| t.leads.as_ref())), team.and_then(|t| t.reviewers.as_ref()));
    let needs = match right {
        Right::Admin => "the right of an admin (root, or the server's own account)".to_owned(),
        Right::Lead | Right::Review => format!("the right of a lead{leads}"),
    };
    let is = match who.role {
        Role::Reviewer => format!("a reviewer{}", group(reviewers)),
        Role::Lead => format!("a lead{leads}"),
        Role::Admin => "an admin".to_owned(),
    };
    no(Reason::NotPermitted, format!("{what} needs {needs}; {} is {is}", who.account))
}

/// What a request is about, for people.
const fn what(request: &Request) -> &'static str {
    use Request as R;
    match request {
        R::Import(_) | R::ImportCheck { .. } => "importing traces",
        R::TraceList { .. } | R::TraceShow { .. } => "seeing traces outside a session's items",
        R::TraceDelete { .. } => "deleting traces",
        R::SchemaPut { .. } | R::SchemaDelete { .. } => "changing the questions",
        R::SessionCreate(_) => "creating a session",
        R::SessionUpdate { .. } => "changing a session",
        R::SessionDelete { .. } => "deleting a session",
        R::AddTraces { .. } | R::RemoveTraces { .. } => "changing what is in a session",
        R::Assign { .. } => "assigning items",
        R::Dataset { .. } | R::Export { .. } => "exporting",
        R::Stats { .. } => "seeing everybody's figures",
        R::Audit { .. } | R::AuditPast { .. } => "the audit",
        R::Backup { .. } => "a backup",
        R::Doctor => "examining the store",
        R::Sync(_) => "bringing a session and an MLflow server together",
        _ => "this",
    }
}

/// Whether the session is theirs: no assigned users, or among them (by account or by assessor id).
#[must_use]
pub fn is_theirs(session: &SessionRow, who: &Principal) -> bool {
    session.users.is_empty() || session.users.iter().any(|u| *u == who.account || *u == who.assessor_id)
}

/// The session that somebody who reviews asks about.
#[must_use]
pub const fn reviewed(request: &Request) -> Option<&String> {
    use Request as R;
    match request {
        R::SessionGet { session }
        | R::Queue { session, .. }
        | R::Find { session, .. }
        | R::Item { session, .. }
        | R::Body { session, .. }
        | R::Turns { session, .. }
        | R::Next { session, .. }
        | R::Type { session, .. }
        | R::Answer { session, .. }
        | R::Submit { session, .. }
        | R::Act { session, .. }
        | R::Undo { session, .. }
        | R::Redo { session, .. }
        | R::Reveal { session, .. }
        | R::Decide { session, .. }
        | R::Here { session, .. }
        | R::Leave { session, .. }
        | R::Labels { session, .. } => Some(session),
        _ => None,
    }
}

/// To a reviewer a session that is not theirs is one that does not exist: a refusal does not tell which.
///
/// # Errors
/// `NotFound`, with the right that would be missing and the way in; the store's.
pub fn exists_for(read: &impl Read, who: &Principal, session: &str) -> Ruled<()> {
    match read.get(SESSIONS, session)? {
        Some(row) if who.role != Role::Reviewer || is_theirs(&row, who) => Ok(()),
        _ => Err(no(
            Reason::NotFound,
            format!(
                "{who} is not assigned to {session}, or there is no such session; a lead adds them with: labeltui session update {session} --user {who}",
                who = who.account,
            ),
        )),
    }
}

/// Whether they may look into the session.
///
/// # Errors
/// `NotPermitted`, with the way in.
pub fn may_look(session: &SessionRow, who: &Principal) -> Ruled<()> {
    if who.role == Role::Reviewer { may_answer(session, who) } else { Ok(()) }
}

/// Whether they may answer in the session.
///
/// # Errors
/// `NotPermitted`, with the way in.
pub fn may_answer(session: &SessionRow, who: &Principal) -> Ruled<()> {
    if is_theirs(session, who) {
        return Ok(());
    }
    Err(no(
        Reason::NotPermitted,
        format!(
            "{who} is not assigned to {session}; add them with: labeltui session update {session} --user {who}",
            who = who.account,
            session = session.name
        ),
    ))
}

/// Whether they decline for everybody (RULES: Status). In a private store everybody is an admin and reviews for
/// themselves.
#[must_use]
pub fn leads(who: &Principal, claims: Claims) -> bool {
    who.role == Role::Lead || (claims.are_on() && who.role == Role::Admin)
}

/// Whether a session's rules hide others from this person until they have submitted.
#[must_use]
pub fn is_blind(session: &SessionRow) -> bool {
    session.blind.unwrap_or(session.reviews > 1)
}

/// A reviewer sees their own labels only.
///
/// # Errors
/// `NotPermitted` where they name somebody else.
pub fn own_labels(who: &Principal, query: &LabelQuery, team: Option<&Team>) -> Ruled<LabelQuery> {
    if who.role != Role::Reviewer {
        return Ok(query.clone());
    }
    match &query.user {
        Some(user) if *user != who.account && *user != who.assessor_id => {
            Err(missing(who, "seeing labels of others", Right::Lead, team))
        }
        _ => Ok(LabelQuery { user: Some(who.account.clone()), imported: false, ..query.clone() }),
    }
}
