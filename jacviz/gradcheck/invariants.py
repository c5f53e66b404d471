"""Sums over the outputs that must vanish at every pixel (of a classifier's Jacobian)."""

import numpy as np

from jacviz.compiler.softmax import log_probability_jacobian, probability_jacobian, softmax
from jacviz.typing import Float64Array


def sums(outputs: Float64Array, jacobian: Float64Array) -> float:
    """Return how far from zero the sums are, as a share of the largest derivative summed.

    Probabilities add up to 1, so their derivatives to 0, and those of log-probabilities do when
    weighted with the probabilities. Outputs that are neither count as logits, and both views of
    their Jacobian are tried. A single output has no such sum. Infinity where numbers that are not
    finite are among them.
    """
    if len(outputs) < 2:
        return 0.0
    if not (np.isfinite(outputs).all() and np.isfinite(jacobian).all()):
        return float("inf")
    flat = jacobian.reshape(len(outputs), -1)
    # Shares do not depend on the unit, and single precision holds them in this one.
    flat = flat / (np.abs(flat).max() or 1.0)
    ones = np.ones(len(outputs))
    if (outputs >= 0).all() and abs(outputs.sum() - 1) < 1e-6:
        return _relative_sum(ones, flat)
    if (outputs <= 0).all() and abs(np.exp(outputs).sum() - 1) < 1e-6:
        return _relative_sum(np.exp(outputs), flat)
    logits, rows = outputs.astype(np.float32), flat.astype(np.float32)
    return max(
        _relative_sum(ones, probability_jacobian(logits, rows).astype(np.float64)),
        _relative_sum(softmax(logits), log_probability_jacobian(logits, rows).astype(np.float64)),
    )


def _relative_sum(weights: Float64Array, rows: Float64Array) -> float:
    largest = float(np.abs(rows).max())
    return float(np.abs(weights @ rows).max()) / largest if largest else 0.0
