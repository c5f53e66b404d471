"""Softmax at the end: into the rows that the backward pass starts from, and a factor at its end.

The algebra is that of jacviz/compiler/softmax.py. The Jacobian of log p starts from the differences
of the last weights' rows, which are few; each row times its p is then the Jacobian of p.
"""

from functools import partial
from math import factorial, log

from jacviz.compiler.backends.llvm.affine import constant_rows
from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, IRBuilder, Value, vector
from jacviz.compiler.backends.llvm.kernel import Gradient, StoredRows, materialized
from jacviz.compiler.ir import Constant, Softmax

_LOG_2 = log(2)


class SoftmaxKernel:
    """Probabilities are computed in double precision, from logits in single."""

    def __init__(self, context: Context, step: Softmax) -> None:
        self.context, self.step = context, step
        self.p = context.arena.allocate(context.rows)

    def forward(self, logits: Buffer) -> Buffer:
        code, rows = self.context.code, self.context.rows
        powers = self.context.arena.allocate(2 * rows)

        def larger(i: Index, best: Value, where: Value) -> list[Value]:
            value = code.load(code.at(logits, i))
            greater = code.compare("ogt", value, best)
            index = code.value("i64", f"add i64 0, {i.name if isinstance(i, Value) else i}")
            return [code.select(greater, value, best), code.select(greater, index, where)]

        first = [code.load(code.at(logits)), code.integer(0, bits=64)]
        best, self.top = code.loop(1, rows, larger, first)
        best = _double(code, best)

        def power(i: Index, total: Value) -> list[Value]:
            value = _double(code, code.load(code.at(logits, i)))
            result = _exponential(code, code.sub(value, best))
            code.store(result, code.at(powers, code.times(i, 2)))
            return [code.add(total, result)]

        total = code.loop(0, rows, power, [code.float64(0.0)])[0]
        share = code.div(code.float64(1.0), total)
        level = code.add(best, _logarithm(code, total))
        out = self.context.arena.allocate(rows) if self.step.log else self.p

        def probability(i: Index) -> None:
            value = code.load(code.at(powers, code.times(i, 2)), 1, "double")
            p = _single(code, code.mul(value, share))
            code.store(p, code.at(self.p, i))
            if self.step.log:
                value = _double(code, code.load(code.at(logits, i)))
                code.store(_single(code, code.sub(value, level)), code.at(out, i))

        code.loop(0, rows, probability)
        return out

    def seed(self, weight: Constant) -> Gradient:
        """The rows for log p: with D the rows minus the largest logit's, D_i - sum_k p_k D_k."""
        context, code, lanes = self.context, self.context.code, self.context.target.lanes
        rows, columns = context.rows, weight.shape[1]
        source, out = constant_rows(context, weight), StoredRows.allocate(context, columns)

        def column(i: Index) -> None:
            top_row = code.load(source.address(self.top, i), lanes)

            def difference(k: Index) -> Value:
                return code.sub(code.load(source.address(k, i), lanes), top_row)

            def weigh(k: Index, mean: Value) -> list[Value]:
                p = code.broadcast(code.load(code.at(self.p, k)), lanes)
                return [code.add(mean, _double(code, code.mul(p, difference(k))))]

            # In double precision: its rounding would grow with the number of classes and bias
            # all rows alike.
            mean = code.loop(0, rows, weigh, [code.float64(0.0, lanes)])[0]

            def subtract(k: Index) -> None:
                row = code.sub(_double(code, difference(k)), mean)
                code.store(_single(code, row), out.address(k, i))

            code.loop(0, rows, subtract)

        code.loop(0, columns, column, step=lanes)
        return out

    def finish(self, gradient: Gradient) -> StoredRows:
        """All rows of the result."""
        context, code, lanes = self.context, self.context.code, self.context.target.lanes
        out = materialized(gradient)
        if self.step.log:
            return out

        def column(i: Index) -> None:
            def scale(k: Index) -> None:
                p = code.broadcast(code.load(code.at(self.p, k)), lanes)
                code.store(code.mul(p, code.load(out.address(k, i), lanes)), out.address(k, i))

            code.loop(0, context.rows, scale)

        code.loop(0, out.size, column, step=lanes)
        return out


def _double(code: IRBuilder, x: Value) -> Value:
    type_ = vector(x.lanes, "double")
    return code.value(type_, f"fpext {x} to {type_}")


def _single(code: IRBuilder, x: Value) -> Value:
    type_ = vector(x.lanes)
    return code.value(type_, f"fptrunc {x} to {type_}")


def _exponential(code: IRBuilder, x: Value) -> Value:
    """e^x for x <= 0 to some units in the last place of a double; next to 0 far below zero."""
    x = code.maximum(x, code.float64(-700.0))
    whole = code.call("double", "llvm.rint.f64", code.mul(x, code.float64(1 / _LOG_2)))
    rest = code.fma(whole, code.float64(-_LOG_2), x)
    result = code.float64(1 / factorial(12))
    for n in range(11, -1, -1):
        result = code.fma(result, rest, code.float64(1 / factorial(n)))
    exponent = code.value("i64", f"fptosi {whole} to i64")
    bits = partial(code.integer, bits=64)
    exponent = code.binary("shl", code.binary("add", exponent, bits(1023)), bits(52))
    return code.mul(result, code.value("double", f"bitcast {exponent} to double"))


def _logarithm(code: IRBuilder, x: Value) -> Value:
    """log x for x >= 1: n log 2 + 2 artanh(f), f = (m - 1) / (m + 1), m between 3/4 and 3/2."""
    bits = partial(code.integer, bits=64)
    number = code.value("i64", f"bitcast {x} to i64")
    exponent = code.binary("sub", code.binary("lshr", number, bits(52)), bits(1023))
    fraction = code.binary("and", number, bits((1 << 52) - 1))
    fraction = code.binary("or", fraction, bits(1023 << 52))
    m = code.value("double", f"bitcast {fraction} to double")
    n = code.value("double", f"sitofp {exponent} to double")
    large = code.compare("ogt", m, code.float64(1.5))
    m = code.select(large, code.mul(m, code.float64(0.5)), m)
    n = code.select(large, code.add(n, code.float64(1.0)), n)
    f = code.div(code.sub(m, code.float64(1.0)), code.add(m, code.float64(1.0)))
    square = code.mul(f, f)
    series = code.float64(2 / 21)
    for k in range(19, 0, -2):
        series = code.fma(series, square, code.float64(2 / k))
    return code.fma(n, code.float64(_LOG_2), code.mul(f, series))
