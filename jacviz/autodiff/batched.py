"""Batch one copy of the input per output, and run a single backward pass.

Copy k only receives the gradient of output k. That needs a module whose answer to one image does
not depend on what else is in the batch.
"""

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run
from jacviz.autodiff.rows import refuse_disagreement


def prepare(model: nn.Module, x: Tensor) -> Run:
    with torch.no_grad():
        outputs = model(x[None]).numel()
    identity = torch.eye(outputs, dtype=x.dtype, device=x.device)

    def jacobian(x: Tensor) -> Tensor:
        copies = x.expand(outputs, *x.shape).clone().requires_grad_()
        with torch.enable_grad():
            rows = model(copies).reshape(outputs, outputs)
            if not rows.requires_grad:
                return torch.zeros_like(copies)
            return torch.autograd.grad(rows, copies, identity, materialize_grads=True)[0]

    refuse_disagreement(model, x, jacobian)
    return jacobian
