"""`jacviz bench live`: the page while somebody draws, in a real Chromium."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks import live_targets, tensorflow_js
from jacviz.benchmarks.live import Engine, LiveMeasurements, measure
from jacviz.benchmarks.live_targets import p50, p95
from jacviz.benchmarks.tables import judged, microseconds
from jacviz.cli.console import standard_output
from jacviz.errors import JacvizError


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
@click.option(
    "--engine",
    type=click.Choice(["browser", "server"]),
    default="browser",
    show_default=True,
    help="Who answers while the pen moves; for the server, the model's files are kept from the"
    " page.",
)
@click.option(
    "--tensorflow/--no-tensorflow",
    default=True,
    show_default=True,
    help="Compare with TensorFlow.js, which npm fetches when it is first needed (300 MB).",
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(
    strokes: int,
    starts: int,
    long_strokes: int,
    engine: Engine,
    tensorflow: bool,
    file: Path | None,
) -> None:
    """Draw with a real mouse in headless Chromium; time the page and its floor in one run."""
    console = standard_output()
    folder = None
    if tensorflow and engine == "browser":
        try:
            folder = tensorflow_js.install()
        except JacvizError as error:
            console.print(f"{error}")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("drawing", total=strokes)
        found = asyncio.run(
            measure(
                strokes,
                starts,
                long_strokes,
                lambda: progress.advance(task),
                engine=engine,
                tensorflow=folder,
            )
        )
    targets = live_targets.evaluate(found)
    console.print(_page(found))
    if found.compute:
        console.print(_computing(found))
    for backend, reason in found.failures.items():
        console.print(f"No row for TensorFlow.js, {backend}: {reason}")
    if targets:
        console.print(judged("Targets, jacviz live", targets))
    if file is not None:
        file.write_text(json.dumps(asdict(found) | {"targets": targets}, indent=1) + "\n")


def _page(found: LiveMeasurements) -> Table:
    table = Table(
        title=f"jacviz live, {len(found.pen_up)} strokes, headless Chromium",
        caption=f"while the pen moves the {found.engine} answers",
    )
    for heading in ("", "p50", "p95"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, values in (
        ("two animation frames of the idle page, ms", found.idle),
        ("a fragment that rewrites one text, ms", found.one_text),
        ("pen-up to ten maps painted, ms", found.pen_up),
        ("pen-up to the server's answer, ms", found.confirmed),
    ):
        if values:
            table.add_row(name, f"{p50(values):.0f}", f"{p95(values):.0f}")
    table.add_row("animation frames a second", f"{found.display_rate:.0f}", "")
    for name, rate in found.updates_a_second.items():
        moves = found.moves_a_second[name]
        table.add_row(f"updates a second, {name} ({moves:.0f} moves a second)", f"{rate:.0f}", "")
    for name, sizes in (("up", found.bytes_up), ("down", found.bytes_down)):
        table.add_row(f"messages {name} while the pen is down", f"{len(sizes):,}", "")
        if sizes:
            table.add_row("  bytes of each", f"{p50(sizes):,.0f}", f"{p95(sizes):,.0f}")
    bad = f"{found.remounts} / {found.blanks} / {found.faded} / {found.stale}"
    table.add_row(f"remounts / blank / faded / stale, {found.frames} frames", bad, "")
    for name, seconds in found.cold_start.items():
        share = p50(seconds) / p50(found.cold_start["an empty Streamlit page"])
        text = f"cold start to first usable page, {name}, s"
        table.add_row(text, f"{p50(seconds):.2f}", f"{share:.2f} x" if share != 1 else "")
    return table


def _computing(found: LiveMeasurements) -> Table:
    table = Table(title="LeNet-5 in Chromium, one digit")
    table.caption = f"ours: WebAssembly with {'relaxed ' if found.relaxed else ''}SIMD"
    table.add_column("")
    for heading in ("p50", "p95", "Jacobian x", "difference"):
        table.add_column(heading, justify="right", no_wrap=True)
    ours = p50(found.compute["one Jacobian"])
    for name, us in found.compute.items():
        difference = found.differences.get(name)
        table.add_row(
            name,
            microseconds(p50(us)),
            microseconds(p95(us)),
            f"{p50(us) / ours:,.3g}",
            "" if difference is None else f"{difference:.0e}",
        )
    return table
