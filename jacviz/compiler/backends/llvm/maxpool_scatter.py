"""Convolution followed by max-pooling: backward by scattering from each window's maximum.

Only the maximum of each window has a gradient, and none where its unit is inactive. Each maximum
adds to its window of the image for all rows at once: the rows lie in the lanes of a vector.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.conv_geometry import Geometry
from jacviz.compiler.backends.llvm.convolution import ConvKernel
from jacviz.compiler.backends.llvm.elementwise import ActivationKernel
from jacviz.compiler.backends.llvm.gemm import load_vectors, store_vectors, vector_widths
from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index
from jacviz.compiler.backends.llvm.kernel import Gradient, Kernel, materialized
from jacviz.compiler.backends.llvm.pooling import MaxPoolKernel
from jacviz.compiler.backends.llvm.transposed_gradient import TransposedGradient, lane_pitch
from jacviz.compiler.ir import Activation, Conv, Pool, Pooling, Step

# Each tap is unrolled; more would make the code long.
_MAX_TAPS = 49


@dataclass(frozen=True)
class PooledConv:
    """Steps that one kernel implements."""

    conv: Conv
    before: tuple[Activation, ...]
    pool: Pool
    behind: tuple[Activation, ...]

    def __len__(self) -> int:
        return 2 + len(self.before) + len(self.behind)

    @classmethod
    def match_prefix(cls, steps: Sequence[Step]) -> "PooledConv | None":
        """A convolution, activations, max-pooling and activations again, if steps begin so."""
        conv, *others = steps
        before = _activations(others)
        match conv, others[len(before) :]:
            case Conv(), [Pool(pooling=Pooling.MAXIMUM) as pool, *rest]:
                return cls(conv, before, pool, _activations(rest))
        return None


def _activations(steps: Sequence[Step]) -> tuple[Activation, ...]:
    """Return the activations at the start of the steps."""
    found: list[Activation] = []
    for step in steps:
        if not isinstance(step, Activation):
            break
        found.append(step)
    return tuple(found)


class PooledConvKernel:
    """Scatter from the maxima where that is cheaper, else go back step by step."""

    def __init__(self, context: Context, steps: PooledConv) -> None:
        self.context, self.pool = context, steps.pool
        self._conv = ConvKernel(context, steps.conv)
        self._before = [ActivationKernel(context, step) for step in steps.before]
        self._maximum = MaxPoolKernel(context, steps.pool)
        self._behind = [ActivationKernel(context, step) for step in steps.behind]
        self._kernels: list[Kernel] = [self._conv, *self._before, self._maximum, *self._behind]
        self.geometry = Geometry.of(steps.conv)
        self._parts = vector_widths(context.target, context.rows)
        used = np.argwhere(self.geometry.weight.any(axis=(0, 1)))
        self._taps = [(int(y), int(x)) for y, x in used]

    def forward(self, x: Buffer) -> Buffer:
        for kernel in self._kernels:
            x = kernel.forward(x)
        return x

    def backward(self, upstream: Gradient) -> Gradient:
        if self.uses_scatter():
            return self._scatter(self._transposed(upstream))
        for kernel in reversed(self._kernels):
            upstream = kernel.backward(upstream)
        return upstream

    def uses_scatter(self) -> bool:
        """Whether scattering is cheaper: a load and a store per multiply-add, but fewer of them."""
        context, taps = self.context, len(self._taps)
        units = int(np.prod(self.pool.result))
        vectors = sum(max(0.5, lanes / 16) for lanes in self._parts)
        cost = 2 * units * self.geometry.weight.shape[1] * taps * vectors
        fits = taps <= _MAX_TAPS and len(self._parts) <= context.target.registers // 4
        return fits and cost < context.rows * self._conv.cost()

    def _transposed(self, upstream: Gradient) -> TransposedGradient:
        # A reshape in between would show in the shape.
        if isinstance(upstream, TransposedGradient) and upstream.shape == self.pool.result:
            return upstream
        channels, height, width = self.pool.result
        return TransposedGradient.of(
            self.context, materialized(upstream).address, (channels, height, width)
        )

    def _scatter(self, upstream: TransposedGradient) -> TransposedGradient:
        context, code, geometry = self.context, self.context.code, self.geometry
        outputs, inputs, high, wide = geometry.weight.shape
        (_, rows, columns), (down, across) = geometry.result, geometry.stride
        (top, left), (_, height, width) = geometry.padding, geometry.source
        tall = max((rows - 1) * down + high, top + height)
        broad = max((columns - 1) * across + wide, left + width)
        pitch = lane_pitch(context)
        out = TransposedGradient.allocate(context, geometry.source, (tall, broad), (top, left))
        out.clear()
        y, x = np.divmod(np.arange(rows * columns), columns)
        corners = context.constants.add_integers((y * down * broad + x * across) * pitch)
        places = [(y * broad + x) * pitch for y, x in self._taps]
        used = tuple(np.transpose(self._taps)) if self._taps else ([], [])
        table = context.constants.add(geometry.weight[:, :, used[0], used[1]])
        taps, (windows_down, windows_across) = len(self._taps), self.pool.result[1:]

        def unit(o: Index, py: Index, px: Index) -> None:
            number = code.plus(
                code.times(code.plus(code.times(o, windows_down), py), windows_across), px
            )
            argmax = code.load_index(code.at(self._maximum.argmax, number))
            gradient = load_vectors(code, upstream.pixel(o, py, px), self._parts)
            slopes = [code.at(kernel.slopes, argmax) for kernel in self._before]
            slopes += [code.at(kernel.slopes, number) for kernel in self._behind]
            for slope in map(code.load, slopes):
                gradient = [code.mul(code.broadcast(slope, g.lanes), g) for g in gradient]
            pixel = code.minus(argmax, code.times(o, rows * columns))
            corner = code.load_index(code.at(corners, pixel))

            def scatter(c: Index) -> None:
                window = code.at(out.buffer, corner, code.times(c, tall * broad * pitch))
                line = code.plus(code.times(o, inputs), c)
                weights = code.at(table, code.times(line, taps))
                for k, place in enumerate(places):
                    weight, to = code.load(code.at(weights, k)), code.at(window, place)
                    sums = load_vectors(code, to, self._parts)
                    sums = [
                        code.fma(code.broadcast(weight, g.lanes), g, s)
                        for g, s in zip(gradient, sums, strict=True)
                    ]
                    store_vectors(code, sums, to)

            live = code.any_nonzero(gradient[0])
            for part in gradient[1:]:
                live = code.binary("or", live, code.any_nonzero(part))
            code.if_then(live, lambda: code.loop(0, inputs, scatter))

        def line_of_windows(py: Index) -> None:
            def window(px: Index) -> None:
                code.loop(0, outputs, lambda o: unit(o, py, px))

            code.loop(0, windows_across, window)

        code.loop(0, windows_down, line_of_windows)
        return out
