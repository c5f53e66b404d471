"""Framing: a drawing of any size becomes the image MNIST would have made of it."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from jacviz.errors import InputError
from jacviz.preprocessing.frame import Frame
from jacviz.preprocessing.mnist import BOX, SIDE, frame, frame_stack

Ink = NDArray[np.uint8]

# Drawings of up to 40 x 40 pixels with ink in most of them: dots, lines, noise, full canvases.
shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
drawings = shapes.flatmap(lambda shape: hnp.arrays(np.uint8, shape)).filter(lambda ink: ink.any())


def on_canvas(ink: Ink, top: int, left: int, size: int = 100) -> Ink:
    canvas = np.zeros((size, size), np.uint8)
    canvas[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return canvas


def centre_of_mass(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Row and column, with pixel centres at +0.5."""
    places = np.arange(len(image)) + 0.5
    return np.array([places @ image.sum(1), places @ image.sum(0)]) / image.sum(dtype=np.float64)


def qmnist(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """The published steps, one pixel at a time, for drawings with no faint ink."""
    rows, columns = np.nonzero(ink)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    side = max(bottom - top, right - left, 10)
    up, back = top - (side - (bottom - top)) / 2, left - (side - (right - left)) / 2
    box = np.zeros((BOX, BOX))
    for i in range(BOX):
        for j in range(BOX):
            y0, y1 = up + i * side / BOX, up + (i + 1) * side / BOX
            x0, x1 = back + j * side / BOX, back + (j + 1) * side / BOX
            for y in range(max(0, int(y0)), min(len(ink), int(np.ceil(y1)))):
                for x in range(max(0, int(x0)), min(ink.shape[1], int(np.ceil(x1)))):
                    covered = (min(y1, y + 1) - max(y0, y)) * (min(x1, x + 1) - max(x0, x))
                    box[i, j] += max(covered, 0) * ink[y, x] / (side / BOX) ** 2
    down, across = (int(15 - c + 1e-3) for c in centre_of_mass(box.astype(np.float32)))
    image = np.zeros((SIDE, SIDE))
    image[down : down + BOX, across : across + BOX] = box
    return image


def test_agrees_with_the_published_steps_written_out_pixel_by_pixel() -> None:
    y, x = np.mgrid[:150, :160]
    ring = np.abs(np.hypot(y - 70, (x - 60) * 1.4) - 40) < 9
    tail = (np.abs(x - 95) < 5) & (y > 60) & (y < 133)
    for ink in (ring, tail, ring | tail, np.rot90(ring | tail)):
        np.testing.assert_allclose(frame(ink).image, qmnist(ink.astype(float)), atol=1e-5)


@given(drawings, st.integers(0, 60), st.integers(0, 60))
def test_where_the_ink_lies_on_the_canvas_does_not_matter(ink: Ink, top: int, left: int) -> None:
    here, there = frame(on_canvas(ink, 0, 0)), frame(on_canvas(ink, top, left))
    np.testing.assert_allclose(there.image, here.image, atol=1e-5)
    assert there.top - here.top == pytest.approx(top)
    assert there.left - here.left == pytest.approx(left)


@given(drawings, st.sampled_from([2, 3]))
def test_drawing_larger_by_whole_factors_changes_nothing(ink: Ink, factor: int) -> None:
    large = np.kron(on_canvas(ink, 0, 0, 40), np.ones((factor, factor), np.uint8))
    np.testing.assert_allclose(frame(large).image, frame(on_canvas(ink, 0, 0, 40)).image, atol=1e-5)


@given(drawings)
def test_the_ink_is_centred_to_within_a_pixel_unless_the_box_would_leave_the_frame(
    ink: Ink,
) -> None:
    framed = frame(ink)
    inked = np.nonzero(ink > 0.05 * ink.max())
    offset = centre_of_mass(framed.image) - SIDE / 2
    box = framed.to_frame(*((axis.min() + axis.max() + 1) / 2 for axis in inked))
    for axis in (0, 1):
        at_edge = min(box[axis], SIDE - box[axis]) < BOX / 2 + 0.5
        assert at_edge or -0.001 <= offset[axis] <= 1.001


@given(drawings)
def test_no_ink_is_made_up_and_all_of_it_fits(ink: Ink) -> None:
    image = frame(ink).image
    assert image.shape == (SIDE, SIDE)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() <= ink.max() / 255 + 1e-5
    # The mean darkness inside the box times its area is the ink that was drawn.
    clear = np.where(ink > 0.05 * ink.max(), ink, 0)
    if clear.any():
        framed = frame(clear)
        assert framed.image.sum() * framed.scale**2 == pytest.approx(clear.sum() / 255, rel=1e-3)


@given(drawings)
def test_bytes_are_the_same_as_floats(ink: Ink) -> None:
    expected = frame(ink).image
    np.testing.assert_array_equal(frame(ink.astype(np.float32) / np.float32(255)).image, expected)
    np.testing.assert_allclose(frame(ink / 255).image, expected, atol=1e-6)
    np.testing.assert_allclose(frame(torch.from_numpy(ink / 255)).image, expected, atol=1e-6)


@given(drawings, st.floats(-50, 50), st.floats(-50, 50))
def test_the_two_mappings_undo_each_other(ink: Ink, row: float, col: float) -> None:
    framed = frame(ink)
    assert framed.to_frame(*framed.to_canvas(row, col)) == (
        pytest.approx(row, abs=1e-9),
        pytest.approx(col, abs=1e-9),
    )


@given(drawings)
def test_the_centre_of_mass_lies_at_the_same_place_on_frame_and_canvas(ink: Ink) -> None:
    clear = np.where(ink > 0.05 * ink.max(), ink, 0)
    if clear.any():
        framed = frame(clear)
        y, x = np.mgrid[: ink.shape[0], : ink.shape[1]] + 0.5
        weights = clear / clear.sum()
        expected = framed.to_canvas(*centre_of_mass(framed.image))
        centre = [(y * weights).sum(), (x * weights).sum()]
        assert centre == pytest.approx(expected, abs=framed.scale / 2)


def test_mappings_take_arrays_and_the_rectangle_is_the_frame_on_the_canvas() -> None:
    framed = frame(on_canvas(np.full((60, 20), 255, np.uint8), 5, 7))
    y, x = framed.to_canvas(np.array([0, SIDE]), np.array([0, SIDE]))
    assert framed.rectangle == (y[0], x[0], y[1], x[1])
    assert framed.scale == 3
    # MNIST's centre of mass lies between 14 and 15; a symmetric digit's lies at 15.
    assert framed.to_canvas(15, 15) == (35, 17)


@pytest.mark.parametrize("ink", [np.zeros((7, 9)), np.zeros((280, 280), np.uint8)])
def test_no_ink_gives_an_explicit_empty_frame(ink: NDArray[np.float64]) -> None:
    framed = frame(ink)
    assert framed.empty
    assert not framed.image.any()
    assert framed.rectangle == (0, 0, SIDE, SIDE)
    assert framed.to_canvas(3, 4) == framed.to_frame(3, 4) == (3, 4)


def test_a_one_stays_as_narrow_as_it_was_drawn() -> None:
    bar = np.zeros((280, 280), np.uint8)
    bar[40:240, 130:150] = 255
    image = frame(bar).image
    assert np.count_nonzero(image.sum(0)) <= 3
    assert np.count_nonzero(image.sum(1)) == BOX


def test_a_faint_fringe_does_not_shrink_the_digit() -> None:
    bar = on_canvas(np.full((60, 20), 255, np.uint8), 20, 40)
    smudged = np.maximum(bar, on_canvas(np.full((90, 90), 6, np.uint8), 5, 5))
    np.testing.assert_allclose(frame(smudged).image, frame(bar).image, atol=0.03)


def test_a_pale_drawing_is_framed_like_a_dark_one_and_stays_pale() -> None:
    bar = on_canvas(np.full((60, 20), 200, np.uint8), 20, 40)
    np.testing.assert_allclose(frame(bar // 100).image * 100, frame(bar).image, atol=1e-5)


def test_a_frame_cannot_be_changed() -> None:
    framed = frame(np.ones((20, 20)))
    with pytest.raises(ValueError, match="read-only"):
        framed.image[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        framed.top = 0.0  # type: ignore[misc]


def test_the_drawing_is_left_alone_and_not_kept() -> None:
    ink = np.random.default_rng(0).random((50, 60)).astype(np.float32)
    before = ink.copy()
    framed = frame(ink)
    np.testing.assert_array_equal(ink, before)
    assert not np.shares_memory(ink, framed.image)


@given(st.lists(hnp.arrays(np.float32, (12, 17), elements=st.floats(0, 1, width=32)), min_size=1))
def test_many_drawings_at_once_are_framed_like_each_by_itself(
    inks: list[NDArray[np.float32]],
) -> None:
    images, tops, lefts, scales = frame_stack(np.stack(inks))
    for number, ink in enumerate(inks):
        alone = frame(ink)
        np.testing.assert_allclose(images[number], alone.image, atol=1e-6)
        assert (scales[number] == 0) == alone.empty
        if not alone.empty:
            assert (tops[number], lefts[number], scales[number]) == (
                pytest.approx(alone.top),
                pytest.approx(alone.left),
                pytest.approx(alone.scale),
            )


@pytest.mark.parametrize(
    ("ink", "message"),
    [
        (np.zeros(784), r"two axes, got shape \(784,\)"),
        (np.zeros((28, 28, 3)), r"got shape \(28, 28, 3\)"),
        (np.zeros((0, 5)), r"1 to 16777216 pixels, got shape \(0, 5\)"),
        (np.zeros((4097, 4096), bool), "1 to 16777216 pixels"),
        (np.zeros((5, 5), np.int64), "got dtype int64"),
        (np.zeros((5, 5), complex), "got dtype complex128"),
        (np.array([["a", "b"]]), "got dtype <U1"),
        ([[0.0], [0.0, 1.0]], "got list"),
        (np.full((5, 5), 1.01), "got 1.01 to 1.01"),
        (np.full((5, 5), -0.01), "got -0.01"),
        (np.array([[0.5, np.nan]]), "finite"),
        (np.array([[0.5, np.inf]]), "got 0.5 to inf"),
    ],
)
def test_what_is_no_ink_is_refused_with_what_would_be(ink: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        frame(ink)  # type: ignore[arg-type]


def enlarged(digit: NDArray[np.float32], resample: Image.Resampling) -> Ink:
    picture = Image.fromarray(np.round(digit * 255).astype(np.uint8))
    return np.asarray(picture.resize((280, 280), resample))


@pytest.mark.parametrize(
    ("resample", "mean_difference", "in_place"),
    [(Image.Resampling.NEAREST, 0.012, 0.8), (Image.Resampling.BICUBIC, 0.04, 0.75)],
)
def test_an_enlarged_mnist_digit_comes_back_nearly_itself(
    digits: NDArray[np.float32],
    resample: Image.Resampling,
    mean_difference: float,
    in_place: float,
) -> None:
    again: list[Frame] = [frame(enlarged(digit, resample)) for digit in digits]
    images = np.stack([framed.image for framed in again])
    assert np.abs(images - digits).mean() < mean_difference
    moved = [
        np.abs(centre_of_mass(image) - centre_of_mass(digit)).max() > 0.5
        for image, digit in zip(images, digits, strict=True)
    ]
    assert 1 - np.mean(moved) >= in_place
