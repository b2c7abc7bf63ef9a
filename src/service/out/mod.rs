//! What leaves a session: labels, datasets, traces with assessments, figures, the log.

pub mod audit;
pub mod dataset;
pub mod export;
pub mod labels;
pub mod past;
mod seen;
pub mod stats;
