"""A steady load of invalid requests to the live loop's endpoint."""

import asyncio
import time
from collections import Counter

import numpy as np

from jacviz.benchmarks.http_client import Connection
from jacviz.export import drawing_codec

REQUESTS_PER_SECOND = 300
INVALID_BODIES = (
    b"",
    bytes(500),
    np.full(100, np.nan).tobytes(),
    bytes(drawing_codec.MAX_BYTES + 100_000),
)


class InvalidRequestLoad:
    """Sends invalid requests until it is cancelled; `statuses` counts the responses."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url, page="flood")
        self._url = url
        self.statuses: Counter[int] = Counter()

    async def run(self) -> None:
        begin = time.perf_counter()
        count = 0
        while True:
            await asyncio.sleep(max(0.0, begin + count / REQUESTS_PER_SECOND - time.perf_counter()))
            origin = "http://elsewhere.example" if count % 5 == 4 else self._url
            try:
                status, _ = await self._connection.post(
                    INVALID_BODIES[count % len(INVALID_BODIES)], origin=origin
                )
            except (OSError, asyncio.IncompleteReadError):
                # The server may close the connection of a body that is too large.
                status = 0
                self._connection.close()
            self.statuses[status] += 1
            count += 1
