"""The frame: a model's input made from a drawing, and where it lies on the drawing."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from jacviz.errors import InputError
from jacviz.typing import Float32Array

MAX_PIXELS = 4096 * 4096
"""Of a drawing."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A preprocessed drawing and where it lies on the canvas.

    Coordinates are continuous, row or y before column or x, with the origin at the upper left
    corner of the first pixel: pixel (0, 0) covers [0, 1] x [0, 1] and its centre is (0.5, 0.5), on
    the frame and on the canvas alike.
    """

    image: Float32Array
    """What the network sees: (H, W), or (C, H, W) in colour; float32 in [0, 1], read-only."""
    top: float
    """The canvas y of the frame's upper edge; negative where the frame reaches past the canvas."""
    left: float
    """The canvas x of the frame's left edge."""
    scale: float
    """Canvas pixels per frame pixel; 1 for an empty canvas framed as MNIST."""
    empty: bool
    """Whether there is no ink at all; then the image is zero."""

    def to_canvas(self, row: ArrayLike, col: ArrayLike) -> tuple[Any, Any]:
        """Return the canvas (y, x) of the frame's (row, col); numbers or arrays."""
        return (
            self.top + np.asarray(row, dtype=np.float64) * self.scale,
            self.left + np.asarray(col, dtype=np.float64) * self.scale,
        )

    def to_frame(self, y: ArrayLike, x: ArrayLike) -> tuple[Any, Any]:
        """Return the frame (row, col) of the canvas' (y, x), the inverse of `to_canvas`."""
        return (
            (np.asarray(y, dtype=np.float64) - self.top) / self.scale,
            (np.asarray(x, dtype=np.float64) - self.left) / self.scale,
        )

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """The frame's (top, left, bottom, right) on the canvas, in canvas pixels."""
        height, width = self.image.shape[-2:]
        return (
            self.top,
            self.left,
            self.top + height * self.scale,
            self.left + width * self.scale,
        )


def checked_drawing(ink: ArrayLike) -> Float32Array:
    """Return the drawing as float32 in [0, 1], (H, W); InputError for anything else."""
    if hasattr(ink, "detach"):
        ink = ink.detach().cpu()
    try:
        drawing = np.asarray(ink)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"expected ink as an H x W array, got {type(ink).__name__}: {error}"
        ) from error
    if drawing.ndim != 2:
        raise InputError(
            f"expected ink as H x W, with two axes, got shape {drawing.shape}"
            " (pass one grey channel, without batch or colour axes)"
        )
    if not 0 < drawing.size <= MAX_PIXELS:
        raise InputError(f"expected ink of 1 to {MAX_PIXELS} pixels, got shape {drawing.shape}")
    if drawing.dtype == np.uint8:
        return drawing.astype(np.float32) / np.float32(255)
    if drawing.dtype == np.bool_:
        return drawing.astype(np.float32)
    if not np.issubdtype(drawing.dtype, np.floating):
        raise InputError(
            f"expected ink as floats in [0, 1], uint8 or bool, got dtype {drawing.dtype}"
        )
    low, high = float(drawing.min()), float(drawing.max())
    if not (low >= 0 and high <= 1):
        raise InputError(
            "expected finite ink in [0, 1] (0 background, 1 full ink), "
            f"got {low:g} to {high:g} (pass bytes in 0..255 as uint8)"
        )
    return drawing.astype(np.float32, copy=False)
