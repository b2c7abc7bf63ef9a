//! What an agent's answer carries of its way: thoughts, calls and what came back, where no spans tell them. DSPy numbers
//! them (`{"thought_0", "tool_name_0", "tool_args_0", "observation_0", …}`), LangChain pairs an action with what was
//! observed (`[[{"tool", "tool_input", "log"}, observation], …]`); others list one object a step.

use super::content::returned;
use super::{Message, Part, Role, ToolCall};
use crate::model::json::{Json, parse_shape as parse};

/// Where they stand.
const KEYS: [&str; 3] = ["trajectory", "intermediate_steps", "intermediateSteps"];

/// Steps that are looked for under numbers.
const MOST: usize = 1000;

/// DSPy's agents end with a call of this name, which does nothing.
const END: &str = "finish";

/// The way in an answer's JSON, and the rest of the answer as JSON text; `None` where there is none.
pub(super) fn trajectory(outputs: &str) -> Option<(Vec<Message>, String)> {
    if !KEYS.iter().any(|key| outputs.contains(key)) {
        return None;
    }
    let (json, _) = parse(outputs).ok()?;
    let (key, way) = KEYS.iter().find_map(|key| Some((*key, json.some(key)?)))?;
    let inner = way.as_text().and_then(|text| parse(&text).ok().map(|(json, _)| steps(&json)));
    let found = inner.unwrap_or_else(|| steps(way)).filter(|found| !found.is_empty())?;
    let rest = json.members().iter().filter(|(k, _)| k != key).cloned().collect();
    Some((found, Json::object(rest).to_json()))
}

fn steps(way: &Json<'_>) -> Option<Vec<Message>> {
    match way {
        Json::Object(_) => numbered(way),
        Json::Array(items) => items.iter().map(|item| paired(item).or_else(|| keyed(item))).collect(),
        _ => None,
    }
}

fn numbered(way: &Json<'_>) -> Option<Vec<Message>> {
    let mut found = Vec::new();
    for n in 0..MOST {
        let at = |name: &str| way.some(&format!("{name}_{n}"));
        let (thought, name) = (at("thought"), at("tool_name"));
        if thought.is_none() && name.is_none() {
            break;
        }
        let call = name.map(|name| ToolCall {
            name: name.plain(),
            arguments: at("tool_args").map(Json::plain).unwrap_or_default(),
            result: at("observation").map(returned),
            ..ToolCall::default()
        });
        found.extend(step(thought.map(Json::plain), call.filter(|c| c.name != END)));
    }
    Some(found)
}

/// LangChain's `AgentAction`, plain or dumped, and what was observed.
fn paired(pair: &Json<'_>) -> Option<Message> {
    let [action, observed] = pair.items() else { return None };
    let action = action.some("kwargs").unwrap_or(action);
    let log = action.some("log").map(Json::plain).unwrap_or_default();
    // Of the log the thought alone: the action follows as a call.
    let thought = log.split_once("Action:").map(|(thought, _)| thought.trim().trim_start_matches("Thought:").trim());
    let call = ToolCall {
        name: action.some("tool")?.plain(),
        arguments: action.some("tool_input").map(Json::plain).unwrap_or_default(),
        result: Some(returned(observed)),
        ..ToolCall::default()
    };
    step(thought.map(str::to_owned), Some(call))
}

/// One object a step.
fn keyed(item: &Json<'_>) -> Option<Message> {
    let first = |keys: &[&str]| keys.iter().find_map(|k| item.some(k));
    let thought = first(&["thought", "reasoning"]).map(Json::plain);
    let call = first(&["tool_name", "tool", "action"]).and_then(Json::as_text).map(|name| ToolCall {
        name: name.into_owned(),
        arguments: first(&["tool_args", "tool_input", "action_input", "args"]).map(Json::plain).unwrap_or_default(),
        result: first(&["observation", "result"]).map(returned),
        ..ToolCall::default()
    });
    step(thought, call.filter(|c| c.name != END))
}

fn step(thought: Option<String>, call: Option<ToolCall>) -> Option<Message> {
    let thought = thought.filter(|t| !t.trim().is_empty()).map(|t| Part::Reasoning(t.into()));
    let parts: Vec<Part> = thought.into_iter().chain(call.map(Part::Call)).collect();
    (!parts.is_empty()).then_some(Message { role: Role::Assistant, name: None, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(outputs: &str) -> Option<(Vec<String>, String)> {
        let (found, rest) = trajectory(outputs)?;
        let part = |p: &Part| match p {
            Part::Reasoning(t) => format!("thinks {t}"),
            Part::Call(c) => format!("{}({}) -> {}", c.name, c.arguments, c.result.as_deref().unwrap_or("?")),
            other => format!("{other:?}"),
        };
        Some((found.iter().map(|m| m.parts.iter().map(part).collect::<Vec<_>>().join(" | ")).collect(), rest))
    }

    #[test]
    fn every_form_of_a_way_is_thoughts_calls_and_results() {
        let told = |way: &str| {
            let (found, rest) = read(way).unwrap();
            assert_eq!(rest, r#"{"answer":"A"}"#, "{way}");
            found
        };
        let dspy = r#"{"trajectory":{"thought_0":"I look","tool_name_0":"stock","tool_args_0":{"part":"chain"},"observation_0":"7","thought_1":"Enough","tool_name_1":"finish","tool_args_1":{},"observation_1":"Completed."},"answer":"A"}"#;
        assert_eq!(told(dspy), [r#"thinks I look | stock({"part":"chain"}) -> 7"#, "thinks Enough"]);
        let langchain = r#"{"answer":"A","intermediate_steps":[[{"tool":"stock","tool_input":"chain","log":"Thought: I look\nAction: stock","type":"AgentAction"},"7"],[{"lc":1,"id":["x","AgentAction"],"kwargs":{"tool":"f","tool_input":{"a":1},"log":""}},{"r":2}]]}"#;
        assert_eq!(told(langchain), ["thinks I look | stock(chain) -> 7", r#"f({"a":1}) -> {"r":2}"#]);
        let listed = r#"{"answer":"A","trajectory":[{"thought":"I look","action":"stock","action_input":"chain","observation":"7"}]}"#;
        assert_eq!(told(listed), ["thinks I look | stock(chain) -> 7"]);
    }

    #[test]
    fn a_trajectory_of_another_kind_stays_data() {
        for other in [
            r#"{"trajectory":[[1,2],[3,4]],"answer":"A"}"#,
            r#"{"trajectory":{"x":[1]},"answer":"A"}"#,
            r#"{"trajectory":"north","answer":"A"}"#,
            r#""a trajectory""#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
