//! Any commands, in any order, at any size.

use super::*;
use proptest::prelude::*;

fn any_command() -> impl Strategy<Value = TraceCommand> {
    prop_oneof![
        (-9i32..9).prop_map(TraceCommand::ScrollLines),
        (-2i32..3).prop_map(TraceCommand::ScrollPages),
        (-5i32..5).prop_map(TraceCommand::ScrollDetail),
        prop::sample::select(View::ALL.to_vec()).prop_map(TraceCommand::View),
        prop::sample::select(vec![
            TraceCommand::Top,
            TraceCommand::Bottom,
            TraceCommand::Fold,
            TraceCommand::Unfold,
            TraceCommand::NextError,
            TraceCommand::Parent,
            TraceCommand::PrevSibling,
            TraceCommand::NextSibling,
            TraceCommand::NextSameType,
            TraceCommand::SelectNext,
            TraceCommand::SelectPrev,
            TraceCommand::FindNext,
            TraceCommand::FindPrev,
            TraceCommand::ClearFind,
            TraceCommand::Find("a".into()),
            TraceCommand::Find("acme".into()),
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_size_and_no_order_of_commands_breaks_it(steps in prop::collection::vec((any_command(), 0u16..130, 0u16..40), 1..24)) {
        let mut pane = pane(&agent());
        for (command, columns, rows) in steps {
            pane.command(command);
            if columns > 0 && rows > 0 {
                show(&pane, columns, rows);
            }
            let _ = (pane.title(), pane.footer(), pane.copy_text(), pane.cursor());
        }
    }
}
