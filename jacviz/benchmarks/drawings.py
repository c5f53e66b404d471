"""Seeded drawings of many kinds and sizes, to compare two ways of preprocessing with."""

from itertools import pairwise

import numpy as np

from jacviz.typing import UInt8Array

MAX_SIDE = 131


def random_drawings(count: int, seed: int = 12) -> list[UInt8Array]:
    """Generate ink (H, W), uint8, of all kinds in turn: strokes, noise, borders, blank and more."""
    rng = np.random.default_rng(seed)
    inks = []
    for number in range(count):
        ink = np.zeros(_size(rng), np.uint8)
        _KINDS[number % len(_KINDS)](rng, ink)
        inks.append(ink)
    return inks


def _size(rng: np.random.Generator) -> tuple[int, int]:
    height, width = (int(side) for side in rng.integers(1, 101, 2))
    sizes = [(98, 98), (height, width), (height, 1 + width // 20), (MAX_SIDE, MAX_SIDE)]
    return sizes[rng.integers(4)]


def _blank(rng: np.random.Generator, ink: UInt8Array) -> None:
    pass


def _full(rng: np.random.Generator, ink: UInt8Array) -> None:
    ink[:] = rng.integers(1, 256)


def _dot(rng: np.random.Generator, ink: UInt8Array) -> None:
    ink[rng.integers(len(ink)), rng.integers(len(ink[0]))] = rng.integers(1, 256)


def _noise(rng: np.random.Generator, ink: UInt8Array) -> None:
    ink[:] = (rng.random(ink.shape) < rng.random()) * rng.integers(0, 256, ink.shape)


def _rectangle(rng: np.random.Generator, ink: UInt8Array) -> None:
    (top, bottom), (left, right) = (np.sort(rng.integers(0, side, 2)) for side in ink.shape)
    ink[top : bottom + 1, left : right + 1] = rng.integers(1, 256)


def _border(rng: np.random.Generator, ink: UInt8Array) -> None:
    ink[[0, -1]] = ink[:, [0, -1]] = rng.integers(1, 256)


def _faint(rng: np.random.Generator, ink: UInt8Array) -> None:
    _stroke(rng, ink)
    ink[:] = np.maximum(ink, rng.integers(0, 16, ink.shape))


def _stroke(rng: np.random.Generator, ink: UInt8Array) -> None:
    """Draw a soft line through a few points."""
    points = rng.random((rng.integers(2, 6), 2)) * ink.shape
    places = np.moveaxis(np.indices(ink.shape), 0, -1) + 0.5
    width = rng.uniform(0.5, 5)
    for start, end in pairwise(points):
        along = end - start
        share = ((places - start) @ along / max(along @ along, 1e-9)).clip(0, 1)
        distance = np.linalg.norm(places - start - share[..., None] * along, axis=-1)
        ink[:] = np.maximum(ink, 255 * (width - distance + 0.5).clip(0, 1))


_KINDS = (_stroke, _noise, _rectangle, _dot, _stroke, _border, _faint, _full, _blank)
