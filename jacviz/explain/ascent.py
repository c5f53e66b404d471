"""What would make it a 9? Projected gradient ascent in the log-probability of one class."""

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
"""L2 length of one step, in ink."""
MAX_STEPS = 60

# Momentum damps oscillation across a narrow valley.
_MOMENTUM = 0.5


@dataclass(frozen=True, eq=False)
class Steps:
    """The path of a gradient ascent from an image towards a class."""

    target: int
    images: Float32Array
    """(S + 1, *image shape): the image itself, then one per step, all ink in [0, 1]."""
    probabilities: Float64Array
    """(S + 1, M)."""
    sizes: tuple[Size, ...]
    """Norms of each image's change from the first; S + 1 of them."""
    flipped: bool
    """Whether the class is the most likely at the end."""
    ending: str
    """Why the ascent ended, in a sentence."""


def toward(
    graph: CompiledJacobian,
    image: ArrayLike,
    target: int,
    *,
    step: float = STEP_LENGTH,
    most: int = MAX_STEPS,
) -> Steps:
    """Change an image step by step until a class is the most likely (projected gradient ascent).

    Each step moves at most `step` (L2, in ink) along the gradient of log p of the class, with
    momentum 0.5, and is clipped to ink in [0, 1]. The ascent ends where the predicted class
    becomes `target`, with the last step shortened by bisection to what the flip needs; or without
    a flip after `most` steps, or where no change of ink increases log p. The path need not be the
    shortest.

    >>> model = jacviz.load_lenet5()
    >>> graph = jacviz.compile_jacobian(model, np.zeros((1, 28, 28), np.float32))
    >>> steps = jacviz.explain.toward(graph, np.zeros((28, 28)), 7)
    >>> steps.flipped, int(steps.probabilities[-1].argmax())
    (True, 7)

    Raises InputError for an image outside [0, 1], a class that does not exist, a step length that
    is not positive and finite, and fewer than one step.
    """
    ink = checked_ink(image)
    target = checked_class(target, graph.outputs)
    if not 0 < step < np.inf or most < 1:
        raise InputError(
            f"expected a finite step > 0 and at least one step, got step={step} and most={most}"
        )
    images, logits = [ink], []
    velocity = np.zeros_like(ink)
    ending = f"It did not flip in {most} steps."
    while True:
        here = images[-1]
        answer, jacobian = graph(here)
        logits.append(answer)
        if _is(answer, target) or len(images) > most:
            break
        velocity = np.float32(_MOMENTUM) * velocity + _unit(
            log_probability_jacobian(answer, jacobian)[target]
        )
        uphill = _unit(_projected(here, velocity))
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


def _projected(ink: Float32Array, direction: Float32Array) -> Float32Array:
    """Set the direction to zero where it would leave ink in [0, 1]."""
    blocked = ((ink <= 0) & (direction < 0)) | ((ink >= 1) & (direction > 0))
    return np.where(blocked, np.float32(0), direction)


def _unit(direction: Float32Array) -> Float32Array:
    """Normalise the direction to length 1; zeros stay zeros."""
    length = float(np.sqrt(np.square(direction, dtype=np.float64).sum()))
    unit: Float32Array = direction / np.float32(length) if length > 0 else direction
    return unit
