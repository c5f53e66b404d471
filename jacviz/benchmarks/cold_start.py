"""The first Jacobian of one method in a fresh process: how long it takes, how much it holds."""

import resource
import sys
import time
from pathlib import Path
from typing import Any

from jacviz.autodiff.inputs import checked_input
from jacviz.benchmarks.entries import entry_named
from jacviz.benchmarks.networks import get_network
from jacviz.benchmarks.subprocess_runner import Progress


def start(request: dict[str, Any], progress: Progress) -> dict[str, float]:
    """Measure, for {network, method}, the seconds to the first Jacobian and the MiB added.

    "cold_start_s" includes the interpreter, PyTorch and the network; "prepare_s" and "memory_mib"
    are of the method alone, with the processes that it starts.
    """
    network = get_network(request["network"])
    x = checked_input(network.model, network.x)
    before = peak_mib()
    begun = time.perf_counter()
    run = entry_named(request["method"]).prepare(network.model, x)
    run()
    return {
        "prepare_s": time.perf_counter() - begun,
        "cold_start_s": time.time() - request["started"],
        "memory_mib": peak_mib() - before + _children_mib(),
    }


def peak_mib() -> float:
    """Get the peak resident memory of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def _children_mib() -> float:
    """Get the peak resident memory of the processes that this one has started, on Linux."""
    kib = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for number in children.read_text().split():
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return kib / 2**10
