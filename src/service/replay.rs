//! The fold of the log: a plain model of what the tables should say, and the comparison with what they do say.

mod compare;
mod model;

pub use compare::compare;
pub use model::{Model, SessionModel};
