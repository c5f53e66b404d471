"""Time every method of computing a Jacobian on one network, side by side in one run."""

import os
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.progress import Progress

from jacviz.benchmarks import batches, subprocess_runner, targets

Advance = Callable[[float], None]


def measure(
    network: str, names: list[str], *, turns: int, images: int, bar: Progress
) -> dict[str, Any]:
    """All there is to say about one network, as JSON can hold it."""

    def stage(words: str) -> Advance:
        task = bar.add_task(f"{network}: {words}", total=1.0)
        return lambda share: bar.update(task, completed=share)

    request = {"network": network, "methods": names, "turns": turns}
    advance = stage("all methods in turns")
    found: dict[str, Any] = subprocess_runner.run(
        "jacviz.benchmarks.speed:measure", request, advance
    )
    found = {"network": network} | found
    medians = {row["method"]: row["median_us"] for row in found["rows"]}
    advance = stage("each method from a cold start")
    for number, row in enumerate(found["rows"], start=1):
        loop = medians.get("loop")
        row["times_faster"] = None if loop is None else loop / row["median_us"]
        request = {"network": network, "method": row["method"]}
        row.update(subprocess_runner.run("jacviz.benchmarks.cold_start:start", request))
        advance(number / len(found["rows"]))
    found["batches"] = {}
    for way in batches.WAYS if images else ():
        request = {"network": network, "way": way, "images": images}
        found["batches"][way] = subprocess_runner.run(
            "jacviz.benchmarks.batches:measure", request, stage(f"many images, {way}")
        )
    found["aims"] = targets.judge(found)
    return found


def machine() -> dict[str, str]:
    """What the figures depend on, as far as a program can tell."""
    libraries = {}
    for name in (
        "torch",
        "numpy",
        "tensorflow-cpu",
        "jax",
        "autograd",
        "llvmlite",
        "onnxruntime",
        "jacviz",
    ):
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    cores = f"{os.cpu_count()}"
    return {"processor": _processor(), "cores": cores, "python": platform.python_version()} | (
        libraries
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
