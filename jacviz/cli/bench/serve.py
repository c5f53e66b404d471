"""`jacviz bench serve`: the server while many people draw."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks.invalid_requests import REQUESTS_PER_SECOND
from jacviz.benchmarks.load import Load, measure
from jacviz.benchmarks.servers import JACVIZ, serving
from jacviz.benchmarks.virtual_user import UPDATES_PER_STROKE, Behaviour
from jacviz.cli.console import standard_output
from jacviz.errors import JacvizError

MAX_GENERATOR_CORES = 0.5


@click.command("serve")
@click.option("--people", default=30, show_default=True, type=click.IntRange(min=2))
@click.option("--strokes", default=20, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--streamed",
    is_flag=True,
    help="Ask the server at each move too, as browsers do that cannot run the network.",
)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(people: int, strokes: int, streamed: bool, file: Path | None) -> None:
    """Measure one virtual user, then many, each also under a load of invalid requests.

    All use the page's real protocol: each finished stroke, one a second, has one exact answer.
    """
    try:
        import psutil
    except ImportError:
        raise JacvizError(
            'this bench reads CPU time with psutil: pip install "jacviz[test]"'
        ) from None
    console = standard_output()
    behaviour = Behaviour(strokes, streamed)
    loads = []
    with serving(JACVIZ) as server, Progress(console=console, transient=True) as progress:
        task = progress.add_task("drawing", total=5)
        process = psutil.Process(server.process)
        warm_up = replace(behaviour, strokes=3)
        asyncio.run(measure(1, warm_up, process, server.url))
        progress.advance(task)
        for number, with_invalid_requests in (
            (1, False),
            (1, True),
            (people, False),
            (people, True),
        ):
            work = measure(
                number, behaviour, process, server.url, with_invalid_requests=with_invalid_requests
            )
            loads.append(asyncio.run(work))
            progress.advance(task)
    _show(loads, behaviour, console)
    if file is not None:
        file.write_text(json.dumps([asdict(load) for load in loads], indent=1) + "\n")


def _show(loads: list[Load], behaviour: Behaviour, console: Console) -> None:
    moves = f", {UPDATES_PER_STROKE} moves in it answered too" if behaviour.streamed else ""
    table = Table(title=f"jacviz serve: one stroke a second each{moves}")
    table.add_column("")
    for load in loads:
        who = "1 person" if load.people == 1 else f"{load.people} people"
        table.add_column(f"{who}\n+ invalid requests" if load.flood else who, justify="right")

    def add_row(name: str, text: Callable[[Load], str]) -> None:
        table.add_row(name, *(text(load) for load in loads))

    one = loads[0]
    add_row(
        "pen-up to exact answer, ms, p50 / p95",
        lambda load: f"{load.answer_p50:.2f} / {load.answer_p95:.2f}",
    )
    add_row(
        "as a multiple of one person's",
        lambda load: (
            f"{load.answer_p50 / one.answer_p50:.2f} / {load.answer_p95 / one.answer_p95:.2f}"
        ),
    )
    if behaviour.streamed:
        add_row(
            "answer to a move, ms, p50 / p95",
            lambda load: f"{load.live_p50:.2f} / {load.live_p95:.2f}",
        )
    add_row("server's cores while drawing", lambda load: f"{load.cores_drawing:.2f}")
    add_row("server's cores while idle", lambda load: f"{load.cores_idle:.3f}")
    add_row("cores of this load generator", lambda load: f"{load.cores_people:.2f}")
    add_row("MB a person", lambda load: f"{load.megabytes_a_person:.1f}")
    add_row("strokes", lambda load: f"{load.strokes:,}")
    add_row("lost / wrong answers", lambda load: f"{load.lost} / {load.wrong}")
    console.print(table)
    for load in loads:
        if load.flood:
            got = ", ".join(f"{count:,} x {status}" for status, count in load.flood.items())
            console.print(f"Invalid requests: {REQUESTS_PER_SECOND} a second; responses: {got}.")
    if any(load.cores_people > MAX_GENERATOR_CORES for load in loads):
        console.print(
            f"The load generator, of one thread, used more than {MAX_GENERATOR_CORES} cores: its "
            "own delays are part of these times."
        )
