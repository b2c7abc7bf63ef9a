//! Any text as JSON: a well-formed page on which every byte of the text that is no white space is found again.

#![no_main]

use labeltui::text::{PageBuilder, json, json_lines};
use libfuzzer_sys::fuzz_target;

#[path = "../page.rs"]
mod page;

fuzz_target!(|text: &str| {
    let mut b = PageBuilder::new();
    json_lines(&mut b, text, usize::from(text.len() as u8 % 4));
    let whole = b.finish();
    page::check(&whole);
    let mut b = PageBuilder::limited(text.len() / 2 + 1);
    json_lines(&mut b, text, usize::from(text.len() as u8 % 4));
    page::check_beginning(&b.finish(), &whole);
    // Numbers and literals stand on the page as they were written.
    let mut at = 0;
    while let Some(found) = json::token(text, at) {
        assert!(found.next > at);
        at = found.next;
        let piece = &text[found.start..found.end];
        let plain = piece.bytes().all(|b| b.is_ascii_graphic());
        if matches!(found.token, json::Token::Number | json::Token::Literal) && plain {
            assert!(whole.text().contains(piece), "{piece}");
        }
    }
    let _ = json::is_container(text);
    let _ = json::unescape(text);
});
