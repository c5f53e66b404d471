"""Many requests on one WebSocket, in half the time of an HTTP request each.

/jacviz/answer?page=... carries, little-endian, upwards: uint32 number | uint32 length | a query
of that length, see `routes` | the drawing. Downwards: uint32 number | uint32 status | the answer
if the status is 200, else the reason. Responses come in the order of requests.
"""

import struct

from starlette.datastructures import QueryParams
from starlette.websockets import WebSocket, WebSocketDisconnect

from jacviz.server.executor import run_in_executor
from jacviz.server.http import error_response
from jacviz.server.routes import parse_request
from jacviz.server.validation import (
    RequestError,
    check_low_priority_rate_limit,
    check_origin,
    check_rate_limit,
)

_HEADER = struct.Struct("<II")
MAX_QUERY_BYTES = 200


async def websocket_endpoint(socket: WebSocket) -> None:
    """Accept a connection from jacviz's own page and answer its requests until it closes."""
    try:
        check_rate_limit(socket)
        check_origin(socket)
    except RequestError as error:
        await socket.send_denial_response(error_response(error))
        return
    await socket.accept()
    try:
        while True:
            await socket.send_bytes(await _respond(socket, await _receive(socket)))
    except WebSocketDisconnect:
        return


async def _receive(socket: WebSocket) -> bytes:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    return message.get("bytes") or (message.get("text") or "").encode()


async def _respond(socket: WebSocket, message: bytes) -> bytes:
    number = 0
    try:
        check_rate_limit(socket)
        number, query, drawing = unpack_request(message)
        request = parse_request(query)
        if request.priority == "low":
            check_low_priority_rate_limit(socket)
        answer = await run_in_executor(drawing, request)
    except RequestError as error:
        return _HEADER.pack(number, error.status) + str(error).encode()
    return _HEADER.pack(number, 200) + answer


def unpack_request(message: bytes) -> tuple[int, QueryParams, bytes]:
    """Split a message into a request's number, query and drawing; the inverse of `pack_request`.

    Raises RequestError where it is too short or its query too long.
    """
    if len(message) < _HEADER.size:
        raise RequestError(400, f"expected at least {_HEADER.size} bytes, got {len(message)}")
    number, length = _HEADER.unpack_from(message)
    query_end = _HEADER.size + length
    max_length = min(MAX_QUERY_BYTES, len(message) - _HEADER.size)
    if length > max_length:
        raise RequestError(
            400,
            f"expected a query of at most {max_length} bytes in a message of {len(message)}, "
            f"got a length of {length}",
        )
    query = message[_HEADER.size : query_end].decode(errors="replace")
    return number, QueryParams(query), message[query_end:]


def pack_request(number: int, query: str, drawing: bytes) -> bytes:
    """Encode a request as one message."""
    return _HEADER.pack(number, len(query)) + query.encode() + drawing


def unpack_response(message: bytes) -> tuple[int, int, bytes]:
    """Split a message into a response's number, status and body."""
    number, status = _HEADER.unpack_from(message)
    return number, status, message[_HEADER.size :]
