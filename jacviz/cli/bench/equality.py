"""`jacviz bench equality`: the browser's numbers against Python's, in one table."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks.drawings import random_drawings
from jacviz.benchmarks.equality import (
    MNIST_VARIABLE,
    PREPROCESSES,
    FrameComparison,
    JacobianComparison,
    chunks,
    compare_frames,
    compare_images,
    compare_networks,
)
from jacviz.benchmarks.fuzz import NATIVE, NUMPY
from jacviz.benchmarks.webassembly.engines import INSTALL_HINT, variants
from jacviz.cli.console import standard_output
from jacviz.errors import JacvizError


@click.command("equality")
@click.option("--drawings", default=2000, show_default=True, type=click.IntRange(min=1))
@click.option("--networks", default=100, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--mnist",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar=MNIST_VARIABLE,
    show_envvar=True,
    help="A folder with MNIST; without it, the digits that ship with jacviz.",
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(drawings: int, networks: int, mnist: Path | None, file: Path | None) -> None:
    """Frame drawings in Python and by the page's scripts; compare Jacobians of all backends.

    Distances are the largest, of outputs and Jacobian, as shares of the largest number. Exits 1
    where frames differ by more than 1e-6, or a backend by more than rounding explains.
    """
    console = standard_output()
    if len(variants()) < 2:
        console.print(f"Not all of WebAssembly is compared: {INSTALL_HINT}")
    frames: list[FrameComparison] = []
    inks = random_drawings(drawings)
    try:
        frames += [compare_frames(inks, preprocess) for preprocess in PREPROCESSES]
    except JacvizError as error:
        console.print(f"No frames are compared: {error}")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("comparing Jacobians", total=networks + chunks(mnist))

        def advance() -> None:
            progress.advance(task)

        jacobians = [compare_networks(networks, advance), *compare_images(mnist, advance)]
    if frames:
        console.print(_frame_table(frames))
    console.print(_jacobian_table(jacobians))
    if file is not None:
        found = {
            "frames": [asdict(one) for one in frames],
            "jacobians": [asdict(one) for one in jacobians],
        }
        file.write_text(json.dumps(found, indent=1) + "\n")
    wrong = sum(one.moved + (one.difference > 1e-6) for one in frames)
    raise SystemExit(bool(wrong + sum(one.wrong for one in jacobians)))


def _frame_table(frames: list[FrameComparison]) -> Table:
    table = Table(title="Frames: Python against the browser's scripts (Node.js)")
    for heading in ("preprocessing", "drawings", "elsewhere", "largest difference"):
        table.add_column(heading, justify="left" if heading == "preprocessing" else "right")
    for one in frames:
        table.add_row(one.preprocess, f"{one.drawings:,}", f"{one.moved}", f"{one.difference:.1e}")
    return table


def _jacobian_table(jacobians: list[JacobianComparison]) -> Table:
    compiled = [NATIVE, *variants()]
    table = Table(title="Outputs and Jacobians: largest distance from float64 / from NumPy")
    table.caption = "shares of the largest number, where float32 can follow float64"
    table.add_column("")
    for heading in ("inputs", NUMPY, *compiled, "wrong"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in jacobians:
        cells = [f"{one.from_float64[name]:.0e} / {one.from_numpy[name]:.0e}" for name in compiled]
        table.add_row(
            one.title, f"{one.inputs:,}", f"{one.from_float64[NUMPY]:.0e}", *cells, f"{one.wrong}"
        )
    return table
