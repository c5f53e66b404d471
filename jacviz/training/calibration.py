"""A temperature for the trained network, folded into its last layer."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from jacviz.models.lenet5 import LeNet5
from jacviz.training.evaluation import evaluate_logits


def calibrate(model: LeNet5, ink: Tensor, labels: Tensor, most_saturated: float) -> float:
    """Divide the logits by the temperature that fits these digits best; give that temperature.

    Best is the lowest negative log-likelihood among the temperatures, in steps of 1% from 1/4 to
    4, at which no more than the share `most_saturated` of the digits is saturated. The digits
    should be ones that the model was not trained on. The model is changed in place.
    """
    with torch.inference_mode():
        logits = model(ink).double()
    temperatures = torch.logspace(-2, 2, 280, base=2).tolist()
    allowed = [
        t for t in temperatures if evaluate_logits(logits / t, labels).saturated <= most_saturated
    ] or temperatures[-1:]
    temperature: float = min(allowed, key=lambda t: float(cross_entropy(logits / t, labels)))
    with torch.no_grad():
        for parameter in model.classifier[-1].parameters():
            parameter.div_(temperature)
    return temperature
