"""The least time that a Jacobian's multiply-adds take on this core."""

import time

import numpy as np

from jacviz.graph.steps import Plan


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
    """One forward pass, and all rows of the backward pass, of the folded plan."""
    return sum(step.multiply_adds() for step in plan) + plan.backward_multiply_adds()
