"""Pooling in NumPy: one slice of the padded image per element of the window."""

from dataclasses import dataclass
from math import prod

import numpy as np

from jacviz.compiler.backends.numpy.kernels import Runner
from jacviz.compiler.ir import Average, Pool, Pooling
from jacviz.typing import Float32Array


@dataclass(frozen=True, eq=False)
class PoolKernel:
    step: Pool

    @property
    def row_floats(self) -> int:
        return 2 * prod(self.step.source) + prod(self.step.result)

    def bind(self, rows: int) -> Runner:
        if self.step.pooling is Pooling.AVERAGE:
            return _AveragePoolRunner(self.step, rows)
        return _MaxPoolRunner(self.step, rows)


class _PoolRunner:
    """Buffers, and for every element of the window its slice of the padded image."""

    def __init__(self, step: Pool, rows: int, padding: float) -> None:
        channels, height, width = step.source
        self.source = height, width, channels
        self.rows = rows
        to_rows, to_columns = step.result[1:]
        (high, wide), (down, across), (top, left) = step.kernel, step.stride, step.padding
        padded_rows = (to_rows - 1) * down + (high - 1) * step.dilation[0] + 1
        padded_columns = (to_columns - 1) * across + (wide - 1) * step.dilation[1] + 1
        padded = np.full((padded_rows, padded_columns, channels), padding, np.float32)
        used_rows, used_columns = min(height, padded_rows - top), min(width, padded_columns - left)
        in_padded = np.s_[..., top : top + used_rows, left : left + used_columns, :]
        self.in_image = np.s_[..., :used_rows, :used_columns, :]
        self.padded_image = padded[in_padded]
        self.total = np.zeros((rows, *padded.shape), np.float32)
        self.total_used = self.total[in_padded]
        self.gradient = np.zeros((rows, *self.source), np.float32)
        self.gradient_used = self.gradient[self.in_image]
        self.out = np.empty((to_rows, to_columns, channels), np.float32)
        self.scaled_upstream = np.empty((rows, *self.out.shape), np.float32)
        slices = [
            np.s_[
                ...,
                i : i + (to_rows - 1) * down + 1 : down,
                j : j + (to_columns - 1) * across + 1 : across,
                :,
            ]
            for i in range(0, high * step.dilation[0], step.dilation[0])
            for j in range(0, wide * step.dilation[1], step.dilation[1])
        ]
        self.taps = [padded[where] for where in slices]
        self.total_taps = [self.total[where] for where in slices]

    def load(self, x: Float32Array) -> None:
        np.copyto(self.padded_image, x.reshape(self.source)[self.in_image])

    def cropped_gradient(self) -> Float32Array:
        np.copyto(self.gradient_used, self.total_used)
        return self.gradient.reshape(self.rows, -1)


class _AveragePoolRunner(_PoolRunner):
    def __init__(self, step: Pool, rows: int) -> None:
        super().__init__(step, rows, padding=0.0)
        self.weight = np.float32(1 / prod(step.kernel))

    def forward(self, x: Float32Array) -> Float32Array:
        self.load(x)
        self.out.fill(0)
        for tap in self.taps:
            np.add(self.out, tap, out=self.out)
        np.multiply(self.out, self.weight, out=self.out)
        return self.out.reshape(-1)

    def backward(self, upstream: Float32Array) -> Float32Array:
        np.multiply(
            upstream.reshape(self.scaled_upstream.shape), self.weight, out=self.scaled_upstream
        )
        self.total.fill(0)
        for total in self.total_taps:
            np.add(total, self.scaled_upstream, out=total)
        return self.cropped_gradient()


class _MaxPoolRunner(_PoolRunner):
    def __init__(self, step: Pool, rows: int) -> None:
        super().__init__(step, rows, padding=-np.inf)
        self.argmax = np.empty(self.out.shape, np.intp)

    def forward(self, x: Float32Array) -> Float32Array:
        self.load(x)
        np.copyto(self.out, self.taps[0])
        self.argmax.fill(0)
        for index, tap in enumerate(self.taps[1:], start=1):
            # Strictly greater: the first of equals is taken, as in PyTorch.
            self.argmax[tap > self.out] = index
            np.maximum(self.out, tap, out=self.out)
        return self.out.reshape(-1)

    def backward(self, upstream: Float32Array) -> Float32Array:
        upstream = upstream.reshape(self.scaled_upstream.shape)
        self.total.fill(0)
        for index, total in enumerate(self.total_taps):
            np.multiply(upstream, self.argmax == index, out=self.scaled_upstream)
            np.add(total, self.scaled_upstream, out=total)
        return self.cropped_gradient()


class AverageKernel:
    """Two matrix products for each channel."""

    def __init__(self, step: Average) -> None:
        self.step = step
        self.rows, self.columns = step.rows.astype(np.float32), step.columns.astype(np.float32)

    @property
    def row_floats(self) -> int:
        return prod(self.step.source)

    def bind(self, rows: int) -> Runner:
        return _AverageRunner(self, rows)


class _AverageRunner:
    def __init__(self, kernel: AverageKernel, rows: int) -> None:
        self.kernel, self.rows = kernel, rows

    def forward(self, x: Float32Array) -> Float32Array:
        image = x.reshape(self.kernel.step.source)
        result = self.kernel.rows @ image @ self.kernel.columns.T
        return result.reshape(-1).astype(np.float32, copy=False)

    def backward(self, upstream: Float32Array) -> Float32Array:
        images = upstream.reshape(self.rows, *self.kernel.step.result)
        result = self.kernel.rows.T @ images @ self.kernel.columns
        return result.reshape(self.rows, -1).astype(np.float32, copy=False)
