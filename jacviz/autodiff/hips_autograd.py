"""HIPS/autograd: the network in its NumPy, and its jacobian function."""

from collections.abc import Iterable
from math import pi, sqrt
from typing import Any

import autograd.numpy as np
import numpy
import torch
from autograd import jacobian
from autograd.tracer import getval
from torch import Tensor, nn

from jacviz.autodiff.plan import Function, composed, plan_of
from jacviz.autodiff.registry import Run
from jacviz.autodiff.windows import margins, taps
from jacviz.compiler import ir
from jacviz.compiler.ir import Nonlinearity, Plan, Pooling, Step


def prepare(model: nn.Module, x: Tensor) -> Run:
    rows = jacobian(network(plan_of(model, x), x.cpu().numpy().dtype))
    return lambda x: torch.from_numpy(rows(x.cpu().numpy())).to(x)


def network(plan: Plan, dtype: Any) -> Function:
    """Return the function from one input to the outputs, flattened."""
    chain = _chain(plan, dtype)
    return lambda x: np.reshape(chain(x), -1)


def _chain(steps: Iterable[Step], dtype: Any) -> Function:
    return composed([_function(step, dtype) for step in steps])


def _function(step: Step, dtype: Any) -> Function:  # noqa: PLR0911
    match step:
        case ir.Affine():
            weight, bias = step.weight.astype(dtype), step.bias.astype(dtype)
            return lambda x: np.reshape(np.dot(weight, np.reshape(x, -1)) + bias, step.result)
        case ir.Scale():
            factor, offset = step.factor.astype(dtype), step.offset.astype(dtype)
            return lambda x: factor * x + offset
        case ir.Reshape():
            return lambda x: np.reshape(x, step.result)
        case ir.Conv():
            return _conv(step, dtype)
        case ir.Pool():
            return _average(step) if step.pooling is Pooling.AVERAGE else _maximum(step)
        case ir.Activation():
            return _activation(step)
        case ir.Average():
            rows, columns = step.rows.astype(dtype), step.columns.T.astype(dtype)
            return lambda x: np.matmul(np.matmul(rows, x), columns)
        case ir.Sum():
            branches = [_chain(branch, dtype) for branch in step.branches]
            return lambda x: sum(branch(x) for branch in branches)
        case ir.Softmax(log=True):
            return _log_softmax
        case ir.Softmax():
            return _softmax
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in Autograd"
    )


def _activation(step: ir.Activation) -> Function:  # noqa: PLR0911
    slope = step.slope
    match step.nonlinearity:
        case Nonlinearity.TANH:
            return np.tanh  # type: ignore[no-any-return]
        case Nonlinearity.SIGMOID:
            return _sigmoid
        case Nonlinearity.RELU:
            return lambda x: np.where(x > 0, x, slope * x)
        case Nonlinearity.SILU:
            return lambda x: x * _sigmoid(x)
        case Nonlinearity.ELU:
            return lambda x: np.where(x > 0, x, slope * np.expm1(np.where(x > 0, 0, x)))
        case Nonlinearity.GELU_TANH:
            return lambda x: x * _sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x**3))
        case Nonlinearity.GELU:
            # Autograd has it from SciPy, which it does not require.
            from autograd.scipy.special import erf

            return lambda x: x * (1 + erf(x / sqrt(2))) / 2
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in Autograd"
    )


def _sigmoid(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def _softmax(x: Any) -> Any:
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)


def _log_softmax(x: Any) -> Any:
    shifted = x - np.max(x)
    return shifted - np.log(np.sum(np.exp(shifted)))


def _windows(step: ir.Conv | ir.Pool) -> Function:
    """(C, H, W) to (C, elements of the window, *positions), zeros around the image."""
    margin, where = ((0, 0), *margins(step)), taps(step)
    padded = any(map(any, margin))

    def cut(x: Any) -> Any:
        if padded:
            x = np.pad(x, margin, "constant")
        return np.stack([x[:, rows, columns] for rows, columns in where], axis=1)

    return cut


def _conv(step: ir.Conv, dtype: Any) -> Function:
    cut = _windows(step)
    outputs = step.weight.shape[0] // step.groups
    weight = step.weight.reshape(step.groups, outputs, -1).astype(dtype)
    bias = step.bias.astype(dtype)

    def conv(x: Any) -> Any:
        windows = np.reshape(cut(x), (step.groups, weight.shape[2], -1))
        return np.reshape(np.matmul(weight, windows), step.result) + bias

    return conv


def _average(step: ir.Pool) -> Function:
    cut = _windows(step)
    return lambda x: np.mean(cut(x), axis=1)


def _maximum(step: ir.Pool) -> Function:
    """Picks the first of equals, as PyTorch does; Autograd's own maximum shares between them."""
    cut = _windows(step)
    outside = cut(numpy.ones(step.source)) == 0

    def maximum(x: Any) -> Any:
        windows = cut(x)
        first = numpy.where(outside, -numpy.inf, getval(windows)).argmax(axis=1)
        chosen = first[:, None] == numpy.arange(windows.shape[1])[:, None, None]
        return np.sum(np.where(chosen, windows, 0), axis=1)

    return maximum
