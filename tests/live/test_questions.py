"""The other questions about a drawing: the real server answers as the library, or says why not."""

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray

import jacviz
from jacviz.graph import CompiledJacobian
from jacviz.live import drawing
from jacviz.networks import NETWORKS
from jacviz.questions import brush, versus, what_if

from serving import Server

BLANK = drawing.encode(np.zeros((98, 98), np.uint8))
DOT = drawing.encode(np.full((20, 20), 255, np.uint8))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("questions")) as running:
        yield urlsplit(running.url).netloc


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ink(digits: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.kron(digits[0], np.ones((3, 3))) * 255).astype(np.uint8)


def _graph(network: str) -> CompiledJacobian:
    return jacviz.compile_jacobian(jacviz.load_lenet5(network), np.zeros((1, 28, 28), np.float32))


def _ask(netloc: str, body: bytes, query: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(netloc, timeout=20)
    try:
        headers = {"Content-Type": "application/octet-stream"}
        connection.request("POST", f"/jacviz/answer?page=questions&{query}", body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def _found(netloc: str, ink: NDArray[np.uint8], query: str) -> Any:
    status, message = _ask(netloc, drawing.encode(ink), query)
    assert status == 200
    return json.loads(message)


def test_a_what_if_is_the_librarys(server: str, ink: NDArray[np.uint8], network: str) -> None:
    query = f"ask=what-if&row=14&column=9&radius=2&network={network}"
    found = _found(server, ink, query)
    image = jacviz.frame(ink).image
    expected = what_if(_graph(network), image, brush(image.shape, (14, 9), 2))
    assert found["amounts"] == expected.amounts.tolist()
    assert np.allclose(found["predicted"], expected.predicted, atol=1e-6)
    assert np.allclose(found["true"], expected.true, atol=1e-6)
    assert found["room"] == pytest.approx(expected.room)


@pytest.mark.parametrize(
    ("chosen", "classes"), [("", (None, None)), ("&a=3", (3, None)), ("&a=3&b=8", (3, 8))]
)
def test_why_a_and_not_b_is_the_librarys(
    server: str,
    ink: NDArray[np.uint8],
    network: str,
    chosen: str,
    classes: tuple[int | None, int | None],
) -> None:
    found = _found(server, ink, f"ask=versus&network={network}{chosen}")
    sensed = jacviz.sensitivity(_graph(network), jacviz.frame(ink).image)
    expected = versus(sensed, *classes)
    assert (found["a"], found["b"]) == (expected.a, expected.b)
    assert found["log_odds"] == pytest.approx(expected.log_odds, abs=1e-5)
    assert np.allclose(np.reshape(found["map"], (28, 28)), expected.map, atol=1e-5)


@pytest.mark.parametrize(
    ("body", "query", "reason"),
    [
        (DOT, "ask=why", "ask must be one of maps, what-if, versus, .* not 'why'"),
        (DOT, "ask=versus&network=vgg", "network must be one of"),
        (DOT, "ask=versus&a=10&b=1", "a must be a whole number from 0 to 9"),
        (DOT, "ask=versus&a=1&b=1", "not with itself"),
        (BLANK, "ask=versus", "nothing is drawn"),
        (BLANK, "ask=what-if&row=3&column=3&radius=0", "nothing is drawn"),
        (b"", "ask=versus", "at least 12 bytes"),
        (DOT, "ask=what-if&row=3&radius=1", "column must be a whole number"),
        (DOT, "ask=what-if&row=-1&column=3&radius=1", "row .* 0 to 27"),
        (DOT, "ask=what-if&row=3&column=28&radius=1", "column .* 0 to 27"),
        (DOT, "ask=what-if&row=3&column=3&radius=4", "radius .* 0 to 3"),
        (DOT, "ask=what-if&row=3&column=3&radius=%C2%B2", "radius .* 0 to 3"),
    ],
)
def test_what_is_no_question_gets_a_reason(
    server: str, body: bytes, query: str, reason: str
) -> None:
    status, said = _ask(server, body, query)
    assert status == 400
    assert re.search(reason, said.decode())
