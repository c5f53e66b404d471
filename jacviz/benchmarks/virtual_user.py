"""Somebody who draws, without a browser: the page's own two conversations with the server.

One is Streamlit's, over a web socket: the page is asked for, and each finished drawing is told.
The other is the live loop's: drawings up, answers down, on a line that stays open.
"""

import asyncio
import json
import time
from base64 import b64encode
from dataclasses import dataclass, field

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from jacviz.benchmarks.strokes import stroke
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.server import websocket
from jacviz.typing import Float64Array, UInt8Array

SHEET = 98  # pixels: a page's sheet, reduced by four
PEN = 3.5  # pixels, half its width
LIVE = 12  # pictures while the pen is down
PEN_DOWN = 0.4  # s


@dataclass
class Person:
    """One visitor. Times are seconds."""

    url: str
    number: int
    answers: list[float] = field(default_factory=list)
    """From each pen-up to its exact answer."""
    live: list[float] = field(default_factory=list)
    runs: list[float] = field(default_factory=list)
    """From each pen-up to the end of the page's run."""
    errors: list[str] = field(default_factory=list)
    last: tuple[bytes, bytes] | None = None
    """The last drawing and its answer."""
    _asked: int = 0

    def prepare(self, strokes: int) -> None:
        """Make all drawings beforehand: while people draw, only the server shall work.

        A new drawing begins every four strokes.
        """
        self._strokes = []
        for count in range(strokes):
            if count % 4 == 0:
                ink = np.zeros((SHEET, SHEET), np.uint8)
            messages = []
            for place in stroke(1000 * self.number + count, points=LIVE) * SHEET:
                ink = _dabbed(ink, place)
                messages.append(drawing_codec.encode(ink))
            self._strokes.append(messages)

    async def come(self) -> None:
        """Open the page."""
        self._socket = await self._connect("/_stcore/stream", "streamlit")
        message = BackMsg()
        message.rerun_script.query_string = ""
        await self._socket.send(message.SerializeToString())
        for delta in await _run(self._socket):
            component = delta.new_element.bidi_component
            if component.component_name == "jacviz_drawing_events":
                self._widget, self._fragment = component.id, delta.fragment_id
                break
        else:
            raise JacvizError("the page that is measured cannot be told drawings")
        self._line = await self._connect(f"/jacviz/answer?page=bench-{self.number}")

    async def _connect(self, path: str, *protocols: str) -> ClientConnection:
        return await connect(
            f"{self.url.replace('http', 'ws', 1)}{path}",
            subprotocols=protocols or None,  # type: ignore[arg-type]
            origin=self.url,  # type: ignore[arg-type]
            max_size=None,
        )

    async def draw(self, offset: float) -> None:
        """Draw one stroke a second."""
        begin = time.perf_counter() + offset
        for count, messages in enumerate(self._strokes):
            await asyncio.sleep(max(0.0, begin + count - time.perf_counter()))
            try:
                await self._stroke(messages)
            except (OSError, asyncio.IncompleteReadError, JacvizError) as error:
                self.errors.append(repr(error))

    async def _stroke(self, messages: list[bytes]) -> None:
        down = time.perf_counter()
        for count, message in enumerate(messages):
            await asyncio.sleep(max(0.0, down + count * PEN_DOWN / LIVE - time.perf_counter()))
            asked = time.perf_counter()
            await self._ask(message, exact=0)
            self.live.append(time.perf_counter() - asked)
        lifted = time.perf_counter()
        self.last = (message, await self._ask(message, exact=1))
        self.answers.append(time.perf_counter() - lifted)
        await self._tell(message)
        self.runs.append(time.perf_counter() - lifted)

    async def _ask(self, message: bytes, exact: int) -> bytes:
        self._asked += 1
        query = f"space=probability&exact={exact}"
        await self._line.send(websocket.pack(self._asked, query, message))
        number, status, body = websocket.unpack(bytes(await self._line.recv(decode=False)))
        if number != self._asked:
            raise JacvizError(f"question {self._asked} got the answer to {number}")
        if status != 200:
            raise JacvizError(f"{status}: {body[:200].decode(errors='replace')}")
        return body

    async def _tell(self, message: bytes) -> None:
        told = BackMsg()
        told.rerun_script.fragment_id = self._fragment
        state = told.rerun_script.widget_states.widgets.add()
        state.id = self._widget
        state.json_value = json.dumps({"drawing": b64encode(message).decode()})
        await self._socket.send(told.SerializeToString())
        await _run(self._socket)

    async def leave(self) -> None:
        await self._line.close()
        await self._socket.close()


async def _run(socket: ClientConnection) -> list[Delta]:
    """Receive one run of the page: what it adds or changes."""
    deltas = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(await socket.recv(decode=False)))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            deltas.append(message.delta)
        if kind == "script_finished":
            return deltas


def _dabbed(ink: UInt8Array, place: Float64Array) -> UInt8Array:
    y, x = np.mgrid[:SHEET, :SHEET]
    near = np.hypot(x - place[0], y - place[1])
    dab = np.uint8(255) * np.clip(PEN + 0.5 - near, 0, 1)
    dabbed: UInt8Array = np.maximum(ink, dab.astype(np.uint8))
    return dabbed
