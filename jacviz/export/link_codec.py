"""A drawing as a short text for a link.

A version character, then base64url without padding of the drawing's message (drawing_codec.py),
compressed with zlib, whose checksum detects damage. A browser reads and writes the same with
DecompressionStream("deflate") and CompressionStream("deflate").
"""

import base64
import re
import zlib

import numpy as np

from jacviz.errors import InputError
from jacviz.export import drawing_codec
from jacviz.typing import UInt8Array

VERSION = "1"
MAX_CHARACTERS = 16_384
"""A drawing by hand has some 1,000."""


def encode(canvas: UInt8Array) -> str:
    """Encode the ink on a canvas, (height, width) uint8, 255 = full ink.

    Raises InputError for any other array and for one whose text would be too long.
    """
    if (
        canvas.ndim != 2
        or canvas.dtype != np.uint8
        or not 0 < max(canvas.shape) <= drawing_codec.MAX_SIDE
    ):
        raise InputError(
            f"expected a canvas (height, width) of uint8, 1 to {drawing_codec.MAX_SIDE} pixels a "
            f"side, got {canvas.shape} of {canvas.dtype}"
        )
    packed = base64.urlsafe_b64encode(zlib.compress(drawing_codec.encode(canvas), 9))
    text = VERSION + packed.decode().rstrip("=")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"expected a drawing of at most {MAX_CHARACTERS:,} characters for a link, "
            f"got {len(text):,}; a canvas with fewer pixels makes fewer"
        )
    return text


def decode(text: str) -> UInt8Array:
    """Decode a text of `encode` to the ink on the canvas, (height, width) uint8.

    Raises InputError for any other text. At most `drawing_codec.MAX_BYTES` are decompressed.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"expected a link's drawing of at most {MAX_CHARACTERS:,} characters, got {len(text):,}"
        )
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise InputError("the link's drawing is damaged: expected only letters, digits, - and _")
    if text[0] != VERSION:
        raise InputError(
            f"expected a link's drawing of version {VERSION!r}, got {text[0]!r}: it is of another "
            "version, or not from jacviz"
        )
    return drawing_codec.decode(_unpacked(text[1:]))


def _unpacked(packed: str) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        data = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        message = unpacker.decompress(data, drawing_codec.MAX_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise InputError(f"the link's drawing is damaged ({error})") from error
    if len(message) > drawing_codec.MAX_BYTES:
        raise InputError(
            f"expected a link's drawing of at most {drawing_codec.MAX_BYTES:,} bytes, got more"
        )
    if not unpacker.eof:
        raise InputError("the link's drawing is cut off")
    if unpacker.unused_data:
        raise InputError("the link's drawing is damaged (data follows it)")
    return message
