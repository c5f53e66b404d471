"""Somebody who sends nonsense to the live loop's endpoint, steadily."""

import asyncio
import time
from collections import Counter

import numpy as np

from jacviz.benchmarks.http_client import Connection
from jacviz.export import drawing_codec

RATE = 300  # requests a second
NONSENSE = (
    b"",
    bytes(500),
    np.full(100, np.nan).tobytes(),
    bytes(drawing_codec.MAX_BYTES + 100_000),
)


class Flood:
    """Bad requests until it is ended; `statuses` counts what they got."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url, page="flood")
        self._url = url
        self.statuses: Counter[int] = Counter()

    async def run(self) -> None:
        await self._connection.open()
        begin = time.perf_counter()
        count = 0
        while True:
            await asyncio.sleep(max(0.0, begin + count / RATE - time.perf_counter()))
            origin = "http://elsewhere.example" if count % 5 == 4 else self._url
            try:
                status, _ = await self._connection.post(
                    NONSENSE[count % len(NONSENSE)], origin=origin
                )
            except (OSError, asyncio.IncompleteReadError):
                # The server may hang up on a message that is too long.
                status = 0
                await self._connection.open()
            self.statuses[status] += 1
            count += 1
