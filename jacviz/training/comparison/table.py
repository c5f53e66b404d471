"""The figures of several networks as a table in Markdown."""

from collections.abc import Mapping

from jacviz.explain.sensitivity import SATURATION_THRESHOLD
from jacviz.models.registry import get_model
from jacviz.training.comparison.metrics import REACH, Figures


def table(figures: Mapping[str, Figures]) -> str:
    """Format a table with a column for each network, by its name."""
    each = list(figures.values())
    rows = [
        ("", [get_model(name).title.lower() for name in figures]),
        ("---", ["---:"] * len(each)),
        ("accuracy", [f"{f.accuracy:.2%}" for f in each]),
        (f"saturated (p > {SATURATION_THRESHOLD:g})", [f"{f.saturated:.2%}" for f in each]),
        (
            f"share of \\|J\\| within {REACH} pixels of the ink; evenly spread: {each[0].even:.0%}",
            [f"{f.near:.1%}" for f in each],
        ),
        ("smallest change that flips the answer, mean L2", [f"{f.flip:.2f}" for f in each]),
    ]
    return "\n".join(f"| {' | '.join([name, *cells])} |" for name, cells in rows)
