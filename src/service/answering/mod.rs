//! Answering: drafts, submits, skips and the like, undo (RULES: Answering). Every act is a [`super::event::Step`] that
//! [`apply`] carries out, so that what undo takes back is what the log says.

pub mod act;
pub mod apply;
pub mod draft;
pub mod ground;
pub mod reveal;
pub mod submit;
pub mod typing;
pub mod undo;

#[cfg(test)]
mod model_test;
#[cfg(test)]
mod tests;
