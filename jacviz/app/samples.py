"""Digits to begin with: one of each class as most people write it, and a hard one."""

import io
from functools import cache

import numpy as np
from PIL import Image

from jacviz.errors import AssetError
from jacviz.export.colormap import ink_to_rgb
from jacviz.preprocessing.mnist import SIDE
from jacviz.resources import ASSETS
from jacviz.typing import UInt8Array

FILE = "digits.npz"
CLASSES, EACH = 10, 8
PLAIN, HARD = 0, 5
"""Which of a class' digits in assets/digits.npz; the last three of eight are hard ones."""


@cache
def samples() -> UInt8Array:
    """The digits 0 to 9, then 0 to 9 again, hard ones: (20, 28, 28), 255 = full ink.

    Raises AssetError as `digits` does.
    """
    images = digits()
    chosen: UInt8Array = np.concatenate([images[PLAIN::EACH], images[HARD::EACH]])
    chosen.setflags(write=False)
    return chosen


@cache
def digits() -> UInt8Array:
    """The images in assets/digits.npz, eight a class in the classes' order: (80, 28, 28).

    Raises AssetError, which tells no path, where the file is missing or damaged.
    """
    try:
        with np.load(ASSETS / FILE, allow_pickle=False) as file:
            images: UInt8Array = file["images"]
    except FileNotFoundError as error:
        raise AssetError(f"{FILE} is missing") from error
    # What NumPy and zipfile raise for a file that is none of theirs is not written down.
    except Exception as error:
        raise AssetError(f"{FILE} is damaged") from error
    if images.shape != (EACH * CLASSES, SIDE, SIDE) or images.dtype != np.uint8:
        raise AssetError(
            f"{FILE} is damaged: expected uint8 images {(EACH * CLASSES, SIDE, SIDE)}, got "
            f"{images.dtype} {images.shape}"
        )
    images.setflags(write=False)
    return images


@cache
def sprite() -> bytes:
    """All of them as one PNG, side by side, black on white."""
    row = np.concatenate(list(samples()), axis=1)
    file = io.BytesIO()
    Image.fromarray(ink_to_rgb(row / 255)).save(file, format="PNG")
    return file.getvalue()
