"""`jacviz bench jacobian`: every installed method, side by side in one run."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from jacviz.benchmarks import figure, tables
from jacviz.benchmarks.entries import ENTRIES, entry_named
from jacviz.benchmarks.jacobian import machine, measure
from jacviz.cli.console import standard_output
from jacviz.errors import InputError


@click.command("jacobian")
@click.option(
    "--network",
    "networks",
    multiple=True,
    default=("lenet5", "lenet5-relu", "toy"),
    show_default=True,
    metavar="lenet5|lenet5-relu|toy|PATH",
    help="PATH is a .safetensors file with LeNet-5 weights, or package.module:function for a"
    " function that returns a module and an example. May be given several times.",
)
@click.option("--methods", "chosen", help="Names with commas between them; by default all here.")
@click.option(
    "--turns", default=60, show_default=True, type=click.IntRange(min=1), help="Of five calls each."
)
@click.option(
    "--images",
    default=1000,
    show_default=True,
    type=click.IntRange(min=0),
    help="How many for the throughput of batches; 0 leaves it out.",
)
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Save it.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Save a picture: .html, or .svg and .png where Playwright and Chromium are.",
)
def command(
    networks: tuple[str, ...],
    chosen: str | None,
    turns: int,
    images: int,
    file: Path | None,
    plot: Path | None,
) -> None:
    """Time every installed method of computing the Jacobian, in turns, on one core.

    "loop / it" is the median of the forum's loop over that of the method; "error" the largest, as
    a share of the largest derivative, against float64; "cold start" from no process to the first
    Jacobian; "memory" what the method adds to PyTorch and the network by then.

    Beside jacviz.methods() stand "graph", the compiled graph as a program calls it, with a NumPy
    array, "graph-avx2" and "graph-numpy", the same with fewer instructions and in NumPy, and
    "onnxruntime", the same folded steps as operators of ONNX Runtime (pip install
    "jacviz[bench]"). "graph-wasm" and "graph-wasm-relaxed" are the graph as WebAssembly in Node.js,
    as browsers run it, timed there.
    """
    names = _chosen(chosen)
    if plot is not None and plot.suffix not in figure.SUFFIXES:
        raise InputError(
            f"--plot: expected a name with {', '.join(figure.SUFFIXES)}, got {plot.name!r}"
        )
    console = standard_output()
    if chosen is None:
        for name, entry in ENTRIES.items():
            for need in entry.missing:
                console.print(f"No row for {name!r}: it needs {need.name} ({need.install_hint})")
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    reports = []
    for network in networks:
        with Progress(*columns, console=console, transient=True) as bar:
            reports.append(measure(network, names, turns=turns, images=images, bar=bar))
        _show(reports[-1], console)
    if file is not None:
        output = {
            "machine": machine(),
            "date": datetime.now(UTC).date().isoformat(),
            "networks": reports,
        }
        file.write_text(json.dumps(output, indent=1) + "\n")
    if plot is not None:
        figure.save(reports, plot)


def _chosen(text: str | None) -> list[str]:
    if text is None:
        return [name for name, entry in ENTRIES.items() if not entry.missing]
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if missing := entry_named(name).missing:
            raise InputError(f"method {name!r} needs {missing[0].name} ({missing[0].install_hint})")
    return names


def _show(report: dict[str, Any], console: Console) -> None:
    console.print(tables.methods(report))
    console.print(tables.floor(report))
    for reason in report["refused"].values():
        console.print(f"No row: {reason}")
    if report["article"]:
        table, factors = tables.article_table(report)
        console.print(table)
        console.print(factors)
    if report["batches"]:
        console.print(tables.batches(report))
    if report["targets"]:
        console.print(tables.target_table(report))
