"""The least time that a Jacobian's multiply-adds take on this core."""

import time
from math import prod

import numpy as np

from jacviz.compiler.ir import Affine, Conv, Plan, Pool, Pooling, Softmax, Step


def multiply_add_rate(size: int = 768, tries: int = 12) -> float:
    """Multiply-adds a second of this core's best float32 matrix product."""
    random = np.random.default_rng(0)
    left, right = random.random((2, size, size), np.float32)
    out = np.empty_like(left)
    best = np.inf
    for _ in range(tries):
        start = time.perf_counter()
        np.matmul(left, right, out=out)
        best = min(best, time.perf_counter() - start)
    return float(size**3 / best)


def least_multiply_adds(plan: Plan) -> int:
    """One forward pass, and all rows of the backward pass, of the folded plan.

    Of a window of maximum pooling only the winner passes a gradient on, so that a convolution
    before it has no more to carry back than there are windows. Comparisons do not count.
    """
    steps = [step for step in plan if not isinstance(step, Softmax)]
    forward = sum(step.multiply_adds() for step in steps if not _maximum(step))
    behind = steps[:-1] if steps and isinstance(steps[-1], Affine) else steps
    following = [*behind[1:], None]
    row = 0
    for step, then in zip(behind, following, strict=True):
        if isinstance(step, Conv) and then is not None and _maximum(then):
            row += min(step.multiply_adds(), prod(then.result) * step.weight[0].size)
        elif not _maximum(step):
            row += step.multiply_adds()
    return forward + plan.outputs * row


def _maximum(step: Step) -> bool:
    return isinstance(step, Pool) and step.pooling is Pooling.MAXIMUM
