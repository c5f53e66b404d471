"""Sample digits: of each class a typical one and a hard one."""

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
CLASSES, PER_CLASS = 10, 8
TYPICAL, HARD = 0, 5
"""Indices within a class in assets/digits.npz; the last three of eight are hard ones."""


@cache
def samples() -> UInt8Array:
    """Load the digits 0 to 9, typical ones, then hard ones: (20, 28, 28) uint8, 255 = full ink.

    Raises AssetError as `digits` does.
    """
    images = digits()
    chosen: UInt8Array = np.concatenate([images[TYPICAL::PER_CLASS], images[HARD::PER_CLASS]])
    chosen.setflags(write=False)
    return chosen


@cache
def digits() -> UInt8Array:
    """Load the images in assets/digits.npz, eight a class in the classes' order: (80, 28, 28).

    Raises AssetError, whose text has no path, where the file is missing or damaged.
    """
    try:
        with np.load(ASSETS / FILE, allow_pickle=False) as file:
            images: UInt8Array = file["images"]
    except FileNotFoundError as error:
        raise AssetError(f"{FILE} is missing") from error
    # NumPy and zipfile do not document what they raise for other files.
    except Exception as error:
        raise AssetError(f"{FILE} is damaged") from error
    if images.shape != (PER_CLASS * CLASSES, SIDE, SIDE) or images.dtype != np.uint8:
        raise AssetError(
            f"{FILE} is damaged: expected uint8 images {(PER_CLASS * CLASSES, SIDE, SIDE)}, got "
            f"{images.dtype} {images.shape}"
        )
    images.setflags(write=False)
    return images


@cache
def sprite() -> bytes:
    """Encode all samples as one PNG, side by side, black on white."""
    row = np.concatenate(list(samples()), axis=1)
    file = io.BytesIO()
    Image.fromarray(ink_to_rgb(row / 255)).save(file, format="PNG")
    return file.getvalue()
