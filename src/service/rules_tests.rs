//! RULES: sessions, schemas, status, next, blindness, who may; each test is named after what it holds.

mod blindness;
mod deleted;
mod labels_out;
mod next;
mod schemas;
mod sessions;
mod who_may;
