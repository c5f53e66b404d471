"""What is the least change of ink that changes the answer?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.softmax import softmax
from jacviz.errors import InputError
from jacviz.explain.inputs import checked_ink
from jacviz.explain.norms import Size
from jacviz.typing import Float32Array, Float64Array

MAX_ITERATIONS = 200

# Steps are short, for the boundary between two classes is curved.
_MAX_STEP_LENGTH = 0.25
# How far each linear step goes beyond where it expects the other class to take over.
_OVERSHOOT = 1.02
_MAX_REFINEMENTS = 40
_EPSILON = 1e-12
_BISECTIONS = 12


@dataclass(frozen=True, eq=False)
class Flip:
    """An image changed so that the answer is another."""

    before: int
    after: int
    image: Float32Array
    probabilities: Float64Array
    size: Size


def nearest_flip(
    graph: CompiledJacobian, image: ArrayLike, most: int = MAX_ITERATIONS
) -> Flip | None:
    """The smallest change of ink (L2) found that changes the answer; None where none was.

    First across the boundary, as DeepFool (Moosavi-Dezfooli et al., 2016) goes: by the Jacobian,
    the nearest class is the one whose log-odds vanish over the shortest distance; go there, at
    most 0.25 at once, and look again. Then along the boundary towards the image: repeatedly to
    the point nearest to the image on the boundary as the Jacobian sees it from here. Every
    changed image is ink in [0, 1], and the one given back is where, on the straight line from
    the image, the answer has just changed. Its size is an upper bound: a smaller change may exist.

    Raises InputError for an image that is no ink and a model with one class.
    """
    ink = checked_ink(image)
    if graph.outputs < 2:
        raise InputError("expected a model of two or more classes, got one: it always answers that")
    logits, jacobian = graph(ink)
    before = int(logits.argmax())
    there, best = ink, None
    left = most
    while left > 0:
        left -= 1
        # Until the answer has flipped the next point is looked for from here, then from the image.
        from_ = there if best is None else ink
        aim = _linear_boundary_point(from_, there, logits, jacobian, before)
        there = _moved(there, aim, share=1.0 if best is None else 0.5)
        logits, jacobian = graph(there)
        if int(logits.argmax()) == before:
            continue
        if best is None:
            left = _MAX_REFINEMENTS
        elif _distance(ink, there) > 1.05 * _distance(ink, best[0]):
            continue
        cut = first_flip(graph, ink, there, lambda z: int(z.argmax()) != before)
        if best is None or _distance(ink, cut[0]) < _distance(ink, best[0]):
            best = cut
    if best is None:
        return None
    changed, answer = best
    size = Size.between(ink, changed)
    return Flip(before, int(answer.argmax()), changed, softmax(answer), size)


def first_flip(
    graph: CompiledJacobian,
    start: Float32Array,
    stop: Float32Array,
    flipped: Callable[[Float32Array], bool],
) -> tuple[Float32Array, Float32Array]:
    """An image between `start` and `stop` where the answer has just flipped, and its logits.

    By halving: `flipped` holds at `stop`, not at `start`, and at the result, which lies at most
    1/4096 of the way behind a point where it does not.
    """
    way = stop - start
    low, high = 0.0, 1.0
    image, logits = stop, graph(stop)[0]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        there = start + np.float32(middle) * way
        answer = graph(there)[0]
        if flipped(answer):
            high, image, logits = middle, there, answer
        else:
            low = middle
    return image, logits


def _linear_boundary_point(
    ink: Float32Array,
    there: Float32Array,
    logits: Float32Array,
    jacobian: Float32Array,
    before: int,
) -> Float32Array:
    """The image nearest to `ink` where another class takes over, by the Jacobian at `there`."""
    others = [k for k in range(len(logits)) if k != before]
    slopes = jacobian[others] - jacobian[before]
    # The log-odds at `ink`, as the straight line from `there` has them.
    gaps = (logits[before] - logits[others]).astype(np.float64) + np.tensordot(
        slopes, there - ink, axes=ink.ndim
    )
    # Where paper cannot lose and full ink not gain, nothing is to be expected.
    slopes[((ink <= 0) & (slopes < 0)) | ((ink >= 1) & (slopes > 0))] = 0
    squares = np.square(slopes, dtype=np.float64).reshape(len(others), -1).sum(axis=1)
    squares = np.maximum(squares, _EPSILON)
    gaps = np.maximum(gaps, 0)
    nearest = int(np.argmin(gaps / np.sqrt(squares)))
    reach = _OVERSHOOT * gaps[nearest] / squares[nearest] + _EPSILON
    moved: Float32Array = np.clip(ink + np.float32(reach) * slopes[nearest], 0, 1)
    return moved


def _moved(start: Float32Array, aim: Float32Array, share: float) -> Float32Array:
    """A share of the way from `start` to `aim`, but no farther than the longest step."""
    length = _distance(start, aim)
    moved: Float32Array = start + np.float32(
        min(share, _MAX_STEP_LENGTH / max(length, _EPSILON))
    ) * (aim - start)
    return moved


def _distance(one: Float32Array, other: Float32Array) -> float:
    return float(np.sqrt(np.square(one - other, dtype=np.float64).sum()))
