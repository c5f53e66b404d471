"""A module as a function from one input to its outputs in a row, and groups of such rows."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

Function: TypeAlias = Callable[[Tensor], Tensor]

# How many numbers the gradients of one group of rows may hold: 256 MiB of float32.
_SCRATCH = 1 << 26


def in_a_row(model: nn.Module) -> Function:
    """x without batch axis to its M outputs, shape (M,)."""
    return lambda x: model(x[None]).reshape(-1)


def group_size(model: nn.Module, x: Tensor) -> int:
    """How many rows of the Jacobian may be computed together, so that memory stays bounded.

    A row holds about as many numbers as the forward pass saves for its backward pass.
    """
    saved = 0

    def note(tensor: Tensor) -> Tensor:
        nonlocal saved
        saved += tensor.numel()
        return tensor

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(note, lambda t: t):
        model(x.detach()[None].clone().requires_grad_())
    return max(1, _SCRATCH // max(saved, x.numel()))
