"""What would make it a 9? Uphill along the gradient of one class, inside the range of ink."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.softmax import log_probability_jacobian, log_softmax
from jacviz.errors import InputError
from jacviz.explain.deepfool import first_flip
from jacviz.explain.inputs import checked_class, checked_ink
from jacviz.explain.norms import Size
from jacviz.typing import Float32Array, Float64Array

STEP_LENGTH = 0.25
MAX_STEPS = 60

# Of each step's direction, so much is that of the step before: it keeps the way from turning to
# and fro across a narrow valley.
_MOMENTUM = 0.5


@dataclass(frozen=True, eq=False)
class Steps:
    """A way from an image towards a class, step by step."""

    target: int
    images: Float32Array
    """(S + 1, *image shape): the image itself, then every changed one, all ink in [0, 1]."""
    probabilities: Float64Array
    """(S + 1, M)."""
    sizes: tuple[Size, ...]
    """Of each image's change from the first; S + 1 of them."""
    flipped: bool
    """Whether the class is the most likely at the end."""
    ending: str
    """Why it ended, in a sentence."""


def toward(
    graph: CompiledJacobian,
    image: ArrayLike,
    target: int,
    *,
    step: float = STEP_LENGTH,
    most: int = MAX_STEPS,
) -> Steps:
    """Change an image little by little until a class is the most likely.

    Each step goes uphill in log p of the class, over a distance (L2, in ink) of at most `step`,
    and stays within paper and full ink; its direction is the gradient's with half of the step
    before. The way ends where the answer flips, and then exactly there: the last step is cut to
    what the flip needed. It ends without a flip after `most` steps, or where the gradient
    vanishes. A few steps show only the beginning. The way need not be the shortest.

    Raises InputError for an image that is no ink, a class that does not exist, and numbers that
    are not positive.
    """
    ink = checked_ink(image)
    target = checked_class(target, graph.outputs)
    if not 0 < step < np.inf or most < 1:
        raise InputError(f"a positive step and at least one are accepted, not {step} and {most}")
    images, logits = [ink], []
    along = np.zeros_like(ink)
    ending = f"It did not flip in {most} steps."
    while True:
        here = images[-1]
        answer, jacobian = graph(here)
        logits.append(answer)
        if _is(answer, target) or len(images) > most:
            break
        along = np.float32(_MOMENTUM) * along + _unit(
            log_probability_jacobian(answer, jacobian)[target]
        )
        uphill = _unit(_free(here, along))
        if not uphill.any():
            ending = "It did not flip: no change of ink makes the class any likelier."
            break
        images.append(np.clip(here + np.float32(step) * uphill, 0, 1))
    flipped = _is(logits[-1], target)
    if flipped and len(images) > 1:
        ending = "The answer flipped."
        images[-1], logits[-1] = first_flip(
            graph, images[-2], images[-1], lambda answer: _is(answer, target)
        )
    elif flipped:
        ending = "It is the most likely class already."
    return Steps(
        target=target,
        images=np.stack(images),
        probabilities=np.exp([log_softmax(answer) for answer in logits]),
        sizes=tuple(Size.between(ink, one) for one in images),
        flipped=flipped,
        ending=ending,
    )


def _is(logits: Float32Array, target: int) -> bool:
    return int(logits.argmax()) == target


def _free(ink: Float32Array, direction: Float32Array) -> Float32Array:
    """The direction without what would go below paper or above full ink."""
    stuck = ((ink <= 0) & (direction < 0)) | ((ink >= 1) & (direction > 0))
    return np.where(stuck, np.float32(0), direction)


def _unit(direction: Float32Array) -> Float32Array:
    """The direction with length 1; zeros stay zeros."""
    length = float(np.sqrt(np.square(direction, dtype=np.float64).sum()))
    unit: Float32Array = direction / np.float32(length) if length > 0 else direction
    return unit
