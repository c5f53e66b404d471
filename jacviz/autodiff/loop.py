"""One backward pass for each output, as in the forum's thread."""

from functools import partial

import torch
from torch import Tensor, nn

from jacviz.autodiff.registry import Run


def prepare(model: nn.Module, x: Tensor) -> Run:
    return partial(jacobian, model)


def jacobian(model: nn.Module, x: Tensor) -> Tensor:
    """Compute d output k / d x, shape (M, *x.shape), by M one-hot backward passes.

    `x` has no batch axis; the module is called on x[None]. As in the forum's thread every pass
    also computes the gradients of the weights; the module's own are restored afterwards.
    """
    gradients = [parameter.grad for parameter in model.parameters()]
    for parameter in model.parameters():
        parameter.grad = None
    image = x.detach()[None].clone().requires_grad_()
    with torch.enable_grad():
        outputs = model(image)
    rows = torch.zeros(outputs.numel(), *x.shape, dtype=x.dtype, device=x.device)
    # Outputs without a graph are constants, or were computed with gradients switched off.
    for k in range(len(rows) if outputs.requires_grad else 0):
        one_hot = torch.zeros_like(outputs)
        one_hot.view(-1)[k] = 1.0
        outputs.backward(gradient=one_hot, retain_graph=True)
        if image.grad is not None:
            rows[k] = image.grad[0]
            image.grad = None
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        parameter.grad = gradient
    return rows
