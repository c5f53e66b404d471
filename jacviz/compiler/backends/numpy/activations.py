"""Activations in NumPy: a function of each element, and its derivative."""

from dataclasses import dataclass
from math import prod, sqrt

import numpy as np
import torch

from jacviz.compiler.backends.numpy.kernels import Runner
from jacviz.compiler.ir import Activation, Nonlinearity, Shape
from jacviz.typing import Float32Array, Float64Array

# Constants as arrays without axes: NumPy would convert a number on every call.
_HALF, _ONE = np.array(0.5, np.float32), np.array(1, np.float32)

# Derivatives below this count as zero: products with them would be denormal, and denormal
# numbers make matrix products twenty times slower.
_MIN_DERIVATIVE, _ZERO = np.array(1e-30, np.float32), np.array(0, np.float32)


@dataclass(frozen=True, eq=False)
class ActivationKernel:
    step: Activation

    @property
    def row_floats(self) -> int:
        return prod(self.step.source)

    def bind(self, rows: int) -> Runner:
        if self.step.nonlinearity is Nonlinearity.RELU:
            return _ReluRunner(self.step.source, rows, self.step.slope)
        if self.step.nonlinearity not in (Nonlinearity.TANH, Nonlinearity.SIGMOID):
            return _SmoothRunner(self.step, rows)
        return _SigmoidRunner(self.step.source, rows, self.step.nonlinearity)


class _ActivationRunner:
    def __init__(self, shape: Shape, rows: int) -> None:
        size = prod(shape)
        self.out = np.empty(size, np.float32)
        self.derivative = np.empty(size, np.float32)
        self.scratch = np.empty(size, np.float32)
        self.gradient = np.empty((rows, size), np.float32)

    def backward(self, upstream: Float32Array) -> Float32Array:
        return np.multiply(upstream, self.derivative, out=self.gradient)


class _ReluRunner(_ActivationRunner):
    def __init__(self, shape: Shape, rows: int, slope: float) -> None:
        super().__init__(shape, rows)
        self.slope = np.float32(slope)
        self.positive = np.empty(prod(shape), np.bool_)

    def forward(self, x: Float32Array) -> Float32Array:
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

    def forward(self, x: Float32Array) -> Float32Array:
        decay, square = self.derivative, self.scratch
        np.abs(x, out=decay)
        np.multiply(decay, self.rate, out=decay)
        np.exp(decay, out=decay)
        np.add(decay, _ONE, out=square)
        np.multiply(square, square, out=square)
        np.divide(decay, square, out=decay)
        np.multiply(decay, self.slope, out=decay)
        np.subtract(decay, _MIN_DERIVATIVE, out=decay)
        np.maximum(decay, _ZERO, out=decay)
        if self.tanh:
            return np.tanh(x, out=self.out)
        np.multiply(x, _HALF, out=self.out)
        np.tanh(self.out, out=self.out)
        np.multiply(self.out, _HALF, out=self.out)
        return np.add(self.out, _HALF, out=self.out)


class _SmoothRunner(_ActivationRunner):
    """Functions whose parts cancel: computed in float64."""

    def __init__(self, step: Activation, rows: int) -> None:
        super().__init__(step.source, rows)
        self.step = step

    def forward(self, x: Float32Array) -> Float32Array:
        y, derivative = smooth_activation(self.step, x.astype(np.float64))
        derivative[np.abs(derivative) < _MIN_DERIVATIVE] = 0
        np.copyto(self.derivative, derivative, casting="same_kind")
        np.copyto(self.out, y, casting="same_kind")
        return self.out


def smooth_activation(step: Activation, x: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Return GELU, SiLU or ELU of x, and the derivative."""
    match step.nonlinearity:
        case Nonlinearity.GELU:
            share = torch.special.ndtr(torch.from_numpy(x)).numpy()
            return x * share, share + x * np.exp(-0.5 * x * x) / sqrt(2 * np.pi)
        case Nonlinearity.GELU_TANH:
            scale, cubic = sqrt(2 / np.pi), 0.044715
            t = np.tanh(scale * (x + cubic * x**3))
            slope = scale * (1 + 3 * cubic * x * x)
            return 0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope
        case Nonlinearity.SILU:
            share = 0.5 * (1 + np.tanh(0.5 * x))
            return x * share, share * (1 + x * (1 - share))
        case Nonlinearity.ELU:
            below = np.minimum(x, 0)
            positive = x > 0
            y = np.where(positive, x, step.slope * np.expm1(below))
            return y, np.where(positive, 1.0, step.slope * np.exp(below))
        case _:
            raise TypeError(f"the NumPy backend has no kernel for {step}")
