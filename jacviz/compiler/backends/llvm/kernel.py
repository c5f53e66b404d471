"""Gradient representations in the backward pass, and the kernel protocol."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Protocol

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.data_movement import copy_row
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.memory import round_up
from jacviz.compiler.backends.llvm.transposed_gradient import TransposedGradient


@dataclass(frozen=True)
class StoredRows:
    """Rows of gradients in memory, `pitch` floats apart."""

    context: Context
    buffer: Buffer
    size: int

    @property
    def pitch(self) -> int:
        return round_up(self.size)

    @classmethod
    def allocate(cls, context: Context, size: int) -> "StoredRows":
        return cls(context, context.arena.allocate(context.rows * round_up(size)), size)

    def address(self, row: Index, *offsets: Index) -> Value:
        code = self.context.code
        return code.at(self.buffer, code.times(row, self.pitch), *offsets)

    def row(self, row: Index, into: Value | None = None) -> Value:
        if into is None:
            return self.address(row)
        copy_row(self.context, self.address(row), into, self.size)
        return into


@dataclass(frozen=True)
class LazyRows:
    """Rows computed one by one on demand, so that a chain of steps stays in the cache.

    `write(row, address)` emits what computes one row.
    """

    context: Context
    size: int
    write: Callable[[Index, Value], None]
    scratch: Buffer

    @classmethod
    def of(cls, context: Context, size: int, write: Callable[[Index, Value], None]) -> "LazyRows":
        return cls(context, size, write, context.arena.allocate(round_up(size)))

    def row(self, row: Index, into: Value | None = None) -> Value:
        address = self.context.code.at(self.scratch) if into is None else into
        self.write(row, address)
        return address


Rows = StoredRows | LazyRows
Gradient = Rows | TransposedGradient


def as_rows(gradient: Gradient) -> Rows:
    """Return a gradient that can be read row by row."""
    return materialized(gradient) if isinstance(gradient, TransposedGradient) else gradient


def materialized(gradient: Gradient) -> StoredRows:
    """Return all rows in memory."""
    if isinstance(gradient, StoredRows):
        return gradient
    if isinstance(gradient, TransposedGradient):
        out = StoredRows.allocate(gradient.context, prod(gradient.shape))
        gradient.write_rows(out.address)
        return out
    context = gradient.context
    out = StoredRows.allocate(context, gradient.size)
    context.code.loop(0, context.rows, lambda r: _ignore(gradient.row(r, out.address(r))))
    return out


def copied_to_arena(gradient: Gradient) -> StoredRows:
    """Return all rows in the arena, where a caller can read them."""
    if not isinstance(gradient, StoredRows) or gradient.buffer.memory == "arena":
        return materialized(gradient)
    out = StoredRows.allocate(gradient.context, gradient.size)
    gradient.context.code.loop(
        0, gradient.context.rows, lambda r: _ignore(gradient.row(r, out.address(r)))
    )
    return out


def _ignore(_: Value) -> None:
    """Discard the address: the row has been written."""


class Kernel(Protocol):
    def forward(self, x: Buffer) -> Buffer:
        """Emit the code that computes the step's result."""
        ...

    def backward(self, upstream: Gradient) -> Gradient:
        """Emit the code from gradients of the result to gradients of the source."""
        ...
