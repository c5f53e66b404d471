"""The derivatives of all outputs with respect to one pixel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from jacviz.explain.inputs import Pixel, checked_ink, checked_pixel
from jacviz.explain.sensitivity import Sensitivity
from jacviz.output_spaces import Space
from jacviz.typing import Float64Array


@dataclass(frozen=True, eq=False)
class Inspection:
    """One pixel's ink and the derivatives of every output with respect to it."""

    pixel: Pixel
    ink: float
    space: Space
    derivatives: Float64Array
    """(M,): the change of each output per unit of ink at this pixel."""
    total: float
    """Their sum; for probabilities 0 up to rounding, because they sum to 1."""


def inspect(
    image: ArrayLike,
    sensitivity: Sensitivity,
    pixel: Sequence[int],
    space: Space = "probability",
) -> Inspection:
    """Inspect one pixel of an image whose sensitivity is known.

    `pixel` is (row, column) for an image (H, W), (channel, row, column) for (C, H, W).
    Raises InputError for a pixel outside the image and for an unknown space.
    """
    ink = checked_ink(image)
    index = checked_pixel(pixel, ink.shape)
    derivatives = np.array([row[index] for row in sensitivity.jacobian(space)], np.float64)
    return Inspection(index, float(ink[index]), space, derivatives, float(derivatives.sum()))
