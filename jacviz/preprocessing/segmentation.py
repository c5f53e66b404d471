"""Telling ink from paper in a picture.

Paper is what most of the picture's border and its corners show; ink is what differs from it,
darker or lighter. So a picture and its negative have the same ink. Paper may be unevenly lit,
grainy, or blemished by JPEG: what is faint beside the digit's own contrast, and blots much smaller
than the digit, stay paper.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

from jacviz.typing import Float32Array

FAINTEST = 0.05
"""The least contrast of a digit, as a share of the range from black to white."""

BLEMISH = 0.16
"""Ink fainter than this is taken for paper where the paper is not spotless."""

UNEVEN = 0.33
"""Ink fainter than this is taken for paper where the light is uneven."""

STRONG = 0.35
"""A blot that is nowhere as full as this is paper."""

SPECK = 0.02
"""A blot with less than this share of the largest blot's ink is dirt."""

EVEN = 0.4
"""Paper is evenly lit where this share of the border has one brightness."""

PHOTO = 100
"""Pictures with a shorter side than this are no photos: they have no grain and even light."""

STROKE = 0.25
"""The widest stroke on unevenly lit paper, as a share of the picture's longer side."""

Mask = NDArray[np.bool_]


def find_ink(picture: Float32Array) -> Float32Array:
    """Ink in [0, 1] of a picture (H, W) or (H, W, 3) in [0, 1]; all zeros without a digit."""
    grey = _smoothed(_telling(picture))
    if not _paper_is_light(grey):
        grey = 1 - grey
    # From here on paper is light and ink dark.
    paper, even = _paper(grey)
    shade = paper - grey
    # Reflected light: the same ink on half as bright a paper makes half the difference.
    contrast: Float32Array = np.clip(shade / np.maximum(paper, 0.1), 0, None).astype(np.float32)
    peak = _peak(contrast)
    if peak < FAINTEST:
        return np.zeros_like(grey)
    noise = 1.4826 * float(np.median(np.abs(shade[contrast < peak / 4])))
    if peak < 8 * noise:
        return np.zeros_like(grey)
    full = float(np.quantile(contrast[contrast > peak / 2], 0.9))
    ink: Float32Array = np.clip(contrast / np.float32(full), 0, 1).astype(np.float32)
    blank = np.abs(shade) < FAINTEST * full
    blemished = (shade[blank] != 0).sum() > 0.06 * blank.sum()
    faint = max(3 * noise / full, BLEMISH * blemished, UNEVEN * (not even))
    ink[ink <= faint] = 0
    return _without_specks(_without_outline(ink))


def _telling(picture: Float32Array) -> Float32Array:
    """The picture in grey: luminance, unless one colour channel shows the digit far better."""
    if picture.ndim == 2:
        return picture
    luminance = picture @ np.array([0.299, 0.587, 0.114], np.float32)
    channels = [luminance, *np.moveaxis(picture, -1, 0)]
    peaks = [_peak(np.abs(channel - np.median(_border(channel)))) for channel in channels]
    best = int(np.argmax(peaks))
    return np.ascontiguousarray(channels[best]) if peaks[best] > 2 * peaks[0] else luminance


def _peak(contrast: Float32Array) -> float:
    """The strongest contrast that more than a few pixels reach."""
    few = contrast.size // 5000
    return float(np.partition(contrast, -1 - few, axis=None)[-1 - few])


def _smoothed(grey: Float32Array) -> Float32Array:
    """Without a camera's grain; pictures that have none, or are small, stay as they are."""
    if min(grey.shape) < PHOTO or np.median(np.abs(np.diff(grey, axis=1))) < 0.01:
        return grey
    rounded = Image.fromarray((grey * 255).round().astype(np.uint8))
    return np.asarray(rounded.filter(ImageFilter.MedianFilter(3)), np.float32) / np.float32(255)


def _border(grey: Float32Array) -> Float32Array:
    """The pixels along the four sides, a twenty-fifth of the side deep."""
    return grey[_border_mask(grey.shape)]


def _border_mask(shape: tuple[int, ...]) -> Mask:
    deep, wide = (max(1, round(side / 25)) for side in shape)
    mask = np.ones(shape, bool)
    mask[deep:-deep, wide:-wide] = False
    return mask


def _paper_is_light(grey: Float32Array) -> bool:
    """Whether most of the border and of the corners lie on the light side of the picture."""
    border = _border(grey)
    if not _evenly_lit(grey):
        grey = grey - _tilt(grey)
        border = _border(grey)
    middle = (_peak(grey) - _peak(-grey)) / 2
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    return float((border > middle).mean() + (corners > middle).mean()) > 1


def _evenly_lit(grey: Float32Array) -> bool:
    return min(grey.shape) < PHOTO or _commonest(_border(grey))[1] > EVEN


def _commonest(values: Float32Array) -> tuple[float, float]:
    """The commonest value, give or take 1%, and the share of the values that have it."""
    counts = np.bincount((values.ravel() * 255).round().astype(np.intp), minlength=256)
    near = np.convolve(counts, np.ones(7), mode="same")
    best = int(near.argmax())
    level = float(np.median(values[np.abs(values * 255 - best) <= 3.5]))
    return level, float(near[best]) / values.size


def _tilt(grey: Float32Array) -> Float32Array:
    """How the light falls: the quadratic surface (H, W) nearest to the border, ink left aside."""
    coarse = _coarse(grey, 64)
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in coarse.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    mask = _border_mask(coarse.shape)
    known, values = terms[mask], coarse[mask]
    weight = np.ones_like(values)
    for _ in range(10):
        solution = np.linalg.lstsq(known * weight[:, None], values * weight, rcond=None)[0]
        weight = 1 / np.sqrt(np.maximum(np.abs(values - known @ solution), 0.01))
    return _enlarged((terms @ solution).astype(np.float32), grey.shape)


def _coarse(grey: Float32Array, cells: int) -> Float32Array:
    """Averages over whole blocks of pixels, at most so many cells a side."""
    return np.asarray(Image.fromarray(grey).reduce(-(-max(grey.shape) // cells)))


def _enlarged(coarse: Float32Array, shape: tuple[int, ...]) -> Float32Array:
    """The inverse of `_coarse`, smoothly."""
    factor = -(-max(shape) // max(coarse.shape))
    size = (coarse.shape[1] * factor, coarse.shape[0] * factor)
    smooth = Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)
    return np.asarray(smooth)[: shape[0], : shape[1]]


def _paper(grey: Float32Array) -> tuple[Float32Array, bool]:
    """The light paper's brightness everywhere, also under the dark ink, and whether it is even."""
    if _evenly_lit(grey):
        border = _border(grey)
        level, _ = _commonest(border[border >= np.median(border)])
        return np.full_like(grey, level), True
    # Closing: fill whatever is dark and narrower than a stroke can be, on a coarse grid.
    tilt = _tilt(grey)
    coarse = _coarse(grey - tilt, 128)
    reach = round(STROKE * max(coarse.shape) / 2)
    closed = ndimage.grey_closing(coarse, size=2 * reach + 1, mode="nearest")
    paper = tilt + _enlarged(closed, grey.shape)
    # Closing follows the brightest grain; the paper is what lies in the middle of it.
    above = paper - grey
    return paper - np.median(above[above < np.median(_border(above)) + 0.1]), False


def _without_outline(ink: Float32Array) -> Float32Array:
    """Without a line drawn around the whole picture, as a screenshot of a canvas may have."""
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


def _without_specks(ink: Float32Array) -> Float32Array:
    """Without blots that are small or faint beside the digit, told apart on 128 cells a side."""
    amount = _coarse(ink, 128)
    blots, _ = ndimage.label(amount > 0, structure=np.ones((3, 3)))
    mass = np.bincount(blots.ravel(), weights=amount.ravel())
    mass[0] = 0
    strong = np.bincount(blots.ravel(), weights=(amount >= STRONG).ravel()) > 0
    kept = ((mass >= SPECK * mass.max()) & strong)[blots]
    factor = -(-max(ink.shape) // 128)
    return ink * np.kron(kept, np.ones((factor, factor), bool))[: ink.shape[0], : ink.shape[1]]
