"""From a drawing of any size to the 28 x 28 image the network reads, framed as MNIST's digits.

The steps are those of the published reconstruction of MNIST (QMNIST): a tight box around the ink,
made square, area-averaged to 20 x 20, and placed by whole pixels so that the ink's centre of mass
lies in the middle. Nothing is deskewed, smoothed, thinned or brightened.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jacviz.preprocessing.frame import Frame, checked_drawing
from jacviz.typing import Float32Array, Float64Array

SIDE = 28
"""Pixels along each side of a frame."""
BOX = 20
"""Pixels along each side of the box that a digit is fitted into."""

# Ink below this share of the maximum does not extend the bounding box, because it is the fringe of
# an anti-aliased or bicubically enlarged stroke. Inside the box it is kept.
FAINT_SHARE = 0.04

# QMNIST never enlarges a box smaller than 10 pixels of NIST's 128-pixel fields; a smaller canvas
# is such a field, scaled.
MIN_BOX_SIDE = 10.0
NIST_FIELD_SIDE = 128.0


def frame(ink: ArrayLike) -> Frame:
    """Frame a drawing as MNIST framed its digits.

    `ink` is H x W, 0 for background and 1 for full ink: floats in [0, 1], bytes in 0..255 or
    booleans, in anything NumPy can view as an array, PyTorch tensors included. Raises InputError
    for anything else, and for drawings of more than 4096 x 4096 pixels.

    >>> ink = np.zeros((280, 280))
    >>> ink[60:220, 130:150] = 1
    >>> frame = jacviz.frame(ink)
    >>> frame.image.shape, frame.scale
    ((28, 28), 8.0)
    """
    drawing = checked_drawing(ink)
    images, tops, lefts, scales = frame_stack(drawing[None])
    empty = bool(scales[0] == 0)
    image = images[0]
    image.setflags(write=False)
    return Frame(image, float(tops[0]), float(lefts[0]), 1.0 if empty else float(scales[0]), empty)


def frame_stack(
    drawings: Float32Array,
) -> tuple[Float32Array, Float64Array, Float64Array, Float64Array]:
    """Frame many drawings of one size: (N, H, W) float32 in [0, 1] to (N, 28, 28).

    Also gives each frame's top, left and scale as in `Frame`, arrays (N,); a drawing without ink
    becomes zeros with top, left and scale 0. The values are not checked.
    """
    _, height, width = drawings.shape
    inked = drawings > FAINT_SHARE * drawings.max(axis=(1, 2), keepdims=True)
    top, bottom = _extent(inked.any(axis=2))
    left, right = _extent(inked.any(axis=1))
    empty = bottom == top
    smallest = min(MIN_BOX_SIDE, MIN_BOX_SIDE / NIST_FIELD_SIDE * max(height, width))
    side = np.maximum(np.maximum(bottom - top, right - left), smallest)
    box_top = (top + bottom - side) / 2
    box_left = (left + right - side) / 2

    rows = _coverage(box_top, top, bottom, side, height)
    columns = _coverage(box_left, left, right, side, width)
    # einsum instead of matmul, whose threads wait for each other, on a busy machine for many
    # milliseconds.
    boxes = np.einsum("nbx,ncx->nbc", np.einsum("nby,nyx->nbx", rows, drawings), columns)

    down = _offset(boxes.sum(axis=2))
    across = _offset(boxes.sum(axis=1))
    images = np.zeros((len(drawings), SIDE, SIDE), np.float32)
    steps = np.arange(BOX)
    images[
        np.arange(len(drawings))[:, None, None],
        (down[:, None] + steps)[:, :, None],
        (across[:, None] + steps)[:, None, :],
    ] = np.clip(boxes, 0, 1)
    scale = np.where(empty, 0.0, side / BOX)
    return (
        images,
        np.where(empty, 0.0, box_top - down * scale),
        np.where(empty, 0.0, box_left - across * scale),
        scale,
    )


def _extent(inked: NDArray[np.bool_]) -> tuple[Float64Array, Float64Array]:
    """Return the first and one past the last True of each row of (N, L); 0 and 0 for none."""
    length = inked.shape[1]
    some = inked.any(axis=1)
    first = np.where(some, inked.argmax(axis=1), 0)
    last = np.where(some, length - inked[:, ::-1].argmax(axis=1), 0)
    return first.astype(np.float64), last.astype(np.float64)


def _coverage(
    start: Float64Array,
    first: Float64Array,
    last: Float64Array,
    side: Float64Array,
    length: int,
) -> Float32Array:
    """Return weights (N, 20, length) that average pixels first..last over a box from start on."""
    edges = start[:, None] + side[:, None] * np.linspace(0, 1, BOX + 1)
    inside = np.clip(edges, first[:, None], last[:, None])
    before = np.clip(inside[:, :, None] - np.arange(length), 0, 1)
    return (np.diff(before, axis=1) * (BOX / side[:, None, None])).astype(np.float32)


def _offset(profile: Float32Array) -> NDArray[np.intp]:
    """Return the whole pixels that centre a box's centre of mass, from its ink per line.

    The box always stays inside the frame, however lopsided the ink.
    """
    mass = profile.sum(axis=1)
    centre = (profile * (np.arange(BOX) + 0.5)).sum(axis=1) / np.where(mass > 0, mass, 1)
    # The centre of symmetric ink is a whole number; rounding errors must not shift it by a pixel.
    offset: NDArray[np.intp] = np.floor(np.round(15 - centre, 3)).astype(np.intp)
    return offset.clip(0, SIDE - BOX)
