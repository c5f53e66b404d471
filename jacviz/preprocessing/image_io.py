"""Read image files as ink.

Files are untrusted: their size is checked before they are decoded, only the named formats are
tried, and nothing is unpickled.
"""

import warnings
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from jacviz.errors import InputError
from jacviz.preprocessing.segmentation import find_ink
from jacviz.typing import Float32Array

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
MAX_FILE_BYTES = 64 * 2**20
MAX_PIXELS = 64_000_000
"""Width times height of a file's image."""
MAX_WORKING_SIDE = 1024
"""Pixels; larger images are area-averaged by a whole factor until no side is longer."""

EXPECTED = f"expected an image as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"

Source = str | Path | bytes | BinaryIO


def read_image(source: Source, name: str | None = None) -> Float32Array:
    """Read an image of a digit as ink, H x W float32 in [0, 1], 0 background, 1 full ink.

    `source` is a path, the bytes of a file, or a file open for reading bytes; `name` is what
    errors call it. The digit may be dark on light or light on dark, in colour, with 16 bits, or
    painted on transparency (see `_flattened`; elsewhere `jacviz.preprocessing.segmentation` finds
    the ink). EXIF orientation is applied, of an animation the first frame is read, and large images
    are reduced. An image without a digit gives zeros. Raises InputError for anything else.
    """
    name = name or (str(source) if isinstance(source, str | Path) else "the image")
    return find_ink(_flattened(_decoded(read_image_bytes(source), name)))


def read_image_bytes(source: Source) -> bytes:
    """Read the bytes of an image file, at most MAX_FILE_BYTES + 1; InputError if unreadable."""
    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | Path):
        data = source.read(MAX_FILE_BYTES + 1)
        if not isinstance(data, bytes):
            raise InputError(
                "expected a file open for bytes, got one for text; open it with mode 'rb'"
            )
        return data
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"{source}: there is no such file; {EXPECTED}") from error
    except IsADirectoryError as error:
        raise InputError(
            f"expected an image file, got a folder, {source}; name one image in it"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{source} cannot be read: {reason}") from error


def _decoded(data: bytes, name: str) -> Image.Image:
    """Decode an image, upright and reduced; more than 8 bits a channel give mode "F"."""
    if not data:
        raise InputError(f"{name} is empty (0 bytes); {EXPECTED}")
    if len(data) > MAX_FILE_BYTES:
        raise InputError(
            f"expected a file of at most {MAX_FILE_BYTES // 2**20} MiB, got a larger one, {name}"
        )
    try:
        with warnings.catch_warnings():
            # Sizes that Pillow warns of are refused below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
        if image.width * image.height <= MAX_PIXELS:
            # JPEG decodes to a smaller size.
            image.draft(None, (MAX_WORKING_SIDE, MAX_WORKING_SIDE))
            image = ImageOps.exif_transpose(image)
            return _reduced(_plain(image))
    except UnidentifiedImageError as error:
        raise InputError(f"{name} is not an image; {EXPECTED}") from error
    except Image.DecompressionBombError as error:
        raise InputError(
            f"expected at most {MAX_PIXELS // 10**6} million pixels, got far more in {name}"
        ) from error
    except Exception as error:  # decoders fail on damaged files in more ways than they document
        raise InputError(f"{name} is damaged and cannot be decoded: {error}") from error
    raise InputError(
        f"expected at most {MAX_PIXELS // 10**6} million pixels,"
        f" got {image.width} x {image.height} in {name}"
    )


def _plain(image: Image.Image) -> Image.Image:
    """Convert to mode L, RGB or RGBA with bytes, or F with floats in [0, 1]."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image.convert("F"), dtype=np.float32)
        if not np.isfinite(values).all():
            raise ValueError("expected finite values, got NaN or infinity")
        largest = float(values.max(initial=0))
        full = next((full for full in (1, 255, 65535) if largest <= full), largest)
        if image.mode.startswith("I;16"):
            full = 65535
        return Image.fromarray(np.clip(values / np.float32(full), 0, 1))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _reduced(image: Image.Image) -> Image.Image:
    factor = -(-max(image.size) // MAX_WORKING_SIDE)
    return image.reduce(factor) if factor > 1 else image


def _flattened(image: Image.Image) -> Float32Array:
    """Remove transparency: return (H, W) or (H, W, 3) float32 in [0, 1].

    What is painted on transparency is ink, whatever its colour, so that the alpha channel is the
    result. The exception is a digit on an opaque card: where the opaque area has one colour along
    its edge and another inside, the edge's colour is the background, also where transparent.
    """
    if image.mode == "F":
        return np.asarray(image, dtype=np.float32)
    pixels = np.asarray(image, dtype=np.float32) / np.float32(255)
    if image.mode != "RGBA":
        return pixels
    colour, alpha = pixels[..., :3], pixels[..., 3]
    if float(alpha.min()) == float(alpha.max()) > 0:
        return colour
    painted = alpha > 0.5
    inner = np.asarray(image.getchannel("A").filter(ImageFilter.MinFilter(3))) > 127
    edge = painted & ~inner
    if not edge.any():
        return alpha
    card = np.median(colour[edge], axis=0)
    far = np.abs(colour - card).max(axis=-1) > 0.3
    if far[edge].mean() < 0.1 and far[painted].mean() > 0.02:
        return np.asarray(colour * alpha[..., None] + card * (1 - alpha[..., None]), np.float32)
    return alpha
