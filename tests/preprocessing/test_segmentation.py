"""Paper, however lit and grainy, is not ink; and a negative has the ink of its positive."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image, ImageDraw

from jacviz.preprocessing.image_io import read_image
from jacviz.preprocessing.segmentation import find_ink

HEIGHT, WIDTH = 480, 640


@pytest.fixture(scope="module")
def digit():
    """A 7 in the lower right of a wide canvas."""
    large = Image.new("L", (2 * WIDTH, 2 * HEIGHT))
    pen = ImageDraw.Draw(large)
    pen.line([(700, 450), (960, 450), (790, 850)], fill=255, width=44, joint="curve")
    return np.asarray(large.reduce(2), np.float32) / 255


def box(ink):
    """The rows and columns between which there is ink."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return np.array([rows[0], rows[-1], columns[0], columns[-1]])


def agree(ink, wanted, pixels=3):
    """Whether two drawings share nine tenths of their ink, and the box around it nearly."""
    common = np.minimum(ink, wanted).sum() / np.maximum(ink, wanted).sum()
    return common > 0.9 and np.abs(box(ink) - box(wanted)).max() <= pixels


def photo(digit, *, slope=0.0, vignette=0.0, grain=0.0, contrast=0.8):
    y, x = np.mgrid[-0.5 : 0.5 : HEIGHT * 1j, -0.5 : 0.5 : WIDTH * 1j]
    light = 0.9 * (1 - slope * (x + 0.5)) * (1 - vignette * (x * x + y * y) * 2)
    noise = np.random.default_rng(0).normal(0, grain, digit.shape)
    return np.clip(light * (1 - contrast * digit) + noise, 0, 1).astype(np.float32)


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"grain": 0.03},
        {"slope": 0.5},
        {"slope": 0.5, "vignette": 0.3, "grain": 0.03},
        {"slope": 0.4, "grain": 0.02, "contrast": 0.35},
    ],
    ids=str,
)
def test_a_photo_of_a_digit_frames_like_the_digit(digit, conditions):
    assert agree(find_ink(photo(digit, **conditions)), digit)


@pytest.mark.parametrize("conditions", [{"grain": 0.03}, {"slope": 0.5, "grain": 0.02}], ids=str)
def test_a_photo_of_blank_paper_has_no_ink(conditions):
    assert not find_ink(photo(np.zeros((HEIGHT, WIDTH)), **conditions)).any()


@pytest.mark.parametrize("quality", [40, 75, 95])
def test_jpeg_blemishes_do_not_stretch_the_frame(digit, quality):
    file = io.BytesIO()
    Image.fromarray(np.uint8(255 - 255 * digit)).save(file, "JPEG", quality=quality)
    assert agree(read_image(file.getvalue()), digit, pixels=8)  # JPEG's blocks


def test_dirt_is_not_ink(digit):
    dirty = digit.copy()
    dirty[20:23, 30:33] = 1
    assert agree(find_ink(dirty), digit)


def test_a_line_around_the_picture_is_not_ink(digit):
    outlined = digit.copy()
    outlined[[1, -2], 1:-1] = outlined[1:-1, [1, -2]] = 1
    assert agree(find_ink(outlined), digit)


def test_a_faint_digit_is_drawn_in_full(digit):
    np.testing.assert_allclose(find_ink(1 - 0.2 * digit), digit, atol=0.02)


def test_a_digit_cut_off_close_is_still_ink(digit):
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    close = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.testing.assert_allclose(find_ink(close), close, atol=0.02)
    np.testing.assert_allclose(find_ink(1 - close), close, atol=0.02)


PICTURES = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.integers(0, 255)
)


@given(PICTURES)
@settings(deadline=None)
def test_ink_lies_between_0_and_1_whatever_the_picture(pixels):
    ink = find_ink(pixels.astype(np.float32) / 255)
    assert ink.shape == pixels.shape
    assert 0 <= ink.min() <= ink.max() <= 1


@pytest.mark.parametrize("conditions", [{}, {"slope": 0.4, "grain": 0.02}], ids=str)
def test_a_picture_and_its_negative_lay_ink_in_the_same_places(digit, conditions):
    positive = photo(digit, **conditions)
    assert agree(find_ink(1 - positive), find_ink(positive))
