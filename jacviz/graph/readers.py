"""From one call of a layer, function or method to steps.

A reader takes the value that flows through and the call's other arguments as constants. It
raises NotImplementedError, saying what is not covered, for variants that no step describes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.graph.steps import (
    Activation,
    Affine,
    Constant,
    Conv,
    Nonlinearity,
    Pair,
    Pool,
    Pooling,
    Reshape,
    Scale,
    Shape,
    Softmax,
    Step,
)


@dataclass(frozen=True)
class Value:
    """What flows into a call: PyTorch's shapes before and after it, batch axis included."""

    before: Shape
    after: Shape

    @property
    def source(self) -> Shape:
        return _without_batch(self.before)

    @property
    def result(self) -> Shape:
        return _without_batch(self.after)


Reader: TypeAlias = Callable[..., list[Step]]


def _without_batch(shape: Shape) -> Shape:
    return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape


def _constant(tensor: Tensor) -> Constant:
    return tensor.detach().to("cpu", torch.float64).numpy().copy()


def _pair(value: Any) -> Pair:
    first, second = (value, value) if isinstance(value, int) else value
    return int(first), int(second)


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise NotImplementedError(reason)


def _image(value: Value) -> None:
    _require(len(value.before) == 4, f"its input has shape {value.before}, not (1, C, H, W)")


def identity(value: Value, *_: Any, **__: Any) -> list[Step]:
    return []


def reshape(value: Value, *_: Any, **__: Any) -> list[Step]:
    if value.source == value.result:
        return []
    return [Reshape(source=value.source, result=value.result)]


def drop(value: Value, p: float = 0.5, training: bool = True, inplace: bool = False) -> list[Step]:
    _require(not training, "it drops at random")
    return []


def linear(value: Value, layer: nn.Linear) -> list[Step]:
    rows = int(np.prod(value.before[:-1]))
    _require(rows == 1, f"it maps {rows} rows at once")
    weight = _constant(layer.weight)
    bias = np.zeros(len(weight)) if layer.bias is None else _constant(layer.bias)
    return [Affine(source=value.source, result=value.result, weight=weight, bias=bias)]


def conv(value: Value, layer: nn.Conv2d) -> list[Step]:
    _image(value)
    _require(layer.padding_mode == "zeros", f"padding mode {layer.padding_mode!r}")
    padding = layer.padding
    if padding == "valid":
        padding = (0, 0)
    elif padding == "same":
        reach = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        _require(all(r % 2 == 0 for r in reach), "padding 'same' with an even kernel")
        padding = (reach[0] // 2, reach[1] // 2)
    bias = np.zeros(value.result[0]) if layer.bias is None else _constant(layer.bias)
    return [
        Conv(
            source=value.source,
            result=value.result,
            weight=_constant(layer.weight),
            bias=np.broadcast_to(bias[:, None, None], value.result).copy(),
            stride=_pair(layer.stride),
            padding=_pair(padding),
            dilation=_pair(layer.dilation),
            groups=layer.groups,
        )
    ]


def batch_norm(value: Value, layer: nn.BatchNorm1d | nn.BatchNorm2d) -> list[Step]:
    _require(not layer.training, "it is in training mode")
    _require(layer.running_mean is not None, "it keeps no running statistics")
    assert layer.running_mean is not None
    assert layer.running_var is not None
    factor = 1 / np.sqrt(_constant(layer.running_var) + layer.eps)
    if layer.weight is not None:
        factor = factor * _constant(layer.weight)
    offset = -factor * _constant(layer.running_mean)
    if layer.bias is not None:
        offset = offset + _constant(layer.bias)
    channels = (-1, *[1] * (len(value.source) - 1))
    return _scale(value, factor.reshape(channels), offset.reshape(channels))


def _scale(value: Value, factor: Any, offset: Any) -> list[Step]:
    _require(value.before == value.after, "it changes the shape")

    def spread(number: Any) -> Constant:
        array = _constant(number) if isinstance(number, Tensor) else np.asarray(number, np.float64)
        if array.ndim > len(value.source):
            array = array.reshape(array.shape[array.ndim - len(value.source) :])
        return np.broadcast_to(array, value.source).copy()

    return [
        Scale(
            source=value.source, result=value.source, factor=spread(factor), offset=spread(offset)
        )
    ]


def _operands(left: Any, right: Any) -> tuple[Value, Any]:
    value, other = (left, right) if isinstance(left, Value) else (right, left)
    _require(not isinstance(other, Value), "both sides depend on the input")
    return value, other


def add(left: Any, right: Any) -> list[Step]:
    value, other = _operands(left, right)
    return _scale(value, 1.0, other)


def subtract(left: Any, right: Any) -> list[Step]:
    value, other = _operands(left, right)
    return _scale(value, 1.0, -other) if value is left else _scale(value, -1.0, other)


def multiply(left: Any, right: Any) -> list[Step]:
    value, other = _operands(left, right)
    return _scale(value, other, 0.0)


def divide(left: Any, right: Any) -> list[Step]:
    value, other = _operands(left, right)
    _require(value is left, "it divides by a value that depends on the input")
    divisor = other.detach().double() if isinstance(other, Tensor) else float(other)
    return _scale(value, 1 / divisor, 0.0)


def negate(value: Value) -> list[Step]:
    return _scale(value, -1.0, 0.0)


def average_pool(
    value: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> list[Step]:
    _image(value)
    _require(not ceil_mode, "ceil_mode")
    _require(divisor_override is None, "divisor_override")
    _require(count_include_pad or _pair(padding) == (0, 0), "count_include_pad=False")
    return [
        Pool(
            source=value.source,
            result=value.result,
            pooling=Pooling.AVERAGE,
            kernel=_pair(kernel_size),
            stride=_pair(stride or kernel_size),
            padding=_pair(padding),
        )
    ]


def max_pool(
    value: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> list[Step]:
    _image(value)
    _require(not ceil_mode, "ceil_mode")
    _require(not return_indices, "return_indices")
    return [
        Pool(
            source=value.source,
            result=value.result,
            pooling=Pooling.MAXIMUM,
            kernel=_pair(kernel_size),
            stride=_pair(stride or kernel_size),
            padding=_pair(padding),
            dilation=_pair(dilation),
        )
    ]


def average_pool_layer(value: Value, layer: nn.AvgPool2d) -> list[Step]:
    return average_pool(
        value,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        layer.ceil_mode,
        layer.count_include_pad,
        layer.divisor_override,
    )


def max_pool_layer(value: Value, layer: nn.MaxPool2d) -> list[Step]:
    return max_pool(
        value,
        layer.kernel_size,
        layer.stride,
        layer.padding,
        layer.dilation,
        layer.ceil_mode,
        layer.return_indices,
    )


def _activation(nonlinearity: Nonlinearity) -> Reader:
    def reader(value: Value, inplace: Any = False) -> list[Step]:
        shape = value.source
        return [Activation(source=shape, result=shape, nonlinearity=nonlinearity)]

    return reader


def leaky(value: Value, negative_slope: float = 0.01, inplace: bool = False) -> list[Step]:
    return [
        Activation(
            source=value.source,
            result=value.source,
            nonlinearity=Nonlinearity.RECTIFIER,
            slope=float(negative_slope),
        )
    ]


def softmax(log: bool) -> Reader:
    def reader(
        value: Value, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
    ) -> list[Step]:
        shape = value.before
        axis = (1 if len(shape) in (2, 4) else 0) if dim is None else dim % len(shape)
        _require(shape[axis] == int(np.prod(shape)), "it is not over all the outputs")
        _require(dtype is None, "it changes the dtype")
        return [Softmax(source=value.source, result=value.source, log=log)]

    return reader


relu, tanh, sigmoid = map(
    _activation, (Nonlinearity.RECTIFIER, Nonlinearity.TANH, Nonlinearity.SIGMOID)
)
