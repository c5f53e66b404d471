"""Results of `jacviz bench jacobian`: those that ship with jacviz, and new ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jacviz.autodiff.registry import METHODS
from jacviz.resources import ASSETS

NETWORKS = {
    "lenet5": "LeNet-5",
    "lenet5-relu": "With ReLU and max-pooling",
    "toy": "The article's toy network",
}


@dataclass(frozen=True)
class Timing:
    """One method's time for one Jacobian, and its error."""

    median_us: float
    p99_us: float
    speedup: float | None
    """The median of the loop over outputs, divided by this one; None where that was not timed."""
    error: float
    """The largest error, relative to the largest derivative."""


@dataclass(frozen=True)
class MethodTimings:
    """One run on one network: timings by method, and where and when they were measured."""

    timings: Mapping[str, Timing]
    floor_us: float | None
    source: str
    article: Mapping[str, bool]
    """Whether the article's check passes, by method; empty for other networks than its own."""

    @classmethod
    def from_report(cls, report: Mapping[str, Any], source: str) -> "MethodTimings":
        """Parse a network's part of the bench's report, without its rows that are no methods."""
        medians = {row["method"]: row["median_us"] for row in report["rows"]}
        loop = medians.get("loop")
        timings = {
            row["method"]: Timing(
                row["median_us"],
                row["p99_us"],
                None if loop is None else loop / row["median_us"],
                row["error"],
            )
            for row in report["rows"]
            if row["method"] in METHODS
        }
        return cls(timings, report["floor_us"], source, report["article"])


def shipped() -> dict[str, MethodTimings]:
    """Load the shipped results by network."""
    results = {}
    for file in sorted(ASSETS.glob("bench-*.json")):
        report = json.loads(file.read_text(encoding="utf-8"))
        source = _source(report)
        for network_report in report["networks"]:
            timings = MethodTimings.from_report(network_report, source)
            results[network_report["network"]] = timings
    return results


def _source(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    place = f"one core of {machine['processor']}, PyTorch {machine['torch']}"
    return f"{place}, {report['date']}" if "date" in report else place
