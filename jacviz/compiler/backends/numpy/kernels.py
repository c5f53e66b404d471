"""NumPy kernels, one for each step.

A kernel holds precomputed, shared, read-only constants. `bind(rows)` returns a runner with
its own buffers, for one caller at a time: `forward` maps a flat float32 array to another,
`backward` takes `rows` upstream gradients (rows, outputs) to (rows, inputs). What a runner gives
is overwritten by its next call, and it never writes to what it is given.
"""

from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np

from jacviz.typing import Float32Array


class Runner(Protocol):
    def forward(self, x: Float32Array) -> Float32Array: ...
    def backward(self, upstream: Float32Array) -> Float32Array: ...


class Kernel(Protocol):
    @property
    def row_floats(self) -> int:
        """Numbers of scratch for each row of the backward pass."""
        ...

    def bind(self, rows: int) -> Runner: ...


@dataclass(frozen=True, eq=False)
class AffineKernel:
    weight: Float32Array
    bias: Float32Array

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

    def forward(self, x: Float32Array) -> Float32Array:
        np.matmul(self.weight, x, out=self.out)
        return np.add(self.out, self.bias, out=self.out)

    def backward(self, upstream: Float32Array) -> Float32Array:
        return np.matmul(upstream, self.weight, out=self.gradient)


@dataclass(frozen=True, eq=False)
class ScaleKernel:
    factor: Float32Array
    offset: Float32Array

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

    def forward(self, x: Float32Array) -> Float32Array:
        np.multiply(x, self.factor, out=self.out)
        return np.add(self.out, self.offset, out=self.out)

    def backward(self, upstream: Float32Array) -> Float32Array:
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

    def forward(self, x: Float32Array) -> Float32Array:
        np.copyto(self.out, x.reshape(self.source).T)
        return self.out.reshape(-1)

    def backward(self, upstream: Float32Array) -> Float32Array:
        first, second = self.source
        np.copyto(self.gradient, upstream.reshape(self.rows, second, first).transpose(0, 2, 1))
        return self.gradient.reshape(self.rows, -1)


@dataclass(frozen=True, eq=False)
class SumKernel:
    """Branches, each of kernels that follow one another, from the same `size` numbers."""

    branches: list[list[Kernel]]
    size: int

    @property
    def row_floats(self) -> int:
        return self.size + sum(kernel.row_floats for branch in self.branches for kernel in branch)

    def bind(self, rows: int) -> Runner:
        return _SumRunner([[kernel.bind(rows) for kernel in branch] for branch in self.branches])


class _SumRunner:
    def __init__(self, branches: list[list[Runner]]) -> None:
        self.branches = branches

    def forward(self, x: Float32Array) -> Float32Array:
        results = []
        for branch in self.branches:
            y = x
            for runner in branch:
                y = runner.forward(y)
            results.append(y)
        total: Float32Array = np.sum(results, axis=0)
        return total

    def backward(self, upstream: Float32Array) -> Float32Array:
        results = []
        for branch in self.branches:
            gradient = upstream
            for runner in reversed(branch):
                gradient = runner.backward(gradient)
            results.append(gradient)
        total: Float32Array = np.sum(results, axis=0)
        return total
