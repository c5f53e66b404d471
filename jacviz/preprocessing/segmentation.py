"""Segment ink from background.

The background is what most of the image's border and corners show; ink is what differs from it,
darker or lighter, so that an image and its negative have the same ink. The background may be
unevenly lit, noisy, or have JPEG artefacts: what is faint compared to the digit's own contrast,
and components much smaller than the digit, count as background.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from jacviz.typing import Float32Array

MIN_CONTRAST = 0.05
"""Minimum contrast of a digit, as a share of the range from black to white."""

NOISY_THRESHOLD = 0.16
"""Ink below this counts as background where the background is noisy."""

UNEVEN_THRESHOLD = 0.33
"""Ink below this counts as background where the light is uneven."""

MIN_COMPONENT_PEAK = 0.35
"""A component whose maximum is below this is background."""

MIN_COMPONENT_SHARE = 0.02
"""A component with less than this share of the largest one's ink is background."""

EVEN_BORDER_SHARE = 0.4
"""The light is even where this share of the border has one brightness."""

MIN_PHOTO_SIDE = 100
"""Images with a shorter side (pixels) are no photos: they have no grain and even light."""

MAX_STROKE_WIDTH = 0.25
"""The widest stroke on unevenly lit background, as a share of the image's longer side."""

Mask = NDArray[np.bool_]


def find_ink(image: Float32Array) -> Float32Array:
    """Find the ink, (H, W) in [0, 1], of an image (H, W) or (H, W, 3) in [0, 1]; zeros if none."""
    grey = _denoised(_most_contrasting_channel(image))
    if not _background_is_light(grey):
        grey = 1 - grey
    # From here on the background is light and the ink dark.
    background, even = _background(grey)
    shade = background - grey
    # Reflected light: on a background half as bright the same ink makes half the difference.
    contrast: Float32Array = np.clip(shade / np.maximum(background, 0.1), 0, None).astype(
        np.float32
    )
    peak = _peak(contrast)
    if peak < MIN_CONTRAST:
        return np.zeros_like(grey)
    noise = 1.4826 * float(np.median(np.abs(shade[contrast < peak / 4])))
    if peak < 8 * noise:
        return np.zeros_like(grey)
    full = float(np.quantile(contrast[contrast > peak / 2], 0.9))
    ink: Float32Array = np.clip(contrast / np.float32(full), 0, 1).astype(np.float32)
    blank = np.abs(shade) < MIN_CONTRAST * full
    noisy = (shade[blank] != 0).sum() > 0.06 * blank.sum()
    faint = max(3 * noise / full, NOISY_THRESHOLD * noisy, UNEVEN_THRESHOLD * (not even))
    ink[ink <= faint] = 0
    return _without_small_components(_without_border_line(ink))


def _most_contrasting_channel(image: Float32Array) -> Float32Array:
    """Convert to grey: luminance, unless one colour channel has over twice its contrast."""
    if image.ndim == 2:
        return image
    luminance = image @ np.array([0.299, 0.587, 0.114], np.float32)
    channels = [luminance, *np.moveaxis(image, -1, 0)]
    peaks = [_peak(np.abs(channel - np.median(_border(channel)))) for channel in channels]
    best = int(np.argmax(peaks))
    return np.ascontiguousarray(channels[best]) if peaks[best] > 2 * peaks[0] else luminance


def _peak(contrast: Float32Array) -> float:
    """Return the maximum contrast, ignoring the highest 1/5000 of the pixels."""
    few = contrast.size // 5000
    return float(np.partition(contrast, -1 - few, axis=None)[-1 - few])


def _denoised(grey: Float32Array) -> Float32Array:
    """Apply a 3 x 3 median to images with grain; return small or clean ones unchanged."""
    if min(grey.shape) < MIN_PHOTO_SIDE or np.median(np.abs(np.diff(grey, axis=1))) < 0.01:
        return grey
    rounded = Image.fromarray((grey * 255).round().astype(np.uint8))
    return np.asarray(rounded.filter(ImageFilter.MedianFilter(3)), np.float32) / np.float32(255)


def _border(grey: Float32Array) -> Float32Array:
    """Return the pixels along the four sides, 1/25 of the side deep."""
    return grey[_border_mask(grey.shape)]


def _border_mask(shape: tuple[int, ...]) -> Mask:
    deep, wide = (max(1, round(side / 25)) for side in shape)
    mask = np.ones(shape, bool)
    mask[deep:-deep, wide:-wide] = False
    return mask


def _background_is_light(grey: Float32Array) -> bool:
    """Whether most of the border and of the corners are lighter than the middle of the range."""
    border = _border(grey)
    if not _evenly_lit(grey):
        grey = grey - _illumination(grey)
        border = _border(grey)
    middle = (_peak(grey) - _peak(-grey)) / 2
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    return float((border > middle).mean() + (corners > middle).mean()) > 1


def _evenly_lit(grey: Float32Array) -> bool:
    return min(grey.shape) < MIN_PHOTO_SIDE or _mode(_border(grey))[1] > EVEN_BORDER_SHARE


def _mode(values: Float32Array) -> tuple[float, float]:
    """Return the most frequent value within about 1%, and the share of values near it."""
    counts = np.bincount((values.ravel() * 255).round().astype(np.intp), minlength=256)
    near = np.convolve(counts, np.ones(7), mode="same")
    best = int(near.argmax())
    level = float(np.median(values[np.abs(values * 255 - best) <= 3.5]))
    return level, float(near[best]) / values.size


def _illumination(grey: Float32Array) -> Float32Array:
    """Fit a quadratic surface (H, W) to the border, robust against ink on it."""
    coarse = _reduced(grey, 64)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in coarse.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    mask = _border_mask(coarse.shape)
    known, values = terms[mask], coarse[mask]
    weight = np.ones_like(values)
    for _ in range(10):
        solution = np.linalg.lstsq(known * weight[:, None], values * weight, rcond=None)[0]
        weight = 1 / np.sqrt(np.maximum(np.abs(values - known @ solution), 0.01))
    return _enlarged((terms @ solution).astype(np.float32), grey.shape)


def _reduced(grey: Float32Array, cells: int) -> Float32Array:
    """Average over whole blocks of pixels, to at most `cells` a side."""
    return np.asarray(Image.fromarray(grey).reduce(-(-max(grey.shape) // cells)))


def _enlarged(coarse: Float32Array, shape: tuple[int, ...]) -> Float32Array:
    """Resize the result of `_reduced` to `shape`, bilinearly."""
    factor = -(-max(shape) // max(coarse.shape))
    size = (coarse.shape[1] * factor, coarse.shape[0] * factor)
    smooth = Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(smooth)[: shape[0], : shape[1]]


def _background(grey: Float32Array) -> tuple[Float32Array, bool]:
    """Estimate the background's brightness, (H, W), also under ink, and whether it is even."""
    if _evenly_lit(grey):
        border = _border(grey)
        level, _ = _mode(border[border >= np.median(border)])
        return np.full_like(grey, level), True
    # A closing wider than any stroke removes the dark ink.
    illumination = _illumination(grey)
    coarse = _reduced(grey - illumination, 128)
    reach = round(MAX_STROKE_WIDTH * max(coarse.shape) / 2)
    closed = ndimage.grey_closing(coarse, size=2 * reach + 1, mode="nearest")
    background = illumination + _enlarged(closed, grey.shape)
    # The closing follows the brightest grain; shift it to the median of the background.
    above = background - grey
    return background - np.median(above[above < np.median(_border(above)) + 0.1]), False


def _without_border_line(ink: Float32Array) -> Float32Array:
    """Remove a line around the whole image, as a screenshot of a canvas may have."""
    height, width = ink.shape
    deep, wide = max(1, height // 20), max(1, width // 20)
    rows, columns = ink.mean(axis=1) > 0.9, ink.mean(axis=0) > 0.9
    sides = (rows[:deep], rows[-deep:], columns[:wide], columns[-wide:])
    if not all(side.any() for side in sides):
        return ink
    kept = ink.copy()
    kept[: int(np.flatnonzero(sides[0])[-1]) + 1] = 0
    kept[height - deep + int(np.flatnonzero(sides[1])[0]) :] = 0
    kept[:, : int(np.flatnonzero(sides[2])[-1]) + 1] = 0
    kept[:, width - wide + int(np.flatnonzero(sides[3])[0]) :] = 0
    return kept


def _without_small_components(ink: Float32Array) -> Float32Array:
    """Remove components that are small or faint beside the digit, found on 128 cells a side."""
    amount = _reduced(ink, 128)
    components, _ = ndimage.label(amount > 0, structure=np.ones((3, 3)))
    mass = np.bincount(components.ravel(), weights=amount.ravel())
    mass[0] = 0
    strong = np.bincount(components.ravel(), weights=(amount >= MIN_COMPONENT_PEAK).ravel()) > 0
    kept = ((mass >= MIN_COMPONENT_SHARE * mass.max()) & strong)[components]
    factor = -(-max(ink.shape) // 128)
    return ink * np.kron(kept, np.ones((factor, factor), bool))[: ink.shape[0], : ink.shape[1]]
