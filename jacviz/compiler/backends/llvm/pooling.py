"""Pooling: maxima, with the index of each kept for backward, and averages over any windows."""

from math import prod

import numpy as np

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.kernel import Gradient, LazyRows, as_rows
from jacviz.compiler.ir import Average, Constant, Pool


class MaxPoolKernel:
    """Each window's first maximum; backward, its gradient goes to that element only."""

    def __init__(self, context: Context, step: Pool) -> None:
        self.context, self.step = context, step
        self.argmax = context.arena.allocate(prod(step.result))

    def forward(self, x: Buffer) -> Buffer:
        context, code = self.context, self.context.code
        channels, rows, columns = self.step.result
        taps = self._taps()
        count = taps.shape[1]
        table = context.constants.add_integers(taps)
        out = context.arena.allocate(prod(self.step.result))
        pixels = prod(self.step.source[1:])

        def channel(c: Index) -> None:
            start = code.times(c, pixels)

            def window(i: Index) -> None:
                def place(tap: int) -> tuple[Value, Value]:
                    offset = code.load_index(code.at(table, code.times(i, count), tap))
                    total = code.plus(start, offset)
                    assert isinstance(total, Value)
                    return code.load(code.at(x, total)), total

                best, argmax = place(0)
                for tap in range(1, count):
                    other, where = place(tap)
                    greater = code.compare("ogt", other, best)
                    best = code.select(greater, other, best)
                    argmax = code.select(greater, where, argmax)
                to = code.plus(code.times(c, rows * columns), i)
                code.store(best, code.at(out, to))
                short = code.value("i32", f"trunc {argmax} to i32")
                code.store(short, code.at(self.argmax, to))

            code.loop(0, rows * columns, window)

        code.loop(0, channels, channel)
        return out

    def _taps(self) -> Constant:
        """(windows, taps): places in the image, in PyTorch's order; padding repeats the first."""
        step = self.step
        (_, height, width), (_, rows, columns) = step.source, step.result
        table = []
        for y in range(rows):
            for x in range(columns):
                places = [
                    (y * step.stride[0] - step.padding[0] + i * step.dilation[0],
                     x * step.stride[1] - step.padding[1] + j * step.dilation[1])
                    for i in range(step.kernel[0])
                    for j in range(step.kernel[1])
                ]  # fmt: skip
                inside = [v * width + h for v, h in places if 0 <= v < height and 0 <= h < width]
                table.append(inside + inside[:1] * (len(places) - len(inside)))
        return np.array(table)

    def backward(self, upstream: Gradient) -> Gradient:
        context, code, step = self.context, self.context.code, self.step
        upstream = as_rows(upstream)
        size, results = prod(step.source), prod(step.result)
        lanes = context.target.lanes
        apart = all(k <= s for k, s in zip(step.kernel, step.stride, strict=True))
        apart = apart and step.dilation == (1, 1)

        def write(row: Index, to: Value) -> None:
            source = upstream.row(row)
            zero = code.float32(0.0, lanes)
            whole = size // lanes * lanes
            code.loop(0, whole, lambda i: code.store(zero, code.at(to, i)), step=lanes)
            single = code.float32(0.0)
            code.loop(whole, size, lambda i: code.store(single, code.at(to, i)))

            def result(i: Index) -> None:
                place = code.at(to, code.load_index(code.at(self.argmax, i)))
                value = code.load(code.at(source, i))
                # Windows that overlap may share a maximum.
                code.store(value if apart else code.add(value, code.load(place)), place)

            code.loop(0, results, result)

        return LazyRows.of(context, size, write)


class AveragePoolKernel:
    """Rows first, then columns, of every channel; backward the same with both transposed."""

    def __init__(self, context: Context, step: Average) -> None:
        self.context, self.step = context, step

    def forward(self, x: Buffer) -> Buffer:
        code, step = self.context.code, self.step
        out = self.context.arena.allocate(prod(step.result))
        self._apply(code.at(x), code.at(out), step.source, step.rows, step.columns)
        return out

    def backward(self, upstream: Gradient) -> Gradient:
        step, upstream = self.step, as_rows(upstream)

        def write(row: Index, to: Value) -> None:
            self._apply(upstream.row(row), to, step.result, step.rows.T, step.columns.T)

        return LazyRows.of(self.context, prod(step.source), write)

    def _apply(
        self, x: Value, to: Value, source: tuple[int, ...], rows: Constant, columns: Constant
    ) -> None:
        """rows @ image @ columns transposed, one number after another."""
        context, code = self.context, self.context.code
        channels, height, width = source
        between = context.arena.allocate(len(rows) * width)
        # Equal shares are left to the end, so that windows with equal sums stay equal.
        factor = code.float32(float(rows.max() * columns.max()))
        down, across = _band(rows / rows.max()), _band(columns / columns.max())
        down_tables, across_tables = self._tables(down), self._tables(across)

        def channel(c: Index) -> None:
            image = code.at(x, code.times(c, height * width))
            result = code.at(to, code.times(c, len(rows) * len(columns)))

            def row(y: Index) -> None:
                def column(h: Index) -> None:
                    total = self._dot(code.at(image, h), width, y, *down_tables, down[1].shape[1])
                    code.store(total, code.at(between, code.times(y, width), h))

                code.loop(0, width, column)

                def mean(h: Index) -> None:
                    line = code.at(between, code.times(y, width))
                    total = self._dot(line, 1, h, *across_tables, across[1].shape[1])
                    to = code.at(result, code.times(y, len(columns)), h)
                    code.store(code.mul(total, factor), to)

                code.loop(0, len(columns), mean)

            code.loop(0, len(rows), row)

        code.loop(0, channels, channel)

    def _tables(self, band: tuple[Constant, Constant]) -> tuple[Buffer, Buffer]:
        constants = self.context.constants
        return constants.add_integers(band[0]), constants.add(band[1])

    def _dot(
        self, line: Value, step: int, i: Index, starts: Buffer, shares: Buffer, count: int
    ) -> Value:
        code = self.context.code
        first = code.times(code.load_index(code.at(starts, i)), step)

        def element(k: Index, total: Value) -> list[Value]:
            value = code.load(code.at(line, first, code.times(k, step)))
            share = code.load(code.at(shares, code.times(i, count), k))
            return [code.fma(value, share, total)]

        return code.loop(0, count, element, [code.float32(0.0)])[0]


def _band(matrix: Constant) -> tuple[Constant, Constant]:
    """Where each row's numbers begin, and as many of them as the longest row has."""
    used = [np.flatnonzero(row) for row in matrix]
    count = max((u[-1] - u[0] + 1 for u in used if len(u)), default=1)
    starts = np.array([min(u[0], matrix.shape[1] - count) if len(u) else 0 for u in used])
    shares = np.stack([row[s : s + count] for row, s in zip(matrix, starts, strict=True)])
    return starts, shares


def average_step(step: Pool) -> Average:
    """Average pooling of fixed windows, padding counted as zeros."""

    def shares(axis: int) -> Constant:
        matrix = np.zeros((step.result[1 + axis], step.source[1 + axis]))
        for i in range(len(matrix)):
            first = i * step.stride[axis] - step.padding[axis]
            last = first + step.kernel[axis]
            matrix[i, max(first, 0) : max(last, 0)] = 1 / step.kernel[axis]
        return matrix

    return Average(source=step.source, result=step.result, rows=shares(0), columns=shares(1))
