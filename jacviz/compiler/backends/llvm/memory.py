"""Where everything lies: one arena for each caller, one block of constants for all."""

import numpy as np
from numpy.typing import ArrayLike

from jacviz.compiler.backends.llvm.ir_builder import Buffer
from jacviz.typing import Float32Array

# Buffers start at whole cache lines, and this many floats behind each may be overwritten.
LINE = 16
SLACK = 32


def padded(size: int, multiple: int = LINE) -> int:
    return -(-size // multiple) * multiple


class Arena:
    """Hands out room for scratch and results; all of it is zero before the first call."""

    def __init__(self) -> None:
        self.size = 0

    def take(self, size: int) -> Buffer:
        start = self.size
        self.size += padded(size + SLACK)
        return Buffer("arena", start)


class Constants:
    """Weights in the order in which the generated code reads them, and tables of whole numbers."""

    def __init__(self) -> None:
        self._parts: list[Float32Array] = []
        self._size = 0

    def put(self, values: ArrayLike) -> Buffer:
        return self._append(np.asarray(values, np.float64).astype(np.float32))

    def put_integers(self, values: ArrayLike) -> Buffer:
        return self._append(np.asarray(values, np.int32).view(np.float32))

    def _append(self, values: Float32Array) -> Buffer:
        start = self._size
        part = np.zeros(padded(values.size + SLACK), np.float32)
        part[: values.size] = values.ravel()
        self._parts.append(part)
        self._size += part.size
        return Buffer("constants", start)

    @property
    def size(self) -> int:
        return self._size

    def block(self) -> Float32Array:
        block = aligned(self._size)
        np.concatenate(self._parts or [block], out=block)
        return block


def aligned(size: int) -> Float32Array:
    """Zeros that start at a cache line."""
    raw = np.zeros(size + LINE, np.float32)
    first = -raw.ctypes.data // 4 % LINE
    view: Float32Array = raw[first : first + size]
    return view
