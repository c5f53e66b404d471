"""Question after question on one web socket, which takes half the time of a request each.

/jacviz/answer?page=... carries, little-endian, upwards: uint32 number | uint32 length | a query
of that length, see questions.py | the drawing. Downwards: uint32 number | uint32
status | the answer if the status is 200, else the reason. Answers come in the order of questions.
"""

import struct

from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket, WebSocketDisconnect

from jacviz.server.executor import think
from jacviz.server.http import refused
from jacviz.server.routes import question
from jacviz.server.validation import (
    RefusalError,
    require_allowance,
    require_own_page,
    require_rare_allowance,
)

_HEAD = struct.Struct("<II")
LONGEST_QUERY = 200


async def line(socket: WebSocket) -> None:
    try:
        require_allowance(socket)
        require_own_page(socket)
    except RefusalError as refusal:
        await socket.send_denial_response(refused(refusal))
        return
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await _reply(socket, await _message(socket)))
    except WebSocketDisconnect:
        return


async def _message(socket: WebSocket) -> bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return message.get("bytes") or (message.get("text") or "").encode()


async def _reply(socket: WebSocket, message: bytes) -> bytes:
    number = 0
    try:
        require_allowance(socket)
        number, query, drawing = parse(message)
        asked = question(query)
        if asked.pace == "rare":
            require_rare_allowance(socket)
        answer = await think(drawing, asked)
    except RefusalError as refusal:
        return _HEAD.pack(number, refusal.status) + str(refusal).encode()
    return _HEAD.pack(number, 200) + answer


def parse(message: bytes) -> tuple[int, QueryParams, bytes]:
    """A question's number, query and drawing; RefusalError where it is none."""
    if len(message) < _HEAD.size:
        raise RefusalError(400, f"a question has at least {_HEAD.size} bytes, not {len(message)}")
    number, length = _HEAD.unpack_from(message)
    drawing = _HEAD.size + length
    if length > LONGEST_QUERY or drawing > len(message):
        raise RefusalError(
            400, f"a question of {len(message)} bytes cannot have a query of {length}"
        )
    query = message[_HEAD.size : drawing].decode(errors="replace")
    return number, QueryParams(query), message[drawing:]


def pack(number: int, query: str, drawing: bytes) -> bytes:
    """The message of a question, the inverse of `parse`."""
    return _HEAD.pack(number, len(query)) + query.encode() + drawing


def unpack(message: bytes) -> tuple[int, int, bytes]:
    """A reply's number, status and body."""
    number, status = _HEAD.unpack_from(message)
    return number, status, message[_HEAD.size :]
