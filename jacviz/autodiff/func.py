"""torch.func: derivatives of all outputs, or of all inputs, in one vectorized pass."""

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.autodiff.rows import flat_outputs, group_size, refuse_disagreement


def reverse(model: nn.Module, x: Tensor) -> Run:
    jacrev: Run = torch.func.jacrev(flat_outputs(model), chunk_size=group_size(model, x))
    return jacrev


def forward(model: nn.Module, x: Tensor) -> Run:
    """Apply jacfwd, which has no chunk_size, to one group of inputs after the other.

    Forward derivatives ignore what only holds for backward passes, as torch.no_grad and hooks do.
    """
    run = _forward(model, x)
    refuse_disagreement(model, x, run)
    return run


def _forward(model: nn.Module, x: Tensor) -> Run:
    function, size = flat_outputs(model), group_size(model, x)
    if size >= x.numel():
        jacfwd: Run = torch.func.jacfwd(function)
        return jacfwd

    def grouped(x: Tensor) -> Tensor:
        flat = x.reshape(-1)

        def of_group(group: Tensor, first: int) -> Tensor:
            whole = torch.cat([flat[:first], group, flat[first + len(group) :]])
            return function(whole.reshape(x.shape))

        columns = [
            torch.func.jacfwd(of_group)(flat[first : first + size], first)
            for first in range(0, len(flat), size)
        ]
        return torch.cat(columns, dim=1).reshape(-1, *x.shape)

    return grouped
