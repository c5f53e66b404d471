"""Activations and scalings: vectors of numbers, each on its own."""

from collections.abc import Callable
from functools import partial
from math import log, pi, prod, sqrt

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, IRBuilder, Value
from jacviz.compiler.backends.llvm.kernel import Gradient, LazyRows, as_rows
from jacviz.compiler.ir import Activation, Nonlinearity, Scale


def exponential(code: IRBuilder, x: Value) -> Value:
    """e^x to a unit in the last place or two; 0 far below zero, finite far above."""
    lanes = x.lanes
    n = partial(code.float32, lanes=x.lanes)
    x = code.minimum(code.maximum(x, n(-87.0)), n(88.0))
    whole = code.call(
        x.type,
        f"llvm.rint.v{lanes}f32" if lanes > 1 else "llvm.rint.f32",
        code.mul(x, n(1 / log(2))),
    )
    # log 2 in two parts, the first with few digits, so that the difference is exact.
    rest = code.fma(whole, n(-0.693359375), x)
    rest = code.fma(whole, n(2.12194440e-4), rest)
    result = n(1.9875691500e-4)
    for coefficient in (1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5):
        result = code.fma(result, rest, n(coefficient))
    result = code.fma(code.mul(result, rest), rest, code.add(rest, n(1.0)))
    integers = f"<{lanes} x i32>" if lanes > 1 else "i32"
    exponent = code.value(integers, f"fptosi {whole} to {integers}")
    exponent = code.binary("add", exponent, code.integer(127, lanes))
    exponent = code.binary("shl", exponent, code.integer(23, lanes))
    return code.mul(result, code.value(x.type, f"bitcast {exponent} to {x.type}"))


def _logistic_parts(code: IRBuilder, x: Value, rate: float) -> tuple[Value, Value]:
    """d = e^(-rate |x|), and 1 / (1 + d)."""
    one = code.float32(1.0, x.lanes)
    decay = exponential(code, code.mul(code.absolute(x), code.float32(-rate, x.lanes)))
    return decay, code.div(one, code.add(one, decay))


def _tanh(code: IRBuilder, x: Value) -> tuple[Value, Value]:
    decay, share = _logistic_parts(code, x, 2.0)
    n = partial(code.float32, lanes=x.lanes)
    far = code.copysign(code.mul(code.sub(n(1.0), decay), share), x)
    # Near zero 1 - e^(-2x) would lose its digits.
    square = code.mul(x, x)
    near = n(-5.70498872745e-3)
    for coefficient in (2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1):
        near = code.fma(near, square, n(coefficient))
    near = code.fma(code.mul(near, square), x, x)
    small = code.compare("olt", code.absolute(x), n(0.625))
    slope = code.mul(code.mul(n(4.0), decay), code.mul(share, share))
    return code.select(small, near, far), slope


def _sigmoid(code: IRBuilder, x: Value) -> tuple[Value, Value]:
    decay, share = _logistic_parts(code, x, 1.0)
    below = code.compare("olt", x, code.float32(0.0, x.lanes))
    return code.select(below, code.mul(decay, share), share), code.mul(
        decay, code.mul(share, share)
    )


def _relu(code: IRBuilder, x: Value, slope: float) -> tuple[Value, Value]:
    live = code.compare("ogt", x, code.float32(0.0, x.lanes))
    derivative = code.select(live, code.float32(1.0, x.lanes), code.float32(slope, x.lanes))
    return code.select(live, x, code.mul(x, code.float32(slope, x.lanes))), derivative


def _silu(code: IRBuilder, x: Value) -> tuple[Value, Value]:
    share, _ = _sigmoid(code, x)
    one = code.float32(1.0, x.lanes)
    # Below -88 the sigmoid is nonzero, but its product with x must be 0.
    x = code.maximum(x, code.float32(-88.0, x.lanes))
    return code.mul(x, share), code.mul(share, code.fma(x, code.sub(one, share), one))


def _elu(code: IRBuilder, x: Value, alpha: float) -> tuple[Value, Value]:
    n = partial(code.float32, lanes=x.lanes)
    power = exponential(code, code.minimum(x, n(0.0)))
    # Near zero e^x - 1 would lose its digits.
    near = n(1 / 720)
    for coefficient in (1 / 120, 1 / 24, 1 / 6, 0.5, 1.0):
        near = code.fma(near, x, n(coefficient))
    small = code.compare("ogt", x, n(-0.25))
    below = code.select(small, code.mul(near, x), code.sub(power, n(1.0)))
    live = code.compare("ogt", x, n(0.0))
    slope = code.select(live, n(1.0), code.mul(power, n(alpha)))
    return code.select(live, x, code.mul(below, n(alpha))), slope


# erfc(z) for z >= 0 as t e^(-z^2 + P(t)) with t = 1 / (1 + z / 2), to 1.2e-7 of itself
# (Numerical Recipes, erfcc).
_ERFC = (
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807,
    -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
)  # fmt: skip


# Farther from zero than this both kinds of GELU are x or 0 to the last digit of a float.
_GELU_SATURATION = 10.0


def _within(code: IRBuilder, x: Value, limit: float) -> Value:
    """x, but at most `limit` from zero."""
    above = code.maximum(x, code.float32(-limit, x.lanes))
    return code.minimum(above, code.float32(limit, x.lanes))


def _gelu(code: IRBuilder, x: Value) -> tuple[Value, Value]:
    n = partial(code.float32, lanes=x.lanes)
    z = code.mul(code.absolute(x), n(sqrt(0.5)))
    t = code.div(n(1.0), code.fma(z, n(0.5), n(1.0)))
    power = n(_ERFC[0])
    for coefficient in _ERFC[1:]:
        power = code.fma(power, t, n(coefficient))
    square = code.mul(z, z)
    tail = code.mul(code.mul(t, n(0.5)), exponential(code, code.sub(power, square)))
    positive = code.compare("ogt", x, n(0.0))
    share = code.select(positive, code.sub(n(1.0), tail), tail)
    bell = code.mul(exponential(code, code.sub(n(0.0), square)), n(1 / sqrt(2 * pi)))
    # Farther out share and bell are not quite zero, but they times x are.
    near = _within(code, x, _GELU_SATURATION)
    return code.mul(code.maximum(x, near), share), code.fma(near, bell, share)


def _gelu_tanh(code: IRBuilder, x: Value) -> tuple[Value, Value]:
    n = partial(code.float32, lanes=x.lanes)
    scale, cubic = 2 * sqrt(2 / pi), 0.044715
    # Farther out the function is flat or x, and powers of x would overflow.
    near = _within(code, x, _GELU_SATURATION)
    square = code.mul(near, near)
    inner = code.mul(code.mul(near, n(scale)), code.fma(square, n(cubic), n(1.0)))
    share, bell = _sigmoid(code, inner)
    slope = code.fma(square, n(3 * scale * cubic), n(scale))
    return code.mul(code.maximum(x, near), share), code.fma(code.mul(near, bell), slope, share)


def _activate(code: IRBuilder, step: Activation, x: Value) -> tuple[Value, Value]:
    """The function and its derivative."""
    match step.nonlinearity:
        case Nonlinearity.RELU:
            return _relu(code, x, step.slope)
        case Nonlinearity.ELU:
            return _elu(code, x, step.slope)
        case _:
            return _SMOOTH[step.nonlinearity](code, x)


_SMOOTH: dict[Nonlinearity, Callable[[IRBuilder, Value], tuple[Value, Value]]] = {
    Nonlinearity.TANH: _tanh,
    Nonlinearity.SIGMOID: _sigmoid,
    Nonlinearity.SILU: _silu,
    Nonlinearity.GELU: _gelu,
    Nonlinearity.GELU_TANH: _gelu_tanh,
}


class ActivationKernel:
    def __init__(self, context: Context, step: Activation) -> None:
        self.context, self.step = context, step
        self.size = prod(step.source)
        self.slopes = context.arena.allocate(self.size)

    def forward(self, x: Buffer) -> Buffer:
        code = self.context.code
        out = self.context.arena.allocate(self.size)

        def body(i: Index) -> None:
            y, slope = _activate(
                code, self.step, code.load(code.at(x, i), self.context.target.lanes)
            )
            code.store(y, code.at(out, i))
            code.store(slope, code.at(self.slopes, i))

        code.loop(0, self.size, body, step=self.context.target.lanes)
        return out

    def backward(self, upstream: Gradient) -> Gradient:
        return scaled_rows(self.context, upstream, self.slopes, self.size)


class ScaleKernel:
    def __init__(self, context: Context, step: Scale) -> None:
        self.context = context
        self.size = step.factor.size
        self.factor = context.constants.add(step.factor)
        self.offset = context.constants.add(step.offset)

    def forward(self, x: Buffer) -> Buffer:
        code, lanes = self.context.code, self.context.target.lanes
        out = self.context.arena.allocate(self.size)

        def body(i: Index) -> None:
            value, factor, offset = (
                code.load(code.at(b, i), lanes) for b in (x, self.factor, self.offset)
            )
            code.store(code.fma(value, factor, offset), code.at(out, i))

        code.loop(0, self.size, body, step=lanes)
        return out

    def backward(self, upstream: Gradient) -> Gradient:
        return scaled_rows(self.context, upstream, self.factor, self.size)


def scaled_rows(context: Context, upstream: Gradient, factor: Buffer, size: int) -> Gradient:
    """Every row times the same factors."""
    code, lanes = context.code, context.target.lanes
    upstream = as_rows(upstream)

    def write(row: Index, to: Value) -> None:
        source = upstream.row(row)

        def column(i: Index) -> None:
            value, scale = (
                code.load(code.at(source, i), lanes),
                code.load(code.at(factor, i), lanes),
            )
            code.store(code.mul(value, scale), code.at(to, i))

        code.loop(0, size, column, step=lanes)

    return LazyRows.of(context, size, write)
