//! Schemas as JSON in MLflow's spellings: REST (`FEEDBACK`, `multi_select`), Databricks (`feedback`,
//! `categorical_list`, `text_list`, `title`), and our own additions (`required`, `version`).

use super::schema_check::{input_name, type_name, validate};
use super::{Input, LabelSchema, SchemaType};
use serde_json::{Map, Value, json};

/// Reads one schema, a list of them, or the REST answers that wrap them (`label_schemas`, `label_schema`).
///
/// # Errors
/// Not JSON, or what is wrong with which field of which schema ("schema 2 (tone): input.categorical.options: ...").
pub fn read(text: &str) -> Result<Vec<LabelSchema>, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))?;
    from_value(&value)
}

/// As [`read`], from parsed JSON.
///
/// # Errors
/// As [`read`].
pub fn from_value(value: &Value) -> Result<Vec<LabelSchema>, String> {
    match value {
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(i, v)| {
                let v = v.get("label_schema").unwrap_or(v);
                one(v).map_err(|why| match v.get("name").and_then(Value::as_str) {
                    Some(name) => format!("schema {} ({name}): {why}", i + 1),
                    None => format!("schema {}: {why}", i + 1),
                })
            })
            .collect(),
        Value::Object(map) => {
            if let Some(list) = map.get("label_schemas") {
                return match list {
                    Value::Array(_) => from_value(list),
                    _ => Err("label_schemas: must be a list".to_owned()),
                };
            }
            one(map.get("label_schema").unwrap_or(value)).map(|schema| vec![schema])
        }
        _ => Err("must be a schema (an object) or a list of schemas".to_owned()),
    }
}

/// Writes a schema so that [`read`] gives it back, in the spelling that both kinds of MLflow document.
#[must_use]
pub fn write(schema: &LabelSchema) -> Value {
    let input = match &schema.input {
        Input::PassFail { positive_label, negative_label } => {
            json!({ "positive_label": positive_label, "negative_label": negative_label })
        }
        Input::Categorical { options } | Input::CategoricalList { options } => json!({ "options": options }),
        Input::Numeric { min_value, max_value } => bounds([("min_value", *min_value), ("max_value", *max_value)]),
        Input::Text { max_length } => bounds([("max_length", *max_length)]),
        Input::TextList { max_length_each, max_count } => {
            bounds([("max_length_each", *max_length_each), ("max_count", *max_count)])
        }
    };
    let mut out = json!({ "name": schema.name, "type": type_name(schema.kind) });
    if let Some(title) = &schema.title {
        out["title"] = json!(title);
    }
    if let Some(instruction) = &schema.instruction {
        out["instruction"] = json!(instruction);
    }
    out["input"] = json!({ input_name(&schema.input): input });
    out["enable_comment"] = json!(schema.enable_comment);
    out["required"] = json!(schema.required);
    out["version"] = json!(schema.version);
    out
}

fn bounds<T: Into<Value>, const N: usize>(pairs: [(&str, Option<T>); N]) -> Value {
    pairs.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?.into()))).collect::<Map<_, _>>().into()
}

fn one(value: &Value) -> Result<LabelSchema, String> {
    let map = value.as_object().ok_or("must be an object")?;
    let schema = LabelSchema {
        name: text(map, "name")?.ok_or("name: is missing")?,
        kind: kind(map)?,
        title: text(map, "title")?.filter(|t| !t.trim().is_empty()),
        instruction: text(map, "instruction")?.filter(|t| !t.trim().is_empty()),
        input: input(map.get("input").ok_or("input: is missing")?)?,
        enable_comment: flag(map, "enable_comment")?,
        required: flag(map, "required")?,
        version: 1,
    };
    validate(&schema)?;
    Ok(schema)
}

fn kind(map: &Map<String, Value>) -> Result<SchemaType, String> {
    match text(map, "type")?.ok_or("type: is missing")?.to_ascii_lowercase().as_str() {
        "feedback" => Ok(SchemaType::Feedback),
        "expectation" => Ok(SchemaType::Expectation),
        other => Err(format!("type: must be feedback or expectation, not \"{other}\"")),
    }
}

fn input(value: &Value) -> Result<Input, String> {
    let map = value.as_object().ok_or("input: must be an object")?;
    // Python's `to_dict` writes the other variants as null.
    let mut given = map.iter().filter(|(_, v)| !v.is_null());
    let (Some((variant, fields)), None) = (given.next(), given.next()) else {
        return Err(
            "input: must name exactly one of pass_fail, categorical, categorical_list, numeric, text, text_list"
                .to_owned(),
        );
    };
    let fields = fields.as_object().ok_or_else(|| format!("input.{variant}: must be an object"))?;
    let at = |e: String| format!("input.{variant}.{e}");
    let known = |names: &[&str]| match fields.keys().find(|k| !names.contains(&k.as_str())) {
        Some(odd) => Err(format!("input.{variant}.{odd}: unknown field; known: {}", names.join(", "))),
        None => Ok(()),
    };
    let missing = |name: &str| format!("input.{variant}.{name}: is missing");
    Ok(match variant.as_str() {
        "pass_fail" => {
            known(&["positive_label", "negative_label"])?;
            let label = |name| text(fields, name).map_err(at)?.ok_or_else(|| missing(name));
            Input::PassFail { positive_label: label("positive_label")?, negative_label: label("negative_label")? }
        }
        "categorical" => {
            known(&["options", "multi_select"])?;
            let options = options(fields).map_err(at)?;
            if flag(fields, "multi_select").map_err(at)? {
                Input::CategoricalList { options }
            } else {
                Input::Categorical { options }
            }
        }
        "categorical_list" => {
            known(&["options"])?;
            Input::CategoricalList { options: options(fields).map_err(at)? }
        }
        "numeric" => {
            known(&["min_value", "max_value"])?;
            Input::Numeric {
                min_value: number(fields, "min_value").map_err(at)?,
                max_value: number(fields, "max_value").map_err(at)?,
            }
        }
        "text" => {
            known(&["max_length"])?;
            Input::Text { max_length: count(fields, "max_length").map_err(at)? }
        }
        "text_list" => {
            known(&["max_length_each", "max_count"])?;
            Input::TextList {
                max_length_each: count(fields, "max_length_each").map_err(at)?,
                max_count: count(fields, "max_count").map_err(at)?,
            }
        }
        other => {
            return Err(format!(
                "input.{other}: unknown; known: pass_fail, categorical, categorical_list, numeric, text, text_list"
            ));
        }
    })
}

fn text(map: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{name}: must be text")),
    }
}

fn flag(map: &Map<String, Value>, name: &str) -> Result<bool, String> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("{name}: must be true or false")),
    }
}

fn number(map: &Map<String, Value>, name: &str) -> Result<Option<f64>, String> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(n)) => Ok(n.as_f64()),
        Some(_) => Err(format!("{name}: must be a number")),
    }
}

fn count(map: &Map<String, Value>, name: &str) -> Result<Option<u64>, String> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        // Proto JSON writes 64-bit integers as strings.
        Some(Value::String(text)) if text.parse::<u64>().is_ok() => Ok(text.parse().ok()),
        Some(Value::Number(n)) if n.is_u64() => Ok(n.as_u64()),
        Some(_) => Err(format!("{name}: must be a whole number above 0")),
    }
}

fn options(map: &Map<String, Value>) -> Result<Vec<String>, String> {
    let Some(Value::Array(list)) = map.get("options") else {
        return Err("options: must be a list of texts".to_owned());
    };
    list.iter()
        .enumerate()
        .map(|(i, o)| o.as_str().map(str::to_owned).ok_or_else(|| format!("options[{i}]: must be text")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_mlflow_are_read() {
        let read = read(
            r#"{"label_schemas": [
              {"schema_id": "ls-1", "name": "a", "type": "FEEDBACK", "enable_comment": true, "created_at": 1,
               "input": {"categorical": {"options": ["x", "y"], "multi_select": true}}},
              {"name": "b", "type": "expectation", "title": "T", "input": {"text_list": {"max_length_each": "9"}}},
              {"name": "c", "type": "feedback", "input": {"categorical_list": {"options": ["x"]}, "text": null}},
              {"name": "Feedback", "type": "FEEDBACK", "instruction": "", "input": {"text": {}}},
              {"name": "d", "type": "FEEDBACK", "input": {"categorical": {"options": ["x"], "multi_select": false}}}
            ]}"#,
        )
        .unwrap();
        assert_eq!(read[0].input, Input::CategoricalList { options: vec!["x".into(), "y".into()] });
        assert!(read[0].enable_comment);
        assert_eq!(read[1].input, Input::TextList { max_length_each: Some(9), max_count: None });
        assert_eq!((read[1].kind, read[1].title.as_deref()), (SchemaType::Expectation, Some("T")));
        assert_eq!(read[2].input, Input::CategoricalList { options: vec!["x".into()] });
        assert_eq!(read[3].instruction, None);
        assert_eq!(read[4].input, Input::Categorical { options: vec!["x".into()] });
    }

    #[test]
    fn errors_name_the_schema_and_the_field() {
        for (text, why) in [
            (r#"[{"name": "a"}]"#, "schema 1 (a): type: is missing"),
            (r#"{"type": "feedback"}"#, "name: is missing"),
            (r#"{"name": "a", "type": "FEED", "input": {}}"#, "type: must be feedback or expectation, not \"feed\""),
            (
                r#"[{"name":"ok","type":"feedback","input":{"text":{}}},
                    {"name":"t","type":"feedback","input":{"categorical":{"options":["a",1]}}}]"#,
                "schema 2 (t): input.categorical.options[1]: must be text",
            ),
            (
                r#"{"name": "a", "type": "feedback", "input": {"text": {"max": 1}}}"#,
                "input.text.max: unknown field; known: max_length",
            ),
            (r#"{"name": "a", "type": "feedback", "input": {"slider": {}}}"#, "input.slider: unknown"),
            (
                r#"{"name":"a","type":"feedback","input":{"numeric":{"min_value":"x"}}}"#,
                "input.numeric.min_value: must",
            ),
            (r#"{"name":"a","type":"feedback","input":{"text":{},"numeric":{}}}"#, "input: must name exactly one"),
            (r#"{"name":"a","type":"feedback","input":{"categorical":{"options":["a","a"]}}}"#, "there twice"),
            ("{", "not JSON"),
            ("3", "must be a schema"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(why), "{refused} / {why}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for input in [
            Input::PassFail { positive_label: "Y".into(), negative_label: "N".into() },
            Input::Categorical { options: vec!["a".into(), "b".into()] },
            Input::CategoricalList { options: vec!["a".into()] },
            Input::Numeric { min_value: Some(-1.5), max_value: None },
            Input::Text { max_length: Some(9) },
            Input::TextList { max_length_each: None, max_count: Some(2) },
        ] {
            let schema = LabelSchema {
                name: "q".into(),
                kind: SchemaType::Expectation,
                title: Some("T".into()),
                instruction: None,
                input,
                enable_comment: true,
                required: true,
                version: 1,
            };
            assert_eq!(from_value(&write(&schema)), Ok(vec![schema]));
        }
    }
}
