"""Convolution: forward with the output channels in the lanes of a vector; backward in one of two
layouts, whichever takes fewer instructions: a block's numbers in the lanes, or pixels.
"""

import numpy as np

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.conv_backward_blocks import BlockBackward
from jacviz.compiler.backends.llvm.conv_backward_planes import PlaneBackward
from jacviz.compiler.backends.llvm.conv_geometry import Geometry
from jacviz.compiler.backends.llvm.data_movement import blocks_to_planes, copy_row
from jacviz.compiler.backends.llvm.gemm import (
    Panels,
    balanced_rows,
    flatten,
    load_vectors,
    multiply,
    row_groups,
    store_vectors,
    tile_shape,
    unflatten,
    vector_widths,
)
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.kernel import Gradient
from jacviz.compiler.backends.llvm.memory import round_up
from jacviz.compiler.ir import Conv


class ConvForward:
    def __init__(self, context: Context, step: Conv, geometry: Geometry) -> None:
        self.context, self.step, self.geometry = context, step, geometry

    def forward(self, x: Buffer) -> Buffer:
        context, geometry = self.context, self.geometry
        code = context.code
        outputs, inputs, high, wide = geometry.weight.shape
        (_, rows, columns), (down, across) = geometry.result, geometry.stride
        tall, broad = (rows - 1) * down + high, (columns - 1) * across + wide
        padded = self._place(x, tall, broad)

        parts = vector_widths(context.target, outputs)
        pitch = round_up(sum(parts), 8)
        most, each = tile_shape(context.target, columns, len(parts))
        group = balanced_rows(columns, most)
        panels = Panels(context.target, outputs, each)
        weight = geometry.weight.reshape(outputs, -1).T
        packed = context.constants.add(panels.pack(weight))
        spread = np.zeros((rows, columns, pitch))
        spread[..., :outputs] = self.step.bias.transpose(1, 2, 0)
        bias = context.constants.add(spread)
        blocks = context.arena.allocate(rows * columns * pitch)
        unroll = wide if group * each * wide <= 160 else 2

        def panel(address: Value, first: Index, parts: list[int]) -> None:
            width = sum(parts)

            def tile(y: Index, left: Index) -> None:
                place = code.plus(code.times(code.plus(code.times(y, columns), left), pitch), first)
                sums = [
                    load_vectors(code, code.at(bias, place, m * pitch), parts) for m in range(group)
                ]

                def channel(c: Index, *sums: Value) -> list[Value]:
                    def tap(ky: Index, *sums: Value) -> list[Value]:
                        row = code.plus(code.times(y, down), ky, code.times(c, tall))
                        start = code.at(padded, code.times(row, broad), code.times(left, across))
                        depth = code.times(code.plus(code.times(c, high), ky), wide)
                        right = code.at(address, code.times(depth, width))
                        return flatten(
                            multiply(
                                code,
                                unflatten(sums, group),
                                wide,
                                lambda k: [code.at(start, k, m * across) for m in range(group)],
                                lambda k: code.at(right, code.times(k, width)),
                                unroll,
                            )
                        )

                    return code.loop(0, high, tap, sums)

                done = code.loop(0, inputs, channel, flatten(sums))
                for m, values in enumerate(unflatten(done, group)):
                    store_vectors(code, values, code.at(blocks, place, m * pitch))

            code.loop(
                0, rows, lambda y: row_groups(code, columns, group, lambda left: tile(y, left))
            )

        panels.each(code, packed, weight.shape[0], panel)
        return self._planes(blocks, pitch)

    def _place(self, x: Buffer, tall: int, broad: int) -> Buffer:
        """Copy the image into a zero-padded one."""
        context, code = self.context, self.context.code
        channels, height, width = self.geometry.source
        top, left = self.geometry.padding
        if (top, left) == (0, 0) and broad == width and tall == height:
            return x
        padded = context.arena.allocate(channels * tall * broad)
        used = min(width, broad - left)

        def channel(c: Index) -> None:
            def row(y: Index) -> None:
                source = code.times(code.plus(code.times(c, height), y), width)
                to = code.times(code.plus(code.times(c, tall), y, top), broad)
                copy_row(context, code.at(x, source), code.at(padded, to, left), used)

            code.loop(0, min(height, tall - top), row)

        code.loop(0, channels, channel)
        return padded

    def _planes(self, blocks: Buffer, pitch: int) -> Buffer:
        context, code = self.context, self.context.code
        outputs, rows, columns = self.geometry.result
        out = context.arena.allocate(outputs * rows * columns)

        def row(y: Index) -> None:
            blocks_to_planes(
                context,
                code.at(blocks, code.times(y, columns * pitch)),
                (columns, pitch),
                (1, 1),
                lambda c, _: code.at(out, code.times(c, rows * columns), code.times(y, columns)),
                outputs,
                columns,
            )

        code.loop(0, rows, row)
        return out


class ConvKernel:
    def __init__(self, context: Context, step: Conv) -> None:
        geometry = Geometry.of(step)
        self._forward = ConvForward(context, step, geometry)
        self._backward: BlockBackward | PlaneBackward = BlockBackward(context, geometry)
        planes = PlaneBackward(context, geometry)
        if planes.possible() and planes.cost() < self._backward.cost():
            self._backward = planes

    def cost(self) -> float:
        """Vectors of multiply-adds for one row of the backward pass."""
        return self._backward.cost()

    def forward(self, x: Buffer) -> Buffer:
        return self._forward.forward(x)

    def backward(self, upstream: Gradient) -> Gradient:
        return self._backward.backward(upstream)
