"""The default preprocessing: the whole drawing, undistorted, averaged over areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.errors import InputError
from jacviz.preprocessing.letterbox import letterbox

sides = st.integers(1, 50)


@given(sides, sides, sides, sides, st.integers(0, 2**32 - 1))
def test_all_ink_is_there_and_where_the_frame_says(
    height: int, width: int, rows: int, columns: int, seed: int
) -> None:
    ink = np.random.default_rng(seed).random((height, width))
    framed = letterbox(ink, rows, columns)
    assert framed.image.shape == (rows, columns)
    assert framed.image.min() >= 0
    assert framed.image.max() <= 1
    # Areas are averaged: the ink over all of the canvas is that over all of the frame.
    assert framed.image.sum() * framed.scale**2 == pytest.approx(ink.sum(), rel=1e-4)
    top, left, bottom, right = framed.rectangle
    assert top <= 1e-9
    assert left <= 1e-9
    assert bottom >= height - 1e-9
    assert right >= width - 1e-9
    assert min(bottom - top - height, right - left - width) == pytest.approx(0, abs=1e-6)
    # The centre of mass is the same place on both.
    if height * width > 1:
        y, x = (np.average(axis, weights=framed.image) for axis in np.mgrid[:rows, :columns] + 0.5)
        wanted = [np.average(axis, weights=ink) for axis in np.mgrid[:height, :width] + 0.5]
        assert framed.to_canvas(y, x) == pytest.approx(wanted, abs=framed.scale / 2 + 0.5)


def test_a_whole_factor_averages_squares() -> None:
    ink = np.random.default_rng(0).random((40, 48)).astype(np.float32)
    expected = ink.reshape(20, 2, 24, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(letterbox(ink, 20, 24).image, expected, atol=1e-6)


def test_an_empty_drawing_is_empty_and_keeps_its_place() -> None:
    framed = letterbox(np.zeros((392, 392)), 20, 24)
    assert framed.empty
    assert not framed.image.any()
    assert framed.scale == pytest.approx(19.6)
    assert not framed.image.flags.writeable


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(InputError, match="H x W"):
        letterbox(np.zeros(3), 2, 2)
