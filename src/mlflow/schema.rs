//! Our questions and the server's (RULES: MLflow mapping).
//!
//! Open-source MLflow knows no title and no lists of texts: the title is the first line of the instruction, a list of
//! texts has no question there and only its answers go.

use crate::model::{Input, LabelSchema, schema_check, schema_json};
use serde_json::{Value, json};

/// What a question is there, or why it cannot be one.
///
/// # Errors
/// What the server does not take, in plain words.
pub fn to_server(schema: &LabelSchema) -> Result<Value, String> {
    if schema_check::is_reserved(&schema.name) {
        return Err("the name belongs to MLflow's own default question".to_owned());
    }
    let mut too_much = schema_check::validate(schema)?;
    too_much.retain(|w| !w.starts_with("text_list") && !w.starts_with("the title has"));
    if let Some(why) = too_much.first() {
        return Err(why.clone());
    }
    let input = match &schema.input {
        Input::TextList { .. } => {
            return Err("MLflow has no question with a list of texts; its answers are pushed".to_owned());
        }
        Input::CategoricalList { options } => json!({ "categorical": { "options": options, "multi_select": true } }),
        Input::Categorical { options } => json!({ "categorical": { "options": options, "multi_select": false } }),
        _ => schema_json::write(schema).get("input").cloned().unwrap_or_default(),
    };
    Ok(json!({
        "name": schema.name,
        "type": match schema.kind {
            crate::model::SchemaType::Feedback => "FEEDBACK",
            crate::model::SchemaType::Expectation => "EXPECTATION",
        },
        "instruction": wording(schema),
        "enable_comment": schema.enable_comment,
        "input": input,
    }))
}

/// The instruction there.
fn wording(schema: &LabelSchema) -> String {
    let title = schema.title.as_deref().map(|t| t.replace(['\n', '\r'], " "));
    let parts: Vec<&str> = title.as_deref().into_iter().chain(schema.instruction.as_deref()).collect();
    parts.join("\n")
}

/// What a question there is here. `ours`, one of that name: where both say the same it is kept as it is, and what the
/// server does not know (required) stays.
///
/// # Errors
/// It cannot be asked here; which field.
pub fn from_server(there: &Value, ours: Option<&LabelSchema>) -> Result<LabelSchema, String> {
    if let Some(ours) = ours
        && is_same(ours, there)
    {
        return Ok(ours.clone());
    }
    let mut schema = schema_json::from_value(there)?.pop().ok_or("is no question")?;
    if let Some(text) = schema.instruction.take() {
        let (title, rest) = text.split_once('\n').unwrap_or((&text, ""));
        schema.title = Some(title.trim().to_owned()).filter(|t| !t.is_empty());
        schema.instruction = Some(rest.to_owned()).filter(|t| !t.trim().is_empty());
    }
    schema.required = ours.is_some_and(|o| o.required);
    Ok(schema)
}

/// Whether both sides ask the same in the same words.
#[must_use]
pub fn is_same(ours: &LabelSchema, there: &Value) -> bool {
    let Ok(mut sent) = to_server(ours) else {
        // The default question is MLflow's own, and is pulled as any other.
        return schema_check::is_reserved(&ours.name)
            && from_server(there, None)
                .is_ok_and(|s| LabelSchema { required: ours.required, version: ours.version, ..s } == *ours);
    };
    let text = |key: &str| there.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let flag = there.get("enable_comment").and_then(Value::as_bool).unwrap_or_default();
    let input = sent.get_mut("input").map(Value::take).unwrap_or_default();
    text("name") == ours.name
        && text("type").eq_ignore_ascii_case(sent.get("type").and_then(Value::as_str).unwrap_or_default())
        && text("instruction") == wording(ours)
        && flag == ours.enable_comment
        && same_input(&input, there.get("input").unwrap_or(&Value::Null))
}

fn same_input(a: &Value, b: &Value) -> bool {
    let read = |input: &Value| {
        schema_json::from_value(&json!({ "name": "q", "type": "feedback", "input": input }))
            .ok()
            .and_then(|mut l| l.pop())
    };
    match (read(a), read(b)) {
        (Some(a), Some(b)) => a.input == b.input,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SchemaType;

    fn schema(input: Input) -> LabelSchema {
        LabelSchema {
            name: "q".into(),
            kind: SchemaType::Feedback,
            title: Some("T?".into()),
            instruction: Some("one\ntwo".into()),
            input,
            enable_comment: true,
            required: true,
            version: 3,
        }
    }

    /// As the server gives it back: numbers as doubles, defaults left out.
    fn served(sent: &Value) -> Value {
        let mut out = sent.clone();
        out["schema_id"] = json!("ls-1");
        out["is_default"] = json!(false);
        out
    }

    #[test]
    fn what_the_server_can_ask_comes_back_as_it_was() {
        for input in [
            Input::PassFail { positive_label: "Y".into(), negative_label: "N".into() },
            Input::Categorical { options: vec!["a".into(), "b".into()] },
            Input::CategoricalList { options: vec!["a".into()] },
            Input::Numeric { min_value: Some(0.0), max_value: None },
            Input::Text { max_length: Some(9) },
        ] {
            let ours = schema(input);
            let there = served(&to_server(&ours).unwrap());
            assert_eq!(there["instruction"], "T?\none\ntwo");
            assert!(is_same(&ours, &there));
            assert_eq!(from_server(&there, Some(&ours)), Ok(ours.clone()));
            let fresh = LabelSchema { required: false, version: 1, ..ours };
            assert_eq!(from_server(&there, None), Ok(fresh));
        }
    }

    #[test]
    fn an_instruction_alone_is_no_change_of_wording_when_it_comes_back() {
        let ours = LabelSchema { title: None, ..schema(Input::Text { max_length: None }) };
        let there = served(&to_server(&ours).unwrap());
        assert_eq!(from_server(&there, Some(&ours)), Ok(ours));
    }

    #[test]
    fn what_the_server_cannot_ask_is_told() {
        let list = schema(Input::TextList { max_length_each: None, max_count: None });
        assert!(to_server(&list).unwrap_err().contains("list of texts"));
        let many = schema(Input::Categorical { options: (0..11).map(|n| n.to_string()).collect() });
        assert!(to_server(&many).unwrap_err().contains("at most 10"));
        let named = LabelSchema { name: "feedback".into(), ..schema(Input::Text { max_length: None }) };
        assert!(to_server(&named).unwrap_err().contains("default question"));
    }
}
