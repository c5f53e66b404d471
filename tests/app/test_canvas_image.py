"""Ink that is laid on the canvas is read again as it was."""

import base64
import io
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

import jacviz
from jacviz.app.canvas import SIDE_PX
from jacviz.app.canvas_image import fit_image, initial_drawing, restore_drawing
from jacviz.app.samples import samples
from jacviz.export import drawing_codec
from jacviz.resources import FRONTEND

SCRIPT = FRONTEND / "canvas" / "drawing_codec.js"

# Answers each canvas of so many pixels a side with the page's own message, its length before it.
ENCODE = """
import { readFileSync } from "node:fs";
const [script, side] = process.argv.slice(1);
const { encodeDrawing } = await import(script);
const canvases = readFileSync(0);
for (let at = 0; at < canvases.length; at += side * side) {
  const rgba = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < side * side; i++) rgba[4 * i + 3] = canvases[at + i];
  const message = encodeDrawing(rgba, Number(side), Number(side));
  process.stdout.write(new Uint8Array(new Uint32Array([message.length]).buffer));
  process.stdout.write(message);
}
"""


def _sent(canvases: list[np.ndarray]) -> list[np.ndarray]:
    """The drawings that the page sends of these canvases, (392, 392) uint8 each."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("runs the page's script: needs Node")
    command = [node, "--input-type=module", "-e", ENCODE, SCRIPT.as_uri(), str(SIDE_PX)]
    said = subprocess.run(
        command, input=np.stack(canvases).tobytes(), capture_output=True, check=True
    ).stdout
    drawings = []
    while said:
        length = int.from_bytes(said[:4], "little")
        drawings.append(drawing_codec.decode(said[4 : 4 + length]))
        said = said[4 + length :]
    assert len(drawings) == len(canvases)
    return drawings


def _blots(seed: int) -> np.ndarray:
    """A canvas with one to three rectangles of noise, dense or sparse, and a single faint pixel."""
    rng = np.random.default_rng(seed)
    canvas = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    for _ in range(rng.integers(1, 4)):
        top, left, height, width = rng.integers(1, 300, 4)
        blot = canvas[top : top + height, left : left + width]
        blot[...] = rng.integers(0, 256, blot.shape) * (
            rng.random(blot.shape) < rng.choice([0.1, 1])
        )
    canvas[rng.integers(SIDE_PX), rng.integers(SIDE_PX)] = 1
    return canvas


def test_a_restored_drawing_is_sent_as_the_same_drawing() -> None:
    first = _sent([_blots(seed) for seed in range(40)])
    again = _sent([restore_drawing(drawn) for drawn in first])
    assert len({drawn.shape for drawn in first}) > 1
    for drawn, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(same, drawn)


@pytest.mark.parametrize("shape", [(30, 30), (90, 40), (1, 1), (1024, 1024)])
def test_a_drawing_of_another_size_is_placed_in_the_middle(shape: tuple[int, int]) -> None:
    drawn = np.zeros(shape, np.uint8)
    drawn[shape[0] // 4 :, shape[1] // 4 :] = 200
    canvas = restore_drawing(drawn)
    rows, columns = np.nonzero(canvas)
    assert canvas.shape == (SIDE_PX, SIDE_PX)
    assert canvas.max() == 200
    assert rows.mean() == pytest.approx(SIDE_PX / 2, abs=3)
    assert columns.mean() == pytest.approx(SIDE_PX / 2, abs=3)


def test_an_empty_drawing_stays_empty() -> None:
    assert not restore_drawing(np.zeros((SIDE_PX, SIDE_PX), np.uint8)).any()
    assert not restore_drawing(np.zeros((3, 5), np.uint8)).any()


def test_a_placed_sample_has_the_frame_of_the_sample_itself() -> None:
    canvases = [fit_image(sample / np.float32(255)) for sample in samples()]
    for sample, drawn in zip(samples(), _sent(canvases), strict=True):
        np.testing.assert_allclose(jacviz.frame(drawn).image, jacviz.frame(sample).image, atol=2e-6)


def test_the_canvas_is_given_a_drawing_as_black_ink_on_nothing() -> None:
    canvas = fit_image(samples()[3] / np.float32(255))
    (picture,) = initial_drawing(canvas, 1)["objects"]
    data = base64.b64decode(picture["src"].removeprefix("data:image/png;base64,"))
    rgba = np.asarray(Image.open(io.BytesIO(data)))
    assert np.array_equal(rgba[..., 3], canvas)
    assert not rgba[..., :3].any()
    assert initial_drawing(None, 2)["objects"] == []
