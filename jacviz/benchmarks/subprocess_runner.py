"""Runs a function of ours in a Python process of its own, on one core and one thread.

That is what makes figures comparable: libraries start as many threads as they find cores, and
only a process of its own can be kept to one from its first moment, started cold, and weighed.
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

BEAT = 0.5  # seconds


def run(task: str, request: dict[str, Any], progress: Progress = lambda share: None) -> Any:
    """What the function `task`, "module:function", returns for `request` and a `progress`.

    Request and result are what JSON can hold. `request` is given a "started", the time.time() at
    which the process was asked for. `progress` hears the latest share twice a second, also where
    the task hangs; what it raises ends the process. What jacviz refuses there is raised here as
    InputError; JacvizError for everything else that ends it.
    """
    request = request | {"started": time.time()}
    command = [
        sys.executable,
        "-m",
        "jacviz.benchmarks.subprocess_runner",
        task,
        json.dumps(request),
    ]
    with TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=os.environ | _ONE_THREAD,
            text=True,
        )
        assert process.stdout is not None
        heard: SimpleQueue[str | None] = SimpleQueue()
        listener = threading.Thread(target=_listen, args=(process.stdout, heard), daemon=True)
        listener.start()
        try:
            last = _last_word(heard, progress)
        finally:
            process.kill()
            process.wait()
            listener.join()
            process.stdout.close()
        if "refused" in last:
            raise InputError(last["refused"])
        if "result" in last:
            return last["result"]
        complaints.seek(0)
        raise JacvizError(f"a process that measures ended early: {complaints.read()[-2000:]}")


def _listen(lines: IO[str], heard: "SimpleQueue[str | None]") -> None:
    for line in lines:
        heard.put(line)
    heard.put(None)


def _last_word(heard: "SimpleQueue[str | None]", progress: Progress) -> dict[str, Any]:
    """The result, or why there is none; nothing where the process has ended without a word."""
    said: dict[str, Any] = {"share": 0.0}
    while "share" in said:
        try:
            line = heard.get(timeout=BEAT)
            said = {} if line is None else json.loads(line)
        except Empty:
            pass
        if "share" in said:
            progress(said["share"])
    return said


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    # Libraries print what they like; our words go where standard output led at first.
    words = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    home, function = sys.argv[1].split(":")

    def say(**said: Any) -> None:
        words.write(json.dumps(said) + "\n")

    try:
        task = getattr(import_module(home), function)
        say(result=task(json.loads(sys.argv[2]), lambda share: say(share=share)))
    except InputError as error:
        say(refused=str(error))


if __name__ == "__main__":
    main()
