"""POST /jacviz/answer on the real server: right answers to drawings, 4xx to all else."""

import http.client
import json
import re
import threading
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import jacviz
from jacviz.explain import attribute
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, AttributionName
from jacviz.export import drawing_codec
from jacviz.models.lenet5 import LeNet5
from jacviz.models.shipped import WEIGHTS
from jacviz.output_spaces import SPACES
from jacviz.server.handlers import maps
from jacviz.server.map_request import MapRequest
from jacviz.server.routes import parse_request
from jacviz.server.validation import RequestError

TYPE = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def server(app: str) -> str:
    return urlsplit(app).netloc


@pytest.fixture
def ink(digits: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.kron(digits[0], np.ones((3, 3))) * 255).astype(np.uint8)


def _post(
    netloc: str,
    body: bytes,
    query: str = "space=logit&exact=1",
    headers: dict[str, str] = TYPE,
    page: str = "",
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(netloc, timeout=20)
    try:
        connection.request("POST", f"/jacviz/answer?{query}&page={page}", body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def test_the_answer_is_the_librarys(server: str, ink: NDArray[np.uint8], lenet5: LeNet5) -> None:
    status, message = _post(server, drawing_codec.encode(ink))
    assert status == 200
    length = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + length])
    framed = jacviz.frame(ink)
    sensed = jacviz.sensitivity(lenet5, framed.image)
    numbers = np.frombuffer(message[4 + length :], "<f4")
    assert header["top"] == sensed.top
    assert np.array_equal(numbers[:784].reshape(28, 28), framed.image)
    assert np.allclose(numbers[784:794], sensed.probabilities, atol=1e-6)
    assert np.allclose(numbers[804:].reshape(10, 28, 28), sensed.logit_jacobian, atol=1e-5)


def test_an_empty_canvas_has_an_empty_answer(server: str) -> None:
    status, message = _post(server, drawing_codec.encode(np.zeros((98, 98), np.uint8)))
    assert (status, message) == (200, maps(np.zeros((98, 98), np.uint8), MapRequest("logit")))
    assert b'"empty": true' in message


@pytest.mark.parametrize(
    ("body", "query", "headers", "status", "reason"),
    [
        (b"", "space=logit&exact=1", TYPE, 400, "at least 12 bytes"),
        (bytes(5000), "space=logit&exact=1", TYPE, 400, "1 to 1024 pixels"),
        (np.full(10, np.nan).tobytes(), "space=logit&exact=1", TYPE, 400, "expected a canvas"),
        (bytes(3_000_000), "space=logit&exact=1", TYPE, 413, "at most"),
        (b"{}", "space=logit&exact=1", {"Content-Type": "text/plain"}, 415, "octet-stream"),
        (bytes(12), "space=softmax&exact=1", TYPE, 400, "probability, log-probability, logit"),
        (bytes(12), "exact=1", TYPE, 400, "space: expected one of"),
        (bytes(12), "space=logit&exact=2", TYPE, 400, "0 or 1"),
        (bytes(12), "space=logit&exact=1&network=vgg", TYPE, 400, "standard, readable, got 'vgg'"),
        (bytes(12), "space=logit&exact=1&network=", TYPE, 400, "network: expected one of standard"),
        (bytes(12), "space=logit&exact=1&method=lime", TYPE, 400, "gradient-x-ink, smoothgrad"),
        (bytes(12), "space=logit&exact=1&method=../x", TYPE, 400, "method: expected one of"),
        (bytes(12), "space=logit&exact=1", TYPE | {"Origin": "http://evil.example"}, 403, "evil"),
        (bytes(12), "space=logit&exact=1", TYPE | {"Origin": "null"}, 403, "null"),
    ],
)
def test_a_bad_request_gets_a_reason(
    server: str, body: bytes, query: str, headers: dict[str, str], status: int, reason: str
) -> None:
    got, said = _post(server, body, query, headers)
    assert got == status
    assert re.search(reason, said.decode())


def test_the_pages_own_origin_is_welcome(server: str, ink: NDArray[np.uint8]) -> None:
    headers = TYPE | {"Origin": f"http://{server}"}
    assert _post(server, drawing_codec.encode(ink), headers=headers)[0] == 200


def test_only_posting_is_answered(server: str) -> None:
    connection = http.client.HTTPConnection(server, timeout=20)
    connection.request("GET", "/jacviz/answer")
    assert connection.getresponse().status == 405
    connection.close()


def test_a_flood_is_held_back_and_others_are_still_answered(
    server: str, ink: NDArray[np.uint8]
) -> None:
    message = drawing_codec.encode(ink)
    statuses: list[int] = []
    connection = http.client.HTTPConnection(server, timeout=20)
    while 429 not in statuses and len(statuses) < 10_000:
        connection.request("POST", "/jacviz/answer?space=logit&exact=0&page=flood", b"", TYPE)
        reply = connection.getresponse()
        reply.read()
        statuses.append(reply.status)
    assert 429 in statuses
    assert _post(server, message, page="patient")[0] == 200
    connection.close()


def test_many_at_once_each_get_their_own_answer(
    server: str, digits: NDArray[np.float32], lenet5: LeNet5
) -> None:
    canvases = [(np.kron(digit, np.ones((3, 3))) * 255).astype(np.uint8) for digit in digits[:16]]
    frames = [jacviz.frame(canvas).image for canvas in canvases]
    wrong: list[int] = []

    def draw(number: int) -> None:
        for _ in range(5):
            status, message = _post(
                server, drawing_codec.encode(canvases[number]), page=str(number)
            )
            length = int.from_bytes(message[:4], "little")
            image = np.frombuffer(message[4 + length :], "<f4", 784).reshape(28, 28)
            if status != 200 or not np.array_equal(image, frames[number]):
                wrong.append(number)

    people = [threading.Thread(target=draw, args=(number,)) for number in range(len(canvases))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert wrong == []


def _answer(message: bytes) -> tuple[dict[str, Any], NDArray[np.float32], NDArray[np.float32]]:
    """An exact answer's header, probabilities and maps."""
    length = int.from_bytes(message[:4], "little")
    numbers = np.frombuffer(message[4 + length :], "<f4")
    return json.loads(message[4 : 4 + length]), numbers[784:794], numbers[804:].reshape(10, 28, 28)


@pytest.mark.parametrize("method", ATTRIBUTION_NAMES)
@pytest.mark.parametrize("network", WEIGHTS)
def test_each_network_and_method_answers_as_the_library_does(
    server: str, ink: NDArray[np.uint8], network: str, method: AttributionName
) -> None:
    framed = jacviz.frame(ink)
    compiled = jacviz.compile_jacobian(jacviz.load_lenet5(network), framed.image)
    for space in SPACES:
        query = f"space={space}&exact=1&network={network}&method={method}"
        status, message = _post(server, drawing_codec.encode(ink), query)
        assert status == 200
        header, probabilities, maps = _answer(message)
        assert (header["network"], header["method"]) == (network, method)
        expected = attribute(compiled, framed.image, method, space)
        sensed = jacviz.sensitivity(compiled, framed.image)
        assert np.allclose(probabilities, sensed.probabilities, atol=1e-6)
        assert np.allclose(maps, expected.maps, atol=1e-5)
        if expected.residual is None:
            assert "residual" not in header
        else:
            assert header["residual"] == pytest.approx(np.abs(expected.residual).max(), abs=1e-5)


def test_a_picture_of_another_method_is_its_maps_too(server: str, ink: NDArray[np.uint8]) -> None:
    query = "space=logit&network=readable&method=smoothgrad&exact="
    _, exact = _post(server, drawing_codec.encode(ink), query + "1")
    _, quick = _post(server, drawing_codec.encode(ink), query + "0")
    _, _, maps = _answer(exact)
    shares = np.frombuffer(quick[-7840:], np.int8).reshape(10, 28, 28)
    largest = np.abs(maps).max(axis=(1, 2), keepdims=True)
    assert np.abs(shares * largest / 127 - maps).max() <= 0.51 / 127 * largest.max()


def test_an_empty_canvas_says_how_it_was_looked_at(server: str) -> None:
    query = "space=logit&exact=1&network=readable&method=integrated-gradients"
    _, message = _post(server, drawing_codec.encode(np.zeros((98, 98), np.uint8)), query)
    assert b'"network": "readable", "method": "integrated-gradients", "empty": true' in message


def test_requests_on_one_connection_each_get_their_own_answer(
    server: str, digits: NDArray[np.float32]
) -> None:
    """A refusal in between does not end it."""
    canvases = [(np.kron(digit, np.ones((3, 3))) * 255).astype(np.uint8) for digit in digits[:3]]
    connection = http.client.HTTPConnection(server, timeout=20)
    connection.connect()
    first = connection.sock
    for canvas in canvases:
        for body, expected in (
            (drawing_codec.encode(canvas), (200, maps(canvas, MapRequest("logit")))),
            (b"nonsense", (400, b"expected a drawing of at least 12 bytes, got 8")),
        ):
            connection.request("POST", "/jacviz/answer?space=logit&exact=1", body, TYPE)
            reply = connection.getresponse()
            assert (reply.status, reply.read()) == expected
            assert connection.sock is first
    connection.close()


@given(
    st.dictionaries(
        st.sampled_from(["space", "exact", "network", "method", "ask", "row", "a", "target"]),
        st.text() | st.sampled_from(["logit", "1", "standard", "what-if", "versus", "toward"]),
    )
)
def test_a_random_query_raises_nothing_but_a_short_refusal(query: dict[str, str]) -> None:
    try:
        parse_request(query)
    except RequestError as error:
        status, reason = error.status, str(error)
    else:
        return
    assert status == 400
    assert len(reason) < 500
