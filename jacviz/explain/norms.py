"""Norms of a change of an image."""

from dataclasses import dataclass

import numpy as np

from jacviz.typing import Float32Array


@dataclass(frozen=True)
class Size:
    """A change of ink, measured in three ways; ink is 0 for background and 1 for full ink."""

    l1: float
    """The ink added plus the ink taken away, over all pixels."""
    l2: float
    """The square root of the summed squares: the length of the change."""
    largest: float
    """The change of the pixel that changes most."""

    @classmethod
    def between(cls, image: Float32Array, other: Float32Array) -> "Size":
        """Measure the change from one image to another of the same shape."""
        change = np.subtract(other, image, dtype=np.float64)
        return cls(
            l1=float(np.abs(change).sum()),
            l2=float(np.sqrt(np.square(change).sum())),
            largest=float(np.abs(change).max()),
        )
