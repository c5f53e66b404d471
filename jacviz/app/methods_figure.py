"""The methods' times as a Plotly figure, on a logarithmic scale."""

import math
from collections.abc import Mapping
from typing import Any

from jacviz.app.benchmark_results import MethodTimings
from jacviz.app.methods_table import time

# Visible in both themes, and distinguishable by shape alone.
_MARKS = ("#1f9d87", "circle"), ("#d9822b", "diamond-open")
_ROW_PX, _MARGIN_PX = 38, 90


def figure(runs: Mapping[str, MethodTimings]) -> dict[str, Any]:
    """Plot each method's median, fastest on top, with a whisker up to its 99th percentile."""
    names = _by_speed(runs)
    floor = next((run.floor_us for run in runs.values() if run.floor_us is not None), None)
    return {
        "data": [
            _marks(title, run, mark)
            for (title, run), mark in zip(runs.items(), _MARKS, strict=False)
        ],
        "layout": {
            "height": _ROW_PX * len(names) + _MARGIN_PX,
            "margin": {"l": 0, "r": 12, "t": 34, "b": 44},
            "xaxis": {
                "type": "log",
                "tickvals": [10.0**power for power in range(0, 8)],
                "ticktext": [time(10.0**power) for power in range(0, 8)],
                "title": {"text": "one Jacobian, log scale"},
                "showgrid": True,
                "fixedrange": True,
            },
            "yaxis": {
                "categoryorder": "array",
                "categoryarray": names[::-1],
                "automargin": True,
                "ticksuffix": "  ",
                "tickfont": {"family": "monospace"},
                "fixedrange": True,
                "showgrid": True,
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
            "showlegend": len(runs) > 1,
            "dragmode": False,
            **({} if floor is None else _floor_line(floor)),
        },
    }


def describe(runs: Mapping[str, MethodTimings]) -> str:
    """Describe the figure as a text alternative."""
    lines = []
    for title, run in runs.items():
        times = sorted((timing.median_us, name) for name, timing in run.timings.items())
        lines.append(f"{title}: " + ", ".join(f"{name} {time(us)}" for us, name in times))
    return "Median time for one Jacobian by each method. " + ". ".join(lines) + "."


def _by_speed(runs: Mapping[str, MethodTimings]) -> list[str]:
    medians: dict[str, float] = {}
    for run in runs.values():
        for name, timing in run.timings.items():
            medians.setdefault(name, timing.median_us)
    return sorted(medians, key=medians.__getitem__)


def _marks(title: str, run: MethodTimings, mark: tuple[str, str]) -> dict[str, Any]:
    colour, symbol = mark
    timings = run.timings
    return {
        "type": "scatter",
        "mode": "markers",
        "name": title,
        "y": list(timings),
        "x": [timing.median_us for timing in timings.values()],
        "customdata": [[time(t.median_us), time(t.p99_us)] for t in timings.values()],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [timing.p99_us - timing.median_us for timing in timings.values()],
            "arrayminus": [0.0] * len(timings),
            "thickness": 1.5,
            "width": 0,
            "color": colour,
        },
        "marker": {"color": colour, "symbol": symbol, "size": 10},
        "hovertemplate": "<b>%{y}</b><br>median %{customdata[0]}, p99 %{customdata[1]}",
    }


def _floor_line(floor: float) -> dict[str, Any]:
    """Mark the least time that this network's multiply-adds take."""
    return {
        "shapes": [
            {
                "type": "line",
                "x0": floor,
                "x1": floor,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": "#8a8f98", "width": 1.5, "dash": "dot"},
            }
        ],
        "annotations": [
            {
                "text": f"floor {time(floor)}",
                "x": math.log10(floor),
                "y": 0,
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "xshift": 4,
                "showarrow": False,
                "font": {"color": "#8a8f98"},
            }
        ],
    }
