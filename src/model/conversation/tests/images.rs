//! What models below a root drew.

use super::{read, span};

#[test]
fn an_image_that_a_model_below_made_is_told_once() {
    let told = |root: &str, model: &str| {
        read(vec![
            span("1", None, "CHAIN", r#"{"question":"Draw a cat"}"#, root),
            span("2", Some("1"), "LLM", r#"{"prompt":"a cat"}"#, model),
        ])
    };
    let drawn = r#"{"created":1,"data":[{"url":"https://img.example/cat.png","revised_prompt":"a sad cat"}]}"#;
    let shown = told("\"Here it is\"", drawn);
    let image = "Media(\"image · https://img.example/cat.png · drawn: a sad cat\")";
    assert!(shown.ends_with(&format!("Assistant: {image}\nAssistant: Here it is")), "{shown}");
    // As the root's own output it is told there alone.
    assert_eq!(told(drawn, drawn).matches("Media(").count(), 1);
    let bytes = format!(r#"{{"data":[{{"b64_json":"{}"}}]}}"#, "QUJD".repeat(30));
    assert!(told("\"Here it is\"", &bytes).contains("image · 90 bytes · inline"));
    // Beside words that the root hands on.
    let both = r#"{"candidates":[{"content":{"role":"model","parts":[{"text":"Here it is"},{"inlineData":{"mimeType":"image/png","data":"QUJDREVG"}}]}}]}"#;
    let shown = told("\"Here it is\"", both);
    assert!(shown.ends_with("Media(\"image/png · 6 bytes · inline\")\nAssistant: Here it is"), "{shown}");
}
