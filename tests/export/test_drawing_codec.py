"""The message that carries a drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from jacviz.errors import InputError
from jacviz.export import drawing_codec

canvases = arrays(
    np.uint8,
    array_shapes(min_dims=2, max_dims=2, max_side=40),
    elements=st.sampled_from([0, 0, 0, 1, 255]),
)


@given(canvases)
def test_a_canvas_survives_the_journey(canvas: np.ndarray) -> None:
    assert np.array_equal(drawing_codec.decode(drawing_codec.encode(canvas)), canvas)


@given(st.binary(max_size=64))
def test_whatever_arrives_is_a_canvas_or_refused(message: bytes) -> None:
    try:
        canvas = drawing_codec.decode(message)
    except InputError:
        return
    assert np.array_equal(drawing_codec.decode(drawing_codec.encode(canvas)), canvas)


def test_an_empty_canvas_is_a_header_alone() -> None:
    assert len(drawing_codec.encode(np.zeros((98, 98), np.uint8))) == drawing_codec.HEADER_BYTES


def _header(*numbers: int) -> bytes:
    return np.array(numbers, "<u2").tobytes()


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (b"", "at least 12 bytes"),
        (_header(0, 98, 0, 0, 0, 0), "1 to 1024 pixels a side, got 0x98"),
        (_header(2000, 98, 0, 0, 0, 0), "got 2000x98"),
        (_header(98, 98, 90, 0, 10, 1) + bytes(10), "within the canvas"),
        (_header(98, 98, 0, 0, 2, 2) + bytes(3), "expected 16 bytes .* got 15"),
    ],
)
def test_a_damaged_drawing_is_named(drawing: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        drawing_codec.decode(drawing)
