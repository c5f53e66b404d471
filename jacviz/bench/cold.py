"""The first Jacobian of one method in a fresh process: how long it takes, how much it holds."""

import resource
import sys
import time
from typing import Any

from jacviz.bench.networks import named
from jacviz.bench.own_process import Progress
from jacviz.ways.inputs import checked
from jacviz.ways.table import METHODS


def start(request: dict[str, Any], progress: Progress) -> dict[str, float]:
    """For {network, method}: seconds from nothing to the first Jacobian, and MiB it has added.

    The seconds hold the interpreter, PyTorch and the network; the MiB are those beyond them.
    """
    network = named(request["network"])
    x = checked(network.model, network.x)
    before = peak_mib()
    METHODS[request["method"]].prepare(network.model, x)(x)
    seconds = time.time() - request["started"]
    return {"cold_start_s": seconds, "memory_mib": peak_mib() - before}


def peak_mib() -> float:
    """The most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
