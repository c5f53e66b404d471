"""Softmax and what it does to a Jacobian: from logits to probabilities and their logarithms.

With D the logit Jacobian's rows minus the row of the largest logit, and m = sum_k p_k D_k,
d log p_i = D_i - m and d p_i = p_i (D_i - m). Subtracting that row first keeps the
digits that (diag p - p p^T) J_z would lose where one probability is nearly 1: its own
D is 0, and its result -p m is as exact as m. Minus the sum of the other rows would be the same, but
for 1 / p times the rounding of m, which is large where there are many classes.
"""

import numpy as np

from jacviz.typing import Float32Array, Float64Array

# Products with smaller probabilities would be denormal, which is slow, and are invisible.
_MIN_PROBABILITY = 1e-33

# Rows whose weighted sum is taken in float32; such sums are added in float64, so that rounding
# does not grow with the number of classes.
_ROWS_PER_SUM = 64


def log_softmax(logits: Float32Array) -> Float64Array:
    """log p, shape (M,), in float64; finite for all finite logits."""
    shifted = logits.astype(np.float64) - logits.max()
    result: Float64Array = shifted - np.log(np.exp(shifted).sum())
    return result


def softmax(logits: Float32Array) -> Float64Array:
    """p, shape (M,), in float64."""
    result: Float64Array = np.exp(log_softmax(logits))
    return result


def log_probability_jacobian(logits: Float32Array, jacobian: Float32Array) -> Float32Array:
    """d log p / d x, (M, ...), from the logits and their Jacobian (M, ...)."""
    return _log_rows(softmax(logits), jacobian).reshape(jacobian.shape)


def probability_jacobian(logits: Float32Array, jacobian: Float32Array) -> Float32Array:
    """d p / d x, (M, ...), from the logits and their Jacobian; its M rows sum to zero within
    rounding."""
    p = softmax(logits)
    rows = _log_rows(p, jacobian)
    rows *= _weights(p)[:, None]
    return rows.reshape(jacobian.shape)


def _log_rows(p: Float64Array, jacobian: Float32Array) -> Float32Array:
    flat = jacobian.reshape(len(p), -1)
    rows: Float32Array = flat - flat[int(p.argmax())]
    weights = _weights(p)
    mean = np.zeros(rows.shape[1])
    for first in range(0, len(rows), _ROWS_PER_SUM):
        some = slice(first, first + _ROWS_PER_SUM)
        mean += weights[some] @ rows[some]
    # A mean rounded to float32 would move all rows the same way, and their sum M times as far.
    np.subtract(rows, mean, out=rows, casting="same_kind")
    return rows


def _weights(p: Float64Array) -> Float32Array:
    return np.where(p < _MIN_PROBABILITY, 0, p).astype(np.float32)
