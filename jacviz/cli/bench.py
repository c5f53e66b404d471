"""`jacviz bench`: every speed jacviz claims, measured here and now."""

from typing import ClassVar

import click

from jacviz.cli.lazy_group import LazyGroup


class _Bench(LazyGroup):
    lazy: ClassVar = {
        "jacobian": (
            "jacviz.benchmarks.jacobian",
            "The Jacobian, against other ways to compute it.",
        ),
        "live": ("jacviz.benchmarks.live", "The page while somebody draws, in a real Chromium."),
        "serve": ("jacviz.benchmarks.load", "The server while many people draw."),
    }


@click.group(cls=_Bench)
def command() -> None:
    """Time jacviz against other ways to the same numbers, side by side in one run."""
