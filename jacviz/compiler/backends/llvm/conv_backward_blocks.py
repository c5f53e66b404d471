"""Convolution backward, block of pixels by block, with a block's numbers in the lanes.

All rows of a tile go through together, so that each weight is loaded once for all of them.
"""

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.conv_geometry import Geometry
from jacviz.compiler.backends.llvm.data_movement import blocks_to_planes
from jacviz.compiler.backends.llvm.gemm import (
    Panels,
    balanced_rows,
    flatten,
    multiply,
    row_groups,
    store_vectors,
    tile_shape,
    unflatten,
    vector_widths,
    zero_tile,
)
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, IRBuilder, Value
from jacviz.compiler.backends.llvm.kernel import Gradient, LazyRows, materialized
from jacviz.compiler.backends.llvm.memory import round_up


class BlockBackward:
    def __init__(self, context: Context, geometry: Geometry) -> None:
        self.context, self.geometry = context, geometry

    def cost(self) -> float:
        """Vectors of multiply-adds for one row."""
        geometry, target = self.geometry, self.context.target
        outputs, inputs = geometry.weight.shape[:2]
        pairs = 1
        for axis in (0, 1):
            count = geometry.result[1 + axis]
            pairs *= sum(
                0 <= j + u < count
                for j in range(geometry.blocks[axis])
                for u in geometry.reach(axis)
            )
        parts = vector_widths(target, inputs * geometry.stride[0] * geometry.stride[1])
        return float(outputs * pairs * sum(max(0.5, lanes / 16) for lanes in parts))

    def backward(self, upstream: Gradient) -> Gradient:
        context, geometry = self.context, self.geometry
        code, target = context.code, context.target
        upstream, rows = materialized(upstream), context.rows
        outputs, high, wide = geometry.result
        tall, broad = geometry.blocks
        ups, lefts = geometry.reach(0), geometry.reach(1)
        block = geometry.source[0] * geometry.stride[0] * geometry.stride[1]
        parts = vector_widths(target, block)
        pitch = round_up(sum(parts), 8)
        most, each = tile_shape(target, rows, len(parts))
        group = balanced_rows(rows, most)
        panels = Panels(target, block, each)
        table = geometry.block_weights().reshape(-1, block)
        packed = context.constants.add(panels.pack(table))
        line = broad * pitch
        blocks = context.arena.allocate(rows * tall * line)

        def panel(address: Value, first: Index, parts: list[int]) -> None:
            size = sum(parts)

            def tile(row: Index, y: Index, x: Index) -> None:
                start = upstream.address(row)

                def vertical(u: Index, *sums: Value) -> list[Value]:
                    def horizontal(v: Index, *sums: Value) -> list[Value]:
                        pixel = code.plus(code.times(code.plus(y, u), wide), code.plus(x, v))
                        left = code.at(start, pixel)
                        which = code.plus(
                            code.times(code.plus(u, -ups.start), len(lefts)), v, -lefts.start
                        )
                        right = code.at(address, code.times(which, outputs * size))
                        return flatten(
                            multiply(
                                code,
                                unflatten(sums, group),
                                outputs,
                                lambda k: [
                                    code.at(left, code.times(k, high * wide), m * upstream.pitch)
                                    for m in range(group)
                                ],
                                lambda k: code.at(right, code.times(k, size)),
                                2,
                            )
                        )

                    return code.loop(*_range(code, lefts, x, wide), horizontal, sums)

                sums = flatten(zero_tile(code, group, parts))
                sums = code.loop(*_range(code, ups, y, high), vertical, sums)
                for m, values in enumerate(unflatten(sums, group)):
                    place = code.times(code.plus(code.times(code.plus(row, m), tall), y), line)
                    to = code.at(blocks, place, code.times(x, pitch), first)
                    store_vectors(code, values, to)

            def groups(y: Index, x: Index) -> None:
                row_groups(code, rows, group, lambda row: tile(row, y, x))

            code.loop(0, tall, lambda y: code.loop(0, broad, lambda x: groups(y, x)))

        panels.each(code, packed, len(table), panel)
        return self._planes(blocks, pitch)

    def _planes(self, blocks: Buffer, pitch: int) -> Gradient:
        context, code = self.context, self.context.code
        inputs, height, width = self.geometry.source
        (tall, broad), (down, across) = self.geometry.blocks, self.geometry.stride
        scratch_row = context.arena.allocate(width)

        def write(row: Index, out: Value) -> None:
            def line_of_blocks(y: Index) -> None:
                def to(channel: Index, qy: int) -> Value:
                    below = code.plus(code.times(y, down), qy)
                    place = code.plus(code.times(channel, height), below)
                    address = code.at(out, code.times(place, width))
                    return row_or_scratch(context, address, below, height, down, scratch_row)

                number = code.plus(code.times(row, tall), y)
                source = code.at(blocks, code.times(number, broad * pitch))
                blocks_to_planes(context, source, (broad, pitch), (down, across), to, inputs, width)

            code.loop(0, tall, line_of_blocks)

        return LazyRows.of(context, inputs * height * width, write)


def row_or_scratch(
    context: Context, address: Value, row: Index, height: int, down: int, scratch_row: Buffer
) -> Value:
    """Return the address, or that of a scratch row where the last block exceeds the image."""
    code = context.code
    if height % down == 0:
        return address
    if isinstance(row, int):
        return address if row < height else code.at(scratch_row)
    inside = code.value("i1", f"icmp slt {row}, {height}")
    return code.value("ptr", f"select {inside}, {address}, {code.at(scratch_row)}")


def _range(code: IRBuilder, reach: range, block: Index, count: int) -> tuple[Index, Index]:
    """Which u of the reach meet an output."""
    first = code.max_index(reach.start, code.minus(0, block))
    return first, code.min_index(reach.stop, code.minus(count, block))
