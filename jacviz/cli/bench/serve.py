"""`jacviz bench serve`: the server while many people draw."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks.invalid_requests import REQUESTS_PER_SECOND
from jacviz.benchmarks.load import Load, measure
from jacviz.benchmarks.servers import JACVIZ, serving
from jacviz.cli.console import standard_output
from jacviz.errors import JacvizError


@click.command("serve")
@click.option("--people", default=30, show_default=True, type=click.IntRange(min=2))
@click.option("--strokes", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(people: int, strokes: int, file: Path | None) -> None:
    """Measure one virtual user, then many, each also under a load of invalid requests.

    All use the page's real protocol.
    """
    try:
        import psutil
    except ImportError:
        raise JacvizError(
            'this bench reads CPU time with psutil: pip install "jacviz[test]"'
        ) from None
    console = standard_output()
    loads = []
    with serving(JACVIZ) as server, Progress(console=console, transient=True) as progress:
        task = progress.add_task("drawing", total=5)
        process = psutil.Process(server.process)
        asyncio.run(measure(1, 3, process, server.url))  # warm-up
        progress.advance(task)
        for number, with_invalid_requests in (
            (1, False),
            (1, True),
            (people, False),
            (people, True),
        ):
            work = measure(
                number, strokes, process, server.url, with_invalid_requests=with_invalid_requests
            )
            loads.append(asyncio.run(work))
            progress.advance(task)
    _show(loads, console)
    if file is not None:
        file.write_text(json.dumps([asdict(load) for load in loads], indent=1) + "\n")


def _show(loads: list[Load], console: Console) -> None:
    table = Table(title="jacviz serve: one stroke a second each, 12 live updates a stroke")
    table.add_column("")
    for load in loads:
        who = "1 person" if load.people == 1 else f"{load.people} people"
        table.add_column(f"{who}\n+ invalid requests" if load.flood else who, justify="right")
    for name, field in (
        ("stroke to answer", "answer"),
        ("live update", "live"),
        ("stroke to end of the page's run", "run"),
    ):
        table.add_row(
            f"{name}, ms, p50 / p95",
            *(
                f"{getattr(load, f'{field}_p50'):.1f} / {getattr(load, f'{field}_p95'):.1f}"
                for load in loads
            ),
        )
    table.add_row("cores while drawing", *(f"{load.cores_drawing:.2f}" for load in loads))
    table.add_row("cores while idle", *(f"{load.cores_resting:.3f}" for load in loads))
    table.add_row("MB a person", *(f"{load.megabytes_a_person:.1f}" for load in loads))
    table.add_row(
        "errors / wrong last answers", *(f"{load.errors} / {load.wrong}" for load in loads)
    )
    one = loads[0]
    table.add_row(
        "stroke to answer, as a multiple of one person's",
        *(
            f"{load.answer_p50 / one.answer_p50:.1f} / {load.answer_p95 / one.answer_p95:.1f}"
            for load in loads
        ),
    )
    console.print(table)
    for load in loads:
        if load.flood:
            got = ", ".join(f"{count:,} x {status}" for status, count in load.flood.items())
            console.print(f"Invalid requests: {REQUESTS_PER_SECOND} a second; responses: {got}.")
