//! How types of spans are shown: a symbol, a short word, a class.

use crate::text::Class;

/// A symbol of one column, or a letter for terminals whose fonts have no symbols.
pub(in crate::tui::trace) fn icon(span_type: &str, letters: bool) -> char {
    let (symbol, letter) = match span_type {
        "AGENT" => ('◆', 'A'),
        "LLM" => ('✦', 'L'),
        "CHAT_MODEL" => ('✦', 'M'),
        "TOOL" | "FUNCTION" => ('ƒ', 'T'),
        "RETRIEVER" => ('⌕', 'R'),
        "RERANKER" => ('⇅', 'K'),
        "EMBEDDING" => ('∷', 'E'),
        "CHAIN" => ('»', 'C'),
        "WORKFLOW" => ('⇉', 'W'),
        "TASK" => ('▫', 'J'),
        "PARSER" => ('¶', 'P'),
        "MEMORY" => ('⊙', 'Y'),
        "GUARDRAIL" => ('⊘', 'G'),
        "EVALUATOR" => ('≟', 'V'),
        "UNKNOWN" | "" => ('·', '.'),
        other => {
            let first = other.chars().next().filter(char::is_ascii_alphanumeric);
            ('◦', first.map_or('?', |c| c.to_ascii_uppercase()))
        }
    };
    if letters { letter } else { symbol }
}

/// A type in five columns.
pub(in crate::tui::trace) fn short_type(span_type: &str) -> String {
    let short = match span_type {
        "CHAT_MODEL" => "CHAT",
        "RETRIEVER" => "RETR",
        "EMBEDDING" => "EMBED",
        "RERANKER" => "RANK",
        "WORKFLOW" => "FLOW",
        "GUARDRAIL" => "GUARD",
        "EVALUATOR" => "EVAL",
        "MEMORY" => "MEM",
        "PARSER" => "PARSE",
        "FUNCTION" => "FUNC",
        "UNKNOWN" | "" => "·",
        other => other,
    };
    crate::text::fit(&crate::text::sanitize(short), 5).into_owned()
}

/// The class a type is drawn in.
pub(in crate::tui::trace) fn type_class(span_type: &str) -> Class {
    match span_type {
        "LLM" | "CHAT_MODEL" | "AGENT" => Class::Assistant,
        "TOOL" | "FUNCTION" => Class::Tool,
        "RETRIEVER" | "RERANKER" | "EMBEDDING" => Class::User,
        "GUARDRAIL" | "EVALUATOR" => Class::System,
        _ => Class::Dim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthChar;

    #[test]
    fn every_type_has_a_symbol_of_one_column_and_a_letter_of_its_own() {
        let known = "AGENT LLM CHAT_MODEL TOOL RETRIEVER RERANKER EMBEDDING CHAIN WORKFLOW TASK PARSER MEMORY GUARDRAIL EVALUATOR UNKNOWN";
        let mut letters: Vec<char> = known.split(' ').map(|t| icon(t, true)).collect();
        assert!(known.split(' ').chain(["MINE"]).all(|t| icon(t, false).width() == Some(1)));
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 15);
        assert_eq!(icon("mine", true), 'M');
    }
}
