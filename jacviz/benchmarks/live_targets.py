"""Targets of the page while somebody draws, as ratios of figures of the same run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from jacviz.benchmarks.live import SLOWEST_NAME, LiveMeasurements
from jacviz.benchmarks.targets import at_least, at_most, ratio

_MIN_SHARE = 0.95  # of the moves; the last of a stroke is painted after it


def evaluate(found: LiveMeasurements) -> list[dict[str, Any]]:
    """Evaluate all targets; they are the browser's engine's, so the server's loop has none."""
    if found.engine != "browser":
        return []
    ten_maps = "pen-up to ten maps painted,"
    idle = "that of two animation frames of the idle page"
    rates = [
        at_least(
            _MIN_SHARE,
            f"updates over moves, up to the display's rate: {name}",
            ratio(rate, min(found.moves_a_second[name], found.display_rate)),
        )
        for name, rate in found.updates_a_second.items()
        if name != SLOWEST_NAME
    ]
    wrong = found.remounts + found.blanks + found.faded + found.stale
    return [
        at_most(1.15, f"{ten_maps} p50 over {idle}", ratio(p50(found.pen_up), p50(found.idle))),
        at_most(1.5, f"{ten_maps} p95 over {idle}", ratio(p95(found.pen_up), p95(found.idle))),
        at_most(
            0.6,
            f"{ten_maps} p50 over that of a one-text fragment rerun",
            ratio(p50(found.pen_up), p50(found.one_text)),
        ),
        *rates,
        at_most(0, "messages sent while the pen moves", len(found.bytes_up), unit=""),
        at_most(0, "remounts, blank, faded or stale pictures", wrong, unit=""),
    ]


def p50(values: Sequence[float]) -> float:
    return float(np.median(values))


def p95(values: Sequence[float]) -> float:
    return float(np.quantile(values, 0.95))
