"""`jacviz bench`: every speed that jacviz claims, measured here and now."""

from typing import ClassVar

import click

from jacviz.cli.lazy_group import LazyGroup


class _Bench(LazyGroup):
    lazy: ClassVar = {
        "equality": ("jacviz.cli.bench.equality", "The browser's numbers, against Python's."),
        "fuzz": ("jacviz.cli.bench.fuzz", "All backends and float64 on random networks."),
        "jacobian": (
            "jacviz.cli.bench.jacobian",
            "The Jacobian, against other ways to compute it.",
        ),
        "live": ("jacviz.cli.bench.live", "The page while somebody draws, in a real Chromium."),
        "serve": ("jacviz.cli.bench.serve", "The server while many people draw."),
        "stress": ("jacviz.cli.bench.stress", "Many threads and many calls on one compiled graph."),
    }


@click.group(cls=_Bench)
def command() -> None:
    """Time jacviz against other ways to the same numbers, side by side in one run."""
