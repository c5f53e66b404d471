"""Leave torch.inference_mode, in which nothing can be differentiated.

It silently turns derivatives into zeros or makes them fail, also later: a tensor created in it
stays an inference tensor, which autograd rejects.
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import torch
from torch import Tensor, nn

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def in_normal_mode(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Wrap the function so that it runs outside inference mode, whatever mode its caller is in."""

    @wraps(function)
    def normal(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if not torch.is_inference_mode_enabled():
            return function(*args, **kwargs)
        with torch.inference_mode(False):
            return function(*args, **kwargs)

    return normal


def normal_tensor(tensor: Tensor) -> Tensor:
    """Return the tensor, or a normal copy of an inference tensor."""
    if not tensor.is_inference():
        return tensor
    with torch.inference_mode(False):
        cloned = tensor.detach().clone()
        if isinstance(tensor, nn.Parameter):
            return nn.Parameter(cloned, requires_grad=tensor.requires_grad)
        return cloned


def normal_module(model: nn.Module) -> nn.Module:
    """Return the module, or a copy with normal tensors if it holds inference tensors."""
    normal = {
        id(tensor): normal_tensor(tensor)
        for module in model.modules()
        for tensor in _tensors(module)
        if tensor.is_inference()
    }
    return copy.deepcopy(model, normal) if normal else model


def _tensors(module: nn.Module) -> list[Tensor]:
    """Parameters, buffers, and tensors that are plain attributes."""
    held = (*module._parameters.values(), *module._buffers.values(), *vars(module).values())
    return [value for value in held if isinstance(value, Tensor)]
