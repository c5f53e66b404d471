"""Ink that is laid on the sheet is read again as it was."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

import jacviz
from jacviz.ui.canvas import SIDE
from jacviz.ui.laying import initial, placed, restored
from jacviz.ui.samples import samples

MOST = 100  # as in static/canvas/drawing_codec.js


def _reduced(sheet: np.ndarray) -> np.ndarray:
    """The sheet as the page sends it: the rule of static/canvas/drawing_codec.js in other words."""
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))

    def areas(factor: int) -> int:
        return max(int(at[-1] // factor - at[0] // factor) + 1 for at in (rows, columns))

    factor = next(factor for factor in range(1, SIDE) if areas(factor) <= MOST)
    size = -(-SIDE // factor)
    whole = np.zeros((size * factor, size * factor), dtype=int)
    whole[:SIDE, :SIDE] = sheet
    sums = whole.reshape(size, factor, size, factor).sum(axis=(1, 3))
    rounded = np.floor(sums / factor**2 + 0.5)
    return np.where(sums > 0, np.maximum(1, rounded), 0).astype(np.uint8)


@pytest.mark.parametrize("seed", range(40))
def test_a_restored_drawing_is_reduced_to_the_same_drawing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    for _ in range(rng.integers(1, 4)):
        top, left, height, width = rng.integers(1, 300, 4)
        blot = sheet[top : top + height, left : left + width]
        blot[...] = rng.integers(0, 256, blot.shape) * (
            rng.random(blot.shape) < rng.choice([0.1, 1])
        )
    sheet[rng.integers(SIDE), rng.integers(SIDE)] = 1
    sent = _reduced(sheet)
    assert np.array_equal(_reduced(restored(sent)), sent)


@pytest.mark.parametrize("shape", [(30, 30), (90, 40), (1, 1), (1024, 1024)])
def test_a_drawing_of_another_size_is_placed_in_the_middle(shape: tuple[int, int]) -> None:
    drawn = np.zeros(shape, np.uint8)
    drawn[shape[0] // 4 :, shape[1] // 4 :] = 200
    sheet = restored(drawn)
    rows, columns = np.nonzero(sheet)
    assert sheet.shape == (SIDE, SIDE)
    assert sheet.max() == 200
    assert rows.mean() == pytest.approx(SIDE / 2, abs=3)
    assert columns.mean() == pytest.approx(SIDE / 2, abs=3)


def test_an_empty_drawing_stays_empty() -> None:
    assert not restored(np.zeros((SIDE, SIDE), np.uint8)).any()
    assert not restored(np.zeros((3, 5), np.uint8)).any()


def test_a_placed_sample_has_the_frame_of_the_sample_itself() -> None:
    for sample in samples():
        sheet = placed(sample / np.float32(255))
        np.testing.assert_allclose(
            jacviz.frame(_reduced(sheet)).image, jacviz.frame(sample).image, atol=2e-6
        )


def test_the_canvas_is_given_the_sheet_as_black_ink_on_nothing() -> None:
    sheet = placed(samples()[3] / np.float32(255))
    (picture,) = initial(sheet, 1)["objects"]
    data = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
    rgba = np.asarray(Image.open(io.BytesIO(data)))
    assert np.array_equal(rgba[..., 3], sheet)
    assert not rgba[..., :3].any()
    assert initial(None, 2)["objects"] == []
