"""Digits changed a little to the network's disadvantage, for training against that."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def adversarial_ink(
    model: Callable[[Tensor], Tensor], ink: Tensor, labels: Tensor, radius: float, steps: int
) -> Tensor:
    """Ink (N, 1, 28, 28) near `ink` that raises the network's loss, still within [0, 1].

    Each digit climbs its loss by projected gradient in `steps` steps and stays within `radius` of
    where it was: the square root of the summed squared changes of ink. `model` takes ink to
    logits (N, M); `labels` (N,) are the right answers.
    """
    change = torch.zeros_like(ink)
    for _ in range(steps):
        changed = (ink + change).requires_grad_()
        loss = cross_entropy(model(changed), labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, changed)
        # Together the steps could go twice as far as the radius, and so reach its edge.
        change = change + slope * (2 * radius / steps / _length(slope))
        change = change * (radius / _length(change)).clamp(max=1)
        change = (ink + change).clamp(0, 1) - ink
    return ink + change


def _length(change: Tensor) -> Tensor:
    length: Tensor = change.flatten(1).norm(dim=1)
    return length.clamp_min(1e-12)[:, None, None, None]
