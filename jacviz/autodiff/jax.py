"""JAX: the network in its NumPy, and jit(jacrev) of it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from jax import lax
from torch import Tensor, nn

from jacviz.autodiff.plan import Function, composed, plan_of
from jacviz.autodiff.registry import Run
from jacviz.autodiff.windows import margins, taps
from jacviz.compiler import ir
from jacviz.compiler.ir import Nonlinearity, Plan, Pooling, Step


def prepare(model: nn.Module, x: Tensor) -> Run:
    dtype = x.cpu().numpy().dtype
    rows = jax.jit(jax.jacrev(network(plan_of(model, x), dtype)))

    def jacobian(x: Tensor) -> Tensor:
        with _precision(dtype):
            return torch.from_numpy(np.array(rows(x.cpu().numpy()))).to(x)

    return jacobian


def _precision(dtype: Any) -> AbstractContextManager[Any]:
    """JAX computes in single precision unless told otherwise."""
    doubles: AbstractContextManager[Any] = jax.enable_x64(dtype == np.float64)
    return doubles


def network(plan: Plan, dtype: Any) -> Function:
    """Return the function from one input to the outputs, flattened."""
    chain = _chain(plan, dtype)
    return lambda x: chain(x).reshape(-1)


def _chain(steps: Iterable[Step], dtype: Any) -> Function:
    return composed([_function(step, dtype) for step in steps])


def _function(step: Step, dtype: Any) -> Function:  # noqa: PLR0911
    match step:
        case ir.Affine():
            weight, bias = step.weight.astype(dtype), step.bias.astype(dtype)
            return lambda x: (weight @ x.reshape(-1) + bias).reshape(step.result)
        case ir.Scale():
            factor, offset = step.factor.astype(dtype), step.offset.astype(dtype)
            return lambda x: factor * x + offset
        case ir.Reshape():
            return lambda x: x.reshape(step.result)
        case ir.Conv():
            return _conv(step, dtype)
        case ir.Pool():
            return _average(step) if step.pooling is Pooling.AVERAGE else _maximum(step)
        case ir.Activation():
            return _activation(step)
        case ir.Average():
            rows, columns = step.rows.astype(dtype), step.columns.T.astype(dtype)
            return lambda x: rows @ x @ columns
        case ir.Sum():
            branches = [_chain(branch, dtype) for branch in step.branches]
            return lambda x: sum(branch(x) for branch in branches)
        case ir.Softmax(log=True):
            return lambda x: jax.nn.log_softmax(x, axis=None)
        case ir.Softmax():
            return lambda x: jax.nn.softmax(x, axis=None)
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in JAX"
    )


def _activation(step: ir.Activation) -> Function:  # noqa: PLR0911
    match step.nonlinearity:
        case Nonlinearity.TANH:
            return jnp.tanh
        case Nonlinearity.SIGMOID:
            return jax.nn.sigmoid
        case Nonlinearity.RELU:
            return lambda x: jnp.where(x > 0, x, step.slope * x)
        case Nonlinearity.SILU:
            return jax.nn.silu
        case Nonlinearity.ELU:
            return lambda x: jax.nn.elu(x, step.slope)
        case Nonlinearity.GELU_TANH:
            return lambda x: jax.nn.gelu(x, approximate=True)
        case Nonlinearity.GELU:
            return lambda x: jax.nn.gelu(x, approximate=False)
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in JAX"
    )


def _conv(step: ir.Conv, dtype: Any) -> Function:
    weight, bias = step.weight.astype(dtype), step.bias.astype(dtype)

    def conv(x: Any) -> Any:
        image = lax.conv_general_dilated(
            x[None],
            jnp.asarray(weight),
            window_strides=step.stride,
            padding=margins(step),
            rhs_dilation=step.dilation,
            feature_group_count=step.groups,
            precision=lax.Precision.HIGHEST,
        )
        return image[0] + bias

    return conv


def _average(step: ir.Pool) -> Function:
    def average(x: Any) -> Any:
        total = lax.reduce_window(
            x, np.array(0, x.dtype), lax.add, (1, *step.kernel), (1, *step.stride),
            ((0, 0), *margins(step)),
        )  # fmt: skip
        return total / (step.kernel[0] * step.kernel[1])

    return average


def _maximum(step: ir.Pool) -> Function:
    """Picks the first of equals, as PyTorch does."""
    margin, where = ((0, 0), *margins(step)), taps(step)

    def maximum(x: Any) -> Any:
        padded = jnp.pad(x, margin, constant_values=-jnp.inf)
        windows = jnp.stack([padded[:, rows, columns] for rows, columns in where], axis=1)
        first = jnp.argmax(windows, axis=1, keepdims=True)
        return jnp.take_along_axis(windows, first, axis=1)[:, 0]

    return maximum
