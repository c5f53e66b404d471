"""A convolution behind max-pooling: backward from the winners alone.

Only one pixel of each window has a gradient, and none where its unit is dead. Each such pixel
gives to its window of the image, all rows at once: they lie in the lanes of a vector.
"""

from collections.abc import Sequence

import numpy as np

from jacviz.graph.native.code import Buffer, Index
from jacviz.graph.native.columns import Columns, column_pitch
from jacviz.graph.native.context import Context
from jacviz.graph.native.convolution import ConvKernel
from jacviz.graph.native.elementwise import ActivationKernel
from jacviz.graph.native.geometry import Geometry
from jacviz.graph.native.kernel import Gradient, Kernel, stored
from jacviz.graph.native.pooling import MaximumKernel
from jacviz.graph.native.products import load_vectors, store_vectors, widths
from jacviz.graph.steps import Activation, Conv, Pool

# Kernels with more taps would make long code: each is written out.
_MOST_TAPS = 49


class PooledConvKernel:
    """Convolution, activations, max-pooling."""

    def __init__(
        self, context: Context, conv: Conv, activations: Sequence[Activation], pool: Pool
    ) -> None:
        self.context, self.pool = context, pool
        self._conv = ConvKernel(context, conv)
        self._activations = [ActivationKernel(context, step) for step in activations]
        self._maximum = MaximumKernel(context, pool)
        self._kernels: list[Kernel] = [self._conv, *self._activations, self._maximum]
        self.geometry = Geometry.of(conv)
        self._parts = widths(context.target, context.rows)
        used = np.argwhere(self.geometry.weight.any(axis=(0, 1)))
        self._taps = [(int(y), int(x)) for y, x in used]

    def forward(self, x: Buffer) -> Buffer:
        for kernel in self._kernels:
            x = kernel.forward(x)
        return x

    def backward(self, upstream: Gradient) -> Gradient:
        if self._cheaper():
            return self._scatter(self._columns(upstream))
        for kernel in reversed(self._kernels):
            upstream = kernel.backward(upstream)
        return upstream

    def _cheaper(self) -> bool:
        """Whether to go over winners: they cost a load and a store each time, but are few."""
        context, taps = self.context, len(self._taps)
        units = int(np.prod(self.pool.result))
        vectors = sum(max(0.5, lanes / 16) for lanes in self._parts)
        cost = 2 * units * self.geometry.weight.shape[1] * taps * vectors
        fits = taps <= _MOST_TAPS and len(self._parts) <= context.target.registers // 4
        return fits and cost < context.rows * self._conv.cost()

    def _columns(self, upstream: Gradient) -> Columns:
        if isinstance(upstream, Columns):
            return upstream
        channels, height, width = self.pool.result
        return Columns.of(self.context, stored(upstream).address, (channels, height, width))

    def _scatter(self, upstream: Columns) -> Columns:
        context, code, geometry = self.context, self.context.code, self.geometry
        outputs, inputs, high, wide = geometry.weight.shape
        (_, rows, columns), (down, across) = geometry.result, geometry.stride
        (top, left), (_, height, width) = geometry.padding, geometry.source
        tall = max((rows - 1) * down + high, top + height)
        broad = max((columns - 1) * across + wide, left + width)
        pitch = column_pitch(context)
        out = Columns.room(context, geometry.source, (tall, broad), (top, left))
        out.clear()
        y, x = np.divmod(np.arange(rows * columns), columns)
        corners = context.constants.put_integers((y * down * broad + x * across) * pitch)
        places = [(y * broad + x) * pitch for y, x in self._taps]
        used = tuple(np.transpose(self._taps)) if self._taps else ([], [])
        table = context.constants.put(geometry.weight[:, :, used[0], used[1]])
        taps, (windows_down, windows_across) = len(self._taps), self.pool.result[1:]

        def unit(o: Index, py: Index, px: Index) -> None:
            number = code.plus(
                code.times(code.plus(code.times(o, windows_down), py), windows_across), px
            )
            winner = code.index(code.at(self._maximum.winners, number))
            gradient = load_vectors(code, upstream.pixel(o, py, px), self._parts)
            for kernel in self._activations:
                slope = code.load(code.at(kernel.slopes, winner))
                gradient = [code.mul(code.broadcast(slope, g.lanes), g) for g in gradient]
            pixel = code.minus(winner, code.times(o, rows * columns))
            corner = code.index(code.at(corners, pixel))

            def give(c: Index) -> None:
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

            live = code.any(gradient[0])
            for part in gradient[1:]:
                live = code.binary("or", live, code.any(part))
            code.when(live, lambda: code.loop(0, inputs, give))

        def line_of_windows(py: Index) -> None:
            def window(px: Index) -> None:
                code.loop(0, outputs, lambda o: unit(o, py, px))

            code.loop(0, windows_across, window)

        code.loop(0, windows_down, line_of_windows)
        return out
