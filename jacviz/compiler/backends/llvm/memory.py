"""Memory layout: one arena per call, one block of constants for all calls."""

import numpy as np
from numpy.typing import ArrayLike

from jacviz.compiler.backends.llvm.ir_builder import Buffer
from jacviz.typing import Float32Array

# Buffers start at whole cache lines, and this many floats after each may be overwritten.
CACHE_LINE_FLOATS = 16
SLACK_FLOATS = 32


def round_up(size: int, multiple: int = CACHE_LINE_FLOATS) -> int:
    return -(-size // multiple) * multiple


class Arena:
    """Allocates scratch and results; all of it is zero before the first call."""

    def __init__(self) -> None:
        self.size = 0

    def allocate(self, size: int) -> Buffer:
        start = self.size
        self.size += round_up(size + SLACK_FLOATS)
        return Buffer("arena", start)


class Constants:
    """Weights in the order in which the generated code reads them, and tables of whole numbers."""

    def __init__(self) -> None:
        self._parts: list[Float32Array] = []
        self._size = 0

    def add(self, values: ArrayLike) -> Buffer:
        return self._append(np.asarray(values, np.float64).astype(np.float32))

    def add_integers(self, values: ArrayLike) -> Buffer:
        return self._append(np.asarray(values, np.int32).view(np.float32))

    def _append(self, values: Float32Array) -> Buffer:
        start = self._size
        part = np.zeros(round_up(values.size + SLACK_FLOATS), np.float32)
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
    """Return zeros that start at a cache line."""
    raw = np.zeros(size + CACHE_LINE_FLOATS, np.float32)
    first = -raw.ctypes.data // 4 % CACHE_LINE_FLOATS
    view: Float32Array = raw[first : first + size]
    return view
