"""The sensitivity of outputs to pixels: one Jacobian in every output space."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from torch import nn

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.compiled import compile_module
from jacviz.compiler.inputs import Input
from jacviz.compiler.softmax import log_probability_jacobian, probability_jacobian, softmax
from jacviz.errors import InputError
from jacviz.explain.inputs import checked_class
from jacviz.models.model import Model
from jacviz.output_spaces import Space, check_space
from jacviz.typing import Float32Array, Float64Array

SATURATION_THRESHOLD = 0.999
"""Above this probability of the most likely class all probability derivatives are near zero, and
maps of them show magnified noise."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How M outputs at one image change with each of its pixels.

    Made of the logits, shape (M,), and their Jacobian, shape (M, *image shape), with derivatives
    per unit of pixel intensity. All other spaces follow from these two.
    """

    logits: Float32Array
    logit_jacobian: Float32Array

    def __post_init__(self) -> None:
        if self.logits.ndim != 1 or self.logit_jacobian.shape[:1] != self.logits.shape:
            raise InputError(
                "expected logits of shape (M,) and a Jacobian of shape (M, *image shape), "
                f"got {self.logits.shape} and {self.logit_jacobian.shape}"
            )

    @cached_property
    def probabilities(self) -> Float64Array:
        """softmax(logits), shape (M,), in float64: tiny ones are not rounded to zero."""
        return softmax(self.logits)

    @property
    def top(self) -> int:
        """The most likely class; the first of equals."""
        return int(self.logits.argmax())

    @property
    def saturated(self) -> bool:
        """Whether the most likely class exceeds SATURATION_THRESHOLD: its maps show noise."""
        return bool(self.probabilities[self.top] > SATURATION_THRESHOLD)

    def jacobian(self, space: Space = "probability") -> Float32Array:
        """Return the derivatives of the outputs in one space, shape (M, *image shape).

        `space` is "probability" (rows sum to zero at every pixel), "log-probability" (rows
        weighted with the probabilities do) or "logit"; anything else raises InputError.
        """
        check_space(space)
        if space == "logit":
            return self.logit_jacobian
        if space == "log-probability":
            return log_probability_jacobian(self.logits, self.logit_jacobian)
        return probability_jacobian(self.logits, self.logit_jacobian)

    def matrix(self, space: Space = "probability") -> Float32Array:
        """Return the transposed matrix, shape (pixels, M): J[i, k] = d output k / d pixel i."""
        return self.jacobian(space).reshape(len(self.logits), -1).T

    def log_odds(self, a: int, b: int) -> Float32Array:
        """Return the derivatives of log(p_a / p_b), shape (*image shape).

        Raises InputError for classes outside 0 .. M - 1.
        """
        a, b = (checked_class(number, len(self.logits)) for number in (a, b))
        difference: Float32Array = self.logit_jacobian[a] - self.logit_jacobian[b]
        return difference


def sensitivity(
    model: nn.Module | Model | CompiledJacobian, image: Input, outputs: Space = "logit"
) -> Sensitivity:
    """Compute the sensitivity of a model's outputs to each pixel of one image.

    `model` is a module, which is compiled for this one call (20 ms for LeNet-5; nothing is kept,
    so that changed weights always count), or a graph from `compile_jacobian`, which is the fast
    way for more than one image, or a `jacviz.Model`, which is compiled like a module and says
    itself what its `outputs` are. `image` is an array or tensor without batch axis; a channel axis
    of length one may be left out, and the Jacobian leaves it out, so that (1, 28, 28) and (28, 28)
    both give (M, 28, 28).

    `outputs` says what the model returns. "logit": logits. "log-probability": log-probabilities,
    which serve as logits. "probability": probabilities, whose logarithms serve as logits, exact
    where the module ends in a softmax and otherwise of at least 1e-30; a compiled graph must then
    have been made with `log_outputs=True`.

    >>> model, image = jacviz.load_lenet5(), np.zeros((28, 28), np.float32)
    >>> jacviz.sensitivity(model, image).jacobian("probability").shape
    (10, 28, 28)

    Raises InputError for images that the model does not take, and for outputs that are not what
    `outputs` says.
    """
    check_space(outputs)
    if isinstance(model, Model):
        outputs = model.outputs
    logarithms = outputs == "probability"
    if isinstance(model, CompiledJacobian):
        if logarithms and not model.log_outputs:
            raise InputError(
                "expected a graph of log-probabilities, got one of probabilities; "
                "make it by compile_jacobian(model, example, log_outputs=True)"
            )
        compiled = model
    else:
        compiled = compile_module(model, image, log_outputs=logarithms, trace=False)
    logits, jacobian = compiled(image)
    if outputs != "logit":
        total = float(np.exp(logits.astype(np.float64)).sum())
        if not abs(total - 1) < 1e-3:
            raise InputError(
                f"expected probabilities that sum to 1 for outputs={outputs!r}, got a sum of "
                f'{total:.4g}; for a model that returns logits pass outputs="logit"'
            )
    shape = jacobian.shape[1:]
    if len(shape) == 3 and shape[0] == 1:
        jacobian = jacobian[:, 0]
    return Sensitivity(logits, jacobian)
