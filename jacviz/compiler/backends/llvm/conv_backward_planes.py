"""Convolution backward with neighbouring pixels in the lanes of a vector.

Where a convolution has few input channels, a block of the image is too small to fill a vector;
a row of blocks is not. Upstream gradients are copied into a zero-padded image, and every
vector of a tile is one pixel of a row of blocks.
"""

from math import ceil

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.conv_backward_blocks import row_or_scratch
from jacviz.compiler.backends.llvm.conv_geometry import Geometry
from jacviz.compiler.backends.llvm.data_movement import copy_row, interleave, store_part
from jacviz.compiler.backends.llvm.gemm import balanced_rows
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.kernel import Gradient, LazyRows, as_rows


class PlaneBackward:
    def __init__(self, context: Context, geometry: Geometry) -> None:
        self.context, self.geometry = context, geometry

    def possible(self) -> bool:
        return self.geometry.stride[1] <= 2 and self._each < self.context.target.registers // 2

    @property
    def _each(self) -> int:
        return self.geometry.stride[0] * self.geometry.stride[1]

    @property
    def _lanes(self) -> int:
        lanes, broad = self.context.target.lanes, self.geometry.blocks[1]
        while lanes > 4 and lanes // 2 >= broad:
            lanes //= 2
        return lanes

    def cost(self) -> float:
        """Vectors of multiply-adds for one row."""
        geometry, (tall, broad) = self.geometry, self.geometry.blocks
        outputs, inputs = geometry.weight.shape[:2]
        taps = len(geometry.reach(0)) * len(geometry.reach(1))
        vectors = ceil(broad / self._lanes) * max(0.5, self._lanes / 16)
        return float(outputs * inputs * self._each * taps * tall * vectors)

    def backward(self, upstream: Gradient) -> Gradient:
        geometry, context = self.geometry, self.context
        upstream = as_rows(upstream)
        inputs, height, width = geometry.source
        outputs = geometry.result[0]
        rows = geometry.blocks[0] + len(geometry.reach(0)) - 1
        pitch = geometry.blocks[1] + len(geometry.reach(1)) - 1
        padded = context.arena.allocate(outputs * rows * pitch + context.target.lanes)
        # (in, out, u down, u across, down, across)
        table = context.constants.add(geometry.block_weights().transpose(3, 2, 0, 1, 4, 5))
        scratch_row = context.arena.allocate(width)

        def write(row: Index, to: Value) -> None:
            self._place(upstream.row(row), padded, rows, pitch)
            self._multiply(padded, rows, pitch, table, to, scratch_row)

        return LazyRows.of(context, inputs * height * width, write)

    def _multiply(
        self, padded: Buffer, rows: int, pitch: int, table: Buffer, out: Value, scratch_row: Buffer
    ) -> None:
        context, geometry = self.context, self.geometry
        code, lanes = context.code, self._lanes
        inputs, height, width = geometry.source
        outputs = geometry.result[0]
        (tall, broad), (down, across) = geometry.blocks, geometry.stride
        ups, lefts = geometry.reach(0), geometry.reach(1)
        # Besides the sums, registers hold a block's factors, an image vector and one free register.
        spare_registers = context.target.registers - self._each - 2
        group = balanced_rows(tall, max(1, spare_registers // self._each))

        def tile(channel: Index, y: Index, x: int) -> None:
            def output(c: Index, *sums: Value) -> list[Value]:
                def vertical(u: Index, *sums: Value) -> list[Value]:
                    line = code.plus(code.times(c, rows), y, u)
                    start = code.at(padded, code.times(line, pitch), x)
                    tap = code.plus(
                        code.times(code.plus(code.times(channel, outputs), c), len(ups)), u
                    )
                    weight = code.at(table, code.times(tap, len(lefts) * self._each))
                    return self._taps(start, pitch, weight, group, list(sums))

                return code.loop(0, len(ups), vertical, sums)

            zero = code.float32(0.0, lanes)
            sums = code.loop(0, outputs, output, [zero] * (group * self._each))
            for t in range(group):
                for qy in range(down):
                    below = code.plus(code.times(code.plus(y, t), down), qy)
                    place = code.plus(code.times(channel, height), below)
                    address = code.at(out, code.times(place, width))
                    address = row_or_scratch(context, address, below, height, down, scratch_row)
                    first = (t * down + qy) * across
                    parts = sums[first : first + across]
                    for i, part in enumerate(
                        parts if across == 1 else interleave(code, parts[0], parts[1])
                    ):
                        left = across * x + i * lanes
                        if left < width:
                            to = code.at(address, left)
                            store_part(code, context.target, part, to, width - left)

        def group_of_rows(channel: Index, number: Index) -> None:
            y = code.min_index(code.times(number, group), tall - group)
            for x in range(0, broad, lanes):
                tile(channel, y, x)

        def image(c: Index) -> None:
            code.loop(0, ceil(tall / group), lambda number: group_of_rows(c, number))

        code.loop(0, inputs, image)

    def _taps(
        self, start: Value, pitch: int, weight: Value, group: int, sums: list[Value]
    ) -> list[Value]:
        """One row of the kernel."""
        code, lanes, each = self.context.code, self._lanes, self._each
        for v in range(len(self.geometry.reach(1))):
            scalars = [code.load(code.at(weight, v * each + q)) for q in range(each)]
            factors = [code.broadcast(scalar, lanes) for scalar in scalars]
            for t in range(group):
                image = code.load(code.at(start, v, t * pitch), lanes)
                for i, factor in enumerate(factors, start=t * each):
                    sums[i] = code.fma(factor, image, sums[i])
        return sums

    def _place(self, upstream: Value, padded: Buffer, rows: int, pitch: int) -> None:
        """Copy one row of upstream gradients into the padded image."""
        context, geometry, code = self.context, self.geometry, self.context.code
        outputs, high, wide = geometry.result
        above, before = geometry.reach(0).start, geometry.reach(1).start
        top, left = max(0, above), max(0, before)
        count = min(wide, pitch + before) - left

        def channel(c: Index) -> None:
            def line(y: Index) -> None:
                source = code.times(code.plus(code.times(c, high), y), wide)
                place = code.times(code.plus(code.times(c, rows), y, -above), pitch)
                to = code.at(padded, place, left - before)
                copy_row(context, code.at(upstream, source, left), to, count)

            code.loop(top, min(high, rows + above), line)

        code.loop(0, outputs, channel)
