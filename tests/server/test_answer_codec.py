"""The message that carries an answer."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from jacviz.explain.sensitivity import Sensitivity
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.frame import Frame
from jacviz.server import answer_codec
from jacviz.server.map_request import MapRequest

LABELS = ["a", "b", "c"]
random = np.random.default_rng(0)
IMAGE = random.random((4, 5), dtype=np.float32)
FRAME = Frame(IMAGE, 2.5, -1.25, 3.5, False)
CANVAS = (98, 120)
SENSED = Sensitivity(
    random.normal(size=3).astype(np.float32), random.normal(size=(3, 4, 5)).astype(np.float32)
)


def _read(message: bytes) -> tuple[dict[str, object], bytes]:
    length = int.from_bytes(message[:4], "little")
    return json.loads(message[4 : 4 + length]), message[4 + length :]


def _floats(body: bytes, start: int, count: int) -> NDArray[np.float32]:
    return np.frombuffer(body, "<f4", count, 4 * start)


@pytest.mark.parametrize("space", SPACES)
def test_an_exact_answer_carries_the_librarys_own_numbers(space: Space) -> None:
    header, body = _read(
        answer_codec.encode(FRAME, CANVAS, SENSED, MapRequest(space), labels=LABELS)
    )
    assert header["top"] == SENSED.top
    assert header["saturated"] is False
    assert header["sheet"] == list(CANVAS)
    assert header["place"] == [FRAME.top, FRAME.left, FRAME.scale]
    assert np.array_equal(_floats(body, 0, 20).reshape(4, 5), IMAGE)
    assert np.array_equal(_floats(body, 20, 3), SENSED.probabilities.astype(np.float32))
    maps = SENSED.jacobian(space)
    assert np.array_equal(_floats(body, 23, 3), np.abs(maps).max(axis=(1, 2)))
    assert np.array_equal(_floats(body, 26, 60).reshape(3, 4, 5), maps)
    assert len(body) == 4 * 86


@pytest.mark.parametrize("space", SPACES)
def test_a_picture_is_true_to_half_a_step_of_each_maps_own_scale(space: Space) -> None:
    _, body = _read(
        answer_codec.encode(FRAME, CANVAS, SENSED, MapRequest(space, exact=False), labels=LABELS)
    )
    largest = _floats(body, 23, 3)[:, None, None]
    steps = np.frombuffer(body, np.int8, 60, 4 * 26).reshape(3, 4, 5)
    error = np.abs(steps * largest / 127 - SENSED.jacobian(space))
    assert (error <= largest * (0.5 / 127) * (1 + 1e-5)).all()


def test_maps_of_zero_stay_zero() -> None:
    flat = Sensitivity(np.zeros(3, np.float32), np.zeros((3, 4, 5), np.float32))
    _, body = _read(
        answer_codec.encode(FRAME, CANVAS, flat, MapRequest("logit", exact=False), labels=LABELS)
    )
    assert not np.frombuffer(body, np.int8, 60, 4 * 26).any()


def test_an_empty_frame_carries_the_frame_alone() -> None:
    blank = Frame(np.zeros((4, 5), np.float32), 0, 0, 1, True)
    header, body = _read(
        answer_codec.encode(blank, CANVAS, None, MapRequest("logit"), labels=LABELS)
    )
    assert header["empty"] is True
    assert body == bytes(80)


def test_floats_begin_at_a_multiple_of_four() -> None:
    for labels in (["x"], ["é", "b"], ["longer", "y", "z"]):
        message = answer_codec.encode(FRAME, CANVAS, None, MapRequest("logit"), labels=labels)
        assert int.from_bytes(message[:4], "little") % 4 == 0
