"""Load one server with virtual users, and read what they cost it."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jacviz.benchmarks.invalid_requests import InvalidRequestLoad
from jacviz.benchmarks.virtual_user import VirtualUser
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest

if TYPE_CHECKING:
    from psutil import Process

IDLE_DURATION_S = 3.0
GOLDEN_RATIO = (5**0.5 - 1) / 2  # its multiples modulo 1 spread evenly


@dataclass
class Load:
    """What a number of virtual users cost the server; milliseconds, cores, megabytes."""

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
    """Invalid requests by response status; empty where none were sent."""


async def measure(
    people: int, strokes: int, process: "Process", url: str, *, with_invalid_requests: bool = False
) -> Load:
    """Let virtual users draw on one server; returns the latencies and the server's costs."""
    users = [VirtualUser(url, number) for number in range(people)]
    for user in users:
        user.prepare(strokes)
    before = process.memory_info().rss
    for user in users:
        await user.open_page()
    resting = await _cores(process, asyncio.sleep(IDLE_DURATION_S))
    invalid = InvalidRequestLoad(url)
    invalid_task = asyncio.ensure_future(invalid.run()) if with_invalid_requests else None
    # One stroke a second each, spread over the second.
    drawing_all = asyncio.gather(
        *(user.draw(offset=user.number * GOLDEN_RATIO % 1) for user in users)
    )
    busy = await _cores(process, drawing_all)
    after = process.memory_info().rss
    if invalid_task is not None:
        invalid_task.cancel()
    for user in users:
        await user.close()

    if not any(user.answers for user in users):
        raise JacvizError(f"expected answers, got none: {users[0].errors[:1]}")

    def quantile(name: str, share: float) -> float:
        return 1000 * float(
            np.quantile([time for user in users for time in getattr(user, name)], share)
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
        errors=sum(len(user.errors) for user in users),
        wrong=sum(not _is_right(user) for user in users),
        flood={str(status): count for status, count in sorted(invalid.statuses.items())},
    )


async def _cores(process: "Process", work: "asyncio.Future[object] | object") -> float:
    """Measure how many cores the server keeps busy meanwhile."""
    loop = asyncio.get_running_loop()
    begin, used = loop.time(), sum(process.cpu_times()[:2])
    await work  # type: ignore[misc]
    return float(sum(process.cpu_times()[:2]) - used) / (loop.time() - begin)


def _is_right(user: VirtualUser) -> bool:
    """Whether a user's last answer is the library's answer to the last drawing."""
    if user.last is None:
        return False
    message, got = user.last
    return got == maps(drawing_codec.decode(message), MapRequest())
