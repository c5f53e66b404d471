"""How good a digit classifier is, and how well it knows."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

SATURATED = 0.999
BINS = 15


@dataclass(frozen=True)
class Evaluation:
    """A classifier's figures on some labelled digits."""

    accuracy: float
    saturated: float
    """The share of digits whose most likely class has a probability above 0.999."""
    ece: float
    """Expected calibration error: 15 equally wide bins of the largest probability, weighted by
    their digits, of |accuracy - mean probability|."""


def evaluate(model: nn.Module, ink: Tensor, labels: Tensor) -> Evaluation:
    """Evaluate a model on ink (N, 1, 28, 28) in [0, 1] and labels (N,)."""
    with torch.inference_mode():
        logits = torch.cat([model(some) for some in torch.split(ink, 1000)])
    return evaluate_logits(logits, labels)


def evaluate_logits(logits: Tensor, labels: Tensor) -> Evaluation:
    """The figures for logits (N, M) that were already computed."""
    confidence, answer = logits.double().softmax(1).max(1)
    right = (answer == labels).double()
    bins = (confidence * BINS).ceil().long().clamp(1, BINS) - 1
    gaps = torch.zeros(BINS, dtype=torch.float64).index_add(0, bins, right - confidence)
    return Evaluation(
        accuracy=float(right.mean()),
        saturated=float((confidence > SATURATED).double().mean()),
        ece=float(gaps.abs().sum() / len(labels)),
    )
