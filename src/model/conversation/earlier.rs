//! Earlier turns in what a root was handed. Who asks again has the same called again, with the same result as often as not:
//! what a span of this trace called is this turn's, whatever the history tells.

use super::assemble::turn;
use super::{Message, Part};

/// How many of these messages belong to turns that were answered. A nudge or a decision in the middle of one ("go on",
/// "approved") begins none: what was called before it has had no answer yet.
pub(super) fn earlier(heard: &[Message]) -> usize {
    let calls = |m: &Message| m.parts.iter().any(|p| matches!(p, Part::Call(_)));
    let before = heard.get(..turn(heard).unwrap_or(0)).unwrap_or_default();
    before.iter().rposition(|m| m.role.answers() && m.speaks() && !calls(m)).map_or(0, |at| at + 1)
}
