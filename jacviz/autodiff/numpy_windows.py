"""Convolution and pooling as layers in NumPy; numpy_layers.py defines the protocol."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jacviz.autodiff.windows import margins, taps
from jacviz.compiler import ir

Array: TypeAlias = NDArray[np.floating[Any]]


class _Windowed:
    """Cuts an image into the windows that a kernel moves over it, and adds them up again."""

    def __init__(self, step: ir.Conv | ir.Pool) -> None:
        self.source, self.result = step.source, step.result
        self.margins, self.taps = margins(step), taps(step)
        (above, _), (left, _) = self.margins
        self.image = np.s_[..., above : above + step.source[1], left : left + step.source[2]]

    def cut(self, x: Array, padding: float = 0.0) -> Array:
        """(C, H, W) to (C, elements of the window, *positions)."""
        padded = np.pad(x, ((0, 0), *self.margins), constant_values=padding)
        return np.stack([padded[:, rows, columns] for rows, columns in self.taps], axis=1)

    def add_up(self, windows: list[Array]) -> Array:
        """Gradients (M, C, *positions), one for each element of the window, to (M, C, H, W)."""
        sides = (size + sum(m) for size, m in zip(self.source[1:], self.margins, strict=True))
        padded = np.zeros((*windows[0].shape[:2], *sides), windows[0].dtype)
        for (rows, columns), window in zip(self.taps, windows, strict=True):
            padded[:, :, rows, columns] += window
        image: Array = padded[self.image]
        return image


class Conv(_Windowed):
    """Each group a matrix product of its kernels with all windows."""

    def __init__(self, step: ir.Conv, dtype: np.dtype[Any]) -> None:
        super().__init__(step)
        outputs = step.weight.shape[0] // step.groups
        self.weight = step.weight.reshape(step.groups, outputs, -1).astype(dtype)
        self.bias = step.bias.astype(dtype)

    def forward(self, x: Array) -> tuple[Array, Array]:
        groups, _, elements = self.weight.shape
        windows = self.cut(x).reshape(groups, elements, -1)
        return (self.weight @ windows).reshape(self.result) + self.bias, x

    def backward(self, upstream: Array, cache: Array) -> Array:
        groups, outputs, _ = self.weight.shape
        rows = upstream.reshape(len(upstream), groups, outputs, -1)
        windows = self.weight.transpose(0, 2, 1) @ rows
        shape = (len(upstream), self.source[0], len(self.taps), *self.result[1:])
        return self.add_up(list(windows.reshape(shape).transpose(2, 0, 1, 3, 4)))


class AveragePool(_Windowed):
    def forward(self, x: Array) -> tuple[Array, Array]:
        return self.cut(x).mean(axis=1), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        return self.add_up([upstream / len(self.taps)] * len(self.taps))


class MaximumPool(_Windowed):
    """Take the first of equals, as PyTorch does."""

    def forward(self, x: Array) -> tuple[Array, Array]:
        windows = self.cut(x, padding=-np.inf)
        return windows.max(axis=1), windows.argmax(axis=1)

    def backward(self, upstream: Array, cache: Array) -> Array:
        return self.add_up([upstream * (cache == tap) for tap in range(len(self.taps))])
