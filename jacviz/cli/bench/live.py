"""`jacviz bench live`: the page while somebody draws, in a real Chromium."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks.live import LiveMeasurements, measure
from jacviz.cli.console import standard_output


@click.command("live")
@click.option("--strokes", default=200, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--starts",
    default=3,
    show_default=True,
    type=click.IntRange(min=0),
    help="How often each server is started anew.",
)
@click.option(
    "--long-strokes",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many strokes the updates a second are counted over.",
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(strokes: int, starts: int, long_strokes: int, file: Path | None) -> None:
    """Draw with a real mouse in headless Chromium; time the page and its floor in one run."""
    console = standard_output()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("drawing", total=strokes)
        found = asyncio.run(measure(strokes, starts, long_strokes, lambda: progress.advance(task)))
    _show(found, console)
    if file is not None:
        file.write_text(json.dumps(asdict(found), indent=1) + "\n")


def _show(found: LiveMeasurements, console: Console) -> None:
    def median(values: list[Any]) -> float:
        return float(np.median(values))

    def p95(values: list[Any]) -> float:
        return float(np.quantile(values, 0.95))

    floor = median(found.one_text)
    table = Table(title=f"jacviz live, {len(found.pen_up)} strokes, headless Chromium")
    for heading in ("", "p50", "p95"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, values in (
        ("two animation frames of the idle page, ms", found.idle),
        ("a fragment that rewrites one text, ms", found.one_text),
        ("pen-up to ten maps painted, ms", found.pen_up),
    ):
        table.add_row(name, f"{median(values):.0f}", f"{p95(values):.0f}")
    table.add_row("  as a share of the one text", f"{median(found.pen_up) / floor:.2f}", "")
    table.add_row(
        "  p95 as a multiple of its p50", "", f"{p95(found.pen_up) / median(found.pen_up):.2f}"
    )
    for name, rate in found.updates_a_second.items():
        moves = found.moves_a_second[name]
        table.add_row(f"updates a second, {name} ({moves:.0f} moves a second)", f"{rate:.0f}", "")
    for name, sizes in (("up", found.bytes_up), ("down", found.bytes_down)):
        table.add_row(f"bytes {name} an update", f"{median(sizes):,.0f}", f"{p95(sizes):,.0f}")
    bad = f"{found.remounts} / {found.blanks} / {found.faded} / {found.stale}"
    table.add_row(f"remounts / blank / faded / stale, {found.frames} frames", bad, "")
    for name, seconds in found.cold_start.items():
        share = median(seconds) / median(found.cold_start["an empty Streamlit page"])
        text = f"cold start to first usable page, {name}, s"
        table.add_row(text, f"{median(seconds):.2f}", f"{share:.2f} x" if share != 1 else "")
    console.print(table)
