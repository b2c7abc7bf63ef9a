//! The turns of a conversation: traces of one experiment with the same MLflow session, in the order of their requests.
//!
//! They are read as they are now, not as they were when the item was added: a turn that was imported since is there,
//! one that was deleted is not. Whoever may look at the item may read its turns.

use super::api::{Principal, Response, Turn, Turns};
use super::items::lookup;
use super::rights;
use super::ruling::Ruled;
use super::traces::body;
use crate::model::{ItemNo, Trace};
use crate::store::{Read, StoreError, TRACES, TURNS, TraceRow, Txn};

/// Most turns before the item's own that are told.
const EARLIER: usize = 50;
/// Most turns after it.
const LATER: usize = 20;
/// Most bytes of bodies that go along, the nearest turns' first; of the others there are the previews.
const BYTES: u64 = 256 << 10;
/// Turns are counted up to this many.
const COUNTED: u32 = 10_000;

/// Enters a trace among the turns of its conversation, if it is in one.
///
/// # Errors
/// The store's.
pub fn enter(txn: &Txn, row: &TraceRow) -> Result<(), StoreError> {
    let s = &row.summary;
    let Some(session) = s.session() else { return Ok(()) };
    txn.put(TURNS, (row.experiment, session, s.request_time.0, s.trace_id.as_str()), &())
}

/// Takes it out again.
///
/// # Errors
/// The store's.
pub fn leave(txn: &Txn, row: &TraceRow) -> Result<(), StoreError> {
    let s = &row.summary;
    let Some(session) = s.session() else { return Ok(()) };
    txn.remove(TURNS, (row.experiment, session, s.request_time.0, s.trace_id.as_str()))?;
    Ok(())
}

/// The turns around an item's trace, without its own.
///
/// # Errors
/// `NotFound`, `NotPermitted`.
pub fn turns(read: &impl Read, who: &Principal, session: &str, item: ItemNo) -> Ruled<Response> {
    let session = lookup::session(read, session)?;
    rights::may_look(&session, who)?;
    let item = lookup::item(read, &session, item)?;
    let id = item.trace_id.as_str();
    let (own, time) = match read.get(TRACES, id)?.filter(|row| row.experiment == session.experiment) {
        Some(row) => (row.summary.session().map(str::to_owned), row.summary.request_time),
        // The trace is gone; its copy knows.
        None => {
            let copy = Trace::parse(&body(read, item.snapshot)?).summary;
            (copy.session().map(str::to_owned), item.request_time)
        }
    };
    let Some(name) = own else { return Ok(Response::Turns(Turns::default())) };
    let found = around(read, session.experiment, &name, (time.0, id))?;
    Ok(Response::Turns(found))
}

fn around(read: &impl Read, experiment: u32, session: &str, (time, id): (i64, &str)) -> Result<Turns, StoreError> {
    let (mut before, mut after, mut own, mut total) = (Vec::new(), Vec::new(), 0, 1);
    read.scan(TURNS, (experiment, session, time, id).., false, |(e, s, _, trace), ()| {
        let same = e == experiment && s == session && total < COUNTED;
        if same && trace != id {
            total += 1;
            if after.len() < LATER {
                after.push((total - 1, trace.to_owned()));
            }
        }
        Ok(same)
    })?;
    read.scan(
        TURNS,
        (experiment, session, i64::MIN, "")..(experiment, session, time, id),
        true,
        |(_, _, _, trace), ()| {
            total += 1;
            own += 1;
            if before.len() < EARLIER {
                before.push(trace.to_owned());
            }
            Ok(total < COUNTED)
        },
    )?;
    let mut found = Turns { session: session.to_owned(), own, total, turns: Vec::new() };
    let mut left = BYTES;
    let earlier = before.into_iter().zip(1..).map(|(trace, back)| (own.saturating_sub(back), trace));
    let mut turns = Vec::new();
    for (position, trace) in earlier {
        turns.extend(turn(read, position, &trace, &mut left)?);
    }
    turns.reverse();
    found.turns = turns;
    for (position, trace) in after {
        found.turns.extend(turn(read, own + position, &trace, &mut left)?);
    }
    Ok(found)
}

/// Room for bodies.
struct Bodies<'a> {
    left: &'a mut u64,
}

impl Bodies<'_> {
    fn take(&mut self, bytes: u64) -> bool {
        let fits = bytes <= *self.left;
        if fits {
            *self.left -= bytes;
        }
        fits
    }
}

fn turn(read: &impl Read, position: u32, id: &str, left: &mut u64) -> Result<Option<Turn>, StoreError> {
    let Some(row) = read.get(TRACES, id)? else { return Ok(None) };
    let fits = Bodies { left }.take(row.summary.bytes);
    Ok(Some(Turn {
        position,
        time: row.summary.request_time,
        state: row.summary.state,
        question: row.summary.request_preview,
        answer: row.summary.response_preview,
        body: if fits { Some(body(read, row.snapshot)?) } else { None },
        trace_id: row.summary.trace_id,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::api::{Request, SessionSpec, Which};
    use crate::service::kit::Kit;
    use serde_json::json;

    fn turn(kit: &Kit, id: &str, time: i64, session: &str) {
        let body = json!({ "data": { "spans": [] }, "info": {
            "trace_id": id, "trace_metadata": { "mlflow.trace.session": session }
        } });
        kit.trace_with(id, time, &body.to_string());
    }

    fn asked(kit: &Kit, item: u32) -> Turns {
        match kit.user("ann", Request::Turns { session: "s".into(), item: ItemNo(item) }).unwrap() {
            Response::Turns(turns) => turns,
            other => panic!("{other:?}"),
        }
    }

    fn places(turns: &Turns) -> Vec<(u32, &str)> {
        turns.turns.iter().map(|t| (t.position, t.trace_id.as_str())).collect()
    }

    fn kit() -> Kit {
        let kit = Kit::new();
        for (id, time, session) in [("c", 3, "x"), ("a", 1, "x"), ("b", 2, "x"), ("d", 4, "x"), ("o", 2, "other")] {
            turn(&kit, id, time, session);
        }
        kit.trace("alone", 2);
        kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
        kit.add(Which::Ids(vec!["c".into(), "alone".into()]));
        kit
    }

    #[test]
    fn turns_are_the_traces_of_one_mlflow_session_in_the_order_of_their_requests() {
        let kit = kit();
        let places_of = |item| {
            let found = asked(&kit, item);
            (found.own, found.total, places(&found).into_iter().map(|(n, id)| (n, id.to_owned())).collect::<Vec<_>>())
        };
        let (alone, c) = if asked(&kit, 0).session.is_empty() { (0, 1) } else { (1, 0) };
        let expected = [(0, "a"), (1, "b"), (3, "d")].map(|(n, id)| (n, id.to_owned())).to_vec();
        assert_eq!(places_of(c), (2, 4, expected));
        assert_eq!(asked(&kit, alone), Turns::default());
        assert!(asked(&kit, c).turns.iter().all(|t| t.body.is_some()));
        assert_eq!(kit.store.inspect().unwrap().problems, [""; 0]);
    }

    #[test]
    fn a_conversation_that_an_attribute_names_has_turns_too() {
        let kit = Kit::new();
        for (id, time) in [("a", 1), ("b", 2)] {
            let spans =
                json!([{ "span_id": "0000000000000001", "name": "app", "attributes": { "session.id": "\"s7\"" } }]);
            let body = json!({ "data": { "spans": spans }, "info": { "trace_id": id } });
            kit.trace_with(id, time, &body.to_string());
        }
        kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
        kit.add(Which::Ids(vec!["b".into()]));
        let found = asked(&kit, 0);
        assert_eq!((found.session.as_str(), found.own, found.total, places(&found)), ("s7", 1, 2, vec![(0, "a")]));
    }

    #[test]
    fn turns_are_read_as_they_are_now() {
        let kit = kit();
        let c = u32::from(asked(&kit, 0).session.is_empty());
        let ids = Which::Ids(vec!["a".into(), "c".into()]);
        kit.lead(Request::TraceDelete { experiment: "Default".into(), which: ids }).unwrap();
        let found = asked(&kit, c);
        assert_eq!((found.own, found.total), (1, 3), "the copy of a deleted trace still knows its conversation");
        assert_eq!(places(&found), [(0, "b"), (2, "d")]);
        assert_eq!(kit.store.inspect().unwrap().problems, [""; 0]);
    }

    #[test]
    fn turns_that_are_many_or_large_are_told_by_their_previews() {
        let kit = Kit::new();
        for n in 0..80 {
            turn(&kit, &format!("t{n:02}"), n, "x");
        }
        kit.session(SessionSpec { name: "s".into(), experiment: "Default".into(), ..SessionSpec::default() });
        kit.add(Which::Ids(vec!["t55".into()]));
        let found = asked(&kit, 0);
        assert_eq!((found.own, found.total, found.turns.len()), (55, 80, EARLIER + LATER));
        assert_eq!(places(&found).first(), Some(&(5, "t05")));
        let fits = |bytes, mut left| Bodies { left: &mut left }.take(bytes);
        assert_eq!((fits(10, 10), fits(11, 10)), (true, false));
    }
}
