"""Affine maps: a matrix-vector product forward, a product of small matrices backward."""

import numpy as np

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.gemm import (
    Panels,
    balanced_rows,
    load_vectors,
    multiply,
    row_groups,
    store_vectors,
    tile_shape,
    vector_widths,
    zero_tile,
)
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.kernel import Gradient, StoredRows, materialized
from jacviz.compiler.backends.llvm.memory import round_up
from jacviz.compiler.ir import Affine, Constant


class AffineKernel:
    def __init__(self, context: Context, step: Affine) -> None:
        self.context, self.step = context, step
        self.outputs, self.inputs = step.weight.shape

    def forward(self, x: Buffer) -> Buffer:
        context, code = self.context, self.context.code
        out = context.arena.allocate(self.outputs)
        vectors = len(vector_widths(context.target, self.outputs))
        panels = Panels(context.target, self.outputs, min(vectors, 8))
        weight = context.constants.add(panels.pack(self.step.weight.T))
        bias = context.constants.add(self.step.bias)

        def panel(address: Value, first: Index, parts: list[int]) -> None:
            sums = [load_vectors(code, code.at(bias, first), parts)]
            sums = multiply(
                code,
                sums,
                self.inputs,
                left=lambda k: [code.at(x, k)],
                right=lambda k: code.at(address, code.times(k, sum(parts))),
                unroll=2,
            )
            store_vectors(code, sums[0], code.at(out, first))

        panels.each(code, weight, self.inputs, panel)
        return out

    def backward(self, upstream: Gradient) -> Gradient:
        context, code = self.context, self.context.code
        upstream, out = materialized(upstream), StoredRows.allocate(context, self.inputs)
        vectors = len(vector_widths(context.target, self.inputs))
        most, each = tile_shape(context.target, context.rows, vectors)
        tall = balanced_rows(context.rows, most)
        panels = Panels(context.target, self.inputs, each)
        weight = context.constants.add(panels.pack(self.step.weight))

        def panel(address: Value, first: Index, parts: list[int]) -> None:
            def group(row: Index) -> None:
                start = upstream.address(row)
                sums = multiply(
                    code,
                    zero_tile(code, tall, parts),
                    self.outputs,
                    left=lambda k: [code.at(start, k, m * upstream.pitch) for m in range(tall)],
                    right=lambda k: code.at(address, code.times(k, sum(parts))),
                    unroll=2,
                )
                for m, values in enumerate(sums):
                    store_vectors(code, values, out.address(code.plus(row, m), first))

            row_groups(code, context.rows, tall, group)

        panels.each(code, weight, self.outputs, panel)
        return out


def constant_rows(context: Context, matrix: Constant) -> StoredRows:
    """Return the rows of a constant matrix as a gradient, to start the backward pass."""
    rows, columns = matrix.shape
    rows_padded = np.zeros((rows, round_up(columns)))
    rows_padded[:, :columns] = matrix
    return StoredRows(context, context.constants.add(rows_padded), columns)
