"""Contrastive explanation: why class a, and not b?"""

from dataclasses import dataclass

import numpy as np

from jacviz.errors import InputError
from jacviz.explain.inputs import checked_class
from jacviz.explain.sensitivity import Sensitivity
from jacviz.typing import Float32Array


@dataclass(frozen=True, eq=False)
class Versus:
    """The log-odds of class `a` against class `b`, and their derivative."""

    a: int
    b: int
    log_odds: float
    """log(p_a / p_b): positive where a is the likelier."""
    map: Float32Array
    """Its derivative with respect to each pixel's ink, shaped like the image."""


def versus(sensitivity: Sensitivity, a: int | None = None, b: int | None = None) -> Versus:
    """Compute the log-odds of two classes and their map.

    A class that is not given is the most likely one other than the given: without both, `a` is
    the most likely class and `b` the second.

    >>> sensitivity = jacviz.sensitivity(jacviz.load_lenet5(), np.zeros((28, 28), np.float32))
    >>> jacviz.explain.versus(sensitivity, 4, 9).map.shape
    (28, 28)

    Raises InputError for a class that does not exist, two equal classes, and a model with one
    class.
    """
    logits = sensitivity.logits
    classes = len(logits)
    if classes < 2:
        raise InputError("expected a model of two or more classes, got one class")
    order = [int(k) for k in np.argsort(-logits, kind="stable")]
    given = {checked_class(k, classes) for k in (a, b) if k is not None}
    if a is not None and a == b:
        raise InputError(f"expected two different classes, got {a} twice")
    free = iter(k for k in order if k not in given)
    a = next(free) if a is None else int(a)
    b = next(free) if b is None else int(b)
    return Versus(a, b, float(logits[a]) - float(logits[b]), sensitivity.log_odds(a, b))
