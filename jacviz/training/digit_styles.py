"""Digits in styles that MNIST's writers hardly used, drawn stroke by stroke.

MNIST was written in the United States: its 1 is a bare line, its 7 has no bar, its 9 a straight
tail. People elsewhere write a 1 with a flag and perhaps a foot, cross the 7 and curl the 9. Each
digit here has a few skeletons in the unit square, (x, y) with y downwards; a sample moves their
points, stretches them and draws them with a round pen.
"""

import math

import torch
from torch import Tensor

from jacviz.preprocessing.mnist import SIDE, frame_stack

Point = tuple[float, float]
Stroke = list[Point]
"""Points that a smooth curve passes through; a point given twice is a corner."""

_POINTS_PER_SPAN = 6


def _arc(x: float, y: float, wide: float, high: float, start: float, stop: float) -> Stroke:
    """Return points on an ellipse, from one angle to another in degrees; 0 is right, 90 down."""
    spans = max(2, round(abs(stop - start) / 40))
    angles = [math.radians(start + (stop - start) * i / spans) for i in range(spans + 1)]
    return [(x + wide * math.cos(angle), y + high * math.sin(angle)) for angle in angles]


def _bent(*corners: Point) -> Stroke:
    """Return a stroke of straight lines from corner to corner."""
    return [point for corner in corners for point in (corner, corner)]


_LOOP_OF_9 = _arc(0.45, 0.28, 0.36, 0.28, -10, -370)
_SMALL_LOOP_OF_9 = _arc(0.48, 0.24, 0.32, 0.24, -10, -370)
_LOW_BOWL_OF_9 = _arc(0.4, 0.68, 0.45, 0.32, -30, 150)
_BOWL_OF_5 = _arc(0.42, 0.68, 0.45, 0.32, -115, 150)

STYLES: dict[int, list[list[Stroke]]] = {
    0: [[_arc(0.5, 0.5, 0.4, 0.5, -90, 270)], [_arc(0.5, 0.5, 0.3, 0.5, -60, 310)]],
    1: [
        [_bent((0.2, 0.35), (0.6, 0), (0.6, 1))],
        [_bent((0.05, 0.5), (0.6, 0), (0.6, 1))],
        [_bent((0.35, 0.2), (0.55, 0), (0.55, 1))],
        [_bent((0.2, 0.3), (0.55, 0), (0.55, 1)), _bent((0.2, 1), (0.95, 1))],
        [_bent((0.35, 0.15), (0.5, 0), (0.5, 1)), _bent((0.25, 1), (0.75, 1))],
        [_bent((0.5, 0), (0.5, 1))],
    ],
    2: [
        [_arc(0.48, 0.28, 0.42, 0.28, -170, 40) + _bent((0.08, 1), (0.95, 1))],
        [[*_arc(0.48, 0.3, 0.4, 0.3, -150, 60), (0.2, 0.85), (0.1, 0.98), (0.5, 0.92), (0.95, 1)]],
        [_bent((0.1, 0.05), (0.85, 0.05), (0.1, 1), (0.95, 1))],
    ],
    3: [
        [
            _arc(0.42, 0.25, 0.42, 0.25, -150, 70)
            + _bent((0.35, 0.48))
            + _arc(0.42, 0.74, 0.46, 0.26, -80, 150)
        ],
        [_bent((0.1, 0), (0.85, 0), (0.4, 0.42)) + _arc(0.42, 0.7, 0.46, 0.3, -85, 150)],
    ],
    4: [
        [_bent((0.7, 1), (0.7, 0), (0.05, 0.65), (0.95, 0.65))],
        [_bent((0.3, 0), (0.1, 0.55), (0.95, 0.55)), _bent((0.7, 0.05), (0.65, 1))],
        [_bent((0.5, 0), (0.08, 0.62), (0.95, 0.62)), _bent((0.7, 0.35), (0.6, 1))],
        [_bent((0.6, 0), (0.1, 0.6), (0.75, 0.64)), _bent((0.88, 0.35), (0.55, 1))],
        [_bent((0.45, 0), (0.1, 0.65), (0.7, 0.65)), _bent((0.7, 0.4), (0.7, 1))],
        [[(0.6, 0), (0.15, 0.45), (0.2, 0.62), (0.9, 0.5)], _bent((0.75, 0.2), (0.45, 1))],
    ],
    5: [
        [_bent((0.9, 0), (0.25, 0), (0.2, 0.42)) + _BOWL_OF_5],
        [_bent((0.3, 0.05), (0.22, 0.42)) + _BOWL_OF_5, _bent((0.32, 0), (0.95, 0))],
        [_bent((0.9, 0), (0.15, 0), (0.15, 0.45), (0.85, 0.45), (0.85, 1), (0.1, 1))],
    ],
    6: [
        [[(0.75, 0), (0.35, 0.2), (0.12, 0.5), *_arc(0.5, 0.7, 0.4, 0.3, 180, -190)]],
        [[(0.45, 0), (0.2, 0.35), (0.12, 0.6), *_arc(0.48, 0.75, 0.36, 0.25, 180, -170)]],
    ],
    7: [
        [_bent((0.08, 0.05), (0.9, 0.05), (0.35, 1))],
        [_bent((0.08, 0.05), (0.9, 0.05), (0.35, 1)), _bent((0.25, 0.5), (0.85, 0.5))],
        [_bent((0.1, 0.05), (0.85, 0.05), (0.45, 1)), _bent((0.05, 0.58), (0.9, 0.55))],
        [_bent((0.05, 0.22), (0.1, 0.04), (0.9, 0.04), (0.4, 1)), _bent((0.2, 0.55), (0.9, 0.48))],
    ],
    8: [
        [_arc(0.5, 0.25, 0.32, 0.25, 90, -270), _arc(0.5, 0.75, 0.4, 0.25, -90, 270)],
        [
            [
                (0.8, 0.1),
                *_arc(0.48, 0.25, 0.34, 0.25, -60, -240),
                *_arc(0.5, 0.75, 0.38, 0.25, -60, 240),
                (0.8, 0.2),
            ]
        ],
    ],
    9: [
        [[*_LOOP_OF_9, (0.8, 0.5), (0.72, 1)]],
        [[*_LOOP_OF_9, (0.82, 0.6), (0.75, 0.88), (0.5, 1), (0.12, 0.9)]],
        [_LOOP_OF_9 + _arc(0.42, 0.7, 0.42, 0.3, -20, 150)],
        [_SMALL_LOOP_OF_9 + _arc(0.4, 0.66, 0.44, 0.34, -25, 160)],
        [_SMALL_LOOP_OF_9 + _bent((0.8, 0.5), (0.82, 0.95), (0.1, 1))],
        [[(0.85, 0.12), *_arc(0.45, 0.26, 0.34, 0.24, -50, -320), (0.82, 0.12), *_LOW_BOWL_OF_9]],
    ],
}


def draw_styled_digits(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw `count` digits, classes and styles in turn: images (N, 28, 28) uint8 and labels (N,)."""
    randomness = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % len(STYLES)
    images = []
    for number, label in enumerate(labels.tolist()):
        variants = STYLES[label]
        images.append(_drawn(variants[number // len(STYLES) % len(variants)], randomness))
    framed = torch.from_numpy(frame_stack(torch.stack(images).numpy())[0])
    return (framed * 255).round().to(torch.uint8), labels


def _drawn(strokes: list[Stroke], randomness: torch.Generator) -> Tensor:
    """Draw one digit on a canvas of twice the frame's size, (56, 56) float32."""

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=randomness))

    side = 2 * SIDE
    wobble = uniform(0.0, 0.05)
    size = side * 0.7 * torch.tensor([uniform(0.5, 1.0), 1.0])
    nearest = torch.full((side, side), float("inf"))
    centres = torch.arange(side) + 0.5
    for stroke in strokes:
        points = torch.tensor(stroke)
        corner = (points[1:] == points[:-1]).all(1)
        moved = points + wobble * torch.randn(points.shape, generator=randomness)
        moved[1:][corner] = moved[:-1][corner]
        nearest = torch.minimum(nearest, _distance(centres, _curve(moved) * size + 0.15 * side))
    return (uniform(1.2, 4.0) + 0.5 - nearest).clamp(0, 1)


def _curve(points: Tensor) -> Tensor:
    """Interpolate a Catmull-Rom curve through points (P, 2), as a polyline."""
    padded = torch.cat([points[:1], points, points[-1:]])
    before, start, stop, after = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = torch.linspace(0, 1, _POINTS_PER_SPAN)[None, :, None]
    along = 0.5 * (
        2 * start
        + (stop - before) * t
        + (2 * before - 5 * start + 4 * stop - after) * t**2
        + (3 * start - before - 3 * stop + after) * t**3
    )
    # The two equal points of a corner make no segment.
    return along[(start != stop).any(-1)[:, 0]].flatten(0, 1)


def _distance(centres: Tensor, polyline: Tensor) -> Tensor:
    """Return the distances (L, L) from pixels centred at `centres` (L,) to a polyline (P, 2)."""
    across, down = polyline.diff(dim=0).T
    right, below = (centres[:, None, None] - polyline[:-1].T).unbind(1)
    below = below[:, None]
    length = (across.square() + down.square()).clamp(min=1e-9)
    share = ((right * across + below * down) / length).clamp(0, 1)
    squares = (right - share * across).square() + (below - share * down).square()
    nearest: Tensor = squares.amin(-1).sqrt()
    return nearest
