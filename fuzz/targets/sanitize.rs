//! Nothing that acts on a terminal comes through, nothing of the text is lost, and a second pass changes nothing.

#![no_main]

use labeltui::text::{Class, PageBuilder, acts, sanitize, sanitize_lines, sanitize_marked, width};
use libfuzzer_sys::fuzz_target;

/// The joiners and selectors that spelling and emoji need; where they are let through is the sanitiser's to know.
fn joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

fuzz_target!(|text: &str| {
    let line = sanitize(text);
    assert!(line.chars().all(|c| !c.is_control() && (!acts(c) || joiner(c))));
    assert_eq!(sanitize(&line), line);
    let lines = sanitize_lines(text);
    assert!(lines.chars().all(|c| c == '\n' || (!c.is_control() && (!acts(c) || joiner(c)))));
    assert_eq!(sanitize_lines(&lines), lines);

    // Every character of the text is there: itself, or as the mark that names it.
    let (marked, marks) = sanitize_marked(text);
    assert_eq!(marked, lines);
    let mut at = 0;
    let mut rest = marks.iter().peekable();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if c == '\t' {
            let spaces = marked[at..].bytes().take_while(|b| *b == b' ').count();
            assert!(spaces > 0);
            // Spaces of the text itself may follow; a tab fills up to its stop.
            let column = width(marked[..at].rsplit('\n').next().unwrap_or_default());
            at += 4 - column % 4;
        } else if rest.peek().is_some_and(|(start, _)| *start == at) {
            let (start, end) = rest.next().expect("peeked");
            let mark = &marked[*start..*end];
            let picture = u32::from(c) < 0x20 && mark.chars().eq(char::from_u32(0x2400 + u32::from(c)));
            assert!(picture || (c == '\u{7f}' && mark == "\u{2421}") || mark == format!("⟨U+{:04X}⟩", u32::from(c)));
            at = *end;
        } else {
            assert!(marked[at..].starts_with(c));
            at += c.len_utf8();
        }
    }
    assert_eq!((at, rest.next()), (marked.len(), None));

    // A page is made of the same.
    let mut b = PageBuilder::new();
    b.text(text, Class::Plain);
    let page = b.finish();
    assert_eq!(page.text().trim_end_matches('\n'), lines.trim_end_matches('\n'));
});
