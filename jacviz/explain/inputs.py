"""What questions accept: an image of ink, one of its pixels, one of the classes."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from jacviz.errors import InputError
from jacviz.typing import Float32Array

Pixel: TypeAlias = tuple[int, ...]
"""An index into an image: (row, column), or (channel, row, column) where there are channels."""


def checked_ink(image: ArrayLike) -> Float32Array:
    """The image as float32; InputError unless all of it lies in [0, 1]."""
    try:
        ink = np.asarray(image, dtype=np.float32)
    except Exception as error:  # of anything that is no array
        raise InputError(f"expected an image of ink in [0, 1]: {error}") from error
    if ink.size == 0 or not (ink.min() >= 0 and ink.max() <= 1):
        raise InputError("an image of ink in [0, 1] is accepted (0 paper, 1 full ink)")
    return ink


def checked_pixel(pixel: Sequence[int], shape: tuple[int, ...]) -> Pixel:
    """The pixel as an index into an image of this shape; InputError where there is none."""
    index = tuple(map(int, pixel))
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        last = tuple(n - 1 for n in shape)
        raise InputError(f"pixel {index} is not in the image, which goes up to {last}")
    return index


def checked_class(number: int, classes: int) -> int:
    """The class as a number from 0 to classes - 1; InputError for any other."""
    if not 0 <= number < classes:
        raise InputError(f"class {number} is outside 0 to {classes - 1}")
    return int(number)
