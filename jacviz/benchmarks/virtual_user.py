"""A virtual user: the page's connections to the server, without a browser.

One is Streamlit's WebSocket, which loads the page and then rests. On the other go requests, of a
drawing each: one for each finished stroke, and with `streamed` also for each move of the pen, as
from a browser that cannot run the network itself.
"""

import asyncio
import time
import zlib
from dataclasses import dataclass, field

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from jacviz.benchmarks.http_client import Connection
from jacviz.benchmarks.strokes import stroke
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.typing import Float64Array, UInt8Array

CANVAS_SIDE_PX = 98  # as the page sends it, reduced by four
PEN_RADIUS_PX = 3.5
UPDATES_PER_STROKE = 12
STROKE_DURATION_S = 0.4
STROKES_PER_DRAWING = 4


@dataclass(frozen=True)
class Behaviour:
    """How virtual users draw, one stroke a second."""

    strokes: int
    streamed: bool = False
    """Whether the server answers each move of the pen too."""


@dataclass
class VirtualUser:
    """One visitor; times are in seconds."""

    url: str
    number: int
    behaviour: Behaviour
    answers: list[float] = field(default_factory=list)
    """From each pen-up to its exact answer."""
    live: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    checksums: list[tuple[bytes, int]] = field(default_factory=list)
    """Each finished drawing and its exact answer's `zlib.crc32`."""

    def prepare(self) -> None:
        """Make all drawings beforehand, to leave the CPU to the server during the measurement."""
        random = np.random.default_rng(self.number)
        self.drawings: list[list[bytes]] = []
        self._pen_ups: list[float] = []
        for count in range(self.behaviour.strokes):
            if count % STROKES_PER_DRAWING == 0:
                ink = np.zeros((CANVAS_SIDE_PX, CANVAS_SIDE_PX), np.uint8)
            path = stroke(1000 * self.number + count, points=UPDATES_PER_STROKE) * CANVAS_SIDE_PX
            messages = []
            for point in path:
                _add_dot(ink, point)
                if self.behaviour.streamed:
                    messages.append(drawing_codec.encode(ink))
            self.drawings.append(messages or [drawing_codec.encode(ink)])
            # At random, as people draw: evenly spread pen-ups would never wait for one another.
            self._pen_ups.append(STROKE_DURATION_S + count + random.uniform())

    async def open_page(self) -> None:
        """Open the page."""
        self._streamlit = await _connect_streamlit(self.url)
        message = BackMsg()
        message.rerun_script.query_string = ""
        await self._streamlit.send(message.SerializeToString())
        if "jacviz_live_maps" not in await _receive_run(self._streamlit):
            raise JacvizError("expected a page with the component live_maps, got none")
        self._connection = Connection(self.url, page=f"bench-{self.number}")

    async def draw(self) -> None:
        """Draw one stroke a second."""
        begin = time.perf_counter()
        for pen_up, messages in zip(self._pen_ups, self.drawings, strict=True):
            try:
                await self._draw_stroke(begin + pen_up, messages)
            except (OSError, EOFError, JacvizError) as error:
                self.errors.append(repr(error))

    async def _draw_stroke(self, pen_up: float, messages: list[bytes]) -> None:
        if self.behaviour.streamed:
            for count, message in enumerate(messages):
                left = STROKE_DURATION_S * (1 - count / len(messages))
                sent = await _sleep_until(pen_up - left)
                await self._request(message, exact=0)
                self.live.append(time.perf_counter() - sent)
        sent = await _sleep_until(pen_up)
        answer = await self._request(messages[-1], exact=1)
        self.answers.append(time.perf_counter() - sent)
        self.checksums.append((messages[-1], zlib.crc32(answer)))

    async def _request(self, drawing: bytes, *, exact: int) -> bytes:
        status, body = await self._connection.post(drawing, exact=exact)
        if status != 200:
            raise JacvizError(f"{status}: {body[:200].decode(errors='replace')}")
        return body

    async def close(self) -> None:
        self._connection.close()
        await self._streamlit.close()


async def _connect_streamlit(url: str) -> ClientConnection:
    return await connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=url,  # type: ignore[arg-type]
        compression=None,
        max_size=None,
    )


async def _sleep_until(moment: float) -> float:
    """Sleep until a time of `time.perf_counter`; returns the time then."""
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))
    return time.perf_counter()


async def _receive_run(socket: ClientConnection) -> set[str]:
    """Receive a run of the page; returns the names of its components."""
    names = set()
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(await socket.recv(decode=False)))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            names.add(message.delta.new_element.bidi_component.component_name)
        if kind == "script_finished":
            return names


def _add_dot(ink: UInt8Array, point: Float64Array) -> None:
    """Add one dot of the pen to the ink, in place."""
    reach = int(PEN_RADIUS_PX + 1)
    left, top = np.maximum(np.rint(point).astype(int) - reach, 0)
    part = ink[top : top + 2 * reach + 1, left : left + 2 * reach + 1]
    y, x = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    near = np.hypot(x - point[0], y - point[1])
    dot = 255 * np.clip(PEN_RADIUS_PX + 0.5 - near, 0, 1)
    np.maximum(part, dot.astype(np.uint8), out=part)
