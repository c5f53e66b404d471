"""A virtual user: the page's two connections to the server, without a browser.

One is Streamlit's WebSocket, which loads the page and takes each finished drawing. The other is
the live loop's WebSocket: drawings up, answers down.
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

CANVAS_SIDE_PX = 98  # as the page sends it, reduced by four
PEN_RADIUS_PX = 3.5
UPDATES_PER_STROKE = 12
STROKE_DURATION_S = 0.4


@dataclass
class VirtualUser:
    """One visitor; times are in seconds."""

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
    _request_number: int = 0

    def prepare(self, strokes: int) -> None:
        """Make all drawings beforehand, to leave the CPU to the server during the measurement.

        A new drawing begins every four strokes.
        """
        self._strokes = []
        for count in range(strokes):
            if count % 4 == 0:
                ink = np.zeros((CANVAS_SIDE_PX, CANVAS_SIDE_PX), np.uint8)
            messages = []
            for point in (
                stroke(1000 * self.number + count, points=UPDATES_PER_STROKE) * CANVAS_SIDE_PX
            ):
                ink = _add_dot(ink, point)
                messages.append(drawing_codec.encode(ink))
            self._strokes.append(messages)

    async def open_page(self) -> None:
        """Open the page."""
        self._socket = await self._connect("/_stcore/stream", "streamlit")
        message = BackMsg()
        message.rerun_script.query_string = ""
        await self._socket.send(message.SerializeToString())
        for delta in await _receive_run(self._socket):
            component = delta.new_element.bidi_component
            if component.component_name == "jacviz_drawing_events":
                self._widget, self._fragment = component.id, delta.fragment_id
                break
        else:
            raise JacvizError("expected a page with the component drawing_events, got none")
        self._live_socket = await self._connect(f"/jacviz/answer?page=bench-{self.number}")

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
                await self._draw_stroke(messages)
            except (OSError, asyncio.IncompleteReadError, JacvizError) as error:
                self.errors.append(repr(error))

    async def _draw_stroke(self, messages: list[bytes]) -> None:
        down = time.perf_counter()
        for count, message in enumerate(messages):
            await asyncio.sleep(
                max(
                    0.0, down + count * STROKE_DURATION_S / UPDATES_PER_STROKE - time.perf_counter()
                )
            )
            sent = time.perf_counter()
            await self._request_maps(message, exact=0)
            self.live.append(time.perf_counter() - sent)
        lifted = time.perf_counter()
        self.last = (message, await self._request_maps(message, exact=1))
        self.answers.append(time.perf_counter() - lifted)
        await self._send_drawing(message)
        self.runs.append(time.perf_counter() - lifted)

    async def _request_maps(self, message: bytes, exact: int) -> bytes:
        self._request_number += 1
        query = f"space=probability&exact={exact}"
        await self._live_socket.send(websocket.pack_request(self._request_number, query, message))
        number, status, body = websocket.unpack_response(
            bytes(await self._live_socket.recv(decode=False))
        )
        if number != self._request_number:
            raise JacvizError(
                f"expected the answer to request {self._request_number}, got that to {number}"
            )
        if status != 200:
            raise JacvizError(f"{status}: {body[:200].decode(errors='replace')}")
        return body

    async def _send_drawing(self, message: bytes) -> None:
        message_to_page = BackMsg()
        message_to_page.rerun_script.fragment_id = self._fragment
        state = message_to_page.rerun_script.widget_states.widgets.add()
        state.id = self._widget
        state.json_value = json.dumps({"drawing": b64encode(message).decode()})
        await self._socket.send(message_to_page.SerializeToString())
        await _receive_run(self._socket)

    async def close(self) -> None:
        """Close both connections."""
        await self._live_socket.close()
        await self._socket.close()


async def _receive_run(socket: ClientConnection) -> list[Delta]:
    """Receive the elements that one script run adds or changes."""
    deltas = []
    while True:
        message = ForwardMsg()
        message.ParseFromString(bytes(await socket.recv(decode=False)))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            deltas.append(message.delta)
        if kind == "script_finished":
            return deltas


def _add_dot(ink: UInt8Array, point: Float64Array) -> UInt8Array:
    y, x = np.mgrid[:CANVAS_SIDE_PX, :CANVAS_SIDE_PX]
    near = np.hypot(x - point[0], y - point[1])
    dot = np.uint8(255) * np.clip(PEN_RADIUS_PX + 0.5 - near, 0, 1)
    with_dot: UInt8Array = np.maximum(ink, dot.astype(np.uint8))
    return with_dot
