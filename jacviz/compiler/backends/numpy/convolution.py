"""Convolution in NumPy, forward for one image and backward for many rows at once.

Images are channels-last. A stride s turns into blocks of s x s pixels (space to depth), over
which the kernel moves one block at a time; forward is then one matrix product over windows of
blocks, and backward one matrix product and one addition of whole slices per tap of blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, prod

import numpy as np

from jacviz.compiler.backends.numpy.kernels import Runner
from jacviz.compiler.ir import Constant, Conv, Pair, dense_kernel
from jacviz.typing import Float32Array

# A banded operator may hold at most this many numbers (32 MiB of float32).
_MAX_BAND_FLOATS = 1 << 23


@dataclass(frozen=True, eq=False)
class _Geometry:
    """A dense convolution: weight (out, in, kernel height, kernel width), bias (H, W, out)."""

    weight: Constant
    bias: Constant
    height: int
    width: int
    stride: Pair
    padding: Pair

    @property
    def taps(self) -> Pair:
        rows, columns = self.weight.shape[2:]
        return ceil(rows / self.stride[0]), ceil(columns / self.stride[1])

    @property
    def operator_size(self) -> int:
        """Numbers in the operator, kernels padded to whole blocks."""
        (rows, columns), (down, across) = self.taps, self.stride
        return prod(self.weight.shape[:2]) * rows * down * columns * across

    def cost(self) -> float:
        """Estimate the time of one row: multiply-adds, costlier where matrices are narrow."""
        outputs, inputs = self.weight.shape[:2]
        block = inputs * self.stride[0] * self.stride[1]
        positions = prod(self.bias.shape[:2])
        return positions * self.operator_size * (1 + 16 / float(outputs)) * (1 + 16 / float(block))


def _dense(conv: Conv) -> _Geometry:
    return _Geometry(
        weight=dense_kernel(conv),
        bias=conv.bias.transpose(1, 2, 0),
        height=conv.source[1],
        width=conv.source[2],
        stride=conv.stride,
        padding=conv.padding,
    )


def _banded(dense: _Geometry) -> _Geometry:
    """The same convolution as one over rows: every column of every channel is a channel.

    It multiplies by more zeros, but its matrices are wide, which for small images is faster.
    """
    outputs, inputs, rows, columns = dense.weight.shape
    height, width = dense.bias.shape[:2]
    band = np.zeros((width, outputs, dense.width, inputs, rows))
    for to in range(width):
        for column in range(columns):
            source = to * dense.stride[1] - dense.padding[1] + column
            if 0 <= source < dense.width:
                band[to, :, source] = dense.weight[:, :, :, column]
    return _Geometry(
        weight=band.reshape(width * outputs, dense.width * inputs, rows, 1),
        bias=dense.bias.reshape(height, 1, width * outputs),
        height=dense.height,
        width=1,
        stride=(dense.stride[0], 1),
        padding=(dense.padding[0], 0),
    )


def _band_size(dense: _Geometry) -> int:
    return prod((dense.operator_size, dense.width, dense.bias.shape[1]))


class ConvKernel:
    """The operators of one convolution, laid out for matrix products."""

    def __init__(self, conv: Conv) -> None:
        chosen = _dense(conv)
        if chosen.width > 1 and _band_size(chosen) <= _MAX_BAND_FLOATS:
            banded = _banded(chosen)
            if banded.cost() < chosen.cost():
                chosen = banded
        outputs, inputs, rows, columns = chosen.weight.shape
        (down, across), (high, wide) = chosen.stride, chosen.taps
        padded = np.zeros((outputs, inputs, high * down, wide * across))
        padded[:, :, :rows, :columns] = chosen.weight
        blocks = padded.reshape(outputs, inputs, high, down, wide, across)
        blocks = blocks.transpose(2, 4, 3, 5, 1, 0).reshape(high * wide, -1, outputs)
        self.forward: Float32Array = blocks.reshape(-1, outputs).astype(np.float32)
        self.backward: Float32Array = np.ascontiguousarray(blocks.transpose(0, 2, 1), np.float32)
        self.bias: Float32Array = chosen.bias.astype(np.float32)
        self.source = chosen.height, chosen.width, inputs
        self.taps, self.stride, self.padding = chosen.taps, chosen.stride, chosen.padding
        positions = chosen.bias.shape[:2]
        self.grid = positions[0] - 1 + high, positions[1] - 1 + wide

    @property
    def row_floats(self) -> int:
        block = int(self.backward.shape[2])
        return int(block * (prod(self.bias.shape[:2]) + 2 * prod(self.grid)))

    def bind(self, rows: int) -> Runner:
        return _ConvRunner(self, rows)


class _ConvRunner:
    def __init__(self, kernel: ConvKernel, rows: int) -> None:
        self.kernel, self.rows = kernel, rows
        height, width, channels = kernel.source
        (high, wide), (down, across), (top, left) = kernel.taps, kernel.stride, kernel.padding
        (grid_rows, grid_columns), (to_rows, to_columns, outputs) = kernel.grid, kernel.bias.shape
        block = kernel.backward.shape[2]

        # The padded image, cropped or filled up to whole blocks.
        padded = np.zeros((grid_rows * down, grid_columns * across, channels), np.float32)
        used_rows = min(height, padded.shape[0] - top)
        used_columns = min(width, padded.shape[1] - left)
        in_padded = np.s_[..., top : top + used_rows, left : left + used_columns, :]
        in_image = np.s_[..., :used_rows, :used_columns, :]
        self.in_image = in_image
        self.padded_image = padded[in_padded]
        self.blocks, self.block = _in_blocks(padded[None], kernel.stride)
        strides = self.blocks.reshape(grid_rows, grid_columns, block).strides
        self.windows = np.lib.stride_tricks.as_strided(
            self.blocks,
            (to_rows, to_columns, high, wide, block),
            (strides[0], strides[1], strides[0], strides[1], strides[2]),
            writeable=False,
        )
        self.columns = np.empty((to_rows * to_columns, high * wide * block), np.float32)
        self.out = np.empty((to_rows * to_columns, outputs), np.float32)
        self.flat_bias = kernel.bias.reshape(self.out.shape)

        self.product = np.empty((rows * to_rows * to_columns, block), np.float32)
        product = self.product.reshape(rows, to_rows, to_columns, block)
        self.total = np.zeros((rows, grid_rows, grid_columns, block), np.float32)
        self.additions = [
            (operator, self.total[:, i : i + to_rows, j : j + to_columns], product)
            for operator, (i, j) in zip(kernel.backward, np.ndindex(high, wide), strict=True)
        ]
        back, self.unblock = _out_of_blocks(self.total, (rows, *padded.shape), kernel.stride)
        self.back_used = back[in_padded]
        self.gradient = np.zeros((rows, height, width, channels), np.float32)
        self.gradient_used = self.gradient[in_image]

    def forward(self, x: Float32Array) -> Float32Array:
        image = x.reshape(self.kernel.source)
        np.copyto(self.padded_image, image[self.in_image])
        self.block()
        np.copyto(self.columns.reshape(self.windows.shape), self.windows)
        np.matmul(self.columns, self.kernel.forward, out=self.out)
        np.add(self.out, self.flat_bias, out=self.out)
        return self.out.reshape(-1)

    def backward(self, upstream: Float32Array) -> Float32Array:
        upstream = upstream.reshape(len(self.product), -1)
        self.total.fill(0)
        for operator, target, product in self.additions:
            np.matmul(upstream, operator, out=self.product)
            np.add(target, product, out=target)
        self.unblock()
        np.copyto(self.gradient_used, self.back_used)
        return self.gradient.reshape(self.rows, -1)


def _in_blocks(padded: Float32Array, stride: Pair) -> tuple[Float32Array, Callable[[], None]]:
    """Return a buffer for the padded image block by block, and a function that fills it.

    Both share memory where the padded image is in this order already.
    """
    view = _by_blocks(padded, stride)
    if view.flags.c_contiguous:
        return view, lambda: None
    blocks = np.zeros(view.shape, np.float32)
    return blocks, lambda: np.copyto(blocks, view)


def _out_of_blocks(
    blocks: Float32Array, shape: tuple[int, ...], stride: Pair
) -> tuple[Float32Array, Callable[[], None]]:
    """Return a padded image (n, rows, columns, channels), and a function that fills it."""
    view = _by_blocks(blocks.reshape(shape), stride)
    if view.flags.c_contiguous:
        return blocks.reshape(shape), lambda: None
    padded = np.zeros(shape, np.float32)
    view = _by_blocks(padded, stride)
    return padded, lambda: np.copyto(view, blocks.reshape(view.shape))


def _by_blocks(images: Float32Array, stride: Pair) -> Float32Array:
    """A view of (n, rows, columns, channels) as (n, grid rows, grid columns, down, across, C)."""
    down, across = stride
    n, height, width, channels = images.shape
    split = images.reshape(n, height // down, down, width // across, across, channels)
    return split.transpose(0, 1, 3, 2, 4, 5)
