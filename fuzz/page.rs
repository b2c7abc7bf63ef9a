//! What is true of every page.

use labeltui::text::{Kind, Page, acts};

/// Lines tile the text, runs stand on characters, folds nest, nothing acts.
pub fn check(page: &Page) {
    let text = page.text();
    assert!(
        text.chars()
            .all(|c| c == '\n' || (!c.is_control() && (!acts(c) || "\u{200c}\u{200d}\u{fe0e}\u{fe0f}".contains(c))))
    );
    let mut at = 0;
    for number in 0..page.len() {
        let line = page.line(number);
        // Between two lines there is one line end, or none where the second goes on with the first.
        at += usize::from(number > 0 && line.kind != Kind::Continued);
        assert_eq!(line.start as usize, at);
        assert!(!page.line_text(number).contains('\n'));
        let runs = page.runs(line);
        assert!(line.start == line.end || runs.first().is_some_and(|r| r.start <= line.start));
        assert!(runs.iter().all(|r| text.is_char_boundary(r.start as usize)));
        at = line.end as usize;
    }
    let mut open: Vec<u32> = Vec::new();
    for fold in page.folds() {
        assert!(fold.header < fold.end && fold.end as usize <= page.len());
        open.retain(|end| *end > fold.header);
        assert!(open.iter().all(|end| *end >= fold.end), "folds nest");
        open.push(fold.end);
    }
}

/// One page is the beginning of another; its last line may be cut short.
pub fn check_beginning(first: &Page, whole: &Page) {
    check(first);
    assert!(first.len() <= whole.len());
    assert!(first.is_cut() || first.text() == whole.text());
    for line in 0..first.len() {
        let (f, w) = (first.line_text(line), whole.line_text(line));
        assert!(f == w || (line + 1 == first.len() && w.starts_with(f)), "{f:?} {w:?}");
    }
}
