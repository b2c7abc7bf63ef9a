"""What labeltui writes, read by MLflow's own SDK; and what the SDK writes, read by labeltui.

    VENV/bin/python .ci/sdk_check.py BINARY
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    DO_NOT_TRACK="true",
    GIT_PYTHON_REFRESH="quiet",
    MLFLOW_ENABLE_ASYNC_TRACE_LOGGING="false",
)

import mlflow
import pandas
from mlflow.entities import Expectation, Feedback, SpanType, Trace

binary = pathlib.Path(sys.argv[1]).resolve()
root = pathlib.Path(__file__).resolve().parent.parent
work = pathlib.Path(tempfile.mkdtemp(prefix="labeltui-sdk-"))
checks = 0


def check(what, condition, *details):
    global checks
    if not condition:
        sys.exit(f"FAILED: {what}\n" + "\n".join(map(str, details)))
    checks += 1
    print(f"ok: {what}")


def labeltui(*arguments, user="alice", store="store"):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LABELTUI_")}
    environment |= {"LABELTUI_STORE": str(work / store), "LABELTUI_USER": user, "HOME": str(work)}
    result = subprocess.run(
        [binary, *arguments], cwd=work, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if result.returncode != 0:
        sys.exit(f"labeltui {' '.join(arguments)}: exit {result.returncode}\n{result.stderr}")
    return result.stdout


# ---- Traces that the SDK of this machine makes, beside those of the journey.
mlflow.set_tracking_uri(f"sqlite:///{work}/mlflow.db")
mlflow.set_experiment("sdk_check")


@mlflow.trace(span_type=SpanType.RETRIEVER)
def retrieve(question):
    return [{"page_content": f"All about {question}", "metadata": {"doc_uri": "https://docs.example/1"}, "id": "d1"}]


@mlflow.trace(span_type=SpanType.AGENT, attributes={"ünïcode": "«é»", "nested": {"a": [1, 2.5, None, True]}})
def agent(question, options=None):
    if question == "fail":
        raise ValueError("it \"failed\"\n\u202e\x1b[31m")
    return {"answer": f"{question}? {len(retrieve(question))} document", "big": 9007199254740993}


agent("why", options={"deep": [[[[]]]], "float": 0.1})
try:
    agent("fail")
except ValueError:
    pass
first = mlflow.search_traces(return_type="list")[-1]
mlflow.log_feedback(trace_id=first.info.trace_id, name="judged", value={"score": 1, "why": ["a"]})
mlflow.log_expectation(trace_id=first.info.trace_id, name="expected_facts", value=["one", "two"])
mlflow.log_feedback(trace_id=first.info.trace_id, name="grade", value=4)
mlflow.log_feedback(trace_id=first.info.trace_id, name="nice", value=True)
mlflow.log_feedback(trace_id=first.info.trace_id, name="word", value="warm")
mlflow.set_trace_tag(first.info.trace_id, "team", "a")
made = mlflow.search_traces(return_type="list")
check("the SDK made its traces", len(made) == 2)
(work / "made.jsonl").write_text("".join(t.to_json() + "\n" for t in made))
journey = (root / "tests/journey/traces.jsonl").read_text()
(work / "journey.jsonl").write_text(journey)

counts = json.loads(labeltui("import", "made.jsonl", "journey.jsonl", "--json"))
check("every trace is imported", (counts["imported"], counts["rejected_total"]) == (7, 0), counts)

# ---- The search grammar finds what MLflow's own search finds.
labeltui("import", "made.jsonl", store="search")
for expression in [
    "name = 'agent'",
    "name LIKE 'ag%'",
    "status = 'ERROR'",
    "attributes.status != 'OK'",
    "execution_time_ms >= 0",
    "timestamp_ms > 4102444800000",
    "end_time_ms > 0 AND status = 'OK'",
    "tags.`team` = 'a'",
    "tag.team != 'a'",
    "tag.team IS NULL",
    "tag.team IS NOT NULL",
    "metadata.`mlflow.trace_schema.version` = '3'",
    "metadata.nothing != 'x'",
    "span.name = 'retrieve'",
    "span.type = 'RETRIEVER' AND span.name = 'agent'",
    "span.type = 'RETRIEVER' AND span.name = 'retrieve'",
    "span.status = 'ERROR'",
    "span.name IN ('retrieve', 'other')",
    "feedback.grade > 3",
    "feedback.grade >= 4",
    "feedback.grade < 4",
    "feedback.nice = 'true'",
    "feedback.nice != 'true'",
    "feedback.nice IS NULL",
    "feedback.word ILIKE '%WAR%'",
    "feedback.word RLIKE 'w.*m'",
    "expectation.expected_facts IS NOT NULL",
    "trace.text LIKE '%All about why%'",
    "trace.text ILIKE '%ALL ABOUT%'",
    "name RLIKE '^ag' AND feedback.nice = 'true'",
    f"request_id IN ('{made[0].info.trace_id}', 'tr-x')",
    f"request_id != '{made[0].info.trace_id}'",
]:
    theirs = {t.info.trace_id for t in mlflow.search_traces(filter_string=expression, return_type="list")}
    ours = {t["trace_id"] for t in json.loads(labeltui("trace", "list", "--filter", expression, "--json", store="search"))["traces"]}
    check(f"{expression} finds {len(theirs)}, as MLflow does", theirs == ours, theirs, ours)

# ---- Every kind of question, answered by two people.
labeltui("schema", "create", "ok", "--type", "feedback", "--pass-fail", "Yes", "No", "--comment")
labeltui("schema", "create", "tone", "--type", "feedback", "--option", "warm", "--option", "cold")
labeltui("schema", "create", "faults", "--type", "feedback", "--option", "a", "--option", "b, c", "--multi")
labeltui("schema", "create", "grade", "--type", "feedback", "--numeric", "--min", "0", "--max", "10")
labeltui("schema", "create", "remarks", "--type", "feedback", "--text-list")
labeltui("schema", "create", "ideal", "--type", "expectation", "--text", "--comment")
labeltui("schema", "create", "level", "--type", "expectation", "--numeric")
names = ["ok", "tone", "faults", "grade", "remarks", "ideal", "level", "expected_facts"]
labeltui("session", "create", "all", *[x for n in names for x in ("--schema", n)], "--reviews", "2")
labeltui("session", "add-traces", "all", "--all")
ids = [t.info.trace_id for t in made] + [json.loads(line)["info"]["trace_id"] for line in journey.splitlines()]
text = "Zeile 1\nZeile \"2\", ü, 😀, \u202eend"
answers = {
    "ok": True,
    "tone": "cold",
    "faults": ["a", "b, c"],
    "grade": 7.25,
    "remarks": ["first", "second, with a comma"],
    "ideal": text,
    "level": 3,
    "expected_facts": ["fact 1", "fact 2"],
}


def spelled(value):
    return value if isinstance(value, str) else json.dumps(value)


for user in ("alice", "bob"):
    for trace_id in ids[:3]:
        pairs = [f"{name}={spelled(value)}" for name, value in answers.items()]
        comments = ["--comment", "ok=because\nit is", "--comment", "ideal=a comment on an expectation"]
        labeltui("answer", "all", trace_id, *pairs, *comments, "--submit", user=user)
labeltui("answer", "all", ids[0], "grade=8", "ok=", "--submit")

# ---- export: valid MLflow traces.
exported = labeltui("export", "all").splitlines()
check("export writes every trace", len(exported) == len(ids))
traces = {}
for line in exported:
    trace = Trace.from_json(line)
    traces[trace.info.trace_id] = trace
check("mlflow.entities.Trace.from_json reads them", set(traces) == set(ids))
for before in (Trace.from_json(t.to_json()) for t in made):
    after = traces[before.info.trace_id]
    spans = lambda t: [{k: v for k, v in s.to_dict().items()} for s in t.data.spans]
    check("spans are as the SDK wrote them", spans(before) == spans(after), spans(before), spans(after))
    ours = lambda a: (a.metadata or {}).get("session") == "all" or (a.metadata or {}).get("labeltui.session") == "all"
    own = {a.assessment_id: a.to_dictionary() for a in before.info.assessments}
    kept = {a.assessment_id: a.to_dictionary() for a in after.info.assessments if a.assessment_id in own}
    check("imported assessments are as the SDK wrote them", own == kept, own, kept)
    for field in ("client_request_id", "request_time", "execution_duration", "state", "tags", "request_preview", "response_preview"):
        check(f"info.{field} is kept", getattr(before.info, field) == getattr(after.info, field))

imported = {a["assessment_id"] for line in journey.splitlines() for a in json.loads(line)["info"].get("assessments", [])}
imported |= {a.assessment_id for t in made for a in t.info.assessments}
for trace_id in ids[:3]:
    for user in ("alice", "bob"):
        mine = {
            a.name: a
            for a in traces[trace_id].info.assessments
            if a.source.source_id == user and a.assessment_id not in imported and a.valid is not False
        }
        wanted = dict(answers)
        if user == "alice" and trace_id == ids[0]:
            wanted["grade"] = 8
            del wanted["ok"]
        check(f"{user}'s answers are there", set(mine) == set(wanted), sorted(mine))
        for name, value in wanted.items():
            a = mine[name]
            kind = Expectation if name in ("ideal", "level", "expected_facts") else Feedback
            check(f"{name} keeps type and value", isinstance(a, kind) and a.value == value, repr(a))
            check(f"{name} is a person's", a.source.source_type == "HUMAN" and re.fullmatch("a-[0-9a-f]{32}", a.assessment_id))
        if "ok" in wanted:
            check("a comment is the rationale", mine["ok"].rationale == "because\nit is")
        check("an expectation's comment is kept", "a comment on an expectation" in json.dumps(mine["ideal"].to_dictionary()))

# ---- What the SDK reads can be written by it and imported again.
(work / "again.jsonl").write_text("".join(t.to_json() + "\n" for t in traces.values()))
again = json.loads(labeltui("import", "again.jsonl", "--json", store="second"))
check("an export that went through the SDK imports", again["imported"] == len(ids) and again["rejected_total"] == 0, again)

# ---- labels: pandas, as the README shows.
(work / "labels.jsonl").write_text(labeltui("labels", "all", "--format", "jsonl"))
(work / "labels.csv").write_text(labeltui("labels", "all", "--format", "csv"))
frame = pandas.read_json(work / "labels.jsonl", lines=True)
columns = "request_id assessment_name assessment_value assessment_comment assessor_id timestamp".split()
check("the columns are as promised", list(frame.columns[:6]) == columns, list(frame.columns))
check("as many rows as answers", len(frame) == 2 * 3 * len(names) - 1, len(frame))
csv = pandas.read_csv(work / "labels.csv")
check("CSV has the same columns and rows", list(csv.columns) == list(frame.columns) and len(csv) == len(frame))
check("texts are exact", set(csv[csv.assessment_name == "ideal"].assessment_value) == {text})
lists = frame[frame.assessment_name == "faults"].assessment_value
check("lists stay lists", all(v == ["a", "b, c"] for v in lists))

# ---- The evaluation dataset: what mlflow.genai.evaluate() takes.
records = [json.loads(line) for line in labeltui("dataset", "all").splitlines()]
check("a record for each item with an expectation", len(records) == 3, len(records))
for record in records:
    check("inputs and expectations are objects", isinstance(record["inputs"], dict) and isinstance(record["expectations"], dict))
    check("expectations have values", record["expectations"]["level"] == 3 and record["expectations"]["ideal"] == text)


@mlflow.genai.scorer
def exact(outputs, expectations):
    return expectations["level"] == 3


result = mlflow.genai.evaluate(data=records, scorers=[exact])
check("mlflow.genai.evaluate takes it", result.metrics["exact/mean"] == 1.0, result.metrics)
dataset = mlflow.genai.datasets.create_dataset(name="from labeltui")
# Without outputs: 3.17.2 fails on a dataset in which some are texts and some objects, wherever they come from.
dataset.merge_records([{k: v for k, v in r.items() if k != "outputs"} for r in records])
rows = dataset.to_df().to_dict("records")
check("an MLflow dataset takes it", len(rows) == 3 and {r["source_id"] for r in rows} == set(ids[:3]), rows)

# ---- The README's snippets of pandas, as they stand there.
readme = (root / "README.md").read_text()
snippets = [s for s in re.findall(r"```python\n(.*?)```", readme, re.S) if "read_json" in s or "read_csv" in s]
check("the README has a pandas snippet", len(snippets) >= 1)
labeltui("import", "journey.jsonl", store="readme")
labeltui("schema", "create", "summary_quality", "--type", "feedback", "--pass-fail", "Yes", "No", "--comment", store="readme")
labeltui("schema", "create", "expected_summary", "--type", "expectation", "--text", store="readme")
labeltui("session", "create", "label_summaries", "--schema", "summary_quality", "--schema", "expected_summary", store="readme")
labeltui("session", "add-traces", "label_summaries", "--all", store="readme")
for n, trace_id in enumerate(ids[2:]):
    labeltui("answer", "label_summaries", trace_id, f"summary_quality={'No' if n % 2 else 'Yes'}", "expected_summary=Short.", "--submit", store="readme")
labeltui("labels", "label_summaries", "--format", "jsonl", "-o", "labels.jsonl", store="readme")
labeltui("labels", "label_summaries", "--format", "csv", "-o", "labels.csv", store="readme")
os.chdir(work)
for snippet in snippets:
    exec(compile(snippet, "README.md", "exec"), {})
    check("a snippet of the README runs", True)

os.chdir("/")
shutil.rmtree(work)
print(f"{checks} passed, 0 failed")
