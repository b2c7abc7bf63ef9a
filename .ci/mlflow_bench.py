"""How much slower labeltui is than the server alone: a pull of 2,000 traces of 40 KB, a push of 7,000 assessments.

    VENV/bin/python .ci/mlflow_bench.py BINARY [TRACES [QUESTIONS [KILOBYTES OF A TRACE]]]

The bare requests (one kept connection, nothing done with the answers) are measured in the same run, against the same
server. Bounds: pull 1.15 times the bare requests and 150 MB, push 1.2 times.
"""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import uuid

binary = pathlib.Path(sys.argv[1]).resolve()
traces = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
questions = int(sys.argv[3]) if len(sys.argv) > 3 else 4
kilobytes = int(sys.argv[4]) if len(sys.argv) > 4 else 40
tests = pathlib.Path(__file__).resolve().parent.parent / "tests" / "mlflow"
work = tempfile.TemporaryDirectory(prefix="labeltui-bench-")
folder = pathlib.Path(work.name)
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
uri = f"http://127.0.0.1:{port}"
host = subprocess.Popen(
    [sys.executable, tests / "host.py", str(port), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
print("start", file=host.stdin, flush=True)
assert host.stdout.readline().strip() == "up"
environment = {"HOME": str(folder), "LABELTUI_STORE": str(folder / "store"), "LABELTUI_USER": "alice", "PATH": os.environ["PATH"]}


def labeltui(*arguments):
    return subprocess.run([binary, *arguments], env=environment, check=True, capture_output=True, text=True).stdout


def timed(*arguments):
    """Seconds, megabytes at its largest, and what it printed."""
    begin = time.monotonic()
    child = subprocess.Popen([binary, *arguments, "--json"], env=environment, stdout=subprocess.PIPE)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, arguments
    return time.monotonic() - begin, usage.ru_maxrss / 1024, json.loads(out)


def sdk(*arguments):
    out = subprocess.run([sys.executable, tests / "sdk.py", uri, *arguments], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


line = http.client.HTTPConnection("127.0.0.1", port)


def bare(method, path, body=None):
    line.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    return json.loads(line.getresponse().read())


def bare_pull(experiment):
    line.close()  # The server drops an idle connection.
    begin = time.monotonic()
    token, size, n = None, 0, 0
    while True:
        location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}
        page = bare(
            "POST",
            "/api/3.0/mlflow/traces/search",
            {"locations": [location], "max_results": 500, "order_by": ["timestamp_ms ASC"], "page_token": token},
        )
        for info in page.get("traces", []):
            line.request("GET", f"/ajax-api/2.0/mlflow/get-trace-artifact?request_id={info['trace_id']}")
            size += len(line.getresponse().read())
            n += 1
        token = page.get("next_page_token")
        if not token:
            return time.monotonic() - begin, n, size


def bare_push(trace_id, n):
    line.close()
    begin = time.monotonic()
    for _ in range(n):
        made = {
            "assessment_id": f"a-{uuid.uuid4().hex}",
            "assessment_name": "bare",
            "source": {"source_type": "HUMAN", "source_id": "bare"},
            "create_time": "2026-11-24T05:37:46.120Z",
            "feedback": {"value": True},
            "metadata": {"labeltui.session": "s"},
        }
        bare("POST", f"/api/3.0/mlflow/traces/{trace_id}/assessments", {"assessment": made})
    return (time.monotonic() - begin) / n


try:
    # The padding stands in the inputs and the outputs of one span; the rest of a trace is about 2 KB.
    ids = sdk("seed", "bench", str(traces), str(max(0, kilobytes - 2) * 1024 // 2))
    line.close()
    home = bare("GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=bench")["experiment"]["experiment_id"]
    bare_pull(home)
    before, n, size = bare_pull(home)
    pull, peak, told = timed("mlflow", "pull", "--tracking-uri", uri, "--experiment", "bench", "--session", "s")
    after, _, _ = bare_pull(home)
    assert told["imported"] == traces and n == traces, told
    alone = (before + after) / 2
    print(f"pull of {n} traces of {size / n / 1024:.1f} KB: {pull:.2f} s, bare requests {alone:.2f} s ({pull / alone:.2f} times); {peak:.0f} MB")
    again, _, told = timed("mlflow", "pull", "--session", "s")
    assert told["unchanged"] == traces, told
    print(f"pull again, nothing new: {again:.2f} s")

    names = [f"q{n}" for n in range(questions)]
    for name in names:
        labeltui("--experiment", "bench", "schema", "create", name, "--type", "feedback", "--pass-fail", "Y", "N")
    labeltui("session", "update", "s", *[x for name in names for x in ("--schema", name)])
    items = min(traces, 7000 // questions)
    for trace_id in ids[:items]:
        labeltui("answer", "s", trace_id, *[f"{name}=Y" for name in names], "--submit")
    # The place is made, and the statuses and links are measured apart from the answers: they are calls of their own.
    first = bare_push(ids[-1], 500)
    push, _, told = timed("mlflow", "push", "s")
    told = told["pushed"][0]
    assert told["answers"] == items * questions and told["failed"] == 0, told
    call = (first + bare_push(ids[-1], 500)) / 2
    calls = told["answers"] + told["statuses"]
    print(
        f"push of {told['answers']} assessments and {told['statuses']} statuses: {push:.2f} s, {1000 * push / calls:.2f} ms a call; "
        f"a bare call {1000 * call:.2f} ms ({push / calls / call:.2f} times)"
    )
finally:
    print("kill", file=host.stdin, flush=True)
    host.stdin.close()
    host.wait()
