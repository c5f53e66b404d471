"""Digits to begin with: one of each class as most people write it, and a hard one."""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jacviz.colours import paint_ink
from jacviz.places import ASSETS

CLASSES = 10
PLAIN, HARD = 0, 5
"""Which of a class' digits in assets/digits.npz; the last three of eight are hard ones."""


@cache
def samples() -> NDArray[np.uint8]:
    """The digits 0 to 9, then 0 to 9 again, hard ones: (20, 28, 28), 255 = full ink."""
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as file:
        images = file["images"]
    each = len(images) // CLASSES
    chosen: NDArray[np.uint8] = np.concatenate([images[PLAIN::each], images[HARD::each]])
    chosen.setflags(write=False)
    return chosen


@cache
def sprite() -> bytes:
    """All of them as one PNG, side by side, black on white."""
    row = np.concatenate(list(samples()), axis=1)
    file = io.BytesIO()
    Image.fromarray(paint_ink(row / 255)).save(file, format="PNG")
    return file.getvalue()
