//! Shapes of what leaves: the labels table, evaluation records, traces with assessments. Pure.
