"""The other questions about a drawing: the real server answers as the library, or says why not."""

import http.client
import json
import re
import secrets
import threading
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

import jacviz
from jacviz.compiler import CompiledJacobian
from jacviz.explain import attribute, brush, toward, versus, what_if
from jacviz.explain.attribution_specs import AttributionName
from jacviz.export import drawing_codec
from jacviz.models.shipped import WEIGHTS
from jacviz.output_spaces import SPACES, Space

BLANK = drawing_codec.encode(np.zeros((98, 98), np.uint8))
DOT = drawing_codec.encode(np.full((20, 20), 255, np.uint8))


@pytest.fixture(scope="module")
def server(app: str) -> str:
    return urlsplit(app).netloc


@pytest.fixture(params=WEIGHTS)
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ink(digits: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.kron(digits[0], np.ones((3, 3))) * 255).astype(np.uint8)


def _graph(network: str) -> CompiledJacobian:
    return jacviz.compile_jacobian(jacviz.load_lenet5(network), np.zeros((1, 28, 28), np.float32))


def _ask(netloc: str, body: bytes, query: str, page: str | None = None) -> tuple[int, bytes]:
    """Status and answer; each question is another page's unless one is named."""
    page = page or secrets.token_hex(8)
    connection = http.client.HTTPConnection(netloc, timeout=20)
    try:
        headers = {"Content-Type": "application/octet-stream"}
        connection.request("POST", f"/jacviz/answer?page={page}&{query}", body, headers)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def _found(netloc: str, ink: NDArray[np.uint8], query: str) -> Any:
    status, message = _ask(netloc, drawing_codec.encode(ink), query)
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


@pytest.mark.parametrize("space", SPACES)
def test_a_check_is_the_librarys(server: str, ink: NDArray[np.uint8], space: Space) -> None:
    found = _found(server, ink, f"ask=check&network=readable&space={space}")
    image = jacviz.frame(ink).image
    last = {"probability": nn.Softmax(dim=1), "log-probability": nn.LogSoftmax(dim=1)}
    expected = jacviz.check(
        nn.Sequential(jacviz.load_lenet5("readable"), last.get(space, nn.Identity())),
        image[None],
        jacobian=jacviz.sensitivity(_graph("readable"), image).jacobian(space)[:, None],
        pixels="all",
    )
    assert expected.where is not None
    assert (found["checked"], found["total"], found["failures"], found["kinks"]) == (784, 784, 0, 0)
    assert found["passed"]
    assert found["worst"] == pytest.approx(expected.worst, rel=1e-6)
    assert [found["output"], *found["pixel"]] == [expected.where[0], *expected.where[2:]]
    assert found["sums"] == pytest.approx(expected.sums, rel=1e-6)


def test_a_check_takes_as_many_pixels_as_asked_and_others_each_time(
    server: str, ink: NDArray[np.uint8]
) -> None:
    found = [_found(server, ink, "ask=check&space=logit&pixels=5") for _ in range(4)]
    assert all(one["checked"] == 5 and one["passed"] for one in found)
    assert len({tuple(one["pixel"]) for one in found}) > 1


@pytest.mark.parametrize("method", ["gradient", "integrated-gradients"])
def test_a_way_is_the_librarys_with_an_answer_to_each_of_its_images(
    server: str, ink: NDArray[np.uint8], network: str, method: AttributionName
) -> None:
    query = f"network={network}&space=logit&method={method}&exact=1"
    status, message = _ask(server, drawing_codec.encode(ink), f"ask=toward&target=3&{query}")
    assert status == 200
    length = int.from_bytes(message[:4], "little")
    found, rest = json.loads(message[4 : 4 + length]), message[4 + length :]
    graph = _graph(network)
    expected = toward(graph, jacviz.frame(ink).image, 3)
    assert (found["target"], found["flipped"]) == (3, expected.flipped)
    assert found["ending"] == expected.ending
    sizes = [(size.l1, size.l2, size.largest) for size in expected.sizes]
    assert np.allclose(found["sizes"], sizes, rtol=1e-4, atol=1e-6)
    assert len(found["lengths"]) == len(expected.images)
    assert sum(found["lengths"]) == len(rest)
    for image, probabilities, size in zip(
        expected.images, expected.probabilities, found["lengths"], strict=True
    ):
        answer, rest = rest[:size], rest[size:]
        numbers = np.frombuffer(answer[4 + int.from_bytes(answer[:4], "little") :], "<f4")
        assert np.allclose(numbers[:784].reshape(28, 28), image, atol=1e-5)
        assert np.allclose(numbers[784:794], probabilities, atol=1e-4)
        maps = attribute(graph, numbers[:784].reshape(28, 28), method, "logit").maps
        assert np.allclose(numbers[804:].reshape(10, 28, 28), maps, atol=1e-4)


def test_a_check_holds_up_no_other_answer(server: str, ink: NDArray[np.uint8]) -> None:
    body = drawing_codec.encode(ink)
    checks = [
        threading.Thread(target=_ask, args=(server, body, "ask=check&space=logit", f"slow-{n}"))
        for n in range(6)
    ]
    for one in checks:
        one.start()
    answered = 0
    while any(one.is_alive() for one in checks):
        assert _ask(server, body, "space=logit&exact=1")[0] == 200
        answered += 1
    # One after the other they would wait for the checks: there would be one at most.
    assert answered > len(checks)


def test_a_page_that_asks_too_much_of_what_takes_long_is_refused(
    server: str, ink: NDArray[np.uint8]
) -> None:
    body, query = drawing_codec.encode(ink), "ask=check&space=logit&pixels=1"
    statuses = [_ask(server, body, query, "greedy")[0] for _ in range(40)]
    assert set(statuses) == {200, 429}
    assert _ask(server, body, "ask=versus", "greedy")[0] == 200


@pytest.mark.parametrize(
    ("body", "query", "reason"),
    [
        (DOT, "ask=why", "ask: expected one of maps, what-if, versus, .* got 'why'"),
        (DOT, "ask=versus&network=vgg", "network: expected one of"),
        (DOT, "ask=versus&a=10&b=1", "a: expected an integer from 0 to 9"),
        (DOT, "ask=versus&a=1&b=1", "two different classes, got 1 twice"),
        (BLANK, "ask=versus", "got an empty canvas"),
        (BLANK, "ask=what-if&row=3&column=3&radius=0", "got an empty canvas"),
        (b"", "ask=versus", "at least 12 bytes"),
        (DOT, "ask=toward&target=10&space=logit&exact=1", "target: expected an integer"),
        (DOT, "ask=toward&space=logit&exact=1", "target: expected an integer from 0 to 9"),
        (DOT, "ask=toward&target=1&exact=1", "space: expected one of"),
        (BLANK, "ask=toward&target=1&space=logit&exact=1", "got an empty canvas"),
        (DOT, "ask=check&space=odds", "space: expected one of"),
        (DOT, "ask=check&space=logit&pixels=0", "pixels: expected an integer from 1 to 784"),
        (DOT, "ask=check&space=logit&pixels=785", "pixels: expected an integer from 1 to 784"),
        (BLANK, "ask=check&space=logit", "got an empty canvas"),
        (DOT, "ask=what-if&row=3&radius=1", "column: expected an integer"),
        (DOT, "ask=what-if&row=-1&column=3&radius=1", "row: .* 0 to 27"),
        (DOT, "ask=what-if&row=3&column=28&radius=1", "column: .* 0 to 27"),
        (DOT, "ask=what-if&row=3&column=3&radius=4", "radius: .* 0 to 3"),
        (DOT, "ask=what-if&row=3&column=3&radius=%C2%B2", "radius: .* 0 to 3"),
    ],
)
def test_what_is_no_question_gets_a_reason(
    server: str, body: bytes, query: str, reason: str
) -> None:
    status, said = _ask(server, body, query)
    assert status == 400
    assert re.search(reason, said.decode())
