"""Flatten a module's outputs, compare rows with autograd's, and bound the rows per group."""

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor, nn

from jacviz.errors import InputError

Function: TypeAlias = Callable[[Tensor], Tensor]

# The gradients of one group of rows: 256 MiB of float32.
_MAX_GROUP_FLOATS = 1 << 26


def flat_outputs(model: nn.Module) -> Function:
    """Return the function from x without batch axis to the M outputs, shape (M,)."""

    def function(x: Tensor) -> Tensor:
        # Undo a module's own switch of the global gradient mode.
        with torch.set_grad_enabled(torch.is_grad_enabled()):
            outputs: Tensor = model(x[None]).reshape(-1)
        return outputs

    return function


def refuse_disagreement(model: nn.Module, x: Tensor, run: Function) -> None:
    """Raise InputError if the rows of `run`, from an input to its Jacobian, are not autograd's.

    Some rows are compared at an input near `x`.
    """
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).to(x)
    probe = (x + noise).detach().requires_grad_()
    with torch.enable_grad():
        outputs = flat_outputs(model)(probe.clone())
        rows = range(0, len(outputs), max(1, len(outputs) // 3))
        expected = torch.zeros(len(rows), *x.shape).to(x)
        for k, row in enumerate(rows if outputs.requires_grad else ()):
            (expected[k],) = torch.autograd.grad(
                outputs[row], probe, retain_graph=True, materialize_grads=True
            )
    found = run(probe.detach())[:: rows.step]
    tolerance = 1e-4 * float(expected.abs().max()) + 1e-12
    if not bool(((found - expected).abs() <= tolerance).all()):
        raise InputError(
            "its derivatives differ from autograd's, for which detached values do not count and "
            "hooks may change gradients"
        )


def group_size(model: nn.Module, x: Tensor) -> int:
    """Return how many rows of the Jacobian to compute together, so that memory stays bounded.

    A row holds about as many numbers as the forward pass saves for its backward pass.
    """
    saved = 0

    def count(tensor: Tensor) -> Tensor:
        nonlocal saved
        saved += tensor.numel()
        return tensor

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(count, lambda t: t):
        model(x.detach()[None].clone().requires_grad_())
    return max(1, _MAX_GROUP_FLOATS // max(saved, x.numel()))
