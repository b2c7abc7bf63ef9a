"""What MLflow's own SDK sees and does, for the tests: one command, JSON on stdout.

    python sdk.py URI COMMAND [ARGUMENTS]
"""

import contextlib
import json
import os
import sys

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    DO_NOT_TRACK="true",
    GIT_PYTHON_REFRESH="quiet",
    MLFLOW_ENABLE_ASYNC_TRACE_LOGGING="false",
)

import mlflow
from mlflow.entities import AssessmentSource, SpanType

uri, command, *args = sys.argv[1:]
mlflow.set_tracking_uri(uri)


@mlflow.trace(span_type=SpanType.RETRIEVER)
def retrieve(question):
    return [{"page_content": f"All about {question}", "metadata": {"doc_uri": "https://docs.example/1"}, "id": "d1"}]


@mlflow.trace(span_type=SpanType.AGENT)
def agent(question, padding=""):
    return {"answer": f"{question}? {len(retrieve(question))} document", "big": 9007199254740993, "text": padding}


def seed(experiment, n, size):
    mlflow.set_experiment(experiment)
    for i in range(int(n)):
        agent(f"question {i}", "x" * int(size))
    traces = mlflow.search_traces(return_type="list", include_spans=False)
    return sorted(t.info.trace_id for t in traces)


def seed_in_artifacts(experiment):
    """As SDKs do that know nothing of spans in the database: they upload a file."""
    from mlflow.tracing.export.mlflow_v3 import MlflowV3SpanExporter

    MlflowV3SpanExporter._log_spans = lambda *_, **__: None
    mlflow.set_experiment(experiment)
    agent("stored apart")
    (found,) = mlflow.search_traces(max_results=1, return_type="list", include_spans=False)
    return {"id": found.info.trace_id, "where": found.info.tags.get("mlflow.trace.spansLocation")}


def assessments(trace_id):
    return [a.to_dictionary() for a in mlflow.get_trace(trace_id).info.assessments]


def trace(trace_id):
    return json.loads(mlflow.get_trace(trace_id).to_json())


def feedback(trace_id, name, value, who):
    value = json.loads(value)
    mlflow.log_feedback(trace_id=trace_id, name=name, value=value, source=AssessmentSource("HUMAN", who))


def expectation(trace_id, name, value, who):
    value = json.loads(value)
    mlflow.log_expectation(trace_id=trace_id, name=name, value=value, source=AssessmentSource("HUMAN", who))


def of_run(experiment, run_id):
    mlflow.set_experiment(experiment)
    return sorted(t.info.trace_id for t in mlflow.search_traces(run_id=run_id, return_type="list", include_spans=False))


def records(experiment, name):
    home = mlflow.get_experiment_by_name(experiment).experiment_id
    found = [d for d in mlflow.genai.datasets.search_datasets(experiment_ids=[home]) if d.name == name]
    assert len(found) == 1, found
    rows = found[0].to_df().to_dict("records")
    return [{"inputs": r["inputs"], "expectations": r["expectations"], "source": r["source_id"]} for r in rows]


def evaluate(experiment, file):
    mlflow.set_experiment(experiment)

    @mlflow.genai.scorer
    def exact(outputs, expectations):
        return expectations["ideal"] == "Short."

    data = [json.loads(line) for line in open(file)]
    result = mlflow.genai.evaluate(data=data, scorers=[exact])
    return {"mean": result.metrics["exact/mean"], "rows": len(data)}


def run(experiment, *lines):
    """Lines of the README, one after the other."""
    from mlflow.genai import label_schemas, review_queues

    mlflow.set_experiment(experiment)
    names = {"mlflow": mlflow, "label_schemas": label_schemas, "review_queues": review_queues}
    for line in lines:
        exec(line, names)


def snippet(folder, code):
    """The README's snippet; how many traces its search finds."""
    os.chdir(folder)
    search, found = mlflow.search_traces, []

    def searching(*args, **kwargs):
        traces = search(*args, **kwargs)
        # evaluate() searches, too.
        found.extend(traces if isinstance(traces, list) and not found else [])
        return traces

    mlflow.search_traces = searching
    exec(code, {})
    return len({trace.info.trace_id for trace in found})


with contextlib.redirect_stdout(sys.stderr):
    result = globals()[command](*args)
print(json.dumps(result))
