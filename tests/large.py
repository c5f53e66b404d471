"""A test-only model whose Jacobian takes a browser some ten milliseconds: random weights.

JACVIZ_MODELS=large:large names it where this folder is importable.
"""

import torch
from torch import nn

import jacviz

LABELS = tuple("abcdef")


def network() -> nn.Module:
    """(N, 1, 28, 28) to (N, 6) logits, the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2),
            nn.Tanh(),
            nn.Conv2d(16, 32, 5, padding=2),
            nn.Tanh(),
            nn.AvgPool2d(4),
            nn.Flatten(),
            nn.Linear(32 * 7 * 7, len(LABELS)),
        )


def large() -> jacviz.Model:
    return jacviz.Model(
        name="large",
        module=network,
        labels=LABELS,
        input_shape=(1, 28, 28),
        preprocess=jacviz.frame,
    )
