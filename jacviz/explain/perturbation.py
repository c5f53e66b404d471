"""What a change of ink does: as the Jacobian predicts it, and as the network computes it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.softmax import softmax
from jacviz.errors import InputError
from jacviz.explain.inputs import checked_ink, checked_pixel
from jacviz.explain.sensitivity import sensitivity
from jacviz.typing import Float32Array, Float64Array

AMOUNTS: tuple[float, ...] = tuple(i / 20 for i in range(-20, 21))
"""From -1 to 1 in steps of a twentieth, 0 among them."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """All M probabilities along one change of ink, predicted linearly and computed."""

    amounts: Float64Array
    """(A,): the ink added where the brush is full."""
    predicted: Float64Array
    """(A, M): p + amount x the Jacobian along the brush: a straight line, also beyond [0, 1]."""
    true: Float64Array
    """(A, M): the network's probabilities at the changed image."""
    possible: NDArray[np.bool_]
    """(A,): whether the changed image is still ink, between 0 and 1 at every pixel."""
    room: tuple[float, float]
    """The smallest and the largest amount that keep the image in [0, 1]."""


def brush(shape: tuple[int, ...], pixel: Sequence[int], radius: float = 0) -> Float32Array:
    """Make a round brush on an image: 1 where a pixel's centre lies within `radius`, 0 elsewhere.

    The distance is counted in rows and columns; where there are channels, the brush covers the
    pixel's own. Raises InputError for a pixel outside the image and a negative radius.
    """
    index = checked_pixel(pixel, shape)
    if not radius >= 0:
        raise InputError(f"expected a radius of 0 or more pixels, got {radius}")
    rows, columns = np.ogrid[tuple(slice(n) for n in shape[-2:])]
    within = (rows - index[-2]) ** 2 + (columns - index[-1]) ** 2 <= radius**2
    covered = np.zeros(shape, np.float32)
    covered[index[:-2]] = within
    return covered


def what_if(
    graph: CompiledJacobian,
    image: ArrayLike,
    under: ArrayLike,
    amounts: Sequence[float] = AMOUNTS,
) -> WhatIf:
    """Add ink under a brush, in several amounts: predicted and true probabilities of each.

    `image` is ink in [0, 1], and `under`, shaped like it, says how much of an amount each pixel
    gets (see `brush`). Nothing is clipped: amounts that would leave paper or full ink behind are
    computed too, and `possible` says so of each. Raises InputError for an image that is no ink, a
    brush of another shape or without any effect, and amounts that are not finite.
    """
    ink = checked_ink(image)
    direction = np.asarray(under, dtype=np.float32)
    if direction.shape != ink.shape or not np.isfinite(direction).all() or not direction.any():
        raise InputError(
            f"expected a finite brush of the image's shape {ink.shape} that is not all zeros, "
            f"got shape {direction.shape} with {np.count_nonzero(direction)} values that are not 0"
        )
    steps = np.asarray(amounts, dtype=np.float64)
    if steps.ndim != 1 or not len(steps) or not np.isfinite(steps).all():
        raise InputError(f"expected one or more finite numbers as amounts, got {amounts!r}")
    here = sensitivity(graph, ink)
    slopes = here.jacobian("probability").reshape(len(here.logits), -1) @ direction.reshape(-1)
    changed = [ink + np.float32(amount) * direction for amount in steps]
    room = _room(ink, direction)
    return WhatIf(
        amounts=steps,
        predicted=here.probabilities + steps[:, None] * slopes,
        true=np.array([softmax(graph(one)[0]) for one in changed]),
        possible=(steps >= room[0]) & (steps <= room[1]),
        room=room,
    )


def _room(ink: Float32Array, direction: Float32Array) -> tuple[float, float]:
    """Return the smallest and largest amount that keep ink + amount x direction in [0, 1]."""
    moved = direction != 0
    slope, level = direction[moved].astype(np.float64), ink[moved].astype(np.float64)
    to_zero, to_full = -level / slope, (1 - level) / slope
    return (
        float(np.minimum(to_zero, to_full).max()),
        float(np.maximum(to_zero, to_full).min()),
    )
