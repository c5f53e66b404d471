"""The colours of maps and of ink, shared by the page and the report images.

Maps are blue where more ink makes the output fall and orange where it makes it rise; zero is the
background colour, white in the light theme and nearly black in the dark one. Blue and orange stay
apart for every common kind of colour blindness, and lightness alone tells how strong.
"""

from functools import cache
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jacviz.errors import InputError
from jacviz.typing import Float64Array, UInt8Array

Scale: TypeAlias = Literal["shared", "each"]
"""One colour scale for all maps, or one for each."""
SCALES: tuple[Scale, ...] = get_args(Scale)

Theme: TypeAlias = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)

# Evenly spaced from the most negative value to the most positive; lightness is even in OKLab.
_STOPS: dict[Theme, str] = {
    "light": "103683 194ea0 2267bf 3381d9 5a9ce1 82b6e9 aacff1 d4e8f8 ffffff"
    " f6e3cf eec5a1 e6a674 dd8645 d06612 b35013 973c10 7b290c",
    "dark": "9fe3fe 6fc8f1 3face2 088fce 0e72ae 225684 233d5c 1c2635 0e1117"
    " 342119 59321b 7f4414 a25a03 c1750b d99433 ebb766 fed894",
}
STEPS_PER_SIDE = 127
"""Colours on each side of the neutral one."""


def colormap_stops() -> dict[Theme, dict[str, Any]]:
    """Return both themes' scales for the page, ready for JSON.

    `stops` are [position, "rgb(r, g, b)"] pairs as Plotly takes them, `table` is
    `lookup_table(theme)`.
    """
    return {
        theme: {
            "stops": [
                [float(position), "rgb({}, {}, {})".format(*colour)]
                for position, colour in zip(*_anchors(theme), strict=True)
            ],
            "table": lookup_table(theme).tolist(),
        }
        for theme in THEMES
    }


@cache
def lookup_table(theme: Theme = "light") -> UInt8Array:
    """Return the scale as 255 colours, (255, 3) uint8: 127 is zero, 0 and 254 the limits."""
    positions, colours = _anchors(theme)
    at = np.linspace(0, 1, 2 * STEPS_PER_SIDE + 1)
    channels = [np.interp(at, positions, colours[:, channel]) for channel in range(3)]
    entries = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    entries.setflags(write=False)
    return entries


def apply_colormap(values: ArrayLike, limit: float, theme: Theme = "light") -> UInt8Array:
    """Colour a map (H, W) as (H, W, 3) uint8, from -limit to limit; zero is exactly neutral.

    Raises InputError for values that are not finite or lie beyond the limit: clipping would
    understate the strongest pixels.
    """
    values = np.asarray(values, dtype=np.float64)
    largest = float(np.abs(values).max(initial=0))
    if not largest <= limit * (1 + 1e-6) < np.inf:
        raise InputError(
            f"expected finite values from {-limit:g} to {limit:g},"
            f" got a largest absolute value of {largest:g}"
        )
    share = np.clip(values / limit, -1, 1) if limit > 0 else np.zeros_like(values)
    colours: UInt8Array = lookup_table(theme)[
        STEPS_PER_SIDE + np.rint(share * STEPS_PER_SIDE).astype(np.intp)
    ]
    return colours


def ink_to_rgb(ink: ArrayLike) -> UInt8Array:
    """Colour ink in [0, 1] (H, W) as (H, W, 3) uint8, black on white."""
    grey = np.rint(255 * (1 - np.clip(np.asarray(ink, dtype=np.float64), 0, 1))).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _anchors(theme: Theme) -> tuple[Float64Array, NDArray[np.int64]]:
    if theme not in _STOPS:
        raise InputError(f"expected a theme, one of {', '.join(THEMES)}, got {theme!r}")
    colours = np.array([list(bytes.fromhex(colour)) for colour in _STOPS[theme].split()])
    return np.linspace(0, 1, len(colours)), colours
