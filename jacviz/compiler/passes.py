"""Shorten a plan: adjacent linear steps become one, exactly, in float64."""

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import TypeAlias

import numpy as np
import torch
from torch.nn import functional

from jacviz.compiler.ir import (
    Activation,
    Affine,
    Constant,
    Conv,
    Nonlinearity,
    Plan,
    Pool,
    Pooling,
    Reshape,
    Scale,
    Step,
    Sum,
    dilated_kernel,
)

Folded: TypeAlias = list[Step] | None

# A shift joins the step behind it only where what it adds to a sum there stays below this. Units
# work on sums of about one, so that a larger shift is there to cancel inputs as large: taken
# together with other numbers the sum of those inputs would be rounded before it is cancelled. At
# the limit folding costs 16 * 2^-24 = 1e-6.
_MAX_SHIFT = 16.0


def fold(plan: Plan) -> Plan:
    """Return a plan of the same function with fewer steps.

    Scalings (standardisation, batch norm) join the convolution or affine map beside them,
    average pooling joins the convolution before it, neighbouring affine maps become one where
    that is no costlier, and reshapes move towards the end until a step absorbs them. A shift that
    is large, measured by what it adds to the sums behind it, stays a step of its own.
    """
    steps = [_fold_branches(step) if isinstance(step, Sum) else step for step in plan]
    position = 0
    while position + 1 < len(steps):
        folded = _fold_pair(steps[position], steps[position + 1])
        if folded is None:
            position += 1
        else:
            steps[position : position + 2] = folded
            position = max(position - 1, 0)
    return Plan(plan.source, tuple(steps))


def _fold_branches(step: Sum) -> Sum:
    branches = tuple(fold(Plan(step.source, branch)).steps for branch in step.branches)
    return replace(step, branches=branches)


def _fold_pair(first: Step, second: Step) -> Folded:
    for rule in _RULES:
        folded = rule(first, second)
        if folded is not None:
            return folded
    return None


def _reshape_later(first: Step, second: Step) -> Folded:
    match first, second:
        case Reshape(), Reshape():
            reshape = Reshape(source=first.source, result=second.result)
            return [] if reshape.source == reshape.result else [reshape]
        case Reshape(), Activation():
            return [replace(second, source=first.source, result=first.source), first]
        case Reshape(), Scale():
            shape = first.source
            factor, offset = second.factor.reshape(shape), second.offset.reshape(shape)
            return [Scale(source=shape, result=shape, factor=factor, offset=offset), first]
        case Reshape(), Affine():
            return [replace(second, source=first.source)]
        case Affine(), Reshape():
            return [replace(first, result=second.result)]
    return None


def _two_scales(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Scale) and isinstance(second, Scale)):
        return None
    shift = second.factor * first.offset
    if _is_large(shift):
        return None
    factor = second.factor * first.factor
    return [replace(first, factor=factor, offset=shift + second.offset)]


def _scale_then_affine(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Scale) and isinstance(second, Affine)):
        return None
    offset = first.offset.ravel()
    if _is_large(_sums(second.weight, offset)):
        return None
    weight = second.weight * first.factor.ravel()
    return [replace(second, weight=weight, bias=second.weight @ offset + second.bias)]


def _affine_then_scale(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Affine) and isinstance(second, Scale)):
        return None
    factor = second.factor.ravel()
    bias = factor * first.bias + second.offset.ravel()
    return [replace(first, weight=factor[:, None] * first.weight, bias=bias)]


def _two_affines(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Affine) and isinstance(second, Affine)):
        return None
    if prod(second.result) * prod(first.source) > first.weight.size + second.weight.size:
        return None
    if _is_large(_sums(second.weight, first.bias)):
        return None
    return [
        Affine(
            source=first.source,
            result=second.result,
            weight=second.weight @ first.weight,
            bias=second.weight @ first.bias + second.bias,
        )
    ]


def _scale_then_conv(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Scale) and isinstance(second, Conv)):
        return None
    factor = _per_channel(first.factor)
    if factor is None and not first.offset.any():
        return None
    kernels = np.linalg.norm(second.weight.reshape(len(second.weight), -1), axis=1)
    if _is_large(kernels.max() * first.offset):
        return None
    # The convolution pads with zeros after the offset was added, so that the offset counts for
    # less at the border: hence a bias for every position.
    bias = second.bias + _convolve(second, first.offset)
    if factor is None:
        offset = np.zeros_like(first.offset)
        return [replace(first, offset=offset), replace(second, bias=bias)]
    outputs, inputs = second.weight.shape[:2]
    grouped = factor.reshape(second.groups, inputs).repeat(outputs // second.groups, axis=0)
    return [replace(second, weight=second.weight * grouped[:, :, None, None], bias=bias)]


def _conv_then_scale(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Conv) and isinstance(second, Scale)):
        return None
    factor = _per_channel(second.factor)
    if factor is None:
        return None
    weight = first.weight * factor[:, None, None, None]
    return [replace(first, weight=weight, bias=second.factor * first.bias + second.offset)]


def _conv_then_average(first: Step, second: Step) -> Folded:
    if not (isinstance(first, Conv) and isinstance(second, Pool)):
        return None
    if second.pooling is not Pooling.AVERAGE or second.padding != (0, 0):
        return None
    if _is_large(first.bias):
        return None
    kernel = dilated_kernel(first)
    outputs, inputs, height, width = kernel.shape
    (high, wide), (down, across) = second.kernel, first.stride
    weight = np.zeros((outputs, inputs, height + (high - 1) * down, width + (wide - 1) * across))
    for i in range(high):
        for j in range(wide):
            top, left = i * down, j * across
            weight[:, :, top : top + height, left : left + width] += kernel / (high * wide)
    bias = functional.avg_pool2d(torch.from_numpy(first.bias), second.kernel, second.stride)
    folded = Conv(
        source=first.source,
        result=second.result,
        weight=weight,
        bias=bias.numpy(),
        stride=(down * second.stride[0], across * second.stride[1]),
        padding=first.padding,
        groups=first.groups,
    )
    costlier = folded.multiply_adds() > first.multiply_adds() + second.multiply_adds()
    return None if costlier else [folded]


def _relu_after_max_pool(first: Step, second: Step) -> Folded:
    # The same numbers and derivatives, on fewer of them. Not so for a leaky rectifier, whose
    # rounding can make equal what was not.
    match first, second:
        case (
            Activation(nonlinearity=Nonlinearity.RELU, slope=0.0),
            Pool(pooling=Pooling.MAXIMUM),
        ):
            return [second, replace(first, source=second.result, result=second.result)]
    return None


def _is_large(shift: Constant) -> bool:
    return bool((np.abs(shift) > _MAX_SHIFT).any())


def _sums(weight: Constant, shift: Constant) -> Constant:
    """What a shift adds to each sum, in size: its terms' root of the sum of squares."""
    squares: Constant = np.einsum("ij,ij,j->i", weight, weight, shift * shift)
    return np.sqrt(squares)


def _per_channel(array: Constant) -> Constant | None:
    """(C,) where an array (C, H, W) is constant in each channel, else None."""
    channels = array[:, 0, 0]
    return channels if (array == channels[:, None, None]).all() else None


def _convolve(conv: Conv, image: Constant) -> Constant:
    """The convolution without its bias."""
    result: Constant = functional.conv2d(
        torch.from_numpy(image)[None],
        torch.from_numpy(conv.weight),
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
    )[0].numpy()
    return result


_RULES: tuple[Callable[[Step, Step], Folded], ...] = (
    _reshape_later,
    _two_scales,
    _scale_then_affine,
    _affine_then_scale,
    _two_affines,
    _scale_then_conv,
    _conv_then_scale,
    _conv_then_average,
    _relu_after_max_pool,
)
