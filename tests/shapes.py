"""A test-only model of another shape than LeNet-5: seven named shapes, seen at 20 x 24 pixels.

Its weights are random. JACVIZ_MODELS=shapes:shapes names it where this folder is importable.
"""

import torch
from torch import nn

import jacviz

LABELS = ("triangle", "<b>circle</b>", "square", "star", "half moon", "arrow & bow", "cross")
HEIGHT, WIDTH = 20, 24


def network() -> nn.Module:
    """(N, 1, 20, 24) to (N, 7) logits, the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        module = nn.Sequential(
            nn.Conv2d(1, 4, 5),
            nn.AvgPool2d(2),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(4 * 8 * 10, 24),
            nn.Tanh(),
            nn.Linear(24, len(LABELS)),
        )
        with torch.no_grad():
            # So that the seven answers differ.
            module[-1].weight *= 4
    return module


def shapes() -> jacviz.Model:
    return jacviz.Model(
        name="shapes",
        module=network,
        labels=LABELS,
        input_shape=(1, HEIGHT, WIDTH),
        title="Shapes",
        description="Knows nothing: its weights are random.",
        noun="shape",
    )
