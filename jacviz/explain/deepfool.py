"""The smallest change of ink that changes the predicted class (DeepFool, with a refinement)."""

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

# Steps are short because the decision boundary is curved. L2, in ink.
_MAX_STEP_LENGTH = 0.25
# Overshoot of each linear step beyond the linearised boundary, as in the paper.
_OVERSHOOT = 1.02
_MAX_REFINEMENTS = 40
_EPSILON = 1e-12
_BISECTIONS = 12


@dataclass(frozen=True, eq=False)
class Flip:
    """A changed image with another predicted class."""

    before: int
    """The predicted class of the original image."""
    after: int
    """The predicted class of the changed image."""
    image: Float32Array
    """The changed image, shaped like the original, ink in [0, 1]."""
    probabilities: Float64Array
    """(M,), at the changed image."""
    size: Size
    """Norms of the change."""


def nearest_flip(
    graph: CompiledJacobian, image: ArrayLike, most: int = MAX_ITERATIONS
) -> Flip | None:
    """Find a smallest change of ink (L2) that changes the predicted class; None if none is found.

    First DeepFool (Moosavi-Dezfooli et al., 2016): step towards the nearest linearised decision
    boundary, at most 0.25 (L2, in ink) at once, until the predicted class changes. Then refine:
    project the original image onto the boundary linearised at the current image, repeatedly.
    Every changed image is clipped to ink in [0, 1]; the returned one lies just behind the
    boundary on the straight line from the image, found by bisection. `most` limits the number of
    DeepFool steps. The size is an upper bound: a smaller change may exist.

    >>> graph = jacviz.compile_jacobian(jacviz.get_model("standard"))
    >>> flip = jacviz.explain.nearest_flip(graph, np.zeros((28, 28)))
    >>> flip.before != flip.after, flip.size.l2 > 0
    (True, True)

    Raises InputError for an image outside [0, 1] and a model with one class.
    """
    ink = checked_ink(image)
    if graph.outputs < 2:
        raise InputError("expected a model of two or more classes, got one class")
    logits, jacobian = graph(ink)
    before = int(logits.argmax())
    current, best = ink, None
    left = most
    while left > 0:
        left -= 1
        # DeepFool projects the current image, the refinement the original one.
        origin = current if best is None else ink
        aim = _linear_boundary_point(origin, current, logits, jacobian, before)
        current = _moved(current, aim, share=1.0 if best is None else 0.5)
        logits, jacobian = graph(current)
        if int(logits.argmax()) == before:
            continue
        if best is None:
            left = _MAX_REFINEMENTS
        elif _distance(ink, current) > 1.05 * _distance(ink, best[0]):
            continue
        cut = first_flip(graph, ink, current, lambda z: int(z.argmax()) != before)
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
    """Bisect between `start` and `stop` for the first flipped image; return it and its logits.

    `flipped` must be false of the logits at `start` and true at `stop`. It is true at the result,
    which lies at most 1/4096 of the distance behind a point where it is false.
    """
    change = stop - start
    low, high = 0.0, 1.0
    image, logits = stop, graph(stop)[0]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        between = start + np.float32(middle) * change
        answer = graph(between)[0]
        if flipped(answer):
            high, image, logits = middle, between, answer
        else:
            low = middle
    return image, logits


def _linear_boundary_point(
    ink: Float32Array,
    current: Float32Array,
    logits: Float32Array,
    jacobian: Float32Array,
    before: int,
) -> Float32Array:
    """Project `ink` onto the nearest decision boundary, linearised at `current`."""
    others = [k for k in range(len(logits)) if k != before]
    slopes = jacobian[others] - jacobian[before]
    # The log-odds at `ink`, extrapolated linearly from `current`.
    gaps = (logits[before] - logits[others]).astype(np.float64) + np.tensordot(
        slopes, current - ink, axes=ink.ndim
    )
    # Clipping to ink in [0, 1] would undo these components.
    slopes[((ink <= 0) & (slopes < 0)) | ((ink >= 1) & (slopes > 0))] = 0
    squares = np.square(slopes, dtype=np.float64).reshape(len(others), -1).sum(axis=1)
    squares = np.maximum(squares, _EPSILON)
    gaps = np.maximum(gaps, 0)
    nearest = int(np.argmin(gaps / np.sqrt(squares)))
    reach = _OVERSHOOT * gaps[nearest] / squares[nearest] + _EPSILON
    moved: Float32Array = np.clip(ink + np.float32(reach) * slopes[nearest], 0, 1)
    return moved


def _moved(start: Float32Array, aim: Float32Array, share: float) -> Float32Array:
    """Move a share of the distance from `start` to `aim`, at most _MAX_STEP_LENGTH."""
    length = _distance(start, aim)
    moved: Float32Array = start + np.float32(
        min(share, _MAX_STEP_LENGTH / max(length, _EPSILON))
    ) * (aim - start)
    return moved


def _distance(one: Float32Array, other: Float32Array) -> float:
    return float(np.sqrt(np.square(one - other, dtype=np.float64).sum()))
