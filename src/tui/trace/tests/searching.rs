//! Whatever is folded around a match, it is counted, reached in order, and on screen.

use super::{body, pane, show, span};
use crate::tui::trace::{TraceCommand, View};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A value of any shape; its leaves are to be numbered.
fn shapes() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(Value::Null), Just(json!("other"))];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::btree_map("[a-d]{1,3}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Numbers the empty leaves in the order of reading.
fn number(value: &mut Value, next: &mut usize) {
    match value {
        Value::Null => {
            *value = json!(format!("needle{next}."));
            *next += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|v| number(v, next)),
        Value::Object(members) => members.values_mut().for_each(|v| number(v, next)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn every_match_is_reached_whatever_is_folded(mut value in shapes(), height in 5u16..24, folds in 0u8..3) {
        let mut count = 0;
        number(&mut value, &mut count);
        let mut pane = pane(&body(&[span(1, None, "root", "CHAIN", &json!({ "q": 1 }), &json!({ "rows": value }))]));
        pane.set_view(View::Output);
        show(&pane, 80, height);
        for _ in 0..folds {
            pane.command(TraceCommand::Fold);
        }
        let said = pane.command(TraceCommand::Find("NEEDLE".into())).message.unwrap();
        prop_assume!(count > 0);
        prop_assert_eq!(said, format!("1 of {count}"));
        for n in 0..=count {
            let screen = show(&pane, 80, height);
            prop_assert!(screen.contains(&format!("needle{}.", n % count)), "{n} of {count}:\n{screen}");
            pane.command(TraceCommand::FindNext);
        }
    }
}
