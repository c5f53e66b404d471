"""Converters of elementwise operations: scalings, arithmetic with constants, activations."""

from typing import Any

import numpy as np
from torch import Tensor, nn

from jacviz.compiler.frontend.operators import Converter, Value, constant, require
from jacviz.compiler.ir import Activation, Constant, Nonlinearity, Scale, Softmax, Step


def batch_norm(value: Value, layer: nn.BatchNorm1d | nn.BatchNorm2d) -> list[Step]:
    require(not layer.training, "it is in training mode")
    require(layer.running_mean is not None, "it keeps no running statistics")
    assert layer.running_mean is not None
    assert layer.running_var is not None
    shape = value.before
    require(len(shape) > 1 and shape[0] == 1, f"its input has shape {shape}, not (1, C, ...)")
    factor = 1 / np.sqrt(constant(layer.running_var) + layer.eps)
    if layer.weight is not None:
        factor = factor * constant(layer.weight)
    offset = np.zeros_like(factor) if layer.bias is None else constant(layer.bias)
    channels = (-1, *[1] * (len(value.source) - 1))
    # Scaled apart from the mean, because inputs near a large mean would lose their digits.
    centre = _scale(value, 1.0, -constant(layer.running_mean).reshape(channels))
    return [*centre, *_scale(value, factor.reshape(channels), offset.reshape(channels))]


def _scale(value: Value, factor: Any, offset: Any) -> list[Step]:
    require(value.before == value.after, "it changes the shape")

    def spread(number: Any) -> Constant:
        array = constant(number) if isinstance(number, Tensor) else np.asarray(number, np.float64)
        require(bool(np.isfinite(array).all()), "it holds NaN or infinity")
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
    require(not isinstance(other, Value), "both sides depend on the input")
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
    require(value is left, "it divides by a value that depends on the input")
    divisor = constant(other) if isinstance(other, Tensor) else np.asarray(float(other))
    require(bool((divisor != 0).all()), "it divides by zero")
    return _scale(value, 1 / divisor, 0.0)


def negate(value: Value) -> list[Step]:
    return _scale(value, -1.0, 0.0)


def _activation(nonlinearity: Nonlinearity) -> Converter:
    def converter(value: Value, inplace: Any = False) -> list[Step]:
        shape = value.source
        return [Activation(source=shape, result=shape, nonlinearity=nonlinearity)]

    return converter


def gelu(value: Value, approximate: str = "none") -> list[Step]:
    require(approximate in ("none", "tanh"), f"approximate={approximate!r}")
    nonlinearity = Nonlinearity.GELU if approximate == "none" else Nonlinearity.GELU_TANH
    shape = value.source
    return [Activation(source=shape, result=shape, nonlinearity=nonlinearity)]


def elu(value: Value, alpha: float = 1.0, inplace: bool = False) -> list[Step]:
    require(alpha > 0, f"alpha={alpha}")
    shape = value.source
    return [
        Activation(source=shape, result=shape, nonlinearity=Nonlinearity.ELU, slope=float(alpha))
    ]


def leaky_relu(value: Value, negative_slope: float = 0.01, inplace: bool = False) -> list[Step]:
    return [
        Activation(
            source=value.source,
            result=value.source,
            nonlinearity=Nonlinearity.RELU,
            slope=float(negative_slope),
        )
    ]


def softmax(log: bool) -> Converter:
    def converter(
        value: Value, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None
    ) -> list[Step]:
        shape = value.before
        axis = (1 if len(shape) in (2, 4) else 0) if dim is None else dim % len(shape)
        require(shape[axis] == int(np.prod(shape)), "it is not over all the outputs")
        require(dtype is None, "it changes the dtype")
        return [Softmax(source=value.source, result=value.source, log=log)]

    return converter


relu, tanh, sigmoid, silu = map(
    _activation,
    (Nonlinearity.RELU, Nonlinearity.TANH, Nonlinearity.SIGMOID, Nonlinearity.SILU),
)
