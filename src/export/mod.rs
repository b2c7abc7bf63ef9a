//! What leaves: rows of the labels table, evaluation records, traces with their assessments. Pure: values in, values
//! out; `service::out` reads the store, the command line writes the files.

pub mod assessment;
pub mod dataset;
pub mod labels;
pub mod span_ids;
pub mod trace;
