"""LeNet-5 (LeCun et al., 1998), with average pooling and tanh."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from jacviz.errors import AssetError
from jacviz.models.shipped import STANDARD, WEIGHTS

CLASSES = 10


class LeNet5(nn.Module):
    """Digit classifier: (N, 1, 28, 28) ink in [0, 1] to (N, 10) logits.

    Two 5x5 convolutions (6 and 16 maps), each followed by average pooling and tanh, then
    400-120-84-10. Pooling comes before the activation, so that convolution and pooling fold into
    one linear step, and it averages, so that the Jacobian exists everywhere. Standardisation of
    the ink is the first layer of the model, and therefore part of its Jacobian.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: float = 0.1307, deviation: float = 0.3081) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.AvgPool2d(2),
            nn.Tanh(),
            nn.Conv2d(6, 16, 5),
            nn.AvgPool2d(2),
            nn.Tanh(),
        )
        self.classifier = nn.Sequential(
            nn.Linear(400, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, CLASSES),
        )

    def forward(self, ink: Tensor) -> Tensor:
        """Map ink (N, 1, 28, 28) in [0, 1] to logits (N, 10)."""
        standardised = (ink - self.mean) / self.deviation
        logits: Tensor = self.classifier(self.features(standardised).flatten(1))
        return logits


def load_lenet5(network: str | Path | None = None) -> LeNet5:
    """Load a trained LeNet-5, in eval mode, its parameters frozen.

    `network` is one that ships with jacviz, "standard" or "readable", or a safetensors file as
    `jacviz train` writes it; by default the standard network.

    >>> jacviz.load_lenet5("readable")(torch.zeros(1, 1, 28, 28)).shape
    torch.Size([1, 10])

    Raises AssetError where the file is missing, damaged or holds other weights.
    """
    file = weights_file(network)
    remedy = "`jacviz train` makes such a file"
    if not file.is_file():
        raise AssetError(f"no weights at {file}; {remedy}")
    try:
        weights = load_file(file)
    except (SafetensorError, OSError) as error:
        raise AssetError(
            f"{file} is not a readable safetensors file ({error}); {remedy}"
        ) from error
    model = LeNet5()
    flaws = _flaws(model.state_dict(), weights)
    if flaws:
        raise AssetError(f"{file} does not hold LeNet-5 weights: {'; '.join(flaws)}; {remedy}")
    model.load_state_dict(weights)
    return model.requires_grad_(False).eval()


def weights_file(network: str | Path | None = None) -> Path:
    """Return the file that `load_lenet5` reads for this network."""
    name = STANDARD if network is None else str(network)
    return WEIGHTS.get(name, Path(name))


def _flaws(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> list[str]:
    """Describe how `found` differs from weights like `expected`."""
    flaws = [f"{name} is missing" for name in expected.keys() - found.keys()]
    flaws += [f"{name} does not belong" for name in found.keys() - expected.keys()]
    for name in sorted(expected.keys() & found.keys()):
        wanted, got = tuple(expected[name].shape), tuple(found[name].shape)
        if wanted != got:
            flaws.append(f"{name} has shape {got} instead of {wanted}")
        elif not found[name].is_floating_point() or not found[name].isfinite().all():
            flaws.append(f"{name} holds values that are not finite floats")
    return sorted(flaws)
