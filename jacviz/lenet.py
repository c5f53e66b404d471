"""LeNet-5 as in 1998, reading ink."""

import torch
from torch import Tensor, nn

CLASSES = 10
SIDE = 28


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
        standardised = (ink - self.mean) / self.deviation
        logits: Tensor = self.classifier(self.features(standardised).flatten(1))
        return logits
