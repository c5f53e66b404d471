"""Run a function in a new Python process, on one core and one thread.

This makes timings comparable: libraries start a thread per core, and only a new process can be
limited to one from its start, timed from a cold start, and have its memory measured.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from typing import IO, Any, TypeAlias

from jacviz.errors import InputError, JacvizError

Progress: TypeAlias = Callable[[float], None]

_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)

PROGRESS_INTERVAL_S = 0.5


def run(task: str, request: dict[str, Any], progress: Progress = lambda share: None) -> Any:
    """Call `task`, "module:function", with `request` and a `progress` in a subprocess.

    Request and result are JSON values. `request` gets "started", the time.time() at which the
    process was started. `progress` is called with the latest share twice a second, also where the
    task hangs; an exception from it ends the process. Raises InputError where the task does, and
    JacvizError where the process ends early.
    """
    request = request | {"started": time.time()}
    command = [
        sys.executable,
        "-m",
        "jacviz.benchmarks.subprocess_runner",
        task,
        json.dumps(request),
    ]
    with TemporaryFile("w+") as stderr:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=os.environ | _ONE_THREAD,
            text=True,
        )
        assert process.stdout is not None
        messages: SimpleQueue[str | None] = SimpleQueue()
        listener = threading.Thread(target=_listen, args=(process.stdout, messages), daemon=True)
        listener.start()
        try:
            last = _wait_for_result(messages, progress)
        finally:
            process.kill()
            process.wait()
            listener.join()
            process.stdout.close()
        if "refused" in last:
            raise InputError(last["refused"])
        if "result" in last:
            return last["result"]
        stderr.seek(0)
        raise JacvizError(f"a process that measures ended early: {stderr.read()[-2000:]}")


def _listen(lines: IO[str], messages: "SimpleQueue[str | None]") -> None:
    for line in lines:
        messages.put(line)
    messages.put(None)


def _wait_for_result(messages: "SimpleQueue[str | None]", progress: Progress) -> dict[str, Any]:
    """Wait for the result or an error; empty where the process ended without either."""
    message: dict[str, Any] = {"share": 0.0}
    while "share" in message:
        try:
            line = messages.get(timeout=PROGRESS_INTERVAL_S)
            message = {} if line is None else json.loads(line)
        except Empty:
            pass
        if "share" in message:
            progress(message["share"])
    return message


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    # Libraries print to standard output: redirect it, and keep the original for messages.
    output = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    home, function = sys.argv[1].split(":")

    def send(**message: Any) -> None:
        output.write(json.dumps(message) + "\n")

    try:
        task = getattr(import_module(home), function)
        send(result=task(json.loads(sys.argv[2]), lambda share: send(share=share)))
    except InputError as error:
        send(refused=str(error))


if __name__ == "__main__":
    main()
