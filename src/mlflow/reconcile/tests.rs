use super::*;
use crate::model::{EventNo, ItemNo, Time};
use serde_json::{Value, json};

/// Versions of one answer: (id, value, what it overrides, valid), in their order.
fn slot(versions: &[(&str, i64, Option<&str>, bool)], kind: SchemaType) -> SlotWork {
    let version = |(n, (id, value, overrides, valid)): (usize, &(&str, i64, Option<&str>, bool))| AnswerVersion {
        assessment_id: (*id).to_owned(),
        item: ItemNo(0),
        trace_id: "tr-1".into(),
        schema: "q".into(),
        schema_version: 1,
        kind,
        value: json!(value),
        comment: None,
        reviewer: "alice".into(),
        assessor_id: "alice".into(),
        at: Time(n as i64),
        event: EventNo(n as u64 + 1),
        overrides: overrides.map(str::to_owned),
        after_reveal: false,
        valid: *valid,
    };
    SlotWork { schema: "q".into(), versions: versions.iter().enumerate().map(version).collect(), ..SlotWork::default() }
}

fn base(mut slot: SlotWork, local: Option<&str>, remote: Option<(&str, i64)>) -> SlotWork {
    slot.base = Some(SyncedRow {
        local: local.map(str::to_owned),
        remote: remote.map(|(id, _)| id.to_owned()),
        value: remote.map_or(Value::Null, |(_, v)| json!(v as f64)),
        ..SyncedRow::default()
    });
    slot
}

fn there(list: &[(&str, i64, bool)]) -> Vec<There> {
    let one = |(n, (id, value, valid)): (usize, &(&str, i64, bool))| There {
        id: (*id).to_owned(),
        value: json!(*value as f64),
        comment: None,
        at: Time(n as i64),
        valid: *valid,
        overrides: None,
        whole: Assessment(Default::default()),
    };
    list.iter().enumerate().map(one).collect()
}

fn verdict(slot: &SlotWork, kind: SchemaType, there: &[There], prefer: Option<Side>) -> Verdict {
    decide(&Case { slot, kind, there, imported: &[], pulled: false, prefer })
}

/// The verdict in short: `agreed`, `conflict`, `adopt ID`, or the calls (`+new>overridden ~changed -deleted`).
fn check(slot: &SlotWork, kind: SchemaType, list: &[(&str, i64, bool)], prefer: Option<Side>) -> String {
    match verdict(slot, kind, &there(list), prefer) {
        Verdict::Agreed(_) => "agreed".to_owned(),
        Verdict::Conflict(_) => "conflict".to_owned(),
        Verdict::Adopt(a) => match a.answer {
            Some(answer) => format!("adopt {}={}", answer.id.as_deref().unwrap_or("same"), answer.value),
            None => "adopt nothing".to_owned(),
        },
        Verdict::Push(ops, _) => ops
            .iter()
            .map(|op| match op {
                Op::Make { id, overrides: None, version, .. } => format!("+{id}={}", version.value),
                Op::Make { id, overrides: Some(o), version, .. } => format!("+{id}={}>{o}", version.value),
                Op::Change { id, version } => format!("~{id}={}", version.value),
                Op::Delete { id } => format!("-{id}"),
            })
            .collect::<Vec<_>>()
            .join(" "),
    }
}

const F: SchemaType = SchemaType::Feedback;
const E: SchemaType = SchemaType::Expectation;

#[test]
fn feedback_goes_with_its_history_and_what_is_there_is_not_sent_again() {
    let first = slot(&[("v1", 1, None, true)], F);
    assert_eq!(check(&first, F, &[], None), "+v1=1");
    // Killed after the call, before the note.
    assert_eq!(check(&first, F, &[("v1", 1, true)], None), "");
    let edited = slot(&[("v1", 1, None, false), ("v2", 2, Some("v1"), true)], F);
    assert_eq!(check(&edited, F, &[], None), "+v1=1 +v2=2>v1");
    let pushed = base(edited.clone(), Some("v1"), Some(("v1", 1)));
    assert_eq!(check(&pushed, F, &[("v1", 1, true)], None), "+v2=2>v1");
    assert_eq!(check(&pushed, F, &[("v1", 1, false), ("v2", 2, true)], None), "");
    let both = base(edited, Some("v2"), Some(("v2", 2)));
    assert_eq!(check(&both, F, &[("v1", 1, false), ("v2", 2, true)], None), "agreed");
}

#[test]
fn what_was_undone_is_taken_back_there() {
    let undone = base(slot(&[("v1", 1, None, true), ("v2", 2, Some("v1"), false)], F), Some("v2"), Some(("v2", 2)));
    assert_eq!(check(&undone, F, &[("v1", 1, false), ("v2", 2, true)], None), "-v2");
    let retracted = base(slot(&[("v1", 1, None, false), ("v2", 2, Some("v1"), false)], F), Some("v2"), Some(("v2", 2)));
    assert_eq!(check(&retracted, F, &[("v1", 1, false), ("v2", 2, true)], None), "-v2 -v1");
    assert_eq!(check(&retracted, F, &[("v1", 1, true)], None), "-v1");
    assert_eq!(check(&retracted, F, &[], None), "agreed");
    // Somebody took the edit back there, and nothing has changed here.
    let edited = slot(&[("v1", 1, None, false), ("v2", 2, Some("v1"), true)], F);
    let both = base(edited, Some("v2"), Some(("v2", 2)));
    assert_eq!(check(&both, F, &[("v1", 1, true)], None), "adopt same=1.0");
    let anew = base(slot(&[("v1", 1, None, false), ("v2", 5, None, true)], F), Some("v1"), Some(("v1", 1)));
    assert_eq!(check(&anew, F, &[("v1", 1, true)], None), "-v1 +v2=5");
    assert_eq!(check(&anew, F, &[], None), "+v2=5");
}

#[test]
fn an_expectation_is_changed_in_place_under_its_first_id() {
    let edited = slot(&[("e1", 1, None, false), ("e2", 2, Some("e1"), true)], E);
    assert_eq!(check(&edited, E, &[], None), "+e1=2");
    let pushed = base(edited.clone(), Some("e1"), Some(("e1", 1)));
    assert_eq!(check(&pushed, E, &[("e1", 1, true)], None), "~e1=2");
    assert_eq!(check(&pushed, E, &[("e1", 2, true)], None), "");
    let undone = base(slot(&[("e1", 1, None, true), ("e2", 2, Some("e1"), false)], E), Some("e2"), Some(("e1", 2)));
    assert_eq!(check(&undone, E, &[("e1", 2, true)], None), "~e1=1");
    let retracted = base(slot(&[("e1", 1, None, false)], E), Some("e1"), Some(("e1", 1)));
    assert_eq!(check(&retracted, E, &[("e1", 1, true)], None), "-e1");
}

#[test]
fn what_was_answered_there_is_adopted_unless_we_have_changed_it_too() {
    let ours = base(slot(&[("v1", 1, None, true)], F), Some("v1"), Some(("v1", 1)));
    assert_eq!(check(&ours, F, &[("v1", 1, false), ("x", 4, true)], None), "adopt x=4.0");
    assert_eq!(check(&ours, F, &[("v1", 3, true)], None), "adopt same=3.0");
    assert_eq!(check(&ours, F, &[], None), "adopt nothing");
    assert_eq!(check(&slot(&[], F), F, &[("x", 4, true)], None), "adopt x=4.0");
    let edited = base(slot(&[("v1", 1, None, false), ("v2", 2, Some("v1"), true)], F), Some("v1"), Some(("v1", 1)));
    let both = [("v1", 1, false), ("x", 4, true)];
    assert_eq!(check(&edited, F, &both, None), "conflict");
    assert_eq!(check(&edited, F, &both, Some(Side::Local)), "+v2=2>x");
    assert_eq!(check(&edited, F, &both, Some(Side::Remote)), "adopt x=4.0");
    assert_eq!(check(&edited, F, &[], None), "conflict");
    assert_eq!(check(&edited, F, &[("v1", 1, false), ("x", 2, true)], None), "+v2=2>x");
    let expected = base(slot(&[("e1", 1, None, false), ("e2", 2, Some("e1"), true)], E), Some("e1"), Some(("e1", 1)));
    assert_eq!(check(&expected, E, &[("e1", 7, true)], None), "conflict");
    assert_eq!(check(&expected, E, &[("e1", 7, true)], Some(Side::Local)), "~e1=2");
    assert_eq!(check(&expected, E, &[("e1", 7, true)], Some(Side::Remote)), "adopt same=7.0");
    assert_eq!(check(&expected, E, &[("e1", 1, true), ("x", 9, true)], Some(Side::Local)), "~x=2");
}

#[test]
fn what_came_with_the_trace_before_is_no_news() {
    let ours = slot(&[("v1", 1, None, true)], F);
    let list = there(&[("old", 9, true)]);
    let imported = ["old".to_owned()];
    let case = Case { slot: &ours, kind: F, there: &list, imported: &imported, pulled: true, prefer: None };
    let Verdict::Push(ops, base) = decide(&case) else { panic!() };
    assert!(matches!(&ops[..], [Op::Make { overrides: Some(o), .. }] if o == "old"));
    assert_eq!(base.known, ["old"]);
    let nothing = SlotWork::default();
    let case = |pulled| Case { slot: &nothing, kind: F, there: &list, imported: &imported, pulled, prefer: None };
    assert!(matches!(decide(&case(false)), Verdict::Agreed(_)));
    // In a pulled queue they are the reviewer's answers, however long ago.
    assert!(matches!(decide(&case(true)), Verdict::Adopt(_)));
}

/// A plain server: carries calls out on a list of (id, value, valid, overrides).
fn carry_out(state: &mut Vec<There>, ops: &[Op]) {
    for op in ops {
        match op {
            Op::Make { version, id, overrides, .. } => {
                if state.iter().any(|t| t.id == *id) {
                    continue;
                }
                if let Some(old) = state.iter_mut().find(|t| Some(&t.id) == overrides.as_ref()) {
                    old.valid = false;
                }
                let at = Time(1_000 + state.len() as i64);
                state.push(There {
                    id: id.clone(),
                    value: version.value.clone(),
                    comment: None,
                    at,
                    valid: true,
                    overrides: overrides.clone(),
                    whole: Assessment(Default::default()),
                });
            }
            Op::Change { id, version } => {
                if let Some(old) = state.iter_mut().find(|t| t.id == *id) {
                    old.value = version.value.clone();
                }
            }
            Op::Delete { id } => {
                let gone = state.iter().position(|t| t.id == *id).map(|at| state.remove(at));
                if let Some(over) = gone.and_then(|t| t.overrides)
                    && let Some(old) = state.iter_mut().find(|t| t.id == over)
                {
                    old.valid = true;
                }
            }
        }
    }
}

mod any {
    use super::*;
    use proptest::prelude::*;

    /// What a reviewer does here, and when a push runs, perhaps cut short.
    #[derive(Debug, Clone)]
    enum Act {
        Answer(i64),
        Retract,
        Undo,
        /// Carries out this many calls, then is killed; a large number is a whole push.
        Push(usize),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            (0..4i64).prop_map(Act::Answer),
            Just(Act::Retract),
            Just(Act::Undo),
            prop_oneof![Just(99usize), 0..3usize].prop_map(Act::Push),
        ];
        prop::collection::vec(act, 1..14)
    }

    fn run(kind: SchemaType, acts: Vec<Act>) {
        let mut slot = slot(&[], kind);
        let mut state: Vec<There> = Vec::new();
        let mut history: Vec<Vec<AnswerVersion>> = Vec::new();
        let mut n = 0;
        for act in acts.into_iter().chain([Act::Push(99)]) {
            n += 1;
            match act {
                Act::Answer(value) => {
                    history.push(slot.versions.clone());
                    let old = slot.versions.iter_mut().rfind(|v| v.valid);
                    let overrides = old.map(|v| {
                        v.valid = false;
                        v.assessment_id.clone()
                    });
                    let mut fresh = super::slot(&[("", value, None, true)], kind).versions.remove(0);
                    (fresh.assessment_id, fresh.overrides, fresh.event) = (format!("v{n}"), overrides, EventNo(n));
                    slot.versions.push(fresh);
                }
                Act::Retract => {
                    history.push(slot.versions.clone());
                    slot.versions.iter_mut().for_each(|v| v.valid = false);
                }
                Act::Undo => {
                    if let Some(before) = history.pop() {
                        // Versions stay; only which one is valid goes back.
                        for v in &mut slot.versions {
                            v.valid = before.iter().any(|b| b.assessment_id == v.assessment_id && b.valid);
                        }
                    }
                }
                Act::Push(calls) => match verdict(&slot, kind, &state, None) {
                    Verdict::Agreed(base) => slot.base = Some(base),
                    Verdict::Push(ops, base) => {
                        if ops.iter().any(|op| matches!(op, Op::Delete { .. })) {
                            slot.base = Some(before_deleting(&base));
                        }
                        carry_out(&mut state, &ops[..calls.min(ops.len())]);
                        if calls >= ops.len() {
                            slot.base = Some(base);
                        }
                    }
                    other => panic!("nobody else has written anything: {other:?}"),
                },
            }
        }
        let local = slot.versions.iter().rfind(|v| v.valid).map(|v| v.value.clone());
        let valid: Vec<Value> = state.iter().filter(|t| t.valid).map(|t| t.value.clone()).collect();
        assert_eq!(valid, Vec::from_iter(local), "{state:?}");
        assert!(matches!(verdict(&slot, kind, &state, None), Verdict::Agreed(_)));
    }

    proptest! {
        #[test]
        fn whatever_is_done_and_whenever_it_is_killed_the_server_has_our_answer_once(
            feedback in any::<bool>(), acts in acts()
        ) {
            run(if feedback { F } else { E }, acts);
        }
    }
}
