//! Pages as they are written: runs, segments, frames, first looks.

use super::*;
use proptest::prelude::*;

#[test]
fn runs_tile_a_line_and_marks_are_their_own() {
    let mut b = PageBuilder::new();
    b.text("key", Class::Key);
    b.text(": ", Class::Punct);
    b.text("a\x1bb", Class::Text);
    b.end_line();
    b.line("next", Class::Plain);
    let page = b.finish();
    let classes: Vec<(u32, Class)> = page.runs(page.line(0)).iter().map(|r| (r.start, r.class)).collect();
    assert_eq!(classes, [(0, Class::Key), (3, Class::Punct), (5, Class::Text), (6, Class::Escape), (9, Class::Text)]);
    assert_eq!(page.line_text(0), "key: a␛b");
    assert_eq!(page.line_text(1), "next");
    assert_eq!(page.line_at(page.line(1).start), 1);
}

#[test]
fn a_huge_line_continues_in_segments() {
    let mut b = PageBuilder::new();
    b.line(&"x".repeat(200_000), Class::Plain);
    b.line(&"word ".repeat(40_000), Class::Plain);
    let page = b.finish();
    assert!((0..page.len()).all(|l| page.line_text(l).len() <= SEGMENT));
    assert_eq!(page.text().len(), 400_002);
    assert!(page.line_text(13).ends_with("word "));
    assert_eq!(page.line(1).kind, Kind::Continued);
}

#[test]
fn gutters_nest_and_boxes_have_edges() {
    let mut b = PageBuilder::new();
    b.open_box(Class::Border);
    b.text("title", Class::Strong);
    b.box_body();
    b.push_gutter("▎ ", Class::Quote);
    b.line("quoted", Class::Quote);
    b.pop_gutter();
    b.close_box();
    let page = b.finish();
    assert_eq!(page.line(0).kind, Kind::Top);
    assert_eq!(page.gutter(page.line(1)).map(|g| g.width), Some(4));
    assert_eq!(page.line(2).kind, Kind::Bottom);
}

/// A page of everything there is, with text and structure at random.
fn write(mut b: PageBuilder, steps: &[(u8, String)]) -> Page {
    let mut open = Vec::new();
    for (step, text) in steps {
        match step {
            0 => b.text(text, Class::Plain),
            1 => b.line(text, Class::Key),
            2 => b.gap(),
            3 => {
                b.line(text, Class::Heading);
                open.push(b.open_fold());
            }
            4 => {
                if let Some(fold) = open.pop() {
                    b.close_fold(fold, true, Note::Preview);
                }
            }
            5 => b.block("block", text.as_str().into(), false),
            _ => {
                b.open_box(Class::Border);
                b.text(text, Class::Strong);
                b.box_body();
                b.line(text, Class::Plain);
                b.close_box();
            }
        }
    }
    while let Some(fold) = open.pop() {
        b.close_fold(fold, true, Note::Preview);
    }
    b.finish()
}

proptest! {
    #[test]
    fn a_limited_page_is_the_beginning_of_the_whole(
        steps in proptest::collection::vec((0u8..7, "[a-c\u{1b}日ठ\u{200d}⠿\u{2800}\r\n ]{0,12}"), 0..40), limit in 1usize..200
    ) {
        let (whole, first) = (write(PageBuilder::new(), &steps), write(PageBuilder::limited(limit), &steps));
        prop_assert!(first.len() <= whole.len());
        prop_assert!(first.is_cut() || first.text() == whole.text());
        prop_assert!(first.text().len() >= limit.min(whole.text().len()).saturating_sub(64));
        for line in 0..first.len() {
            let (f, w) = (first.line(line), whole.line(line));
            prop_assert_eq!((f.kind, f.indent, f.hang), (w.kind, w.indent, w.hang));
            let (f, w) = (first.line_text(line), whole.line_text(line));
            // Only the last one may be cut short.
            prop_assert!(f == w || (line + 1 == first.len() && w.starts_with(f)), "{f:?} {w:?}");
        }
        for (f, w) in first.folds().iter().zip(whole.folds()) {
            prop_assert_eq!((f.header, f.level, f.folded), (w.header, w.level, w.folded));
        }
        for (f, w) in first.blocks().iter().zip(whole.blocks()) {
            prop_assert_eq!((f.line, &f.raw), (w.line, &w.raw));
        }
    }

    #[test]
    fn nothing_is_lost_and_nothing_acts(text in any::<String>(), lead in 0usize..40) {
        let text = format!("{}{text}{text}", "y".repeat(SEGMENT - lead));
        let mut b = PageBuilder::new();
        b.text(&text, Class::Plain);
        let page = b.finish();
        let joined: String = (0..page.len())
            .map(|l| format!("{}{}", if l > 0 && page.line(l).kind != Kind::Continued { "\n" } else { "" }, page.line_text(l)))
            .collect();
        let safe = crate::text::sanitize_lines(&text);
        prop_assert_eq!(joined, safe.strip_suffix('\n').unwrap_or(&safe));
    }
}

proptest! {
    /// Where a line ends is told by the next one.
    #[test]
    fn lines_and_their_ends_are_all_of_the_text(
        pieces in proptest::collection::vec(("[ab日\\n\u{1b}]{0,5}", 0usize..40_000, 0u8..6), 0..8),
        limit in prop_oneof![Just(0usize), 1usize..60_000],
    ) {
        let mut b = if limit == 0 { PageBuilder::new() } else { PageBuilder::limited(limit) };
        for (text, long, what) in &pieces {
            match what {
                0 => b.fold_after(2),
                1 => b.end_fold_after(),
                2 => b.gap(),
                3 => b.text(&"long words ".repeat(long / 11), Class::Plain),
                4 => b.end_line(),
                _ => b.text(&"x".repeat(*long), Class::Plain),
            }
            b.text(text, Class::Text);
        }
        b.end_fold_after();
        let page = b.finish();
        let mut all = String::new();
        for at in 0..page.len() {
            prop_assert!(!page.line_text(at).contains('\n'));
            all.push_str(page.line_text(at));
            let goes_on = at + 1 < page.len() && page.line(at + 1).kind == Kind::Continued;
            all.push_str(if goes_on { "" } else { "\n" });
        }
        prop_assert_eq!(all, page.text());
    }
}
