"""Load one server with virtual users, and read what they cost it."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jacviz.benchmarks.invalid_requests import Flood
from jacviz.benchmarks.virtual_user import Person
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
