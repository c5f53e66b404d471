"""A network in NumPy as in the 2018 article: each layer goes forward, and carries back all rows.

`forward` takes one input to (output, cache); `backward` takes the derivatives of all M network
outputs with respect to the layer's output, (M, *output shape), and the cache, to those with
respect to its input, (M, *input shape).
"""

from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jacviz.graph import steps
from jacviz.graph.steps import Nonlinearity, Plan, Pooling, Step
from jacviz.ways.windows import margins, taps

Array: TypeAlias = NDArray[np.floating[Any]]


class Layer(Protocol):
    def forward(self, x: Array) -> tuple[Array, Array]: ...
    def backward(self, upstream: Array, cache: Array) -> Array: ...


class Affine:
    def __init__(self, step: steps.Affine, dtype: np.dtype[Any]) -> None:
        self.weight, self.bias = step.weight.astype(dtype), step.bias.astype(dtype)
        self.source, self.result = step.source, step.result

    def forward(self, x: Array) -> tuple[Array, Array]:
        return (self.weight @ x.reshape(-1) + self.bias).reshape(self.result), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        rows: Array = upstream.reshape(len(upstream), -1) @ self.weight
        return rows.reshape(-1, *self.source)


class Scale:
    def __init__(self, step: steps.Scale, dtype: np.dtype[Any]) -> None:
        self.factor, self.offset = step.factor.astype(dtype), step.offset.astype(dtype)

    def forward(self, x: Array) -> tuple[Array, Array]:
        return self.factor * x + self.offset, x

    def backward(self, upstream: Array, cache: Array) -> Array:
        rows: Array = upstream * self.factor
        return rows


class Reshape:
    def __init__(self, step: steps.Reshape, dtype: np.dtype[Any]) -> None:
        self.source, self.result = step.source, step.result

    def forward(self, x: Array) -> tuple[Array, Array]:
        return x.reshape(self.result), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream.reshape(-1, *self.source)


class Rectifier:
    def __init__(self, step: steps.Activation, dtype: np.dtype[Any]) -> None:
        self.slope = dtype.type(step.slope)

    def forward(self, x: Array) -> tuple[Array, Array]:
        slopes = np.where(x > 0, x.dtype.type(1), self.slope)
        return x * slopes, slopes

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream * cache


class Tanh:
    def forward(self, x: Array) -> tuple[Array, Array]:
        y = np.tanh(x)
        return y, y

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream * (1 - cache**2)


class Sigmoid:
    def forward(self, x: Array) -> tuple[Array, Array]:
        y = (1 + np.tanh(x / 2)) / 2
        return y, y

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream * (cache * (1 - cache))


class Softmax:
    def forward(self, x: Array) -> tuple[Array, Array]:
        powers = np.exp(x - x.max())
        p = powers / powers.sum()
        return p, p

    def backward(self, upstream: Array, cache: Array) -> Array:
        p = cache.reshape(-1)
        flat = upstream.reshape(len(upstream), -1)
        rows: Array = flat @ (np.diag(p) - np.outer(p, p))
        return rows.reshape(upstream.shape)


class LogSoftmax:
    def forward(self, x: Array) -> tuple[Array, Array]:
        shifted = x - x.max()
        logarithms = shifted - np.log(np.exp(shifted).sum())
        return logarithms, np.exp(logarithms)

    def backward(self, upstream: Array, cache: Array) -> Array:
        totals = upstream.reshape(len(upstream), -1).sum(axis=1)
        rows: Array = upstream - np.multiply.outer(totals, cache)
        return rows


class _Windowed:
    """Cuts an image into the windows that a kernel moves over it, and adds them up again."""

    def __init__(self, step: steps.Conv | steps.Pool) -> None:
        self.source, self.result = step.source, step.result
        self.margins, self.taps = margins(step), taps(step)
        (above, _), (left, _) = self.margins
        self.image = np.s_[..., above : above + step.source[1], left : left + step.source[2]]

    def cut(self, x: Array, padding: float = 0.0) -> Array:
        """(C, H, W) to (C, elements of the window, *positions)."""
        padded = np.pad(x, ((0, 0), *self.margins), constant_values=padding)
        return np.stack([padded[:, rows, columns] for rows, columns in self.taps], axis=1)

    def add_up(self, windows: list[Array]) -> Array:
        """Gradients (M, C, *positions), one for each element of the window, to (M, C, H, W)."""
        sides = (size + sum(m) for size, m in zip(self.source[1:], self.margins, strict=True))
        padded = np.zeros((*windows[0].shape[:2], *sides), windows[0].dtype)
        for (rows, columns), window in zip(self.taps, windows, strict=True):
            padded[:, :, rows, columns] += window
        image: Array = padded[self.image]
        return image


class Conv(_Windowed):
    """Each group a matrix product of its kernels with all windows."""

    def __init__(self, step: steps.Conv, dtype: np.dtype[Any]) -> None:
        super().__init__(step)
        outputs = step.weight.shape[0] // step.groups
        self.weight = step.weight.reshape(step.groups, outputs, -1).astype(dtype)
        self.bias = step.bias.astype(dtype)

    def forward(self, x: Array) -> tuple[Array, Array]:
        groups, _, elements = self.weight.shape
        windows = self.cut(x).reshape(groups, elements, -1)
        return (self.weight @ windows).reshape(self.result) + self.bias, x

    def backward(self, upstream: Array, cache: Array) -> Array:
        groups, outputs, _ = self.weight.shape
        rows = upstream.reshape(len(upstream), groups, outputs, -1)
        windows = self.weight.transpose(0, 2, 1) @ rows
        shape = (len(upstream), self.source[0], len(self.taps), *self.result[1:])
        return self.add_up(list(windows.reshape(shape).transpose(2, 0, 1, 3, 4)))


class AveragePool(_Windowed):
    def forward(self, x: Array) -> tuple[Array, Array]:
        return self.cut(x).mean(axis=1), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        return self.add_up([upstream / len(self.taps)] * len(self.taps))


class MaximumPool(_Windowed):
    """Of equals the first wins, as in PyTorch."""

    def forward(self, x: Array) -> tuple[Array, Array]:
        windows = self.cut(x, padding=-np.inf)
        return windows.max(axis=1), windows.argmax(axis=1)

    def backward(self, upstream: Array, cache: Array) -> Array:
        return self.add_up([upstream * (cache == tap) for tap in range(len(self.taps))])


def _layer(step: Step, dtype: np.dtype[Any]) -> Layer:  # noqa: PLR0911
    match step:
        case steps.Affine():
            return Affine(step, dtype)
        case steps.Scale():
            return Scale(step, dtype)
        case steps.Reshape():
            return Reshape(step, dtype)
        case steps.Conv():
            return Conv(step, dtype)
        case steps.Pool():
            return AveragePool(step) if step.pooling is Pooling.AVERAGE else MaximumPool(step)
        case steps.Activation(nonlinearity=Nonlinearity.TANH):
            return Tanh()
        case steps.Activation(nonlinearity=Nonlinearity.SIGMOID):
            return Sigmoid()
        case steps.Activation(nonlinearity=Nonlinearity.RECTIFIER):
            return Rectifier(step, dtype)
        case steps.Softmax():
            return LogSoftmax() if step.log else Softmax()
    raise TypeError(f"there is no NumPy layer for {step}")


class Network:
    """The layers of a plan, computing in `dtype`."""

    def __init__(self, plan: Plan, dtype: np.dtype[Any]) -> None:
        self.layers = [_layer(step, dtype) for step in plan]
        self.dtype = dtype

    def outputs(self, x: Array) -> Array:
        """The M outputs at one input, shape (M,)."""
        for layer in self.layers:
            x, _ = layer.forward(x)
        return x.reshape(-1)

    def forward_backward(self, x: Array) -> tuple[Array, Array]:
        """Outputs (M,) and Jacobian (M, *x.shape) at one input."""
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x)
            caches.append(cache)
        upstream = np.eye(x.size, dtype=self.dtype).reshape(-1, *x.shape)
        for layer, cache in zip(reversed(self.layers), reversed(caches), strict=True):
            upstream = layer.backward(upstream, cache)
        return x.reshape(-1), upstream
