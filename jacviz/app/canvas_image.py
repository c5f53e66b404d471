"""Put ink on the canvas that was not drawing there: from a link, a sample or an image."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from jacviz.app.canvas import SIDE_PX
from jacviz.typing import Float32Array, UInt8Array

INK_SIDE_PX = 240
"""The longer side of an image's ink on the canvas: 12 pixels for each pixel of its frame."""

REDUCTION = 3
"""The factor by which drawing_codec.js reduces such ink; exact where the ink is aligned to it."""


def restore_drawing(drawing: UInt8Array) -> UInt8Array:
    """Enlarge a drawing as the page sent it, (height, width) uint8, to the canvas, (392, 392).

    The page reduces the canvas by an integer factor; this undoes it without smoothing, so that the
    page reads the same drawing again. Drawings of other sizes are fitted like images.
    """
    factor = round(SIDE_PX / max(drawing.shape))
    size = -(-SIDE_PX // factor) if factor else 0
    if drawing.shape != (size, size):
        return fit_image(drawing.astype(np.float32) / np.float32(255))
    # Blocks in the last row and column may reach past the canvas and have fewer pixels.
    inside = np.minimum(factor, SIDE_PX - factor * np.arange(size)) / factor
    full = np.minimum(255, np.rint(drawing / np.outer(inside, inside))).astype(np.uint8)
    return full.repeat(factor, axis=0).repeat(factor, axis=1)[:SIDE_PX, :SIDE_PX]


def fit_image(ink: Float32Array) -> UInt8Array:
    """Fit an image's ink, (H, W) in [0, 1], into the middle of a canvas, (392, 392) uint8."""
    canvas = np.zeros((SIDE_PX, SIDE_PX), dtype=np.uint8)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return canvas
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * INK_SIDE_PX / max(part.shape))) for side in part.shape)
    enlarged = Image.fromarray(np.ascontiguousarray(part, dtype=np.float32))
    large = np.asarray(enlarged.resize((width, height), Image.Resampling.BOX))
    top, left = ((SIDE_PX - side) // 2 // REDUCTION * REDUCTION for side in (height, width))
    canvas[top : top + height, left : left + width] = np.rint(255 * large).clip(0, 255)
    return canvas


def initial_drawing(canvas: UInt8Array | None, revision: int) -> dict[str, Any]:
    """Build st_canvas' `initial_drawing` for ink, (392, 392) uint8, or for an empty canvas.

    st_canvas ignores a drawing that equals its last one; the revision tells equal ink apart.
    """
    if canvas is None:
        return {"objects": [], "revision": revision}
    rgba = np.zeros((*canvas.shape, 4), dtype=np.uint8)
    rgba[..., 3] = canvas
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, format="PNG")
    picture = {
        "type": "Image",
        "src": f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}",
        "left": 0,
        "top": 0,
        "originX": "left",
        "originY": "top",
        "width": SIDE_PX,
        "height": SIDE_PX,
        "imageSmoothing": False,
    }
    return {"objects": [picture], "revision": revision}
