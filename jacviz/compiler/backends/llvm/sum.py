"""Sums of branches."""

from collections.abc import Sequence
from math import prod

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, Value
from jacviz.compiler.backends.llvm.kernel import (
    Gradient,
    Kernel,
    LazyRows,
    Rows,
    as_rows,
    materialized,
)
from jacviz.compiler.ir import Sum


class SumKernel:
    def __init__(self, context: Context, step: Sum, branches: Sequence[Sequence[Kernel]]) -> None:
        self.context, self.step, self.branches = context, step, branches

    def forward(self, x: Buffer) -> Buffer:
        code = self.context.code
        results = []
        for branch in self.branches:
            y = x
            for kernel in branch:
                y = kernel.forward(y)
            results.append(code.at(y))
        size = prod(self.step.result)
        out = self.context.arena.allocate(size)
        self._add(results, code.at(out), size)
        return out

    def backward(self, upstream: Gradient) -> Gradient:
        # Every branch begins with it.
        upstream = materialized(upstream)
        gradients: list[Rows] = []
        for branch in self.branches:
            gradient: Gradient = upstream
            for kernel in reversed(branch):
                gradient = kernel.backward(gradient)
            gradients.append(as_rows(gradient))
        size = prod(self.step.source)

        def write(row: Index, to: Value) -> None:
            self._add([gradient.row(row) for gradient in gradients], to, size)

        return LazyRows.of(self.context, size, write)

    def _add(self, parts: Sequence[Value], to: Value, size: int) -> None:
        code, lanes = self.context.code, self.context.target.lanes

        def body(i: Index) -> None:
            total = code.load(code.at(parts[0], i), lanes)
            for part in parts[1:]:
                total = code.add(total, code.load(code.at(part, i), lanes))
            code.store(total, code.at(to, i))

        code.loop(0, size, body, step=lanes)
