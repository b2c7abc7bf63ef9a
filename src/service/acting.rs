//! What people at a screen ask all the time, as rules for the writer: they are answered from there, so that a thread of
//! the server only reads what comes next.

use super::about::{check, place};
use super::answering::{act, draft, submit, typing};
use super::api::{About, Principal, Reason, Refusal, Request};
use super::claims::{Claims, leave};
use super::local::{Ended, Rule};
use super::ruling::{Ruled, Stop};
use crate::model::{AnswerChange, BasedOn, ItemNo};
use crate::store::Txn;

/// A change that is to be made, and whether its answer is remembered.
pub(super) struct Task {
    pub rule: Rule,
    pub remembered: bool,
}

/// The rule that a request asks for, where it is still about what it was; any other request comes back.
pub(super) fn task(
    who: &Principal,
    claims: Claims,
    request: Request,
    about: Option<About>,
) -> Result<Task, Box<Request>> {
    let at = place(&request).map(|(session, item)| (session.to_owned(), item));
    let (Some(about), Some((session, item))) = (about, at) else { return rule(who, claims, request) };
    // A draft may be about an older copy of the trace, an answer may not.
    let snapshot = about.snapshot.filter(|_| matches!(request, Request::Submit { .. }));
    let about = About { snapshot, ..about };
    let Task { mut rule, remembered } = rule(who, claims, request)?;
    let checked: Rule = Box::new(move |txn| {
        check(txn, (&session, item), &about)?;
        rule(txn)
    });
    Ok(Task { rule: checked, remembered })
}

fn rule(who: &Principal, claims: Claims, request: Request) -> Result<Task, Box<Request>> {
    use Request as R;
    let me = who.clone();
    let (remembered, rule): (_, Rule) = match request {
        // Not remembered: asked again it gives the claim that is theirs by now.
        R::Next { session, after } if claims.are_on() => {
            (false, Box::new(move |txn| leave::next(txn, &me, claims, &session, after).map(Ended::from)))
        }
        // Overwritten in place: a retry does no harm and need not be remembered.
        R::Type { session, item, schema, value, comment, based_on } => (
            false,
            Box::new(move |txn| {
                let (value, comment) = (value.as_deref(), comment.as_deref());
                let text = typing::Typed { schema: &schema, value, comment, based_on };
                typing::typed(txn, &me, claims, &session, item, &text).map(Ended::from)
            }),
        ),
        R::Answer { session, item, changes, based_on } => (
            true,
            Box::new(move |txn| {
                draft::answer(txn, &me, claims, (&session, item), (&changes, based_on)).map(Ended::from)
            }),
        ),
        R::Submit { session, item, based_on, seen, changes, extra } => (
            true,
            Box::new(move |txn| {
                let seen = seen.as_deref();
                let wanted = submit::Wanted { session: &session, item, based_on, seen, changes: &changes, extra };
                match submit::submit(txn, &me, claims, &wanted) {
                    Err(Stop::Refused(refusal @ Refusal { reason: Reason::Taken { .. }, .. }))
                        if !changes.is_empty() =>
                    {
                        keep(txn, &me, claims, (&session, item, &changes), refusal)
                    }
                    done => done.map(Ended::from),
                }
            }),
        ),
        R::Act { session, item, act } => {
            (true, Box::new(move |txn| act::act(txn, &me, claims, &session, item, &act).map(Ended::from)))
        }
        other => return Err(Box::new(other)),
    };
    Ok(Task { rule, remembered })
}

/// Nothing is lost: what came with a submit that found no place joins the draft.
fn keep(
    txn: &Txn,
    who: &Principal,
    claims: Claims,
    (session, item, changes): (&str, ItemNo, &[AnswerChange]),
    refusal: Refusal,
) -> Ruled<Ended> {
    let kept = draft::answer(txn, who, claims, (session, item), (changes, BasedOn::Any))?;
    Ok(Ended { answer: Err(refusal), notices: kept.notices })
}
