"""A drawing as a short text for a link.

A version character, then base64url without padding of the drawing's message
(jacviz/export/drawing_codec.py), compressed with zlib, whose checksum tells damage. A browser reads and
writes the same with DecompressionStream("deflate") and CompressionStream("deflate").
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


def encode(sheet: UInt8Array) -> str:
    """The text of the ink on a sheet, (height, width) uint8, 255 = full ink.

    Raises InputError for an array that is no such sheet and for one that makes too long a text.
    """
    if (
        sheet.ndim != 2
        or sheet.dtype != np.uint8
        or not 0 < max(sheet.shape) <= drawing_codec.MAX_SIDE
    ):
        raise InputError(
            f"a sheet (height, width) of uint8 with 1 to {drawing_codec.MAX_SIDE} pixels a side is "
            f"accepted, not {sheet.shape} of {sheet.dtype}"
        )
    packed = base64.urlsafe_b64encode(zlib.compress(drawing_codec.encode(sheet), 9))
    text = VERSION + packed.decode().rstrip("=")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"this drawing makes a text of {len(text):,} characters, more than a link's "
            f"{MAX_CHARACTERS:,}; a sheet with fewer pixels makes a shorter one"
        )
    return text


def decode(text: str) -> UInt8Array:
    """The ink on the sheet that a text tells of, (height, width) uint8, exactly as it was.

    Raises InputError for any text that `encode` did not make, saying what is wrong with it. No
    more is unpacked than a drawing can hold.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the link's drawing has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise InputError("the link's drawing is damaged: it has characters that no drawing has")
    if text[0] != VERSION:
        raise InputError(
            f"the link's drawing is not one of jacviz, or of another version ({text[0]!r}, "
            f"not {VERSION!r})"
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
            f"the link's drawing unpacks to more than {drawing_codec.MAX_BYTES:,} bytes"
        )
    if not unpacker.eof:
        raise InputError("the link's drawing is cut off")
    if unpacker.unused_data:
        raise InputError("the link's drawing is damaged (something follows it)")
    return message
