"""The traced Jacobian, compiled by torch.compile to C++ (on a GPU to Triton)."""

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.autodiff.traced import trace, without_gradients


def prepare(model: nn.Module, x: Tensor) -> Run:
    # A traced graph has code of its own, so that no other module counts towards the limit that
    # torch.compile sets on recompiling the same code.
    return without_gradients(torch.compile(trace(model, x), dynamic=False))
