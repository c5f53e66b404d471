"""Runs a function of ours in a Python process of its own, on one core and one thread.

That is what makes figures comparable: libraries start as many threads as they find cores, and
only a process of its own can be kept to one from its first moment, started cold, and weighed.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from tempfile import TemporaryFile
from typing import Any, TypeAlias

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


def run(task: str, request: dict[str, Any], progress: Progress = lambda share: None) -> Any:
    """What the function `task`, "module:function", returns for `request` and a `progress`.

    Request and result are what JSON can hold. `request` is given a "started", the time.time() at
    which the process was asked for. What jacviz refuses there is raised here as InputError;
    JacvizError for everything else that ends it.
    """
    request = request | {"started": time.time()}
    command = [sys.executable, "-m", "jacviz.bench.own_process", task, json.dumps(request)]
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
        try:
            for line in process.stdout:
                said = json.loads(line)
                if "share" in said:
                    progress(said["share"])
                elif "refused" in said:
                    raise InputError(said["refused"])
                else:
                    return said["result"]
        finally:
            process.kill()
            process.communicate()
        complaints.seek(0)
        raise JacvizError(f"a process that measures ended early: {complaints.read()[-2000:]}")


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
