"""`jacviz bench serve`: one person, then many, on one server."""

import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from jacviz.benchmarks.invalid_requests import RATE, Flood
from jacviz.benchmarks.servers import JACVIZ, serving
from jacviz.benchmarks.virtual_user import Person
from jacviz.cli.console import standard_output
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.server.map_request import Wishes

if TYPE_CHECKING:
    from psutil import Process

REST = 3.0  # s to look at people who do not draw
GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly, in step with nothing


@dataclass
class Load:
    """What a number of people meant for the server; milliseconds, cores, megabytes."""

    people: int
    answer_p50: float
    answer_p95: float
    live_p50: float
    live_p95: float
    run_p50: float
    run_p95: float
    cores_drawing: float
    cores_resting: float
    megabytes_a_person: float
    errors: int
    wrong: int
    flood: dict[str, int]
    """How often bad requests got which status, where somebody sent any."""


async def measure(
    people: int, strokes: int, process: "Process", url: str, *, flooded: bool = False
) -> Load:
    crowd = [Person(url, number) for number in range(people)]
    for person in crowd:
        person.prepare(strokes)
    before = process.memory_info().rss
    for person in crowd:
        await person.come()
    resting = await _cores(process, asyncio.sleep(REST))
    flood = Flood(url)
    flooding = asyncio.ensure_future(flood.run()) if flooded else None
    # Everybody draws once a second, each at a moment of their own.
    drawing_all = asyncio.gather(
        *(person.draw(offset=person.number * GOLDEN % 1) for person in crowd)
    )
    busy = await _cores(process, drawing_all)
    after = process.memory_info().rss
    if flooding is not None:
        flooding.cancel()
    for person in crowd:
        await person.leave()

    if not any(person.answers for person in crowd):
        raise JacvizError(f"nobody got an answer: {crowd[0].errors[:1]}")

    def quantile(name: str, share: float) -> float:
        return 1000 * float(
            np.quantile([time for person in crowd for time in getattr(person, name)], share)
        )

    return Load(
        people=people,
        answer_p50=quantile("answers", 0.5),
        answer_p95=quantile("answers", 0.95),
        live_p50=quantile("live", 0.5),
        live_p95=quantile("live", 0.95),
        run_p50=quantile("runs", 0.5),
        run_p95=quantile("runs", 0.95),
        cores_drawing=busy,
        cores_resting=resting,
        megabytes_a_person=(after - before) / people / 1e6,
        errors=sum(len(person.errors) for person in crowd),
        wrong=sum(not _is_right(person) for person in crowd),
        flood={str(status): count for status, count in sorted(flood.statuses.items())},
    )


async def _cores(process: "Process", work: "asyncio.Future[object] | object") -> float:
    """How many cores the server keeps busy meanwhile."""
    loop = asyncio.get_running_loop()
    begin, used = loop.time(), sum(process.cpu_times()[:2])
    await work  # type: ignore[misc]
    return float(sum(process.cpu_times()[:2]) - used) / (loop.time() - begin)


def _is_right(person: Person) -> bool:
    """Whether a person's last answer is the library's to that person's last ink."""
    if person.last is None:
        return False
    message, got = person.last
    return got == maps(drawing_codec.decode(message), Wishes())


def _show(loads: list[Load], console: Console) -> None:
    table = Table(title="jacviz serve: one stroke a second each, 12 live pictures a stroke")
    table.add_column("")
    for load in loads:
        who = "1 person" if load.people == 1 else f"{load.people} people"
        table.add_column(f"{who}\nand a flood" if load.flood else who, justify="right")
    for name, field in (
        ("stroke to answer", "answer"),
        ("live picture", "live"),
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
    table.add_row("cores at rest", *(f"{load.cores_resting:.3f}" for load in loads))
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
            console.print(f"Flood: {RATE} bad requests a second; they got {got}.")


@click.command("serve")
@click.option("--people", default=30, show_default=True, type=click.IntRange(min=2))
@click.option("--strokes", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Save it.")
def command(people: int, strokes: int, file: Path | None) -> None:
    """Let one person draw, then many, then beside a flood of bad requests.

    All speak the page's real protocol.
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
        asyncio.run(measure(1, 3, process, server.url))  # what is done once is done before
        progress.advance(task)
        for number, flooded in ((1, False), (1, True), (people, False), (people, True)):
            work = measure(number, strokes, process, server.url, flooded=flooded)
            loads.append(asyncio.run(work))
            progress.advance(task)
    _show(loads, console)
    if file is not None:
        file.write_text(json.dumps([asdict(load) for load in loads], indent=1) + "\n")
