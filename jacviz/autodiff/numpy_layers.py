"""A network in NumPy as in the 2018 article: each layer goes forward, and carries back all rows.

`forward` takes one input to (output, cache); `backward` takes the derivatives of all M network
outputs with respect to the layer's output, (M, *output shape), and the cache, to those with
respect to its input, (M, *input shape).
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jacviz.autodiff.numpy_windows import AveragePool, Conv, MaximumPool
from jacviz.compiler import ir
from jacviz.compiler.backends.numpy.activations import smooth_activation
from jacviz.compiler.ir import Nonlinearity, Plan, Pooling, Step

Array: TypeAlias = NDArray[np.floating[Any]]


class Layer(Protocol):
    def forward(self, x: Array) -> tuple[Array, Any]: ...
    def backward(self, upstream: Array, cache: Any) -> Array: ...


class Affine:
    def __init__(self, step: ir.Affine, dtype: np.dtype[Any]) -> None:
        self.weight, self.bias = step.weight.astype(dtype), step.bias.astype(dtype)
        self.source, self.result = step.source, step.result

    def forward(self, x: Array) -> tuple[Array, Array]:
        return (self.weight @ x.reshape(-1) + self.bias).reshape(self.result), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        rows: Array = upstream.reshape(len(upstream), -1) @ self.weight
        return rows.reshape(-1, *self.source)


class Scale:
    def __init__(self, step: ir.Scale, dtype: np.dtype[Any]) -> None:
        self.factor, self.offset = step.factor.astype(dtype), step.offset.astype(dtype)

    def forward(self, x: Array) -> tuple[Array, Array]:
        return self.factor * x + self.offset, x

    def backward(self, upstream: Array, cache: Array) -> Array:
        rows: Array = upstream * self.factor
        return rows


class Reshape:
    def __init__(self, step: ir.Reshape, dtype: np.dtype[Any]) -> None:
        self.source, self.result = step.source, step.result

    def forward(self, x: Array) -> tuple[Array, Array]:
        return x.reshape(self.result), x

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream.reshape(-1, *self.source)


class Relu:
    def __init__(self, step: ir.Activation, dtype: np.dtype[Any]) -> None:
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


class Smooth:
    """Any other activation: the derivative of each element is kept on the way forward."""

    def __init__(self, step: ir.Activation) -> None:
        self.step = step

    def forward(self, x: Array) -> tuple[Array, Array]:
        y, slopes = smooth_activation(self.step, x.astype(np.float64))
        return y.astype(x.dtype), slopes.astype(x.dtype)

    def backward(self, upstream: Array, cache: Array) -> Array:
        return upstream * cache


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


class Average:
    """Means over windows of any size, as two matrix products."""

    def __init__(self, step: ir.Average, dtype: np.dtype[Any]) -> None:
        self.rows, self.columns = step.rows.astype(dtype), step.columns.astype(dtype)

    def forward(self, x: Array) -> tuple[Array, Array]:
        return self.rows @ x @ self.columns.T, x

    def backward(self, upstream: Array, cache: Array) -> Array:
        image: Array = self.rows.T @ upstream @ self.columns
        return image


class Sum:
    """Branches side by side, each a chain of layers, and their sum."""

    def __init__(self, step: ir.Sum, dtype: np.dtype[Any]) -> None:
        self.branches = [[_layer(s, dtype) for s in branch] for branch in step.branches]

    def forward(self, x: Array) -> tuple[Array, Any]:
        results = [forward(branch, x) for branch in self.branches]
        return np.sum([result for result, _ in results], axis=0), [c for _, c in results]

    def backward(self, upstream: Array, cache: Any) -> Array:
        pairs = zip(self.branches, cache, strict=True)
        total: Array = np.sum([backward(branch, upstream, c) for branch, c in pairs], axis=0)
        return total


def forward(layers: Sequence[Layer], x: Array) -> tuple[Array, list[Any]]:
    """Through a chain of layers, with the cache of each."""
    caches = []
    for layer in layers:
        x, cache = layer.forward(x)
        caches.append(cache)
    return x, caches


def backward(layers: Sequence[Layer], upstream: Array, caches: list[Any]) -> Array:
    """Back through the chain, all M rows at once."""
    for layer, cache in zip(reversed(layers), reversed(caches), strict=True):
        upstream = layer.backward(upstream, cache)
    return upstream


def _layer(step: Step, dtype: np.dtype[Any]) -> Layer:  # noqa: PLR0911
    match step:
        case ir.Affine():
            return Affine(step, dtype)
        case ir.Scale():
            return Scale(step, dtype)
        case ir.Reshape():
            return Reshape(step, dtype)
        case ir.Conv():
            return Conv(step, dtype)
        case ir.Pool():
            return AveragePool(step) if step.pooling is Pooling.AVERAGE else MaximumPool(step)
        case ir.Activation(nonlinearity=Nonlinearity.TANH):
            return Tanh()
        case ir.Activation(nonlinearity=Nonlinearity.SIGMOID):
            return Sigmoid()
        case ir.Activation(nonlinearity=Nonlinearity.RELU):
            return Relu(step, dtype)
        case ir.Activation():
            return Smooth(step)
        case ir.Average():
            return Average(step, dtype)
        case ir.Sum():
            return Sum(step, dtype)
        case ir.Softmax():
            return LogSoftmax() if step.log else Softmax()
    raise TypeError(f"expected a step with a NumPy layer, got {step}")


class Network:
    """The layers of a plan, computing in `dtype`."""

    def __init__(self, plan: Plan, dtype: np.dtype[Any]) -> None:
        self.layers = [_layer(step, dtype) for step in plan]
        self.dtype = dtype

    def outputs(self, x: Array) -> Array:
        """The M outputs at one input, shape (M,)."""
        return forward(self.layers, x)[0].reshape(-1)

    def forward_backward(self, x: Array) -> tuple[Array, Array]:
        """Outputs (M,) and Jacobian (M, *x.shape) at one input."""
        y, caches = forward(self.layers, x)
        upstream = np.eye(y.size, dtype=self.dtype).reshape(-1, *y.shape)
        return y.reshape(-1), backward(self.layers, upstream, caches)
