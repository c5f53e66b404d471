"""The open line on the real server: each question its answer, in order; a status for all else."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

import jacviz
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest
from jacviz.server.validation import RequestError
from jacviz.server.websocket import MAX_QUERY_BYTES, pack_request, unpack_request, unpack_response

GOOD = "space=logit&exact=1"


@pytest.fixture(scope="module")
def server(app: str) -> str:
    return urlsplit(app).netloc


@contextmanager
def _open(server: str, page: str, origin: str | None = None) -> Iterator[ClientConnection]:
    address = f"ws://{server}/jacviz/answer?page={page}"
    with connect(address, origin=origin, max_size=None) as socket:  # type: ignore[arg-type]
        yield socket


def _ask(socket: ClientConnection, message: bytes | str) -> tuple[int, int, bytes]:
    socket.send(message)
    return _hear(socket)


def _hear(socket: ClientConnection) -> tuple[int, int, bytes]:
    said = socket.recv(timeout=20)
    assert isinstance(said, bytes)
    return unpack_response(said)


def _canvas(digit: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.kron(digit, np.ones((3, 3))) * 255).astype(np.uint8)


def _answer(canvas: NDArray[np.uint8], lenet5: LeNet5) -> tuple[NDArray[np.float32], int]:
    framed = jacviz.frame(canvas)
    return framed.image, jacviz.sensitivity(lenet5, framed.image).top


@given(st.integers(0, 2**32 - 1), st.sampled_from(["", GOOD, "a=" + "b" * 190]), st.binary())
def test_a_question_arrives_as_it_was_packed(number: int, query: str, ink: bytes) -> None:
    got, parsed, body = unpack_request(pack_request(number, query, ink))
    assert (got, body) == (number, ink)
    assert dict(parsed) == dict(item.split("=") for item in query.split("&") if item)


@given(st.binary(max_size=64))
def test_nonsense_raises_nothing_but_a_refusal(message: bytes) -> None:
    with suppress(RequestError):
        _, query, body = unpack_request(message)
        assert len(body) <= len(message)
        assert len(str(query)) <= 3 * MAX_QUERY_BYTES


def test_questions_get_their_answers_in_order(
    server: str, digits: NDArray[np.float32], lenet5: LeNet5
) -> None:
    with _open(server, "in-order") as socket:
        canvases = [_canvas(digit) for digit in digits[:6]]
        for number, canvas in enumerate(canvases):
            socket.send(pack_request(number, GOOD, drawing_codec.encode(canvas)))
        for number, canvas in enumerate(canvases):
            got, status, body = _hear(socket)
            image, top = _answer(canvas, lenet5)
            length = int.from_bytes(body[:4], "little")
            assert (got, status) == (number, 200)
            assert f'"top": {top}'.encode() in body[:length]
            assert np.array_equal(
                np.frombuffer(body[4 + length :], "<f4", 784).reshape(28, 28), image
            )


def test_an_empty_canvas_has_an_empty_answer(server: str) -> None:
    empty = np.zeros((98, 98), np.uint8)
    with _open(server, "empty") as socket:
        _, status, body = _ask(socket, pack_request(1, GOOD, drawing_codec.encode(empty)))
    assert status == 200
    assert body == maps(empty, MapRequest("logit"))


@pytest.mark.parametrize(
    ("message", "status", "reason"),
    [
        (b"", 400, "at least 8 bytes"),
        ("a text, not bytes", 400, "query"),
        (pack_request(7, GOOD, b"")[:20], 400, "expected a query"),
        (
            pack_request(7, GOOD + "&x=" + "y" * 300, b""),
            400,
            "expected a query",
        ),
        (pack_request(7, GOOD, b""), 400, "at least 12 bytes"),
        (pack_request(7, GOOD, bytes(5000)), 400, "1 to 1024 pixels"),
        (pack_request(7, GOOD, np.full(10, np.nan).tobytes()), 400, "expected a canvas"),
        (pack_request(7, GOOD, bytes(3_000_000)), 413, "at most"),
        (
            pack_request(7, "space=softmax&exact=1", bytes(12)),
            400,
            "probability, log-probability",
        ),
        (pack_request(7, "space=logit&exact=2", bytes(12)), 400, "0 or 1"),
    ],
)
def test_a_bad_question_gets_a_reason_and_the_line_stays_open(
    server: str, message: bytes | str, status: int, reason: str, digits: NDArray[np.float32]
) -> None:
    with _open(server, "bad") as socket:
        _, got, said = _ask(socket, message)
        assert got == status
        assert any(one in said.decode() for one in reason.split("|"))
        assert _ask(socket, pack_request(8, GOOD, drawing_codec.encode(_canvas(digits[0]))))[
            :2
        ] == (
            8,
            200,
        )


def test_a_foreign_page_gets_no_line(server: str) -> None:
    with pytest.raises(InvalidStatus) as refused, _open(server, "foreign", "http://evil.example"):
        pass
    assert refused.value.response.status_code == 403
    assert b"evil.example" in refused.value.response.body


def test_the_pages_own_origin_gets_one(server: str, digits: NDArray[np.float32]) -> None:
    with _open(server, "own", f"http://{server}") as socket:
        assert (
            _ask(socket, pack_request(1, GOOD, drawing_codec.encode(_canvas(digits[0]))))[1] == 200
        )


def test_a_flood_is_held_back_and_others_are_still_answered(
    server: str, digits: NDArray[np.float32]
) -> None:
    with _open(server, "flood") as flood, _open(server, "patient") as patient:
        statuses: list[int] = []
        while 429 not in statuses and len(statuses) < 10_000:
            for number in range(400):
                flood.send(pack_request(number, GOOD, b""))
            statuses += [_hear(flood)[1] for _ in range(400)]
        assert set(statuses) == {400, 429}
        assert (
            _ask(patient, pack_request(1, GOOD, drawing_codec.encode(_canvas(digits[0]))))[1] == 200
        )
