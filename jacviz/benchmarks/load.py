"""Load one server with virtual users, and read what they cost it."""

import asyncio
import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jacviz.benchmarks.invalid_requests import InvalidRequestLoad
from jacviz.benchmarks.virtual_user import Behaviour, VirtualUser
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest

if TYPE_CHECKING:
    from psutil import Process

IDLE_DURATION_S = 1.0


@dataclass
class Load:
    """What a number of virtual users cost the server; milliseconds, cores, megabytes."""

    people: int
    strokes: int
    """Of all people."""
    answer_p50: float
    """From a pen-up to its exact answer, which confirms what the browser has computed."""
    answer_p95: float
    live_p50: float | None
    """Of an answer while the pen moves; None where only finished strokes are sent."""
    live_p95: float | None
    cores_drawing: float
    cores_idle: float
    cores_people: float
    """Of the virtual users themselves while they draw: one is all that they can use."""
    megabytes_a_person: float
    lost: int
    """Strokes without an answer, a refusal included."""
    wrong: int
    """Exact answers that differ from the library's."""
    flood: dict[str, int]
    """Invalid requests by response status; empty where none were sent."""


async def measure(
    people: int,
    behaviour: Behaviour,
    process: "Process",
    url: str,
    *,
    with_invalid_requests: bool = False,
) -> Load:
    """Let virtual users draw on one server; returns the latencies and the server's costs."""
    users = [VirtualUser(url, number, behaviour) for number in range(people)]
    for user in users:
        user.prepare()
    before = process.memory_info().rss
    for user in users:
        await user.open_page()
    idle = await _cores(process, asyncio.sleep(IDLE_DURATION_S))
    invalid = InvalidRequestLoad(url)
    invalid_task = asyncio.ensure_future(invalid.run()) if with_invalid_requests else None
    began, used = time.perf_counter(), time.process_time()
    busy = await _cores(process, asyncio.gather(*(user.draw() for user in users)))
    own = (time.process_time() - used) / (time.perf_counter() - began)
    after = process.memory_info().rss
    if invalid_task is not None:
        invalid_task.cancel()
    for user in users:
        await user.close()

    answers = [seconds for user in users for seconds in user.answers]
    live = [seconds for user in users for seconds in user.live]
    if not answers:
        raise JacvizError(f"expected answers, got none: {users[0].errors[:1]}")
    strokes = people * behaviour.strokes
    return Load(
        people=people,
        strokes=strokes,
        answer_p50=_quantile_ms(answers, 0.5),
        answer_p95=_quantile_ms(answers, 0.95),
        live_p50=_quantile_ms(live, 0.5) if live else None,
        live_p95=_quantile_ms(live, 0.95) if live else None,
        cores_drawing=busy,
        cores_idle=idle,
        cores_people=own,
        megabytes_a_person=(after - before) / people / 1e6,
        lost=strokes - len(answers),
        wrong=sum(count_wrong_answers(user) for user in users),
        flood={str(status): count for status, count in sorted(invalid.statuses.items())},
    )


def _quantile_ms(seconds: list[float], share: float) -> float:
    return 1000 * float(np.quantile(seconds, share))


async def _cores(process: "Process", work: "asyncio.Future[object] | object") -> float:
    """Measure how many cores the server keeps busy meanwhile."""
    loop = asyncio.get_running_loop()
    begin, used = loop.time(), sum(process.cpu_times()[:2])
    await work  # type: ignore[misc]
    return float(sum(process.cpu_times()[:2]) - used) / (loop.time() - begin)


def count_wrong_answers(user: VirtualUser) -> int:
    """Count the answers that are not the library's to their own drawings."""
    return sum(
        checksum != zlib.crc32(maps(drawing_codec.decode(drawing), MapRequest()))
        for drawing, checksum in user.checksums
    )
