"""Letterboxing: resize a whole drawing to another size, its aspect ratio kept."""

import numpy as np
from numpy.typing import ArrayLike

from jacviz.preprocessing.frame import Frame, checked_drawing
from jacviz.typing import Float32Array


def letterbox(ink: ArrayLike, height: int, width: int) -> Frame:
    """Fit a drawing into (height, width) by averaging areas, its aspect ratio kept.

    The drawing is centred; the borders are background, 0. `ink` is as for `jacviz.frame`. Raises
    InputError for anything else.
    """
    drawing = checked_drawing(ink)
    rows, columns = drawing.shape
    scale = max(rows / height, columns / width)
    top, left = (rows - height * scale) / 2, (columns - width * scale) / 2
    # einsum instead of matmul, whose threads cost more than they gain here (see mnist.py).
    image = np.einsum("hy,yx->hx", _area_weights(top, scale, height, rows), drawing)
    image = np.einsum("hx,wx->hw", image, _area_weights(left, scale, width, columns)).clip(0, 1)
    image.setflags(write=False)
    return Frame(image, top, left, scale, not drawing.any())


def _area_weights(start: float, scale: float, count: int, length: int) -> Float32Array:
    """Return weights (count, length) that average `length` pixels over cells of side `scale`."""
    edges = start + scale * np.arange(count + 1)
    before = np.clip(edges[:, None] - np.arange(length), 0, 1)
    weights: Float32Array = (np.diff(before, axis=0) / scale).astype(np.float32)
    return weights
