"""NumPy kernels: what a backend runs for each step.

A kernel holds what is computed once and shared, read-only. `bind(rows)` gives a runner with
buffers of its own, for one caller at a time: `forward` takes and gives a flat float32 array,
`backward` takes `rows` upstream gradients (rows, outputs) to (rows, inputs). What a runner gives
is overwritten by its next call, and it never writes to what it is given.
"""

from dataclasses import dataclass
from math import prod
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jacviz.graph.steps import Activation, Nonlinearity, Shape

Floats: TypeAlias = NDArray[np.float32]


# Constants as arrays without axes: NumPy would convert a number on every call.
_HALF, _ONE = np.array(0.5, np.float32), np.array(1, np.float32)

# Derivatives below this count as zero: products with them would be denormal, and denormal
# numbers slow matrix products down twentyfold.
_DEAD, _ZERO = np.array(1e-30, np.float32), np.array(0, np.float32)


class Runner(Protocol):
    def forward(self, x: Floats) -> Floats: ...
    def backward(self, upstream: Floats) -> Floats: ...


class Kernel(Protocol):
    @property
    def row_floats(self) -> int:
        """Numbers of scratch for each row of the backward pass."""
        ...

    def bind(self, rows: int) -> Runner: ...


@dataclass(frozen=True, eq=False)
class AffineKernel:
    weight: Floats
    bias: Floats

    @property
    def row_floats(self) -> int:
        return int(self.weight.shape[1])

    def bind(self, rows: int) -> Runner:
        return _AffineRunner(self, rows)


class _AffineRunner:
    def __init__(self, kernel: AffineKernel, rows: int) -> None:
        outputs, inputs = kernel.weight.shape
        self.weight, self.bias = kernel.weight, kernel.bias
        self.out = np.empty(outputs, np.float32)
        self.gradient = np.empty((rows, inputs), np.float32)

    def forward(self, x: Floats) -> Floats:
        np.matmul(self.weight, x, out=self.out)
        return np.add(self.out, self.bias, out=self.out)

    def backward(self, upstream: Floats) -> Floats:
        return np.matmul(upstream, self.weight, out=self.gradient)


@dataclass(frozen=True, eq=False)
class ScaleKernel:
    factor: Floats
    offset: Floats

    @property
    def row_floats(self) -> int:
        return self.factor.size

    def bind(self, rows: int) -> Runner:
        return _ScaleRunner(self, rows)


class _ScaleRunner:
    def __init__(self, kernel: ScaleKernel, rows: int) -> None:
        self.factor, self.offset = kernel.factor, kernel.offset
        self.out = np.empty(kernel.factor.size, np.float32)
        self.gradient = np.empty((rows, kernel.factor.size), np.float32)

    def forward(self, x: Floats) -> Floats:
        np.multiply(x, self.factor, out=self.out)
        return np.add(self.out, self.offset, out=self.out)

    def backward(self, upstream: Floats) -> Floats:
        return np.multiply(upstream, self.factor, out=self.gradient)


@dataclass(frozen=True, eq=False)
class TransposeKernel:
    """Exchanges the channel axis and the pixels: (channels, pixels) to (pixels, channels)."""

    source: tuple[int, int]

    @property
    def row_floats(self) -> int:
        return prod(self.source)

    def bind(self, rows: int) -> Runner:
        return _TransposeRunner(self, rows)


class _TransposeRunner:
    def __init__(self, kernel: TransposeKernel, rows: int) -> None:
        first, second = self.source = kernel.source
        self.out = np.empty((second, first), np.float32)
        self.gradient = np.empty((rows, first, second), np.float32)
        self.rows = rows

    def forward(self, x: Floats) -> Floats:
        np.copyto(self.out, x.reshape(self.source).T)
        return self.out.reshape(-1)

    def backward(self, upstream: Floats) -> Floats:
        first, second = self.source
        np.copyto(self.gradient, upstream.reshape(self.rows, second, first).transpose(0, 2, 1))
        return self.gradient.reshape(self.rows, -1)


@dataclass(frozen=True, eq=False)
class ActivationKernel:
    step: Activation

    @property
    def row_floats(self) -> int:
        return prod(self.step.source)

    def bind(self, rows: int) -> Runner:
        if self.step.nonlinearity is Nonlinearity.RECTIFIER:
            return _RectifierRunner(self.step.source, rows, self.step.slope)
        return _SigmoidRunner(self.step.source, rows, self.step.nonlinearity)


class _ActivationRunner:
    def __init__(self, shape: Shape, rows: int) -> None:
        size = prod(shape)
        self.out = np.empty(size, np.float32)
        self.derivative = np.empty(size, np.float32)
        self.scratch = np.empty(size, np.float32)
        self.gradient = np.empty((rows, size), np.float32)

    def backward(self, upstream: Floats) -> Floats:
        return np.multiply(upstream, self.derivative, out=self.gradient)


class _RectifierRunner(_ActivationRunner):
    def __init__(self, shape: Shape, rows: int, slope: float) -> None:
        super().__init__(shape, rows)
        self.slope = np.float32(slope)
        self.positive = np.empty(prod(shape), np.bool_)

    def forward(self, x: Floats) -> Floats:
        np.greater(x, _ZERO, out=self.positive)
        np.multiply(self.positive, _ONE - self.slope, out=self.derivative)
        if self.slope:
            np.add(self.derivative, self.slope, out=self.derivative)
        return np.multiply(x, self.derivative, out=self.out)


class _SigmoidRunner(_ActivationRunner):
    """The logistic function, and tanh(x) = 2 logistic(2 x) - 1.

    The derivative comes from e = exp(-|x|) as e / (1 + e)^2; y (1 - y) would lose its digits
    where the unit saturates.
    """

    def __init__(self, shape: Shape, rows: int, nonlinearity: Nonlinearity) -> None:
        super().__init__(shape, rows)
        self.tanh = nonlinearity is Nonlinearity.TANH
        steepness = 2 if self.tanh else 1
        self.rate = np.array(-steepness, np.float32)
        self.slope = np.array(steepness**2, np.float32)

    def forward(self, x: Floats) -> Floats:
        decay, square = self.derivative, self.scratch
        np.abs(x, out=decay)
        np.multiply(decay, self.rate, out=decay)
        np.exp(decay, out=decay)
        np.add(decay, _ONE, out=square)
        np.multiply(square, square, out=square)
        np.divide(decay, square, out=decay)
        np.multiply(decay, self.slope, out=decay)
        np.subtract(decay, _DEAD, out=decay)
        np.maximum(decay, _ZERO, out=decay)
        if self.tanh:
            return np.tanh(x, out=self.out)
        np.multiply(x, _HALF, out=self.out)
        np.tanh(self.out, out=self.out)
        np.multiply(self.out, _HALF, out=self.out)
        return np.add(self.out, _HALF, out=self.out)
