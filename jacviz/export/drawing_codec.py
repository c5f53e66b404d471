"""A drawing as the browser sends it; static/canvas/drawing_codec.js writes it.

Six uint16 - the sheet's height and width, the inked part's top, left, height and width - and then
the inked part's pixels, uint8, 255 = full ink. Little-endian. An empty sheet has a part of 0 x 0.
"""

import numpy as np

from jacviz.errors import InputError
from jacviz.typing import UInt8Array

HEADER_BYTES = 12
MAX_SIDE = 1024  # along each side of the sheet
MAX_CROP_PIXELS = 512 * 512  # pixels in the inked part; the page sends far fewer
MAX_BYTES = HEADER_BYTES + MAX_CROP_PIXELS


def decode(message: bytes) -> UInt8Array:
    """The ink on the whole sheet, (height, width) uint8.

    Raises InputError, which says what is wrong with a message that is none.
    """
    if len(message) < HEADER_BYTES:
        raise InputError(f"a drawing has at least {HEADER_BYTES} bytes, this one {len(message)}")
    sheet_height, sheet_width, top, left, height, width = map(int, np.frombuffer(message, "<u2", 6))
    if not (0 < sheet_height <= MAX_SIDE and 0 < sheet_width <= MAX_SIDE):
        raise InputError(
            f"a sheet has 1 to {MAX_SIDE} pixels a side, not {sheet_height}x{sheet_width}"
        )
    if top + height > sheet_height or left + width > sheet_width:
        raise InputError(
            f"ink of {height}x{width} pixels at ({top}, {left}) leaves the sheet "
            f"of {sheet_height}x{sheet_width}"
        )
    if len(message) != HEADER_BYTES + height * width:
        raise InputError(
            f"ink of {height}x{width} pixels makes {HEADER_BYTES + height * width} bytes, "
            f"not {len(message)}"
        )
    sheet = np.zeros((sheet_height, sheet_width), dtype=np.uint8)
    part = np.frombuffer(message, np.uint8, offset=HEADER_BYTES).reshape(height, width)
    sheet[top : top + height, left : left + width] = part
    return sheet


def encode(sheet: UInt8Array) -> bytes:
    """The message of the ink on a sheet, (height, width) uint8."""
    rows = np.flatnonzero(sheet.any(axis=1))
    columns = np.flatnonzero(sheet.any(axis=0))
    top, bottom = (rows[0], rows[-1] + 1) if rows.size else (0, 0)
    left, right = (columns[0], columns[-1] + 1) if columns.size else (0, 0)
    header = np.array([*sheet.shape, top, left, bottom - top, right - left], "<u2")
    return header.tobytes() + sheet[top:bottom, left:right].tobytes()
