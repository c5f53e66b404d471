"""The plan: a short list of typed steps from one input to the outputs.

Shapes leave the batch axis out; images are (channels, height, width). Constants are float64
until a backend converts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import TypeAlias

import numpy as np

from jacviz.typing import Float64Array

Shape: TypeAlias = tuple[int, ...]
Pair: TypeAlias = tuple[int, int]
Constant: TypeAlias = Float64Array


@dataclass(frozen=True, eq=False, kw_only=True)
class Step:
    """One map from an array of shape `source` to an array of shape `result`."""

    source: Shape
    result: Shape

    def multiply_adds(self) -> int:
        """Multiply-adds of one forward pass, or of one row of the backward pass."""
        return 0

    def __str__(self) -> str:
        return type(self).__name__.lower()


@dataclass(frozen=True, eq=False, kw_only=True)
class Reshape(Step):
    """The same numbers in the same order."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Scale(Step):
    """factor * x + offset, element by element; both have the shape of x."""

    factor: Constant
    offset: Constant

    def multiply_adds(self) -> int:
        return prod(self.result)


@dataclass(frozen=True, eq=False, kw_only=True)
class Affine(Step):
    """weight @ x + bias on the flattened x: weight (outputs, inputs), bias (outputs,)."""

    weight: Constant
    bias: Constant

    def multiply_adds(self) -> int:
        return self.weight.size


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Step):
    """Cross-correlation with zero padding.

    weight is (channels out, channels in / groups, kernel height, kernel width). bias has the
    shape of the result: one value per position, so that a constant folded in from before a
    zero-padded convolution stays exact at the border.
    """

    weight: Constant
    bias: Constant
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1

    def multiply_adds(self) -> int:
        return prod(self.result[1:]) * self.weight.size

    def __str__(self) -> str:
        parts = [f"conv {self.weight.shape[2]}x{self.weight.shape[3]}"]
        plain = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)}
        for name, default in plain.items():
            value: Pair = getattr(self, name)
            if value != default:
                parts.append(f"{name} {value[0]}" if value[0] == value[1] else f"{name} {value}")
        if self.groups > 1:
            parts.append(f"groups {self.groups}")
        return " ".join(parts)


def dilated_kernel(conv: Conv) -> Constant:
    """(channels out, channels in / groups, height, width): dilation written out as zeros."""
    (height, width), (down, across) = conv.weight.shape[2:], conv.dilation
    shape = (height - 1) * down + 1, (width - 1) * across + 1
    weight = np.zeros((*conv.weight.shape[:2], *shape))
    weight[:, :, ::down, ::across] = conv.weight
    return weight


def dense_kernel(conv: Conv) -> Constant:
    """(channels out, channels in, height, width): dilation and groups written out as zeros."""
    kernel = dilated_kernel(conv)
    outputs, inputs = len(kernel) // conv.groups, kernel.shape[1]
    weight = np.zeros((len(kernel), conv.source[0], *kernel.shape[2:]))
    for group in range(conv.groups):
        to = slice(group * outputs, (group + 1) * outputs)
        weight[to, group * inputs : (group + 1) * inputs] = kernel[to]
    return weight


class Pooling(StrEnum):
    AVERAGE = "average"
    MAXIMUM = "maximum"


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool(Step):
    """Average (padding counted as zeros) or maximum (the first of equals) of each window."""

    pooling: Pooling
    kernel: Pair
    stride: Pair
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    def multiply_adds(self) -> int:
        return prod(self.result) * prod(self.kernel)

    def __str__(self) -> str:
        return f"{self.pooling} pool {self.kernel[0]}x{self.kernel[1]} stride {self.stride[0]}"


class Nonlinearity(StrEnum):
    TANH = "tanh"
    SIGMOID = "sigmoid"
    RELU = "relu"
    GELU = "gelu"
    GELU_TANH = "gelu by tanh"
    SILU = "silu"
    ELU = "elu"


@dataclass(frozen=True, eq=False, kw_only=True)
class Activation(Step):
    """A function of each element.

    For x <= 0, ReLU is slope * x and ELU is slope * (e^x - 1).
    """

    nonlinearity: Nonlinearity
    slope: float = 0.0

    def __str__(self) -> str:
        if self.nonlinearity is Nonlinearity.RELU and self.slope:
            return f"leaky relu {self.slope:g}"
        return str(self.nonlinearity)


@dataclass(frozen=True, eq=False, kw_only=True)
class Average(Step):
    """Means over windows of any size: rows (H out, H) @ image @ columns (W out, W) transposed."""

    rows: Constant
    columns: Constant

    def multiply_adds(self) -> int:
        windows = np.count_nonzero(self.rows) * np.count_nonzero(self.columns)
        return int(self.source[0] * windows)

    def __str__(self) -> str:
        return f"average to {self.result[1]}x{self.result[2]}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Sum(Step):
    """The sum of several branches of the same input; an empty branch is the input itself."""

    branches: tuple[tuple[Step, ...], ...]

    def multiply_adds(self) -> int:
        return sum(step.multiply_adds() for branch in self.branches for step in branch)

    def __str__(self) -> str:
        branches = [", ".join(map(str, branch)) or "input" for branch in self.branches]
        return f"sum of {' | '.join(branches)}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Softmax(Step):
    """Probabilities over all outputs, or with `log` their logarithms; always the last step."""

    log: bool = False

    def __str__(self) -> str:
        return "log-softmax" if self.log else "softmax"


@dataclass(frozen=True, eq=False)
class Plan:
    """Steps that follow one another from an input of shape `source`."""

    source: Shape
    steps: tuple[Step, ...]

    @property
    def outputs(self) -> int:
        """The number of outputs M."""
        return prod(self.steps[-1].result if self.steps else self.source)

    def backward_multiply_adds(self) -> int:
        """Multiply-adds of all rows of the backward pass; a last affine map is free."""
        steps = self.steps[:-1] if self.ends_in_softmax else self.steps
        behind = steps[:-1] if steps and isinstance(steps[-1], Affine) else steps
        return self.outputs * sum(step.multiply_adds() for step in behind)

    @property
    def ends_in_softmax(self) -> bool:
        return bool(self.steps) and isinstance(self.steps[-1], Softmax)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)
