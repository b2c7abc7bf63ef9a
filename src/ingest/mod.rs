//! Bytes into the model: MLflow v3 and v2 JSON, OTLP JSON; detection, streaming, errors with line numbers.
