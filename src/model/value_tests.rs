use super::*;
use crate::model::SchemaType;
use proptest::prelude::*;
use serde_json::json;

fn schema(input: Input) -> LabelSchema {
    LabelSchema {
        name: "q".into(),
        kind: SchemaType::Feedback,
        title: None,
        instruction: None,
        input,
        enable_comment: true,
        required: false,
        version: 1,
    }
}

fn pass_fail() -> LabelSchema {
    schema(Input::PassFail { positive_label: "Yes".into(), negative_label: "No".into() })
}
fn options() -> Vec<String> {
    vec!["good".into(), "so, so".into(), "bad".into()]
}
fn numeric(min_value: Option<f64>, max_value: Option<f64>) -> LabelSchema {
    schema(Input::Numeric { min_value, max_value })
}

#[test]
fn values_are_read_as_rules_answering_says() {
    let list = schema(Input::CategoricalList { options: options() });
    let one = schema(Input::Categorical { options: options() });
    let texts = schema(Input::TextList { max_length_each: Some(5), max_count: Some(2) });
    for (schema, typed, value) in [
        (&pass_fail(), "true", json!(true)),
        (&pass_fail(), "No", json!(false)),
        (&one, "so, so", json!("so, so")),
        (&list, "bad,good", json!(["good", "bad"])),
        (&list, "so, so", json!(["so, so"])),
        (&list, r#"["bad", "so, so"]"#, json!(["so, so", "bad"])),
        (&numeric(None, None), " 3 ", json!(3)),
        (&numeric(None, None), "-2.50", json!(-2.5)),
        (&numeric(None, None), "9007199254740993", json!(9_007_199_254_740_993_i64)),
        (&texts, "a, b", json!(["a", "b"])),
        (&schema(Input::Text { max_length: None }), " as it is \n", json!(" as it is \n")),
    ] {
        assert_eq!(parse(schema, typed), Ok(value), "{typed}");
    }
}

#[test]
fn a_value_outside_its_schema_is_refused_with_the_bound() {
    let text = schema(Input::Text { max_length: Some(3) });
    let texts = schema(Input::TextList { max_length_each: Some(2), max_count: Some(2) });
    let list = schema(Input::CategoricalList { options: options() });
    let range = numeric(Some(1.0), Some(5.0));
    for (schema, value, why) in [
        (&range, json!(9), "must be at most 5, not 9 (at least 1)"),
        (&range, json!(0.5), "must be at least 1, not 0.5 (at most 5)"),
        (&range, json!("3"), "must be a number, not \"3\""),
        (&text, json!("four"), "text has 4 characters, at most 3 are allowed"),
        (&texts, json!(["a", "b", "c"]), "list has 3 entries, at most 2 are allowed"),
        (&texts, json!(["a", "bcd"]), "entry 2 has 3 characters, at most 2 are allowed"),
        (&list, json!(["good", "good"]), "\"good\" is chosen twice"),
        (&list, json!(["ugly"]), "\"ugly\" is not an option: must be \"good\", \"so, so\" or \"bad\""),
        (&pass_fail(), json!("Yes"), "must be true (Yes) or false (No), not \"Yes\""),
    ] {
        assert_eq!(check(schema, &value), Err(why.to_owned()));
    }
    for odd in ["NaN", "inf", "-infinity", "1e999", "0x10", "1,5", "", "12345678901234567890123"] {
        assert!(parse(&numeric(None, None), odd).is_err(), "{odd}");
    }
}

#[test]
fn lengths_count_characters_not_bytes() {
    let text = schema(Input::Text { max_length: Some(3) });
    assert_eq!(check(&text, &json!("äöü")), Ok(json!("äöü")));
}

#[test]
fn a_value_is_shown_by_its_label() {
    assert_eq!(display(&pass_fail(), &json!(false)), "No");
    assert_eq!(plain(&json!(["a", "b"])), "a, b");
    assert_eq!(plain(&json!(3.5)), "3.5");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(options()).prop_map(Value::from),
    ];
    prop_oneof![leaf.clone(), prop::collection::vec(leaf, 0..4).prop_map(Value::Array)]
}

fn any_schema() -> impl Strategy<Value = LabelSchema> {
    prop_oneof![
        Just(pass_fail()),
        Just(schema(Input::Categorical { options: options() })),
        Just(schema(Input::CategoricalList { options: options() })),
        (prop::option::of(-9.0..0.0), prop::option::of(0.0..9.0)).prop_map(|(a, b)| numeric(a, b)),
        prop::option::of(1u64..6).prop_map(|max_length| schema(Input::Text { max_length })),
        (prop::option::of(1u64..6), prop::option::of(1u64..3))
            .prop_map(|(max_length_each, max_count)| schema(Input::TextList { max_length_each, max_count })),
    ]
}

proptest! {
    /// What is accepted is what was given (a list of options as a set), and is accepted again.
    #[test]
    fn an_accepted_value_is_never_changed(schema in any_schema(), value in any_json()) {
        if let Ok(kept) = check(&schema, &value) {
            prop_assert_eq!(check(&schema, &kept), Ok(kept.clone()));
            let sorted = |v: &Value| {
                let mut list: Vec<_> = v.as_array().into_iter().flatten().map(Value::to_string).collect();
                list.sort();
                list
            };
            match schema.input {
                Input::CategoricalList { .. } => prop_assert_eq!(sorted(&kept), sorted(&value)),
                _ => prop_assert_eq!(kept, value),
            }
        }
    }

    /// Typing what is shown as JSON gives the value back.
    #[test]
    fn a_shown_value_can_be_typed_again(schema in any_schema(), value in any_json()) {
        if let Ok(kept) = check(&schema, &value) {
            let typed = match (&kept, &schema.input) {
                (Value::Array(_), _) => kept.to_string(),
                _ => display(&schema, &kept),
            };
            prop_assert_eq!(parse(&schema, &typed), Ok(kept));
        }
    }

    #[test]
    fn nothing_typed_panics(schema in any_schema(), typed in ".{0,20}") {
        let _ = parse(&schema, &typed);
    }
}
