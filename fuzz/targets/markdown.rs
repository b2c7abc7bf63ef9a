//! Any text as Markdown: a well-formed page, no character that acts, no word lost, and a limited page is its beginning.

#![no_main]

use labeltui::text::{PageBuilder, markdown};
use libfuzzer_sys::fuzz_target;

#[path = "../page.rs"]
mod page;

fuzz_target!(|text: &str| {
    let mut b = PageBuilder::new();
    markdown(&mut b, text);
    let whole = b.finish();
    page::check(&whole);
    let mut b = PageBuilder::limited(text.len() / 2 + 1);
    markdown(&mut b, text);
    page::check_beginning(&b.finish(), &whole);
});
