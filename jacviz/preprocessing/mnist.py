"""From a drawing of any size to the 28 x 28 image the network reads, framed as MNIST's digits.

The steps are those of the published reconstruction of MNIST (QMNIST): a tight box around the ink,
made square, area-averaged to 20 x 20, and placed by whole pixels so that the ink's centre of mass
lies in the middle. Nothing is deskewed, smoothed, thinned or brightened.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jacviz.errors import InputError

SIDE = 28
BOX = 20
PIXEL_LIMIT = 4096 * 4096

# Ink fainter than this share of the darkest ink does not stretch the box: it is the fringe of an
# anti-aliased or bicubically enlarged stroke. What of it lies inside the box is kept.
FAINT = 0.04

# QMNIST never enlarges a box smaller than 10 pixels of NIST's 128-pixel fields; a smaller canvas
# is such a field, scaled.
SMALLEST = 10.0
FIELD = 128.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frame:
    """A framed drawing and where it lies on the canvas.

    Coordinates are continuous, row or y before column or x, with the origin at the upper left
    corner of the first pixel: pixel (0, 0) covers [0, 1] x [0, 1] and its centre is (0.5, 0.5), on
    the frame and on the canvas alike.
    """

    image: Floats
    """What the network sees: (28, 28) float32 in [0, 1], read-only."""
    top: float
    """The canvas y of the frame's upper edge; negative where the frame reaches past the canvas."""
    left: float
    """The canvas x of the frame's left edge."""
    scale: float
    """Canvas pixels per frame pixel."""
    empty: bool
    """Whether there was no ink at all; then the image is zero and the scale 1."""

    def to_canvas(self, row: ArrayLike, col: ArrayLike) -> tuple[Any, Any]:
        """Canvas (y, x) of the frame's (row, col); numbers or arrays."""
        return (
            self.top + np.asarray(row, dtype=np.float64) * self.scale,
            self.left + np.asarray(col, dtype=np.float64) * self.scale,
        )

    def to_frame(self, y: ArrayLike, x: ArrayLike) -> tuple[Any, Any]:
        """Frame (row, col) of the canvas' (y, x), the inverse of `to_canvas`."""
        return (
            (np.asarray(y, dtype=np.float64) - self.top) / self.scale,
            (np.asarray(x, dtype=np.float64) - self.left) / self.scale,
        )

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """The frame's (top, left, bottom, right) on the canvas, in canvas pixels."""
        reach = SIDE * self.scale
        return self.top, self.left, self.top + reach, self.left + reach


def frame(ink: ArrayLike) -> Frame:
    """Frame a drawing as MNIST framed its digits.

    `ink` is H x W, 0 for paper and 1 for full ink: floats in [0, 1], bytes in 0..255 or booleans,
    in anything NumPy can view as an array, PyTorch tensors included. Raises InputError for
    anything else, and for drawings of more than 4096 x 4096 pixels.
    """
    drawing = _checked(ink)
    images, tops, lefts, scales = frame_stack(drawing[None])
    empty = bool(scales[0] == 0)
    image = images[0]
    image.setflags(write=False)
    return Frame(image, float(tops[0]), float(lefts[0]), 1.0 if empty else float(scales[0]), empty)


def frame_stack(
    drawings: Floats,
) -> tuple[Floats, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Frame many drawings of one size: (N, H, W) float32 in [0, 1] to (N, 28, 28).

    Also gives each frame's top, left and scale as in `Frame`, arrays (N,); a drawing without ink
    becomes zeros with top, left and scale 0. The values are not checked.
    """
    _, height, width = drawings.shape
    inked = drawings > FAINT * drawings.max(axis=(1, 2), keepdims=True)
    top, bottom = _extent(inked.any(axis=2))
    left, right = _extent(inked.any(axis=1))
    empty = bottom == top
    smallest = min(SMALLEST, SMALLEST / FIELD * max(height, width))
    side = np.maximum(np.maximum(bottom - top, right - left), smallest)
    box_top = (top + bottom - side) / 2
    box_left = (left + right - side) / 2

    rows = _coverage(box_top, top, bottom, side, height)
    columns = _coverage(box_left, left, right, side, width)
    # Not a matrix product: its threads make so small a task wait for each other, on a busy
    # machine for many milliseconds.
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


def _extent(inked: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and one past the last True of each row of (N, L); 0 and 0 where there is none."""
    length = inked.shape[1]
    some = inked.any(axis=1)
    first = np.where(some, inked.argmax(axis=1), 0)
    last = np.where(some, length - inked[:, ::-1].argmax(axis=1), 0)
    return first.astype(np.float64), last.astype(np.float64)


def _coverage(
    start: NDArray[np.float64],
    first: NDArray[np.float64],
    last: NDArray[np.float64],
    side: NDArray[np.float64],
    length: int,
) -> Floats:
    """Weights (N, 20, length) that average the pixels first..last over a box from start on."""
    edges = start[:, None] + side[:, None] * np.linspace(0, 1, BOX + 1)
    inside = np.clip(edges, first[:, None], last[:, None])
    before = np.clip(inside[:, :, None] - np.arange(length), 0, 1)
    return (np.diff(before, axis=1) * (BOX / side[:, None, None])).astype(np.float32)


def _offset(profile: Floats) -> NDArray[np.intp]:
    """Whole pixels to move a box by so that its centre of mass, from its ink per line, is central.

    The box always stays inside the frame, however lopsided the ink.
    """
    mass = profile.sum(axis=1)
    centre = (profile * (np.arange(BOX) + 0.5)).sum(axis=1) / np.where(mass > 0, mass, 1)
    # Symmetric ink has its centre on a whole number; rounding errors must not move it a pixel.
    offset: NDArray[np.intp] = np.floor(np.round(15 - centre, 3)).astype(np.intp)
    return offset.clip(0, SIDE - BOX)


def _checked(ink: ArrayLike) -> Floats:
    """The drawing as float32 in [0, 1], or InputError."""
    if hasattr(ink, "detach"):
        ink = ink.detach().cpu()
    try:
        drawing = np.asarray(ink)
    except (TypeError, ValueError) as error:
        raise InputError(f"ink must be an H x W array; this is no array: {error}") from error
    if drawing.ndim != 2:
        raise InputError(
            f"ink must be H x W, with two axes; got shape {drawing.shape}"
            " (pass one grey channel, without batch or colour axes)"
        )
    if not 0 < drawing.size <= PIXEL_LIMIT:
        raise InputError(
            f"ink must have between 1 and {PIXEL_LIMIT} pixels; got shape {drawing.shape}"
        )
    if drawing.dtype == np.uint8:
        return drawing.astype(np.float32) / np.float32(255)
    if drawing.dtype == np.bool_:
        return drawing.astype(np.float32)
    if not np.issubdtype(drawing.dtype, np.floating):
        raise InputError(
            f"ink must be floats in [0, 1], uint8 in 0..255 or bool; got dtype {drawing.dtype}"
        )
    low, high = float(drawing.min()), float(drawing.max())
    if not (low >= 0 and high <= 1):
        raise InputError(
            f"ink must lie in [0, 1] (0 paper, 1 full ink) and be finite; got {low:g} to {high:g}"
            " (pass bytes in 0..255 as uint8)"
        )
    return drawing.astype(np.float32, copy=False)
