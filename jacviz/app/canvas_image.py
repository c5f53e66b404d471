"""Laying ink on the sheet that was not drawn there: of a link, a sample or a picture."""

import base64
import io
from typing import Any

import numpy as np
from PIL import Image

from jacviz.app.canvas import SIDE
from jacviz.typing import Float32Array, UInt8Array

LONGEST = 240
"""Pixels of the sheet along the longer side of a picture's ink: twelve for each of its frame's."""

GRID = 3
"""The page reduces ink of that size by this factor (drawing_codec.js); aligned, it stays exact."""


def restored(drawn: UInt8Array) -> UInt8Array:
    """The whole sheet, (392, 392), of a drawing as the page sent it, (height, width) uint8.

    The page reduces sheets by a whole factor; this undoes it without smoothing, so that the page
    reads the same drawing again. Drawings of other sizes than the page's are placed like pictures.
    """
    factor = round(SIDE / max(drawn.shape))
    size = -(-SIDE // factor) if factor else 0
    if drawn.shape != (size, size):
        return placed(drawn.astype(np.float32) / np.float32(255))
    # The last area may reach past the sheet, and then has its ink on fewer pixels.
    inside = np.minimum(factor, SIDE - factor * np.arange(size)) / factor
    full = np.minimum(255, np.rint(drawn / np.outer(inside, inside))).astype(np.uint8)
    return full.repeat(factor, axis=0).repeat(factor, axis=1)[:SIDE, :SIDE]


def placed(ink: Float32Array) -> UInt8Array:
    """A sheet, (392, 392) uint8, with a picture's ink, (H, W) in [0, 1], as large as a digit."""
    sheet = np.zeros((SIDE, SIDE), dtype=np.uint8)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return sheet
    part = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * LONGEST / max(part.shape))) for side in part.shape)
    digit = Image.fromarray(np.ascontiguousarray(part, dtype=np.float32))
    large = np.asarray(digit.resize((width, height), Image.Resampling.BOX))
    top, left = ((SIDE - side) // 2 // GRID * GRID for side in (height, width))
    sheet[top : top + height, left : left + width] = np.rint(255 * large).clip(0, 255)
    return sheet


def initial(sheet: UInt8Array | None, number: int) -> dict[str, Any]:
    """What st_canvas takes to show the ink of a sheet, (392, 392), or none.

    It shows what differs from the last one; the number makes the same ink differ from itself.
    """
    if sheet is None:
        return {"objects": [], "number": number}
    rgba = np.zeros((*sheet.shape, 4), dtype=np.uint8)
    rgba[..., 3] = sheet
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, format="PNG")
    picture = {
        "type": "Image",
        "src": f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}",
        "left": 0,
        "top": 0,
        "originX": "left",
        "originY": "top",
        "width": SIDE,
        "height": SIDE,
        "imageSmoothing": False,
    }
    return {"objects": [picture], "number": number}
