"""PyTorch's own jacobian function, the one the forum's thread points at."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.autodiff.rows import in_a_row

jacobian: Callable[..., Tensor] = torch.autograd.functional.jacobian


def plain(model: nn.Module, x: Tensor) -> Run:
    function = in_a_row(model)
    return lambda x: jacobian(function, x)


def vectorized(model: nn.Module, x: Tensor) -> Run:
    function = in_a_row(model)
    return lambda x: jacobian(function, x, vectorize=True)
