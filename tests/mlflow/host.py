"""Starts and kills a tracking server for a test; ends with the test, however that ends.

    python host.py PORT FOLDER [--auth]

Reads `start` and `kill` from stdin, answers `up` and `down`.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request

port, folder = sys.argv[1], sys.argv[2]
environment = os.environ | {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_FLASK_SERVER_SECRET_KEY": "only a test",
    "MLFLOW_AUTH_ADMIN_USERNAME": "admin",
    "MLFLOW_AUTH_ADMIN_PASSWORD": "a-long-password-1",
}
command = [
    sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1",
    "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", f"{folder}/artifacts",
]  # fmt: skip
if "--auth" in sys.argv:
    command += ["--app-name", "basic-auth"]
server = None


def kill():
    global server
    if server:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        server = None


def start():
    global server
    with open(f"{folder}/server.log", "ab") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return True
        except OSError:
            time.sleep(0.2)
    return False


try:
    for line in sys.stdin:
        if line.strip() == "start":
            print("up" if start() else "failed", flush=True)
        else:
            kill()
            print("down", flush=True)
finally:
    kill()
