//! Is a schema meaningful, and what did a change of it change?

use super::{Input, LabelSchema, SchemaType};

/// MLflow's limits (its server refuses more; here they are warnings).
const MLFLOW_NAME: usize = 250;
const MLFLOW_INSTRUCTION: usize = 1000;
const MLFLOW_OPTIONS: usize = 10;
const MLFLOW_OPTION: usize = 64;

/// Checks that the schema asks something that can be answered; what only MLflow's server would refuse comes back as
/// warnings.
///
/// # Errors
/// What has no meaning, naming the field.
pub fn validate(schema: &LabelSchema) -> Result<Vec<String>, String> {
    name(&schema.name)?;
    match &schema.input {
        Input::PassFail { positive_label, negative_label } => {
            label("positive label", positive_label)?;
            label("negative label", negative_label)?;
            if positive_label.trim() == negative_label.trim() {
                return Err(format!("both labels are \"{}\": they must differ", positive_label.trim()));
            }
        }
        Input::Categorical { options } | Input::CategoricalList { options } => distinct(options)?,
        Input::Numeric { min_value, max_value } => range(*min_value, *max_value)?,
        Input::Text { max_length } => positive("max_length", *max_length)?,
        Input::TextList { max_length_each, max_count } => {
            positive("max_length_each", *max_length_each)?;
            positive("max_count", *max_count)?;
        }
    }
    Ok(warnings(schema))
}

/// Whether the name is MLflow's default question, which nobody may create.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("feedback")
}

/// A name that can be typed, listed and exported.
///
/// # Errors
/// What is wrong with it.
pub fn name(name: &str) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("the name is empty".to_owned());
    }
    if name.trim() != name {
        return Err(format!("the name \"{name}\" begins or ends with a space"));
    }
    if name.chars().any(char::is_control) {
        return Err("the name has a control character in it".to_owned());
    }
    Ok(())
}

fn label(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("the {what} is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("the {what} has a control character in it"));
    }
    Ok(())
}

fn distinct(options: &[String]) -> Result<(), String> {
    if options.is_empty() {
        return Err("there are no options".to_owned());
    }
    for (i, option) in options.iter().enumerate() {
        label(&format!("option {}", i + 1), option)?;
        if options.iter().take(i).any(|o| o.trim() == option.trim()) {
            return Err(format!("the option \"{}\" is there twice", option.trim()));
        }
    }
    Ok(())
}

fn range(min: Option<f64>, max: Option<f64>) -> Result<(), String> {
    for (what, bound) in [("min_value", min), ("max_value", max)] {
        if bound.is_some_and(|b| !b.is_finite()) {
            return Err(format!("{what} is not a finite number"));
        }
    }
    match (min, max) {
        (Some(min), Some(max)) if min >= max => Err(format!("min_value {min} is not below max_value {max}")),
        _ => Ok(()),
    }
}

fn positive(what: &str, bound: Option<u64>) -> Result<(), String> {
    if bound == Some(0) { Err(format!("{what} is 0: nothing could be answered")) } else { Ok(()) }
}

fn warnings(schema: &LabelSchema) -> Vec<String> {
    let mut out = Vec::new();
    let mut limit = |what: &str, is: usize, most: usize| {
        if is > most {
            out.push(format!("{what}: {is}, MLflow's server takes at most {most}"));
        }
    };
    limit("characters in the name", schema.name.chars().count(), MLFLOW_NAME);
    // On MLflow's side the title is the instruction's first line.
    let wording = [&schema.title, &schema.instruction];
    let wording: Vec<usize> = wording.into_iter().flatten().map(|t| t.chars().count()).collect();
    let joined = wording.iter().sum::<usize>() + wording.len().saturating_sub(1);
    limit("characters in title and instruction", joined, MLFLOW_INSTRUCTION);
    match &schema.input {
        Input::PassFail { positive_label, negative_label } => {
            limit("characters in the positive label", positive_label.chars().count(), MLFLOW_OPTION);
            limit("characters in the negative label", negative_label.chars().count(), MLFLOW_OPTION);
        }
        Input::Categorical { options } | Input::CategoricalList { options } => {
            limit("options", options.len(), MLFLOW_OPTIONS);
            for option in options {
                limit(&format!("characters in option \"{option}\""), option.chars().count(), MLFLOW_OPTION);
            }
        }
        Input::TextList { .. } if built_in(&schema.name).is_none() => {
            out.push("text_list: MLflow's server has no such question; its answers are pushed, it is not".to_owned());
        }
        _ => {}
    }
    if schema.title.as_deref().is_some_and(|t| t.contains('\n')) {
        out.push("the title has several lines: on MLflow's side only the first stays the title".to_owned());
    }
    out
}

/// What a change of a schema amounts to (RULES: Schemas and versions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Nothing.
    Same,
    /// Title or instruction only: the version stays.
    Wording,
    /// Anything else that may change: a new version.
    Version,
    /// Type or input kind: not allowed; why.
    Fixed(String),
}

/// Compares a schema with what would replace it; versions are not looked at.
#[must_use]
pub fn difference(old: &LabelSchema, new: &LabelSchema) -> Difference {
    if old.kind != new.kind {
        return Difference::Fixed(format!("its type is {}, and a type cannot change", type_name(old.kind)));
    }
    if input_name(&old.input) != input_name(&new.input) {
        return Difference::Fixed(format!("its input is {}, and an input cannot change", input_name(&old.input)));
    }
    if old.input != new.input || old.enable_comment != new.enable_comment || old.required != new.required {
        return Difference::Version;
    }
    if old.title != new.title || old.instruction != new.instruction { Difference::Wording } else { Difference::Same }
}

/// `feedback` or `expectation`.
#[must_use]
pub const fn type_name(kind: SchemaType) -> &'static str {
    match kind {
        SchemaType::Feedback => "feedback",
        SchemaType::Expectation => "expectation",
    }
}

/// The input's name in MLflow's JSON.
#[must_use]
pub const fn input_name(input: &Input) -> &'static str {
    match input {
        Input::PassFail { .. } => "pass_fail",
        Input::Categorical { .. } => "categorical",
        Input::CategoricalList { .. } => "categorical_list",
        Input::Numeric { .. } => "numeric",
        Input::Text { .. } => "text",
        Input::TextList { .. } => "text_list",
    }
}

/// MLflow's built-in expectations, usable without creating them.
#[must_use]
pub fn built_in(name: &str) -> Option<LabelSchema> {
    let texts = Input::TextList { max_length_each: None, max_count: None };
    let (title, instruction, input) = match name {
        "expected_facts" => {
            ("Which facts must a correct answer state?", "One fact an entry, each true on its own.", texts)
        }
        "guidelines" => ("Which guidelines must the answer follow?", "One rule an entry, in plain words.", texts),
        "expected_response" => (
            "What would the correct answer be?",
            "Write it as the application should have answered.",
            Input::Text { max_length: None },
        ),
        _ => return None,
    };
    Some(LabelSchema {
        name: name.to_owned(),
        kind: SchemaType::Expectation,
        title: Some(title.to_owned()),
        instruction: Some(instruction.to_owned()),
        input,
        enable_comment: false,
        required: false,
        version: 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str, input: Input) -> LabelSchema {
        let mut schema = built_in("expected_response").unwrap();
        (schema.name, schema.input) = (name.to_owned(), input);
        schema
    }
    fn pass_fail(yes: &str, no: &str) -> Input {
        Input::PassFail { positive_label: yes.into(), negative_label: no.into() }
    }
    fn options(options: &[&str]) -> Input {
        Input::Categorical { options: options.iter().map(|&o| o.into()).collect() }
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        let text = Input::Text { max_length: None };
        let numeric = |a, b| Input::Numeric { min_value: Some(a), max_value: Some(b) };
        for (schema, why) in [
            (schema("  ", text.clone()), "name is empty"),
            (schema("a\u{1b}b", text), "control character"),
            (schema("q", options(&[])), "no options"),
            (schema("q", options(&["a", " "])), "option 2 is empty"),
            (schema("q", options(&["a", "b", "a "])), "\"a\" is there twice"),
            (schema("q", pass_fail("Yes", "Yes")), "they must differ"),
            (schema("q", pass_fail("Yes", "")), "negative label is empty"),
            (schema("q", numeric(5.0, 5.0)), "min_value 5 is not below max_value 5"),
            (schema("q", numeric(f64::NAN, 5.0)), "not a finite number"),
            (schema("q", Input::Text { max_length: Some(0) }), "max_length is 0"),
            (schema("q", Input::TextList { max_length_each: None, max_count: Some(0) }), "max_count is 0"),
        ] {
            let refused = validate(&schema).unwrap_err();
            assert!(refused.contains(why), "{refused} / {why}");
        }
    }

    #[test]
    fn what_only_mlflow_would_refuse_is_warned_of() {
        let eleven: Vec<String> = (0..11).map(|i| format!("{i}")).collect();
        let warned = validate(&schema("q", Input::Categorical { options: eleven })).unwrap();
        assert_eq!(warned, ["options: 11, MLflow's server takes at most 10"]);
        let warned = validate(&schema("q", options(&[&"x".repeat(65)]))).unwrap();
        assert!(warned[0].ends_with("65, MLflow's server takes at most 64"));
        assert_eq!(validate(&schema(&"n".repeat(251), options(&["a"]))).unwrap().len(), 1);
        let list = Input::TextList { max_length_each: None, max_count: None };
        assert!(validate(&schema("q", list)).unwrap()[0].starts_with("text_list"));
        let mut wordy = schema("q", options(&["a"]));
        wordy.instruction = Some("w".repeat(1001));
        assert_eq!(validate(&wordy).unwrap().len(), 1);
    }

    #[test]
    fn built_ins_are_valid_expectations_without_warnings() {
        for name in ["expected_facts", "expected_response", "guidelines"] {
            let schema = built_in(name).unwrap();
            assert_eq!(validate(&schema), Ok(Vec::new()));
            assert_eq!(schema.kind, SchemaType::Expectation);
        }
        assert_eq!(built_in("Expected_facts"), None);
    }

    #[test]
    fn a_change_of_wording_only_keeps_the_version_and_kinds_are_fixed() {
        let old = schema("q", options(&["a", "b"]));
        let change = |f: &dyn Fn(&mut LabelSchema)| {
            let mut new = old.clone();
            f(&mut new);
            difference(&old, &new)
        };
        assert_eq!(change(&|_| {}), Difference::Same);
        assert_eq!(change(&|s| s.version = 9), Difference::Same);
        assert_eq!(change(&|s| s.title = None), Difference::Wording);
        assert_eq!(change(&|s| s.instruction = Some("new".into())), Difference::Wording);
        assert_eq!(change(&|s| s.input = options(&["a", "b", "c"])), Difference::Version);
        assert_eq!(change(&|s| s.enable_comment = true), Difference::Version);
        assert_eq!(change(&|s| s.required = true), Difference::Version);
        assert!(matches!(change(&|s| s.kind = SchemaType::Feedback), Difference::Fixed(_)));
        assert!(matches!(
            change(&|s| s.input = Input::CategoricalList { options: vec!["a".into()] }),
            Difference::Fixed(_)
        ));
    }
}
