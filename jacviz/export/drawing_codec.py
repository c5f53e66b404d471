"""A drawing as the browser sends it; app/frontend/canvas/drawing_codec.js writes it.

Little-endian: six uint16 (height and width of the canvas; top, left, height and width of the
bounding box of the ink), then the bounding box's pixels, uint8, 255 = full ink. An empty drawing
has a bounding box of 0 x 0.
"""

import numpy as np

from jacviz.errors import InputError
from jacviz.typing import UInt8Array

HEADER_BYTES = 12
MAX_SIDE = 1024
"""Pixels along each side of the canvas."""
MAX_CROP_PIXELS = 512 * 512
"""Pixels in the bounding box; the page sends far fewer."""
MAX_BYTES = HEADER_BYTES + MAX_CROP_PIXELS


def decode(message: bytes) -> UInt8Array:
    """Decode a message to the ink on the whole canvas, (height, width) uint8.

    Raises InputError for a malformed message.
    """
    if len(message) < HEADER_BYTES:
        raise InputError(f"expected a drawing of at least {HEADER_BYTES} bytes, got {len(message)}")
    canvas_height, canvas_width, top, left, height, width = map(
        int, np.frombuffer(message, "<u2", 6)
    )
    if not (0 < canvas_height <= MAX_SIDE and 0 < canvas_width <= MAX_SIDE):
        raise InputError(
            f"expected a canvas of 1 to {MAX_SIDE} pixels a side, "
            f"got {canvas_height}x{canvas_width}"
        )
    if top + height > canvas_height or left + width > canvas_width:
        raise InputError(
            f"expected ink within the canvas of {canvas_height}x{canvas_width}, "
            f"got {height}x{width} pixels at ({top}, {left})"
        )
    if len(message) != HEADER_BYTES + height * width:
        raise InputError(
            f"expected {HEADER_BYTES + height * width} bytes for ink of {height}x{width} pixels, "
            f"got {len(message)}"
        )
    canvas = np.zeros((canvas_height, canvas_width), dtype=np.uint8)
    crop = np.frombuffer(message, np.uint8, offset=HEADER_BYTES).reshape(height, width)
    canvas[top : top + height, left : left + width] = crop
    return canvas


def encode(canvas: UInt8Array) -> bytes:
    """Encode the ink on a canvas, (height, width) uint8, 255 = full ink."""
    rows = np.flatnonzero(canvas.any(axis=1))
    columns = np.flatnonzero(canvas.any(axis=0))
    top, bottom = (rows[0], rows[-1] + 1) if rows.size else (0, 0)
    left, right = (columns[0], columns[-1] + 1) if columns.size else (0, 0)
    header = np.array([*canvas.shape, top, left, bottom - top, right - left], "<u2")
    return header.tobytes() + canvas[top:bottom, left:right].tobytes()
