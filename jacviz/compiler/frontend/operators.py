"""Convert calls of layers, functions and methods to steps.

A converter takes the input value and the other arguments of a call as constants. It raises
NotImplementedError, with the reason, for variants that no step describes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from jacviz.compiler.ir import (
    Affine,
    Average,
    Constant,
    Conv,
    Pair,
    Pool,
    Pooling,
    Reshape,
    Shape,
    Step,
)


@dataclass(frozen=True)
class Value:
    """A call's input: PyTorch's shapes before and after the call, batch axis included."""

    before: Shape
    after: Shape

    @property
    def source(self) -> Shape:
        return _without_batch(self.before)

    @property
    def result(self) -> Shape:
        return _without_batch(self.after)


Converter: TypeAlias = Callable[..., list[Step]]


def _without_batch(shape: Shape) -> Shape:
    return shape[1:] if len(shape) > 1 and shape[0] == 1 else shape


def constant(tensor: Tensor) -> Constant:
    require(not tensor.is_complex(), "it holds complex numbers")
    array = tensor.detach().to("cpu", torch.float64).numpy().copy()
    require(bool(np.isfinite(array).all()), "it holds NaN or infinity")
    return array


def _pair(value: Any) -> Pair:
    first, second = (value, value) if isinstance(value, int) else value
    return int(first), int(second)


def require(condition: bool, reason: str) -> None:
    if not condition:
        raise NotImplementedError(reason)


def _require_image(value: Value) -> None:
    shape = value.before
    require(len(shape) == 4 and shape[0] == 1, f"its input has shape {shape}, not (1, C, H, W)")


def identity(value: Value, *_: Any, **__: Any) -> list[Step]:
    return []


def reshape(value: Value, *_: Any, **__: Any) -> list[Step]:
    if value.source == value.result:
        return []
    return [Reshape(source=value.source, result=value.result)]


def dropout(
    value: Value, p: float = 0.5, training: bool = True, inplace: bool = False
) -> list[Step]:
    require(not training, "it drops at random")
    return []


def linear(value: Value, layer: nn.Linear) -> list[Step]:
    rows = int(np.prod(value.before[:-1]))
    require(rows == 1, f"it maps {rows} rows at once")
    weight = constant(layer.weight)
    bias = np.zeros(len(weight)) if layer.bias is None else constant(layer.bias)
    return [Affine(source=value.source, result=value.result, weight=weight, bias=bias)]


def conv(value: Value, layer: nn.Conv2d) -> list[Step]:
    _require_image(value)
    require(layer.padding_mode == "zeros", f"padding mode {layer.padding_mode!r}")
    padding = layer.padding
    if padding == "valid":
        padding = (0, 0)
    elif padding == "same":
        reach = [d * (k - 1) for d, k in zip(layer.dilation, layer.kernel_size, strict=True)]
        require(all(r % 2 == 0 for r in reach), "padding 'same' with an even kernel")
        padding = (reach[0] // 2, reach[1] // 2)
    bias = np.zeros(value.result[0]) if layer.bias is None else constant(layer.bias)
    return [
        Conv(
            source=value.source,
            result=value.result,
            weight=constant(layer.weight),
            bias=np.broadcast_to(bias[:, None, None], value.result).copy(),
            stride=_pair(layer.stride),
            padding=_pair(padding),
            dilation=_pair(layer.dilation),
            groups=layer.groups,
        )
    ]


def average_pool(
    value: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> list[Step]:
    _require_image(value)
    require(not ceil_mode, "ceil_mode")
    require(divisor_override is None, "divisor_override")
    require(count_include_pad or _pair(padding) == (0, 0), "count_include_pad=False")
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


def adaptive_average(value: Value, output_size: Any) -> list[Step]:
    """The windows follow from the shapes before and after."""
    _require_image(value)
    (_, height, width), (_, rows, columns) = value.source, value.result
    if height % rows == 0 and width % columns == 0:
        kernel = height // rows, width // columns
        return [
            Pool(
                source=value.source,
                result=value.result,
                pooling=Pooling.AVERAGE,
                kernel=kernel,
                stride=kernel,
            )
        ]
    return [
        Average(
            source=value.source,
            result=value.result,
            rows=_adaptive_windows(height, rows),
            columns=_adaptive_windows(width, columns),
        )
    ]


def _adaptive_windows(size: int, windows: int) -> Constant:
    """(windows, size): the share of every element in every mean."""
    shares = np.zeros((windows, size))
    for i in range(windows):
        window = slice(i * size // windows, -(-(i + 1) * size // windows))
        shares[i, window] = 1 / len(range(size)[window])
    return shares


def mean(value: Value, dim: Any = None, keepdim: bool = False) -> list[Step]:
    """Of each channel."""
    _require_image(value)
    axes = {axis % 4 for axis in dim} if isinstance(dim, tuple | list) else None
    require(axes == {2, 3}, f"its axes are {dim}, not rows and columns")
    channels, *image = value.source
    pooled = (channels, 1, 1)
    kernel = image[0], image[1]
    pool = Pool(
        source=value.source,
        result=pooled,
        pooling=Pooling.AVERAGE,
        kernel=kernel,
        stride=kernel,
    )
    return [pool] if keepdim else [pool, Reshape(source=pooled, result=value.result)]


def max_pool(
    value: Value,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> list[Step]:
    _require_image(value)
    require(not ceil_mode, "ceil_mode")
    require(not return_indices, "return_indices")
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
