"""A plan as a PyTorch function in float64: slow, differentiable, and independent of the backends.

The module that a plan was made of, and every backend, can be compared with it.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from jacviz.compiler.ir import (
    Activation,
    Affine,
    Average,
    Constant,
    Conv,
    Nonlinearity,
    Plan,
    Pool,
    Pooling,
    Reshape,
    Scale,
    Softmax,
    Step,
    Sum,
)

Function: TypeAlias = Callable[[Tensor], Tensor]


def plan_function(plan: Plan) -> Function:
    """Return the function from a float64 input of shape plan.source to the outputs, (M,)."""
    return lambda x: _run(plan, x.reshape(plan.source)).reshape(-1)


def _run(steps: Iterable[Step], x: Tensor) -> Tensor:
    for step in steps:
        x = _step(step, x)
    return x


def _step(step: Step, x: Tensor) -> Tensor:  # noqa: PLR0911
    match step:
        case Reshape():
            return x.reshape(step.result)
        case Scale():
            return x * _tensor(step.factor) + _tensor(step.offset)
        case Affine():
            return functional.linear(
                x.reshape(-1), _tensor(step.weight), _tensor(step.bias)
            ).reshape(step.result)
        case Conv():
            image = functional.conv2d(
                x[None],
                _tensor(step.weight),
                None,
                step.stride,
                step.padding,
                step.dilation,
                step.groups,
            )
            return image[0] + _tensor(step.bias)
        case Pool(pooling=Pooling.AVERAGE):
            return functional.avg_pool2d(x[None], step.kernel, step.stride, step.padding)[0]
        case Pool():
            return functional.max_pool2d(
                x[None], step.kernel, step.stride, step.padding, step.dilation
            )[0]
        case Average():
            return _tensor(step.rows) @ x @ _tensor(step.columns).T
        case Sum():
            return torch.stack([_run(branch, x) for branch in step.branches]).sum(0)
        case Softmax():
            function = torch.log_softmax if step.log else torch.softmax
            return function(x.reshape(-1), 0).reshape(step.result)
        case Activation():
            return _activation(step, x)
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in PyTorch"
    )


def _activation(step: Activation, x: Tensor) -> Tensor:  # noqa: PLR0911
    match step.nonlinearity:
        case Nonlinearity.TANH:
            return x.tanh()
        case Nonlinearity.SIGMOID:
            return x.sigmoid()
        case Nonlinearity.RELU:
            return functional.leaky_relu(x, step.slope) if step.slope else x.relu()
        case Nonlinearity.SILU:
            return functional.silu(x)
        case Nonlinearity.ELU:
            return functional.elu(x, step.slope)
        case Nonlinearity.GELU:
            return functional.gelu(x)
        case Nonlinearity.GELU_TANH:
            return functional.gelu(x, approximate="tanh")
    raise TypeError(
        f"expected a step that can be expressed, got {step}, which has no equivalent in PyTorch"
    )


def _tensor(constant: Constant) -> Tensor:
    return torch.from_numpy(constant)
