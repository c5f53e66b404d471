"""Check the arguments of explanations: an image of ink, a pixel, a class."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from jacviz.errors import InputError
from jacviz.typing import Float32Array

Pixel: TypeAlias = tuple[int, ...]
"""An index into an image: (row, column), or (channel, row, column) where there are channels."""


def checked_ink(image: ArrayLike) -> Float32Array:
    """Return the image as float32; InputError unless all values lie in [0, 1]."""
    try:
        ink = np.asarray(image, dtype=np.float32)
    except Exception as error:  # of anything that is no array
        raise InputError(
            f"expected an image of ink in [0, 1], got {type(image).__name__}: {error}"
        ) from error
    if ink.size == 0:
        raise InputError(f"expected an image of ink in [0, 1], got no pixels, shape {ink.shape}")
    low, high = float(ink.min()), float(ink.max())
    if not (low >= 0 and high <= 1):
        raise InputError(
            "expected an image of ink in [0, 1] (0 background, 1 full ink), "
            f"got values from {low:g} to {high:g}"
        )
    return ink


def checked_pixel(pixel: Sequence[int], shape: tuple[int, ...]) -> Pixel:
    """Return the pixel as an index into an image of this shape; InputError outside of it."""
    index = tuple(map(int, pixel))
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        last = tuple(n - 1 for n in shape)
        first = (0,) * len(shape)
        raise InputError(f"expected a pixel from {first} to {last}, got {index}")
    return index


def checked_class(number: int, classes: int) -> int:
    """Return the class as a number from 0 to classes - 1; InputError for any other."""
    if not 0 <= number < classes:
        raise InputError(f"expected a class from 0 to {classes - 1}, got {number}")
    return int(number)
