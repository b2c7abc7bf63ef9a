//! What applications and models call the fields of their inputs and outputs.

/// Where applications put what a person said, best first.
pub(super) const ASKED: [&str; 43] = [
    "question",
    "query",
    "user_query",
    "user_question",
    "prompt",
    "user_prompt",
    "user_input",
    "user_message",
    "user_msg",
    "msg",
    "utterance",
    "user_text",
    "str_or_query_bundle",
    "query_str",
    "query_bundle",
    "message",
    "input",
    "inputs",
    "input_text",
    "inputText",
    "input_str",
    "task",
    "request",
    "text",
    "content",
    "q",
    "chat_input",
    "query_text",
    "instruction",
    "topic",
    "body",
    "user_request",
    "human_input",
    "human_message",
    "new_message",
    "new_question",
    "current_message",
    "current_question",
    "latest_message",
    "last_user_message",
    "customer_message",
    "text_input",
    "args",
];

/// And what was answered.
pub(super) const ANSWERED: [&str; 37] = [
    "answer",
    "final_answer",
    "response",
    "output",
    "output_text",
    "outputText",
    "result",
    "text",
    "content",
    "completion",
    "generated_text",
    "generation",
    "message",
    "reply",
    "replies",
    "msg",
    "raw",
    "final_output",
    "_value",
    "summary",
    "out",
    "value",
    "final",
    "translation",
    "translated_text",
    "validated_output",
    "fulfillment_text",
    "bot_response",
    "bot_message",
    "final_response",
    "answer_text",
    "response_text",
    "assistant_message",
    "assistant_response",
    "agent_response",
    "ai_response",
    "ai_message",
];

/// What a model is called with besides the words: noise where a person reads, and a person's own words elsewhere.
pub(super) const SETTINGS: [&str; 12] = [
    "model",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "stream",
    "stream_options",
    "top_p",
    "stop",
    "n",
    "seed",
    "usage",
    "finish_reason",
];

/// Where a model's own interface puts its words. An application says "question" and "answer".
pub(super) const CALLED_WITH: [&str; 6] = ["prompt", "input", "inputs", "text", "content", "message"];

/// What Bedrock's `invoke_model` says beside a model's own request or answer.
pub(super) const CARRIES: [&str; 6] =
    ["body", "modelId", "contentType", "accept", "ResponseMetadata", "guardrailIdentifier"];

/// What Ollama says of an answer besides: settings, times, and the words again as numbers.
pub(super) const MEASURED: [&str; 9] = [
    "created_at",
    "done",
    "context",
    "total_duration",
    "load_duration",
    "prompt_eval_count",
    "prompt_eval_duration",
    "eval_count",
    "eval_duration",
];

/// Names of thoughts beside an answer (DSPy's chain of thought).
pub(super) const THOUGHTS: [&str; 5] = ["reasoning", "rationale", "thought", "next_thought", "chain_of_thought"];
