"""PyTorch's own jacobian function, the one the forum's thread points at."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.autodiff.rows import flat_outputs

jacobian: Callable[..., Tensor] = torch.autograd.functional.jacobian


def plain(model: nn.Module, x: Tensor) -> Run:
    function = flat_outputs(model)
    return lambda x: jacobian(function, x)


def vectorized(model: nn.Module, x: Tensor) -> Run:
    function = flat_outputs(model)
    return lambda x: jacobian(function, x, vectorize=True)
