//! A trace of each framework in the views other than the conversation (which has its own snapshots), at three sizes.

use super::formats::{body, names};
use super::show;
use crate::tui::trace::{Material, Reading, TracePane, View};
use std::sync::Arc;

/// One view as the pane shows it in this many columns and rows.
fn seen(reading: &Arc<Reading>, view: View, (columns, rows): (u16, u16)) -> String {
    let mut pane = TracePane::open(Arc::clone(reading));
    // The first drawing tells the pane its size.
    show(&pane, columns, rows);
    pane.set_view(view);
    show(&pane, columns, rows).trim_end().to_owned()
}

#[test]
fn every_other_view_of_every_format() {
    for name in names() {
        let reading = Arc::new(Reading::build(&Material::of(body(&name))));
        let mut all = String::new();
        for view in [View::Output, View::Documents, View::Tree, View::Raw] {
            for size in [(80, 24), (120, 40), (200, 50)] {
                let text = seen(&reading, view, size);
                all.push_str(&format!("--- {} {}x{} ---\n{text}\n", view.name(), size.0, size.1));
            }
        }
        insta::with_settings!({ snapshot_path => "views", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, all);
        });
    }
}
