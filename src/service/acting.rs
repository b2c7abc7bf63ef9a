//! What people at a screen ask all the time, as rules for the writer: they are answered from there, so that a thread of
//! the server only reads what comes next.

use super::about::{check, place};
use super::answering::{act, draft, submit, typing};
use super::api::{About, Principal, Reason, Refusal, Request, Response};
use super::claims::{Claims, leave};
use super::local::{Ended, Rule};
use super::reading::next::next;
use super::ruling::{Ruled, Stop};
use crate::model::{AnswerChange, BasedOn, ItemNo};
use crate::store::{Snapshot, Txn};

/// A change that is to be made, whether its answer is remembered, and what is answered where it cannot be made.
pub(super) struct Task {
    pub rule: Rule,
    pub remembered: bool,
    pub otherwise: Option<Otherwise>,
}

/// What is answered by reading alone, where nothing can be written.
pub(super) type Otherwise = Box<dyn FnOnce(&Snapshot) -> Ruled<Response> + Send>;

/// The rule that a request asks for, where it is still about what it was; any other request comes back. `stays`: what they
/// go on from is on another of their screens.
pub(super) fn task(
    who: &Principal,
    claims: Claims,
    request: Request,
    about: Option<About>,
    stays: bool,
) -> Result<Task, Box<Request>> {
    let at = place(&request).map(|(session, item)| (session.to_owned(), item));
    let (Some(about), Some((session, item))) = (about, at) else {
        return rule(who, claims, request, stays);
    };
    // A draft may be about an older copy of the trace, an answer may not.
    let snapshot = about.snapshot.filter(|_| matches!(request, Request::Submit { .. }));
    let about = About { snapshot, ..about };
    let Task { mut rule, remembered, otherwise } = rule(who, claims, request, stays)?;
    let checked: Rule = Box::new(move |txn| {
        check(txn, (&session, item), &about)?;
        rule(txn)
    });
    Ok(Task { rule: checked, remembered, otherwise })
}

fn rule(who: &Principal, claims: Claims, request: Request, stays: bool) -> Result<Task, Box<Request>> {
    use Request as R;
    let me = who.clone();
    let mut otherwise: Option<Otherwise> = None;
    let (remembered, rule): (_, Rule) = match request {
        // Not remembered: asked again it gives the claim that is theirs by now.
        R::Next { session, after } if claims.are_on() => {
            let (looks, at) = (who.clone(), session.clone());
            // Nothing is claimed then, as by looking around.
            otherwise = Some(Box::new(move |read| next(read, &looks, claims, &at, after).map(Response::Next)));
            (false, Box::new(move |txn| leave::next(txn, &me, claims, &session, after, stays).map(Ended::from)))
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
        R::Act { session, item, act, based_on } => {
            (true, Box::new(move |txn| act::act(txn, &me, claims, (&session, item), (&act, based_on)).map(Ended::from)))
        }
        other => return Err(Box::new(other)),
    };
    Ok(Task { rule, remembered, otherwise })
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
