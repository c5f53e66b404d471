"""What `jacviz bench jacobian` has found: the figures that ship with jacviz, and fresh ones."""

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
    """One method: microseconds for one Jacobian, how many of it fit into one of the forum's loop,
    and the largest error as a share of the largest derivative."""

    median_us: float
    p99_us: float
    ratio: float | None
    error: float


@dataclass(frozen=True)
class Findings:
    """One run on one network: its timings by method, and where and when they were taken."""

    timings: Mapping[str, Timing]
    floor_us: float | None
    source: str
    # Which of the article's rows have passed its check; empty for other networks than its own.
    article: Mapping[str, bool]

    @classmethod
    def read(cls, found: Mapping[str, Any], source: str) -> "Findings":
        """From a network's part of the file that the bench writes, which has more than methods."""
        medians = {row["method"]: row["median_us"] for row in found["rows"]}
        loop = medians.get("loop")
        timings = {
            row["method"]: Timing(
                row["median_us"],
                row["p99_us"],
                None if loop is None else loop / row["median_us"],
                row["error"],
            )
            for row in found["rows"]
            if row["method"] in METHODS
        }
        return cls(timings, found["floor_us"], source, found["article"])


def shipped() -> dict[str, Findings]:
    """The committed figures by network, as far as there are any."""
    findings = {}
    for file in sorted(ASSETS.glob("bench-*.json")):
        report = json.loads(file.read_text(encoding="utf-8"))
        source = _source(report)
        for found in report["networks"]:
            findings[found["network"]] = Findings.read(found, source)
    return findings


def _source(report: Mapping[str, Any]) -> str:
    machine = report["machine"]
    place = f"one core of {machine['processor']}, PyTorch {machine['torch']}"
    return f"{place}, {report['date']}" if "date" in report else place
