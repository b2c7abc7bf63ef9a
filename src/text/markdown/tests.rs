//! What Markdown becomes, and what of it is never lost.

use super::*;
use proptest::prelude::*;

fn shown(text: &str) -> String {
    let mut b = PageBuilder::new();
    markdown(&mut b, text);
    let page = b.finish();
    (0..page.len())
        .map(|l| {
            let line = page.line(l);
            let left: String = page.gutter(line).map(|g| g.left.iter().map(|(s, _)| *s).collect()).unwrap_or_default();
            format!("{left}{:1$}{2}\n", "", usize::from(line.indent), page.line_text(l)).trim_end().to_owned() + "\n"
        })
        .collect()
}

#[test]
fn mathematics_paths_and_addresses_that_nothing_refers_to_are_not_eaten() {
    for same in [
        "__init__ costs $5 or $a_1*b*c$",
        "$$\\sum_{i} a_i*b_i*c$$",
        "2*3*4 and a*b*c, 2**10 > 2**3",
        "\\(x_1\\) and \\[y\\]",
        "a & b \\\\ c & d",
        "\\\\server\\share",
    ] {
        assert_eq!(shown(same), format!("{same}\n"));
    }
    assert_eq!(
        shown("**bold**text, *soft* and **重要**です, snake\\_case"),
        "boldtext, soft and 重要です, snake_case\n"
    );
    assert_eq!(
        shown("See [1].\n\n[1]: https://a.example\n[2]: https://b.example"),
        "See [1] (https://a.example).\n[2]: https://b.example\n"
    );
}

#[test]
fn what_has_too_many_signs_to_be_prose_is_shown_as_it_is() {
    let table = |rows: usize| format!("|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(rows));
    let dense = table(MAX_SIGNS / 4 + 1);
    assert!(dense.len() < MAX_MARKDOWN && shown(&dense) == dense);
    let (few, rows) = (shown(&table(1_000)), "1 │ 2\n".repeat(1_000));
    assert!(few.ends_with(&rows) && !few.contains('|'), "a table of many rows is a table");
}

#[test]
fn a_table_whose_last_column_alone_is_wide_stays_a_table_and_wraps_there() {
    let note = "word ".repeat(30);
    let text = format!("|id|amount|note|\n|-|-:|-|\n|1|2.50|short|\n|2|10.00|{note}|\n");
    let mut b = PageBuilder::new();
    markdown(&mut b, &text);
    let page = b.finish();
    let lines: Vec<&str> = (0..page.len()).map(|l| page.line_text(l)).collect();
    assert_eq!(lines[..3], ["id │ amount │ note", lines[1], "1  │   2.50 │ short"], "{lines:?}");
    assert_eq!(lines[3], format!("2  │  10.00 │ {}", note.trim()), "one line, that search and copy find whole");
    assert_eq!(page.line(3).hang, 14, "wrapped below where the column begins");
    let first = format!("|note|id|\n|-|-|\n|{note}|1|\n");
    assert!(shown(&first).contains("id: 1"), "any other wide one becomes records");
}

#[test]
fn signs_alone_and_numbers_of_lists_stand_as_they_are_written() {
    for same in ["-", "```", "***", "[ ]: -", "1. one\n1. two\n3) three"] {
        assert_eq!(shown(same).replace("\n\n", "\n"), format!("{same}\n"));
    }
}

#[test]
fn a_page_that_is_full_ends_where_it_is() {
    let text = "# one\n\ntwo **three** four\n\n[unused]: https://a.example\n";
    let mut b = PageBuilder::limited(4);
    markdown(&mut b, text);
    let page = b.finish();
    assert!((0..page.len()).all(|l| !page.line_text(l).contains("unused")));
}

#[test]
fn markup_becomes_layout() {
    insta::assert_snapshot!(shown(
        "# Title\nA **bold** and *soft* word,\nsecond line with `code`.\n\n1. one\n   more\n2. two\n   - nested\n- x\n\n> quoted\n> again\n\n```rust\nfn main() {\n    let x = 1;\n}\n```\n\nSee [the catalogue](https://acme.example/c) and <https://a.example>.\n\n---\n![logo](logo.png)\n<b>kept</b> &amp; 2 < 3"
    ), @r"
    # Title
    A bold and soft word,
    second line with code.

    1. one
       more
    2. two
       • nested

    • x

    ▎ quoted
    ▎ again

      ```rust
      fn main() {
          let x = 1;
      }

    See the catalogue (https://acme.example/c) and https://a.example.

    ────────

    image logo (logo.png)
    <b>kept</b> & 2 < 3
    ");
}

#[test]
fn tables_are_aligned_by_width_and_wide_ones_become_records() {
    insta::assert_snapshot!(shown("|name|n|\n|-|-|\n|日本|1|\n|abc|22|"), @r"
    name │ n
    ─────┼───
    日本 │ 1
    abc  │ 22
    ");
    let numbers = shown("|part|n|price|\n|-|--:|--:|\n|a|1|12.50|\n|b|10|7.00|");
    assert!(numbers.contains("a    │  1 │ 12.50\nb    │ 10 │  7.00\n"), "{numbers}");
    let wide = format!("|a|b|\n|-|-|\n|{}|short|", "w".repeat(200));
    assert!(shown(&wide).contains("b: short"));
}

#[test]
fn a_row_with_more_cells_than_the_head_keeps_them() {
    let narrow = shown("|a|b|\n|-|-|\n|1|2|3|4 \\| 5|\n|6|7|\n");
    assert!(narrow.contains("1 │ 2 │ 3 │ 4 | 5\n6 │ 7 │   │\n"), "{narrow}");
    let wide = format!("|a|b|\n|-|-|\n|{}|short|**more**||\n", "w".repeat(200));
    assert!(shown(&wide).contains("b: short\ncolumn 3: **more**\n"), "{}", shown(&wide));
}

#[test]
fn every_level_of_a_heading_is_told_apart() {
    assert_eq!(shown("# a\n#### b\n###### c"), "# a\n\n#### b\n\n###### c\n");
}

#[test]
fn a_lone_carriage_return_is_shown() {
    assert_eq!(shown("*safe*\rrm -rf\r\nend"), "*safe*␍rm -rf\nend\n");
    assert_eq!(shown("*a*\r\nend"), "a\nend\n");
}

#[test]
fn plain_text_keeps_its_lines() {
    assert_eq!(shown("one\ntwo\n\n  three"), "one\ntwo\n\n  three\n");
    assert_eq!(shown("snake_case_name stays"), "snake_case_name stays\n");
    let trace = "Traceback:\n  File \"<stdin>\", line 1, in <module>\n    raise_it()\n";
    assert_eq!(shown(trace), trace);
}

proptest! {
    #[test]
    fn anything_can_be_markdown(text in "[-*#>|`\\[\\]()!<&\n a-c1.\\\\]{0,60}") {
        let _ = shown(&text);
    }
}

#[test]
fn the_rule_of_a_table_does_not_wrap_in_a_narrow_pane() {
    let table = "| part | state of wear | replace at | price in EUR |\n|---|---|---|---|\n| chain | 0.6 % of length | 0.75 % | 12.50 |\n";
    let shown = shown(table);
    let rule = shown.lines().find(|l| l.starts_with('─')).unwrap();
    assert!(crate::text::width(rule) <= 50 && shown.contains("part  │ state of wear"), "{shown}");
}

#[test]
fn what_is_struck_out_does_not_read_as_if_it_stood() {
    assert_eq!(shown("The dose is ~~5~~ **10** mg").trim(), "The dose is ~~5~~ 10 mg");
}
