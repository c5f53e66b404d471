"""Time every method of computing a Jacobian on one network, side by side in one run."""

import os
import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.progress import Progress

from jacviz.benchmarks import batches, subprocess_runner, targets
from jacviz.benchmarks.webassembly.node import node_failure, node_version

Advance = Callable[[float], None]


def measure(
    network: str, names: list[str], *, turns: int, images: int, bar: Progress
) -> dict[str, Any]:
    """Run all benchmarks on one network; returns a report that JSON can hold."""

    def stage(name: str) -> Advance:
        task = bar.add_task(f"{network}: {name}", total=1.0)
        return lambda share: bar.update(task, completed=share)

    request = {"network": network, "methods": names, "turns": turns}
    advance = stage("all methods in turns")
    report: dict[str, Any] = subprocess_runner.run(
        "jacviz.benchmarks.speed:measure", request, advance
    )
    report = {"network": network} | report
    medians = {row["method"]: row["median_us"] for row in report["rows"]}
    advance = stage("each method from a cold start")
    for number, row in enumerate(report["rows"], start=1):
        loop = medians.get("loop")
        row["times_faster"] = None if loop is None else loop / row["median_us"]
        request = {"network": network, "method": row["method"]}
        row.update(subprocess_runner.run("jacviz.benchmarks.cold_start:start", request))
        advance(number / len(report["rows"]))
    report["batches"] = {}
    for method in batches.BATCH_METHODS if images else ():
        request = {"network": network, "method": method, "images": images}
        report["batches"][method] = subprocess_runner.run(
            "jacviz.benchmarks.batches:measure", request, stage(f"many images, {method}")
        )
    report["targets"] = targets.evaluate(report)
    return report


def machine() -> dict[str, str]:
    """Describe processor and library versions."""
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
    if node_failure() is None:
        libraries["node"] = node_version()
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
