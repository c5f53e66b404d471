"""Gradients with the rows in the vector lanes: for each pixel, the values of all rows."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.data_movement import transpose
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, IRBuilder, Value
from jacviz.compiler.backends.llvm.memory import round_up
from jacviz.compiler.backends.llvm.target import Target


@dataclass(frozen=True)
class TransposedGradient:
    """Images `shape` (channels, height, width) of rows, in a padded image of `padded_size`.

    The image begins `corner` pixels (down, right) from the padded image's first.
    """

    context: Context
    buffer: Buffer
    shape: tuple[int, int, int]
    padded_size: tuple[int, int]
    corner: tuple[int, int]

    @classmethod
    def allocate(
        cls,
        context: Context,
        shape: tuple[int, int, int],
        padded_size: tuple[int, int],
        corner: tuple[int, int] = (0, 0),
    ) -> "TransposedGradient":
        size = shape[0] * prod(padded_size) * lane_pitch(context)
        return cls(context, context.arena.allocate(size), shape, padded_size, corner)

    def pixel(self, channel: Index, y: Index, x: Index) -> Value:
        """The address of a pixel's column."""
        code, (tall, broad), (top, left) = self.context.code, self.padded_size, self.corner
        line = code.plus(code.times(channel, tall), y, top)
        place = code.plus(code.times(line, broad), x, left)
        return code.at(self.buffer, code.times(place, lane_pitch(self.context)))

    def clear(self) -> None:
        code, lanes = self.context.code, self.context.target.lanes
        zero = code.float32(0.0, lanes)
        size = self.shape[0] * prod(self.padded_size) * lane_pitch(self.context)
        code.loop(0, size, lambda i: code.store(zero, code.at(self.buffer, i)), step=lanes)

    def write_rows(self, to: Callable[[Index, Index], Value]) -> None:
        """Write the images row by row; to(row, pixel) is the address of a row from a pixel on."""
        code, pitch, rows = self.context.code, lane_pitch(self.context), self.context.rows
        channels, height, width = self.shape

        def line(channel: Index, y: Index) -> None:
            first = code.times(code.plus(code.times(channel, height), y), width)

            def square(x: Index, size: int) -> None:
                start = self.pixel(channel, y, x)
                for row in range(0, rows, size):
                    columns = [code.load(code.at(start, row, i * pitch), size) for i in range(size)]
                    for r, part in enumerate(transpose(code, columns)[: rows - row], start=row):
                        code.store(part, to(r, code.plus(first, x)))

            _squares(code, self.context.target, width, square)

        def image(channel: Index) -> None:
            code.loop(0, height, lambda y: line(channel, y))

        code.loop(0, channels, image)

    @classmethod
    def of(
        cls, context: Context, rows: Callable[[int, Index], Value], shape: tuple[int, int, int]
    ) -> "TransposedGradient":
        """From rows one by one; rows(row, pixel) is the address of a row from a pixel on."""
        code, pitch = context.code, lane_pitch(context)
        out = cls.allocate(context, shape, shape[1:])

        def square(i: Index, size: int) -> None:
            for row in range(0, pitch, size):
                lines = [
                    code.load(rows(r, i), size) if r < context.rows else code.float32(0.0, size)
                    for r in range(row, row + size)
                ]
                for n, column in enumerate(transpose(code, lines)):
                    place = code.times(code.plus(i, n), pitch)
                    code.store(column, code.at(out.buffer, place, row))

        _squares(code, context.target, prod(shape), square)
        return out


def lane_pitch(context: Context) -> int:
    return round_up(context.rows, context.target.lanes)


def _squares(
    code: IRBuilder, target: Target, count: int, body: Callable[[Index, int], None]
) -> None:
    """body(first, size) for squares that cover so many pixels; the last may overlap."""
    size = target.lanes
    while size > count:
        size //= 2
    whole = -(-count // size)
    code.loop(0, whole, lambda i: body(code.min_index(code.times(i, size), count - size), size))
