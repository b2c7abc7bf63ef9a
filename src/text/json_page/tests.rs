use super::*;
use crate::text::{Kind, Page};
use proptest::prelude::*;

fn page(text: &str, open_levels: usize) -> Page {
    let mut b = PageBuilder::new();
    json(&mut b, text, open_levels);
    b.finish()
}

fn shown(page: &Page) -> String {
    (0..page.len())
        .map(|l| {
            let line = page.line(l);
            format!("{:1$}{2}\n", "", usize::from(line.indent), page.line_text(l))
        })
        .collect()
}

#[test]
fn indents_and_keeps_short_things_on_one_line() {
    let page = page(r#"{"a":{"b":1,"c":"x"},"n":[0.5,1e3,null],"deep":{"list":[{"k":true}]},"e":[],"o":{}}"#, 9);
    insta::assert_snapshot!(shown(&page), @r#"
      {
        "a": {"b": 1, "c": "x"},
        "n": [0.5, 1e3, null],
        "deep": {
          "list": [
            {"k": true}
          ]
        },
        "e": [],
        "o": {}
      }
    "#);
    let heads: Vec<(u32, u32, u32)> = page.folds().iter().map(|f| (f.header, f.end, f.level)).collect();
    assert_eq!(heads, [(0, 11, 0), (3, 8, 1), (4, 7, 2)]);
}

#[test]
fn opens_json_in_strings_and_shows_lines_of_text() {
    let inner = r#"{"note":"first\nsecond","id":"a very long identifier that does not fit on one line at all"}"#;
    let text = serde_json::json!({ "args": inner, "role": "tool" }).to_string();
    insta::assert_snapshot!(shown(&page(&text, 9)), @r#"
      {
        "args": text holding {
          "note": "
            first
            second",
          "id": "a very long identifier that does not fit on one line at all"
        },
        "role": "tool"
      }
    "#);
}

#[test]
fn a_hundred_thousand_levels_are_no_problem() {
    let text = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = page(&text, 3);
    assert_eq!(deep.folds().len(), 99_999);
    assert!((0..deep.len()).all(|l| deep.line(l).indent <= MAX_INDENT + 2 * STEP));
    let object = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(page(&object, 3).folds().len(), 99_999);
}

#[test]
fn folds_are_whole_in_what_is_no_json() {
    let text = "{\"a\":[1a\":\u{11}\0\0\0\0\0\0\0[1\n,2.\0\0\0Je9,{\"b\":\"{\":\\\\\"c[true,nulb]}\"}e,nulb]}\"}]";
    for open in 0..4 {
        for limit in 0..text.len() {
            let mut b = if limit == 0 { PageBuilder::new() } else { PageBuilder::limited(limit) };
            json(&mut b, text, open);
            let page = b.finish();
            for fold in page.folds() {
                assert!(
                    fold.header < fold.end && fold.end as usize <= page.len(),
                    "{open} {limit} {fold:?} {}\n{}",
                    page.len(),
                    shown(&page)
                );
            }
        }
    }
}

#[test]
fn an_attachment_says_what_it_is_before_its_address() {
    let text = r#"{"img":"mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70","k":{"f":"mlflow-attachment://b"}}"#;
    insta::assert_snapshot!(shown(&page(text, 9)), @r#"
      {
        "img": ▣ attachment · image/png · 70 bytes "mlflow-attachment://a1?content_type=image%2Fpng&trace_id=t&size=70",
        "k": {"f": ▣ attachment "mlflow-attachment://b"}
      }
    "#);
}

#[test]
fn both_values_of_a_key_are_shown() {
    assert_eq!(page(r#"{"a":1,"a":2}"#, 9).line_text(0), r#"{"a": 1, "a": 2}"#);
}

#[test]
fn many_numbers_are_a_folded_line_and_one_run() {
    let text = format!("[{}1]", "1,".repeat(1000));
    let (page, few) = (page(&text, 9), page("[1,2,3]", 9));
    assert_eq!((page.len(), page.folds().len(), page.folds()[0].folded), (3, 1, true));
    assert!(page.runs(page.line(1)).len() <= 3);
    assert_eq!((few.len(), few.folds().len()), (1, 0));
}

/// What is shown, without its lines.
fn joined(page: &Page) -> String {
    page.text().split_whitespace().collect()
}

#[test]
fn beyond_so_many_lines_values_stand_side_by_side() {
    let text = r#"{"a":[[1],[],{"b":[true,{"c":"long enough that this stands on lines of its own, and then some"}]}],"d":[{"e":[[]]}],"f":1}"#;
    let mut b = PageBuilder::new();
    json_within(&mut b, text, 9, (5, 100));
    insta::assert_snapshot!(shown(&b.finish()), @r#"
      {
        "a": [
          [1],
          [],
          {
            "b": [true, {"c": "long enough that this stands on lines of its own, and then some"}]
          }
        ],
        "d": [{"e": [[]]}], "f": 1
      }
    "#);
}

#[test]
fn a_line_costs_little_whatever_stands_on_it() {
    // A page of five megabytes of the smallest values is looked at beside what else is there.
    for unit in ["1,", "\"a\",", "[],", "{},", "[[]],", "[[[]]],", r#"{"a":1},"#, "\"\\n\",", "[1,{}],", "null,[],"] {
        let text = format!("[{}0]", unit.repeat((1 << 20) / unit.len()));
        let mut b = PageBuilder::new();
        json_within(&mut b, &text, 9, (LINES / 5, LEVELS / 5));
        let page = b.finish();
        let weight = page.weight();
        assert!(weight <= 12 * text.len(), "{unit}: {weight} of {}", text.len());
    }
    let deep = format!("{}{}", "[".repeat(1 << 19), "]".repeat(1 << 19));
    let mut b = PageBuilder::new();
    json_within(&mut b, &deep, 9, (LINES / 5, LEVELS / 5));
    assert!(b.finish().weight() <= 12 * deep.len());
}

proptest! {
    #[test]
    fn side_by_side_stands_what_would_stand_below_each_other(
        text in r#"[\[\]{}:,"a1 ]{0,60}|(\[|\{"a":|\["b",|1,|\]|\}|,){0,40}"#, lines in 0usize..12, levels in 0usize..6
    ) {
        let mut b = PageBuilder::new();
        json_within(&mut b, &text, 9, (lines, levels));
        let dense = b.finish();
        prop_assert_eq!(joined(&dense), joined(&page(&text, 9)));
        for fold in dense.folds() {
            prop_assert!(fold.header < fold.end && fold.end as usize <= dense.len());
        }
        prop_assert!(dense.folds().iter().all(|f| (f.level as usize) < levels.max(1)));
    }

    #[test]
    fn anything_at_all_is_shown(text in "[\\[\\]{}:,\"\\\\a1 \n]{0,40}|.{0,30}") {
        let page = page(&text, 2);
        let mut open: Vec<u32> = Vec::new();
        for fold in page.folds() {
            prop_assert!(fold.header < fold.end && fold.end as usize <= page.len());
            open.retain(|end| *end > fold.header);
            prop_assert!(open.iter().all(|end| *end >= fold.end), "folds nest");
            open.push(fold.end);
        }
        prop_assert!((0..page.len()).all(|l| page.line(l).kind == Kind::Text));
    }
}
