//! Text from outside, made safe for a terminal: what could act on it is shown instead.
//!
//! A reviewer must see an injection, and the terminal must not: every control, bidirectional, zero-width and tag
//! character becomes a visible mark. Letters of every script, emoji families and the joiners that Indic and Persian
//! spelling needs stay as they are.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar;

/// Distance of tab stops.
pub const TAB: usize = 4;
/// Combining marks that one letter may carry before further ones are shown as marks (stacks that bleed over lines).
const MAX_STACK: u8 = 8;
/// Bytes of one cluster, from which on no joiner or mark makes it longer, and twice as many at which nothing does. The longest
/// families take 41. Without an end, a chain of joined emoji would be one cell of a frame, written again with every key.
const MAX_CLUSTER: usize = 64;

/// One line: controls (line ends too) as `␛`-like pictures, invisible and bidi characters as `⟨U+202E⟩`, tabs to tab
/// stops. The result holds no character that acts on a terminal. Plain text is borrowed.
///
/// ```
/// assert_eq!(labeltui::text::sanitize("\u{1b}[2J"), "␛[2J");
/// assert_eq!(labeltui::text::sanitize("ok\u{202e}"), "ok⟨U+202E⟩");
/// ```
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if is_plain(text, false) { Cow::Borrowed(text) } else { Cow::Owned(rewrite(text, false, &mut |_, _| ())) }
}

/// Like [`sanitize`] for text of many lines: `\n` stays, `\r\n` becomes `\n`.
#[must_use]
pub fn sanitize_lines(text: &str) -> Cow<'_, str> {
    if is_plain(text, true) { Cow::Borrowed(text) } else { Cow::Owned(rewrite(text, true, &mut |_, _| ())) }
}

/// Like [`sanitize_lines`], with the byte ranges of the marks, so that a mark and a text that looks like one differ.
#[must_use]
pub fn sanitize_marked(text: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let mut marks = Vec::new();
    if is_plain(text, true) {
        return (Cow::Borrowed(text), marks);
    }
    let safe = rewrite(text, true, &mut |start, end| marks.push((start, end)));
    (Cow::Owned(safe), marks)
}

fn is_plain(text: &str, lines: bool) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b) || (lines && b == b'\n'))
}

fn rewrite(text: &str, lines: bool, marked: &mut dyn FnMut(usize, usize)) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // Where the text after the last line end or tab begins: columns are counted by cluster, and only for a tab.
    let mut since = 0;
    // What a following joiner or combining mark would attach to; `None` at the start of a line and after a mark.
    let mut base: Option<char> = None;
    let mut stack = 0u8;
    let mut cluster = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' '..='~' => {
                cluster = out.len();
                out.push(c);
                (base, stack) = (Some(c), 0);
            }
            '\n' if lines => {
                out.push(c);
                since = out.len();
                (base, stack) = (None, 0);
            }
            '\r' if lines && chars.peek() == Some(&'\n') => {}
            '\t' => {
                // After a tab one stands at a stop, so only what follows it counts.
                let column = super::width(out.get(since..).unwrap_or_default());
                out.extend(std::iter::repeat_n(' ', TAB - column % TAB));
                since = out.len();
                (base, stack) = (Some(' '), 0);
            }
            '\0'..='\u{1f}' => {
                out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'));
                marked(out.len() - 3, out.len());
                (base, stack) = (None, 0);
            }
            '\u{7f}' => {
                out.push('\u{2421}');
                marked(out.len() - 3, out.len());
                (base, stack) = (None, 0);
            }
            // Blank among Braille is a space; anywhere else it only looks like one.
            '\u{2800}' if !base.is_some_and(is_braille) && !chars.peek().copied().is_some_and(is_braille) => {
                let start = out.len();
                mark(c, &mut out);
                marked(start, out.len());
                (base, stack) = (None, 0);
            }
            // Letters of Latin, kana, CJK and Hangul: nothing to think about, and much text is made of them.
            'À'..='ʯ' | 'ぁ'..='ヿ' | '一'..='鿿' | '가'..='힣' if c != '\u{3099}' && c != '\u{309a}' => {
                cluster = out.len();
                out.push(c);
                (base, stack) = (Some(c), 0);
            }
            _ => {
                let width = c.width().unwrap_or(0);
                let joins = joins(base, c, chars.peek().copied());
                let shown = if acts(c) {
                    // What it joins has to have room, too.
                    joins && stack + 1 < MAX_STACK
                } else {
                    width > 0 || (base.is_some() && stack < MAX_STACK)
                };
                let before = out.len();
                if shown {
                    out.push(c);
                }
                let most = if acts(c) || width == 0 { MAX_CLUSTER } else { 2 * MAX_CLUSTER };
                if shown && last_cluster(&out, &mut cluster) <= most {
                    stack = if width == 0 { stack + 1 } else { 0 };
                    // A joiner or a modifier leaves its base in place for what follows.
                    if width > 0 || base.is_none() {
                        base = Some(c);
                    }
                } else {
                    out.truncate(before);
                    mark(c, &mut out);
                    marked(before, out.len());
                    (base, stack) = (None, 0);
                }
            }
        }
    }
    out
}

/// Bytes of the last cluster of a text. `from`: where a cluster begins, moved on to where the last one does; looked for only
/// where it may be too long.
fn last_cluster(text: &str, from: &mut usize) -> usize {
    if text.len() - *from > MAX_CLUSTER {
        let last = text.get(*from..).and_then(|t| t.grapheme_indices(true).next_back());
        *from += last.map_or(0, |(at, _)| at);
    }
    text.len() - *from
}

/// Writes `⟨U+202E⟩`.
fn mark(c: char, out: &mut String) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
}

/// True for the characters that act on a terminal or hide text: controls, line and paragraph separators, all of
/// Unicode's format characters (Cf: bidi, zero-width, tags, interlinear annotation, number signs that swallow what
/// follows), fillers, variation selectors, what has no glyph at all, and noncharacters.
#[must_use]
pub fn acts(c: char) -> bool {
    matches!(u32::from(c),
        0x00..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2
        | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f
        | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
        | 0xfff0..=0xfffb | 0xfffe..=0xffff | 0x110bd | 0x110cd | 0x13430..=0x1343f | 0x16fe4 | 0x1bca0..=0x1bca3
        | 0x1d159 | 0x1d173..=0x1d17a
        | 0xe0000..=0xe0fff)
        || u32::from(c) & 0xfffe == 0xfffe
}

/// A joiner or selector where spelling needs it: emoji families, emoji style, Indic and Persian words.
fn joins(base: Option<char>, c: char, next: Option<char>) -> bool {
    let Some(base) = base else { return false };
    match c {
        '\u{200d}' => {
            (is_emoji(base) && next.is_some_and(is_emoji)) || (needs_joiners(base) && next.is_some_and(needs_joiners))
        }
        '\u{200c}' => needs_joiners(base) && next.is_some_and(needs_joiners),
        '\u{fe0e}' | '\u{fe0f}' => is_emoji(base) || (c == '\u{fe0f}' && next == Some('\u{20e3}') && is_keycap(base)),
        _ => false,
    }
}

fn is_braille(c: char) -> bool {
    matches!(c, '\u{2800}'..='\u{28ff}')
}

fn is_keycap(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// Pictographs, symbols with an emoji form, and skin tones.
fn is_emoji(c: char) -> bool {
    matches!(u32::from(c),
        0xa9 | 0xae | 0x203c | 0x2049 | 0x2122 | 0x2139 | 0x2190..=0x21ff | 0x2300..=0x23ff | 0x24c2
        | 0x25a0..=0x27bf | 0x2934..=0x2935 | 0x2b00..=0x2bff | 0x3030 | 0x303d | 0x3297 | 0x3299
        | 0x1f000..=0x1faff)
}

/// Scripts whose spelling uses ZWJ and ZWNJ: Arabic, Syriac, N'Ko, Mongolian, and the Indic family.
fn needs_joiners(c: char) -> bool {
    // What is shown as a mark joins nothing.
    !acts(c)
        && matches!(u32::from(c),
        0x600..=0x8ff | 0x900..=0xdff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x1800..=0x18af | 0x1b00..=0x1cff
        | 0xa8e0..=0xa8ff | 0xaa60..=0xaa7f | 0xfb50..=0xfdff | 0xfe70..=0xfefc | 0x11000..=0x11fff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_text_is_borrowed_and_unchanged() {
        assert!(matches!(sanitize("Hello, world 42 ~"), Cow::Borrowed(_)));
        assert!(matches!(sanitize_lines("a\nb"), Cow::Borrowed(_)));
        for text in ["héllo 日本語", "مرحبا بالعالم", "नमस्ते", "e\u{301}", "שלום", "한국어"]
        {
            assert_eq!(sanitize(text), text);
        }
    }

    #[test]
    fn controls_become_pictures() {
        assert_eq!(sanitize("\x1b]0;evil\x07\0\x7f"), "␛]0;evil␇␀␡");
        assert_eq!(sanitize("a\r\nb"), "a␍␊b");
        assert_eq!(sanitize_lines("a\r\nb\rc"), "a\nb␍c");
    }

    #[test]
    fn invisible_and_bidi_characters_become_marks() {
        assert_eq!(sanitize("a\u{202e}b\u{2066}\u{200b}"), "a⟨U+202E⟩b⟨U+2066⟩⟨U+200B⟩");
        assert_eq!(sanitize("\u{e0041}"), "⟨U+E0041⟩");
        assert_eq!(sanitize("a\u{85}b\u{2028}\u{9b}31m"), "a⟨U+0085⟩b⟨U+2028⟩⟨U+009B⟩31m");
        assert_eq!(sanitize("a\u{200d}b"), "a⟨U+200D⟩b");
        assert_eq!(sanitize("م\u{200c}\u{601}"), "م⟨U+200C⟩⟨U+0601⟩");
        assert_eq!(sanitize("a\u{fe0f}\u{fe01}"), "a⟨U+FE0F⟩⟨U+FE01⟩");
    }

    /// Unicode 17, general categories Cc, Cf, Zl and Zp, and what is default-ignorable beside them.
    const UNSEEN: [(u32, u32); 38] = [
        (0x0, 0x1f),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x600, 0x605),
        (0x61c, 0x61c),
        (0x6dd, 0x6dd),
        (0x70f, 0x70f),
        (0x890, 0x891),
        (0x8e2, 0x8e2),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfffb),
        (0xfffe, 0xffff),
        (0x110bd, 0x110bd),
        (0x110cd, 0x110cd),
        (0x13430, 0x1343f),
        (0x16fe4, 0x16fe4),
        (0x1bca0, 0x1bca3),
        (0x1d159, 0x1d159),
        (0x1d173, 0x1d17a),
        (0x1fffe, 0x1ffff),
        (0x2fffe, 0x2ffff),
        (0x3fffe, 0x3ffff),
        (0xdfffe, 0xdffff),
        (0xe0000, 0xe0000),
        (0xe0001, 0xe0001),
        (0xe0020, 0xe007f),
        (0xe0100, 0xe01ef),
        (0xe01f0, 0xe0fff),
    ];

    #[test]
    fn every_character_of_unicode_is_seen_and_none_acts() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let mut text = [0; 4];
            let shown = sanitize(c.encode_utf8(&mut text)).into_owned();
            let blank = c == '\t' || c == ' ';
            assert!(blank || crate::text::width(&shown) > 0, "U+{:04X} is not seen", u32::from(c));
            assert!(!shown.chars().any(acts), "U+{:04X} comes through", u32::from(c));
        }
        for (from, to) in UNSEEN {
            for c in (from..=to).filter_map(char::from_u32) {
                assert!(acts(c), "U+{:04X}", u32::from(c));
                // Beside letters it is a mark as well.
                let shown = sanitize(&format!("a{c}b")).into_owned();
                assert!(shown.len() > 2 && !shown.contains(c) || c == '\t', "U+{:04X} between letters", u32::from(c));
            }
        }
    }

    #[test]
    fn a_blank_that_looks_like_a_space_is_told_from_one() {
        assert_eq!(sanitize("a\u{2800}b"), "a⟨U+2800⟩b");
        assert_eq!(sanitize("⠓⠊\u{2800}⠍⠑"), "⠓⠊\u{2800}⠍⠑");
        assert_eq!(sanitize("a\u{3164}b\u{ffa0}c"), "a⟨U+3164⟩b⟨U+FFA0⟩c");
    }

    #[test]
    fn emoji_families_and_joined_scripts_stay() {
        for text in ["👨‍👩‍👧‍👦", "👍🏽", "❤️", "🏳️‍🌈", "1️⃣", "🇩🇪", "می‌خواهم", "क्‍ष"]
        {
            assert_eq!(sanitize(text), text, "{text}");
        }
    }

    #[test]
    fn tabs_go_to_tab_stops() {
        assert_eq!(sanitize("a\tb"), "a   b");
        assert_eq!(sanitize("日\tb"), "日  b");
        assert_eq!(sanitize("👨‍👩‍👧\tb"), "👨‍👩‍👧  b");
        assert_eq!(sanitize("ab\tabc\t\u{200b}\td"), "ab  abc ⟨U+200B⟩    d");
        assert_eq!(sanitize_lines("ab\n\tb"), "ab\n    b");
    }

    #[test]
    fn stacks_of_combining_marks_are_cut() {
        let zalgo = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(sanitize(&zalgo).matches('\u{301}').count(), usize::from(MAX_STACK));
        assert_eq!(sanitize("\u{301}x"), "⟨U+0301⟩x");
    }

    #[test]
    fn no_cluster_goes_on_without_end() {
        let longest = |text: &str| sanitize(text).graphemes(true).map(str::len).max().unwrap_or(0);
        for (what, unit) in [
            ("joined emoji", "👨\u{200d}"),
            ("skin tones", "👍🏽🏽"),
            ("conjuncts", "क\u{94d}"),
            ("conjuncts with joiners", "क\u{94d}\u{200d}"),
            ("leading Jamo", "\u{1100}"),
            ("vowel Jamo", "\u{1161}"),
            ("flags", "🇩🇪"),
            ("what stands before", "\u{d4e}"),
            ("marks", "a\u{301}\u{302}"),
        ] {
            let text = unit.repeat(5_000);
            assert!(longest(&text) <= 2 * MAX_CLUSTER + 8, "{what}: {}", longest(&text));
            let once = sanitize(&text).into_owned();
            assert!(sanitize(&once) == once, "{what}: twice is not once");
        }
        let people = "👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏽";
        assert_eq!(sanitize(people), people);
    }

    proptest! {
        #[test]
        fn a_chain_of_whatever_joins_is_bounded_and_stays_as_it_is(text in "(?s)[\u{1f468}\u{200d}\u{fe0f}\u{1f3fd}\u{915}\u{94d}\u{1100}\u{1161}\u{d4e}\u{301}a⟨]{0,400}") {
            let once = sanitize(&text).into_owned();
            prop_assert!(once.graphemes(true).all(|g| g.len() <= 3 * MAX_CLUSTER), "{once:?}");
            prop_assert_eq!(&sanitize(&once), &once);
        }

        #[test]
        fn nothing_that_acts_gets_through(text in any::<String>()) {
            for c in sanitize(&text).chars() {
                prop_assert!(!c.is_control(), "{c:?}");
                prop_assert!(!acts(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}'), "{c:?}");
            }
            for c in sanitize_lines(&text).chars() {
                prop_assert!(c == '\n' || !c.is_control(), "{c:?}");
            }
        }

        #[test]
        fn doing_it_twice_changes_nothing(text in "(?s)[\u{0}-\u{ff}\u{200b}-\u{2070}\u{300}-\u{310}\u{900}-\u{950}\u{1f468}-\u{1f469}\u{fe0e}-\u{fe0f}]{0,40}") {
            let once = sanitize(&text).into_owned();
            prop_assert_eq!(&sanitize(&once), &once);
            let once = sanitize_lines(&text).into_owned();
            prop_assert_eq!(&sanitize_lines(&once), &once);
        }

        #[test]
        fn doing_it_twice_changes_nothing_for_any_text(text in any::<String>()) {
            let once = sanitize(&text).into_owned();
            prop_assert_eq!(&sanitize(&once), &once);
        }
    }
}
