"""Adversarial examples by projected gradient ascent (Madry et al., 2018), for training."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def adversarial_ink(
    model: Callable[[Tensor], Tensor], ink: Tensor, labels: Tensor, radius: float, steps: int
) -> Tensor:
    """Perturb ink (N, 1, 28, 28) so that the network's loss rises, within [0, 1].

    Each digit takes `steps` projected gradient steps and stays within `radius` (L2, in ink) of the
    original. `model` maps ink to logits (N, M); `labels` (N,) are the true classes.
    """
    change = torch.zeros_like(ink)
    for _ in range(steps):
        changed = (ink + change).requires_grad_()
        loss = cross_entropy(model(changed), labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, changed)
        # Step lengths sum to twice the radius, so that the edge of the ball is reachable.
        change = change + slope * (2 * radius / steps / _length(slope))
        change = change * (radius / _length(change)).clamp(max=1)
        change = (ink + change).clamp(0, 1) - ink
    return ink + change


def _length(change: Tensor) -> Tensor:
    length: Tensor = change.flatten(1).norm(dim=1)
    return length.clamp_min(1e-12)[:, None, None, None]
